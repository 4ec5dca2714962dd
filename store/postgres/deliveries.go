package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// deliveryColumns are a delivery, see scanDelivery.
const deliveryColumns = `
	v.seq,
	v.id,
	v.webhook,
	v.site,
	v.event,
	v.state,
	v.attempts,
	v.due_at,
	v.last_status,
	v.last_error,
	v.done_at `

// scanDelivery reads deliveryColumns, and what stands behind them.
func scanDelivery(r scanner, behind ...any) (d models.Delivery, seq int64, err error) {
	var event []byte
	err = r.Scan(append([]any{
		&seq, &d.ID, &d.Webhook, &d.Site, &event, &d.State, &d.Attempts, wire.When{T: &d.NextAt},
		&d.LastStatus, &d.LastError, wire.When{T: &d.DoneAt},
	}, behind...)...)
	if err != nil {
		return models.Delivery{}, 0, err
	}
	d.Event, err = wire.ParseEvent(event, d.Site)
	return d, seq, err
}

// fileDeliveries files each event for the webhook of the same place, due at once.
func fileDeliveries(ctx context.Context, t *tx, webhooks []string, events []models.Event) error {
	if len(events) == 0 {
		return nil
	}
	var ids, sites, docs []string
	var times []time.Time
	for i, e := range events {
		ids, sites = append(ids, models.DerivedID("delivery", e.ID, webhooks[i])), append(sites, string(e.Site))
		docs, times = append(docs, wire.Event(e)), append(times, e.At)
	}
	_, err := t.exec(ctx, `INSERT INTO deliveries (id, webhook, site, event, state, filed_at, due_at)
		SELECT id, webhook, site, event, 'due', at, at
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS u (id, webhook, site, event, at)
		ON CONFLICT (id) DO NOTHING`, ids, webhooks, sites, docs, times)
	return err
}

