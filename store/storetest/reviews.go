package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

var reviewClaims = []claim{
	{"the queue lists the most urgent first and pages through ties", queueOrder},
	{"a claim leases the most urgent items to one person", claimsLease},
	{"twenty claimers never get the same item", concurrentClaims},
	{"a claim ends, and may be given back before", claimsEnd},
	{"a decision closes its item and is announced", decisionCloses},
	{"a decision under a lost claim tells who decided what", lostClaim},
	{"a decision again is the same decision", decisionAgain},
	{"only judged comments can be decided", decidable},
	{"an escalated item waits for somebody else", escalation},
	{"spam is rejected, labelled and withdrawn again", spamLabel},
	{"an undo restores what was before", undoRestores},
	{"decisions are undone from the last to the first", undoInOrder},
	{"what was edited or erased since can't be undone", undoRefused},
	{"an undo of an escalation gives the item back as it was", undoEscalation},
	{"feedback teaches what stands, oldest first", feedbackStands},
	{"twenty people decide one item: one wins", concurrentDecisions},
}

func (b *bundle) held(site models.SiteID, urgency float64) models.Comment {
	b.Helper()
	c := b.add(b.fresh(site, fmt.Sprint("held ", urgency)))
	b.judge(c, verdict(models.Hold), urgency)
	return b.get(c)
}

func (b *bundle) claim(by string, limit int, at time.Time) models.ClaimedItems {
	b.Helper()
	got, err := b.s.ClaimReviews(b.ctx, models.ClaimRequest{Site: "a", By: by, Limit: limit, TTL: time.Minute}, at)
	b.ok(err)
	return got
}

func itemIDs(items []models.ReviewItem) []models.CommentID {
	var out []models.CommentID
	for _, i := range items {
		out = append(out, i.Comment.ID)
	}
	return out
}

func queueOrder(b *bundle) {
	for _, u := range []float64{1, 3, -2, 3, 3, 0.1, 1e9, -1e-9} {
		b.held("a", u)
	}
	all, err := b.s.ReviewItems(b.ctx, models.ReviewQuery{Site: "a"}, base)
	b.ok(err)
	equal(b, "items", len(all.Items), 8)
	if !slices.IsSortedFunc(all.Items, func(x, y models.ReviewItem) int {
		if x.Urgency != y.Urgency {
			return -compare(x.Urgency, y.Urgency)
		}
		return strings.Compare(string(x.Comment.ID), string(y.Comment.ID))
	}) {
		b.Errorf("not in order: %v", itemIDs(all.Items))
	}
	var got []models.CommentID
	q := models.ReviewQuery{Site: "a", Limit: 2}
	for {
		page, err := b.s.ReviewItems(b.ctx, q, base)
		b.ok(err)
		got = append(got, itemIDs(page.Items)...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if diff := cmp.Diff(got, itemIDs(all.Items)); diff != "" {
		b.Errorf("pages - whole list +:\n%s", diff)
	}
}

func compare(x, y float64) int {
	if x < y {
		return -1
	}
	return 1
}

func claimsLease(b *bundle) {
	low, high, mid := b.held("a", 1), b.held("a", 3), b.held("a", 2)
	at := base.Add(2 * time.Hour)
	first := b.claim("user:z", 2, at)
	if diff := cmp.Diff(itemIDs(first.Items), []models.CommentID{high.ID, mid.ID}); diff != "" {
		b.Errorf("claimed - want +:\n%s", diff)
	}
	want := models.Claim{Token: first.Token, By: "user:z", Until: at.Add(time.Minute).UTC().Truncate(time.Microsecond)}
	equal(b, "claim", first.Claim, want)
	equal(b, "item's claim", *first.Items[0].Claim, want)
	equal(b, "item's text", first.Items[0].Comment.Text, "held 3")
	second := b.claim("user:z", 2, at)
	if diff := cmp.Diff(itemIDs(second.Items), []models.CommentID{low.ID}); diff != "" {
		b.Errorf("second claim - want +:\n%s", diff)
	}
	equal(b, "third claim", len(b.claim("user:y", 2, at).Items), 0)
	list, err := b.s.ReviewItems(b.ctx, models.ReviewQuery{Site: "a"}, at)
	b.ok(err)
	equal(b, "listed, claimed or not", len(list.Items), 3)
	equal(b, "shown as claimed", list.Items[0].Claim != nil && list.Items[0].Claim.By == "user:z", true)
	list, err = b.s.ReviewItems(b.ctx, models.ReviewQuery{Site: "a"}, at.Add(time.Minute))
	b.ok(err)
	equal(b, "shown as free once it ended", list.Items[0].Claim == nil, true)
}

func concurrentClaims(b *bundle) {
	const items, people = 40, 20
	for i := range items {
		b.held("a", float64(i))
	}
	at := base.Add(2 * time.Hour)
	var mu sync.Mutex
	seen := map[models.CommentID]int{}
	take := func(by string) int {
		got, err := b.s.ClaimReviews(b.ctx, models.ClaimRequest{Site: "a", By: by, Limit: 5, TTL: time.Minute}, at)
		if err != nil {
			b.Error(err)
			return 0
		}
		mu.Lock()
		defer mu.Unlock()
		for _, i := range got.Items {
			seen[i.Comment.ID]++
		}
		return len(got.Items)
	}
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			for range items { // no more, should a keeper give the same ones again
				if take(fmt.Sprint("user:", i)) == 0 {
					return
				}
			}
		})
	}
	wg.Wait()
	take("user:last") // what was locked when the others looked
	equal(b, "claimed", len(seen), items)
	for id, n := range seen {
		if n != 1 {
			b.Errorf("%s was claimed %d times", id, n)
		}
	}
}

