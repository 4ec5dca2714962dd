package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/console"
	"github.com/tamis-moderation/tamis/models"
)

func TestALinkIsNotSpentByLookingAtIt(t *testing.T) {
	t.Parallel()
	h := setup(t)
	secret, err := h.users.FirstStart(t.Context())
	if err != nil || secret == "" {
		t.Fatal(secret, err)
	}
	b := h.browser()
	for range 3 { // mail scanners come more than once
		b.get("/signin?token="+secret).want(t, "look", http.StatusOK)
	}
	b.post("/signin/link", "token", secret).want(t, "come in", http.StatusSeeOther, "/account/password?back=")
	if got := b.get("/account/password"); got.has(`name="old"`) {
		t.Error("who has no password yet is asked for it")
	}
	b.post("/account/password", "password", password, "again", password).want(t, "set", http.StatusSeeOther, "/")
	if got := b.get("/account"); got.status != http.StatusOK || !got.has("Your password is set.") {
		t.Errorf("got %d %s", got.status, short(got.body))
	}
	if got := b.get("/account"); got.has("Your password is set.") {
		t.Error("a flash is shown twice")
	}
	other := h.browser()
	if got := other.post("/signin/link", "token", secret); got.status != http.StatusUnauthorized || !got.has("does not work any more") {
		t.Errorf("a second time: %d %s", got.status, short(got.body))
	}
	if again, err := h.users.FirstStart(t.Context()); err != nil || again != "" {
		t.Errorf("a second start made %q, %v", again, err)
	}
}

func TestAWrongPasswordGetsASentenceAndAnEnd(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.person("anne@example.org", models.RoleModerator)
	b := h.browser()
	b.lang = "fr"
	for name, got := range map[string]page{
		"wrong password": b.post("/signin", "email", "anne@example.org", "password", "wrong horse"),
		"nobody":         b.post("/signin", "email", "<b>nobody@example.org", "password", password),
		"no password":    b.post("/signin", "email", "anne@example.org"),
	} {
		got.want(t, name, http.StatusUnauthorized)
		if !got.has("L&#39;adresse ou le mot de passe ne convient pas.") || got.has("<b>") {
			t.Errorf("%s: %s", name, short(got.body))
		}
	}
	last := page{}
	for range 20 {
		if last = b.post("/signin", "email", "anne@example.org", "password", "wrong horse"); last.status == http.StatusTooManyRequests {
			break
		}
	}
	if last.status != http.StatusTooManyRequests || !last.has("Trop d&#39;essais ont échoué") {
		t.Fatalf("guessing goes on: %d", last.status)
	}
	b.post("/signin", "email", "anne@example.org", "password", password).want(t, "even the right one", http.StatusTooManyRequests)
	h.pass(2 * time.Minute)
	b.post("/signin", "email", "anne@example.org", "password", password).want(t, "later", http.StatusSeeOther, "/")
}

func TestASessionThatEndedComesBackToItsPage(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	b.get("/settings/team?x=1").want(t, "in", http.StatusOK)
	h.pass(25 * time.Hour)
	got := b.get("/settings/team?x=1")
	got.want(t, "ended", http.StatusSeeOther, "/signin?back=%2Fsettings%2Fteam%3Fx%3D1&ended=1")
	if door := b.get(got.to); !door.has("Your session has ended.") {
		t.Errorf("no sentence: %s", short(door.body))
	}
	b.post("/signin", "email", "admin@example.org", "password", password, "back", "/settings/team?x=1").
		want(t, "back in", http.StatusSeeOther, "/settings/team?x=1")

	h.pass(25 * time.Hour)
	partial := b.do(http.MethodPost, "/try", "text=x", "Content-Type", "application/x-www-form-urlencoded",
		"HX-Request", "true", "HX-Current-URL", h.server.URL+"/settings/policy", "Sec-Fetch-Site", "same-origin")
	partial.want(t, "to htmx", http.StatusUnauthorized)
	if to := partial.header.Get("HX-Redirect"); to != "/signin?back=%2Fsettings%2Fpolicy&ended=1" {
		t.Errorf("htmx is sent to %q", to)
	}
}

