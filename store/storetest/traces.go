package storetest

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

var traceClaims = []claim{
	{"a trace finds the comments of its print, newest first, in its site", traceFinds},
	{"a trace again replaces, and goes with what it names", traceGoes},
	{"a callback waits for its comment's end and is leased to one", callbackLeased},
	{"a callback is told once, or again later", callbackEnds},
	{"a comment is found by the site's own id", byExternalID},
	{"feedback on a text that is not kept is listed, and replaced by its id", looseFeedback},
}

// trace keeps a trace, each a second after the one before.
func (b *bundle) trace(c models.Comment, fingerprint, callback string) models.Trace {
	b.Helper()
	b.count++
	t := models.Trace{
		Comment: c.ID, Site: c.Site, Wire: "akismet", Print: fingerprint, Callback: callback,
		At: base.Add(2*time.Hour + time.Duration(b.count)*time.Second),
	}
	b.ok(b.s.AddTrace(b.ctx, t))
	return t
}

func (b *bundle) traced(site models.SiteID, fingerprint string) []models.CommentID {
	b.Helper()
	found, err := b.s.Traced(b.ctx, site, fingerprint, 10)
	b.ok(err)
	var ids []models.CommentID
	for _, c := range found {
		ids = append(ids, c.ID)
	}
	return ids
}

func traceFinds(b *bundle) {
	one, two, other := b.held("a", 1), b.add(b.fresh("a", "x")), b.held("b", 1)
	b.trace(one, "p", "")
	b.trace(two, "p", "")
	b.trace(other, "p", "")
	b.trace(b.held("a", 1), "P", "")
	if diff := cmp.Diff(b.traced("a", "p"), []models.CommentID{two.ID, one.ID}); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	equal(b, "none", len(b.traced("a", "q")), 0)
	foreign := models.Trace{Comment: one.ID, Site: "b", Print: "p", At: base}
	b.kind(b.s.AddTrace(b.ctx, foreign), models.NotFound)
	foreign.Comment = "nobody"
	b.kind(b.s.AddTrace(b.ctx, foreign), models.NotFound)
}

func traceGoes(b *bundle) {
	c, old := b.judged("a", "zut", models.Allow), b.judged("a", "zut", models.Allow)
	b.trace(c, "p", "")
	b.trace(c, "q", "")
	b.trace(old, "q", "")
	equal(b, "replaced", len(b.traced("a", "p")), 0)
	b.ok(b.s.EraseComment(b.ctx, "a", c.ID, "cli", base.Add(3*time.Hour)))
	if diff := cmp.Diff(b.traced("a", "q"), []models.CommentID{old.ID}); diff != "" {
		b.Errorf("after an erasure: got - want +:\n%s", diff)
	}
	b.purge(store.Purge{Comments: base.Add(4 * time.Hour), Limit: 10})
	equal(b, "after a purge", len(b.traced("a", "q")), 0)
	b.add(old)
	equal(b, "the id is free again", len(b.traced("a", "q")), 0)
}

func callbackLeased(b *bundle) {
	at := base.Add(4 * time.Hour)
	held, mute, waits := b.held("a", 1), b.judged("a", "zut", models.Reject), b.add(b.fresh("a", "x"))
	want := b.trace(held, "p", "https://blog.example/back")
	b.trace(mute, "p", "")
	b.trace(waits, "p", "https://blog.example/back")
	lease := func(at time.Time) []models.DueCallback {
		due, err := b.s.LeaseCallbacks(b.ctx, 10, time.Minute, at)
		b.ok(err)
		return due
	}
	equal(b, "held and pending ones", len(lease(at)), 0)
	b.decide(held, models.DecideSpam, "user:z")
	equal(b, "not due yet", len(lease(base)), 0)
	due := lease(at)
	if len(due) != 1 {
		b.Fatalf("got %d callbacks, want 1", len(due))
	}
	want.At = trim(want.At)
	if diff := cmp.Diff(due[0], models.DueCallback{Trace: want, Token: due[0].Token, Status: models.Rejected}); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	equal(b, "leased to one", len(lease(at)), 0)
	again := lease(at.Add(2 * time.Minute))
	equal(b, "its holder died", len(again) == 1 && again[0].Tries == 1 && again[0].Token != due[0].Token, true)
	b.kind(b.s.EndCallback(b.ctx, held.ID, due[0].Token, time.Time{}), models.Conflict)
	b.kind(b.s.EndCallback(b.ctx, "nobody", due[0].Token, time.Time{}), models.Conflict)
}

