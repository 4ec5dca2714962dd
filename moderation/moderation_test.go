package moderation_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
)

// scorer finds "vile" toxic and breaks on "poison".
type scorer struct {
	mu      sync.Mutex
	batches [][]string
}

func (s *scorer) Rows(in []classifier.Input) int { return len(in) }

func (s *scorer) Assess(_ context.Context, in []classifier.Input) ([]models.Assessment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var texts []string
	for _, i := range in {
		texts = append(texts, i.Text)
	}
	s.batches = append(s.batches, texts)
	out := make([]models.Assessment, len(in))
	for i, text := range texts {
		if strings.Contains(text, "poison") {
			return nil, errors.New("can't be scored")
		}
		out[i] = models.Assessment{Lang: "en", Scores: models.Scores{models.Toxic: 0.01}}
		if strings.Contains(text, "vile") {
			out[i].Scores = models.Scores{models.Toxic: 0.92}
		}
	}
	return out, nil
}

// queue remembers what it was told.
type queue struct {
	mu  sync.Mutex
	ids []models.CommentID
}

func (q *queue) Enqueue(ids ...models.CommentID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ids = append(q.ids, ids...)
}

type bundle struct {
	*moderation.Service
	db     store.Store
	scorer *scorer
	queue  *queue
	clock  *clock
}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func setup(t *testing.T) bundle {
	t.Helper()
	return setupOn(t, storetest.New(t))
}