func claimsEnd(b *bundle) {
	c := b.held("a", 1)
	at := base.Add(2 * time.Hour)
	first := b.claim("user:z", 1, at)
	b.ok(b.s.ReleaseClaim(b.ctx, "a", first.Token, at))
	b.kind(b.s.ReleaseClaim(b.ctx, "a", first.Token, at), models.Conflict)
	second := b.claim("user:y", 1, at)
	equal(b, "given back", len(second.Items), 1)
	equal(b, "before its end", len(b.claim("user:x", 1, at.Add(59*time.Second)).Items), 0)
	third := b.claim("user:x", 1, at.Add(time.Minute))
	equal(b, "after its end", len(third.Items), 1)
	b.kind(b.s.ReleaseClaim(b.ctx, "a", second.Token, at.Add(time.Minute)), models.Conflict)
	b.kind(b.s.ReleaseClaim(b.ctx, "b", third.Token, at.Add(time.Minute)), models.Conflict)
	b.kind(b.s.ReleaseClaim(b.ctx, "a", "nope", at), models.Conflict)
	d := b.decision(c, models.DecideApprove, "user:x")
	d.At = at.Add(3 * time.Minute)
	_, err := b.s.RecordDecision(b.ctx, d, third.Token)
	b.kind(err, models.Conflict)
}

func decisionCloses(b *bundle) {
	b.site("a")
	b.webhook("a")
	c := b.held("a", 1)
	at := base.Add(2 * time.Hour)
	claim := b.claim("user:z", 1, at)
	want := b.decision(c, models.DecideReject, "user:z")
	d, err := b.s.RecordDecision(b.ctx, want, claim.Token)
	b.ok(err)
	want.Before, want.At = models.Held, want.At.UTC().Truncate(time.Microsecond)
	if diff := cmp.Diff(d, want); diff != "" {
		b.Errorf("decision - want +:\n%s", diff)
	}
	got := b.get(c)
	equal(b, "status", got.Status, models.Rejected)
	equal(b, "revision", got.Revision, 3)
	if diff := cmp.Diff(got.Decision, &want); diff != "" {
		b.Errorf("kept decision - want +:\n%s", diff)
	}
	_, err = b.s.ReviewItem(b.ctx, "a", c.ID, at)
	b.kind(err, models.NotFound)
	if diff := cmp.Diff(b.types("a"), []models.EventType{models.CommentJudged, models.CommentDecided}); diff != "" {
		b.Errorf("events: got - want +:\n%s", diff)
	}
	due, err := b.s.LeaseDeliveries(b.ctx, 10, time.Minute, at.Add(time.Hour))
	b.ok(err)
	equal(b, "deliveries", len(due), 2)
	equal(b, "audited", slices.Contains(b.acts("a"), "user:z decision.recorded"), true)
	equal(b, "counted", b.counters("a")["decided.reject"], 1)
}

func lostClaim(b *bundle) {
	c := b.held("a", 1)
	at := base.Add(2 * time.Hour)
	claim := b.claim("user:slow", 1, at)
	_, err := b.s.RecordDecision(b.ctx, b.decision(c, models.DecideApprove, "user:slow"), "nope")
	b.kind(err, models.Conflict)
	b.decide(c, models.DecideReject, "key:blog")
	_, err = b.s.RecordDecision(b.ctx, b.decision(c, models.DecideApprove, "user:slow"), claim.Token)
	b.kind(err, models.Conflict)
	if err != nil && (!strings.Contains(err.Error(), "key:blog") || !strings.Contains(err.Error(), "reject") || !strings.Contains(err.Error(), "2026-03-01")) {
		b.Errorf("%q does not tell who decided what and when", err)
	}
	equal(b, "status", b.get(c).Status, models.Rejected)
}

