package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

const maxWebhooks = 20 // of one site

// Hooks administers a site's endpoints.
type Hooks struct {
	Store interface {
		store.Webhooks
		store.Deliveries
	}
	Guard *Guard
	Now   func() time.Time
	// Changed is told that a delivery is due.
	Changed func()
}

// Webhooks lists a site's endpoints.
func (h *Hooks) Webhooks(ctx context.Context, site models.SiteID) ([]models.Webhook, error) {
	return h.Store.ListWebhooks(ctx, site)
}

// AddWebhook makes an endpoint with a fresh secret.
func (h *Hooks) AddWebhook(ctx context.Context, site models.SiteID, url, by string) (models.Webhook, error) {
	if err := h.Guard.CheckURL(url); err != nil {
		return models.Webhook{}, err
	}
	known, err := h.Store.ListWebhooks(ctx, site)
	if err != nil {
		return models.Webhook{}, fmt.Errorf("add webhook: %w", err)
	}
	if len(known) >= maxWebhooks {
		return models.Webhook{}, models.Errorf(models.Conflict, "the site has %d webhooks, the limit is %d", len(known), maxWebhooks)
	}
	now := h.Now()
	w := models.Webhook{ID: models.NewID(now), Site: site, URL: url, Secrets: []string{NewSecret()}, CreatedAt: now}
	if err := h.Store.AddWebhook(ctx, w, by); err != nil {
		return models.Webhook{}, fmt.Errorf("add webhook: %w", err)
	}
	return w, nil
}

// UpdateWebhook changes the address, or enables or disables an endpoint; nil leaves as is.
func (h *Hooks) UpdateWebhook(ctx context.Context, site models.SiteID, id string, url *string, enabled *bool, by string) (models.Webhook, error) {
	return h.update(ctx, site, id, by, func(w *models.Webhook) error {
		if url != nil {
			if err := h.Guard.CheckURL(*url); err != nil {
				return err
			}
			w.URL = *url
		}
		switch {
		case enabled == nil:
		case *enabled:
			w.DisabledAt, w.DisabledCause, w.FailingSince = time.Time{}, "", time.Time{}
		case w.DisabledAt.IsZero():
			w.DisabledAt, w.DisabledCause = h.Now(), "disabled by "+by
		}
		return nil
	})
}

// RotateSecret puts a new secret first and keeps the one before it, so that the
// receiver has until the next rotation to follow.
func (h *Hooks) RotateSecret(ctx context.Context, site models.SiteID, id, by string) (models.Webhook, error) {
	return h.update(ctx, site, id, by, func(w *models.Webhook) error {
		w.Secrets = append([]string{NewSecret()}, w.Secrets[:min(1, len(w.Secrets))]...)
		return nil
	})
}

// DeleteWebhook removes an endpoint and what was on its way to it.
func (h *Hooks) DeleteWebhook(ctx context.Context, site models.SiteID, id, by string) error {
	if err := h.Store.DeleteWebhook(ctx, site, id, by, h.Now()); err != nil {
		return fmt.Errorf("delete webhook: %w", err)
	}
	return nil
}

// TestWebhook sends a webhook.test event to one endpoint.
func (h *Hooks) TestWebhook(ctx context.Context, site models.SiteID, id, _ string) error {
	now := h.Now()
	e := models.Event{ID: models.NewID(now), Type: models.WebhookTest, At: now, Site: site}
	if err := h.Store.SendTest(ctx, site, id, e); err != nil {
		return fmt.Errorf("test webhook: %w", err)
	}
	h.Changed()
	return nil
}

// Deliveries lists what went, goes and failed to go to an endpoint, newest first.
func (h *Hooks) Deliveries(ctx context.Context, site models.SiteID, id, cursor string, limit int) (models.Page[models.Delivery], error) {
	return h.Store.ListDeliveries(ctx, site, id, cursor, limit)
}

// Replay sends one delivery again, or all that failed since a time.
func (h *Hooks) Replay(ctx context.Context, site models.SiteID, id, delivery string, since time.Time) (int, error) {
	n, err := h.Store.Replay(ctx, site, id, delivery, since, h.Now())
	if err != nil {
		return 0, fmt.Errorf("replay: %w", err)
	}
	h.Changed()
	return n, nil
}

func (h *Hooks) update(ctx context.Context, site models.SiteID, id, by string, change func(*models.Webhook) error) (models.Webhook, error) {
	w, err := h.Store.Webhook(ctx, site, id)
	if err != nil {
		return models.Webhook{}, err
	}
	if err := change(&w); err != nil {
		return models.Webhook{}, err
	}
	if err := h.Store.UpdateWebhook(ctx, w, by, h.Now()); err != nil {
		return models.Webhook{}, fmt.Errorf("update webhook: %w", err)
	}
	return w, nil
}
