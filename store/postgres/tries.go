package postgres

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// TakeTries implements [store.Tries].
func (s *Store) TakeTries(ctx context.Context, limits []models.TryLimit, at time.Time) (time.Duration, error) {
	// In one order for all, so that two that share limits never wait for each other.
	limits = slices.SortedFunc(slices.Values(limits), func(a, b models.TryLimit) int { return strings.Compare(a.Key, b.Key) })
	var wait time.Duration
	err := s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		wait = 0
		for _, limit := range limits {
			one, err := takeTry(ctx, t, limit, at)
			if err != nil {
				return err
			}
			wait = max(wait, one)
		}
		return nil
	})
	return wait, err
}

// takeTry counts a try as time that is owed: a row says when all tries are back,
// each try puts that off by the time that one takes to come back.
func takeTry(ctx context.Context, t *tx, l models.TryLimit, at time.Time) (time.Duration, error) {
	last := at.Add(time.Duration(l.Burst-1) * l.Every)
	n, err := t.exec(ctx, `INSERT INTO tries (key, whole_at) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET whole_at = GREATEST(tries.whole_at, $3) + $4::bigint * interval '1 microsecond'
		WHERE tries.whole_at <= $5`,
		l.Key, wire.Stamp(at.Add(l.Every)), wire.Stamp(at), l.Every.Microseconds(), wire.Stamp(last))
	if err != nil || n > 0 {
		return 0, err
	}
	var whole time.Time
	if err := t.row(ctx, `SELECT whole_at FROM tries WHERE key = $1`, l.Key).Scan(&wire.When{T: &whole}); err != nil {
		return 0, err
	}
	return whole.Sub(last), nil
}

// ForgiveTries implements [store.Tries].
func (s *Store) ForgiveTries(ctx context.Context, keys []string) error {
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `DELETE FROM tries WHERE key = ANY($1)`, keys)
		return err
	})
}
