// Package assistant answers the assistant protocol of conversationai-moderator
// (OSMOD): a comment is sent to be scored, and its scores are posted back to the
// address that the request names, or answered at once where it asks for that. It
// owns the protocol's shapes and its errors; it refuses to decide, and keeps
// nothing of a text once its scores were told.
package assistant

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// Wire is the wire's name in what is kept.
const Wire = "assistant"

const scorePath = "/api/score-comment"

const (
	timeout   = 10 * time.Second // how long scoring may take while the caller waits
	bodyLimit = 3 << 20          // a request carries its whole article
)

// Measured is what the scorers say of a text and of its pieces, in order.
type Measured struct {
	models.Assessment
	Pieces []models.Scores
}

// API answers under /api/score-comment with what it is given.
type API struct {
	// Measure gives the scores of /v1/check, and those of pieces of the text,
	// found together.
	Measure func(ctx context.Context, c models.Comment, pieces []string) (Measured, error)
	// AddScoring makes a text durable until its scores were told.
	AddScoring func(ctx context.Context, s models.Scoring) error
	// Callable tells whether a site's caller may name an address.
	Callable func(site models.SiteID, url string) error
	// Changed is told that a scoring is due.
	Changed func()
	Now     func() time.Time
}

// Routes implements compat.Wire.
func (a *API) Routes(r gin.IRouter, door *access.Door) {
	r.POST(scorePath, noStore, a.enter(door), a.score)
}

// Owns implements compat.Wire.
func (a *API) Owns(path string) bool {
	return path == scorePath || strings.HasPrefix(path, scorePath+"/")
}

// noStore keeps answers out of caches.
func noStore(g *gin.Context) { g.Header("Cache-Control", "no-store") }

// enter lets in who presents a key: alone in Authorization, as the original's
// backend sends it, or as a bearer token.
func (a *API) enter(door *access.Door) gin.HandlerFunc {
	return func(g *gin.Context) {
		key := strings.TrimSpace(g.GetHeader("Authorization"))
		if scheme, token, ok := strings.Cut(key, " "); ok && strings.EqualFold(scheme, "bearer") {
			key = strings.TrimSpace(token)
		}
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

// errorOut is an error, as the original tells it.
type errorOut struct {
	Error string `json:"error"`
}

// The faults of a request, the original's in its own words.
var (
	errNoKey      = models.Errorf(models.Unauthorized, "Request missing an API key in the Authorization header.")
	errNoCallback = models.Errorf(models.Malformed, "Request missing `links.callback` field.")
	errNoText     = models.Errorf(models.Malformed, "Request missing `comment.plainText` field.")
	errBlank      = models.Errorf(models.Malformed, "`comment.plainText` must not be blank.")
	errTooLong    = models.Errorf(models.TooLarge, "`comment.plainText` is longer than %d characters.", models.MaxTextRunes)
)

// statuses is the whole mapping of our failures; any other is 500.
var statuses = map[models.Kind]int{
	models.Invalid:      http.StatusBadRequest,
	models.Malformed:    http.StatusBadRequest,
	models.TooLarge:     http.StatusRequestEntityTooLarge,
	models.NotFound:     http.StatusNotFound,
	models.Conflict:     http.StatusConflict,
	models.Unauthorized: http.StatusUnauthorized,
	models.Forbidden:    http.StatusForbidden,
	models.TooMany:      http.StatusTooManyRequests,
	models.Unavailable:  http.StatusServiceUnavailable,
}

// Refuse implements compat.Wire.
func (a *API) Refuse(g *gin.Context, err error) {
	problem.Note(g, err)
	g.Abort()
	if wait := problem.RetryAfter(err); wait > 0 {
		g.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	status, ok := statuses[models.KindOf(err)]
	if !ok {
		status = http.StatusInternalServerError
	}
	respond(g, status, errorOut{wording(err)})
}

// wording tells a stranger what went wrong, and nothing of how.
func wording(err error) string {
	d := problem.Of(err)
	switch {
	case d.Status == http.StatusServiceUnavailable:
		return "Assistant error: a part is away, please try again."
	case len(d.Errors) > 0:
		return d.Errors[0].Field + " " + d.Errors[0].Detail
	case d.Detail != "":
		return d.Detail
	}
	return "Assistant error: something went wrong here."
}

// statusOut acknowledges a request whose scores will be posted.
type statusOut struct {
	Status string `json:"status" enums:"ok"`
}

// score scores a comment, at once or for the callback.
//
//	@ID			assistantScore
//	@Summary		Score a comment (conversationai-moderator's assistant protocol)
//	@Description	Acknowledged once it is durable; the scores are posted to `links.callback`, which the operator named in `assistant.callbacks` or has signed with `assistant.secrets`. With `sync` they are the answer. The key stands alone in `Authorization`, or as a bearer token.
//	@Tags			assistant
//	@Accept			json
//	@Produce		json
//	@Param			body	body		scoreIn	true	"The comment"
//	@Success		200		{object}	scoresOut	"With `sync`; else `{\"status\":\"ok\"}`"
//	@Failure		400,401,403,404,413,429,500,503	{object}	errorOut
//	@Router			/api/score-comment [post]
func (a *API) score(g *gin.Context) {
	var in scoreIn
	raw, err := body.Read(g, bodyLimit)
	if err == nil {
		err = body.Decode(raw, &in)
	}
	if err == nil {
		err = in.check()
	}
	if err != nil {
		a.Refuse(g, err)
		return
	}
	if !in.Sync {
		a.accept(g, in)
		return
	}
	ctx, cancel := context.WithTimeout(g.Request.Context(), timeout)
	defer cancel()
	out, err := a.scores(ctx, access.Key(g).Site, in.Comment.PlainText, in.IncludeSummaryScores)
	if err != nil {
		a.Refuse(g, err)
		return
	}
	respond(g, http.StatusOK, out)
}

// accept keeps a request until its scores were told.
func (a *API) accept(g *gin.Context, in scoreIn) {
	site := access.Key(g).Site
	if err := a.Callable(site, in.Links.Callback); err != nil {
		a.Refuse(g, err)
		return
	}
	if err := a.AddScoring(g.Request.Context(), in.scoring(site, a.Now())); err != nil {
		a.Refuse(g, err)
		return
	}
	a.Changed()
	respond(g, http.StatusOK, statusOut{"ok"})
}
