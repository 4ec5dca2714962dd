package postgres

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// AddTrace implements [store.Traces].
func (s *Store) AddTrace(ctx context.Context, t models.Trace) error {
	return s.write(ctx, func(ctx context.Context, x *tx) error {
		if _, err := comment(ctx, x, t.Site, t.Comment); err != nil {
			return err
		}
		due := wire.Stamp(t.At)
		if t.Callback == "" || t.Told {
			due = nil
		}
		_, err := x.exec(ctx, `INSERT INTO traces (comment_id, site, wire, print, traced_at, callback, due_at, standing)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (comment_id) DO UPDATE SET
				wire = excluded.wire,
				print = excluded.print,
				traced_at = excluded.traced_at,
				callback = excluded.callback,
				due_at = excluded.due_at,
				standing = excluded.standing,
				lease_token = NULL,
				tries = 0`,
			t.Comment, t.Site, t.Wire, t.Print, wire.Stamp(t.At), t.Callback, due, t.Standing)
		return err
	})
}

// Traced implements [store.Traces].
func (s *Store) Traced(ctx context.Context, site models.SiteID, fingerprint string, limit int) ([]models.Comment, error) {
	rows, err := s.query(ctx, commentSelect+`JOIN traces v ON v.comment_id = c.id
		WHERE v.site = $1 AND v.print = $2
		ORDER BY v.traced_at DESC, v.comment_id DESC LIMIT $3`, site, fingerprint, cursor.Limit(limit))
	return collect(rows, err, plainComment)
}

// CommentByExternalID implements [store.Traces].
func (s *Store) CommentByExternalID(ctx context.Context, site models.SiteID, external string) (models.Comment, error) {
	c, err := plainComment(s.row(ctx, commentSelect+`WHERE c.site = $1 AND c.external_id = $2`, site, external))
	if err != nil {
		return models.Comment{}, missing(err, "no comment with this external id")
	}
	return c, nil
}

// LeaseCallbacks implements [store.Traces].
func (s *Store) LeaseCallbacks(
	ctx context.Context, limit int, ttl time.Duration, at time.Time,
) ([]models.DueCallback, error) {
	// A look first, so that what is asked each second does not write each second.
	var due bool
	err := s.row(ctx, `SELECT EXISTS (SELECT 1 FROM traces v JOIN comments c ON c.id = v.comment_id
		WHERE v.due_at <= $1 AND c.status IN ('approved', 'rejected'))`, wire.Stamp(at)).Scan(&due)
	if err != nil || !due {
		return nil, translate(err)
	}
	token, until := models.NewID(at), later(at, ttl)
	err = s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE traces SET lease_token = $1, due_at = $2, tries = tries + 1 WHERE comment_id = ANY(ARRAY (
			SELECT v.comment_id FROM traces v JOIN comments c ON c.id = v.comment_id
			WHERE v.due_at <= $3 AND c.status IN ('approved', 'rejected')
			ORDER BY v.due_at, v.comment_id LIMIT $4 FOR UPDATE OF v SKIP LOCKED))`,
			token, wire.Stamp(until), wire.Stamp(at), limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, err := s.query(ctx, `SELECT v.comment_id, v.site, v.wire, v.print, v.callback, v.traced_at, v.tries - 1, c.status
		FROM traces v JOIN comments c ON c.id = v.comment_id
		WHERE v.due_at = $2 AND v.lease_token = $1 ORDER BY v.comment_id`, token, wire.Stamp(until))
	return collect(rows, err, func(r scanner) (models.DueCallback, error) {
		d := models.DueCallback{Token: token}
		err := r.Scan(&d.Comment, &d.Site, &d.Wire, &d.Print, &d.Callback, wire.When{T: &d.At}, &d.Tries, &d.Status)
		return d, err
	})
}

// EndCallback implements [store.Traces].
func (s *Store) EndCallback(ctx context.Context, id models.CommentID, token string, retryAt time.Time) error {
	if !models.ValidID(string(id)) {
		return models.Errorf(models.Conflict, "the lease is lost")
	}
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE traces SET due_at = $3, lease_token = NULL
			WHERE comment_id = $1 AND lease_token = $2`, id, token, wire.Stamp(retryAt))
		if err == nil && n == 0 {
			return models.Errorf(models.Conflict, "the lease is lost")
		}
		return err
	})
}

// callAgain makes a comment's callback due once more, where it is standing.
func callAgain(ctx context.Context, t *tx, id models.CommentID, at time.Time) error {
	_, err := t.exec(ctx, `UPDATE traces SET due_at = $2, lease_token = NULL, tries = 0
		WHERE comment_id = $1 AND standing AND callback <> ''`, id, wire.Stamp(at))
	return err
}
