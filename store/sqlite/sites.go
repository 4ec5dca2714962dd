package sqlite

import (
	"context"
	"errors"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

const siteSelect = `SELECT id, name, locale, keep_text, created_at FROM sites `

func scanSite(r scanner) (models.Site, error) {
	var s models.Site
	err := r.Scan(&s.ID, &s.Name, &s.Locale, &s.KeepText, wire.When{T: &s.CreatedAt})
	return s, err
}

// siteExists is NotFound for a site that was never made.
func siteExists(ctx context.Context, q querier, id models.SiteID) error {
	_, err := siteOf(ctx, q, id)
	return err
}

func siteOf(ctx context.Context, q querier, id models.SiteID) (models.Site, error) {
	site, err := scanSite(q.row(ctx, siteSelect+`WHERE id = $1`, id))
	if err != nil {
		return models.Site{}, missing(err, "no site %q", id)
	}
	return site, nil
}

// AddSite implements [store.Sites].
func (s *Store) AddSite(ctx context.Context, site models.Site, by string) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `INSERT INTO sites (id, name, locale, keep_text, created_at) VALUES ($1, $2, $3, $4, $5)`,
			site.ID, site.Name, site.Locale, site.KeepText, wire.Micros(site.CreatedAt))
		if err != nil {
			return taken(err, "site %q exists already", site.ID)
		}
		return audit(ctx, t, models.AuditEntry{
			Site: site.ID, At: site.CreatedAt, Actor: by, Act: "site.created", Subject: string(site.ID),
		})
	})
}

// taken words a unique violation.
func taken(err error, format string, args ...any) error {
	if models.KindOf(err) != models.Conflict {
		return err
	}
	worded := models.Errorf(models.Conflict, format, args...)
	worded.Err = errors.Unwrap(err)
	return worded
}

// Site implements [store.Sites].
func (s *Store) Site(ctx context.Context, id models.SiteID) (models.Site, error) {
	return siteOf(ctx, s, id)
}

// ListSites implements [store.Sites].
func (s *Store) ListSites(ctx context.Context) ([]models.Site, error) {
	rows, err := s.query(ctx, siteSelect+`ORDER BY id`)
	return collect(rows, err, scanSite)
}

// UpdateSite implements [store.Sites].
func (s *Store) UpdateSite(ctx context.Context, site models.Site, by string, at time.Time) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE sites SET name = $2, locale = $3, keep_text = $4 WHERE id = $1`,
			site.ID, site.Name, site.Locale, site.KeepText)
		if err != nil {
			return err
		}
		if n == 0 {
			return models.Errorf(models.NotFound, "no site %q", site.ID)
		}
		return audit(ctx, t, models.AuditEntry{Site: site.ID, At: at, Actor: by, Act: "site.changed", Subject: string(site.ID)})
	})
}
