package models

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// Role is what a person may do in the console.
type Role string

// The roles, from most to least.
const (
	RoleAdmin     Role = "admin"
	RoleManager   Role = "manager"
	RoleModerator Role = "moderator"
	RoleHelper    Role = "helper"
	RoleAuditor   Role = "auditor"
)

// Roles lists every role.
func Roles() []Role {
	return []Role{RoleAdmin, RoleManager, RoleModerator, RoleHelper, RoleAuditor}
}

// Act is something that a role may or may not do.
type Act string

// The acts.
const (
	ActSelf     Act = "self"     // one's own account: everybody who is signed in
	ActRead     Act = "read"     // queue, comments, authors, overview, a text tried out
	ActHold     Act = "hold"     // take an approved comment back to the queue
	ActTriage   Act = "triage"   // say that something needs an answer, and by whom
	ActEscalate Act = "escalate" // hand a comment to a person or a queue
	ActReview   Act = "review"   // claim, decide, undo, remind, edit out
	ActBulk     Act = "bulk"     // decide many at once by what they have in common
	ActExport   Act = "export"   // take comments out of the house as a file
	ActBook     Act = "book"     // charter, replies, queues
	ActPolicy   Act = "policy"   // thresholds, words, links
	ActKeys     Act = "keys"     // API keys and webhooks
	ActTeam     Act = "team"     // people of one's own sites
	ActAudit    Act = "audit"    // the log of who did what
	ActSites    Act = "sites"    // add and change sites: needs access to all of them
)

// may is the one table of what roles may do. A helper's powers are narrow and
// reversible: hold, and say that a question waits. An auditor only reads.
var may = map[Role][]Act{
	RoleAdmin: {
		ActSelf, ActRead, ActHold, ActTriage, ActEscalate, ActReview, ActBulk, ActExport,
		ActBook, ActPolicy, ActKeys, ActTeam, ActAudit, ActSites,
	},
	RoleManager: {
		ActSelf, ActRead, ActHold, ActTriage, ActEscalate, ActReview, ActBulk, ActExport,
		ActBook, ActPolicy, ActTeam, ActAudit,
	},
	RoleModerator: {ActSelf, ActRead, ActHold, ActTriage, ActEscalate, ActReview, ActBulk},
	RoleHelper:    {ActSelf, ActRead, ActHold, ActTriage},
	RoleAuditor:   {ActSelf, ActRead, ActAudit, ActExport},
}

// wholeSite are the acts that can't be bounded to sections of a site.
var wholeSite = []Act{ActBook, ActPolicy, ActKeys, ActAudit}

// May reports whether the role may do a.
func (r Role) May(a Act) bool { return slices.Contains(may[r], a) }

// Outranks reports whether r stands above other.
func (r Role) Outranks(other Role) bool {
	return slices.Index(Roles(), r) < slices.Index(Roles(), other)
}

// SiteScope is a part of the house that a person may see: a site, or some
// sections of it.
type SiteScope struct {
	Site     SiteID   `json:"site"`
	Sections []string `json:"sections,omitempty"` // empty = all of the site
}

// User is a person who works in the console.
type User struct {
	ID           string
	Email        string // lower case, unique
	Name         string
	Role         Role
	Scope        []SiteScope // empty = every site
	Locale       string      // fr or en; empty = as the browser asks
	PasswordHash string      // argon2id in PHC form; empty = no password yet
	TOTPSecret   string      // base32; empty = no second factor
	TOTPStep     int64       // of the last code that was used, so that none works twice
	CreatedAt    time.Time
	ExpiresAt    time.Time // zero = access does not end by itself
	DisabledAt   time.Time // zero while the account works
}

// Live reports whether the account works at t.
func (u User) Live(t time.Time) bool {
	return u.DisabledAt.IsZero() && (u.ExpiresAt.IsZero() || t.Before(u.ExpiresAt))
}

// Keeps reports whether the person administers every site without an end: one
// such account must be left.
func (u User) Keeps() bool {
	return u.Role == RoleAdmin && len(u.Scope) == 0 && u.DisabledAt.IsZero() && u.ExpiresAt.IsZero()
}

// Actor is how the audit log names the person.
func (u User) Actor() string { return "user:" + u.Email }

// Shown is the name that colleagues see.
func (u User) Shown() string {
	if u.Name != "" {
		return u.Name
	}
	return u.Email
}

// Sees reports whether any of a site is in the person's scope.
func (u User) Sees(site SiteID) bool {
	return len(u.Scope) == 0 || slices.ContainsFunc(u.Scope, func(s SiteScope) bool { return s.Site == site })
}

// Sections gives the sections of a site that the person is bounded to; nil when
// the whole site is theirs.
func (u User) Sections(site SiteID) []string {
	var sections []string
	for _, s := range u.Scope {
		if s.Site != site {
			continue
		}
		if len(s.Sections) == 0 {
			return nil
		}
		sections = append(sections, s.Sections...)
	}
	return sections
}

// SeesSection reports whether a section of a site is in the person's scope. A
// comment without a section belongs to those who have the whole site.
func (u User) SeesSection(site SiteID, section string) bool {
	if !u.Sees(site) {
		return false
	}
	bounds := u.Sections(site)
	return bounds == nil || slices.Contains(bounds, section)
}

// Allow is the one question to ask before an act on a site: another site's is
// NotFound, as if it did not exist; what the role does not cover is Forbidden.
// An act of the whole house has an empty site.
func (u User) Allow(a Act, site SiteID, at time.Time) error {
	switch {
	case !u.Live(at):
		return Errorf(Unauthorized, "this account has no access (any more)")
	case site != "" && !u.Sees(site):
		return Errorf(NotFound, "no site %q", site)
	case !u.Role.May(a):
		return Errorf(Forbidden, "the role %s does not cover this", u.Role)
	case a == ActSites && len(u.Scope) > 0:
		return Errorf(Forbidden, "this needs access to every site")
	case slices.Contains(wholeSite, a) && u.Sections(site) != nil:
		return Errorf(Forbidden, "this needs access to the whole site")
	}
	return nil
}

// MayManage reports whether u may change other's account: a manager those
// below them whose sites are among their own, an admin everybody of their sites.
func (u User) MayManage(other User) bool {
	if !u.Role.May(ActTeam) || (u.Role != RoleAdmin && !u.Role.Outranks(other.Role)) {
		return false
	}
	return u.Covers(other.Scope)
}

// Covers reports whether a scope lies within the person's own.
func (u User) Covers(scope []SiteScope) bool {
	if len(u.Scope) == 0 {
		return true
	}
	if len(scope) == 0 {
		return false
	}
	for _, s := range scope {
		mine := u.Sections(s.Site)
		if !u.Sees(s.Site) || (mine != nil && len(s.Sections) == 0) {
			return false
		}
		for _, section := range s.Sections {
			if mine != nil && !slices.Contains(mine, section) {
				return false
			}
		}
	}
	return true
}

// Steward is who looks after accounts: a person or, where Key is set, an API
// key, which has a role and a scope and no account.
type Steward struct {
	User
	Key string
}

// Actor is how the audit log names the steward.
func (s Steward) Actor() string {
	if s.Key != "" {
		return Key{ID: s.Key}.Actor()
	}
	return s.User.Actor()
}

// SignInAddress is where a one-time link's secret signs in: at the service's own
// address or, where nobody told it, at the host that was asked for the link.
func SignInAddress(service, host, secret string) string {
	if service == "" {
		service = "http://" + host
	}
	return strings.TrimSuffix(service, "/") + "/signin?token=" + url.QueryEscape(secret)
}
