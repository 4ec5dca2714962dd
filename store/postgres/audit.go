package postgres

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// audit writes entries inside the act that they are about.
func audit(ctx context.Context, t *tx, entries ...models.AuditEntry) error {
	var ids, sites, actors, acts, subjects, details []string
	var times []time.Time
	for _, e := range entries {
		ids, sites, times = append(ids, models.NewID(e.At)), append(sites, string(e.Site)), append(times, e.At)
		actors, acts = append(actors, e.Actor), append(acts, e.Act)
		subjects, details = append(subjects, e.Subject), append(details, wire.Detail(e.Detail))
	}
	_, err := t.exec(ctx, `INSERT INTO audit (id, site, happened_at, actor, act, subject, detail)
		SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[])`,
		ids, sites, times, actors, acts, subjects, details)
	return err
}

func auditFilter(q models.AuditQuery) filter {
	where := filter{}
	where.and(`site = ?`, q.Site)
	if q.Actor != "" {
		where.and(`actor = ?`, q.Actor)
	}
	if strings.HasSuffix(q.Act, ".") {
		where.and(`substr(act, 1, ?) = ?`, len(q.Act), q.Act)
	} else if q.Act != "" {
		where.and(`act = ?`, q.Act)
	}
	if q.Subject != "" {
		where.and(`subject = ?`, q.Subject)
	}
	if !q.Since.IsZero() {
		where.and(`happened_at >= ?`, wire.Stamp(q.Since))
	}
	if !q.Until.IsZero() {
		where.and(`happened_at < ?`, wire.Stamp(q.Until))
	}
	return where
}

// AuditEntries implements [store.Audit].
func (s *Store) AuditEntries(ctx context.Context, q models.AuditQuery) (models.Page[models.AuditEntry], error) {
	name := []string{"audit", string(q.Site), q.Actor, q.Act, q.Subject, q.Since.String(), q.Until.String()}
	from, ok, err := cursor.Decode(q.Cursor, name...)
	if err != nil {
		return models.Page[models.AuditEntry]{}, err
	}
	where := auditFilter(q)
	if ok {
		where.and(`seq < ?`, from.N)
	}
	limit := cursor.Limit(q.Limit)
	seqs := map[string]int64{}
	rows, err := s.query(ctx, `SELECT seq, id, happened_at, actor, act, subject, detail FROM audit `+where.text+
		` ORDER BY seq DESC LIMIT `+strconv.Itoa(limit+1), where.args...)
	items, err := collect(rows, err, func(r scanner) (models.AuditEntry, error) {
		e := models.AuditEntry{Site: q.Site}
		var seq int64
		var detail []byte
		err := r.Scan(&seq, &e.ID, wire.When{T: &e.At}, &e.Actor, &e.Act, &e.Subject, &detail)
		if err != nil {
			return e, err
		}
		seqs[e.ID] = seq
		e.Detail, err = wire.ParseDetail(detail)
		return e, err
	})
	return page(items, limit, err, func(e models.AuditEntry) string {
		return cursor.Encode(cursor.Position{N: seqs[e.ID]}, name...)
	})
}
