package sqlite

import (
	"context"
	"strconv"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// change is what an act did to a comment, to be told to everybody.
type change struct {
	comment *models.Comment // as it is after the change
	event   models.EventType
	act     string // in the audit log; the event's type when empty
	at      time.Time
	actor   string
	count   string // the counter that goes up, if any
	detail  map[string]string
}

// changed announces a change, files its deliveries, audits and counts it.
func changed(ctx context.Context, t *tx, ch change) error {
	c := ch.comment
	if err := announce(ctx, t, changeEvent(ch)); err != nil {
		return err
	}
	if ch.count != "" {
		t.count(c.Site, ch.at, ch.count, 1)
	}
	act := ch.act
	if act == "" {
		act = string(ch.event)
	}
	return audit(ctx, t, models.AuditEntry{
		Site: c.Site, At: ch.at, Actor: ch.actor, Act: act, Subject: string(c.ID), Detail: ch.detail,
	})
}

// changeEvent is the event of a change. Its id follows from the change, so that
// nothing is announced twice.
func changeEvent(ch change) models.Event {
	c := ch.comment
	var decided models.DecisionKind
	if c.Decision != nil {
		decided = c.Decision.Decision
	}
	return models.Event{
		ID:   models.DerivedID("event", string(c.ID), strconv.FormatInt(c.Revision, 10), string(ch.event)),
		Type: ch.event, At: wire.Trim(ch.at), Site: c.Site, Comment: c.ID, ExternalID: c.ExternalID, Status: c.Status,
		Labels: wire.LabelsOf(c.Verdict, decided), Revision: c.Revision,
	}
}

func announce(ctx context.Context, t *tx, e models.Event) error {
	n, err := t.exec(ctx, `INSERT INTO events (
			id, type, happened_at, site, comment_id, external_id, status, labels, revision)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO NOTHING`,
		e.ID, e.Type, wire.Micros(e.At), e.Site, e.Comment, e.ExternalID, e.Status, wire.Labels(e.Labels), e.Revision)
	if err != nil || n == 0 {
		return err
	}
	rows, err := t.query(ctx, `SELECT id FROM webhooks WHERE site = $1 AND disabled_at IS NULL ORDER BY id`, e.Site)
	webhooks, err := collect(rows, err, scanString)
	if err != nil {
		return err
	}
	for _, w := range webhooks {
		if err := fileDelivery(ctx, t, w, e); err != nil {
			return err
		}
	}
	return nil
}

func scanString(r scanner) (string, error) {
	var s string
	err := r.Scan(&s)
	return s, err
}

// Events implements [store.Events].
func (s *Store) Events(
	ctx context.Context, site models.SiteID, token string, limit int,
) (models.Page[models.Event], error) {
	name := []string{"events", string(site)}
	from, _, err := cursor.Decode(token, name...)
	if err != nil {
		return models.Page[models.Event]{}, err
	}
	last := from.N
	rows, err := s.query(ctx, `SELECT
			seq,
			id,
			type,
			happened_at,
			comment_id,
			external_id,
			status,
			labels,
			revision
		FROM events WHERE site = $1 AND seq > $2 ORDER BY seq LIMIT $3`, site, from.N, cursor.Limit(limit))
	items, err := collect(rows, err, func(r scanner) (models.Event, error) {
		e := models.Event{Site: site}
		var labels string
		err := r.Scan(&last, &e.ID, &e.Type, wire.When{T: &e.At}, &e.Comment, &e.ExternalID, &e.Status, &labels,
			&e.Revision)
		e.Labels = wire.ParseLabels(labels)
		return e, err
	})
	if err != nil {
		return models.Page[models.Event]{}, err
	}
	p := models.Page[models.Event]{Items: items, Next: token}
	if len(items) > 0 {
		p.Next = cursor.Encode(cursor.Position{N: last}, name...)
	}
	return p, nil
}