func setupOn(t *testing.T, db store.Store) bundle {
	t.Helper()
	c := &clock{at: time.Now().UTC().Truncate(time.Microsecond)}
	b := bundle{db: db, scorer: &scorer{}, queue: &queue{}, clock: c}
	log := slog.New(slog.DiscardHandler)
	b.Service = &moderation.Service{
		Store: db, Assessor: b.scorer, Queue: b.queue, Log: log, Now: c.Now, Changed: func() {},
		Waiters:  moderation.NewWaiters(db.Judged, log),
		Policies: &moderation.Policies{Load: db.Policy, Now: c.Now},
		Spoken:   &moderation.Spoken{Load: db.Languages, Now: c.Now},
	}
	err := db.AddSite(t.Context(), models.Site{ID: "blog", Name: "Blog", Locale: "en", CreatedAt: c.at}, "test")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b bundle) submit(t *testing.T, texts ...string) []models.CommentID {
	t.Helper()
	var ids []models.CommentID
	for _, text := range texts {
		got, err := b.Submit(t.Context(), models.Comment{Site: "blog", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, got.ID)
	}
	return ids
}

func (b bundle) status(t *testing.T, id models.CommentID) models.Status {
	t.Helper()
	c, err := b.Comment(t.Context(), "blog", id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Status
}

func TestAQueueTakesItsLabelsDirectly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	book := models.SiteBook{Site: "blog", By: "test", At: b.clock.Now(), Book: models.Book{Queues: []models.NamedQueue{
		{ID: "proposed", Name: models.Words{EN: "A"}, Labels: []models.Label{models.Toxic}},
		{ID: "direct", Name: models.Words{EN: "B"}, Labels: []models.Label{models.Threat, models.Toxic}, Direct: true},
	}}}
	queueOf := func(text string) string {
		t.Helper()
		ids := b.submit(t, text)
		if _, err := b.JudgePending(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		item, err := b.db.ReviewItem(t.Context(), "blog", ids[0], b.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return item.Queue
	}
	if got := queueOf("vile, with the default charter"); got != "" {
		t.Errorf("filed in %q before the rule", got)
	}
	if _, err := b.db.AddBook(t.Context(), book, 0); err != nil {
		t.Fatal(err)
	}
	if got := queueOf("vile again"); got != "direct" {
		t.Errorf("filed in %q, want direct", got)
	}
}

func TestSubmitKeepsBeforeItQueues(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.submit(t, "hello")
	if got := b.status(t, ids[0]); got != models.Pending {
		t.Errorf("status %s, want pending", got)
	}
	if !slices.Equal(b.queue.ids, ids) {
		t.Errorf("queued %v, want %v", b.queue.ids, ids)
	}
}

func TestOneBadCommentCostsTheOthersNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	got, err := b.SubmitBatch(t.Context(), []models.Comment{
		{Site: "blog", Text: "first"},
		{Site: "blog", Text: " \u200b\n"},
		{Site: "blog", Text: "third", Author: models.Author{Name: strings.Repeat("x", 600)}},
		{Site: "blog", Text: "fou\x00rth"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Err != nil || models.KindOf(got[1].Err) != models.Invalid || models.KindOf(got[2].Err) != models.Invalid || got[3].Err != nil {
		t.Fatalf("results %v", got)
	}
	page, err := b.Comments(t.Context(), models.CommentQuery{Site: "blog", Limit: 10})
	if err != nil || len(page.Items) != 2 {
		t.Fatalf("%d comments, %v, want the two good ones", len(page.Items), err)
	}
	if c, _ := b.Comment(t.Context(), "blog", got[3].ID); c.Text != "fourth" {
		t.Errorf("text %q, want the NUL cleaned away", c.Text)
	}
}

func TestTheSameExternalIDIsTheSameComment(t *testing.T) {
	t.Parallel()
	b := setup(t)
	send := func(text string) models.Submitted {
		t.Helper()
		got, err := b.Submit(t.Context(), models.Comment{Site: "blog", ExternalID: "x1", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := send("hello")
	if _, err := b.JudgePending(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if again := send("hello"); again.ID != first.ID || again.Status != models.Approved {
		t.Errorf("again: %+v, want %s approved", again, first.ID)
	}
	if edit := send("vile"); edit.ID != first.ID || edit.Status != models.Pending {
		t.Errorf("another text: %+v, want %s pending", edit, first.ID)
	}
	if _, err := b.JudgePending(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if got := b.status(t, first.ID); got != models.Held {
		t.Errorf("the edit stands as %s, want held", got)
	}
}

func TestSyncAndAsyncVerdictsAreTheSame(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, text := range []string{"hello", "vile"} {
		id := b.submit(t, text)[0]
		if err := b.JudgeComments(t.Context(), []models.CommentID{id}); err != nil {
			t.Fatal(err)
		}
		stored, err := b.Comment(t.Context(), "blog", id)
		if err != nil {
			t.Fatal(err)
		}
		checked, err := b.Assess(t.Context(), models.Comment{Site: "blog", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*stored.Verdict, checked, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Params" }, cmp.Ignore())); diff != "" {
			t.Errorf("%q (-stored +checked):\n%s", text, diff)
		}
	}
}

func TestJudgingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.submit(t, "hello", "vile")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := b.JudgeComments(context.Background(), ids); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	events, err := b.db.Events(t.Context(), "blog", "", 50)
	if err != nil || len(events.Items) != 2 {
		t.Errorf("%d events, %v, want one for each comment", len(events.Items), err)
	}
}

func TestAPoisonCommentFailsAloneAndEndsWithAPerson(t *testing.T) {
	t.Parallel()
	b := setup(t)
	texts := make([]string, 16)
	for i := range texts {
		texts[i] = fmt.Sprintf("hello %d", i)
	}
	texts[5] = "poison"
	ids := b.submit(t, texts...)
	for try := range 3 {
		if _, err := b.JudgePending(t.Context(), 16); err != nil {
			t.Fatal(err)
		}
		for i, id := range ids {
			want := models.Approved
			if i == 5 {
				want = models.Pending
				if try == 2 {
					want = models.Held
				}
			}
			if got := b.status(t, id); got != want {
				t.Fatalf("try %d: comment %d stands as %s, want %s", try, i, got, want)
			}
		}
		b.clock.pass(time.Minute)
	}
	items, err := b.db.ReviewItems(t.Context(), models.ReviewQuery{Site: "blog", Limit: 10}, b.clock.Now())
	if err != nil || len(items.Items) != 1 {
		t.Fatalf("queue %v, %v, want the poison comment", items.Items, err)
	}
	if r := items.Items[0].Comment.Verdict.Reasons; len(r) != 1 || r[0].Rule != models.RuleFailed {
		t.Errorf("reasons %+v, want %s", r, models.RuleFailed)
	}
}

// TestACommentThatTakesItsWorkerWithItIsNotTriedForEver: a lease that nobody
// gave back counts as a try.
func TestACommentThatTakesItsWorkerWithItIsNotTriedForEver(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.submit(t, "deadly")[0]
	for range 3 {
		if l, err := b.db.LeasePending(t.Context(), 1, time.Second, b.clock.Now()); err != nil || len(l.Comments) != 1 {
			t.Fatalf("lease %v, %v", l, err)
		}
		b.clock.pass(time.Minute) // the worker died with it
	}
	if _, err := b.JudgePending(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if got := b.status(t, id); got != models.Held {
		t.Errorf("stands as %s, want held", got)
	}
	if n := len(b.scorer.batches); n != 0 {
		t.Errorf("scored %d times more", n)
	}
}

func TestWhatCouldNotBeRecordedIsJudgedAgain(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	away := models.Errorf(models.Unavailable, "away")
	broken := setupOn(t, storetest.Fail(db, "RecordJudgements", away))
	id := broken.submit(t, "hello")[0]
	if _, err := broken.JudgePending(t.Context(), 1); !errors.Is(err, away) {
		t.Fatalf("got %v, want %v", err, away)
	}
	well := broken
	well.Service = &moderation.Service{
		Store: db, Assessor: broken.scorer, Queue: broken.queue, Log: broken.Log, Now: broken.clock.Now, Changed: func() {},
		Waiters: broken.Waiters, Policies: broken.Policies, Spoken: broken.Spoken,
	}
	if n, err := well.JudgePending(t.Context(), 1); n != 1 || err != nil {
		t.Fatalf("leased %d, %v: the lease was not given back", n, err)
	}
	if got := well.status(t, id); got != models.Approved {
		t.Errorf("stands as %s, want approved", got)
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	b := setup(t)
	run, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = b.Waiters.Run(run) })
	t.Cleanup(func() { stop(); wg.Wait() })

	t.Run("in this process", func(t *testing.T) {
		id := b.submit(t, "hello")[0]
		go func() { _ = b.JudgeComments(context.Background(), []models.CommentID{id}) }()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if c, err := b.Await(ctx, "blog", id); err != nil || c.Status != models.Approved {
			t.Errorf("got %s, %v, want approved", c.Status, err)
		}
	})
	t.Run("in another process", func(t *testing.T) {
		id := b.submit(t, "hello")[0]
		other := *b.Service
		other.Waiters = moderation.NewWaiters(b.db.Judged, b.Log)
		go func() { _ = other.JudgeComments(context.Background(), []models.CommentID{id}) }()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if c, err := b.Await(ctx, "blog", id); err != nil || c.Status != models.Approved {
			t.Errorf("got %s, %v, want approved", c.Status, err)
		}
	})
	t.Run("in vain", func(t *testing.T) {
		id := b.submit(t, "hello")[0]
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if c, err := b.Await(ctx, "blog", id); err != nil || c.Status != models.Pending {
			t.Errorf("got %s, %v, want pending without an error", c.Status, err)
		}
	})
	t.Run("for another site's", func(t *testing.T) {
		id := b.submit(t, "hello")[0]
		if _, err := b.Await(t.Context(), "other", id); models.KindOf(err) != models.NotFound {
			t.Errorf("got %v, want NotFound", err)
		}
	})
}

func TestAChangedPolicyHoldsWithinSeconds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	check := func() models.Action {
		t.Helper()
		v, err := b.Assess(t.Context(), models.Comment{Site: "blog", Text: "vile"})
		if err != nil {
			t.Fatal(err)
		}
		return v.Action
	}
	if got := check(); got != models.Hold {
		t.Fatalf("default policy: %s, want hold", got)
	}
	strict := models.Ruleset{Labels: map[models.Label]models.Thresholds{models.Toxic: {Hold: 0.5, Reject: 0.7}}}
	if _, err := b.db.AddPolicy(t.Context(), models.Policy{Site: "blog", Ruleset: strict, By: "test", At: b.clock.Now()}, 0); err != nil {
		t.Fatal(err)
	}
	b.clock.pass(5 * time.Second)
	if got := check(); got != models.Reject {
		t.Errorf("after five seconds: %s, want reject", got)
	}
}

func TestTheFirstCommentOfAnAuthor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rules := models.Ruleset{FirstComment: models.FirstCommentRule{Mode: "hold"}}
	if _, err := b.db.AddPolicy(t.Context(), models.Policy{Site: "blog", Ruleset: rules, By: "test", At: b.clock.Now()}, 0); err != nil {
		t.Fatal(err)
	}
	send := func(author string) models.CommentID {
		t.Helper()
		got, err := b.Submit(t.Context(), models.Comment{Site: "blog", Text: "hello", Author: models.Author{ID: author}})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.JudgeComments(t.Context(), []models.CommentID{got.ID}); err != nil {
			t.Fatal(err)
		}
		return got.ID
	}
	first := send("u1")
	if got := b.status(t, first); got != models.Held {
		t.Fatalf("first comment: %s, want held", got)
	}
	_, err := b.db.RecordDecision(t.Context(), models.Decision{
		ID: models.NewID(b.clock.Now()), Comment: first, Site: "blog", Decision: models.DecideApprove, By: "test", At: b.clock.Now(),
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.status(t, send("u1")); got != models.Approved {
		t.Errorf("second comment: %s, want approved", got)
	}
	if got := b.status(t, send("")); got != models.Approved {
		t.Errorf("a stranger the site does not name: %s, want approved", got)
	}
}