func decisionAgain(b *bundle) {
	c := b.held("a", 1)
	d := b.decision(c, models.DecideApprove, "user:z")
	first, err := b.s.RecordDecision(b.ctx, d, "")
	b.ok(err)
	second, err := b.s.RecordDecision(b.ctx, d, "")
	b.ok(err)
	if diff := cmp.Diff(second, first); diff != "" {
		b.Errorf("second - first +:\n%s", diff)
	}
	equal(b, "events", len(b.types("a")), 2)
	d.Decision = models.DecideReject
	_, err = b.s.RecordDecision(b.ctx, d, "")
	b.kind(err, models.Conflict)
}

func decidable(b *bundle) {
	pending := b.add(b.fresh("a", "x"))
	_, err := b.s.RecordDecision(b.ctx, b.decision(pending, models.DecideApprove, "user:z"), "")
	b.kind(err, models.Conflict)
	_, err = b.s.RecordDecision(b.ctx, b.decision(b.fresh("a", "x"), models.DecideApprove, "user:z"), "")
	b.kind(err, models.NotFound)
	approved := b.judged("a", "y", models.Allow)
	_, err = b.s.RecordDecision(b.ctx, b.decision(approved, "ponder", "user:z"), "")
	b.faulty(err, "decision")
	d := b.decide(approved, models.DecideReject, "user:z")
	equal(b, "before", d.Before, models.Approved)
	equal(b, "status", b.get(approved).Status, models.Rejected)
	rejected := b.judged("a", "z", models.Reject)
	b.decide(rejected, models.DecideApprove, "user:z")
	equal(b, "status", b.get(rejected).Status, models.Approved)
}

func escalation(b *bundle) {
	c := b.held("a", 4)
	at := base.Add(2 * time.Hour)
	claim := b.claim("user:z", 1, at)
	_, err := b.s.RecordDecision(b.ctx, b.decision(c, models.DecideEscalate, "user:z"), claim.Token)
	b.ok(err)
	item, err := b.s.ReviewItem(b.ctx, "a", c.ID, at)
	b.ok(err)
	equal(b, "escalated", item.Escalated, true)
	equal(b, "unclaimed", item.Claim == nil, true)
	equal(b, "urgency", item.Urgency, 4)
	equal(b, "status", item.Comment.Status, models.Held)
	equal(b, "for the one who escalated", len(b.claim("user:z", 1, at).Items), 0)
	equal(b, "for another", len(b.claim("user:boss", 1, at).Items), 1)
	fine := b.judged("a", "fine", models.Allow)
	b.decide(fine, models.DecideEscalate, "user:z")
	item, err = b.s.ReviewItem(b.ctx, "a", fine.ID, at)
	b.ok(err)
	equal(b, "as urgent as the first", item.Urgency, 4)
}

func spamLabel(b *bundle) {
	c := b.held("a", 1)
	d := b.decide(c, models.DecideSpam, "user:z")
	equal(b, "status", b.get(c).Status, models.Rejected)
	events := b.feed("a")
	equal(b, "announced as spam", len(events) == 2 && slices.Contains(events[1].Labels, models.Spam), true)
	_, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "a", By: "user:z"}, base.Add(4*time.Hour))
	b.ok(err)
	list, err := b.s.ListComments(b.ctx, models.CommentQuery{Site: "a", Label: models.Spam})
	b.ok(err)
	equal(b, "listed as spam after the undo", len(list.Items), 0)
}

func undoRestores(b *bundle) {
	c := b.held("a", 5)
	before, err := b.s.ReviewItem(b.ctx, "a", c.ID, base)
	b.ok(err)
	d := b.decide(c, models.DecideApprove, "user:z")
	at := base.Add(4 * time.Hour)
	undone, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "a", By: "user:y"}, at)
	b.ok(err)
	equal(b, "undone by", undone.UndoneBy, "user:y")
	equal(b, "undone at", undone.UndoneAt, at.UTC().Truncate(time.Microsecond))
	got := b.get(c)
	equal(b, "status", got.Status, models.Held)
	equal(b, "decision is gone", got.Decision == nil, true)
	equal(b, "revision", got.Revision, 4)
	item, err := b.s.ReviewItem(b.ctx, "a", c.ID, at)
	b.ok(err)
	equal(b, "urgency", item.Urgency, before.Urgency)
	equal(b, "filed at", item.FiledAt, before.FiledAt)
	feedback, err := b.s.Feedback(b.ctx, "a", "", 10)
	b.ok(err)
	equal(b, "feedback", len(feedback.Items), 0)
	want := []models.EventType{models.CommentJudged, models.CommentDecided, models.CommentUndone}
	if diff := cmp.Diff(b.types("a"), want); diff != "" {
		b.Errorf("events: got - want +:\n%s", diff)
	}
	equal(b, "audited", slices.Contains(b.acts("a"), "user:y decision.undone"), true)
	_, err = b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "a", By: "user:y"}, at)
	b.kind(err, models.Conflict)
	_, err = b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: "nope", Site: "a", By: "user:y"}, at)
	b.kind(err, models.NotFound)
}