// LeaseDeliveries implements [store.Deliveries].
func (s *Store) LeaseDeliveries(
	ctx context.Context, limit int, ttl time.Duration, at time.Time,
) ([]models.DueDelivery, error) {
	token, until := models.NewID(at), later(at, ttl)
	err := s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE deliveries SET lease_token = $1, due_at = $2 WHERE seq = ANY(ARRAY(
			SELECT v.seq FROM deliveries v JOIN webhooks w ON w.id = v.webhook
			WHERE v.state = 'due' AND NOT v.parked AND v.due_at <= $3 AND w.disabled_at IS NULL
			ORDER BY v.due_at, v.seq LIMIT $4 FOR UPDATE OF v SKIP LOCKED))`, token, wire.Stamp(until), wire.Stamp(at), limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, err := s.query(ctx, `SELECT `+deliveryColumns+`,
			w.url,
			w.secrets,
			w.created_at,
			w.failing_since
		FROM deliveries v JOIN webhooks w ON w.id = v.webhook
		WHERE v.state = 'due' AND NOT v.parked AND v.due_at = $2 AND v.lease_token = $1
		ORDER BY v.seq`, token, wire.Stamp(until))
	return collect(rows, err, func(r scanner) (models.DueDelivery, error) {
		due := models.DueDelivery{Token: token}
		var secrets []byte
		d, _, err := scanDelivery(r, &due.Target.URL, &secrets, wire.When{T: &due.Target.CreatedAt},
			wire.When{T: &due.Target.FailingSince})
		if err != nil {
			return due, err
		}
		due.Delivery, due.Target.ID, due.Target.Site = d, d.Webhook, d.Site
		due.Target.Secrets, err = wire.ParseList[string](secrets)
		return due, err
	})
}

// RecordDelivery implements [store.Deliveries].
func (s *Store) RecordDelivery(ctx context.Context, r models.DeliveryResult) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		var webhook string
		err := t.row(ctx, `SELECT webhook FROM deliveries WHERE id = $1 AND lease_token = $2 AND state = 'due' FOR UPDATE`,
			r.ID, r.Token).Scan(&webhook)
		if err != nil {
			if models.KindOf(missing(err, "")) == models.NotFound {
				return models.Errorf(models.Conflict, "the lease is lost")
			}
			return translate(err)
		}
		if err := keepAttempt(ctx, t, r); err != nil {
			return err
		}
		return keepHealth(ctx, t, webhook, r)
	})
}

// keepAttempt keeps the result of one attempt with its delivery.
func keepAttempt(ctx context.Context, t *tx, r models.DeliveryResult) error {
	next, done := r.NextAt, time.Time{}
	if r.State != models.DeliveryDue {
		next, done = r.At, r.At
	}
	if next.IsZero() {
		next = r.At
	}
	_, err := t.exec(ctx, `UPDATE deliveries SET
			state = $2,
			attempts = attempts + 1,
			due_at = $3,
			done_at = $4,
			lease_token = NULL,
			last_status = $5,
			last_error = $6
		WHERE id = $1`, r.ID, r.State, wire.Stamp(next), wire.Stamp(done), r.Status, r.Error)
	return err
}

// keepHealth marks the endpoint well, failing or disabled. A busy endpoint that
// stays as it is costs no write.
func keepHealth(ctx context.Context, t *tx, webhook string, r models.DeliveryResult) error {
	if r.State == models.DeliveryDone {
		_, err := t.exec(ctx, `UPDATE webhooks SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL`,
			webhook)
		return err
	}
	_, err := t.exec(ctx, `UPDATE webhooks SET failing_since = $2 WHERE id = $1 AND failing_since IS NULL`,
		webhook, wire.Stamp(r.At))
	if err != nil || r.Disable == "" {
		return err
	}
	n, err := t.exec(ctx, `UPDATE webhooks SET disabled_at = $2, disabled_cause = $3
		WHERE id = $1 AND disabled_at IS NULL`, webhook, wire.Stamp(r.At), r.Disable)
	if err != nil || n == 0 {
		return err
	}
	if err := park(ctx, t, webhook, true); err != nil {
		return err
	}
	var site models.SiteID
	if err := t.row(ctx, `SELECT site FROM webhooks WHERE id = $1`, webhook).Scan(&site); err != nil {
		return translate(err)
	}
	return audit(ctx, t, models.AuditEntry{
		Site: site, At: r.At, Actor: "tamis", Act: "webhook.disabled", Subject: webhook,
		Detail: map[string]string{"cause": r.Disable},
	})
}

// park takes the due deliveries of a webhook out of the way, or puts them back.
func park(ctx context.Context, t *tx, webhook string, parked bool) error {
	_, err := t.exec(ctx, `UPDATE deliveries SET parked = $2 WHERE webhook = $1 AND state = 'due' AND parked <> $2`,
		webhook, parked)
	return err
}

// ListDeliveries implements [store.Deliveries].
func (s *Store) ListDeliveries(
	ctx context.Context, site models.SiteID, webhook, token string, limit int,
) (models.Page[models.Delivery], error) {
	name := []string{"deliveries", string(site), webhook}
	from, ok, err := cursor.Decode(token, name...)
	if err != nil {
		return models.Page[models.Delivery]{}, err
	}
	if _, err := s.Webhook(ctx, site, webhook); err != nil {
		return models.Page[models.Delivery]{}, err
	}
	where := filter{}
	where.and(`v.webhook = ?`, webhook)
	if ok {
		where.and(`v.seq < ?`, from.N)
	}
	limit = cursor.Limit(limit)
	seqs := map[string]int64{}
	rows, err := s.query(ctx, `SELECT `+deliveryColumns+` FROM deliveries v `+where.text+
		` ORDER BY v.seq DESC LIMIT `+strconv.Itoa(limit+1), where.args...)
	items, err := collect(rows, err, func(r scanner) (models.Delivery, error) {
		d, seq, err := scanDelivery(r)
		seqs[d.ID] = seq
		return d, err
	})
	return page(items, limit, err, func(d models.Delivery) string {
		return cursor.Encode(cursor.Position{N: seqs[d.ID]}, name...)
	})
}

// Replay implements [store.Deliveries].
func (s *Store) Replay(
	ctx context.Context, site models.SiteID, webhook, delivery string, since, at time.Time,
) (int, error) {
	var replayed int64
	err := s.writeLong(ctx, func(ctx context.Context, t *tx) error {
		w, err := webhookOf(ctx, t, site, webhook)
		if err != nil {
			return err
		}
		where := filter{args: []any{wire.Stamp(at), !w.DisabledAt.IsZero()}}
		where.and(`webhook = ?`, webhook)
		if delivery != "" {
			where.and(`id = ?`, delivery)
		} else {
			where.and(`state = 'failed' AND filed_at >= ?`, since)
		}
		replayed, err = t.exec(ctx, `UPDATE deliveries SET state = 'due', due_at = $1, parked = $2, done_at = NULL,
			lease_token = NULL, attempts = 0 `+where.text, where.args...)
		if err != nil {
			return err
		}
		if replayed == 0 && delivery != "" {
			return models.Errorf(models.NotFound, "no delivery %s", delivery)
		}
		return nil
	})
	return int(replayed), err
}

// SendTest implements [store.Deliveries].
func (s *Store) SendTest(ctx context.Context, site models.SiteID, webhook string, e models.Event) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		w, err := webhookOf(ctx, t, site, webhook)
		if err != nil {
			return err
		}
		if !w.DisabledAt.IsZero() {
			return models.Errorf(models.Conflict, "webhook %s is disabled", webhook)
		}
		e.Site, e.At = site, wire.Trim(e.At)
		return fileDeliveries(ctx, t, []string{webhook}, []models.Event{e})
	})
}
