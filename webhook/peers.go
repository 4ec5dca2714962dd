package webhook

import (
	"net/url"
	"path"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// Peers knows which addresses a caller of a site may name for answers. Who
// holds a key must not make this service post to whomever they like: an address
// is named by the operator, or the posts are signed, so that a receiver that
// never asked can tell.
type Peers struct {
	Guard   *Guard
	Named   map[models.SiteID][]string // addresses, and what lies below them
	Secrets map[models.SiteID][]string // whsec_…
	Tokens  map[models.SiteID]string   // sent as Authorization to named addresses alone
}

// Check refuses an address that may not be posted to.
func (p *Peers) Check(site models.SiteID, raw string) error {
	if !p.named(site, raw) && len(p.Secrets[site]) == 0 {
		return models.Errorf(models.Forbidden, "this site has no such address for callbacks: the operator names it in assistant.callbacks, or has them signed with assistant.secrets")
	}
	return p.Guard.CheckURL(raw)
}

// named reports whether the operator named an address of the site.
func (p *Peers) named(site models.SiteID, raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || u.Fragment != "" {
		return false
	}
	for _, one := range p.Named[site] {
		base, err := url.Parse(one)
		if err == nil && u.Scheme == base.Scheme && strings.EqualFold(hostPort(u), hostPort(base)) && below(u.Path, base.Path) {
			return true
		}
	}
	return false
}

// below reports whether a path is root or lies below it, whatever dots it has.
func below(p, root string) bool {
	root = strings.TrimRight(root, "/")
	p = path.Clean("/" + p)
	return p == root || strings.HasPrefix(p, root+"/")
}
