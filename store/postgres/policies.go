package postgres

import (
	"context"
	"strconv"
	"time"

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
	return s.addVersion(ctx, version{
		site: p.Site, base: base, by: p.By, at: p.At, what: "policy", doc: wire.Ruleset(p.Ruleset),
		newest: `SELECT COALESCE(max(version), 0) FROM policies WHERE site = $1`,
		insert: `INSERT INTO policies (site, version, ruleset, actor, made_at) VALUES ($1, $2, $3, $4, $5)`,
	})
}

// version is the next of a document that a site keeps in versions.
type version struct {
	site   models.SiteID
	base   int64 // the version that it was made from
	by     string
	at     time.Time
	what   string
	doc    string
	newest string // SQL: of a site
	insert string // SQL: site, version, document, actor, time
	// also is done in the same transaction; nil = nothing.
	also func(ctx context.Context, t *tx) error
}

func (s *Store) addVersion(ctx context.Context, v version) (int64, error) {
	made := v.base + 1
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := siteExists(ctx, t, v.site); err != nil {
			return err
		}
		var newest int64
		if err := t.row(ctx, v.newest, v.site).Scan(&newest); err != nil {
			return translate(err)
		}
		if newest != v.base {
			return models.Errorf(models.Conflict, "the %s is at version %d, not %d", v.what, newest, v.base)
		}
		if _, err := t.exec(ctx, v.insert, v.site, made, v.doc, v.by, wire.Stamp(v.at)); err != nil {
			return taken(err, "the %s is past version %d", v.what, v.base)
		}
		if v.also != nil {
			if err := v.also(ctx, t); err != nil {
				return err
			}
		}
		return audit(ctx, t, models.AuditEntry{
			Site: v.site, At: v.at, Actor: v.by, Act: v.what + ".changed", Subject: strconv.FormatInt(made, 10),
		})
	})
	if err != nil {
		return 0, err
	}
	return made, nil
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
