package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// Within these copies and comments in quick succession count.
const (
	copyWindow  = 24 * time.Hour
	speedWindow = time.Minute
)

// SpamCounts implements [store.Comments]: one statement for all, a few look-ups
// in indexes a comment.
func (s *Store) SpamCounts(ctx context.Context, comments []models.Comment) ([]models.SpamCounts, error) {
	if len(comments) == 0 {
		return nil, nil
	}
	n := len(comments)
	ids, sites, texts := make([]string, n), make([]string, n), make([]string, n)
	authors, addresses, at := make([]string, n), make([]string, n), make([]time.Time, n)
	for i := range comments {
		c := &comments[i]
		ids[i], sites[i], texts[i] = string(c.ID), string(c.Site), c.TextKey
		authors[i], addresses[i], at[i] = c.AuthorKey(), c.AddressKey(), wire.Trim(c.ReceivedAt)
	}
	rows, err := s.query(ctx, `SELECT
			(SELECT count(*) FROM (
				SELECT FROM comments c
				WHERE c.site = q.site AND c.text_key = q.text AND c.received_at > q.at - $7::interval
					AND c.id IS DISTINCT FROM q.id LIMIT 100) copies),
			(SELECT count(*) FROM (
				(SELECT c.id FROM comments c
				WHERE c.site = q.site AND c.author_key = q.author AND c.received_at BETWEEN q.at - $8::interval AND q.at
					AND c.id IS DISTINCT FROM q.id LIMIT 100)
				UNION
				(SELECT c.id FROM comments c
				WHERE c.site = q.site AND c.address_key = q.address AND c.received_at BETWEEN q.at - $8::interval AND q.at
					AND c.id IS DISTINCT FROM q.id LIMIT 100)
				LIMIT 100) recent),
			(SELECT count(*) FILTER (WHERE status = 'approved') FROM (
				SELECT c.status FROM comments c
				WHERE c.site = q.site AND c.author_key = q.author ORDER BY c.received_at DESC LIMIT 100) latest)
		FROM (
			SELECT NULLIF(id, '')::uuid AS id, site, NULLIF(text, '') AS text, NULLIF(author, '') AS author,
				NULLIF(address, '') AS address, at, n
			FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
				WITH ORDINALITY AS u (id, site, text, author, address, at, n)
		) q ORDER BY q.n`,
		ids, sites, texts, authors, addresses, at, copyWindow, speedWindow)
	return collect(rows, err, func(r scanner) (models.SpamCounts, error) {
		var c models.SpamCounts
		err := r.Scan(&c.Copies, &c.Recent, &c.Approved)
		return c, err
	})
}

// Languages implements [store.Comments].
func (s *Store) Languages(ctx context.Context, site models.SiteID) (map[string]int, error) {
	rows, err := s.query(ctx, `SELECT lang, count(*) FROM (
			SELECT lang FROM comments WHERE site = $1 AND status = 'approved'
			ORDER BY received_at DESC, id DESC LIMIT 200) latest
		GROUP BY lang`, site)
	return counted[int](rows, err)
}

// counted reads rows of a name and how often it is there.
func counted[N int | int64](rows pgx.Rows, err error) (map[string]N, error) {
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
