package api

import (
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// unmatched stands for every address that is no route, so that strangers can't
// fill the log's and the metrics' labels.
const unmatched = "unmatched"

// watch gives each request an id, and one log line: what was asked and how it
// went, never what was said.
func watch(d Deps) gin.HandlerFunc {
	return func(g *gin.Context) {
		began := d.Now()
		id := g.GetHeader("X-Request-Id")
		if !plainName(id) {
			id = newRequestID()
		}
		problem.Identify(g, id)
		g.Header("X-Request-Id", id)
		g.Next()

		route, method, status, took := routeOf(g), known(g.Request.Method), g.Writer.Status(), d.Now().Sub(began)
		if d.Observe != nil {
			d.Observe(route, method, status, took)
		}
		logRequest(g, d.Log, slog.String("method", method), slog.String("route", route), slog.Int("status", status),
			slog.Duration("took", took), slog.String("request", id))
	}
}

func logRequest(g *gin.Context, log *slog.Logger, attrs ...slog.Attr) {
	level := slog.LevelInfo
	if key := access.Key(g); key.ID != "" {
		attrs = append(attrs, slog.String("site", string(key.Site)), slog.String("key", key.ID))
	}
	if err := problem.Cause(g); err != nil && g.Writer.Status() >= http.StatusInternalServerError {
		attrs = append(attrs, slog.String("err", err.Error()))
		level = slog.LevelWarn
		if models.KindOf(err) == models.Internal {
			level = slog.LevelError
		}
	}
	if level == slog.LevelInfo && quiet(routeOf(g)) {
		level = slog.LevelDebug
	}
	log.LogAttrs(g.Request.Context(), level, "request", attrs...)
}

// quiet reports whether machines ask for the route all day long.
func quiet(route string) bool {
	return route == "/healthz" || route == "/readyz" || route == "/metrics"
}

func routeOf(g *gin.Context) string {
	if route := g.FullPath(); route != "" {
		return route
	}
	return unmatched
}

// known gives a method that HTTP knows as it is, and hides any other.
func known(method string) string {
	methods := []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace,
	}
	if slices.Contains(methods, method) {
		return method
	}
	return "OTHER"
}

// plainName reports whether a caller may name its request so.
func plainName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 64
}

// newRequestID tells requests apart; it is no secret.
func newRequestID() string {
	return strconv.FormatUint(rand.Uint64(), 36) //nolint:gosec // see above
}

// recoverPanics answers a panic with a problem. The log gets where it was and
// of what type, not its value, which may quote a comment.
func recoverPanics(d Deps) gin.HandlerFunc {
	return func(g *gin.Context) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(p)
			}
			d.Log.ErrorContext(g.Request.Context(), "panic", "what", safeWords(p),
				"request", problem.RequestID(g), "stack", string(debug.Stack()))
			if g.Writer.Written() {
				g.Abort()
				return
			}
			err := fmt.Errorf("panic: %s", safeWords(p))
			if w := wireOf(d.Wires, g); w != nil {
				w.Refuse(g, err)
				return
			}
			problem.Write(g, err)
		}()
		g.Next()
	}
}

// safeWords says what a panic was when the runtime raised it, else its type.
func safeWords(p any) string {
	if e, ok := p.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("%T", p)
}

// secured is what every answer of an API should say to a browser. It is kept
// short: beyond eight headers the map of a submission's answer has to grow.
var secured = http.Header{
	"X-Content-Type-Options":       {"nosniff"},
	"Content-Security-Policy":      {"default-src 'none'; frame-ancestors 'none'"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
}

// secure says it. The values are shared: setting one anew replaces it.
func secure(g *gin.Context) { maps.Copy(g.Writer.Header(), secured) }
