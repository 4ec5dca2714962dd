// Package perspective answers the wire of Google's Perspective API
// (commentanalyzer v1alpha1), which ended on 31 December 2026: clients change
// the address and the key. It owns the wire's shapes, its errors and the
// mapping of its attributes to our labels; it refuses to decide, and keeps nothing of an analysis, whatever doNotStore says.
package perspective

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/models"
)

// timeout bounds how long an analysis may take.
const timeout = 10 * time.Second

// Measured is what the scorers say of a text and of its pieces, in order.
type Measured struct {
	models.Assessment
	Pieces []models.Scores
}

// Analysis is what was asked and what was answered.
type Analysis struct {
	Site      models.SiteID
	Text      string             // without markup
	Languages []string           // as the caller told
	Scores    map[string]float64 // by attribute, those that were found
}

// API answers under /v1alpha1 and /$discovery with what it is given.
type API struct {
	// Measure gives the scores of /v1/check, and those of pieces of the text,
	// found together.
	Measure func(ctx context.Context, c models.Comment, pieces []string) (Measured, error)
	// Learn takes a lesson in and tells the language of its text.
	Learn func(ctx context.Context, l models.Lesson) (string, error)
	// Locale is the language of a site.
	Locale func(ctx context.Context, site models.SiteID) string
	// Answered hears of each analysis once it is answered, and must not wait; nil =
	// nobody listens.
	Answered func(Analysis)
	// PublicURL is the service's address for the discovery document; empty = the
	// one that was asked.
	PublicURL string
}

// Routes implements compat.Wire.
func (a *API) Routes(r gin.IRouter, door *access.Door) {
	r.GET("/$discovery/rest", a.discovery)
	wire := r.Group("/v1alpha1", noStore, a.enter(door))
	wire.POST(`/comments\:analyze`, a.analyze)
	wire.POST(`/comments\:suggestscore`, a.suggest)
}

// Owns implements compat.Wire.
func (a *API) Owns(path string) bool {
	return strings.HasPrefix(path, "/v1alpha1/") || strings.HasPrefix(path, "/$discovery/")
}

// noStore keeps answers out of caches.
func noStore(g *gin.Context) { g.Header("Cache-Control", "no-store") }

// enter lets in who presents a key in one of the ways that Google's clients have.
func (a *API) enter(door *access.Door) gin.HandlerFunc {
	return func(g *gin.Context) {
		key := presented(g.Request)
		if key == "" {
			a.Refuse(g, errNoKey)
			return
		}
		if err := door.Enter(g, key); err != nil {
			a.Refuse(g, err)
			return
		}
		if !access.Key(g).Has(models.ScopeSubmit) {
			a.Refuse(g, models.Errorf(models.Forbidden, "this key lacks the scope %s", models.ScopeSubmit))
		}
	}
}

// presented is the key that a request carries: as Google's clients send it, or
// as a bearer token.
func presented(r *http.Request) string {
	if k := r.Header.Get("X-Goog-Api-Key"); k != "" {
		return k
	}
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "bearer") {
		return strings.TrimSpace(token)
	}
	q := r.URL.Query()
	for _, name := range []string{"key", "access_token", "oauth_token"} {
		if k := q.Get(name); k != "" {
			return k
		}
	}
	return ""
}
