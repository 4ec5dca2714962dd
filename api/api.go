// Package api is the HTTP door of Tamis. It owns the router, what every request
// goes through (an id, a log line, security headers, keys, limits) and the pages
// of operations; the resources are in v1, foreign wires in compat. It refuses to know use cases and the
// store: it declares what it needs, and is handed it.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/models"
)

// How often keys may fail from one address, a second and at once.
const (
	failureRate  = 10
	failureBurst = 30
)

// Deps is what the door is handed. Log, V1 and its parts are needed.
type Deps struct {
	V1             v1.API
	Wires          []compat.Wire // foreign wires, mounted beside it
	Health         Health
	Metrics        http.Handler                                            // behind /metrics; nil = no such page
	Observe        func(route, method string, status int, d time.Duration) // of each request; may be nil
	TrustedProxies []string                                                // whose X-Forwarded-For counts; none by default
	Rate           float64                                                 // requests a second for each key; 0 = no limit
	Now            func() time.Time
	Log            *slog.Logger
}

// Health tells how the service is.
type Health interface {
	Ready(ctx context.Context) State
}

// State is how the service is: ok, degraded (it serves, with these causes for
// concern) or unavailable.
type State struct {
	Status string   `json:"status" enums:"ok,degraded,unavailable"`
	Causes []string `json:"causes,omitempty"`
}

// The states.
const (
	OK          = "ok"
	Degraded    = "degraded"
	Unavailable = "unavailable"
)

// New builds the handler of the whole HTTP API.
//
//	@title			Tamis
//	@version		1.0
//	@description	Comment moderation, self-hosted: submit comments, hear what to show, what to hold for a person, and why. Errors are RFC 9457 problem documents.
//	@servers.url	/
//	@securityDefinitions.bearerauth	key
func New(d Deps) (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	if err := e.SetTrustedProxies(d.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	e.Use(body.Linger, watch(d), recoverPanics(d), secure)
	e.NoRoute(func(g *gin.Context) {
		if w := wireOf(d.Wires, g); w != nil {
			w.Refuse(g, models.Errorf(models.NotFound, "there is no such address"))
			return
		}
		problem.WriteStatus(g, http.StatusNotFound, "not-found", "there is no such address")
	})
	e.NoMethod(func(g *gin.Context) {
		if w := wireOf(d.Wires, g); w != nil {
			w.Refuse(g, models.Errorf(models.NotFound, "this address does not take %s", known(g.Request.Method)))
			return
		}
		problem.WriteStatus(g, http.StatusMethodNotAllowed, "method-not-allowed", "this address does not take "+known(g.Request.Method))
	})
	operations(e, d)
	d.V1.Now, d.V1.Log = d.Now, d.Log
	door := newDoor(d)
	d.V1.Routes(e, door)
	for _, w := range d.Wires {
		w.Routes(e, door)
	}
	return e, nil
}

// wireOf gives the foreign wire that a request's address belongs to; nil when
// it is none's.
func wireOf(wires []compat.Wire, g *gin.Context) compat.Wire {
	for _, w := range wires {
		if w.Owns(g.Request.URL.Path) {
			return w
		}
	}
	return nil
}

// Route is one route of a handler that [New] made.
type Route struct {
	Method string
	Path   string // with :names where an address varies
}

// Routes lists the routes of a handler that [New] made, for who documents or
// tests them.
func Routes(h http.Handler) []Route {
	e, ok := h.(*gin.Engine)
	if !ok {
		return nil
	}
	var routes []Route
	for _, r := range e.Routes() {
		routes = append(routes, Route{Method: r.Method, Path: r.Path})
	}
	return routes
}

func newDoor(d Deps) *access.Door {
	door := &access.Door{Keys: d.V1.Keyring, Failures: access.NewLimiter(failureRate, failureBurst, d.Now)}
	if d.Rate > 0 {
		door.Rate = access.NewLimiter(d.Rate, max(1, int(math.Ceil(d.Rate))), d.Now)
	}
	return door
}
