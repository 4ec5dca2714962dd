package sqlite

import (
	"context"
	"strconv"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

const policySelect = `SELECT site, version, ruleset, actor, made_at FROM policies `

func scanPolicy(r scanner) (models.Policy, error) {
	var p models.Policy
	var ruleset []byte
	if err := r.Scan(&p.Site, &p.Version, &ruleset, &p.By, wire.When{T: &p.At}); err != nil {
		return models.Policy{}, err
	}
	var err error
	p.Ruleset, err = wire.ParseRuleset(ruleset)
	return p, err
}

// Policy implements [store.Policies].
func (s *Store) Policy(ctx context.Context, site models.SiteID) (models.Policy, error) {
	p, err := scanPolicy(s.row(ctx, policySelect+`WHERE site = $1 ORDER BY version DESC LIMIT 1`, site))
	if err != nil {
		return models.Policy{}, missing(err, "site %q has no policy of its own", site)
	}
	return p, nil
}

// AddPolicy implements [store.Policies].
func (s *Store) AddPolicy(ctx context.Context, p models.Policy, base int64) (int64, error) {
	p.Version = base + 1
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := siteExists(ctx, t, p.Site); err != nil {
			return err
		}
		var newest int64
		err := t.row(ctx, `SELECT COALESCE(max(version), 0) FROM policies WHERE site = $1`, p.Site).Scan(&newest)
		if err != nil {
			return translate(err)
		}
		if newest != base {
			return models.Errorf(models.Conflict, "the policy is at version %d, not %d", newest, base)
		}
		_, err = t.exec(ctx, `INSERT INTO policies (site, version, ruleset, actor, made_at) VALUES ($1, $2, $3, $4, $5)`,
			p.Site, p.Version, wire.Ruleset(p.Ruleset), p.By, wire.Micros(p.At))
		if err != nil {
			return taken(err, "the policy is past version %d", base)
		}
		return audit(ctx, t, models.AuditEntry{
			Site: p.Site, At: p.At, Actor: p.By, Act: "policy.changed", Subject: strconv.FormatInt(p.Version, 10),
		})
	})
	if err != nil {
		return 0, err
	}
	return p.Version, nil
}

// PolicyVersion implements [store.Policies].
func (s *Store) PolicyVersion(ctx context.Context, site models.SiteID, version int64) (models.Policy, error) {
	p, err := scanPolicy(s.row(ctx, policySelect+`WHERE site = $1 AND version = $2`, site, version))
	if err != nil {
		return models.Policy{}, missing(err, "site %q has no policy of version %d", site, version)
	}
	return p, nil
}

// PolicyVersions implements [store.Policies].
func (s *Store) PolicyVersions(ctx context.Context, site models.SiteID, limit int) ([]models.Policy, error) {
	rows, err := s.query(ctx, policySelect+`WHERE site = $1 ORDER BY version DESC LIMIT $2`, site, limit)
	return collect(rows, err, scanPolicy)
}
