// Package admin holds the acts of administration: sites, keys, users, policies.
// API, console and command line call the same acts. It owns how secrets are
// made and checked; it refuses pages and wires.
package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
	"github.com/tamis-moderation/tamis/store"
)

// Sites administers tenants.
type Sites struct {
	Store store.Sites
	Now   func() time.Time
}

// Add makes a site. The locale is that of its reasons.
func (s *Sites) Add(ctx context.Context, id, name, locale, by string) (models.Site, error) {
	var faults []models.FieldError
	if !models.ValidSiteID(id) {
		faults = append(faults, models.FieldError{Field: "site", Detail: "must be 1 to 63 characters of a-z, 0-9, dot and hyphen, starting with a letter or digit"})
	}
	if err := checkSite(name, locale, faults...); err != nil {
		return models.Site{}, err
	}
	if name == "" {
		name = id
	}
	site := models.Site{ID: models.SiteID(id), Name: name, Locale: locale, CreatedAt: s.Now()}
	if err := s.Store.AddSite(ctx, site, by); err != nil {
		return models.Site{}, fmt.Errorf("add site: %w", err)
	}
	return site, nil
}

// Site gives one site.
func (s *Sites) Site(ctx context.Context, id models.SiteID) (models.Site, error) {
	return s.Store.Site(ctx, id)
}

// Change replaces a site's name, locale and whether feedback keeps the text; a
// site without a name is called by its id.
func (s *Sites) Change(ctx context.Context, site models.Site, by string) (models.Site, error) {
	if err := checkSite(site.Name, site.Locale); err != nil {
		return models.Site{}, err
	}
	if site.Name == "" {
		site.Name = string(site.ID)
	}
	if err := s.Store.UpdateSite(ctx, site, by, s.Now()); err != nil {
		return models.Site{}, fmt.Errorf("change site: %w", err)
	}
	return site, nil
}

func checkSite(name, locale string, faults ...models.FieldError) error {
	if locale != "fr" && locale != "en" {
		faults = append(faults, models.FieldError{Field: "locale", Detail: "must be fr or en"})
	}
	if len(name) > 200 {
		faults = append(faults, models.FieldError{Field: "name", Detail: "is longer than 200 bytes"})
	}
	if len(faults) > 0 {
		return models.Fields(faults...)
	}
	return nil
}

// List gives every site.
func (s *Sites) List(ctx context.Context) ([]models.Site, error) { return s.Store.ListSites(ctx) }

// FirstStart makes the site "default" where there is no site yet, and tells
// whether it did. Of several processes that start at once, one does.
func (s *Sites) FirstStart(ctx context.Context, locale string) (bool, error) {
	sites, err := s.Store.ListSites(ctx)
	if err != nil || len(sites) > 0 {
		return false, err
	}
	_, err = s.Add(ctx, "default", "", locale, "tamis")
	if models.KindOf(err) == models.Conflict {
		return false, nil
	}
	return err == nil, err
}

// Policies administers rulesets.
type Policies struct {
	Store store.Policies
	Now   func() time.Time
}

// Policy gives the policy in force; version 0 is the default.
func (p *Policies) Policy(ctx context.Context, site models.SiteID) (models.Policy, error) {
	found, err := p.Store.Policy(ctx, site)
	if models.KindOf(err) == models.NotFound {
		return models.Policy{Site: site, Ruleset: policy.Default()}, nil
	}
	return found, err
}

// History gives the versions of a policy, the newest first, the hundred last.
func (p *Policies) History(ctx context.Context, site models.SiteID) ([]models.Policy, error) {
	return p.Store.PolicyVersions(ctx, site, 100)
}

// PolicyVersion gives one version; 0 is the default.
func (p *Policies) PolicyVersion(ctx context.Context, site models.SiteID, version int64) (models.Policy, error) {
	if version == 0 {
		return models.Policy{Site: site, Ruleset: policy.Default()}, nil
	}
	return p.Store.PolicyVersion(ctx, site, version)
}

// SetPolicy checks a ruleset and puts it in force. Base is the version it was
// made from, -1 to replace whatever is there.
func (p *Policies) SetPolicy(ctx context.Context, site models.SiteID, raw []byte, base int64, by string) (models.Policy, error) {
	rules, err := policy.Parse(raw)
	if err != nil {
		return models.Policy{}, err
	}
	if base < 0 {
		now, err := p.Policy(ctx, site)
		if err != nil {
			return models.Policy{}, fmt.Errorf("set policy: %w", err)
		}
		base = now.Version
	}
	made := models.Policy{Site: site, Ruleset: rules, By: by, At: p.Now()}
	if made.Version, err = p.Store.AddPolicy(ctx, made, base); err != nil {
		return models.Policy{}, fmt.Errorf("set policy: %w", err)
	}
	return made, nil
}

// Restore puts an older version in force, as a new one.
func (p *Policies) Restore(ctx context.Context, site models.SiteID, version int64, by string) (models.Policy, error) {
	was, err := p.PolicyVersion(ctx, site, version)
	if err != nil {
		return models.Policy{}, err
	}
	raw, err := json.Marshal(was.Ruleset)
	if err != nil {
		return models.Policy{}, fmt.Errorf("restore policy: %w", err)
	}
	return p.SetPolicy(ctx, site, raw, -1, by)
}

// Log is the log of who did what.
type Log struct {
	Store store.Audit
}

// Entries gives a page of the log, the newest first.
func (l *Log) Entries(ctx context.Context, q models.AuditQuery) (models.Page[models.AuditEntry], error) {
	return l.Store.AuditEntries(ctx, q)
}

// Requests keeps the first answer given under an Idempotency-Key.
type Requests struct {
	Store store.Idempotency
	Now   func() time.Time
}

// takeover is how long a request may hold its key before it is taken for dead.
const takeover = time.Minute

// Begin takes the key, or gives the answer saved under it.
func (r *Requests) Begin(ctx context.Context, req models.IdempotentRequest) (*models.SavedResponse, error) {
	return r.Store.BeginRequest(ctx, req, takeover, r.Now())
}

// End saves the answer, or gives the key back when there is none to save. It
// outlives the request: a client that hung up may come back with the key.
func (r *Requests) End(ctx context.Context, req models.IdempotentRequest, answer *models.SavedResponse) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return r.Store.EndRequest(ctx, req, answer, r.Now())
}

// parseEmail gives the address in the form in which it is kept.
func parseEmail(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || len(s) > 254 || strings.ContainsAny(s, " \t\r\n<>\"") {
		return "", models.Fields(models.FieldError{Field: "email", Detail: "is not an e-mail address"})
	}
	return s, nil
}
