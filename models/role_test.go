package models_test

import (
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

func TestAllow(t *testing.T) {
	t.Parallel()
	now := time.Now()
	blog := []models.SiteScope{{Site: "blog"}}
	sport := []models.SiteScope{{Site: "blog", Sections: []string{"sport"}}, {Site: "shop"}}
	for name, tt := range map[string]struct {
		user models.User
		act  models.Act
		site models.SiteID
		want models.Kind
		ok   bool
	}{
		"a moderator decides":              {models.User{Role: models.RoleModerator}, models.ActReview, "blog", 0, true},
		"a helper holds":                   {models.User{Role: models.RoleHelper}, models.ActHold, "blog", 0, true},
		"a helper flags a question":        {models.User{Role: models.RoleHelper}, models.ActTriage, "blog", 0, true},
		"a helper does not decide":         {models.User{Role: models.RoleHelper}, models.ActReview, "blog", models.Forbidden, false},
		"an auditor reads":                 {models.User{Role: models.RoleAuditor}, models.ActRead, "blog", 0, true},
		"an auditor does not hold":         {models.User{Role: models.RoleAuditor}, models.ActHold, "blog", models.Forbidden, false},
		"a manager has no keys":            {models.User{Role: models.RoleManager}, models.ActKeys, "blog", models.Forbidden, false},
		"another site is not there":        {models.User{Role: models.RoleAdmin, Scope: blog}, models.ActRead, "shop", models.NotFound, false},
		"its own is":                       {models.User{Role: models.RoleAdmin, Scope: blog}, models.ActKeys, "blog", 0, true},
		"sites need every site":            {models.User{Role: models.RoleAdmin, Scope: blog}, models.ActSites, "blog", models.Forbidden, false},
		"sections do not set rules":        {models.User{Role: models.RoleManager, Scope: sport}, models.ActPolicy, "blog", models.Forbidden, false},
		"sections decide":                  {models.User{Role: models.RoleManager, Scope: sport}, models.ActReview, "blog", 0, true},
		"rules where the site is whole":    {models.User{Role: models.RoleManager, Scope: sport}, models.ActPolicy, "shop", 0, true},
		"access that expired":              {models.User{Role: models.RoleAdmin, ExpiresAt: now}, models.ActRead, "blog", models.Unauthorized, false},
		"access that was switched off":     {models.User{Role: models.RoleAdmin, DisabledAt: now.Add(-time.Hour)}, models.ActRead, "blog", models.Unauthorized, false},
		"a role that a later version adds": {models.User{Role: "ghost"}, models.ActRead, "blog", models.Forbidden, false},
	} {
		err := tt.user.Allow(tt.act, tt.site, now)
		if (err == nil) != tt.ok || (err != nil && models.KindOf(err) != tt.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestSections(t *testing.T) {
	t.Parallel()
	u := models.User{Scope: []models.SiteScope{{Site: "blog", Sections: []string{"sport", "été"}}, {Site: "shop"}}}
	for name, tt := range map[string]struct {
		site    models.SiteID
		section string
		want    bool
	}{
		"theirs":              {"blog", "sport", true},
		"another":             {"blog", "news", false},
		"none at all":         {"blog", "", false},
		"of a whole site":     {"shop", "anything", true},
		"none, of a whole":    {"shop", "", true},
		"of another site":     {"wiki", "sport", false},
		"in another spelling": {"blog", "Sport", false},
	} {
		if got := u.SeesSection(tt.site, tt.section); got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if !(models.User{}).SeesSection("any", "where") {
		t.Error("without a scope something is hidden")
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	part := models.User{Role: models.RoleManager, Scope: []models.SiteScope{{Site: "blog", Sections: []string{"sport"}}, {Site: "shop"}}}
	for name, tt := range map[string]struct {
		scope []models.SiteScope
		want  bool
	}{
		"every site":        {nil, false},
		"a part of a part":  {[]models.SiteScope{{Site: "blog", Sections: []string{"sport"}}}, true},
		"more of a part":    {[]models.SiteScope{{Site: "blog", Sections: []string{"sport", "news"}}}, false},
		"the whole":         {[]models.SiteScope{{Site: "blog"}}, false},
		"a whole":           {[]models.SiteScope{{Site: "shop"}}, true},
		"a part of a whole": {[]models.SiteScope{{Site: "shop", Sections: []string{"x"}}}, true},
		"one of two":        {[]models.SiteScope{{Site: "shop"}, {Site: "wiki"}}, false},
	} {
		if got := part.Covers(tt.scope); got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestWordsFallBack(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"fr": "oui", "fr-CA": "oui", "en": "yes", "de": "yes"} {
		if got := (models.Words{FR: "oui", EN: "yes"}).In(lang); got != want {
			t.Errorf("%s: got %q", lang, got)
		}
	}
	if got := (models.Words{FR: "oui"}).In("en"); got != "oui" {
		t.Errorf("got %q", got)
	}
}
