package api

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/openapi"
)

//go:embed static
var static embed.FS

// pageCSP lets the pages here load what is embedded, and nothing from elsewhere.
// Swagger UI writes style attributes, hence the one exception.
const pageCSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// operations puts the pages on e that run the service and explain it.
func operations(e *gin.Engine, d Deps) {
	e.GET("/healthz", healthz)
	e.GET("/readyz", readyz(d.Health))
	if d.Metrics != nil {
		e.GET("/metrics", gin.WrapH(d.Metrics))
	}
	e.GET("/openapi.json", file("application/json", openapi.JSON()))
	e.GET("/", embedded("index.html", "text/html; charset=utf-8"))
	e.GET("/index.css", embedded("index.css", "text/css; charset=utf-8"))
	e.GET("/docs", embedded("docs/index.html", "text/html; charset=utf-8"))
	e.GET("/docs/start.js", embedded("docs/start.js", "text/javascript; charset=utf-8"))
	e.GET("/docs/swagger-ui.css", embedded("docs/swagger-ui.css", "text/css; charset=utf-8"))
	e.GET("/docs/swagger-ui-bundle.js", embedded("docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"))
}

// healthz says that the process answers, and nothing of what it depends on: a
// supervisor must not restart it because the database is away.
//
//	@ID		getHealth
//	@Summary	Does the process answer?
//	@Tags		operations
//	@Produce	json
//	@Success	200	{object}	State
//	@Router		/healthz [get]
func healthz(g *gin.Context) { g.JSON(http.StatusOK, State{Status: OK}) }

// readyz says whether requests should be sent here.
//
//	@ID		getReadiness
//	@Summary	Should requests be sent here?
//	@Tags		operations
//	@Produce	json
//	@Success	200	{object}	State	"ok, or degraded with its causes"
//	@Failure	503	{object}	State	"unavailable"
//	@Router		/readyz [get]
func readyz(health Health) gin.HandlerFunc {
	return func(g *gin.Context) {
		state := health.Ready(g.Request.Context())
		status := http.StatusOK
		if state.Status == Unavailable {
			status = http.StatusServiceUnavailable
		}
		g.Header("Cache-Control", "no-store")
		g.JSON(status, state)
	}
}

// embedded serves a file of static.
func embedded(name, mediaType string) gin.HandlerFunc {
	raw, err := static.ReadFile("static/" + name)
	if err != nil {
		panic(err) // only for a file that was not embedded
	}
	return file(mediaType, raw)
}

// file serves bytes that stay the same for as long as the process runs.
func file(mediaType string, raw []byte) gin.HandlerFunc {
	sum := sha256.Sum256(raw)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(g *gin.Context) {
		g.Header("Content-Security-Policy", pageCSP)
		g.Header("Referrer-Policy", "no-referrer")
		g.Header("X-Frame-Options", "DENY")
		g.Header("ETag", tag)
		g.Header("Cache-Control", "no-cache")
		if g.GetHeader("If-None-Match") == tag {
			g.Status(http.StatusNotModified)
			return
		}
		g.Data(http.StatusOK, mediaType, raw)
	}
}
