// Package v1 is Tamis's own HTTP face: one file a resource, each handler
// decodes, checks, makes one call, and words the answer. It owns the shapes of
// the wire and the interfaces of what it calls; it refuses to decide anything,
// and no text of a comment leaves through an error or a log.
package v1

import (
	"context"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/models"
)

// Moderator is the machine's side.
type Moderator interface {
	// Submit makes a comment durable; without an ID it is given one.
	Submit(ctx context.Context, c models.Comment) (models.Submitted, error)
	SubmitBatch(ctx context.Context, comments []models.Comment) ([]models.Submitted, error)
	// Await blocks until the comment is judged or ctx is done, and gives what
	// stands then: running out of time is no error.
	Await(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
	// Assess judges a comment and keeps nothing.
	Assess(ctx context.Context, c models.Comment) (models.Verdict, error)
}

// Explainer adds to a verdict the evidence that needs scoring again.
type Explainer interface {
	Explain(ctx context.Context, c models.Comment, v models.Verdict) (models.Verdict, error)
}

// Comments is what is kept of comments.
type Comments interface {
	Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
	Comments(ctx context.Context, q models.CommentQuery) (models.Page[models.Comment], error)
	Edit(ctx context.Context, site models.SiteID, id models.CommentID, e models.CommentEdit) (models.Comment, error)
	Erase(ctx context.Context, site models.SiteID, id models.CommentID, by string) error
	// Report records a reader's flag and tells how many readers flagged so far.
	Report(ctx context.Context, r models.Report) (int, error)
}

// Desk is the people's side.
type Desk interface {
	Items(ctx context.Context, q models.ReviewQuery) (models.Page[models.ReviewItem], error)
	Claim(ctx context.Context, c models.ClaimRequest) (models.ClaimedItems, error)
	Release(ctx context.Context, site models.SiteID, token string) error
	Decide(ctx context.Context, d models.DecisionRequest) (models.Decision, error)
	Undo(ctx context.Context, u models.UndoRequest) (models.Decision, error)
}

// Hands are what else a person does at the desk, one item after the other.
type Hands interface {
	Queue(ctx context.Context, q models.QueueQuery) (models.QueueHead, error)
	Item(ctx context.Context, site models.SiteID, id models.CommentID) (models.ReviewItem, error)
	Skip(ctx context.Context, r models.SkipRequest) error
	// Stack lists what a person decided and what still stands, the latest first;
	// UndoLast takes the first of it back.
	Stack(ctx context.Context, site models.SiteID, by string, limit int) ([]models.Decision, error)
	UndoLast(ctx context.Context, site models.SiteID, by string) (models.WaveOutcome, error)
}

// Waves are items that are decided together.
type Waves interface {
	Waves(ctx context.Context, site models.SiteID, limit int) ([]models.Wave, error)
	WaveItems(ctx context.Context, site models.SiteID, kind models.WaveKind, key string) ([]models.ReviewItem, error)
	DecideWave(ctx context.Context, w models.WaveRequest) (models.WaveOutcome, error)
	UndoWave(ctx context.Context, u models.UndoRequest) (models.WaveOutcome, error)
}

// Triage says what comments are, and what is around them.
type Triage interface {
	Around(ctx context.Context, c models.Comment) (models.Around, error)
	SetTriage(ctx context.Context, r models.TriageRequest) (*models.Triage, error)
	Triaged(ctx context.Context, q models.TriageQuery) (models.Page[models.TriagedComment], error)
}

// Policies keeps rulesets.
type Policies interface {
	Policy(ctx context.Context, site models.SiteID) (models.Policy, error)
	// SetPolicy keeps raw as the version after base, or after whatever is
	// newest when base is -1.
	SetPolicy(ctx context.Context, site models.SiteID, raw []byte, base int64, by string) (models.Policy, error)
}

// PolicyVersions keeps the rulesets that were in force.
type PolicyVersions interface {
	// History gives the last versions, the newest first.
	History(ctx context.Context, site models.SiteID) ([]models.Policy, error)
	// PolicyVersion gives one version; 0 is the default.
	PolicyVersion(ctx context.Context, site models.SiteID, version int64) (models.Policy, error)
	// Restore puts a version in force, as a new one.
	Restore(ctx context.Context, site models.SiteID, version int64, by string) (models.Policy, error)
}

// Hooks keeps webhooks. Only a webhook that was just added, or whose secret was
// just rotated, carries its secrets.
type Hooks interface {
	Webhooks(ctx context.Context, site models.SiteID) ([]models.Webhook, error)
	AddWebhook(ctx context.Context, site models.SiteID, url, by string) (models.Webhook, error)
	UpdateWebhook(ctx context.Context, site models.SiteID, id string, url *string, enabled *bool, by string) (models.Webhook, error)
	DeleteWebhook(ctx context.Context, site models.SiteID, id, by string) error
}

// HookActs are what else can be done with a webhook.
type HookActs interface {
	RotateSecret(ctx context.Context, site models.SiteID, id, by string) (models.Webhook, error)
	TestWebhook(ctx context.Context, site models.SiteID, id, by string) error
	Deliveries(ctx context.Context, site models.SiteID, id, cursor string, limit int) (models.Page[models.Delivery], error)
	// Replay makes one delivery due again, or all failed ones since a time.
	Replay(ctx context.Context, site models.SiteID, id, delivery string, since time.Time) (int, error)
}

// Keyring keeps keys and knows them when it sees them.
type Keyring interface {
	access.Authenticator
	Keys(ctx context.Context, site models.SiteID) ([]models.Key, error)
	CreateKey(ctx context.Context, k models.Key, by string) (secret string, made models.Key, err error)
	RevokeKey(ctx context.Context, site models.SiteID, id, by string) error
}

// Sites knows sites.
type Sites interface {
	Site(ctx context.Context, id models.SiteID) (models.Site, error)
}

// SiteActs changes sites.
type SiteActs interface {
	// Change replaces name, locale and whether feedback keeps the text.
	Change(ctx context.Context, site models.Site, by string) (models.Site, error)
}

// Feed is the events of a site, for those that can't receive webhooks.
type Feed interface {
	Events(ctx context.Context, site models.SiteID, cursor string, limit int) (models.Page[models.Event], error)
}

// Idempotency keeps first answers.
type Idempotency interface {
	Begin(ctx context.Context, r models.IdempotentRequest) (*models.SavedResponse, error)
	End(ctx context.Context, r models.IdempotentRequest, answer *models.SavedResponse) error
}

// API answers under /v1 with what it is given. Explainer may be nil.
type API struct {
	Moderator      Moderator
	Explainer      Explainer
	Comments       Comments
	Desk           Desk
	Hands          Hands
	Waves          Waves
	Triage         Triage
	Library        Library
	Finds          Finds
	Policies       Policies
	PolicyVersions PolicyVersions
	Schema         []byte // the JSON Schema of rulesets
	Hooks          Hooks
	HookActs       HookActs
	Keyring        Keyring
	Sites          Sites
	SiteActs       SiteActs
	People         People
	Doors          Doors
	PublicURL      string // where browsers find the service; empty = where the caller does
	Feed           Feed
	Books          Books
	Logbook        Logbook
	Idempotency    Idempotency
	Now            func() time.Time
	Log            *slog.Logger
}

// Routes puts the API's routes on r, behind door.
func (a *API) Routes(r gin.IRouter, door *access.Door) {
	r.GET("/v1/policy/schema", a.policySchema)
	v1 := r.Group("/v1", noStore, door.Bearer)

	submit := v1.Group("", access.Need(models.ScopeSubmit))
	submit.POST("/comments", body.RequireJSON, a.once(body.Limit), a.submit)
	submit.POST("/comments/batch", body.RequireJSON, a.once(body.BatchLimit), a.submitBatch)
	submit.PATCH("/comments/:id", body.RequireJSON, a.edit)
	submit.DELETE("/comments/:id", a.erase)
	submit.POST("/comments/:id/reports", body.RequireJSON, a.once(body.Limit), a.report)
	submit.POST("/check", body.RequireJSON, a.check)

	read := v1.Group("", access.Need(models.ScopeRead))
	read.GET("/comments", a.list)
	read.GET("/comments/:id", a.comment)
	read.GET("/comments.csv", a.export)
	read.GET("/comments/:id/story", a.story)
	read.GET("/scores", a.spread)
	read.GET("/views", a.views)
	read.POST("/views", body.RequireJSON, a.once(body.Limit), a.saveView)
	read.DELETE("/views/:id", a.deleteView)
	read.GET("/events", a.events)
	read.GET("/overview", a.overview)

	review := v1.Group("", access.Need(models.ScopeReview))
	review.GET("/review/items", a.items)
	review.POST("/review/claims", body.RequireJSON, a.claim)
	review.DELETE("/review/claims/:token", a.release)
	review.POST("/review/items/:id/decision", body.RequireJSON, a.once(body.Limit), a.decideItem)
	review.POST("/comments/:id/decision", body.RequireJSON, a.once(body.Limit), a.decideComment)
	review.POST("/review/decisions/:id/undo", a.once(body.Limit), a.undo)

	review.GET("/review/queue", a.queue)
	review.GET("/review/items/:id", a.item)
	review.POST("/review/items/:id/skip", body.RequireJSON, a.once(body.Limit), a.skip)
	review.GET("/review/decisions", a.stack)
	review.POST("/review/decisions/undo", a.once(body.Limit), a.undoLast)
	review.GET("/review/waves", a.waves)
	review.GET("/review/waves/items", a.waveItems)
	review.POST("/review/waves", body.RequireJSON, a.once(body.Limit), a.decideWave)
	review.POST("/review/waves/:id/undo", a.once(body.Limit), a.undoWave)
	review.GET("/review/found", a.found)
	review.POST("/review/found", body.RequireJSON, a.once(body.Limit), a.decideFound)
	review.GET("/review/colleagues", a.colleagues)
	review.GET("/comments/:id/around", a.around)
	review.PUT("/comments/:id/triage", body.RequireJSON, a.setTriage)
	review.GET("/triage", a.triaged)

	a.adminRoutes(v1.Group("", access.Need(models.ScopeAdmin)))
}

// adminRoutes has no idempotency keys where an answer shows a secret: what is
// shown once is kept nowhere.
func (a *API) adminRoutes(admin gin.IRouter) {
	admin.GET("/policy", a.policy)
	admin.PUT("/policy", body.RequireJSON, a.setPolicy)
	admin.GET("/policy/versions", a.policyVersions)
	admin.GET("/policy/versions/:version", a.policyVersion)
	admin.POST("/policy/versions/:version/restore", a.once(body.Limit), a.restorePolicy)
	admin.GET("/book", a.book)
	admin.PUT("/book", body.RequireJSON, a.setBook)
	admin.GET("/audit", a.audit)
	admin.GET("/sites", a.sites)
	admin.PATCH("/sites/:id", body.RequireJSON, a.changeSite)
	admin.GET("/keys", a.keys)
	admin.POST("/keys", body.RequireJSON, a.createKey)
	admin.DELETE("/keys/:id", a.revokeKey)
	admin.GET("/webhooks", a.webhooks)
	admin.POST("/webhooks", body.RequireJSON, a.addWebhook)
	admin.PATCH("/webhooks/:id", body.RequireJSON, a.updateWebhook)
	admin.DELETE("/webhooks/:id", a.deleteWebhook)
	admin.POST("/webhooks/:id/rotate", a.rotateSecret)
	admin.POST("/webhooks/:id/test", a.once(body.Limit), a.testWebhook)
	admin.POST("/webhooks/:id/replay", body.RequireJSON, a.once(body.Limit), a.replayDeliveries)
	admin.GET("/webhooks/:id/deliveries", a.deliveries)
	a.peopleRoutes(admin)
}

// peopleRoutes are those that manage accounts.
func (a *API) peopleRoutes(admin gin.IRouter) {
	admin.GET("/people", a.people)
	admin.POST("/people", body.RequireJSON, a.invite)
	admin.GET("/people/:id", a.person)
	admin.PATCH("/people/:id", body.RequireJSON, a.changePerson)
	admin.POST("/people/:id/disable", a.once(body.Limit), a.disablePerson)
	admin.POST("/people/:id/enable", a.once(body.Limit), a.enablePerson)
	admin.POST("/people/:id/link", a.linkPerson)
	admin.DELETE("/people/:id/second-step", a.endSecondStep)
	admin.GET("/people/:id/sessions", a.sessions)
	admin.DELETE("/people/:id/sessions/:session", a.endSession)
}

// noStore keeps answers, which are personal data, out of caches.
func noStore(g *gin.Context) { g.Header("Cache-Control", "no-store") }
