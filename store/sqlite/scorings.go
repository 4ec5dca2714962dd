package sqlite

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// AddScoring implements [store.Scorings].
func (s *Store) AddScoring(ctx context.Context, one models.Scoring) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := siteExists(ctx, t, one.Site); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO scorings (id, site, wire, callback, text, detail, filed_at, due_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
			ON CONFLICT (id) DO NOTHING`,
			one.ID, one.Site, one.Wire, one.Callback, one.Text, one.Detail, wire.Micros(one.At))
		return err
	})
}

// LeaseScorings implements [store.Scorings].
func (s *Store) LeaseScorings(
	ctx context.Context, limit int, ttl time.Duration, at time.Time,
) ([]models.DueScoring, error) {
	// A look first, so that what is asked each second does not write each second.
	var due bool
	err := s.row(ctx, `SELECT EXISTS (SELECT 1 FROM scorings WHERE due_at <= $1)`, wire.Micros(at)).Scan(&due)
	if err != nil || !due {
		return nil, translate(err)
	}
	token, until := models.NewID(at), later(at, ttl)
	err = s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE scorings SET lease_token = $1, due_at = $2, tries = tries + 1 WHERE id IN (
			SELECT id FROM scorings WHERE due_at <= $3 ORDER BY due_at, id LIMIT $4)`,
			token, wire.Micros(until), wire.Micros(at), limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, err := s.query(ctx, `SELECT id, site, wire, callback, text, detail, filed_at, tries - 1
		FROM scorings WHERE due_at = $2 AND lease_token = $1 ORDER BY id`, token, wire.Micros(until))
	return collect(rows, err, func(r scanner) (models.DueScoring, error) {
		d := models.DueScoring{Token: token}
		err := r.Scan(&d.ID, &d.Site, &d.Wire, &d.Callback, &d.Text, &d.Detail, wire.When{T: &d.At}, &d.Tries)
		return d, err
	})
}

// EndScoring implements [store.Scorings].
func (s *Store) EndScoring(ctx context.Context, id, token string, retryAt time.Time) error {
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		text, args := `UPDATE scorings SET due_at = $3, lease_token = NULL WHERE id = $1 AND lease_token = $2`,
			[]any{id, token, wire.Micros(retryAt)}
		if retryAt.IsZero() {
			text, args = `DELETE FROM scorings WHERE id = $1 AND lease_token = $2`, args[:2]
		}
		n, err := t.exec(ctx, text, args...)
		if err == nil && n == 0 {
			return models.Errorf(models.Conflict, "the lease is lost")
		}
		return err
	})
}
