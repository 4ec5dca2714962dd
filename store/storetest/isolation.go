package storetest

import (
	"context"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

var isolationClaims = []claim{
	{"every act with another site's id finds nothing", foreignIDs},
	{"every list of a site shows its own", foreignLists},
	{"sites may use the same external ids", sameExternalID},
	{"an act that fails half way leaves no trace", atomicRollback},
}

// migrator is what keepers do beyond the contract.
type migrator interface {
	store.Store
	Migrate(ctx context.Context) error
	MigrationStatus(ctx context.Context) ([]models.Migration, error)
}

func foreignIDs(b *bundle) {
	b.site("a")
	b.site("b")
	w := b.webhook("a")
	c := b.held("a", 1)
	at := base.Add(3 * time.Hour)
	claim := b.claim("user:z", 1, base.Add(2*time.Hour))
	decided := b.held("a", 2)
	d := b.decide(decided, models.DecideApprove, "user:z")
	b.ok(b.s.AddKey(b.ctx, models.Key{ID: "k1", Site: "a", Hash: "h", CreatedAt: base}, "cli"))
	_, err := b.s.AddPolicy(b.ctx, models.Policy{Site: "a", By: "cli", At: base}, 0)
	b.ok(err)
	_, err = b.s.AddBook(b.ctx, models.SiteBook{Site: "a", By: "cli", At: base}, 0)
	b.ok(err)
	due := b.due(at)
	foreign := b.decision(c, models.DecideApprove, "user:b")
	foreign.Site = "b"
	w.Site = "b"
	for name, act := range map[string]func() error{
		"Comment": func() error { _, err := b.s.Comment(b.ctx, "b", c.ID); return err },
		"EditComment": func() error {
			_, err := b.s.EditComment(b.ctx, "b", c.ID, models.CommentEdit{Text: "y"}, at)
			return err
		},
		"EraseComment": func() error { return b.s.EraseComment(b.ctx, "b", c.ID, "x", at) },
		"AddReport": func() error {
			_, err := b.s.AddReport(b.ctx, models.Report{Comment: c.ID, Site: "b", At: at}, 1, 1)
			return err
		},
		"ReviewItem":     func() error { _, err := b.s.ReviewItem(b.ctx, "b", c.ID, at); return err },
		"RecordDecision": func() error { _, err := b.s.RecordDecision(b.ctx, foreign, ""); return err },
		"with its claim": func() error { _, err := b.s.RecordDecision(b.ctx, foreign, claim.Token); return err },
		"UndoDecision": func() error {
			_, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "b", By: "x"}, at)
			return err
		},
		"ListDeliveries": func() error { _, err := b.s.ListDeliveries(b.ctx, "b", w.ID, "", 10); return err },
		"Replay":         func() error { _, err := b.s.Replay(b.ctx, "b", w.ID, due[0].ID, time.Time{}, at); return err },
		"SendTest":       func() error { return b.s.SendTest(b.ctx, "b", w.ID, models.Event{ID: "e", At: at}) },
		"Webhook":        func() error { _, err := b.s.Webhook(b.ctx, "b", w.ID); return err },
		"UpdateWebhook":  func() error { return b.s.UpdateWebhook(b.ctx, w, "x", at) },
		"DeleteWebhook":  func() error { return b.s.DeleteWebhook(b.ctx, "b", w.ID, "x", at) },
		"RevokeKey":      func() error { return b.s.RevokeKey(b.ctx, "b", "k1", "x", at) },
		"Policy":         func() error { _, err := b.s.Policy(b.ctx, "b"); return err },
		"Book":           func() error { _, err := b.s.Book(b.ctx, "b"); return err },
		"PolicyVersion":  func() error { _, err := b.s.PolicyVersion(b.ctx, "b", 1); return err },
	} {
		if err := act(); models.KindOf(err) != models.NotFound {
			b.Errorf("%s: got %v, want not found", name, err)
		}
	}
	b.kind(b.s.ReleaseClaim(b.ctx, "b", claim.Token, base.Add(2*time.Hour)), models.Conflict)
	equal(b, "text", b.get(c).Text, c.Text)
	equal(b, "status", b.get(decided).Status, models.Approved)
	if diff := cmp.Diff(b.acts("b"), []string{"cli site.created"}); diff != "" {
		b.Errorf("audit of the other site: got - want +:\n%s", diff)
	}
}

func foreignLists(b *bundle) {
	b.site("a")
	b.webhook("a")
	c := b.held("a", 1)
	b.decide(c, models.DecideApprove, "user:z")
	b.held("a", 2)
	list, err := b.s.ListComments(b.ctx, models.CommentQuery{Site: "b"})
	b.ok(err)
	equal(b, "comments", len(list.Items), 0)
	items, err := b.s.ReviewItems(b.ctx, models.ReviewQuery{Site: "b"}, base)
	b.ok(err)
	equal(b, "review items", len(items.Items), 0)
	claimed, err := b.s.ClaimReviews(b.ctx, models.ClaimRequest{Site: "b", By: "x", Limit: 9, TTL: time.Minute}, base)
	b.ok(err)
	equal(b, "claimed", len(claimed.Items), 0)
	feedback, err := b.s.Feedback(b.ctx, "b", "", 10)
	b.ok(err)
	equal(b, "feedback", len(feedback.Items), 0)
	webhooks, err := b.s.ListWebhooks(b.ctx, "b")
	b.ok(err)
	equal(b, "webhooks", len(webhooks), 0)
	keys, err := b.s.ListKeys(b.ctx, "b")
	b.ok(err)
	equal(b, "keys", len(keys), 0)
	equal(b, "events", len(b.types("b")), 0)
	equal(b, "audit", len(b.acts("b")), 0)
	equal(b, "counters", len(b.counters("b")), 0)
}

func sameExternalID(b *bundle) {
	one, two := b.fresh("a", "x"), b.fresh("b", "y")
	one.ExternalID, two.ExternalID = "42", "42"
	results, err := b.s.AddComments(b.ctx, []models.Comment{one, two})
	b.ok(err)
	for i, r := range results {
		equal(b, "outcome", r.Outcome, store.Added)
		b.ok(r.Err)
		equal(b, "id", r.ID, []models.CommentID{one.ID, two.ID}[i])
	}
}

// atomicRollback takes a decision whose id another comment's decision has.
func atomicRollback(b *bundle) {
	first, second := b.held("a", 1), b.held("a", 2)
	taken := b.decide(first, models.DecideApprove, "user:z")
	d := b.decision(second, models.DecideReject, "user:z")
	d.ID = taken.ID
	_, err := b.s.RecordDecision(b.ctx, d, "")
	b.kind(err, models.Conflict)
	got := b.get(second)
	equal(b, "status", got.Status, models.Held)
	equal(b, "revision", got.Revision, 2)
	_, err = b.s.ReviewItem(b.ctx, "a", second.ID, base)
	b.ok(err)
	equal(b, "events", len(b.types("a")), 3)
	equal(b, "counted", b.counters("a")["decided.reject"], 0)
}
