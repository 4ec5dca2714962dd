package storetest

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

var scoringClaims = []claim{
	{"a scoring is leased to one, and gone once it was told", scoringTold},
	{"a scoring comes again when its holder died or said so", scoringAgain},
	{"the same scoring again changes nothing, and needs a site", scoringOnce},
	{"a standing callback is told again with each decision and undo", callbackStanding},
}

func (b *bundle) scoring(id string) models.Scoring {
	b.Helper()
	b.count++
	one := models.Scoring{
		ID: id, Site: "a", Wire: "assistant", Callback: "https://osmod.example/1", Text: "Zut \u00e9\U0001F600",
		Detail: `{"summary":true}`, At: base.Add(time.Duration(b.count) * time.Second),
	}
	b.ok(b.s.AddScoring(b.ctx, one))
	return one
}

func (b *bundle) leaseScorings(at time.Time) []models.DueScoring {
	b.Helper()
	due, err := b.s.LeaseScorings(b.ctx, 10, time.Minute, at)
	b.ok(err)
	return due
}

func scoringTold(b *bundle) {
	b.site("a")
	at := base.Add(time.Hour)
	want := b.scoring("one")
	equal(b, "before its time", len(b.leaseScorings(base)), 0)
	due := b.leaseScorings(at)
	if len(due) != 1 {
		b.Fatalf("got %d scorings, want 1", len(due))
	}
	want.At = trim(want.At)
	if diff := cmp.Diff(due[0], models.DueScoring{Scoring: want, Token: due[0].Token}); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	equal(b, "leased to one", len(b.leaseScorings(at)), 0)
	b.kind(b.s.EndScoring(b.ctx, "one", "another", time.Time{}), models.Conflict)
	b.ok(b.s.EndScoring(b.ctx, "one", due[0].Token, time.Time{}))
	b.kind(b.s.EndScoring(b.ctx, "one", due[0].Token, time.Time{}), models.Conflict)
	equal(b, "gone", len(b.leaseScorings(at.Add(1000*time.Hour))), 0)
	b.scoring("one")
	equal(b, "the id is free again", len(b.leaseScorings(at)), 1)
}

func scoringAgain(b *bundle) {
	b.site("a")
	at := base.Add(time.Hour)
	b.scoring("one")
	first := b.leaseScorings(at)
	second := b.leaseScorings(at.Add(2 * time.Minute))
	if len(first) != 1 || len(second) != 1 || second[0].Tries != 1 || second[0].Token == first[0].Token {
		b.Fatalf("got %+v, then %+v", first, second)
	}
	b.kind(b.s.EndScoring(b.ctx, "one", first[0].Token, time.Time{}), models.Conflict)
	b.ok(b.s.EndScoring(b.ctx, "one", second[0].Token, at.Add(time.Hour)))
	equal(b, "before its time", len(b.leaseScorings(at.Add(30*time.Minute))), 0)
	third := b.leaseScorings(at.Add(2 * time.Hour))
	equal(b, "after it", len(third) == 1 && third[0].Tries == 2, true)
}

func scoringOnce(b *bundle) {
	b.site("a")
	want := b.scoring("one")
	other := want
	other.Text, other.At = "another", want.At.Add(time.Minute)
	b.ok(b.s.AddScoring(b.ctx, other))
	due := b.leaseScorings(base.Add(time.Hour))
	equal(b, "one row with the first text", len(due) == 1 && due[0].Text == want.Text, true)
	other.ID, other.Site = "two", "nowhere"
	b.kind(b.s.AddScoring(b.ctx, other), models.NotFound)
}

func callbackStanding(b *bundle) {
	at := base.Add(4 * time.Hour)
	lease := func() []models.DueCallback {
		at = at.Add(time.Hour)
		due, err := b.s.LeaseCallbacks(b.ctx, 10, time.Minute, at)
		b.ok(err)
		for _, d := range due {
			b.ok(b.s.EndCallback(b.ctx, d.Comment, d.Token, time.Time{}))
		}
		return due
	}
	c, other := b.judged("a", "zut", models.Reject), b.judged("a", "zut", models.Reject)
	standing := models.Trace{Comment: c.ID, Site: "a", Wire: "coral", Callback: "https://coral.example", Standing: true, Told: true, At: base}
	b.ok(b.s.AddTrace(b.ctx, standing))
	standing.Comment, standing.Standing = other.ID, false
	b.ok(b.s.AddTrace(b.ctx, standing))
	equal(b, "told at the start", len(lease()), 0)
	b.decide(other, models.DecideApprove, "user:z")
	d := b.decide(c, models.DecideApprove, "user:z")
	due := lease()
	equal(b, "the standing one with its status", len(due) == 1 && due[0].Comment == c.ID && due[0].Status == models.Approved, true)
	equal(b, "told", len(lease()), 0)
	_, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "a", By: "user:z"}, at)
	b.ok(err)
	due = lease()
	equal(b, "undone", len(due) == 1 && due[0].Status == models.Rejected && due[0].Tries == 0, true)
}