func callbackEnds(b *bundle) {
	at := base.Add(4 * time.Hour)
	c := b.judged("a", "zut", models.Reject)
	b.trace(c, "p", "https://blog.example/back")
	for i, next := range []time.Time{at.Add(time.Hour), {}} {
		due, err := b.s.LeaseCallbacks(b.ctx, 10, time.Minute, at.Add(time.Duration(i)*2*time.Hour))
		b.ok(err)
		if len(due) != 1 || due[0].Tries != i {
			b.Fatalf("try %d: got %+v", i, due)
		}
		b.ok(b.s.EndCallback(b.ctx, c.ID, due[0].Token, next))
		early, err := b.s.LeaseCallbacks(b.ctx, 10, time.Minute, at.Add(30*time.Minute))
		b.ok(err)
		equal(b, "before its time", len(early), 0)
	}
	never, err := b.s.LeaseCallbacks(b.ctx, 10, time.Minute, at.Add(1000*time.Hour))
	b.ok(err)
	equal(b, "told", len(never), 0)
}

func byExternalID(b *bundle) {
	c := b.fresh("a", "x")
	c.ExternalID = "Ab"
	b.add(c)
	got, err := b.s.CommentByExternalID(b.ctx, "a", "Ab")
	b.ok(err)
	equal(b, "id", got.ID, c.ID)
	_, err = b.s.CommentByExternalID(b.ctx, "b", "Ab")
	b.kind(err, models.NotFound)
	_, err = b.s.CommentByExternalID(b.ctx, "a", "ab")
	b.kind(err, models.NotFound)
}

func looseFeedback(b *bundle) {
	b.site("a")
	b.site("b")
	decided := b.held("a", 1)
	b.decide(decided, models.DecideApprove, "user:z")
	f := models.Feedback{
		ID: "lesson", Site: "a", Section: "sports", TextHash: models.TextHash("zut"), Lang: "fr",
		Scores: models.Scores{models.Toxic: 0.25}, Decision: models.DecideReject,
		Suggested: models.Scores{models.Toxic: 1}, At: base.Add(5 * time.Hour),
	}
	b.ok(b.s.AddFeedback(b.ctx, f, "key:k"))
	f.Decision, f.Suggested, f.Section = models.DecideApprove, nil, ""
	b.ok(b.s.AddFeedback(b.ctx, f, "key:k"))
	page, err := b.s.Feedback(b.ctx, "a", "", 10)
	b.ok(err)
	f.At = trim(f.At)
	if len(page.Items) != 2 {
		b.Fatalf("got %d items, want a decision's and a lesson's", len(page.Items))
	}
	equal(b, "a decision's", page.Items[0].Comment, decided.ID)
	if diff := cmp.Diff(page.Items[1], f); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	foreign, text := f, f
	foreign.Site = "b"
	b.kind(b.s.AddFeedback(b.ctx, foreign, "key:k"), models.Conflict)
	text.TextHash = models.TextHash("flûte")
	b.kind(b.s.AddFeedback(b.ctx, text, "key:k"), models.Conflict)
	foreign.ID, foreign.Site = "lesson2", "nowhere"
	b.kind(b.s.AddFeedback(b.ctx, foreign, "key:k"), models.NotFound)
	want := []string{"key:k feedback.recorded", "key:k feedback.recorded"}
	acts := b.acts("a")
	if diff := cmp.Diff(acts[len(acts)-2:], want); diff != "" {
		b.Errorf("audit: got - want +:\n%s", diff)
	}
}
