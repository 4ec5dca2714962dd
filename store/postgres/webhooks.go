package postgres

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// webhookSelect reads webhooks, see scanWebhook.
const webhookSelect = `SELECT
	id,
	site,
	url,
	secrets,
	created_at,
	failing_since,
	disabled_at,
	disabled_cause
	FROM webhooks `

func scanWebhook(r scanner) (models.Webhook, error) {
	var w models.Webhook
	var secrets []byte
	err := r.Scan(&w.ID, &w.Site, &w.URL, &secrets, wire.When{T: &w.CreatedAt}, wire.When{T: &w.FailingSince},
		wire.When{T: &w.DisabledAt}, &w.DisabledCause)
	if err != nil {
		return models.Webhook{}, err
	}
	w.Secrets, err = wire.ParseList[string](secrets)
	return w, err
}

func webhookOf(ctx context.Context, q querier, site models.SiteID, id string) (models.Webhook, error) {
	w, err := scanWebhook(q.row(ctx, webhookSelect+`WHERE site = $1 AND id = $2`, site, id))
	if err != nil {
		return models.Webhook{}, missing(err, "no webhook %s", id)
	}
	return w, nil
}

// AddWebhook implements [store.Webhooks].
func (s *Store) AddWebhook(ctx context.Context, w models.Webhook, by string) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := siteExists(ctx, t, w.Site); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO webhooks (id, site, url, secrets, created_at, disabled_at, disabled_cause)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			w.ID, w.Site, w.URL, wire.List(w.Secrets), wire.Stamp(w.CreatedAt), wire.Stamp(w.DisabledAt), w.DisabledCause)
		if err != nil {
			return err
		}
		return audit(ctx, t, models.AuditEntry{
			Site: w.Site, At: w.CreatedAt, Actor: by, Act: "webhook.created", Subject: w.ID,
		})
	})
}

// Webhook implements [store.Webhooks].
func (s *Store) Webhook(ctx context.Context, site models.SiteID, id string) (models.Webhook, error) {
	return webhookOf(ctx, s, site, id)
}

// ListWebhooks implements [store.Webhooks].
func (s *Store) ListWebhooks(ctx context.Context, site models.SiteID) ([]models.Webhook, error) {
	rows, err := s.query(ctx, webhookSelect+`WHERE site = $1 ORDER BY created_at, id`, site)
	return collect(rows, err, scanWebhook)
}

// UpdateWebhook implements [store.Webhooks].
func (s *Store) UpdateWebhook(ctx context.Context, w models.Webhook, by string, at time.Time) error {
	return s.writeLong(ctx, func(ctx context.Context, t *tx) error {
		old, err := webhookOf(ctx, t, w.Site, w.ID)
		if err != nil {
			return err
		}
		failing := old.FailingSince
		if w.DisabledAt.IsZero() && !old.DisabledAt.IsZero() {
			failing = time.Time{} // enabled again: what went wrong before no longer counts
		}
		_, err = t.exec(ctx, `UPDATE webhooks SET
				url = $2,
				secrets = $3,
				disabled_at = $4,
				disabled_cause = $5,
				failing_since = $6
			WHERE id = $1`,
			w.ID, w.URL, wire.List(w.Secrets), wire.Stamp(w.DisabledAt), w.DisabledCause, wire.Stamp(failing))
		if err != nil {
			return err
		}
		if err := park(ctx, t, w.ID, !w.DisabledAt.IsZero()); err != nil {
			return err
		}
		return audit(ctx, t, models.AuditEntry{
			Site: w.Site, At: at, Actor: by, Act: "webhook.updated", Subject: w.ID,
		})
	})
}

// DeleteWebhook implements [store.Webhooks].
func (s *Store) DeleteWebhook(ctx context.Context, site models.SiteID, id, by string, at time.Time) error {
	return s.writeLong(ctx, func(ctx context.Context, t *tx) error {
		if _, err := webhookOf(ctx, t, site, id); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM webhooks WHERE id = $1`, id); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM deliveries WHERE webhook = $1`, id); err != nil {
			return err
		}
		return audit(ctx, t, models.AuditEntry{Site: site, At: at, Actor: by, Act: "webhook.deleted", Subject: id})
	})
}
