package v1_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/models"
)

// scopes says what each route needs; a route that is not here is open to all.
var scopes = map[models.Scope][]string{
	models.ScopeSubmit: {
		"POST /v1/comments", "POST /v1/comments/batch", "PATCH /v1/comments/{id}", "DELETE /v1/comments/{id}",
		"POST /v1/comments/{id}/reports", "POST /v1/check",
	},
	models.ScopeRead: {
		"GET /v1/comments", "GET /v1/comments/{id}", "GET /v1/events", "GET /v1/comments.csv", "GET /v1/comments/{id}/story",
		"GET /v1/scores", "GET /v1/views", "POST /v1/views", "DELETE /v1/views/{id}", "GET /v1/overview",
	},
	models.ScopeReview: {
		"GET /v1/review/items", "POST /v1/review/claims", "DELETE /v1/review/claims/{token}", "POST /v1/review/items/{id}/decision",
		"POST /v1/comments/{id}/decision", "POST /v1/review/decisions/{id}/undo",
		"GET /v1/review/queue", "GET /v1/review/items/{id}", "POST /v1/review/items/{id}/skip", "GET /v1/review/decisions",
		"POST /v1/review/decisions/undo", "GET /v1/review/waves", "GET /v1/review/waves/items", "POST /v1/review/waves",
		"POST /v1/review/waves/{id}/undo", "GET /v1/comments/{id}/around", "PUT /v1/comments/{id}/triage", "GET /v1/triage",
		"GET /v1/review/found", "POST /v1/review/found", "GET /v1/review/colleagues",
	},
	models.ScopeAdmin: {
		"GET /v1/policy", "PUT /v1/policy", "GET /v1/sites", "GET /v1/keys", "POST /v1/keys", "DELETE /v1/keys/{id}",
		"GET /v1/webhooks", "POST /v1/webhooks", "PATCH /v1/webhooks/{id}", "DELETE /v1/webhooks/{id}", "POST /v1/webhooks/{id}/rotate",
		"GET /v1/book", "PUT /v1/book", "GET /v1/audit",
		"POST /v1/webhooks/{id}/test", "POST /v1/webhooks/{id}/replay", "GET /v1/webhooks/{id}/deliveries",
		"GET /v1/policy/versions", "GET /v1/policy/versions/{version}", "POST /v1/policy/versions/{version}/restore", "PATCH /v1/sites/{id}",
		"GET /v1/people", "POST /v1/people", "GET /v1/people/{id}", "PATCH /v1/people/{id}", "POST /v1/people/{id}/disable",
		"POST /v1/people/{id}/enable", "POST /v1/people/{id}/link", "DELETE /v1/people/{id}/second-step",
		"GET /v1/people/{id}/sessions", "DELETE /v1/people/{id}/sessions/{session}",
	},
	"": {"GET /v1/policy/schema", "GET /healthz", "GET /readyz"},
}

func TestScopes(t *testing.T) {
	t.Parallel()
	needs := map[string]models.Scope{}
	for scope, routes := range scopes {
		for _, r := range routes {
			needs[r] = scope
		}
	}
	for _, route := range ownRoutes(t) {
		need, told := needs[route]
		if !told {
			t.Errorf("%s: nobody said what scope it needs", route)
			continue
		}
		t.Run(route, func(t *testing.T) {
			t.Parallel()
			for _, have := range append(models.Scopes(), "none", "all", "nope", "") {
				header := map[string]string{"Authorization": "Bearer tam_" + string(have)}
				if have == "" {
					header["Authorization"] = ""
				}
				method, path, _ := strings.Cut(route, " ")
				got := newHouse().do(t, call{method, path, "", header}).Code
				open := need == "" || have == need || have == "all"
				switch {
				case !open && (have == "nope" || have == "") && got != http.StatusUnauthorized:
					t.Errorf("key %q: got %d, want 401", have, got)
				case !open && have != "nope" && have != "" && got != http.StatusForbidden:
					t.Errorf("key %q: got %d, want 403", have, got)
				case open && (got == http.StatusUnauthorized || got == http.StatusForbidden):
					t.Errorf("key %q: got %d, want to be let in", have, got)
				}
			}
		})
	}
}

