package models

import (
	"slices"
	"time"
)

// Site is a tenant: a forum or a blog.
type Site struct {
	ID        SiteID // 1–63 characters of a-z, 0-9, dot and hyphen
	Name      string
	Locale    string // fr or en: the language of its reasons
	KeepText  bool   // feedback may keep the text
	CreatedAt time.Time
}

// ValidSiteID reports whether s can name a site.
func ValidSiteID(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[0] == '.' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// Scope is what a key may do.
type Scope string

// The scopes.
const (
	ScopeSubmit Scope = "submit" // submit, check, report, wire feedback
	ScopeRead   Scope = "read"
	ScopeReview Scope = "review"
	ScopeAdmin  Scope = "admin"
)

// Scopes lists every scope.
func Scopes() []Scope { return []Scope{ScopeSubmit, ScopeRead, ScopeReview, ScopeAdmin} }

// Key is an API key of one site. The secret itself is never kept.
type Key struct {
	ID         string
	Site       SiteID
	Name       string
	Hash       string // hex SHA-256 of the whole key
	Last4      string
	Scopes     []Scope
	Wire       string // akismet for a 12-character key, else empty
	Options    KeyOptions
	CreatedAt  time.Time
	LastUsedAt time.Time // to the minute; zero = never
	ExpiresAt  time.Time // zero = never
	RevokedAt  time.Time // zero while it works
}

// Has reports whether the key carries scope s.
func (k Key) Has(s Scope) bool { return slices.Contains(k.Scopes, s) }

// Live reports whether the key works at t.
func (k Key) Live(t time.Time) bool {
	return k.RevokedAt.IsZero() && (k.ExpiresAt.IsZero() || t.Before(k.ExpiresAt))
}

// Actor is how the audit log names the key.
func (k Key) Actor() string { return "key:" + k.ID }

// Steward is what the key may do to accounts: with the scope admin what an
// admin of its whole site may, otherwise nothing.
func (k Key) Steward() Steward {
	s := Steward{Key: k.ID, User: User{Scope: []SiteScope{{Site: k.Site}}}}
	if k.Has(ScopeAdmin) {
		s.Role = RoleAdmin
	}
	return s
}

// AuditEntry is one line of the audit log: who did what to what, and when.
type AuditEntry struct {
	ID      string
	Site    SiteID
	At      time.Time
	Actor   string // "key:ID", "user:EMAIL", "tamis" for the machine, "cli"
	Act     string // comment.judged, decision.recorded, key.revoked, …
	Subject string // the id of what it was done to
	Detail  map[string]string
}

// AuditQuery selects audit entries of a site, newest first.
type AuditQuery struct {
	Site    SiteID
	Actor   string // the whole name; empty = anybody
	Act     string // the whole name, or its beginning up to a dot ("key."); empty = any
	Subject string
	Since   time.Time // at or after; zero = any
	Until   time.Time // before; zero = any
	Cursor  string
	Limit   int
}

// SavedResponse is the first answer given under an Idempotency-Key.
type SavedResponse struct {
	Status      int
	ContentType string
	Location    string
	Body        []byte
}

// IdempotentRequest identifies a request that may be repeated.
type IdempotentRequest struct {
	Site        SiteID
	Key         string
	Fingerprint string // hex SHA-256 of method, path and body
}

// Migration is one step of the database's schema.
type Migration struct {
	Version   int64
	Name      string
	AppliedAt time.Time // zero while it waits
}
