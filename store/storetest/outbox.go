package storetest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

var outboxClaims = []claim{
	{"the feed goes on from any cursor without gap or repeat", feedPages},
	{"nothing appears behind a cursor while many write", feedUnderWriters},
	{"a delivery is leased with its endpoint, to one worker", deliveryLease},
	{"a delivery that failed comes back when told", deliveryRetry},
	{"a result under a lost lease is refused", deliveryFenced},
	{"a disabled endpoint hears nothing until it is enabled", disabledEndpoint},
	{"deliveries are replayed one by one or all that failed", replay},
	{"a test event goes to one webhook and not into the feed", testEvent},
	{"deliveries are listed newest first", listDeliveries},
	{"a webhook comes back whole and goes for good", webhookLife},
}

func feedPages(b *bundle) {
	empty, err := b.s.Events(b.ctx, "a", "", 10)
	b.ok(err)
	equal(b, "next before any event", empty.Next, "")
	var want, got []models.CommentID
	for range 5 {
		want = append(want, b.judged("a", "x", models.Allow).ID)
		b.judged("b", "x", models.Allow)
	}
	b.settle()
	token := ""
	for range 3 {
		page, err := b.s.Events(b.ctx, "a", token, 2)
		b.ok(err)
		for _, e := range page.Items {
			got = append(got, e.Comment)
		}
		token = page.Next
	}
	if diff := cmp.Diff(got, want); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	last, err := b.s.Events(b.ctx, "a", token, 2)
	b.ok(err)
	equal(b, "at the end", len(last.Items), 0)
	equal(b, "the place to go on", last.Next, token)
	c := b.judged("a", "y", models.Reject)
	b.settle()
	later, err := b.s.Events(b.ctx, "a", last.Next, 2)
	b.ok(err)
	if len(later.Items) != 1 || later.Items[0].Comment != c.ID || !models.ValidID(later.Items[0].ID) {
		b.Errorf("later: got %+v", later.Items)
	}
}

// feedUnderWriters reads the feed while others write: what a reader that only
// ever goes on has seen in the end is everything.
func feedUnderWriters(b *bundle) {
	const writers, each = 8, 6
	var comments [writers][each]models.Comment
	for w := range writers {
		for i := range each {
			comments[w][i] = b.judged("a", fmt.Sprint(w, i), models.Allow)
		}
	}
	seen, token := map[string]int{}, ""
	read := func() bool {
		page, err := b.s.Events(b.ctx, "a", token, 7)
		if err != nil {
			b.Error(err)
			return false
		}
		for _, e := range page.Items {
			seen[e.ID]++
		}
		token = page.Next
		return len(page.Items) > 0
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				at := base.Add(9 * time.Hour)
				if _, err := b.s.EditComment(b.ctx, "a", comments[w][i].ID, models.CommentEdit{Text: "new"}, at); err != nil {
					b.Error(err)
				}
			}
		})
	}
	go func() {
		wg.Wait()
		close(done)
	}()
	for writing := true; writing; {
		select {
		case <-done:
			writing = false
		default:
			read()
		}
	}
	b.settle()
	for read() {
		continue
	}
	equal(b, "seen", len(seen), 2*writers*each)
	for id, n := range seen {
		if n != 1 {
			b.Errorf("event %s was seen %d times", id, n)
		}
	}
}

func (b *bundle) due(at time.Time) []models.DueDelivery {
	b.Helper()
	due, err := b.s.LeaseDeliveries(b.ctx, 10, time.Minute, at)
	b.ok(err)
	return due
}

func deliveryLease(b *bundle) {
	b.site("a")
	w := b.webhook("a")
	b.webhook("a")
	c := b.judged("a", "x", models.Hold)
	at := base.Add(2 * time.Hour)
	due := b.due(at)
	if len(due) != 2 {
		b.Fatalf("leased %d deliveries, want 2", len(due))
	}
	i := slices.IndexFunc(due, func(d models.DueDelivery) bool { return d.Webhook == w.ID })
	d := due[i]
	w.CreatedAt = w.CreatedAt.UTC().Truncate(time.Microsecond)
	if diff := cmp.Diff(d.Target, w); diff != "" {
		b.Errorf("target: got - want +:\n%s", diff)
	}
	if diff := cmp.Diff([]models.Event{d.Event}, b.feed("a")); diff != "" {
		b.Errorf("delivered event - feed's +:\n%s", diff)
	}
	equal(b, "comment", d.Event.Comment, c.ID)
	equal(b, "attempts", d.Attempts, 0)
	equal(b, "leased twice", len(b.due(at)), 0)
	again := b.due(at.Add(time.Minute))
	equal(b, "after the lease ended", len(again), 2)
	b.ok(b.s.RecordDelivery(b.ctx, models.DeliveryResult{
		ID: again[0].ID, Token: again[0].Token, State: models.DeliveryDone, Status: 204, At: at,
	}))
	equal(b, "after one was delivered", len(b.due(at.Add(time.Hour))), 1)
}

