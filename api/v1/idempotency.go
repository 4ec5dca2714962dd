package v1

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// maxIdempotencyKey is the longest Idempotency-Key, in bytes.
const maxIdempotencyKey = 255

// endTimeout bounds how long an answer waits for being kept.
const endTimeout = 5 * time.Second

const openKey = "v1.open"

// open is a request that has its idempotency key in hand. It ends once.
type open struct {
	api     *API
	ctx     context.Context //nolint:containedctx // lives as long as the request, without its cancellation
	request models.IdempotentRequest
	ended   bool
}

// once is a handler that answers a repeated request as it answered the first.
// Only success is kept: after a refusal the key is free for another try.
func (a *API) once(limit int64) gin.HandlerFunc {
	return func(g *gin.Context) {
		key, err := idempotencyKey(g.Request.Header)
		if err != nil {
			problem.Write(g, err)
			return
		}
		if key == "" {
			return
		}
		raw, err := body.Read(g, limit)
		if err != nil {
			problem.Write(g, err)
			return
		}
		r := models.IdempotentRequest{Site: access.Key(g).Site, Key: key, Fingerprint: fingerprint(g.Request, raw)}
		saved, err := a.Idempotency.Begin(g.Request.Context(), r)
		if err != nil {
			problem.Write(g, err)
			return
		}
		if saved != nil {
			a.replay(g, saved)
			return
		}
		// The caller may go away before the answer; the key must end all the same.
		o := &open{api: a, ctx: context.WithoutCancel(g.Request.Context()), request: r}
		defer o.end(nil)
		g.Set(openKey, o)
		g.Next()
	}
}

// idempotencyKey reads the header; empty when there is none.
func idempotencyKey(h http.Header) (string, error) {
	values := h.Values("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	key := strings.TrimSpace(values[0])
	unprintable := strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' })
	if len(values) > 1 || key == "" || len(key) > maxIdempotencyKey || unprintable {
		return "", models.Fields(models.FieldError{Field: "Idempotency-Key", Detail: "must be one header of 1 to 255 printable ASCII characters"})
	}
	return key, nil
}

// fingerprint tells two requests under one key apart.
func fingerprint(r *http.Request, raw []byte) string {
	h := sha256.New()
	h.Write([]byte(r.Method + "\n" + r.URL.Path + "\n"))
	h.Write(raw)
	return hex.EncodeToString(h.Sum(nil))
}

// replay answers with what was kept. Of an answer that showed a comment only
// its address was kept, lest an erased text live on there: it is shown as it
// stands.
func (a *API) replay(g *gin.Context, saved *models.SavedResponse) {
	g.Abort()
	g.Header("Idempotent-Replayed", "true")
	if saved.Location != "" {
		g.Header("Location", saved.Location)
	}
	if len(saved.Body) > 0 {
		g.Data(saved.Status, saved.ContentType, saved.Body)
		return
	}
	id := models.CommentID(strings.TrimPrefix(saved.Location, commentsPath))
	c, err := a.Comments.Comment(g.Request.Context(), access.Key(g).Site, id)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, saved.Status, a.wireComment(g)(c))
}

// keep ends the request's idempotency key with the answer, if it has one in hand.
func keep(g *gin.Context, answer models.SavedResponse) {
	if o, ok := g.Value(openKey).(*open); ok {
		o.end(&answer)
	}
}

// forget gives the request's idempotency key back: nothing of the answer is kept.
func forget(g *gin.Context) {
	if o, ok := g.Value(openKey).(*open); ok {
		o.end(nil)
	}
}

// end ends the key, the first time that it is called. The act itself is done by
// then: a failure here costs only that a repetition finds its answer late.
func (o *open) end(answer *models.SavedResponse) {
	if o.ended {
		return
	}
	o.ended = true
	ctx, cancel := context.WithTimeout(o.ctx, endTimeout)
	defer cancel()
	if err := o.api.Idempotency.End(ctx, o.request, answer); err != nil {
		o.api.Log.WarnContext(ctx, "answer not kept", slog.String("site", string(o.request.Site)), slog.Any("err", err))
	}
}

// derivedID names a comment after the request's idempotency key: a request that
// is repeated after a crash makes the same comment, not a second one. It is
// empty for a request without key.
func derivedID(g *gin.Context, index ...string) models.CommentID {
	o, ok := g.Value(openKey).(*open)
	if !ok {
		return ""
	}
	parts := append([]string{"idempotency", string(o.request.Site), o.request.Key, o.request.Fingerprint}, index...)
	return models.CommentID(models.DerivedID(parts...))
}
