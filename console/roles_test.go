package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

func TestAWrongRoleGetsASentence(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for role, pages := range map[models.Role]map[string]int{
		models.RoleModerator: {"/try": 200, "/account": 200, "/settings/policy": 403, "/settings/team": 403, "/settings/audit": 403, "/settings/keys": 403, "/settings/sites": 403},
		models.RoleHelper:    {"/try": 200, "/settings/charter": 403},
		models.RoleAuditor:   {"/settings/audit": 200, "/settings/policy": 403},
		models.RoleManager:   {"/settings/charter": 200, "/settings/policy": 200, "/settings/team": 200, "/settings/keys": 403, "/settings/sites": 403},
		models.RoleAdmin:     {"/settings/keys": 200, "/settings/webhooks": 200, "/settings/sites": 200},
	} {
		b := h.as(role)
		for path, want := range pages {
			got := b.get(path)
			got.want(t, string(role)+" "+path, want)
			if want == http.StatusForbidden && !got.has("Your role does not cover this") {
				t.Errorf("%s %s: no sentence: %s", role, path, short(got.body))
			}
		}
	}
	b := h.signedIn("moderator@example.org")
	if got := b.post("/settings/policy/json", "base", "0", "json", "{}"); got.status != http.StatusForbidden {
		t.Errorf("a moderator sets rules: %d", got.status)
	}
}

func TestAnotherSitesThingsAreNotThere(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin, models.SiteScope{Site: "blog"})
	root := h.person("root@example.org", models.RoleAdmin)
	_ = root
	foreign, err := h.hooks().AddWebhook(t.Context(), "shop", "http://127.0.0.1:9/x", "test")
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]page{
		"the site":          b.get("/settings/policy?site=shop"),
		"a form about it":   b.post("/settings/policy/json", "site", "shop", "base", "0", "json", `{"labels":{}}`),
		"its webhook":       b.get("/settings/webhooks/" + foreign.ID),
		"its webhook moved": b.post("/settings/webhooks/"+foreign.ID+"/delete", "site", "blog"),
		"a site of no name": b.get("/settings/policy?site=none"),
		"by htmx":           b.get("/settings/policy", "X-Tamis-Site", "shop", "HX-Request", "true"),
		"a person":          b.get("/settings/team/" + root.ID),
		"a person's link":   b.post("/settings/team/" + root.ID + "/link"),
	} {
		got.want(t, name, http.StatusNotFound)
	}
	b.get("/settings/sites").want(t, "all sites", http.StatusForbidden)
	if got := b.get("/settings/policy"); got.has("shop") {
		t.Errorf("the other site is named: %s", short(got.body))
	}
	if _, err := h.db.Webhook(t.Context(), "shop", foreign.ID); err != nil {
		t.Errorf("the webhook is gone: %v", err)
	}
	if got := b.get("/settings/policy", "Cookie", "tamis_site=shop"); got.status == http.StatusOK && got.has(`value="shop"`) {
		t.Error("a cookie opens the other site")
	}
}

func TestWholeSitePagesAreNotForSections(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleManager, models.SiteScope{Site: "blog", Sections: []string{"sport"}})
	b.get("/settings/policy").want(t, "rules", http.StatusForbidden)
	b.get("/try").want(t, "try", http.StatusOK)
}

func TestAccessThatExpiresEndsAtOnce(t *testing.T) {
	t.Parallel()
	h := setup(t)
	admin := h.as(models.RoleAdmin)
	u := h.person("summer@example.org", models.RoleModerator)
	b := h.signedIn("summer@example.org")
	day := h.now().Add(24 * time.Hour).Format(time.DateOnly)
	admin.post("/settings/team/"+u.ID, "role", "moderator", "name", "Été", "expires_at", day).want(t, "set", http.StatusSeeOther)
	b.get("/account").want(t, "before", http.StatusOK)
	for range 3 {
		h.pass(16 * time.Hour)
		b.get("/account")
	}
	b.get("/account").want(t, "after", http.StatusSeeOther)
	h.browser().post("/signin", "email", "summer@example.org", "password", password).want(t, "again", http.StatusUnauthorized)
}