func deliveryRetry(b *bundle) {
	b.site("a")
	w := b.webhook("a")
	b.judged("a", "x", models.Allow)
	at := base.Add(2 * time.Hour)
	d := b.due(at)[0]
	b.ok(b.s.RecordDelivery(b.ctx, models.DeliveryResult{
		ID: d.ID, Token: d.Token, State: models.DeliveryDue, NextAt: at.Add(5 * time.Second), Status: 500, Error: "boom", At: at,
	}))
	got, err := b.s.Webhook(b.ctx, "a", w.ID)
	b.ok(err)
	equal(b, "failing since", got.FailingSince, at.UTC().Truncate(time.Microsecond))
	equal(b, "before it is due", len(b.due(at.Add(4*time.Second))), 0)
	again := b.due(at.Add(5 * time.Second))
	if len(again) != 1 {
		b.Fatalf("leased %d, want 1", len(again))
	}
	equal(b, "attempts", again[0].Attempts, 1)
	equal(b, "last status", again[0].LastStatus, 500)
	equal(b, "last error", again[0].LastError, "boom")
	equal(b, "the same id", again[0].ID, d.ID)
	b.ok(b.s.RecordDelivery(b.ctx, models.DeliveryResult{
		ID: d.ID, Token: again[0].Token, State: models.DeliveryDone, Status: 200, At: at.Add(time.Minute),
	}))
	got, err = b.s.Webhook(b.ctx, "a", w.ID)
	b.ok(err)
	equal(b, "well again", got.FailingSince, time.Time{})
}

func deliveryFenced(b *bundle) {
	b.site("a")
	b.webhook("a")
	b.judged("a", "x", models.Allow)
	at := base.Add(2 * time.Hour)
	slow := b.due(at)[0]
	quick := b.due(at.Add(time.Minute))[0]
	r := models.DeliveryResult{ID: slow.ID, Token: slow.Token, State: models.DeliveryFailed, At: at}
	b.kind(b.s.RecordDelivery(b.ctx, r), models.Conflict)
	r = models.DeliveryResult{ID: quick.ID, Token: quick.Token, State: models.DeliveryDone, Status: 200, At: at}
	b.ok(b.s.RecordDelivery(b.ctx, r))
	b.kind(b.s.RecordDelivery(b.ctx, r), models.Conflict)
}

func disabledEndpoint(b *bundle) {
	b.site("a")
	w := b.webhook("a")
	b.judged("a", "before", models.Allow)
	b.judged("a", "before", models.Allow)
	at := base.Add(2 * time.Hour)
	d := b.due(at)[0]
	b.ok(b.s.RecordDelivery(b.ctx, models.DeliveryResult{
		ID: d.ID, Token: d.Token, State: models.DeliveryFailed, Status: 410, At: at, Disable: "it answered 410",
	}))
	w, err := b.s.Webhook(b.ctx, "a", w.ID)
	b.ok(err)
	equal(b, "disabled at", w.DisabledAt, at.UTC().Truncate(time.Microsecond))
	equal(b, "cause", w.DisabledCause, "it answered 410")
	equal(b, "audited", slices.Contains(b.acts("a"), "tamis webhook.disabled"), true)
	b.judged("a", "meanwhile", models.Allow)
	equal(b, "due while disabled", len(b.due(at.Add(time.Hour))), 0)
	b.kind(b.s.SendTest(b.ctx, "a", w.ID, models.Event{ID: "e", Type: models.WebhookTest, At: at}), models.Conflict)
	w.DisabledAt, w.DisabledCause, w.URL = time.Time{}, "", "https://example.org/other"
	b.ok(b.s.UpdateWebhook(b.ctx, w, "user:z", at.Add(time.Hour)))
	due := b.due(at.Add(time.Hour))
	if len(due) != 1 || due[0].Target.URL != w.URL {
		b.Errorf("due once enabled: got %+v", due)
	}
	got, err := b.s.Webhook(b.ctx, "a", w.ID)
	b.ok(err)
	equal(b, "failing since", got.FailingSince, time.Time{})
}

