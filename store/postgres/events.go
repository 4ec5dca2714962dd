package postgres

import (
	"context"
	"slices"
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
	return changedAll(ctx, t, []change{ch})
}

// changedAll is changed for many, in a few statements for all of them.
func changedAll(ctx context.Context, t *tx, changes []change) error {
	var events []models.Event
	var entries []models.AuditEntry
	for _, ch := range changes {
		events = append(events, changeEvent(ch))
		if ch.count != "" {
			t.count(ch.comment.Site, ch.at, ch.count, 1)
		}
		act := ch.act
		if act == "" {
			act = string(ch.event)
		}
		entries = append(entries, models.AuditEntry{
			Site: ch.comment.Site, At: ch.at, Actor: ch.actor, Act: act, Subject: string(ch.comment.ID), Detail: ch.detail,
		})
	}
	if err := announce(ctx, t, events); err != nil {
		return err
	}
	return audit(ctx, t, entries...)
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

// announce keeps events that were not announced before, and files them for the
// webhooks of their sites.
func announce(ctx context.Context, t *tx, events []models.Event) error {
	var ids, types, sites, external, statuses, labels []string
	var comments []models.CommentID
	var times []time.Time
	var revisions []int64
	for _, e := range events {
		ids, types, sites = append(ids, e.ID), append(types, string(e.Type)), append(sites, string(e.Site))
		comments, external = append(comments, e.Comment), append(external, e.ExternalID)
		statuses, labels = append(statuses, string(e.Status)), append(labels, wire.Labels(e.Labels))
		times, revisions = append(times, e.At), append(revisions, e.Revision)
	}
	rows, err := t.query(ctx, `INSERT INTO events (
			id, type, happened_at, site, comment_id, external_id, status, labels, revision)
		SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::uuid[], $6::text[], $7::text[],
			$8::text[], $9::bigint[])
		ON CONFLICT (id) DO NOTHING
		RETURNING id`, ids, types, times, sites, comments, external, statuses, labels, revisions)
	added, err := collect(rows, err, scanString)
	if err != nil {
		return err
	}
	webhooks, err := listeners(ctx, t, sites)
	if err != nil {
		return err
	}
	var targets []string
	var filed []models.Event
	for _, e := range events {
		if !slices.Contains(added, e.ID) {
			continue
		}
		for _, w := range webhooks[e.Site] {
			targets, filed = append(targets, w), append(filed, e)
		}
	}
	return fileDeliveries(ctx, t, targets, filed)
}

// listeners are the webhooks in use of sites.
func listeners(ctx context.Context, t *tx, sites []string) (map[models.SiteID][]string, error) {
	out := map[models.SiteID][]string{}
	rows, err := t.query(ctx, `SELECT site, id FROM webhooks WHERE site = ANY($1) AND disabled_at IS NULL ORDER BY id`,
		sites)
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var site models.SiteID
		var id string
		err := r.Scan(&site, &id)
		out[site] = append(out[site], id)
		return struct{}{}, err
	})
	return out, err
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
	last := cursor.Position{N: from.N, M: from.M}
	rows, err := s.query(ctx, `SELECT
			xid::text::bigint,
			seq,
			id,
			type,
			happened_at,
			comment_id,
			external_id,
			status,
			labels,
			revision
		FROM events
		WHERE site = $1 AND (xid, seq) > ($2::text::xid8, $3) AND xid < pg_snapshot_xmin(pg_current_snapshot())
		ORDER BY xid, seq LIMIT $4`, site, strconv.FormatInt(from.N, 10), from.M, cursor.Limit(limit))
	items, err := collect(rows, err, func(r scanner) (models.Event, error) {
		e := models.Event{Site: site}
		var labels string
		err := r.Scan(&last.N, &last.M, &e.ID, &e.Type, wire.When{T: &e.At}, &e.Comment, &e.ExternalID, &e.Status, &labels,
			&e.Revision)
		e.Labels = wire.ParseLabels(labels)
		return e, err
	})
	if err != nil {
		return models.Page[models.Event]{}, err
	}
	p := models.Page[models.Event]{Items: items, Next: token}
	if len(items) > 0 {
		p.Next = cursor.Encode(last, name...)
	}
	return p, nil
}
