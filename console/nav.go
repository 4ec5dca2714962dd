package console

import "github.com/tamis-moderation/tamis/models"

// place is a line of the navigation and of the palette.
type place struct {
	Path  string
	Key   string // of its words
	Icon  string
	Act   models.Act
	Group string // "" = the work, "house" = how the house is run
}

// navigation lists the places, in the order in which they are shown.
func navigation() []place {
	return []place{
		{"/desk", "nav.desk", "inbox", models.ActRead, ""},
		{"/waves", "nav.waves", "messages-square", models.ActRead, ""},
		{"/triage", "nav.triage", "circle-help", models.ActRead, ""},
		{"/comments", "nav.comments", "search", models.ActRead, ""},
		{"/scores", "nav.scores", "chart-column", models.ActRead, ""},
		{"/overview", "nav.overview", "gauge", models.ActRead, ""},
		{"/settings/charter", "nav.charter", "book-open", models.ActBook, "house"},
		{"/settings/policy", "nav.policy", "sliders-horizontal", models.ActPolicy, "house"},
		{"/settings/team", "nav.team", "users", models.ActTeam, "house"},
		{"/settings/keys", "nav.keys", "key-round", models.ActKeys, "house"},
		{"/settings/webhooks", "nav.webhooks", "webhook", models.ActKeys, "house"},
		{"/settings/audit", "nav.audit", "scroll-text", models.ActAudit, "house"},
		{"/settings/sites", "nav.sites", "globe", models.ActSites, "house"},
		{"/account", "nav.account", "circle-user", models.ActSelf, "self"},
	}
}

// Places gives those that the person may see.
func (v *view) Places(group string) []place {
	var out []place
	for _, p := range navigation() {
		if p.Group == group && v.May(p.Act) {
			out = append(out, p)
		}
	}
	return out
}

// Here reports whether the page is the place's, or one below it.
func (v *view) Here(p place) bool {
	return v.Path == p.Path || (len(v.Path) > len(p.Path) && v.Path[:len(p.Path)+1] == p.Path+"/")
}