func undoInOrder(b *bundle) {
	c := b.judged("a", "x", models.Allow)
	first := b.decide(c, models.DecideReject, "user:1")
	second := b.decide(c, models.DecideApprove, "user:2")
	at := base.Add(4 * time.Hour)
	_, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: first.ID, Site: "a", By: "user:z"}, at)
	b.kind(err, models.Conflict)
	_, err = b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: second.ID, Site: "a", By: "user:z"}, at)
	b.ok(err)
	got := b.get(c)
	equal(b, "status", got.Status, models.Rejected)
	equal(b, "the first stands again", got.Decision != nil && got.Decision.ID == first.ID, true)
	feedback, err := b.s.Feedback(b.ctx, "a", "", 10)
	b.ok(err)
	equal(b, "its feedback too", len(feedback.Items) == 1 && feedback.Items[0].ID == first.ID, true)
	_, err = b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: first.ID, Site: "a", By: "user:z"}, at)
	b.ok(err)
	got = b.get(c)
	equal(b, "status at last", got.Status, models.Approved)
	equal(b, "no item", got.Decision == nil, true)
	_, err = b.s.ReviewItem(b.ctx, "a", c.ID, at)
	b.kind(err, models.NotFound)
}

func undoRefused(b *bundle) {
	at := base.Add(4 * time.Hour)
	edited, erased := b.held("a", 1), b.held("a", 2)
	d1, d2 := b.decide(edited, models.DecideApprove, "user:z"), b.decide(erased, models.DecideReject, "user:z")
	_, err := b.s.EditComment(b.ctx, "a", edited.ID, models.CommentEdit{Text: "other"}, at)
	b.ok(err)
	b.ok(b.s.EraseComment(b.ctx, "a", erased.ID, "cli", at))
	for name, id := range map[string]string{"edited": d1.ID, "erased": d2.ID} {
		_, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: id, Site: "a", By: "user:z"}, at)
		if models.KindOf(err) != models.Conflict {
			b.Errorf("%s: got %v, want a conflict", name, err)
		}
	}
	b.judge(edited, verdict(models.Hold), 1)
	d3 := b.decide(edited, models.DecideApprove, "user:z")
	_, err = b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d3.ID, Site: "a", By: "user:z"}, at)
	b.ok(err)
	equal(b, "decided after the edit, undone", b.get(edited).Status, models.Held)
}

func undoEscalation(b *bundle) {
	c := b.held("a", 4)
	d := b.decide(c, models.DecideEscalate, "user:z")
	at := base.Add(4 * time.Hour)
	_, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "a", By: "user:z"}, at)
	b.ok(err)
	item, err := b.s.ReviewItem(b.ctx, "a", c.ID, at)
	b.ok(err)
	equal(b, "escalated", item.Escalated, false)
	equal(b, "for the one who escalated", len(b.claim("user:z", 1, at).Items), 1)
}

func feedbackStands(b *bundle) {
	one, two, three := b.held("a", 1), b.held("a", 2), b.held("a", 3)
	b.decide(two, models.DecideApprove, "user:z")
	b.decide(one, models.DecideApprove, "user:z")
	b.decide(one, models.DecideSpam, "user:y")
	b.decide(three, models.DecideEscalate, "user:z")
	first, err := b.s.Feedback(b.ctx, "a", "", 1)
	b.ok(err)
	second, err := b.s.Feedback(b.ctx, "a", first.Next, 1)
	b.ok(err)
	equal(b, "first", first.Items[0].Comment, two.ID)
	equal(b, "second", second.Items[0].Comment, one.ID)
	equal(b, "the last decision counts", second.Items[0].Decision, models.DecideSpam)
	equal(b, "no third", second.Next, "")
	equal(b, "text hash", second.Items[0].TextHash, models.TextHash(one.Text))
	equal(b, "score", second.Items[0].Scores[models.Toxic], 0.25)
	equal(b, "lang", second.Items[0].Lang, "fr")
}

func concurrentDecisions(b *bundle) {
	c := b.held("a", 1)
	claim := b.claim("user:z", 1, base.Add(2*time.Hour))
	decisions := make([]models.Decision, 20)
	for i := range decisions {
		decisions[i] = b.decision(c, models.DecideApprove, fmt.Sprint("user:", i))
	}
	errs := make([]error, len(decisions))
	var wg sync.WaitGroup
	for i := range decisions {
		wg.Go(func() { _, errs[i] = b.s.RecordDecision(b.ctx, decisions[i], claim.Token) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		b.kind(err, models.Conflict)
	}
	equal(b, "won", won, 1)
	equal(b, "events", len(b.types("a")), 2)
	equal(b, "revision", b.get(c).Revision, 3)
}
