// Package akismet answers the wire of Akismet's API 1.1 and 1.2: blogs change
// the address and the key. It owns how the wire's forms are read, how a verdict
// is told to clients that know "true" and "false" (and what is told of a
// comment that waits for a person), and the wire's errors; it refuses to decide:
// a check is a comment submitted, as by /v1/comments, and a submit-spam or
// submit-ham is a moderator's decision.
package akismet

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/models"
)

// Wire is the wire's name in what is kept.
const Wire = "akismet"

// Moderator is the machine's side, as /v1 knows it.
type Moderator interface {
	Submit(ctx context.Context, c models.Comment) (models.Submitted, error)
	Await(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
	Assess(ctx context.Context, c models.Comment) (models.Verdict, error)
}

// Desk is the people's side: a decision, and a lesson from outside.
type Desk interface {
	Decide(ctx context.Context, d models.DecisionRequest) (models.Decision, error)
	// Learn takes a lesson in and tells the language of its text.
	Learn(ctx context.Context, l models.Lesson) (string, error)
}

// Traces finds a comment again for callers who know no id of ours.
type Traces interface {
	AddTrace(ctx context.Context, t models.Trace) error
	Traced(ctx context.Context, site models.SiteID, fingerprint string, limit int) ([]models.Comment, error)
	Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
}

// Tally counts.
type Tally interface {
	Count(ctx context.Context, site models.SiteID, names ...string)
	// Month sums a site's counters over a calendar month.
	Month(ctx context.Context, site models.SiteID, month time.Time) (map[string]int64, error)
}

// API answers under /1.1, /1.2 and /k with what it is given.
type API struct {
	Moderator Moderator
	Desk      Desk
	Traces    Traces
	Tally     Tally
	// Callable tells whether an address that a caller names may be called back.
	Callable func(url string) error
	// Wait is how long an answer is held back for a verdict; 0 = the default.
	Wait time.Duration
	Now  func() time.Time
	Log  *slog.Logger

	door *access.Door
}

// call is one request whose form was read and whose key works.
type call struct {
	*gin.Context
	form form
	key  models.Key
}

type handler func(c call)

// calls lists the wire's calls by version and name.
func (a *API) calls() map[string]handler {
	return map[string]handler{
		"1.1/verify-key":       a.verifyKey,
		"1.1/comment-check":    a.check,
		"1.1/submit-spam":      a.submitSpam,
		"1.1/submit-ham":       a.submitHam,
		"1.1/deactivate":       a.deactivate,
		"1.1/token":            a.token,
		"1.1/get-stats":        a.stats,
		"1.1/get-subscription": a.subscription,
		"1.2/usage-limit":      a.usageLimit,
		"1.2/key-sites":        a.keySites,
	}
}

// Routes implements compat.Wire.
func (a *API) Routes(r gin.IRouter, door *access.Door) {
	a.door = door
	calls := a.calls()
	for name, h := range calls {
		r.POST("/"+name, noStore, a.enter(h))
		if strings.HasPrefix(name, "1.2/") {
			r.GET("/"+name, noStore, a.enter(h))
		}
	}
	byPath := func(g *gin.Context) {
		h, ok := calls[g.Param("version")+"/"+g.Param("call")]
		if !ok {
			a.Refuse(g, models.Errorf(models.NotFound, "there is no such call"))
			return
		}
		a.enter(h)(g)
	}
	r.POST("/k/:key/:version/:call", noStore, byPath)
	r.GET("/k/:key/:version/:call", noStore, byPath)
}

// Owns implements compat.Wire.
func (a *API) Owns(path string) bool {
	return strings.HasPrefix(path, "/1.1/") || strings.HasPrefix(path, "/1.2/") || strings.HasPrefix(path, "/k/")
}

// noStore keeps answers out of caches.
func noStore(g *gin.Context) { g.Header("Cache-Control", "no-store") }

// enter reads the form, which may hold the key, and lets in who has one.
func (a *API) enter(h handler) gin.HandlerFunc {
	return func(g *gin.Context) {
		f, err := readForm(g)
		if err != nil {
			a.Refuse(g, err)
			return
		}
		key := presented(g, f)
		if key == "" {
			a.Refuse(g, errNoKey)
			return
		}
		if err := a.door.Enter(g, key); err != nil {
			a.Refuse(g, err)
			return
		}
		c := call{g, f, access.Key(g)}
		if !c.key.Has(models.ScopeSubmit) {
			a.Refuse(g, models.Errorf(models.Forbidden, "this key lacks the scope %s", models.ScopeSubmit))
			return
		}
		h(c)
	}
}

// presented is the key of a request: in the path, in the form, or as the first
// label of the host, for clients that send it there alone.
func presented(g *gin.Context, f form) string {
	if k := g.Param("key"); k != "" {
		return k
	}
	for _, name := range []string{"api_key", "key"} {
		if k := strings.TrimSpace(f.get(name)); k != "" {
			return k
		}
	}
	if scheme, token, ok := strings.Cut(g.GetHeader("Authorization"), " "); ok && strings.EqualFold(scheme, "bearer") {
		return strings.TrimSpace(token)
	}
	label, _, more := strings.Cut(strings.ToLower(g.Request.Host), ".")
	if more && len(label) == 12 && strings.Trim(label, "0123456789abcdefghijklmnopqrstuvwxyz") == "" {
		return label
	}
	return ""
}
