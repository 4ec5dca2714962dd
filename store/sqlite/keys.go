package sqlite

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// keySelect reads keys, see scanKey.
const keySelect = `SELECT
	id,
	site,
	name,
	hash,
	last4,
	scopes,
	wire,
	options,
	created_at,
	last_used_at,
	expires_at,
	revoked_at
	FROM keys `

func scanKey(r scanner) (models.Key, error) {
	var k models.Key
	var scopes, options []byte
	err := r.Scan(&k.ID, &k.Site, &k.Name, &k.Hash, &k.Last4, &scopes, &k.Wire, &options, wire.When{T: &k.CreatedAt},
		wire.When{T: &k.LastUsedAt}, wire.When{T: &k.ExpiresAt}, wire.When{T: &k.RevokedAt})
	if err != nil {
		return models.Key{}, err
	}
	if k.Scopes, err = wire.ParseList[models.Scope](scopes); err != nil {
		return k, err
	}
	k.Options, err = wire.ParseKeyOptions(options)
	return k, err
}

// AddKey implements [store.Keys].
func (s *Store) AddKey(ctx context.Context, k models.Key, by string) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := siteExists(ctx, t, k.Site); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO keys (
				id, site, name, hash, last4, scopes, wire, options, created_at, last_used_at, expires_at, revoked_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			k.ID, k.Site, k.Name, k.Hash, k.Last4, wire.List(k.Scopes), k.Wire, wire.KeyOptions(k.Options), wire.Micros(k.CreatedAt),
			wire.Micros(k.LastUsedAt), wire.Micros(k.ExpiresAt), wire.Micros(k.RevokedAt))
		if err != nil {
			return err
		}
		return audit(ctx, t, models.AuditEntry{
			Site: k.Site, At: k.CreatedAt, Actor: by, Act: "key.created", Subject: k.ID,
			Detail: map[string]string{"name": k.Name, "last4": k.Last4},
		})
	})
}

// KeyByHash implements [store.Keys].
func (s *Store) KeyByHash(ctx context.Context, hash string) (models.Key, error) {
	k, err := scanKey(s.row(ctx, keySelect+`WHERE hash = $1`, hash))
	if err != nil {
		return models.Key{}, missing(err, "no such key")
	}
	return k, nil
}

// ListKeys implements [store.Keys].
func (s *Store) ListKeys(ctx context.Context, site models.SiteID) ([]models.Key, error) {
	rows, err := s.query(ctx, keySelect+`WHERE site = $1 ORDER BY created_at, id`, site)
	return collect(rows, err, scanKey)
}

// RevokeKey implements [store.Keys].
func (s *Store) RevokeKey(ctx context.Context, site models.SiteID, id, by string, at time.Time) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		k, err := scanKey(t.row(ctx, keySelect+`WHERE site = $1 AND id = $2`, site, id))
		if err != nil {
			return missing(err, "no key %s", id)
		}
		n, err := t.exec(ctx, `UPDATE keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL`, id, wire.Micros(at))
		if err != nil || n == 0 {
			return err
		}
		return audit(ctx, t, models.AuditEntry{
			Site: site, At: at, Actor: by, Act: "key.revoked", Subject: id,
			Detail: map[string]string{"name": k.Name, "last4": k.Last4},
		})
	})
}

// TouchKeys implements [store.Keys].
func (s *Store) TouchKeys(ctx context.Context, used map[string]time.Time) error {
	if len(used) == 0 {
		return nil
	}
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		for id, at := range used {
			_, err := t.exec(ctx, `UPDATE keys SET last_used_at = $2
				WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)`, id, wire.Micros(at))
			if err != nil {
				return err
			}
		}
		return nil
	})
}
