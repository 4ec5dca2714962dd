package moderation

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

const (
	// leaseTTL is how long a dead worker's comments wait for another; a living
	// one renews its lease well before.
	leaseTTL   = 10 * time.Second
	renewEvery = leaseTTL / 4

	// maxTries is how often scoring may fail before a person gets the comment.
	maxTries   = 3
	retryAfter = 2 * time.Second
)

// JudgePending leases up to limit of the comments that wait longest, judges
// them and tells how many it leased.
func (s *Service) JudgePending(ctx context.Context, limit int) (int, error) {
	lease, err := s.Store.LeasePending(ctx, limit, leaseTTL, s.Now())
	if err != nil {
		return 0, fmt.Errorf("lease: %w", err)
	}
	return len(lease.Comments), s.judgeLease(ctx, lease)
}

// JudgeComments judges those of ids that are pending and that nobody holds. It
// may be called twice, late, or side by side with the same ids.
func (s *Service) JudgeComments(ctx context.Context, ids []models.CommentID) error {
	lease, err := s.Store.LeaseComments(ctx, ids, leaseTTL, s.Now())
	if err != nil {
		return fmt.Errorf("lease: %w", err)
	}
	return s.judgeLease(ctx, lease)
}

func (s *Service) judgeLease(ctx context.Context, lease models.Lease) error {
	if len(lease.Comments) == 0 {
		return nil
	}
	stop := s.keepLease(ctx, lease.Token)
	judgements, failed, err := s.judgeAll(ctx, lease.Comments)
	stop()
	if err != nil {
		s.giveBack(ctx, lease.Token, nil)
		return fmt.Errorf("judge: %w", err)
	}
	counted, err := s.Store.RecordJudgements(ctx, lease.Token, judgements)
	if err != nil {
		// The lease ends by itself if the store is away for this too.
		s.giveBack(ctx, lease.Token, nil)
		return fmt.Errorf("record: %w", err)
	}
	if len(failed) > 0 {
		s.giveBack(ctx, lease.Token, failed)
	}
	s.announce(ctx, lease.Comments, judgements, counted)
	return nil
}

// judgeAll gives a judgement for each comment, or names it as failed. The error
// is for what concerns them all: the store is away, or the caller gave up.
func (s *Service) judgeAll(ctx context.Context, comments []models.LeasedComment) ([]models.Judgement, []models.CommentID, error) {
	found, errs := s.assessAll(ctx, comments)
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	around, err := s.company(ctx, bare(comments))
	if err != nil {
		return nil, nil, err
	}
	var failed []models.CommentID
	judgements := make([]models.Judgement, 0, len(comments))
	books := map[models.SiteID]models.Book{}
	for i, c := range comments {
		p, err := s.Policies.Of(ctx, c.Site)
		if err != nil {
			return nil, nil, err
		}
		var v models.Verdict
		switch {
		case errs[i] == nil:
			if v, err = s.decide(ctx, matter{c.Comment, found[i], around[i]}, p); err != nil {
				return nil, nil, err
			}
		case c.Tries+1 >= maxTries:
			v = failedVerdict(c, p)
			s.Log.ErrorContext(ctx, "comment could not be judged, a person gets it", "comment", c.ID, "err", errs[i])
		default:
			s.Log.WarnContext(ctx, "scoring failed, will be tried again", "comment", c.ID, "tries", c.Tries+1, "err", errs[i])
			failed = append(failed, c.ID)
			continue
		}
		now := s.Now()
		j := models.Judgement{
			Comment: c.ID, Site: c.Site, Revision: c.Revision, Verdict: v,
			Urgency: policy.Urgency(v, c.Comment, now), At: now,
		}
		if v.Action == models.Hold {
			j.Kin = kin(&c.Comment)
			book, err := s.bookOf(ctx, c.Site, books)
			if err != nil {
				return nil, nil, err
			}
			j.Queue = book.QueueFor(v.Labels)
		}
		judgements = append(judgements, j)
	}
	return judgements, failed, nil
}

// bookOf gives a site's book, of those that were read already if it is there.
func (s *Service) bookOf(ctx context.Context, site models.SiteID, read map[models.SiteID]models.Book) (models.Book, error) {
	if b, ok := read[site]; ok {
		return b, nil
	}
	found, err := s.Store.Book(ctx, site)
	if err != nil && models.KindOf(err) != models.NotFound { // a site without a book of its own files nothing directly
		return models.Book{}, fmt.Errorf("book: %w", err)
	}
	read[site] = found.Book
	return found.Book, nil
}

