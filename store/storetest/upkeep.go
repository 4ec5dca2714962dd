package storetest

import (
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

var upkeepClaims = []claim{
	{"a store answers a ping", ping},
	{"counters add up by site and day", countersAddUp},
	{"an upkeep pass with no times removes nothing", purgeNothing},
	{"old texts go, what is open or young stays", purgeTexts},
	{"old comments go with all that hangs on them", purgeComments},
	{"old events, audit entries and saved answers go", purgeRest},
	{"what was stored survives migrating again", migrateAgain},
}

func ping(b *bundle) { b.ok(b.s.Ping(b.ctx)) }

func countersAddUp(b *bundle) {
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := b.s.Count(b.ctx, "a", "check", 2, base); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	b.ok(b.s.Count(b.ctx, "a", "check", 1, base.Add(24*time.Hour)))
	b.ok(b.s.Count(b.ctx, "b", "check", 1, base))
	midnight := time.Date(2026, 3, 2, 0, 30, 0, 0, time.FixedZone("CET", 3600)) // still the first of March in UTC
	b.ok(b.s.Count(b.ctx, "a", "other", 1, midnight))
	if diff := cmp.Diff(b.counters("a"), map[string]int64{"check": 40, "other": 1}); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	none, err := b.s.Counters(b.ctx, "c", base)
	b.ok(err)
	equal(b, "elsewhere", len(none), 0)
}

// purge calls until nothing is left to remove.
func (b *bundle) purge(p store.Purge) int64 {
	b.Helper()
	var total int64
	for range 100 {
		n, err := b.s.Purge(b.ctx, p, base)
		b.ok(err)
		if total += n; n == 0 {
			return total
		}
	}
	b.Fatal("purging never ends")
	return 0
}

func purgeNothing(b *bundle) {
	c := b.judged("a", "x", models.Allow)
	equal(b, "removed", b.purge(store.Purge{Limit: 10}), 0)
	equal(b, "text", b.get(c).Text, "x")
}

func purgeTexts(b *bundle) {
	var old []models.Comment
	for range 3 {
		old = append(old, b.judged("a", "zut", models.Reject), b.judged("b", "zut", models.Allow))
	}
	held, waits := b.judged("a", "held", models.Hold), b.add(b.fresh("a", "waits"))
	events := len(b.types("a"))
	equal(b, "too young", b.purge(store.Purge{Texts: base.Add(time.Minute), Limit: 2}), 0)
	equal(b, "erased", b.purge(store.Purge{Texts: base.Add(2 * time.Hour), Limit: 2}), 6)
	for _, c := range old {
		got := b.get(c)
		equal(b, "status", got.Status, models.Erased)
		equal(b, "text", got.Text, "")
		equal(b, "score", got.Verdict.Scores[models.Toxic], 0.25)
	}
	equal(b, "held", b.get(held).Text, "held")
	equal(b, "waits", b.get(waits).Text, "waits")
	equal(b, "nothing is announced", len(b.types("a")), events)
}

func purgeComments(b *bundle) {
	old := b.held("a", 1)
	b.decide(old, models.DecideApprove, "user:z")
	_, err := b.s.AddReport(b.ctx, models.Report{Comment: old.ID, Site: "a", At: base}, 0, 0)
	b.ok(err)
	held := b.held("a", 1)
	young := b.judged("a", "young", models.Allow)
	equal(b, "removed", b.purge(store.Purge{Comments: young.ReceivedAt, Limit: 1}), 1)
	_, err = b.s.Comment(b.ctx, "a", old.ID)
	b.kind(err, models.NotFound)
	feedback, err := b.s.Feedback(b.ctx, "a", "", 10)
	b.ok(err)
	equal(b, "feedback", len(feedback.Items), 0)
	equal(b, "held", b.get(held).Status, models.Held)
	equal(b, "young", b.get(young).Text, "young")
	again := b.add(old)
	equal(b, "the id is free again", b.get(again).Status, models.Pending)
	_, err = b.s.AddReport(b.ctx, models.Report{Comment: old.ID, Site: "a", At: base}, 0, 0)
	b.ok(err)
}

func purgeRest(b *bundle) {
	b.site("a")
	w := b.webhook("a")
	b.judged("a", "x", models.Allow)
	b.judged("a", "y", models.Allow)
	d := b.due(base.Add(2 * time.Hour))[0]
	b.ok(b.s.RecordDelivery(b.ctx, models.DeliveryResult{
		ID: d.ID, Token: d.Token, State: models.DeliveryDone, Status: 200, At: base.Add(2 * time.Hour),
	}))
	r := models.IdempotentRequest{Site: "a", Key: "k", Fingerprint: "f"}
	_, err := b.s.BeginRequest(b.ctx, r, time.Minute, base)
	b.ok(err)
	b.ok(b.s.EndRequest(b.ctx, r, &models.SavedResponse{Status: 200}, base))
	end := base.Add(9 * time.Hour)
	b.settle()
	before, err := b.s.Events(b.ctx, "a", "", 10)
	b.ok(err)
	b.purge(store.Purge{Events: end, Audit: end, Idempotent: end, Limit: 1})
	equal(b, "events", len(b.types("a")), 0)
	equal(b, "audit", len(b.acts("a")), 0)
	page, err := b.s.ListDeliveries(b.ctx, "a", w.ID, "", 10)
	b.ok(err)
	equal(b, "a delivery that is due stays", len(page.Items) == 1 && page.Items[0].State == models.DeliveryDue, true)
	saved, err := b.s.BeginRequest(b.ctx, r, time.Minute, base)
	b.ok(err)
	equal(b, "saved answer", saved == nil, true)
	c := b.judged("a", "z", models.Allow)
	b.settle()
	after, err := b.s.Events(b.ctx, "a", before.Next, 10)
	b.ok(err)
	equal(b, "the feed goes on", len(after.Items) == 1 && after.Items[0].Comment == c.ID, true)
}

func migrateAgain(b *bundle) {
	c := b.add(b.fresh("a", "x"))
	m, ok := b.s.(migrator)
	if !ok {
		b.Fatalf("%T does not migrate", b.s)
	}
	b.ok(m.Migrate(b.ctx))
	steps, err := m.MigrationStatus(b.ctx)
	b.ok(err)
	if len(steps) < 4 {
		b.Errorf("got %d steps", len(steps))
	}
	last := int64(0)
	for i, step := range steps {
		if step.Version <= last || step.Name == "" || step.AppliedAt.IsZero() {
			b.Errorf("step %d: got %+v", i, step)
		}
		last = step.Version
	}
	equal(b, "text", b.get(c).Text, "x")
}