func TestOddAuthorization(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		headers []string
		want    int
	}{
		"the scheme in lower case":  {[]string{"bearer tam_all"}, http.StatusOK},
		"another scheme":            {[]string{"Basic dGFtOmFsbA=="}, http.StatusUnauthorized},
		"no scheme":                 {[]string{"tam_all"}, http.StatusUnauthorized},
		"an empty token":            {[]string{"Bearer "}, http.StatusUnauthorized},
		"two headers":               {[]string{"Bearer tam_all", "Bearer tam_all"}, http.StatusUnauthorized},
		"a key of eight kilobytes":  {[]string{"Bearer tam_" + strings.Repeat("a", 8192)}, http.StatusUnauthorized},
		"a key while it can't tell": {[]string{"Bearer tam_away"}, http.StatusServiceUnavailable},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, theOne, nil)
			for _, h := range tt.headers {
				r.Header.Add("Authorization", h)
			}
			w := httptest.NewRecorder()
			newHouse().handler(t).ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, tt.want)
			}
		})
	}
}

func TestFailedKeysAreSlowedDownAndValidOnesAreNot(t *testing.T) {
	t.Parallel()
	door := newHouse().handler(t)
	ask := func(key, from string) *httptest.ResponseRecorder {
		r := call{"GET", theOne, "", map[string]string{"Authorization": "Bearer " + key}}.request()
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		return w
	}
	for range 30 {
		if w := ask("tam_nope", "192.0.2.1:99"); w.Code != http.StatusUnauthorized {
			t.Fatalf("got %d, want 401", w.Code)
		}
	}
	w := ask("tam_nope", "192.0.2.1:98")
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
		t.Errorf("got %d after %q, want 429 after 1", w.Code, w.Header().Get("Retry-After"))
	}
	if w := ask("tam_all", "192.0.2.1:99"); w.Code != http.StatusOK {
		t.Errorf("a valid key from there got %d", w.Code)
	}
	if w := ask("tam_nope", "192.0.2.2:99"); w.Code != http.StatusUnauthorized {
		t.Errorf("another address got %d", w.Code)
	}
}

func TestNobodyIsBelievedAboutAddressesUnlessTrusted(t *testing.T) {
	t.Parallel()
	door := newHouse().handler(t)
	for i := range 31 {
		r := call{"GET", theOne, "", map[string]string{"Authorization": "Bearer nope", "X-Forwarded-For": "198.51.100." + string(rune('0'+i%10))}}.request()
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		if i == 30 && w.Code != http.StatusTooManyRequests {
			t.Errorf("got %d for the 31st failure, want 429", w.Code)
		}
	}
}

func TestKeysHaveARateWhenOneIsSet(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.rate = 2
	door := h.handler(t)
	var w *httptest.ResponseRecorder
	for range 3 {
		w = httptest.NewRecorder()
		door.ServeHTTP(w, call{"GET", theOne, "", nil}.request())
	}
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" ||
		w.Header().Get("RateLimit") != `"key";r=0;t=1` || w.Header().Get("RateLimit-Policy") != `"key";q=2;w=1` {
		t.Errorf("got %d %v, want 429 with its limits", w.Code, w.Header())
	}
	w = httptest.NewRecorder()
	door.ServeHTTP(w, call{"GET", theOne, "", map[string]string{"Authorization": "Bearer tam_read"}}.request())
	if w.Code != http.StatusOK {
		t.Errorf("another key got %d", w.Code)
	}
}

func TestADecisionIsByItsKey(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.decide = func(_ context.Context, r models.DecisionRequest) (models.Decision, error) {
		want := models.DecisionRequest{Comment: commentID, Site: site, Decision: models.DecideSpam, By: "key:review", Reason: "pub"}
		if !reflect.DeepEqual(r, want) {
			t.Errorf("got %+v, want %+v", r, want)
		}
		return models.Decision{}, nil
	}
	h.do(t, call{"POST", theOne + "/decision", `{"decision":"spam","reason":"pub"}`, map[string]string{"Authorization": "Bearer tam_review"}})
}
