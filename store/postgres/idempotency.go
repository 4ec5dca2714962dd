package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// BeginRequest implements [store.Idempotency].
func (s *Store) BeginRequest(
	ctx context.Context, r models.IdempotentRequest, takeover time.Duration, at time.Time,
) (*models.SavedResponse, error) {
	var saved *models.SavedResponse
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		saved = nil
		n, err := t.exec(ctx, `INSERT INTO idempotency (site, key, fingerprint, begun_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, r.Site, r.Key, r.Fingerprint, wire.Stamp(at))
		if err != nil || n == 1 {
			return err
		}
		var (
			fingerprint string
			begun       time.Time
			done        bool
			answer      models.SavedResponse
		)
		err = t.row(ctx, `SELECT fingerprint, begun_at, done, status, content_type, location, body
			FROM idempotency WHERE site = $1 AND key = $2 FOR UPDATE`, r.Site, r.Key).Scan(
			&fingerprint, wire.When{T: &begun}, &done,
			&answer.Status, &answer.ContentType, &answer.Location, &answer.Body)
		switch {
		case errors.Is(err, pgx.ErrNoRows): // given back a moment ago
			return models.Errorf(models.Conflict, "a request with this Idempotency-Key is in hand")
		case err != nil:
			return translate(err)
		case fingerprint != r.Fingerprint:
			return field("Idempotency-Key", "was used for another request")
		case done:
			saved = &answer
			return nil
		case begun.Add(takeover).After(at):
			return models.Errorf(models.Conflict, "a request with this Idempotency-Key is in hand")
		}
		_, err = t.exec(ctx, `UPDATE idempotency SET begun_at = $3 WHERE site = $1 AND key = $2`,
			r.Site, r.Key, wire.Stamp(at))
		return err
	})
	if err != nil {
		return nil, err
	}
	return saved, nil
}

// EndRequest implements [store.Idempotency].
func (s *Store) EndRequest(
	ctx context.Context, r models.IdempotentRequest, answer *models.SavedResponse, at time.Time,
) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if answer == nil {
			_, err := t.exec(ctx, `DELETE FROM idempotency
				WHERE site = $1 AND key = $2 AND fingerprint = $3 AND NOT done`, r.Site, r.Key, r.Fingerprint)
			return err
		}
		_, err := t.exec(ctx, `UPDATE idempotency
			SET done = TRUE, begun_at = $4, status = $5, content_type = $6, location = $7, body = $8
			WHERE site = $1 AND key = $2 AND fingerprint = $3 AND NOT done`,
			r.Site, r.Key, r.Fingerprint, wire.Stamp(at),
			answer.Status, answer.ContentType, answer.Location, wire.Blob(answer.Body))
		return err
	})
}
