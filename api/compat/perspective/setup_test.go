package perspective_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/api/compat/perspective"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/language"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/review"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// stub scores by a few words, so that an answer can be read.
type stub struct {
	detector *language.Detector
	degraded string
	err      error
	lacks    models.Label
}

func (s *stub) Rows(in []classifier.Input) int { return len(in) }

func (s *stub) Assess(_ context.Context, in []classifier.Input) ([]models.Assessment, error) {
	out := make([]models.Assessment, 0, len(in))
	for _, i := range in {
		a := models.Assessment{Lang: i.Lang, Degraded: s.degraded, Scores: models.Scores{}}
		if a.Lang == "" {
			a.Lang = s.detector.Detect(i.Text)
		}
		for _, l := range models.Labels()[:8] {
			if l != s.lacks {
				a.Scores[l] = 0.0625
			}
		}
		if strings.Contains(i.Text, "imbécile") || strings.Contains(i.Text, "idiot") {
			a.Scores[models.Toxic], a.Scores[models.Insult] = 0.875, 0.9375
		}
		out = append(out, a)
	}
	return out, s.err
}

// house is the wire on a store of its own, with two sites.
type house struct {
	door  http.Handler
	db    store.Store
	keys  *admin.Keys
	stub  *stub
	judge *moderation.Service
	key   map[string]string // by name: blog, strict, other, read, revoked
	mu    sync.Mutex
	told  []perspective.Analysis
}

func setup(t testing.TB) *house {
	t.Helper()
	detector, err := language.New()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{db: storetest.New(t), stub: &stub{detector: detector}, key: map[string]string{}}
	h.keys = admin.NewKeys(h.db, time.Now, quiet)
	h.judge = &moderation.Service{
		Store: h.db, Assessor: h.stub, Log: quiet, Now: time.Now, Changed: func() {},
		Policies: &moderation.Policies{Load: h.db.Policy, Now: time.Now},
		Spoken:   &moderation.Spoken{Load: h.db.Languages, Now: time.Now},
	}
	sites := &admin.Sites{Store: h.db, Now: time.Now}
	for _, id := range []string{"blog", "other"} {
		if _, err := sites.Add(t.Context(), id, "", "fr", "test"); err != nil {
			t.Fatal(err)
		}
	}
	submit := []models.Scope{models.ScopeSubmit}
	h.makeKey(t, "blog", models.Key{Site: "blog", Scopes: submit})
	h.makeKey(t, "strict", models.Key{Site: "blog", Scopes: submit, Options: models.KeyOptions{Strict: true}})
	h.makeKey(t, "other", models.Key{Site: "other", Scopes: submit})
	h.makeKey(t, "read", models.Key{Site: "blog", Scopes: []models.Scope{models.ScopeRead}})
	revoked := h.makeKey(t, "revoked", models.Key{Site: "blog", Scopes: submit})
	if err := h.keys.RevokeKey(t.Context(), "blog", revoked.ID, "test"); err != nil {
		t.Fatal(err)
	}
	h.door = h.open(t, 0)
	return h
}

func (h *house) makeKey(t testing.TB, name string, want models.Key) models.Key {
	t.Helper()
	secret, made, err := h.keys.CreateKey(t.Context(), want, "test")
	if err != nil {
		t.Fatal(err)
	}
	h.key[name] = secret
	return made
}

// open builds the door with a rate limit; 0 = none.
func (h *house) open(t testing.TB, rate float64) http.Handler {
	t.Helper()
	lessons := &review.Lessons{
		Desk: &review.Desk{Store: h.db, Now: time.Now, Changed: func() {}}, Store: h.db,
		Score: func(ctx context.Context, c models.Comment) (models.Assessment, error) {
			m, err := h.judge.Measure(ctx, c, nil)
			return m.Assessment, err
		},
	}
	door, err := api.New(api.Deps{
		V1: v1.API{Keyring: h.keys}, Now: time.Now, Log: quiet, Rate: rate,
		Wires: []compat.Wire{&perspective.API{
			Measure: func(ctx context.Context, c models.Comment, pieces []string) (perspective.Measured, error) {
				m, err := h.judge.Measure(ctx, c, pieces)
				return perspective.Measured(m), err
			},
			Learn: lessons.Learn,
			Answered: func(a perspective.Analysis) {
				h.mu.Lock()
				defer h.mu.Unlock()
				h.told = append(h.told, a)
			},
			Locale: func(context.Context, models.SiteID) string { return "fr" },
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return door
}

// call is one request; KEY in its path or headers stands for a key of the house.
type call struct {
	method, path, body string
	header             map[string]string
}

func (h *house) do(t testing.TB, c call) *httptest.ResponseRecorder {
	t.Helper()
	named := func(s string) string {
		for name, secret := range h.key {
			s = strings.ReplaceAll(s, "KEY:"+name, secret)
		}
		return s
	}
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	r := httptest.NewRequest(c.method, named(c.path), body)
	r.Header.Set("X-Request-Id", "test")
	for name, value := range c.header {
		r.Header.Set(name, named(value))
	}
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	return w
}

// feedback lists what the site learned.
func (h *house) feedback(t testing.TB, site models.SiteID) []models.Feedback {
	t.Helper()
	page, err := h.db.Feedback(t.Context(), site, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}
