package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// LeasePending implements [store.Judgements]. No floor is needed here: the one
// writer leaves no dead rows behind.
func (s *Store) LeasePending(ctx context.Context, limit int, ttl time.Duration, at time.Time) (models.Lease, error) {
	return s.lease(ctx, ttl, at, `WHERE comment_id IN (
		SELECT comment_id FROM pending WHERE due_at <= $3 ORDER BY due_at, comment_id LIMIT $4)`, limit)
}

// LeaseComments implements [store.Judgements].
func (s *Store) LeaseComments(
	ctx context.Context, ids []models.CommentID, ttl time.Duration, at time.Time,
) (models.Lease, error) {
	if len(ids) == 0 {
		return models.Lease{}, nil
	}
	return s.lease(ctx, ttl, at, `WHERE comment_id IN (SELECT value FROM json_each($4))
		AND (lease_token IS NULL OR due_at <= $3)`, wire.List(ids))
}

// lease takes the rows of pending that the condition selects; $3 in it is the
// time, $4 is arg. A lease that ran out counts as a failed try: its holder may
// have died of the comment.
func (s *Store) lease(ctx context.Context, ttl time.Duration, at time.Time, condition string, arg any) (models.Lease, error) {
	lease := models.Lease{Token: models.NewID(at), Until: later(at, ttl)}
	var taken []leased
	err := s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		rows, err := t.query(ctx, `UPDATE pending
			SET lease_token = $1, due_at = $2, tries = tries + (lease_token IS NOT NULL) `+condition+`
			RETURNING comment_id, tries`, lease.Token, wire.Micros(lease.Until), wire.Micros(at), arg)
		taken, err = collect(rows, err, scanLeased)
		return err
	})
	if err != nil || len(taken) == 0 {
		return models.Lease{}, err
	}
	// The wide rows are read beside the writer. One that was edited meanwhile
	// is newer, and its lease is void.
	lease.Comments, err = s.leasedComments(ctx, taken)
	return lease, err
}

type leased struct {
	id    models.CommentID
	tries int
}

func scanLeased(r scanner) (leased, error) {
	var l leased
	err := r.Scan(&l.id, &l.tries)
	return l, err
}

func (s *Store) leasedComments(ctx context.Context, taken []leased) ([]models.LeasedComment, error) {
	tries := map[models.CommentID]int{}
	ids := make([]models.CommentID, len(taken))
	for i, l := range taken {
		ids[i], tries[l.id] = l.id, l.tries
	}
	rows, err := s.query(ctx, commentSelect+`WHERE c.id IN (SELECT value FROM json_each($1)) AND c.status = 'pending'
		ORDER BY c.received_at, c.id`, wire.List(ids))
	return collect(rows, err, func(r scanner) (models.LeasedComment, error) {
		c, err := scanComment(r)
		return models.LeasedComment{Comment: c, Tries: tries[c.ID]}, err
	})
}

// RenewLease implements [store.Judgements].
func (s *Store) RenewLease(ctx context.Context, token string, until time.Time) error {
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE pending SET due_at = $2 WHERE lease_token = $1`, token, wire.Micros(until))
		if err == nil && n == 0 {
			return models.Errorf(models.Conflict, "the lease is lost")
		}
		return err
	})
}

// ReleaseLease implements [store.Judgements].
func (s *Store) ReleaseLease(ctx context.Context, token string, failed []models.CommentID, retryAt time.Time) error {
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE pending
			SET lease_token = NULL, due_at = $2, tries = tries + (comment_id IN (SELECT value FROM json_each($3)))
			WHERE lease_token = $1`, token, wire.Micros(retryAt), wire.List(failed))
		return err
	})
}

