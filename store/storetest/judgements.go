package storetest

import (
	"math"
	"slices"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

var judgementClaims = []claim{
	{"the oldest pending comments are leased first, each once", leaseOldestFirst},
	{"twenty workers never lease the same comment", concurrentLeases},
	{"a lease ends, and its end counts as a try", leaseExpires},
	{"a lease is renewed while it is held", leaseRenewed},
	{"what is released is due again when told", leaseReleased},
	{"named comments are leased when nobody holds them", leaseNamed},
	{"a judgement moves the comment with all that hangs on it", judgementMoves},
	{"a judgement is fenced by its token", fencedByToken},
	{"a judgement is fenced by the revision", fencedByRevision},
	{"the judgements of a batch count each alone", batchOfJudgements},
	{"a judgement that counted once never counts again", judgementOnce},
	{"an old comment that was edited is leased again", editedIsLeased},
	{"a late comment with an early time is leased all the same", lateArrival},
	{"what waits is told, not what is leased or not yet due", waitingComments},
	{"scores that are no numbers are refused", notANumber},
	{"stopped comments are leased for their evidence, longest first, each once", unexplainedLeased},
	{"twenty workers never explain the same comment", concurrentExplainers},
	{"what is not to be explained is not leased", nothingToExplain},
	{"a lease for evidence ends, three times at most", explainTries},
	{"evidence changes the verdict and nothing else", evidenceRecorded},
	{"evidence is fenced by the revision and the site", evidenceFenced},
}

func leaseIDs(l models.Lease) []models.CommentID {
	var out []models.CommentID
	for _, c := range l.Comments {
		out = append(out, c.ID)
	}
	return out
}

func leaseOldestFirst(b *bundle) {
	var want []models.CommentID
	for range 5 {
		want = append(want, b.add(b.fresh("a", "x")).ID)
	}
	at := base.Add(time.Hour)
	first, err := b.s.LeasePending(b.ctx, 3, time.Minute, at)
	b.ok(err)
	second, err := b.s.LeasePending(b.ctx, 3, time.Minute, at)
	b.ok(err)
	third, err := b.s.LeasePending(b.ctx, 3, time.Minute, at)
	b.ok(err)
	if diff := cmp.Diff(append(leaseIDs(first), leaseIDs(second)...), want); diff != "" {
		b.Errorf("leased - want +:\n%s", diff)
	}
	equal(b, "third", len(third.Comments), 0)
	equal(b, "until", first.Until, at.Add(time.Minute).UTC().Truncate(time.Microsecond))
	equal(b, "text", first.Comments[0].Text, "x")
	equal(b, "tries", first.Comments[0].Tries, 0)
	equal(b, "tokens differ", first.Token != second.Token, true)
}

func concurrentLeases(b *bundle) {
	const comments, workers = 60, 20
	for range comments {
		b.add(b.fresh("a", "x"))
	}
	var mu sync.Mutex
	seen := map[models.CommentID]int{}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range comments { // no more, should a keeper give the same ones again
				lease, err := b.s.LeasePending(b.ctx, 4, time.Minute, base.Add(time.Hour))
				if err != nil {
					b.Error(err)
					return
				}
				if len(lease.Comments) == 0 {
					return
				}
				mu.Lock()
				for _, c := range lease.Comments {
					seen[c.ID]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	// A worker may have looked while another held the last rows locked.
	rest, err := b.s.LeasePending(b.ctx, comments, time.Minute, base.Add(time.Hour))
	b.ok(err)
	for _, c := range rest.Comments {
		seen[c.ID]++
	}
	equal(b, "leased", len(seen), comments)
	for id, n := range seen {
		if n != 1 {
			b.Errorf("%s was leased %d times", id, n)
		}
	}
}

func leaseExpires(b *bundle) {
	c := b.add(b.fresh("a", "x"))
	at := base.Add(time.Hour)
	dead, err := b.s.LeasePending(b.ctx, 1, time.Minute, at)
	b.ok(err)
	early, err := b.s.LeasePending(b.ctx, 1, time.Minute, at.Add(59*time.Second))
	b.ok(err)
	equal(b, "before the end", len(early.Comments), 0)
	next, err := b.s.LeasePending(b.ctx, 1, time.Minute, at.Add(time.Minute))
	b.ok(err)
	if len(next.Comments) != 1 {
		b.Fatalf("after the end: leased %d", len(next.Comments))
	}
	equal(b, "tries", next.Comments[0].Tries, 1)
	j := models.Judgement{Comment: c.ID, Site: "a", Revision: 1, Verdict: verdict(models.Allow), At: at}
	counted, err := b.s.RecordJudgements(b.ctx, dead.Token, []models.Judgement{j})
	b.ok(err)
	equal(b, "by the dead one", counted[0], false)
	b.kind(b.s.RenewLease(b.ctx, dead.Token, at.Add(time.Hour)), models.Conflict)
	counted, err = b.s.RecordJudgements(b.ctx, next.Token, []models.Judgement{j})
	b.ok(err)
	equal(b, "by the next one", counted[0], true)
}

func leaseRenewed(b *bundle) {
	b.add(b.fresh("a", "x"))
	at := base.Add(time.Hour)
	lease, err := b.s.LeasePending(b.ctx, 1, time.Minute, at)
	b.ok(err)
	b.ok(b.s.RenewLease(b.ctx, lease.Token, at.Add(2*time.Minute)))
	other, err := b.s.LeasePending(b.ctx, 1, time.Minute, at.Add(90*time.Second))
	b.ok(err)
	equal(b, "leased by another", len(other.Comments), 0)
	b.kind(b.s.RenewLease(b.ctx, "nobody's", at), models.Conflict)
	b.ok(b.s.ReleaseLease(b.ctx, lease.Token, nil, at))
	b.kind(b.s.RenewLease(b.ctx, lease.Token, at.Add(time.Hour)), models.Conflict)
}

func leaseReleased(b *bundle) {
	failed, spared := b.add(b.fresh("a", "x")), b.add(b.fresh("a", "y"))
	at := base.Add(time.Hour)
	lease, err := b.s.LeasePending(b.ctx, 2, time.Minute, at)
	b.ok(err)
	retry := at.Add(10 * time.Second)
	b.ok(b.s.ReleaseLease(b.ctx, lease.Token, []models.CommentID{failed.ID}, retry))
	b.ok(b.s.ReleaseLease(b.ctx, lease.Token, []models.CommentID{failed.ID}, retry)) // holds nothing any more
	early, err := b.s.LeasePending(b.ctx, 2, time.Minute, retry.Add(-time.Second))
	b.ok(err)
	equal(b, "before it is due", len(early.Comments), 0)
	next, err := b.s.LeasePending(b.ctx, 2, time.Minute, retry)
	b.ok(err)
	tries := map[models.CommentID]int{}
	for _, c := range next.Comments {
		tries[c.ID] = c.Tries
	}
	if diff := cmp.Diff(tries, map[models.CommentID]int{failed.ID: 1, spared.ID: 0}); diff != "" {
		b.Errorf("tries: got - want +:\n%s", diff)
	}
}

func leaseNamed(b *bundle) {
	free, held, done := b.add(b.fresh("a", "x")), b.add(b.fresh("b", "y")), b.judged("a", "z", models.Allow)
	b.lease(held.ID)
	ids := []models.CommentID{held.ID, free.ID, done.ID, "nope"}
	lease, err := b.s.LeaseComments(b.ctx, ids, time.Minute, base.Add(time.Hour))
	b.ok(err)
	if diff := cmp.Diff(leaseIDs(lease), []models.CommentID{free.ID}); diff != "" {
		b.Errorf("leased - want +:\n%s", diff)
	}
	again, err := b.s.LeaseComments(b.ctx, ids, time.Minute, base.Add(2*time.Hour))
	b.ok(err)
	equal(b, "after the leases ended", len(again.Comments), 2)
	none, err := b.s.LeaseComments(b.ctx, nil, time.Minute, base)
	b.ok(err)
	equal(b, "of none", len(none.Comments), 0)
	b.ok(b.s.ReleaseLease(b.ctx, again.Token, nil, base.Add(9*time.Hour)))
	early, err := b.s.LeaseComments(b.ctx, ids, time.Minute, base.Add(2*time.Hour))
	b.ok(err)
	equal(b, "by name before they are due", len(early.Comments), 2)
}

func judgementMoves(b *bundle) {
	b.site("a")
	b.webhook("a")
	for action, want := range map[models.Action]models.Status{
		models.Allow: models.Approved, models.Hold: models.Held, models.Reject: models.Rejected,
	} {
		c := b.judged("a", "x "+string(action), action)
		equal(b, string(action), c.Status, want)
		equal(b, string(action)+" counted", b.counters("a")["judged."+string(action)], 1)
		item, err := b.s.ReviewItem(b.ctx, "a", c.ID, base)
		if want != models.Held {
			b.kind(err, models.NotFound)
			continue
		}
		b.ok(err)
		equal(b, "urgency", item.Urgency, 1)
		equal(b, "filed at", item.FiledAt, base.Add(time.Hour).UTC().Truncate(time.Microsecond))
	}
	events := b.feed("a")
	due, err := b.s.LeaseDeliveries(b.ctx, 10, time.Minute, base.Add(time.Hour))
	b.ok(err)
	equal(b, "events", len(events), 3)
	equal(b, "deliveries", len(due), 3)
	if len(events) == 0 {
		b.FailNow()
	}
	e := events[0]
	c, err := b.s.Comment(b.ctx, "a", e.Comment)
	b.ok(err)
	equal(b, "event's status", e.Status, c.Status)
	equal(b, "event's revision", e.Revision, c.Revision)
	if diff := cmp.Diff(e.Labels, c.Verdict.Labels); diff != "" {
		b.Errorf("event's labels - verdict's +:\n%s", diff)
	}
	equal(b, "audited", slices.Contains(b.acts("a"), "tamis comment.judged"), true)
	n, _, err := b.s.PendingStats(b.ctx)
	b.ok(err)
	equal(b, "pending", n, 0)
}

func fencedByToken(b *bundle) {
	c := b.add(b.fresh("a", "x"))
	b.lease(c.ID)
	j := []models.Judgement{{Comment: c.ID, Site: "a", Revision: 1, Verdict: verdict(models.Reject), At: base}}
	for name, token := range map[string]string{"another's": models.NewID(base), "none": "", "wild": "%"} {
		counted, err := b.s.RecordJudgements(b.ctx, token, j)
		b.ok(err)
		equal(b, name, counted[0], false)
	}
	equal(b, "status", b.get(c).Status, models.Pending)
	equal(b, "events", len(b.types("a")), 0)
	equal(b, "audited", len(b.acts("a")), 0)
}

func fencedByRevision(b *bundle) {
	c := b.add(b.fresh("a", "x"))
	token := b.lease(c.ID)
	_, err := b.s.EditComment(b.ctx, "a", c.ID, models.CommentEdit{Text: "y"}, base.Add(time.Hour))
	b.ok(err)
	for _, revision := range []int64{1, 2, 3} {
		counted, err := b.s.RecordJudgements(b.ctx, token, []models.Judgement{{
			Comment: c.ID, Site: "a", Revision: revision, Verdict: verdict(models.Reject), At: base,
		}})
		b.ok(err)
		equal(b, "after an edit", counted[0], false)
	}
	token = b.lease(c.ID)
	counted, err := b.s.RecordJudgements(b.ctx, token, []models.Judgement{{
		Comment: c.ID, Site: "a", Revision: 1, Verdict: verdict(models.Reject), At: base,
	}})
	b.ok(err)
	equal(b, "of the old text under a new lease", counted[0], false)
	equal(b, "status", b.get(c).Status, models.Pending)
}

func batchOfJudgements(b *bundle) {
	var comments []models.Comment
	for range 6 {
		comments = append(comments, b.add(b.fresh("a", "x")))
	}
	comments[4] = b.add(b.fresh("b", "x"))
	lease, err := b.s.LeasePending(b.ctx, 10, time.Minute, base.Add(time.Hour))
	b.ok(err)
	_, err = b.s.EditComment(b.ctx, "a", comments[1].ID, models.CommentEdit{Text: "y"}, base.Add(time.Hour))
	b.ok(err)
	b.ok(b.s.EraseComment(b.ctx, "a", comments[2].ID, "cli", base))
	var js []models.Judgement
	for i, c := range comments {
		action := []models.Action{models.Allow, models.Hold, models.Reject}[i%3]
		js = append(js, models.Judgement{
			Comment: c.ID, Site: c.Site, Revision: 1, Verdict: verdict(action), Urgency: float64(i), At: base,
		})
	}
	js[3].Site = "elsewhere"
	js = append(js, js[0], models.Judgement{Comment: "nope", Site: "a", Verdict: verdict(models.Allow), At: base})
	counted, err := b.s.RecordJudgements(b.ctx, lease.Token, js)
	b.ok(err)
	want := []bool{true, false, false, false, true, true, false, false}
	if diff := cmp.Diff(counted, want); diff != "" {
		b.Errorf("counted - want +:\n%s", diff)
	}
	for i, status := range []models.Status{
		models.Approved, models.Pending, models.Erased, models.Pending, models.Held, models.Rejected,
	} {
		equal(b, "status", b.get(comments[i]).Status, status)
	}
	none, err := b.s.RecordJudgements(b.ctx, lease.Token, nil)
	b.ok(err)
	equal(b, "of none", len(none), 0)
}

func judgementOnce(b *bundle) {
	c := b.add(b.fresh("a", "x"))
	token := b.lease(c.ID)
	var counted [20]bool
	var wg sync.WaitGroup
	for i := range counted {
		wg.Go(func() {
			got, err := b.s.RecordJudgements(b.ctx, token, []models.Judgement{{
				Comment: c.ID, Site: "a", Revision: 1, Verdict: verdict(models.Hold), At: base,
			}})
			if err != nil {
				b.Error(err)
				return
			}
			counted[i] = got[0]
		})
	}
	wg.Wait()
	n := 0
	for _, ok := range counted {
		if ok {
			n++
		}
	}
	equal(b, "counted", n, 1)
	equal(b, "events", len(b.types("a")), 1)
	equal(b, "counter", b.counters("a")["judged.hold"], 1)
}

func editedIsLeased(b *bundle) {
	old := b.judged("a", "old", models.Allow)
	for range 3 {
		b.add(b.fresh("a", "x"))
	}
	at := base.Add(24 * time.Hour)
	_, err := b.s.LeasePending(b.ctx, 10, time.Hour, at)
	b.ok(err)
	_, err = b.s.EditComment(b.ctx, "a", old.ID, models.CommentEdit{Text: "new"}, base.Add(time.Minute))
	b.ok(err)
	lease, err := b.s.LeasePending(b.ctx, 10, time.Hour, at)
	b.ok(err)
	if diff := cmp.Diff(leaseIDs(lease), []models.CommentID{old.ID}); diff != "" {
		b.Errorf("leased - want +:\n%s", diff)
	}
	b.ok(b.s.ReleaseLease(b.ctx, lease.Token, nil, base.Add(2*time.Minute)))
	again, err := b.s.LeasePending(b.ctx, 10, time.Hour, at)
	b.ok(err)
	equal(b, "released with an early time", len(again.Comments), 1)
}

func lateArrival(b *bundle) {
	b.add(b.fresh("a", "x"))
	at := base.Add(24 * time.Hour)
	_, err := b.s.LeasePending(b.ctx, 10, time.Hour, at)
	b.ok(err)
	late := b.add(b.fresh("a", "late"))
	lease, err := b.s.LeasePending(b.ctx, 10, time.Hour, at)
	b.ok(err)
	if diff := cmp.Diff(leaseIDs(lease), []models.CommentID{late.ID}); diff != "" {
		b.Errorf("leased - want +:\n%s", diff)
	}
}

func waitingComments(b *bundle) {
	n, oldest, err := b.s.PendingStats(b.ctx)
	b.ok(err)
	equal(b, "count of none", n, 0)
	equal(b, "oldest of none", oldest, time.Time{})
	old, leased, young := b.add(b.fresh("a", "x")), b.add(b.fresh("b", "y")), b.add(b.fresh("a", "z"))
	b.lease(leased.ID)
	got, err := b.s.WaitingComments(b.ctx, young.ReceivedAt, 10)
	b.ok(err)
	if diff := cmp.Diff(got, []models.CommentID{old.ID}); diff != "" {
		b.Errorf("waiting - want +:\n%s", diff)
	}
	got, err = b.s.WaitingComments(b.ctx, young.ReceivedAt.Add(time.Second), 1)
	b.ok(err)
	equal(b, "limit", len(got), 1)
	n, oldest, err = b.s.PendingStats(b.ctx)
	b.ok(err)
	equal(b, "count", n, 3)
	equal(b, "oldest", oldest, old.ReceivedAt.UTC().Truncate(time.Microsecond))
}

func notANumber(b *bundle) {
	c := b.add(b.fresh("a", "x"))
	token := b.lease(c.ID)
	v := verdict(models.Hold)
	v.Scores = models.Scores{models.Toxic: math.NaN()}
	_, err := b.s.RecordJudgements(b.ctx, token, []models.Judgement{{
		Comment: c.ID, Site: "a", Revision: 1, Verdict: v, At: base,
	}})
	b.kind(err, models.Invalid)
	equal(b, "status", b.get(c).Status, models.Pending)
}

// scored is a verdict that a score made.
func scored(action models.Action) models.Verdict {
	v := verdict(action)
	v.Reasons = append(v.Reasons, models.Reason{
		Rule: models.RuleScore, Action: action, Label: models.Toxic, Score: 0.25, Threshold: 0.125,
	})
	return v
}

// stopped adds a comment and stops it by a score.
func (b *bundle) stopped(site models.SiteID, action models.Action) models.Comment {
	b.Helper()
	c := b.add(b.fresh(site, "zut alors"))
	b.judge(c, scored(action), 1)
	return b.get(c)
}

// unexplained leases for evidence at a time after all judgements.
func (b *bundle) unexplained(limit int, at time.Time) []models.CommentID {
	b.Helper()
	comments, err := b.s.LeaseUnexplained(b.ctx, limit, time.Minute, at)
	b.ok(err)
	var out []models.CommentID
	for _, c := range comments {
		out = append(out, c.ID)
	}
	return out
}

func unexplainedLeased(b *bundle) {
	want := []models.CommentID{
		b.stopped("a", models.Hold).ID, b.stopped("b", models.Reject).ID, b.stopped("a", models.Hold).ID,
	}
	at := base.Add(2 * time.Hour)
	equal(b, "before they are due", len(b.unexplained(9, base.Add(59*time.Minute))), 0)
	got := append(b.unexplained(2, at), b.unexplained(2, at)...)
	if diff := cmp.Diff(got, want); diff != "" {
		b.Errorf("leased - want +:\n%s", diff)
	}
	equal(b, "third", len(b.unexplained(2, at)), 0)
	c := b.stopped("a", models.Hold)
	comments, err := b.s.LeaseUnexplained(b.ctx, 9, time.Minute, at)
	b.ok(err)
	if diff := cmp.Diff(comments, []models.Comment{c}); diff != "" {
		b.Errorf("the comment: got - want +:\n%s", diff)
	}
}

func concurrentExplainers(b *bundle) {
	const comments, workers = 30, 20
	for range comments {
		b.stopped("a", models.Hold)
	}
	at := base.Add(2 * time.Hour)
	var mu sync.Mutex
	seen := map[models.CommentID]int{}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range comments {
				leased, err := b.s.LeaseUnexplained(b.ctx, 2, time.Minute, at)
				if err != nil {
					b.Error(err)
					return
				}
				if len(leased) == 0 {
					return
				}
				mu.Lock()
				for _, c := range leased {
					seen[c.ID]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	// A worker may have looked while another held the last rows locked.
	for _, id := range b.unexplained(comments, at) {
		seen[id]++
	}
	equal(b, "leased", len(seen), comments)
	for id, n := range seen {
		if n != 1 {
			b.Errorf("%s was leased %d times", id, n)
		}
	}
}

func nothingToExplain(b *bundle) {
	b.judged("a", "by a word list", models.Hold)
	c := b.add(b.fresh("a", "let through"))
	b.judge(c, scored(models.Allow), 1)
	edited, erased, approved := b.stopped("a", models.Hold), b.stopped("a", models.Reject), b.stopped("a", models.Hold)
	_, err := b.s.EditComment(b.ctx, "a", edited.ID, models.CommentEdit{Text: "mieux"}, base.Add(time.Hour))
	b.ok(err)
	b.ok(b.s.EraseComment(b.ctx, "a", erased.ID, "cli", base))
	b.decide(approved, models.DecideApprove, "user:z")
	at := base.Add(2 * time.Hour)
	equal(b, "leased", len(b.unexplained(9, at)), 0)
	b.judge(edited, scored(models.Reject), 1)
	if diff := cmp.Diff(b.unexplained(9, at), []models.CommentID{edited.ID}); diff != "" {
		b.Errorf("judged again: leased - want +:\n%s", diff)
	}
}

func explainTries(b *bundle) {
	c := b.stopped("a", models.Hold)
	at := base.Add(2 * time.Hour)
	for range 3 {
		equal(b, "due", len(b.unexplained(1, at)), 1)
		equal(b, "before its lease ends", len(b.unexplained(1, at.Add(59*time.Second))), 0)
		at = at.Add(time.Minute)
	}
	equal(b, "given up", len(b.unexplained(1, at.Add(time.Hour))), 0)
	v := *c.Verdict
	v.PolicyVersion = 4
	b.ok(b.s.RecordEvidence(b.ctx, models.Judgement{Comment: c.ID, Site: "a", Revision: c.Revision, Verdict: v}))
	equal(b, "late evidence", b.get(c).Verdict.PolicyVersion, 4)
}

func evidenceRecorded(b *bundle) {
	b.site("a")
	b.webhook("a")
	want := b.stopped("a", models.Hold)
	events, acts := len(b.feed("a")), len(b.acts("a"))
	without := 0.0625
	v := *want.Verdict
	v.Reasons = slices.Clone(v.Reasons)
	v.Reasons[1].Evidence = []models.Span{{Begin: 0, End: 3, Text: "zut", Without: &without}}
	v.Edit = &models.Edit{Spans: []models.Span{{Begin: 0, End: 3, Text: "zut"}}, Action: models.Allow}
	j := models.Judgement{Comment: want.ID, Site: "a", Revision: want.Revision, Verdict: v}
	b.ok(b.s.RecordEvidence(b.ctx, j))
	b.ok(b.s.RecordEvidence(b.ctx, j)) // twice is as good as once
	want.Verdict = &v
	if diff := cmp.Diff(b.get(want), want); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	equal(b, "to explain", len(b.unexplained(9, base.Add(2*time.Hour))), 0)
	equal(b, "events", len(b.feed("a")), events)
	equal(b, "audit", len(b.acts("a")), acts)
	b.ok(b.s.EraseComment(b.ctx, "a", want.ID, "cli", base))
	bare := b.get(want).Verdict
	if bare.Edit != nil || bare.Reasons[1].Evidence != nil {
		b.Errorf("an erased comment is quoted: %+v", bare)
	}
}

func evidenceFenced(b *bundle) {
	c := b.stopped("a", models.Hold)
	v := *c.Verdict
	v.PolicyVersion = 9
	j := models.Judgement{Comment: c.ID, Site: "a", Revision: c.Revision, Verdict: v}
	foreign, missing, older, odd := j, j, j, j
	foreign.Site, missing.Comment, older.Revision = "b", models.CommentID(models.NewID(base)), c.Revision-1
	b.kind(b.s.RecordEvidence(b.ctx, foreign), models.NotFound)
	b.kind(b.s.RecordEvidence(b.ctx, missing), models.NotFound)
	b.kind(b.s.RecordEvidence(b.ctx, older), models.Conflict)
	nan := math.NaN()
	odd.Verdict.Reasons = []models.Reason{{Rule: models.RuleScore, Evidence: []models.Span{{End: 1, Without: &nan}}}}
	b.kind(b.s.RecordEvidence(b.ctx, odd), models.Invalid)
	equal(b, "verdict", b.get(c).Verdict.PolicyVersion, c.Verdict.PolicyVersion)
	_, err := b.s.EditComment(b.ctx, "a", c.ID, models.CommentEdit{Text: "mieux"}, base.Add(time.Hour))
	b.ok(err)
	j.Revision++
	b.kind(b.s.RecordEvidence(b.ctx, j), models.Conflict)
	equal(b, "verdict of the new text", b.get(c).Verdict == nil, true)
}