func TestAManagerStaysWithinTheirPowers(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleManager, models.SiteScope{Site: "blog"})
	boss := h.person("boss@example.org", models.RoleAdmin)
	peer := h.person("peer@example.org", models.RoleManager, models.SiteScope{Site: "blog"})
	below := h.person("below@example.org", models.RoleModerator, models.SiteScope{Site: "blog"})
	for name, tt := range map[string]struct {
		got  page
		want int
	}{
		"makes an admin":          {b.post("/settings/team", "email", "a@example.org", "role", "admin", "scope", "blog"), 422},
		"makes a peer":            {b.post("/settings/team", "email", "b@example.org", "role", "manager", "scope", "blog"), 422},
		"gives every site":        {b.post("/settings/team", "email", "c@example.org", "role", "helper"), 422},
		"gives another site":      {b.post("/settings/team", "email", "d@example.org", "role", "helper", "scope", "shop"), 422},
		"invites a helper":        {b.post("/settings/team", "email", "e@example.org", "role", "helper", "scope", "blog", "sections.blog", "sport, été"), 200},
		"an address twice":        {b.post("/settings/team", "email", "below@example.org", "role", "helper", "scope", "blog"), 422},
		"a link for the boss":     {b.post("/settings/team/" + boss.ID + "/link"), 404},
		"a link for a peer":       {b.post("/settings/team/" + peer.ID + "/link"), 404},
		"switches a peer off":     {b.post("/settings/team/" + peer.ID + "/access"), 404},
		"a moderator raised":      {b.post("/settings/team/"+below.ID, "role", "admin", "scope", "blog"), 422},
		"a moderator switched":    {b.post("/settings/team/" + below.ID + "/access"), 303},
		"a moderator switched on": {b.post("/settings/team/"+below.ID+"/access", "on", "1"), 303},
	} {
		tt.got.want(t, name, tt.want)
	}
	helper, err := h.db.UserByEmail(t.Context(), "e@example.org")
	if err != nil || len(helper.Scope) != 1 || strings.Join(helper.Scope[0].Sections, "|") != "sport|été" {
		t.Errorf("the helper: %+v, %v", helper, err)
	}
	if list := b.get("/settings/team"); list.has("boss@example.org") || list.has("peer@example.org") || !list.has("below@example.org") {
		t.Error("the list shows others than the manager's own")
	}
}

func TestSomebodyIsLeftWhoAdministers(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	own, err := h.db.UserByEmail(t.Context(), "admin@example.org")
	if err != nil {
		t.Fatal(err)
	}
	b.post("/settings/team/"+own.ID+"/access").want(t, "one's own access", http.StatusNotFound)
	b.post("/settings/team/"+own.ID, "role", "helper").want(t, "one's own role", http.StatusNotFound)
	second := h.person("second@example.org", models.RoleAdmin)
	other := h.signedIn("second@example.org")
	other.post("/settings/team/"+own.ID+"/access").want(t, "the first by the second", http.StatusSeeOther)
	b.get("/account").want(t, "who was switched off", http.StatusSeeOther)
	other.post("/settings/team/"+second.ID+"/access").want(t, "the last one", http.StatusNotFound)
}

func TestAColleaguesSessionsAreSeenAndEnded(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleManager, models.SiteScope{Site: "blog"})
	below := h.person("below@example.org", models.RoleModerator, models.SiteScope{Site: "blog"})
	boss := h.person("boss@example.org", models.RoleAdmin)
	theirs, bosses := h.signedIn("below@example.org"), h.signedIn("boss@example.org")
	end := func(of models.User, shown string) string {
		sessions, err := h.doors.Sessions(t.Context(), of.ID)
		if err != nil || len(sessions) != 1 {
			t.Fatalf("%s: %+v, %v", of.Email, sessions, err)
		}
		return "/settings/team/" + shown + "/sessions/" + sessions[0].ID + "/end"
	}
	if got := b.get("/settings/team/" + below.ID); !got.has(end(below, below.ID)) {
		t.Errorf("the session is not listed: %s", short(got.body))
	}
	b.post(end(boss, boss.ID)).want(t, "the boss's", http.StatusNotFound)
	b.post(end(boss, below.ID)).want(t, "the boss's, as a moderator's", http.StatusNotFound)
	bosses.get("/account").want(t, "the boss", http.StatusOK)
	b.post(end(below, below.ID)).want(t, "a moderator's", http.StatusSeeOther)
	theirs.get("/account").want(t, "the moderator", http.StatusSeeOther)
}

// TestThePageChoosesTheSite has a page of one site ask for something while another
// site is chosen in a second tab: the choice stays, and a search stays on its page's site.
func TestThePageChoosesTheSite(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin, models.SiteScope{Site: "blog"}, models.SiteScope{Site: "shop"})
	b.get("/comments?site=shop").want(t, "choose", http.StatusOK)
	b.get("/find?q=a", "X-Tamis-Site", "blog", "HX-Request", "true").want(t, "the other tab", http.StatusOK)
	if got := b.get("/comments"); !got.has(`role="search"><input type="hidden" name="site" value="shop">`) {
		t.Errorf("the search is not about the site chosen: %s", short(got.body))
	}
}
