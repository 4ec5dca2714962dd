package akismet_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/api/compat/akismet"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/review"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// stub scores by a few words: insults are held, vile ones rejected, casinos
// blatant spam, and shops spam.
type stub struct{}

func (stub) Rows(in []classifier.Input) int { return len(in) }

func (stub) Assess(_ context.Context, in []classifier.Input) ([]models.Assessment, error) {
	out := make([]models.Assessment, 0, len(in))
	for _, i := range in {
		s := models.Scores{models.Toxic: 0.01, models.Spam: 0.01}
		for word, label := range map[string]models.Label{"idiot": models.Toxic, "vile": models.Toxic, "shop": models.Spam, "casino": models.Spam} {
			if strings.Contains(i.Text, word) {
				s[label] = map[string]float64{"idiot": 0.92, "vile": 0.9999, "shop": 0.96, "casino": 0.995}[word]
			}
		}
		out = append(out, models.Assessment{Lang: "en", Scores: s})
	}
	return out, nil
}

// inline judges what is queued, as the service does with no Redis; while asleep
// nobody judges.
type inline struct {
	judge  func(ctx context.Context, ids []models.CommentID) error
	asleep bool
	wg     sync.WaitGroup
}

func (q *inline) Enqueue(ids ...models.CommentID) {
	if q.asleep {
		return
	}
	q.wg.Go(func() { _ = q.judge(context.Background(), ids) }) // what fails stays pending
}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// house is the wire on a store of its own, with two sites.
type house struct {
	door  http.Handler
	db    store.Store
	keys  *admin.Keys
	desk  *review.Desk
	judge *moderation.Service
	queue *inline
	clock *clock
	wait  time.Duration
	key   map[string]string // by name: blog, ham, recheck, other, read, revoked
}

func setup(t testing.TB) *house {
	t.Helper()
	return setupOn(t, storetest.New(t), 0, 0)
}

// setupOn is setup on a store, with a limit to the rate of a key and to the
// wait for a verdict; 0 = none, and the default.
func setupOn(t testing.TB, db store.Store, rate float64, wait time.Duration) *house {
	t.Helper()
	c := &clock{at: time.Now().UTC().Truncate(time.Microsecond)}
	h := &house{db: db, clock: c, queue: &inline{}, wait: wait, key: map[string]string{}}
	h.keys = admin.NewKeys(db, c.now, quiet)
	h.judge = &moderation.Service{
		Store: db, Assessor: stub{}, Queue: h.queue, Log: quiet, Now: c.now, Changed: func() {},
		Waiters:  moderation.NewWaiters(db.Judged, quiet),
		Policies: &moderation.Policies{Load: db.Policy, Now: c.now},
		Spoken:   &moderation.Spoken{Load: db.Languages, Now: c.now},
	}
	h.queue.judge = h.judge.JudgeComments
	t.Cleanup(h.queue.wg.Wait)
	h.desk = &review.Desk{Store: db, Now: c.now, Changed: func() {}}
	sites := &admin.Sites{Store: db, Now: c.now}
	for _, id := range []string{"blog", "other"} {
		if _, err := sites.Add(t.Context(), id, "", "en", "test"); err != nil {
			t.Fatal(err)
		}
	}
	submit := []models.Scope{models.ScopeSubmit}
	for name, want := range map[string]models.Key{
		"blog":    {Site: "blog", Scopes: submit},
		"ham":     {Site: "blog", Scopes: submit, Options: models.KeyOptions{HoldAs: models.HoldAsHam}},
		"recheck": {Site: "blog", Scopes: submit, Options: models.KeyOptions{HoldAs: models.HoldAsRecheck}},
		"other":   {Site: "other", Scopes: submit},
		"read":    {Site: "blog", Scopes: []models.Scope{models.ScopeRead}},
		"revoked": {Site: "blog", Scopes: submit},
	} {
		want.Wire = "akismet"
		secret, made, err := h.keys.CreateKey(t.Context(), want, "test")
		if err != nil {
			t.Fatal(err)
		}
		h.key[name] = secret
		if name == "revoked" {
			if err := h.keys.RevokeKey(t.Context(), "blog", made.ID, "test"); err != nil {
				t.Fatal(err)
			}
		}
	}
	var err error
	h.door, err = api.New(api.Deps{
		V1: v1.API{Keyring: h.keys}, Now: c.now, Log: quiet, Rate: rate,
		Wires: []compat.Wire{&akismet.API{
			Moderator: h.judge, Desk: desk{h.desk, &review.Lessons{Desk: h.desk, Store: db, Score: h.score}}, Traces: db, Tally: h.judge,
			Callable: callable, Wait: h.wait, Now: c.now, Log: quiet,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func callable(raw string) error {
	if strings.HasPrefix(raw, "https://blog.example/") {
		return nil
	}
	return errors.New("private")
}

func (h *house) score(ctx context.Context, c models.Comment) (models.Assessment, error) {
	m, err := h.judge.Measure(ctx, c, nil)
	return m.Assessment, err
}

// desk joins what people decide and what they teach.
type desk struct {
	*review.Desk
	lessons *review.Lessons
}

func (d desk) Learn(ctx context.Context, l models.Lesson) (string, error) {
	return d.lessons.Learn(ctx, l)
}

// call is one request; KEY:name in its parts stands for a key of the house.
type call struct {
	method, path, body string
	header             map[string]string
}

func (h *house) named(s string) string {
	for name, secret := range h.key {
		s = strings.ReplaceAll(s, "KEY:"+name, secret)
	}
	return s
}

func (h *house) do(t testing.TB, c call) *httptest.ResponseRecorder {
	t.Helper()
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(h.named(c.body))
	}
	r := httptest.NewRequest(c.method, h.named(c.path), body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Request-Id", "test")
	for name, value := range c.header {
		if name == "Host" {
			r.Host = h.named(value)
			continue
		}
		if value == "" {
			r.Header.Del(name)
			continue
		}
		r.Header.Set(name, h.named(value))
	}
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	return w
}

// wp is how the WordPress plugin names itself.
var wp = map[string]string{"User-Agent": "WordPress/6.1 | Akismet/5.0.2"}

// form is a check's form with more fields, given in pairs.
func form(key string, pairs ...string) string {
	v := url.Values{"api_key": {"KEY:" + key}, "blog": {"https://blog.example/"}, "user_ip": {"192.0.2.7"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return strings.ReplaceAll(v.Encode(), "KEY%3A", "KEY:")
}

// ask sends a form to a call and gives the word that came back, and its headers.
func (h *house) ask(t testing.TB, name string, header map[string]string, key string, pairs ...string) (string, http.Header) {
	t.Helper()
	w := h.do(t, call{"POST", "/1.1/" + name, form(key, pairs...), header})
	return w.Body.String(), received(w)
}

// received are an answer's headers as a client reads them: the wire has a
// spelling of its own.
func received(w *httptest.ResponseRecorder) http.Header {
	h := http.Header{}
	for name, values := range w.Header() {
		for _, v := range values {
			h.Add(name, v)
		}
	}
	return h
}

// comments lists what a site keeps.
func (h *house) comments(t testing.TB, site models.SiteID) []models.Comment {
	t.Helper()
	page, err := h.db.ListComments(t.Context(), models.CommentQuery{Site: site, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// feedback lists what a site learned.
func (h *house) feedback(t testing.TB, site models.SiteID) []models.Feedback {
	t.Helper()
	page, err := h.db.Feedback(t.Context(), site, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}