func bare(leased []models.LeasedComment) []models.Comment {
	out := make([]models.Comment, len(leased))
	for i, c := range leased {
		out[i] = c.Comment
	}
	return out
}

// assessAll scores the comments together and, when that fails, in halves, so
// that one that can't be scored fails alone. Those that failed before are
// scored alone from the start; those that failed (or took their worker with
// them) too often are not scored again.
func (s *Service) assessAll(ctx context.Context, comments []models.LeasedComment) ([]models.Assessment, []error) {
	found := make([]models.Assessment, len(comments))
	errs := make([]error, len(comments))
	var fresh []int
	for i, c := range comments {
		switch {
		case c.Tries >= maxTries:
			errs[i] = errTooManyTries
		case c.Tries > 0:
			s.bisect(ctx, comments, []int{i}, found, errs)
		default:
			fresh = append(fresh, i)
		}
	}
	s.bisect(ctx, comments, fresh, found, errs)
	return found, errs
}

var errTooManyTries = models.Errorf(models.Internal, "tried too often")

func (s *Service) bisect(ctx context.Context, comments []models.LeasedComment, at []int, found []models.Assessment, errs []error) {
	if len(at) == 0 {
		return
	}
	inputs := make([]classifier.Input, len(at))
	for k, i := range at {
		inputs[k] = input(comments[i].Comment)
	}
	results, err := s.Assessor.Assess(ctx, inputs)
	switch {
	case err == nil:
		for k, i := range at {
			found[i] = results[k]
		}
	case len(at) == 1 || ctx.Err() != nil:
		for _, i := range at {
			errs[i] = err
		}
	default:
		half := len(at) / 2
		s.bisect(ctx, comments, at[:half], found, errs)
		s.bisect(ctx, comments, at[half:], found, errs)
	}
}

// failedVerdict sends to review what could not be scored.
func failedVerdict(c models.LeasedComment, p InForce) models.Verdict {
	return models.Verdict{
		Action: models.Hold, Lang: c.Lang, PolicyVersion: p.Version,
		Reasons: []models.Reason{{
			Rule: models.RuleFailed, Action: models.Hold,
			Params: map[string]string{"tries": strconv.Itoa(maxTries)},
		}},
	}
}

// keepLease renews the lease until stop is called, which waits for its end.
func (s *Service) keepLease(ctx context.Context, token string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(renewEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := s.Store.RenewLease(ctx, token, s.Now().Add(leaseTTL)); err != nil && ctx.Err() == nil {
					s.Log.WarnContext(ctx, "lease not renewed", "err", err)
				}
			}
		}
	})
	return func() { cancel(); wg.Wait() }
}

// giveBack lets go of a lease, also when the caller's context has ended: a
// stopping worker must not make its comments wait.
func (s *Service) giveBack(ctx context.Context, token string, failed []models.CommentID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	at := s.Now()
	if len(failed) > 0 {
		at = at.Add(retryAfter)
	}
	if err := s.Store.ReleaseLease(ctx, token, failed, at); err != nil && models.KindOf(err) != models.Conflict {
		s.Log.WarnContext(ctx, "lease not released", "err", err)
	}
}

// announce tells whoever waits, and writes the one canonical line of each judgement.
func (s *Service) announce(ctx context.Context, comments []models.LeasedComment, js []models.Judgement, counted []bool) {
	received := make(map[models.CommentID]time.Time, len(comments))
	for _, c := range comments {
		received[c.ID] = c.ReceivedAt
	}
	done := make([]models.CommentID, 0, len(js))
	for i, j := range js {
		if !counted[i] {
			continue
		}
		done = append(done, j.Comment)
		waited := j.At.Sub(received[j.Comment])
		s.Log.InfoContext(ctx, "judged",
			"comment", j.Comment, "site", j.Site, "action", j.Verdict.Action, "labels", j.Verdict.Labels,
			"lang", j.Verdict.Lang, "weights", j.Verdict.Weights.Name, "policy", j.Verdict.PolicyVersion,
			"waited_ms", waited.Milliseconds())
		if s.Observe != nil {
			s.Observe(j, waited)
		}
	}
	if len(done) > 0 {
		s.Waiters.Notify(done...)
		s.Changed()
	}
}
