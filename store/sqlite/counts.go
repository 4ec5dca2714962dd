package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// Within these copies and comments in quick succession count.
const (
	copyWindow  = 24 * time.Hour
	speedWindow = time.Minute
)

// SpamCounts implements [store.Comments]: a few look-ups in indexes a comment.
func (s *Store) SpamCounts(ctx context.Context, comments []models.Comment) ([]models.SpamCounts, error) {
	out := make([]models.SpamCounts, len(comments))
	for i := range comments {
		c := &comments[i]
		err := s.row(ctx, `SELECT
				(SELECT count(*) FROM (
					SELECT 1 FROM comments
					WHERE site = $1 AND text_key = $3 AND received_at > $6 AND id <> $2 LIMIT 100)),
				(SELECT count(*) FROM (
					SELECT id FROM (
						SELECT id FROM comments
						WHERE site = $1 AND author_key = $4 AND received_at BETWEEN $7 AND $8 AND id <> $2 LIMIT 100)
					UNION
					SELECT id FROM (
						SELECT id FROM comments
						WHERE site = $1 AND address_key = $5 AND received_at BETWEEN $7 AND $8 AND id <> $2 LIMIT 100)
					LIMIT 100)),
				(SELECT count(*) FILTER (WHERE status = 'approved') FROM (
					SELECT status FROM comments
					WHERE site = $1 AND author_key = $4 ORDER BY received_at DESC LIMIT 100))`,
			c.Site, c.ID, wire.Null(c.TextKey), wire.Null(c.AuthorKey()), wire.Null(c.AddressKey()),
			wire.Micros(c.ReceivedAt.Add(-copyWindow)), wire.Micros(c.ReceivedAt.Add(-speedWindow)), wire.Micros(c.ReceivedAt),
		).Scan(&out[i].Copies, &out[i].Recent, &out[i].Approved)
		if err != nil {
			return nil, translate(err)
		}
	}
	return out, nil
}

// Languages implements [store.Comments].
func (s *Store) Languages(ctx context.Context, site models.SiteID) (map[string]int, error) {
	rows, err := s.query(ctx, `SELECT lang, count(*) FROM (
			SELECT lang FROM comments WHERE site = $1 AND status = 'approved'
			ORDER BY received_at DESC, id DESC LIMIT 200)
		GROUP BY lang`, site)
	return counted[int](rows, err)
}

// counted reads rows of a name and how often it is there.
func counted[N int | int64](rows *sql.Rows, err error) (map[string]N, error) {
	out := map[string]N{}
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var name string
		var n N
		err := r.Scan(&name, &n)
		out[name] = n
		return struct{}{}, err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
