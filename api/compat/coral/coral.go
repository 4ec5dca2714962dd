// Package coral answers Coral's external moderation phase: Coral asks of each
// comment before it publishes it, and opens its gate to whoever does not answer
// in time. It owns the phase's shapes, its signatures and its budget of time; it
// refuses to decide, and to let pass what was not judged: no verdict in time is
// an answer to hold.
package coral

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
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
const Wire = "coral"

// DefaultBudget leaves a quarter of Coral's default of 200 ms to the network.
const DefaultBudget = 150 * time.Millisecond

// longest bounds the work behind an answer, which goes on when the budget is spent.
const longest = 30 * time.Second

// Moderator is the machine's side, as /v1 knows it.
type Moderator interface {
	Submit(ctx context.Context, c models.Comment) (models.Submitted, error)
	Await(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
}

// Requests keeps the first answer to a request.
type Requests interface {
	Begin(ctx context.Context, r models.IdempotentRequest) (*models.SavedResponse, error)
	End(ctx context.Context, r models.IdempotentRequest, answer *models.SavedResponse) error
}

// Traces keeps whom to tell of a comment's end.
type Traces interface {
	AddTrace(ctx context.Context, t models.Trace) error
}

// API answers under /coral with what it is given.
type API struct {
	Moderator Moderator
	Requests  Requests
	// Secrets are those that a site's phase may be signed with: several while
	// one is being rolled.
	Secrets map[models.SiteID][]string
	// Traces keeps what is to be told to Coral later, for sites in Tell.
	Traces Traces
	Tell   map[models.SiteID]string // the address of Coral's own API
	Budget time.Duration            // from the request's arrival to its answer; 0 = [DefaultBudget]
	Log    *slog.Logger

	door *access.Door
}

// Routes implements compat.Wire.
func (a *API) Routes(r gin.IRouter, door *access.Door) {
	a.door = door
	r.POST("/coral/:site/moderation", a.moderate)
}

// Owns implements compat.Wire.
func (a *API) Owns(path string) bool { return strings.HasPrefix(path, "/coral/") }

// errorOut is an error; Coral logs its status and reads no further.
type errorOut struct {
	Error string `json:"error"`
}

var errUnsigned = models.Errorf(models.Unauthorized, "X-Coral-Signature does not match the body and a secret of this site")

// statuses is the whole mapping of our failures.
var statuses = map[models.Kind]int{
	models.NotFound:     http.StatusNotFound,
	models.Unauthorized: http.StatusUnauthorized,
	models.Malformed:    http.StatusBadRequest,
	models.TooMany:      http.StatusTooManyRequests,
}

// Refuse implements compat.Wire. Only who shows no signature is refused: the
// signed are answered to hold, since Coral publishes what an error is told of.
func (a *API) Refuse(g *gin.Context, err error) {
	problem.Note(g, err)
	g.Abort()
	status, ok := statuses[models.KindOf(err)]
	if !ok {
		status = http.StatusInternalServerError
	}
	g.Header("Cache-Control", "no-store")
	if wait := problem.RetryAfter(err); wait > 0 {
		g.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	g.JSON(status, errorOut{wording(err)})
}

func wording(err error) string {
	if e, ok := err.(*models.Error); ok { //nolint:errorlint // a wrapped one may tell more than a stranger should read
		return e.Msg
	}
	return "something went wrong here"
}

// moderate judges a comment that Coral is about to publish.
//
//	@ID			coralModeration
//	@Summary		Judge a comment before it is published (Coral)
//	@Description	Coral's external moderation phase. The body is signed in `X-Coral-Signature` with a secret of `coral.secrets`. 204 is no opinion; no verdict within the budget, or more requests than `limits.rate`, is `SYSTEM_WITHHELD`. The same body again gets the first answer again.
//	@Tags			coral
//	@Accept			json
//	@Produce		json
//	@Param			site				path		string	true	"The site"
//	@Param			X-Coral-Signature	header		string	true	"sha256= and the HMAC of the body in hex; several with commas between"
//	@Param			body				body		phaseIn	true	"The comment"
//	@Success		200					{object}	answerOut
//	@Success		204					"No opinion"
//	@Failure		400,401,404,429,500	{object}	errorOut
//	@Router			/coral/{site}/moderation [post]
func (a *API) moderate(g *gin.Context) {
	budget := a.Budget
	if budget <= 0 {
		budget = DefaultBudget
	}
	until := time.Now().Add(budget)
	raw, err := body.Read(g, body.Limit)
	if models.KindOf(err) == models.TooLarge { // whoever sends it: an error would publish it
		problem.Note(g, err)
		g.Data(http.StatusOK, "application/json", heldAnswer)
		return
	}
	if err != nil {
		a.Refuse(g, err)
		return
	}
	site := models.SiteID(g.Param("site"))
	if !a.signed(site, g.Request.Header.Values("X-Coral-Signature"), raw) {
		a.Refuse(g, a.door.Fail(g, errUnsigned))
		return
	}
	g.Header("Cache-Control", "no-store")
	if err := a.door.Spend(g, Wire+":"+string(site)); err != nil { // an error would publish it
		problem.Note(g, err)
		g.Data(http.StatusOK, "application/json", heldAnswer)
		return
	}
	answer := a.answerBy(g, until, request{site: site, raw: raw})
	if len(answer) == 0 {
		g.Status(http.StatusNoContent)
		return
	}
	g.Data(http.StatusOK, "application/json", answer)
}

// signed reports whether any signature is the body's under any of the site's secrets.
func (a *API) signed(site models.SiteID, headers []string, raw []byte) bool {
	ok := false
	for _, secret := range a.Secrets[site] {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(raw)
		want := mac.Sum(nil)
		for part := range strings.SplitSeq(strings.Join(headers, ","), ",") {
			given, found := strings.CutPrefix(strings.TrimSpace(part), "sha256=")
			if sum, err := hex.DecodeString(given); found && err == nil && hmac.Equal(sum, want) {
				ok = true
			}
		}
	}
	return ok
}
