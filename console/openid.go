package console

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/tamis-moderation/tamis/models"
)

// OpenID is how people sign in at an identity provider; without Issuer they do not.
type OpenID struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	Name         string // as the button says it
	Client       *http.Client
}

// openidLong is how long one may take at the provider.
const openidLong = 10 * time.Minute

func (c *Console) openidRoutes() []route {
	if c.deps.OpenID.Issuer == "" {
		return nil
	}
	d := &openidDoor{settings: c.deps.OpenID}
	return []route{
		{"GET /signin/openid", "", func(w http.ResponseWriter, r *http.Request) error { return c.toProvider(w, r, d) }},
		{"GET /signin/openid/back", "", func(w http.ResponseWriter, r *http.Request) error { return c.fromProvider(w, r, d) }},
	}
}

// openidDoor knows the provider once it answered: it may be away when the
// service starts.
type openidDoor struct {
	settings OpenID
	mu       sync.Mutex
	provider *oidc.Provider
}

func (d *openidDoor) context(ctx context.Context) context.Context {
	if d.settings.Client != nil {
		return oidc.ClientContext(ctx, d.settings.Client)
	}
	return ctx
}

func (d *openidDoor) find(ctx context.Context) (*oidc.Provider, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.provider != nil {
		return d.provider, nil
	}
	// The keys are fetched later, with the client of this context, when a
	// request that is long over can't end it.
	p, err := oidc.NewProvider(d.context(context.WithoutCancel(ctx)), d.settings.Issuer)
	if err != nil {
		return nil, models.Wrap(models.Unavailable, err, "the identity provider does not answer")
	}
	d.provider = p
	return p, nil
}

func (c *Console) oauth(d *openidDoor, p *oidc.Provider, r *http.Request) *oauth2.Config {
	base := strings.TrimSuffix(c.deps.PublicURL, "/")
	if base == "" {
		base = "http://" + r.Host
	}
	return &oauth2.Config{
		ClientID: d.settings.ClientID, ClientSecret: d.settings.ClientSecret, Endpoint: p.Endpoint(),
		RedirectURL: base + "/signin/openid/back", Scopes: []string{oidc.ScopeOpenID, "email"},
	}
}

// toProvider sends the browser to the provider, with a secret in a cookie that
// the way back must match.
func (c *Console) toProvider(w http.ResponseWriter, r *http.Request, d *openidDoor) error {
	p, err := d.find(r.Context())
	if err != nil {
		return err
	}
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	back := base64.RawURLEncoding.EncodeToString([]byte(localPath(r.URL.Query().Get("back"))))
	c.setCookie(w, cookieOpenID, strings.Join([]string{state, nonce, verifier, back}, "."), openidLong)
	to := c.oauth(d, p, r).AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (c *Console) fromProvider(w http.ResponseWriter, r *http.Request, d *openidDoor) error {
	kept := strings.Split(c.cookie(r, cookieOpenID), ".")
	c.setCookie(w, cookieOpenID, "", 0)
	q := r.URL.Query()
	if len(kept) != 4 || subtle.ConstantTimeCompare([]byte(kept[0]), []byte(q.Get("state"))) != 1 {
		return c.refuseOpenID(w, r, "signin.openid_lost")
	}
	if q.Get("error") != "" {
		return c.refuseOpenID(w, r, "signin.openid_refused")
	}
	p, err := d.find(r.Context())
	if err != nil {
		return err
	}
	email, err := c.vouched(d.context(r.Context()), d, p, c.oauth(d, p, r), q.Get("code"), kept[1], kept[2])
	if err != nil {
		c.deps.Log.WarnContext(r.Context(), "openid sign-in refused", "err", err)
		return c.refuseOpenID(w, r, "signin.openid_refused")
	}
	back, err := base64.RawURLEncoding.DecodeString(kept[3])
	if err != nil {
		back = nil
	}
	token, s, err := c.deps.Doors.ByOpenID(r.Context(), email, c.visitor(r))
	if models.KindOf(err) == models.Unauthorized && err != nil {
		return c.refuseOpenID(w, r, "signin.openid_nobody")
	}
	return c.welcome(w, r, token, s, err, signinData{Back: localPath(string(back))})
}

// vouched gives the address that the provider vouches for.
func (c *Console) vouched(ctx context.Context, d *openidDoor, p *oidc.Provider, o *oauth2.Config, code, nonce, verifier string) (string, error) {
	token, err := o.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return "", models.Wrap(models.Unauthorized, err, "the code was refused")
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: d.settings.ClientID, Now: c.deps.Now}).Verify(ctx, raw)
	if err != nil {
		return "", models.Wrap(models.Unauthorized, err, "the token is not valid")
	}
	var claims struct {
		Email    string `json:"email"`
		Verified *bool  `json:"email_verified"`
	}
	if err := id.Claims(&claims); err != nil {
		return "", models.Wrap(models.Unauthorized, err, "the token can't be read")
	}
	if id.Nonce != nonce || claims.Email == "" || (claims.Verified != nil && !*claims.Verified) {
		return "", models.Errorf(models.Unauthorized, "the token is for another sign-in, or vouches for no address")
	}
	return claims.Email, nil
}

func (c *Console) refuseOpenID(w http.ResponseWriter, r *http.Request, key string) error {
	return c.renderAs(w, r, http.StatusUnauthorized, "signin", signinData{Error: viewOf(r).T(key), OpenID: c.deps.OpenID.Name})
}