func replay(b *bundle) {
	b.site("a")
	w := b.webhook("a")
	at := base.Add(2 * time.Hour)
	for i := range 3 {
		b.judged("a", "x", models.Allow)
		d := b.due(at)[0]
		state := []models.DeliveryState{models.DeliveryFailed, models.DeliveryFailed, models.DeliveryDone}[i]
		b.ok(b.s.RecordDelivery(b.ctx, models.DeliveryResult{ID: d.ID, Token: d.Token, State: state, Status: 500, At: at}))
	}
	page, err := b.s.ListDeliveries(b.ctx, "a", w.ID, "", 10)
	b.ok(err)
	done := page.Items[0]
	equal(b, "newest", done.State, models.DeliveryDone)
	equal(b, "done at", done.DoneAt, at.UTC().Truncate(time.Microsecond))
	n, err := b.s.Replay(b.ctx, "a", w.ID, "", base.Add(24*time.Hour), at)
	b.ok(err)
	equal(b, "failed since tomorrow", n, 0)
	n, err = b.s.Replay(b.ctx, "a", w.ID, "", time.Time{}, at)
	b.ok(err)
	equal(b, "failed ever", n, 2)
	equal(b, "due", len(b.due(at)), 2)
	n, err = b.s.Replay(b.ctx, "a", w.ID, done.ID, time.Time{}, at)
	b.ok(err)
	equal(b, "a delivered one", n, 1)
	due := b.due(at)
	equal(b, "its id", len(due) == 1 && due[0].ID == done.ID && due[0].Event.ID == done.Event.ID, true)
	_, err = b.s.Replay(b.ctx, "a", w.ID, "nope", time.Time{}, at)
	b.kind(err, models.NotFound)
	_, err = b.s.Replay(b.ctx, "a", "nope", "", time.Time{}, at)
	b.kind(err, models.NotFound)
}

func testEvent(b *bundle) {
	b.site("a")
	w := b.webhook("a")
	b.webhook("a")
	e := models.Event{ID: models.NewID(base), Type: models.WebhookTest, At: base, Site: "a"}
	b.ok(b.s.SendTest(b.ctx, "a", w.ID, e))
	due := b.due(base.Add(time.Hour))
	if len(due) != 1 || due[0].Webhook != w.ID || due[0].Event.ID != e.ID || due[0].Event.Type != models.WebhookTest {
		b.Errorf("due: got %+v", due)
	}
	equal(b, "in the feed", len(b.types("a")), 0)
	b.kind(b.s.SendTest(b.ctx, "a", "nope", e), models.NotFound)
	b.kind(b.s.SendTest(b.ctx, "b", w.ID, e), models.NotFound)
}

func listDeliveries(b *bundle) {
	b.site("a")
	w := b.webhook("a")
	b.webhook("a")
	var want, got []models.CommentID
	for range 5 {
		want = append(want, b.judged("a", "x", models.Allow).ID)
	}
	slices.Reverse(want)
	token := ""
	for {
		page, err := b.s.ListDeliveries(b.ctx, "a", w.ID, token, 2)
		b.ok(err)
		for _, d := range page.Items {
			got = append(got, d.Event.Comment)
			equal(b, "state", d.State, models.DeliveryDue)
		}
		if token = page.Next; token == "" {
			break
		}
	}
	if diff := cmp.Diff(got, want); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	_, err := b.s.ListDeliveries(b.ctx, "a", w.ID, "x", 2)
	b.faulty(err, "cursor")
	_, err = b.s.ListDeliveries(b.ctx, "a", "nope", "", 2)
	b.kind(err, models.NotFound)
}

func webhookLife(b *bundle) {
	b.site("a")
	w := b.webhook("a")
	w.CreatedAt = w.CreatedAt.UTC().Truncate(time.Microsecond)
	got, err := b.s.Webhook(b.ctx, "a", w.ID)
	b.ok(err)
	if diff := cmp.Diff(got, w); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	w.Secrets = []string{"whsec_c", "whsec_b"}
	b.ok(b.s.UpdateWebhook(b.ctx, w, "user:z", base))
	list, err := b.s.ListWebhooks(b.ctx, "a")
	b.ok(err)
	if diff := cmp.Diff(list, []models.Webhook{w}); diff != "" {
		b.Errorf("listed - want +:\n%s", diff)
	}
	b.judged("a", "x", models.Allow)
	b.ok(b.s.DeleteWebhook(b.ctx, "a", w.ID, "user:z", base))
	b.kind(b.s.DeleteWebhook(b.ctx, "a", w.ID, "user:z", base), models.NotFound)
	b.kind(b.s.UpdateWebhook(b.ctx, w, "user:z", base), models.NotFound)
	equal(b, "due once deleted", len(b.due(base.Add(time.Hour))), 0)
	want := []string{
		"cli site.created", "cli webhook.created", "user:z webhook.updated", "tamis comment.judged", "user:z webhook.deleted",
	}
	if diff := cmp.Diff(b.acts("a"), want); diff != "" {
		b.Errorf("audit: got - want +:\n%s", diff)
	}
	w.Site = "nowhere"
	b.kind(b.s.AddWebhook(b.ctx, w, "cli"), models.NotFound)
}