func TestASessionThatIsUsedHoldsForTwoWeeksAtMost(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	for range 16 {
		h.pass(20 * time.Hour)
		b.get("/account").want(t, "used daily", http.StatusOK)
	}
	h.pass(20 * time.Hour)
	b.get("/account").want(t, "after two weeks", http.StatusSeeOther)
}

func TestTheWayBackStaysInTheHouse(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.person("anne@example.org", models.RoleAdmin)
	for back, want := range map[string]string{
		"https://evil.example/":      "/",
		"//evil.example/":            "/",
		`/\evil.example`:             "/",
		"javascript:alert(1)":        "/",
		"/settings/team?a=b":         "/settings/team?a=b",
		"https://evil.example//x//y": "/",
	} {
		got := h.browser().post("/signin", "email", "anne@example.org", "password", password, "back", back)
		if strings.HasPrefix(back, "https:") {
			// A local path of another host is still a local path.
			if strings.Contains(got.to, "evil") || strings.HasPrefix(got.to, "//") {
				t.Errorf("%q leads to %q", back, got.to)
			}
			continue
		}
		got.want(t, back, http.StatusSeeOther, want)
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	kept := b.http.Jar
	second := h.signedIn("admin@example.org")
	b.post("/signout").want(t, "out", http.StatusSeeOther, "/signin")
	b.http.Jar = kept
	b.get("/account").want(t, "with the old cookie", http.StatusSeeOther)

	list := second.get("/account")
	if strings.Count(list.body, "/end\"") != 0 {
		t.Errorf("sessions that are over are listed: %s", short(list.body))
	}
	third := h.signedIn("admin@example.org")
	list = second.get("/account")
	_, after, ok := strings.Cut(list.body, "/account/sessions/")
	if !ok {
		t.Fatalf("the other session is not listed: %s", list.body)
	}
	id, _, _ := strings.Cut(after, "/")
	second.post("/account/sessions/"+id+"/end").want(t, "end", http.StatusSeeOther, "/account")
	third.get("/account").want(t, "that browser", http.StatusSeeOther)
	second.post("/account/sessions/"+id+"/end").want(t, "twice", http.StatusNotFound)
}

func TestAnotherPasswordSignsOtherBrowsersOut(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b, other := h.as(models.RoleModerator), h.signedIn("moderator@example.org")
	for name, fields := range map[string][]string{
		"wrong old":  {"old", "wrong horse", "password", "another password", "again", "another password"},
		"not twice":  {"old", password, "password", "another password", "again", "another passwort"},
		"too short":  {"old", password, "password", "short", "again", "short"},
		"forgot old": {"password", "another password", "again", "another password"},
	} {
		b.post("/account/password", fields...).want(t, name, http.StatusUnprocessableEntity)
	}
	b.post("/account/password", "old", password, "password", "another password", "again", "another password").
		want(t, "changed", http.StatusSeeOther, "/")
	b.get("/account").want(t, "here", http.StatusOK)
	other.get("/account").want(t, "elsewhere", http.StatusSeeOther)
}

func TestCookiesTravelSafely(t *testing.T) {
	t.Parallel()
	for address, prefix := range map[string]string{"https://tamis.example": "__Host-tamis_session", "": "tamis_session"} {
		h := setup(t, func(d *console.Deps) { d.PublicURL = address })
		h.person("anne@example.org", models.RoleAdmin)
		got := h.browser().post("/signin", "email", "anne@example.org", "password", password)
		cookie := got.header.Get("Set-Cookie")
		if !strings.HasPrefix(cookie, prefix+"=") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") ||
			strings.Contains(cookie, "Secure") != (address != "") {
			t.Errorf("public_url %q: %s", address, cookie)
		}
	}
}

func TestFormsFromElsewhereAreRefused(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	for name, headers := range map[string][]string{
		"another site":     {"Sec-Fetch-Site", "cross-site"},
		"another origin":   {"Origin", "https://evil.example"},
		"a sandboxed page": {"Origin", "null"},
	} {
		got := b.do(http.MethodPost, "/settings/sites", "id=evil&locale=en", append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
		got.want(t, name, http.StatusForbidden)
		if !got.has("from another site&#39;s page, so nothing was done") {
			t.Errorf("%s: no sentence: %s", name, short(got.body))
		}
	}
	if _, err := h.db.Site(t.Context(), "evil"); models.KindOf(err) != models.NotFound {
		t.Errorf("the site was made: %v", err)
	}
}
