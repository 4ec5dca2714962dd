package sqlite

import (
	"context"
	"strconv"
	"strings"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// audit writes one entry inside the act that it is about.
func audit(ctx context.Context, t *tx, e models.AuditEntry) error {
	_, err := t.exec(ctx, `INSERT INTO audit (id, site, happened_at, actor, act, subject, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		models.NewID(e.At), e.Site, wire.Micros(e.At), e.Actor, e.Act, e.Subject, wire.Detail(e.Detail))
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
		where.and(`happened_at >= ?`, wire.Micros(q.Since))
	}
	if !q.Until.IsZero() {
		where.and(`happened_at < ?`, wire.Micros(q.Until))
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
