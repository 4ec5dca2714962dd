package v1

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// webhookOut is an address that hears of events. Its secret is shown when it
// is made, and never again.
type webhookOut struct {
	ID            string     `json:"id"`
	URL           string     `json:"url"`
	Enabled       bool       `json:"enabled"`
	Secret        string     `json:"secret,omitempty"`
	CreatedAt     time.Time  `json:"created_at"`
	FailingSince  *time.Time `json:"failing_since"`
	DisabledAt    *time.Time `json:"disabled_at"`
	DisabledCause *string    `json:"disabled_cause"`
}

// webhookIn asks for a webhook.
type webhookIn struct {
	URL string `json:"url" validate:"required" format:"uri"`
}

// webhookEdit changes what is given.
type webhookEdit struct {
	URL     *string `json:"url,omitempty" format:"uri"`
	Enabled *bool   `json:"enabled,omitempty"`
}

func newWebhookOut(w models.Webhook) webhookOut {
	return webhookOut{
		ID: w.ID, URL: w.URL, Enabled: w.DisabledAt.IsZero(), CreatedAt: w.CreatedAt.UTC(),
		FailingSince: timeOrNull(w.FailingSince), DisabledAt: timeOrNull(w.DisabledAt), DisabledCause: orNull(w.DisabledCause),
	}
}

// withSecret shows the newest secret, once.
func withSecret(w models.Webhook) webhookOut {
	out := newWebhookOut(w)
	if len(w.Secrets) > 0 {
		out.Secret = w.Secrets[0]
	}
	return out
}

// webhooks lists the site's webhooks.
//
//	@ID		listWebhooks
//	@Summary	List webhooks
//	@Tags		administration
//	@Produce	json
//	@Success	200	{object}	page[webhookOut]
//	@Failure	401,403,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/webhooks [get]
func (a *API) webhooks(g *gin.Context) {
	found, err := a.Hooks.Webhooks(g.Request.Context(), access.Key(g).Site)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf(found, newWebhookOut))
}

// addWebhook adds one; its secret is shown in the answer alone.
//
//	@ID		addWebhook
//	@Summary	Add a webhook; its secret is shown once
//	@Tags		administration
//	@Accept		json
//	@Produce	json
//	@Param		body	body		webhookIn	true	"The address"
//	@Success	201		{object}	webhookOut
//	@Failure	400,401,403,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/webhooks [post]
func (a *API) addWebhook(g *gin.Context) {
	var in webhookIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	if err := inputFaults(needed("url", &in.URL, maxLong)); err != nil {
		problem.Write(g, err)
		return
	}
	w, err := a.Hooks.AddWebhook(g.Request.Context(), access.Key(g).Site, in.URL, access.By(g))
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusCreated, withSecret(w))
}

// updateWebhook changes the address, or turns it on or off.
//
//	@ID		updateWebhook
//	@Summary	Change a webhook, or turn it on or off
//	@Tags		administration
//	@Accept		json
//	@Produce	json
//	@Param		id		path		string		true	"The webhook's id"
//	@Param		body	body		webhookEdit	true	"What changes"
//	@Success	200		{object}	webhookOut
//	@Failure	400,401,403,404,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/webhooks/{id} [patch]
func (a *API) updateWebhook(g *gin.Context) {
	id, err := plainID(g, "webhook")
	if err != nil {
		problem.Write(g, err)
		return
	}
	var in webhookEdit
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	if in.URL != nil {
		if err := inputFaults(needed("url", in.URL, maxLong)); err != nil {
			problem.Write(g, err)
			return
		}
	}
	w, err := a.Hooks.UpdateWebhook(g.Request.Context(), access.Key(g).Site, id, in.URL, in.Enabled, access.By(g))
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newWebhookOut(w))
}

// deleteWebhook removes one.
//
//	@ID		deleteWebhook
//	@Summary	Remove a webhook
//	@Tags		administration
//	@Param		id	path	string	true	"The webhook's id"
//	@Success	204
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/webhooks/{id} [delete]
func (a *API) deleteWebhook(g *gin.Context) {
	id, err := plainID(g, "webhook")
	if err != nil {
		problem.Write(g, err)
		return
	}
	if err := a.Hooks.DeleteWebhook(g.Request.Context(), access.Key(g).Site, id, access.By(g)); err != nil {
		problem.Write(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}
