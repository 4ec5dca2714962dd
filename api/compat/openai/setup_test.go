package openai_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/api/compat/openai"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// stub scores by a few words, so that an answer can be read.
type stub struct {
	err   error
	lacks models.Label
}

func (s *stub) Rows(in []classifier.Input) int { return len(in) }

func (s *stub) Assess(_ context.Context, in []classifier.Input) ([]models.Assessment, error) {
	out := make([]models.Assessment, 0, len(in))
	for _, i := range in {
		a := models.Assessment{Lang: "en", Scores: models.Scores{}}
		for _, l := range models.Labels()[:8] {
			a.Scores[l] = 0.0625
		}
		for word, label := range map[string]models.Label{
			"idiot": models.Insult, "kill": models.Threat, "tribe": models.IdentityAttack, "naked": models.Sexual, "shop": models.Spam,
		} {
			if strings.Contains(i.Text, word) {
				a.Scores[label] = 0.96875
			}
		}
		delete(a.Scores, s.lacks)
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
	key   map[string]string // by name: blog, other, read, revoked
}

func setup(t testing.TB) *house {
	t.Helper()
	h := &house{db: storetest.New(t), stub: &stub{}, key: map[string]string{}}
	h.keys = admin.NewKeys(h.db, time.Now, quiet)
	h.judge = &moderation.Service{
		Store: h.db, Assessor: h.stub, Log: quiet, Now: time.Now, Changed: func() {},
		Policies: &moderation.Policies{Load: h.db.Policy, Now: time.Now},
		Spoken:   &moderation.Spoken{Load: h.db.Languages, Now: time.Now},
	}
	sites := &admin.Sites{Store: h.db, Now: time.Now}
	for _, id := range []string{"blog", "other"} {
		if _, err := sites.Add(t.Context(), id, "", "en", "test"); err != nil {
			t.Fatal(err)
		}
	}
	submit := []models.Scope{models.ScopeSubmit}
	h.makeKey(t, "blog", models.Key{Site: "blog", Scopes: submit})
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
	door, err := api.New(api.Deps{
		V1: v1.API{Moderator: h.judge, Keyring: h.keys, Sites: &admin.Sites{Store: h.db, Now: time.Now}}, Now: time.Now, Log: quiet, Rate: rate,
		Wires: []compat.Wire{&openai.API{Assess: h.judge.Assess, Now: time.Now}},
	})
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

// do sends a call, as JSON and with the key of the blog unless its headers say
// otherwise; an empty header is not sent.
func (h *house) do(t testing.TB, c call) *httptest.ResponseRecorder {
	t.Helper()
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	r := httptest.NewRequest(c.method, c.path, body)
	r.Header.Set("X-Request-Id", "test")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+h.key["blog"])
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
