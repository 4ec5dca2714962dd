package review_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/review"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
)

type bundle struct {
	*review.Desk
	db      store.Store
	at      time.Time
	changed int
	held    []models.CommentID
}

// setup gives a desk with n held comments, the first the most urgent.
func setup(t *testing.T, n int) *bundle {
	t.Helper()
	b := &bundle{db: storetest.New(t), at: time.Now().UTC().Truncate(time.Microsecond)}
	b.Desk = &review.Desk{Store: b.db, Now: func() time.Time { return b.at }, Changed: func() { b.changed++ }}
	ctx := t.Context()
	if err := b.db.AddSite(ctx, models.Site{ID: "blog", Locale: "en", CreatedAt: b.at}, "test"); err != nil {
		t.Fatal(err)
	}
	var comments []models.Comment
	for range n {
		id := models.CommentID(models.NewID(b.at))
		b.held = append(b.held, id)
		comments = append(comments, models.Comment{ID: id, Site: "blog", Text: "hm", Status: models.Pending, ReceivedAt: b.at})
	}
	if _, err := b.db.AddComments(ctx, comments); err != nil {
		t.Fatal(err)
	}
	lease, err := b.db.LeaseComments(ctx, b.held, time.Minute, b.at)
	if err != nil {
		t.Fatal(err)
	}
	var js []models.Judgement
	for _, c := range lease.Comments {
		for i, id := range b.held {
			if id == c.ID {
				js = append(js, models.Judgement{Comment: id, Site: "blog", Revision: c.Revision, Urgency: float64(-i), At: b.at, Verdict: models.Verdict{Action: models.Hold}})
			}
		}
	}
	if _, err := b.db.RecordJudgements(ctx, lease.Token, js); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheMostUrgentComesFirstAndOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	anne, err := b.Claim(t.Context(), models.ClaimRequest{Site: "blog", By: "anne", Limit: 2})
	if err != nil || len(anne.Items) != 2 || anne.Items[0].Comment.ID != b.held[0] {
		t.Fatalf("anne got %+v, %v", anne, err)
	}
	if want := b.at.Add(review.DefaultTTL); !anne.Until.Equal(want) {
		t.Errorf("held until %v, want %v", anne.Until, want)
	}
	if bob, err := b.Claim(t.Context(), models.ClaimRequest{Site: "blog", By: "bob", Limit: 5}); err != nil || len(bob.Items) != 1 || bob.Items[0].Comment.ID != b.held[2] {
		t.Errorf("bob got %+v, %v", bob, err)
	}
	if err := b.Release(t.Context(), "blog", anne.Token); err != nil {
		t.Fatal(err)
	}
	if carl, err := b.Claim(t.Context(), models.ClaimRequest{Site: "blog", By: "carl", Limit: 5}); err != nil || len(carl.Items) != 2 {
		t.Errorf("after the release carl got %+v, %v", carl, err)
	}
}

func TestALostClaimSaysWhoDecided(t *testing.T) {
	t.Parallel()
	b := setup(t, 1)
	anne, err := b.Claim(t.Context(), models.ClaimRequest{Site: "blog", By: "anne", Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	b.at = b.at.Add(review.DefaultTTL + time.Second)
	bob, err := b.Claim(t.Context(), models.ClaimRequest{Site: "blog", By: "bob", Limit: 1})
	if err != nil || len(bob.Items) != 1 {
		t.Fatalf("the lease did not end: %+v, %v", bob, err)
	}
	decide := func(by, token string) error {
		_, err := b.Decide(t.Context(), models.DecisionRequest{Comment: b.held[0], Site: "blog", Decision: models.DecideReject, By: by, Claim: token})
		return err
	}
	if err := decide("anne", anne.Token); models.KindOf(err) != models.Conflict {
		t.Errorf("on a lost claim: %v, want Conflict", err)
	}
	if err := decide("bob", bob.Token); err != nil {
		t.Fatal(err)
	}
	err = decide("anne", anne.Token)
	if models.KindOf(err) != models.Conflict || !strings.Contains(err.Error(), "bob") {
		t.Errorf("got %v, want a Conflict that names bob", err)
	}
	if b.changed != 1 {
		t.Errorf("announced %d times, want once", b.changed)
	}
}

func TestUndoBringsTheCommentBack(t *testing.T) {
	t.Parallel()
	b := setup(t, 1)
	made, err := b.Decide(t.Context(), models.DecisionRequest{Comment: b.held[0], Site: "blog", Decision: models.DecideSpam, By: "anne"})
	if err != nil {
		t.Fatal(err)
	}
	if taught, err := b.db.Feedback(t.Context(), "blog", "", 10); err != nil || len(taught.Items) != 1 {
		t.Errorf("taught %+v, %v", taught, err)
	}
	if undone, err := b.Undo(t.Context(), models.UndoRequest{Decision: made.ID, Site: "blog", By: "anne"}); err != nil || undone.UndoneAt.IsZero() {
		t.Fatalf("got %+v, %v", undone, err)
	}
	if taught, err := b.db.Feedback(t.Context(), "blog", "", 10); err != nil || len(taught.Items) != 0 {
		t.Errorf("still taught: %+v, %v", taught, err)
	}
	if items, err := b.Items(t.Context(), models.ReviewQuery{Site: "blog", Limit: 10}); err != nil || len(items.Items) != 1 {
		t.Errorf("queue %+v, %v", items, err)
	}
	if _, err := b.Undo(t.Context(), models.UndoRequest{Decision: made.ID, Site: "blog", By: "anne"}); models.KindOf(err) != models.Conflict {
		t.Errorf("twice: %v, want Conflict", err)
	}
}

func TestEscalationKeepsItHeldForSomebodyElse(t *testing.T) {
	t.Parallel()
	b := setup(t, 1)
	claim, err := b.Claim(t.Context(), models.ClaimRequest{Site: "blog", By: "anne", Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Decide(t.Context(), models.DecisionRequest{Comment: b.held[0], Site: "blog", Decision: models.DecideEscalate, By: "anne", Note: "legal?", Claim: claim.Token})
	if err != nil {
		t.Fatal(err)
	}
	items, err := b.Items(t.Context(), models.ReviewQuery{Site: "blog", Limit: 10})
	if err != nil || len(items.Items) != 1 || !items.Items[0].Escalated || items.Items[0].Claim != nil || items.Items[0].Comment.Status != models.Held {
		t.Errorf("queue %+v, %v", items, err)
	}
}

func TestWhatCanNotBeAsked(t *testing.T) {
	t.Parallel()
	b := setup(t, 1)
	_, none := b.Claim(t.Context(), models.ClaimRequest{Site: "blog", By: "anne"})
	_, many := b.Claim(t.Context(), models.ClaimRequest{Site: "blog", By: "anne", Limit: 1000})
	_, unknown := b.Decide(t.Context(), models.DecisionRequest{Comment: b.held[0], Site: "blog", Decision: "burn", By: "anne"})
	_, long := b.Decide(t.Context(), models.DecisionRequest{Comment: b.held[0], Site: "blog", Decision: "reject", By: "anne", Note: strings.Repeat("x", 3000)})
	for name, err := range map[string]error{"nothing": none, "too many": many, "no decision": unknown, "a novel": long} {
		if models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
}
