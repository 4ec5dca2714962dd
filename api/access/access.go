// Package access lets requests in: bearer keys, their scopes, and how often
// they may call. It refuses to know what a request is about, and it never tells
// a caller whether a key exists.
package access

import (
	"context"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// maxKey bounds what is looked at as a key, in bytes.
const maxKey = 256

// What a request carries once it was let in.
const (
	keyKey   = "access.key"
	quotaKey = "access.quota"
)

// Authenticator knows keys. Unauthorized is its answer to any that doesn't work.
type Authenticator interface {
	Authenticate(ctx context.Context, presented string) (models.Key, error)
}

// Door authenticates requests.
type Door struct {
	Keys     Authenticator
	Failures *Limiter // of failed keys, per client address; valid keys never meet it
	Rate     *Limiter // of requests, per key; nil = no limit
}

// Bearer is a handler that lets in who presents a valid key as a bearer token.
func (d *Door) Bearer(g *gin.Context) {
	presented, ok := bearerOf(g.Request.Header)
	if !ok {
		d.refuse(g, d.failed(g, models.Errorf(models.Unauthorized, "an Authorization header with a bearer key is needed")))
		return
	}
	d.Admit(g, presented)
}

// Admit lets in who presents a key in whatever way a wire has.
func (d *Door) Admit(g *gin.Context, presented string) {
	if err := d.Enter(g, presented); err != nil {
		d.refuse(g, err)
	}
}

// Enter is [Door.Admit] for wires that word refusals themselves.
func (d *Door) Enter(g *gin.Context, presented string) error {
	if len(presented) > maxKey {
		presented = ""
	}
	key, err := d.Keys.Authenticate(g.Request.Context(), presented)
	if err != nil {
		return d.failed(g, err)
	}
	g.Set(keyKey, &key)
	if d.Rate == nil {
		return nil
	}
	quota := d.Rate.Take(key.ID)
	g.Set(quotaKey, quota)
	quota.Tell(g.Writer.Header())
	if !quota.OK {
		return &models.Error{Kind: models.TooMany, Msg: "this key is over its rate limit", RetryAfter: quota.Wait}
	}
	return nil
}

// Spend counts one call of a caller who shows no key of ours, against the same
// rate as a key's.
func (d *Door) Spend(g *gin.Context, caller string) error {
	if d.Rate == nil {
		return nil
	}
	quota := d.Rate.Take(caller)
	g.Set(quotaKey, quota)
	quota.Tell(g.Writer.Header())
	if !quota.OK {
		return &models.Error{Kind: models.TooMany, Msg: "this caller is over its rate limit", RetryAfter: quota.Wait}
	}
	return nil
}

// Fail counts a credential of another kind that does not work, as a failed key.
func (d *Door) Fail(g *gin.Context, err error) error { return d.failed(g, err) }

// failed counts a key that does not work. Who fails too often is told to wait.
func (d *Door) failed(g *gin.Context, err error) error {
	if models.KindOf(err) != models.Unauthorized {
		return err
	}
	if quota := d.Failures.Take(network(g.ClientIP())); !quota.OK {
		return &models.Error{Kind: models.TooMany, Msg: "too many failed keys from this address", RetryAfter: quota.Wait}
	}
	return err
}

// refuse tells why nobody came in.
func (d *Door) refuse(g *gin.Context, err error) {
	if models.KindOf(err) == models.Unauthorized {
		g.Header("WWW-Authenticate", `Bearer realm="tamis"`)
	}
	problem.Write(g, err)
}

// Need is a handler that lets pass keys with the scope.
func Need(scope models.Scope) gin.HandlerFunc {
	return func(g *gin.Context) {
		if !Key(g).Has(scope) {
			problem.Write(g, models.Errorf(models.Forbidden, "this key lacks the scope %s", scope))
		}
	}
}

// Key is the key that the request came in with.
func Key(g *gin.Context) models.Key {
	if key, ok := g.Value(keyKey).(*models.Key); ok {
		return *key
	}
	return models.Key{}
}

// QuotaOf is what the limiter said of the request's key; false where there is
// no limit.
func QuotaOf(g *gin.Context) (Quota, bool) {
	q, ok := g.Value(quotaKey).(Quota)
	return q, ok
}

// By names the key in decisions and in the audit log.
func By(g *gin.Context) string { return Key(g).Actor() }

// bearerOf reads the token of exactly one Authorization header.
func bearerOf(h http.Header) (string, bool) {
	values := h.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "bearer") && token != "" && len(token) <= maxKey
}
