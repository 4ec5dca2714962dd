package console_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/tamis-moderation/tamis/console"
	"github.com/tamis-moderation/tamis/models"
)

// issuer is an identity provider of our own.
type issuer struct {
	*httptest.Server
	key   *rsa.PrivateKey
	nonce string // of the last request, as the browser carried it
	email string
	// spoil changes what a token claims.
	spoil func(claims map[string]any)
}

func newIssuer(t *testing.T, now func() time.Time) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key, spoil: func(map[string]any) {}}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("code") != "good" || r.PostFormValue("code_verifier") == "" {
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]any{"error": "invalid_grant"})
			return
		}
		claims := map[string]any{
			"iss": i.URL, "aud": "tamis", "sub": "42", "exp": now().Add(time.Hour).Unix(), "iat": now().Unix(),
			"nonce": i.nonce, "email": i.email, "email_verified": true,
		}
		i.spoil(claims)
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
		if err != nil {
			t.Error(err)
		}
		raw, err := jwt.Signed(signer).Claims(claims).Serialize()
		if err != nil {
			t.Error(err)
		}
		answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": raw})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func TestSigningInAtAProvider(t *testing.T) {
	t.Parallel()
	var provider *issuer
	h := setup(t, func(d *console.Deps) {
		provider = newIssuer(t, d.Now)
		d.OpenID = console.OpenID{Issuer: provider.URL, ClientID: "tamis", ClientSecret: "s", Name: "Our house", Client: provider.Client()}
	})
	h.person("anne@example.org", models.RoleModerator)
	gone := h.person("gone@example.org", models.RoleModerator)
	if _, err := h.db.ChangeUser(t.Context(), models.UserChange{User: gone.ID, At: h.now()}, func(u *models.User) error {
		u.DisabledAt = h.now()
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := h.browser().get("/signin"); !got.has("Sign in with Our house") {
		t.Errorf("no button: %s", short(got.body))
	}
	// walk goes to the provider and comes back with an answer.
	walk := func(b *browser, answer func(state string) string) page {
		t.Helper()
		sent := b.get("/signin/openid?back=%2Ftry")
		to, err := url.Parse(sent.to)
		if err != nil || sent.status != http.StatusSeeOther || to.Path != "/authorize" || to.Query().Get("code_challenge_method") != "S256" {
			t.Fatalf("sent to %q, %d, %v", sent.to, sent.status, err)
		}
		provider.nonce = to.Query().Get("nonce")
		return b.get("/signin/openid/back?" + answer(to.Query().Get("state")))
	}
	good := func(state string) string { return "code=good&state=" + url.QueryEscape(state) }

	provider.email = "Anne@Example.org"
	b := h.browser()
	walk(b, good).want(t, "in", http.StatusSeeOther, "/try")
	b.get("/account").want(t, "signed in", http.StatusOK)

	for name, tt := range map[string]struct {
		email  string
		answer func(string) string
		spoil  func(map[string]any)
		words  string
	}{
		"nobody here":      {"else@example.org", good, nil, "no account for that address"},
		"switched off":     {"gone@example.org", good, nil, "no account for that address"},
		"another state":    {"anne@example.org", func(string) string { return "code=good&state=x" }, nil, "got lost"},
		"they said no":     {"anne@example.org", func(s string) string { return "error=access_denied&state=" + url.QueryEscape(s) }, nil, "could not confirm"},
		"a bad code":       {"anne@example.org", func(s string) string { return "code=bad&state=" + url.QueryEscape(s) }, nil, "could not confirm"},
		"another nonce":    {"anne@example.org", good, func(c map[string]any) { c["nonce"] = "x" }, "could not confirm"},
		"another audience": {"anne@example.org", good, func(c map[string]any) { c["aud"] = "x" }, "could not confirm"},
		"another issuer":   {"anne@example.org", good, func(c map[string]any) { c["iss"] = "https://x.example" }, "could not confirm"},
		"expired":          {"anne@example.org", good, func(c map[string]any) { c["exp"] = h.now().Add(-time.Hour).Unix() }, "could not confirm"},
		"not verified":     {"anne@example.org", good, func(c map[string]any) { c["email_verified"] = false }, "could not confirm"},
		"no address":       {"", good, nil, "could not confirm"},
	} {
		provider.email, provider.spoil = tt.email, func(map[string]any) {}
		if tt.spoil != nil {
			provider.spoil = tt.spoil
		}
		b := h.browser()
		got := walk(b, tt.answer)
		if got.status != http.StatusUnauthorized || !got.has(tt.words) {
			t.Errorf("%s: %d %s", name, got.status, short(got.body))
		}
		b.get("/account").want(t, name+": not in", http.StatusSeeOther)
	}

	provider.spoil = func(map[string]any) {}
	if got := h.browser().get("/signin/openid/back?code=good&state="); got.status != http.StatusUnauthorized {
		t.Errorf("without having left: %d", got.status)
	}
}

func TestAProviderThatIsAwayIsNoWrongPassword(t *testing.T) {
	t.Parallel()
	h := setup(t, func(d *console.Deps) {
		d.OpenID = console.OpenID{Issuer: "http://127.0.0.1:1", ClientID: "tamis", Name: "Away"}
	})
	h.person("anne@example.org", models.RoleModerator)
	if got := h.browser().get("/signin/openid"); got.status != http.StatusServiceUnavailable || !got.has("A part of the service is away") {
		t.Errorf("got %d %s", got.status, short(got.body))
	}
	h.signedIn("anne@example.org")
}
