// Package openai answers the wire of OpenAI's moderations endpoint: clients
// change the base address and the key. It owns the wire's shapes, its errors and
// the mapping of our labels to its thirteen categories; it refuses to decide, to
// look at pictures, and to keep anything: a moderation is a /v1/check.
package openai

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/models"
)

// timeout bounds how long a request may take; the server ends any at a minute.
const timeout = 50 * time.Second

// The addresses of the wire.
const (
	moderationsPath = "/v1/moderations"
	modelsPath      = "/v1/models"
)

// API answers under /v1/moderations and /v1/models with what it is given.
type API struct {
	// Assess gives the verdict of /v1/check.
	Assess func(ctx context.Context, c models.Comment) (models.Verdict, error)
	Now    func() time.Time
}

// Routes implements compat.Wire.
func (a *API) Routes(r gin.IRouter, door *access.Door) {
	wire := r.Group("", noStore, a.enter(door))
	wire.POST(moderationsPath, a.needJSON, a.moderate)
	wire.GET(modelsPath, a.models)
	wire.GET(modelsPath+"/:model", a.model)
}

// Owns implements compat.Wire.
func (a *API) Owns(path string) bool {
	for _, own := range []string{moderationsPath, modelsPath} {
		if path == own || strings.HasPrefix(path, own+"/") {
			return true
		}
	}
	return false
}

// noStore keeps answers out of caches.
func noStore(g *gin.Context) { g.Header("Cache-Control", "no-store") }

// enter lets in who presents a key as a bearer token.
func (a *API) enter(door *access.Door) gin.HandlerFunc {
	return func(g *gin.Context) {
		scheme, key, _ := strings.Cut(g.GetHeader("Authorization"), " ")
		key = strings.TrimSpace(key)
		if !strings.EqualFold(scheme, "bearer") || key == "" {
			a.Refuse(g, errNoKey)
			return
		}
		err := door.Enter(g, key)
		tellQuota(g)
		if err != nil {
			if models.KindOf(err) == models.Unauthorized {
				err = badKey(key, err)
			}
			a.Refuse(g, err)
			return
		}
		if !access.Key(g).Has(models.ScopeSubmit) {
			a.Refuse(g, models.Errorf(models.Forbidden, "You have insufficient permissions for this operation. Missing scopes: %s.", models.ScopeSubmit))
		}
	}
}

// tellQuota adds the wire's own names for what the door said of the key's rate.
func tellQuota(g *gin.Context) {
	q, ok := access.QuotaOf(g)
	if !ok {
		return
	}
	h := g.Writer.Header()
	h.Set("X-Ratelimit-Limit-Requests", itoa(q.Burst()))
	h.Set("X-Ratelimit-Remaining-Requests", itoa(q.Left))
	h.Set("X-Ratelimit-Reset-Requests", q.Refill().Round(time.Millisecond).String())
}

func (a *API) needJSON(g *gin.Context) {
	if !body.IsJSON(g.Request.Header) {
		a.Refuse(g, errNotJSON)
	}
}

// modelOut is a model as the wire lists it.
type modelOut struct {
	ID      string `json:"id"`
	Object  string `json:"object"`  // model
	Created int64  `json:"created"` // Unix time
	OwnedBy string `json:"owned_by"`
}

// modelsOut is the list of models.
type modelsOut struct {
	Object string     `json:"object"` // list
	Data   []modelOut `json:"data"`
}

// known are the models that may be named, oldest last: names of the original
// that all mean the site's policy on the weights that are loaded. Those of the
// text family answer in the older shape.
var known = []modelOut{
	{"omni-moderation-latest", "model", 1731689265, "tamis"},
	{"omni-moderation-2024-09-26", "model", 1732734466, "tamis"},
	{"text-moderation-latest", "model", 1690000000, "tamis"},
	{"text-moderation-stable", "model", 1690000000, "tamis"},
	{"text-moderation-007", "model", 1690000000, "tamis"},
}

const defaultModel = "omni-moderation-latest"

func modelOf(name string) (modelOut, error) {
	for _, m := range known {
		if m.ID == name {
			return m, nil
		}
	}
	return modelOut{}, noModel(name)
}

// models lists what may be named as the model of a moderation.
//
//	@ID			openaiModels
//	@Summary	List the models (OpenAI)
//	@Tags		openai
//	@Produce	json
//	@Success	200	{object}	modelsOut
//	@Failure	401,403,429,500,503	{object}	errorEnvelope
//	@Security	key
//	@Router		/v1/models [get]
func (a *API) models(g *gin.Context) { respond(g, http.StatusOK, modelsOut{"list", known}) }

// model shows one of them.
//
//	@ID			openaiModel
//	@Summary	Show a model (OpenAI)
//	@Tags		openai
//	@Produce	json
//	@Param		model	path		string	true	"Its name"
//	@Success	200		{object}	modelOut
//	@Failure	401,403,404,429,500,503	{object}	errorEnvelope
//	@Security	key
//	@Router		/v1/models/{model} [get]
func (a *API) model(g *gin.Context) {
	m, err := modelOf(g.Param("model"))
	if err != nil {
		a.Refuse(g, err)
		return
	}
	respond(g, http.StatusOK, m)
}
