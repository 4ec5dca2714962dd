package assistant_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/api/compat/assistant"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
	"github.com/tamis-moderation/tamis/webhook"
)

var quiet = slog.New(slog.DiscardHandler)

// stub scores by a few words, so that an answer can be read.
type stub struct {
	err      error
	degraded string
}

func (s *stub) Rows(in []classifier.Input) int { return len(in) }

func (s *stub) Assess(_ context.Context, in []classifier.Input) ([]models.Assessment, error) {
	out := make([]models.Assessment, 0, len(in))
	for _, i := range in {
		a := models.Assessment{Lang: "en", Scores: models.Scores{}, Degraded: s.degraded}
		for _, l := range models.Labels()[:8] {
			a.Scores[l] = 0.0625
		}
		for word, label := range map[string]models.Label{
			"idiot": models.Insult, "kill": models.Threat, "tribe": models.IdentityAttack, "naked": models.Sexual,
		} {
			if strings.Contains(i.Text, word) {
				a.Scores[label] = 0.96875
			}
		}
		out = append(out, a)
	}
	return out, s.err
}

// The addresses that the operator of the house's two sites named, and the
// secret of the third, which named none.
const (
	named   = "https://osmod.example/api"
	signing = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
)

// house is the wire on a store of its own, with three sites.
type house struct {
	door    http.Handler
	db      store.Store
	keys    *admin.Keys
	stub    *stub
	wire    *assistant.API
	changed atomic.Int64
	key     map[string]string // by name: blog, other, signed, read, revoked
}

func setup(t testing.TB) *house {
	t.Helper()
	return setupOn(t, storetest.New(t))
}

func setupOn(t testing.TB, db store.Store) *house {
	t.Helper()
	h := &house{db: db, stub: &stub{}, key: map[string]string{}}
	h.keys = admin.NewKeys(h.db, time.Now, quiet)
	judge := &moderation.Service{
		Store: h.db, Assessor: h.stub, Log: quiet, Now: time.Now, Changed: func() {},
		Policies: &moderation.Policies{Load: h.db.Policy, Now: time.Now},
		Spoken:   &moderation.Spoken{Load: h.db.Languages, Now: time.Now},
	}
	sites := &admin.Sites{Store: h.db, Now: time.Now}
	for _, id := range []string{"blog", "other", "signed"} {
		if _, err := sites.Add(t.Context(), id, "", "en", "test"); err != nil {
			t.Fatal(err)
		}
		h.makeKey(t, id, models.Key{Site: models.SiteID(id), Scopes: []models.Scope{models.ScopeSubmit}})
	}
	h.makeKey(t, "read", models.Key{Site: "blog", Scopes: []models.Scope{models.ScopeRead}})
	revoked := h.makeKey(t, "revoked", models.Key{Site: "blog", Scopes: []models.Scope{models.ScopeSubmit}})
	if err := h.keys.RevokeKey(t.Context(), "blog", revoked.ID, "test"); err != nil {
		t.Fatal(err)
	}
	guard, err := webhook.NewGuard(nil)
	if err != nil {
		t.Fatal(err)
	}
	peers := &webhook.Peers{
		Guard: guard, Secrets: map[models.SiteID][]string{"signed": {signing}},
		Named: map[models.SiteID][]string{"blog": {named}, "other": {"https://other.example"}},
	}
	h.wire = &assistant.API{
		Measure: func(ctx context.Context, c models.Comment, pieces []string) (assistant.Measured, error) {
			m, err := judge.Measure(ctx, c, pieces)
			return assistant.Measured(m), err
		},
		AddScoring: h.db.AddScoring, Callable: peers.Check, Changed: func() { h.changed.Add(1) }, Now: time.Now,
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
	door, err := api.New(api.Deps{V1: v1.API{Keyring: h.keys}, Now: time.Now, Log: quiet, Rate: rate, Wires: []compat.Wire{h.wire}})
	if err != nil {
		t.Fatal(err)
	}
	return door
}

// call is one request; KEY:name in its headers stands for a key of the house.
type call struct {
	method, path, body string
	header             map[string]string
}

// do sends a call with the key of the blog alone in Authorization, unless its
// headers say otherwise; an empty header is not sent.
func (h *house) do(t testing.TB, c call) *httptest.ResponseRecorder {
	t.Helper()
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	r := httptest.NewRequest(c.method, c.path, body)
	r.Header.Set("X-Request-Id", "test")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", h.key["blog"])
	for name, value := range c.header {
		for key, secret := range h.key {
			value = strings.ReplaceAll(value, "KEY:"+key, secret)
		}
		r.Header.Set(name, value)
		if value == "" {
			r.Header.Del(name)
		}
	}
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	return w
}

// due gives the scorings that are kept.
func (h *house) due(t testing.TB) []models.DueScoring {
	t.Helper()
	due, err := h.db.LeaseScorings(t.Context(), 100, time.Minute, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return due
}
