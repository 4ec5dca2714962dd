package postgres

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// triageColumns read what a comment is, see scanTriage.
const triageColumns = `
	t.comment_id,
	t.site,
	t.kind,
	t.queue,
	t.owner,
	t.due_at,
	t.answered_at,
	t.answered_by,
	t.note,
	t.actor,
	t.set_at`

// triageDest are where the columns of a triage go.
func triageDest(t *models.Triage) []any {
	return []any{
		&t.Comment, &t.Site, &t.Kind, &t.Queue, &t.Owner, wire.When{T: &t.DueAt}, wire.When{T: &t.AnsweredAt},
		&t.AnsweredBy, &t.Note, &t.By, wire.When{T: &t.At},
	}
}

// SetTriage implements [store.Desk].
func (s *Store) SetTriage(ctx context.Context, n models.Triage) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := comment(ctx, t, n.Site, n.Comment)
		if err != nil {
			return err
		}
		if c.Status == models.Erased {
			return erased(c.ID)
		}
		if n.Kind == "" {
			_, err = t.exec(ctx, `DELETE FROM triage WHERE comment_id = $1`, n.Comment)
		} else {
			_, err = t.exec(ctx, `INSERT INTO triage (
					comment_id, site, kind, queue, owner, due_at, answered_at, answered_by, note, actor, set_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
				ON CONFLICT (comment_id) DO UPDATE SET kind = $3, queue = $4, owner = $5, due_at = $6, answered_at = $7,
					answered_by = $8, note = $9, actor = $10, set_at = $11`,
				n.Comment, n.Site, n.Kind, n.Queue, n.Owner, wire.Stamp(n.DueAt), wire.Stamp(n.AnsweredAt), n.AnsweredBy,
				n.Note, n.By, wire.Stamp(n.At))
		}
		if err != nil {
			return err
		}
		return audit(ctx, t, models.AuditEntry{
			Site: n.Site, At: n.At, Actor: n.By, Act: "triage.set", Subject: string(n.Comment), Detail: wire.TriageDetail(n),
		})
	})
}

// TriageOf implements [store.Desk].
func (s *Store) TriageOf(ctx context.Context, site models.SiteID, id models.CommentID) (*models.Triage, error) {
	if !models.ValidID(string(id)) {
		return nil, nil
	}
	var out models.Triage
	err := s.row(ctx, `SELECT `+triageColumns+` FROM triage t WHERE t.site = $1 AND t.comment_id = $2`, site, id).
		Scan(triageDest(&out)...)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, translate(err)
	}
	return &out, nil
}

// ListTriage implements [store.Desk].
func (s *Store) ListTriage(ctx context.Context, q models.TriageQuery) (models.Page[models.TriagedComment], error) {
	name := []string{
		"triage", string(q.Site), string(q.Kind), q.Queue, q.Owner, strconv.FormatBool(q.Waiting),
	}
	from, ok, err := cursor.Decode(q.Cursor, name...)
	if err != nil {
		return models.Page[models.TriagedComment]{}, err
	}
	where := filter{}
	where.and(`t.site = ?`, q.Site)
	for column, value := range map[string]string{"t.kind": string(q.Kind), "t.queue": q.Queue, "t.owner": q.Owner} {
		if value != "" {
			where.and(column+` = ?`, value)
		}
	}
	order, key := ` ORDER BY t.set_at DESC, t.comment_id`, func(t models.Triage) time.Time { return t.At }
	after := `(t.set_at < ? OR t.set_at = ? AND t.comment_id > ?)`
	if q.Waiting {
		where.and(`t.due_at IS NOT NULL AND t.answered_at IS NULL`)
		order, key = ` ORDER BY t.due_at, t.comment_id`, func(t models.Triage) time.Time { return t.DueAt }
		after = `(t.due_at > ? OR t.due_at = ? AND t.comment_id > ?)`
	}
	if ok {
		at := time.UnixMicro(from.N)
		where.and(after, at, at, from.ID)
	}
	limit := cursor.Limit(q.Limit)
	rows, err := s.query(ctx, `SELECT `+triageColumns+`, `+commentColumns+`
		FROM triage t JOIN comments c ON c.id = t.comment_id LEFT JOIN decisions d ON d.id = c.decision_id `+
		where.text+order+` LIMIT `+strconv.Itoa(limit+1), where.args...)
	items, err := collect(rows, err, func(r scanner) (models.TriagedComment, error) {
		var item models.TriagedComment
		var err error
		item.Comment, err = scanComment(r, triageDest(&item.Triage)...)
		return item, err
	})
	return page(items, limit, err, func(i models.TriagedComment) string {
		return cursor.Encode(cursor.Position{N: key(i.Triage).UnixMicro(), ID: string(i.Triage.Comment)}, name...)
	})
}
