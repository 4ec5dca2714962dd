package sqlite

import (
	"context"
	"strconv"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// Book implements [store.Books].
func (s *Store) Book(ctx context.Context, site models.SiteID) (models.SiteBook, error) {
	var b models.SiteBook
	var doc []byte
	err := s.row(ctx, `SELECT site, version, book, actor, made_at FROM site_books
		WHERE site = $1 ORDER BY version DESC LIMIT 1`, site).Scan(&b.Site, &b.Version, &doc, &b.By, wire.When{T: &b.At})
	if err != nil {
		return models.SiteBook{}, missing(err, "site %q has no book of its own", site)
	}
	b.Book, err = wire.ParseBook(doc)
	return b, err
}

// AddBook implements [store.Books]. It reads like AddPolicy on purpose: a third
// kind of versioned document would be worth sharing it.
func (s *Store) AddBook(ctx context.Context, b models.SiteBook, base int64) (int64, error) {
	b.Version = base + 1
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := siteExists(ctx, t, b.Site); err != nil {
			return err
		}
		var newest int64
		err := t.row(ctx, `SELECT COALESCE(max(version), 0) FROM site_books WHERE site = $1`, b.Site).Scan(&newest)
		if err != nil {
			return translate(err)
		}
		if newest != base {
			return models.Errorf(models.Conflict, "the book is at version %d, not %d", newest, base)
		}
		_, err = t.exec(ctx, `INSERT INTO site_books (site, version, book, actor, made_at) VALUES ($1, $2, $3, $4, $5)`,
			b.Site, b.Version, wire.Book(b.Book), b.By, wire.Micros(b.At))
		if err != nil {
			return taken(err, "the book is past version %d", base)
		}
		return audit(ctx, t, models.AuditEntry{
			Site: b.Site, At: b.At, Actor: b.By, Act: "book.changed", Subject: strconv.FormatInt(b.Version, 10),
		})
	})
	if err != nil {
		return 0, err
	}
	return b.Version, nil
}
