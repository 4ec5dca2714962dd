package sqlite

import (
	"context"
	"slices"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// Book implements [store.Books].
func (s *Store) Book(ctx context.Context, site models.SiteID) (models.SiteBook, error) {
	return newestBook(ctx, s, site)
}

func newestBook(ctx context.Context, q querier, site models.SiteID) (models.SiteBook, error) {
	var b models.SiteBook
	var doc []byte
	err := q.row(ctx, `SELECT site, version, book, actor, made_at FROM site_books
		WHERE site = $1 ORDER BY version DESC LIMIT 1`, site).Scan(&b.Site, &b.Version, &doc, &b.By, wire.When{T: &b.At})
	if err != nil {
		return models.SiteBook{}, missing(err, "site %q has no book of its own", site)
	}
	b.Book, err = wire.ParseBook(doc)
	return b, err
}

// AddBook implements [store.Books].
func (s *Store) AddBook(ctx context.Context, b models.SiteBook, base int64) (int64, error) {
	kept := b.Book.QueueIDs()
	return s.addVersion(ctx, version{
		site: b.Site, base: base, by: b.By, at: b.At, what: "book", doc: wire.Book(b.Book),
		newest: `SELECT COALESCE(max(version), 0) FROM site_books WHERE site = $1`,
		insert: `INSERT INTO site_books (site, version, book, actor, made_at) VALUES ($1, $2, $3, $4, $5)`,
		also: func(ctx context.Context, t *tx) error {
			_, err := t.exec(ctx, `UPDATE review_items SET queue = '' WHERE site = $1 AND queue <> '' AND queue NOT IN (SELECT value FROM json_each($2))`, b.Site, wire.List(kept))
			return err
		},
	})
}

// stillQueue gives a named queue, empty when the site's book has it no more.
func stillQueue(ctx context.Context, t *tx, site models.SiteID, queue string) (string, error) {
	b, err := newestBook(ctx, t, site)
	switch {
	case models.KindOf(err) == models.NotFound: // the default book, whose queues stay
		return queue, nil
	case err != nil || !slices.Contains(b.Book.QueueIDs(), queue):
		return "", err
	}
	return queue, nil
}