// RecordJudgements implements [store.Judgements].
func (s *Store) RecordJudgements(ctx context.Context, token string, js []models.Judgement) ([]bool, error) {
	for _, j := range js {
		if err := wire.CheckVerdict(j.Verdict); err != nil {
			return nil, err
		}
	}
	counted := make([]bool, len(js))
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		for i := range js {
			var err error
			if counted[i], err = record(ctx, t, token, &js[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return counted, nil
}

// record keeps one judgement if its lease and its revision still hold.
func record(ctx context.Context, t *tx, token string, j *models.Judgement) (bool, error) {
	c := models.Comment{ID: j.Comment, Site: j.Site, Verdict: &j.Verdict}
	err := t.row(ctx, `SELECT COALESCE(c.external_id, ''), c.revision
		FROM pending p JOIN comments c ON c.id = p.comment_id
		WHERE p.comment_id = $1 AND p.lease_token = $2 AND c.site = $3 AND c.revision = $4 AND c.status = 'pending'`,
		j.Comment, token, j.Site, j.Revision).Scan(&c.ExternalID, &c.Revision)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, translate(err)
	}
	if c.Revision == 1 {
		t.count(c.Site, j.At, "received", 1)
	} else if err := recount(ctx, t, models.Erased, c.ID); err != nil { // judged before it was edited
		return false, err
	}
	c.Status, c.Revision = j.Verdict.Action.Status(), c.Revision+1
	_, err = t.exec(ctx, `UPDATE comments SET
			status = $2,
			verdict = $3,
			labels = $4,
			judged_at = $5,
			revision = $6,
			lang_found = lang_found OR (lang = '' AND $7 <> ''),
			lang = CASE WHEN lang = '' THEN $7 ELSE lang END
		WHERE id = $1`,
		c.ID, c.Status, wire.Verdict(j.Verdict), wire.Labels(j.Verdict.Labels), wire.Micros(j.At), c.Revision,
		j.Verdict.Lang)
	if err != nil {
		return false, err
	}
	if _, err := t.exec(ctx, `DELETE FROM pending WHERE comment_id = $1`, c.ID); err != nil {
		return false, err
	}
	if err := shelve(ctx, t, &c); err != nil {
		return false, err
	}
	if j.Verdict.Explainable() {
		if err := makeUnexplained(ctx, t, c.ID, j.At); err != nil {
			return false, err
		}
	}
	if c.Status == models.Held {
		entry := reviewEntry{urgency: j.Urgency, filedAt: j.At, queue: j.Queue}
		if err := fileNew(ctx, t, &c, filing{entry, j.Kin}); err != nil {
			return false, err
		}
	}
	return true, changed(ctx, t, change{
		comment: &c, event: models.CommentJudged, at: j.At, actor: "tamis",
		count: "judged." + string(j.Verdict.Action), detail: map[string]string{"action": string(j.Verdict.Action)},
	})
}

// makeUnexplained puts a stopped comment at the end of the queue for evidence.
func makeUnexplained(ctx context.Context, t *tx, id models.CommentID, at time.Time) error {
	_, err := t.exec(ctx, `INSERT INTO unexplained (comment_id, due_at) VALUES ($1, $2)
		ON CONFLICT (comment_id) DO UPDATE SET due_at = $2, tries = 0`, id, wire.Micros(at))
	return err
}

// WaitingComments implements [store.Judgements].
func (s *Store) WaitingComments(ctx context.Context, before time.Time, limit int) ([]models.CommentID, error) {
	rows, err := s.query(ctx, `SELECT comment_id FROM pending WHERE due_at < $1 ORDER BY due_at, comment_id LIMIT $2`,
		wire.Micros(before), limit)
	return collect(rows, err, scanID)
}

// maxExplainTries is how often a comment is leased for its evidence.
const maxExplainTries = 3

// LeaseUnexplained implements [store.Judgements].
func (s *Store) LeaseUnexplained(
	ctx context.Context, limit int, ttl time.Duration, at time.Time,
) ([]models.Comment, error) {
	var due bool
	err := s.row(ctx, `SELECT EXISTS (SELECT 1 FROM unexplained WHERE due_at <= $1)`, wire.Micros(at)).Scan(&due)
	if err != nil || !due {
		return nil, translate(err) // the common case needs no transaction
	}
	var taken []models.Comment
	err = s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		if err := dropExplained(ctx, t, at); err != nil {
			return err
		}
		rows, err := t.query(ctx, `UPDATE unexplained SET due_at = $4, tries = tries + 1
			WHERE comment_id IN (
				SELECT comment_id FROM unexplained
				WHERE due_at <= $1 AND tries < $2
				ORDER BY due_at, comment_id LIMIT $3)
			RETURNING comment_id`, wire.Micros(at), maxExplainTries, limit, wire.Micros(later(at, ttl)))
		ids, err := collect(rows, err, scanID)
		if err != nil {
			return err
		}
		rows, err = t.query(ctx, commentSelect+`WHERE c.id IN (SELECT value FROM json_each($1))
			AND c.status IN ('held', 'rejected') ORDER BY c.judged_at, c.id`, wire.List(ids))
		taken, err = collect(rows, err, plainComment)
		return err
	})
	return taken, err
}

// dropExplained forgets what nobody has to explain any more: comments given up,
// and those that were approved, edited or erased since.
func dropExplained(ctx context.Context, t *tx, at time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM unexplained WHERE comment_id IN (
			SELECT u.comment_id FROM unexplained u
			WHERE u.due_at <= $1 AND (u.tries >= $2 OR NOT EXISTS (
				SELECT 1 FROM comments c WHERE c.id = u.comment_id AND c.status IN ('held', 'rejected')))
			ORDER BY u.due_at, u.comment_id LIMIT 256)`, wire.Micros(at), maxExplainTries)
	return err
}

// RecordEvidence implements [store.Judgements].
func (s *Store) RecordEvidence(ctx context.Context, j models.Judgement) error {
	if err := wire.CheckVerdict(j.Verdict); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE comments SET verdict = $4
			WHERE site = $1 AND id = $2 AND revision = $3 AND status IN ('held', 'rejected')`,
			j.Site, j.Comment, j.Revision, wire.Verdict(j.Verdict))
		if err != nil {
			return err
		}
		if n == 0 {
			if _, err := comment(ctx, t, j.Site, j.Comment); err != nil {
				return err
			}
			return models.Errorf(models.Conflict, "comment %s changed meanwhile", j.Comment)
		}
		_, err = t.exec(ctx, `DELETE FROM unexplained WHERE comment_id = $1`, j.Comment)
		return err
	})
}

// PendingStats implements [store.Judgements].
func (s *Store) PendingStats(ctx context.Context) (int64, time.Time, error) {
	var count int64
	var oldest time.Time
	err := s.row(ctx, `SELECT count(*), min(since) FROM pending`).Scan(&count, wire.When{T: &oldest})
	return count, oldest, translate(err)
}
