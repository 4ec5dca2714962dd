package console

import (
	"context"
	"net/http"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Hooks administers webhooks.
type Hooks interface {
	Webhooks(ctx context.Context, site models.SiteID) ([]models.Webhook, error)
	AddWebhook(ctx context.Context, site models.SiteID, url, by string) (models.Webhook, error)
	UpdateWebhook(ctx context.Context, site models.SiteID, id string, url *string, enabled *bool, by string) (models.Webhook, error)
	DeleteWebhook(ctx context.Context, site models.SiteID, id, by string) error
	RotateSecret(ctx context.Context, site models.SiteID, id, by string) (models.Webhook, error)
	TestWebhook(ctx context.Context, site models.SiteID, id, by string) error
	Deliveries(ctx context.Context, site models.SiteID, id, cursor string, limit int) (models.Page[models.Delivery], error)
	// Replay makes one delivery due again, or all failed ones since a time.
	Replay(ctx context.Context, site models.SiteID, id, delivery string, since time.Time) (int, error)
}

func (c *Console) webhooksRoutes() []route {
	return []route{
		{"GET /settings/webhooks", models.ActKeys, c.webhooksPage},
		{"POST /settings/webhooks", models.ActKeys, c.addWebhook},
		{"GET /settings/webhooks/{id}", models.ActKeys, c.webhookPage},
		{"POST /settings/webhooks/{id}/test", models.ActKeys, c.testWebhook},
		{"POST /settings/webhooks/{id}/replay", models.ActKeys, c.replayWebhook},
		{"POST /settings/webhooks/{id}/rotate", models.ActKeys, c.rotateWebhook},
		{"POST /settings/webhooks/{id}/switch", models.ActKeys, c.switchWebhook},
		{"POST /settings/webhooks/{id}/delete", models.ActKeys, c.deleteWebhook},
	}
}

type webhooksData struct {
	Hooks  []models.Webhook
	Made   *models.Webhook // with its secret, shown this once
	URL    string
	Faults map[string]string
}

func (c *Console) webhooksPage(w http.ResponseWriter, r *http.Request) error {
	return c.showWebhooks(w, r, http.StatusOK, webhooksData{})
}

func (c *Console) showWebhooks(w http.ResponseWriter, r *http.Request, status int, data webhooksData) error {
	var err error
	if data.Hooks, err = c.deps.Hooks.Webhooks(r.Context(), viewOf(r).Site.ID); err != nil {
		return err
	}
	return c.renderAs(w, r, status, "webhooks", data)
}

func (c *Console) addWebhook(w http.ResponseWriter, r *http.Request) error {
	v, url := viewOf(r), r.PostFormValue("url")
	made, err := c.deps.Hooks.AddWebhook(r.Context(), v.Site.ID, url, v.by())
	if found := faults(err); found != nil {
		return c.showWebhooks(w, r, http.StatusUnprocessableEntity, webhooksData{URL: url, Faults: found})
	}
	if err != nil {
		return err
	}
	return c.showWebhooks(w, r, http.StatusOK, webhooksData{Made: &made})
}

type webhookData struct {
	Hook       models.Webhook
	Deliveries models.Page[models.Delivery]
	Secret     string // just rotated, shown this once
}

func (c *Console) webhookPage(w http.ResponseWriter, r *http.Request) error {
	return c.showWebhook(w, r, "")
}

func (c *Console) showWebhook(w http.ResponseWriter, r *http.Request, secret string) error {
	v, id, data := viewOf(r), r.PathValue("id"), webhookData{Secret: secret}
	hooks, err := c.deps.Hooks.Webhooks(r.Context(), v.Site.ID)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if h.ID == id {
			data.Hook = h
		}
	}
	if data.Hook.ID == "" {
		return models.Errorf(models.NotFound, "no webhook %s", id)
	}
	data.Deliveries, err = c.deps.Hooks.Deliveries(r.Context(), v.Site.ID, id, r.URL.Query().Get("cursor"), 50)
	if err != nil {
		return err
	}
	return c.render(w, r, "webhook", data)
}

func (c *Console) testWebhook(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	if err := c.deps.Hooks.TestWebhook(r.Context(), v.Site.ID, r.PathValue("id"), v.by()); err != nil {
		return err
	}
	c.flash(w, r, "webhooks.test_sent")
	return c.back(w, r, "/settings/webhooks/"+r.PathValue("id"))
}

func (c *Console) replayWebhook(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	n, err := c.deps.Hooks.Replay(r.Context(), v.Site.ID, r.PathValue("id"), r.PostFormValue("delivery"), time.Time{})
	if err != nil {
		return err
	}
	c.flashCount(w, r, "webhooks.replayed", n)
	return c.back(w, r, "/settings/webhooks/"+r.PathValue("id"))
}

func (c *Console) rotateWebhook(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	changed, err := c.deps.Hooks.RotateSecret(r.Context(), v.Site.ID, r.PathValue("id"), v.by())
	if err != nil {
		return err
	}
	return c.showWebhook(w, r, changed.Secrets[0])
}

func (c *Console) switchWebhook(w http.ResponseWriter, r *http.Request) error {
	v, on := viewOf(r), r.PostFormValue("on") != ""
	if _, err := c.deps.Hooks.UpdateWebhook(r.Context(), v.Site.ID, r.PathValue("id"), nil, &on, v.by()); err != nil {
		return err
	}
	c.flash(w, r, map[bool]string{true: "webhooks.switched_on", false: "webhooks.switched_off"}[on])
	return c.back(w, r, "/settings/webhooks/"+r.PathValue("id"))
}

func (c *Console) deleteWebhook(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	if err := c.deps.Hooks.DeleteWebhook(r.Context(), v.Site.ID, r.PathValue("id"), v.by()); err != nil {
		return err
	}
	c.flash(w, r, "webhooks.deleted")
	return c.back(w, r, "/settings/webhooks")
}
