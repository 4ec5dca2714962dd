package models

import (
	"strings"
	"time"
)

// Ruleset is a site's policy as data. It is itself a stored document, hence its
// JSON tags. Its JSON Schema is policy/schema.json, its defaults policy.Default.
type Ruleset struct {
	// Labels holds the thresholds of each label; a label left out is never acted on.
	Labels map[Label]Thresholds `json:"labels"`
	// Words are lists of words or phrases, matched whole, without regard to
	// case and accents.
	Words []WordList `json:"words,omitempty"`
	// Links limits links and lists hosts.
	Links LinkRule `json:"links"`
	// FirstComment says what becomes of the first comment of an author the site names.
	FirstComment FirstCommentRule `json:"first_comment"`
	// Reports says how many readers' flags take an approved comment back to the queue.
	Reports ReportRule `json:"reports"`
	// Leaks says what becomes of confidential data in a comment.
	Leaks LeakRule `json:"leaks,omitzero"`
	// Distress says what becomes of a comment whose author may be in danger.
	Distress DistressRule `json:"distress,omitzero"`
}

// Thresholds are the scores from which a label holds and rejects; 0 = never.
type Thresholds struct {
	Hold   float64 `json:"hold,omitempty"`
	Reject float64 `json:"reject,omitempty"`
	Shadow bool    `json:"shadow,omitempty"`
	// Langs holds what replaces Hold and Reject for texts in a language, by its
	// primary subtag ("fr"): a score is not worth the same in each.
	Langs map[string]Bounds `json:"langs,omitempty"`
}

// Bounds are the scores from which a label holds and rejects; 0 = never.
type Bounds struct {
	Hold   float64 `json:"hold,omitempty"`
	Reject float64 `json:"reject,omitempty"`
}

// In gives the bounds for a text in a language (BCP 47; empty = unknown).
func (t Thresholds) In(lang string) Bounds {
	primary, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(lang), "_", "-"), "-")
	if b, ok := t.Langs[primary]; ok {
		return b
	}
	return Bounds{Hold: t.Hold, Reject: t.Reject}
}

// WordList is a named list of words with one action; "watch" only says so.
type WordList struct {
	Name   string   `json:"name"`
	Action string   `json:"action"` // reject, hold or watch
	Words  []string `json:"words"`
	Lang   string   `json:"lang,omitempty"` // only for texts of this language; empty = all
	Shadow bool     `json:"shadow,omitempty"`
}

// LinkRule limits how many links a comment may carry; 0 = no limit. A host
// matches itself and its subdomains.
type LinkRule struct {
	HoldAbove    int      `json:"hold_above,omitempty"`
	RejectAbove  int      `json:"reject_above,omitempty"`
	AllowedHosts []string `json:"allowed_hosts,omitempty"` // not counted
	BlockedHosts []string `json:"blocked_hosts,omitempty"` // rejected
	Shadow       bool     `json:"shadow,omitempty"`
}

// FirstCommentRule acts on an author with nothing approved yet; authors the
// site does not name are left alone.
type FirstCommentRule struct {
	Mode   string `json:"mode,omitempty"` // off (default), hold, hold_links
	Shadow bool   `json:"shadow,omitempty"`
}

// ReportRule holds an approved comment once HoldAt readers reported it; 0 = never.
type ReportRule struct {
	HoldAt int `json:"hold_at,omitempty"`
}

// LeakRule holds what gives away bank accounts, cards, social security numbers,
// secrets and the site's own terms. Milder finds, a telephone number or an
// e-mail address, are named and let through unless labels.leak.hold says less.
type LeakRule struct {
	Hold   *bool    `json:"hold,omitempty"`  // nil = true
	Terms  []string `json:"terms,omitempty"` // confidential words and phrases, matched whole
	Shadow bool     `json:"shadow,omitempty"`
}

// Holds reports whether strong finds are held.
func (r LeakRule) Holds() bool { return r.Hold == nil || *r.Hold }

// DistressRule brings a comment that speaks of suicide or self-harm before a
// person, with the help line. It is no misconduct and is never rejected for it.
type DistressRule struct {
	Route  *bool `json:"route,omitempty"` // nil = true
	Shadow bool  `json:"shadow,omitempty"`
}

// Routes reports whether such a comment goes to a person.
func (r DistressRule) Routes() bool { return r.Route == nil || *r.Route }

// Policy is one version of a site's ruleset. Version 0 is the built-in default.
type Policy struct {
	Site    SiteID
	Version int64
	Ruleset Ruleset
	By      string
	At      time.Time
}

// On reports whether the rule asks for the author's history at all.
func (r FirstCommentRule) On() bool { return r.Mode != "" && r.Mode != "off" }
