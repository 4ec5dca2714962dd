package console_test

import (
	"html"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/console"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/webhook"
)

func (h *house) hooks() *webhook.Hooks {
	guard, err := webhook.NewGuard([]string{"127.0.0.0/8"})
	if err != nil {
		h.t.Fatal(err)
	}
	return &webhook.Hooks{Store: h.db, Guard: guard, Now: h.now, Changed: func() {}}
}

func TestEveryPageInBothLanguages(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	made, err := h.hooks().AddWebhook(t.Context(), "blog", "http://127.0.0.1:9/x", "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.hooks().TestWebhook(t.Context(), "blog", made.ID, "test"); err != nil {
		t.Fatal(err)
	}
	u := h.person("z@example.org", models.RoleHelper, models.SiteScope{Site: "shop", Sections: []string{"a"}})
	for _, lang := range []string{"fr", "en"} {
		b.post("/preferences", "lang", lang, "theme", "dark", "back", "/account").want(t, "preferences", http.StatusSeeOther, "/account")
		for _, path := range []string{
			"/account", "/account/password", "/account/code", "/try", "/find?q=", "/settings/charter", "/settings/policy", "/settings/policy/0",
			"/settings/team", "/settings/team/" + u.ID, "/settings/keys", "/settings/webhooks", "/settings/webhooks/" + made.ID,
			"/settings/audit", "/settings/audit?house=1", "/settings/sites",
		} {
			got := b.get(path)
			got.want(t, lang+" "+path, http.StatusOK)
			if got.has("⟦") || got.has("&lt;no value&gt;") || !got.has(`<html lang="`+lang+`" data-theme="dark">`) {
				t.Errorf("%s %s: %s", lang, path, short(got.body))
			}
		}
	}
	if u, err := h.db.UserByEmail(t.Context(), "admin@example.org"); err != nil || u.Locale != "en" {
		t.Errorf("the language is not kept with the account: %+v, %v", u, err)
	}
}

func TestHostileNamesAreShownHarmless(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	hostile := `"><script>alert(1)</script><img src=x onerror=alert(2)>` + "\u202e\u0000z̸̢͙a"
	sites := &admin.Sites{Store: h.db, Now: h.now}
	if _, err := sites.Change(t.Context(), models.Site{ID: "blog", Name: strings.ReplaceAll(hostile, "\x00", ""), Locale: "en"}, "test"); err != nil {
		t.Fatal(err)
	}
	b.post("/settings/team", "email", "x@example.org", "name", hostile, "role", "helper")
	b.post("/settings/keys", "site", "blog", "name", hostile, "scopes", "read")
	for _, path := range []string{"/settings/team", "/settings/keys", "/settings/sites", "/account", "/settings/audit?actor=" + "%22%3E%3Cscript%3E", "/find?q=%3Cscript%3E"} {
		got := b.get(path)
		got.want(t, path, http.StatusOK)
		if got.has("<script>alert") || got.has("<img src=x") {
			t.Errorf("%s runs it", path)
		}
	}
	csp := b.get("/account").header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
}

func TestATextIsTriedWithAndWithoutScript(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleHelper)
	whole := b.post("/try", "site", "blog", "text", "You <b>oaf!</b>")
	whole.want(t, "without", http.StatusOK)
	for _, words := range []string{"held for a person", "insult", "0.91", "oaf!", "You &lt;b&gt;"} {
		if !whole.has(words) {
			t.Errorf("%q is missing: %s", words, short(whole.body))
		}
	}
	part := b.do(http.MethodPost, "/try", "text=You+oaf", "Content-Type", "application/x-www-form-urlencoded",
		"HX-Request", "true", "HX-Target", "verdict", "Sec-Fetch-Site", "same-origin")
	if part.status != http.StatusOK || part.has("<html") || !part.has("held for a person") {
		t.Errorf("with: %d %s", part.status, short(part.body))
	}
	b.post("/try", "text", " \u200b ").want(t, "blank", http.StatusUnprocessableEntity)
	b.post("/try", "text", strings.Repeat("é", 33_000)).want(t, "too long", http.StatusRequestEntityTooLarge)
	b.post("/try", "text", strings.Repeat("x", 2<<20)).want(t, "beyond a form", http.StatusRequestEntityTooLarge)
}

var secretOf = regexp.MustCompile(`id="secret">([^<]+)<`)

func TestAKeyIsShownOnce(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	got := b.post("/settings/keys", "site", "shop", "name", "till", "scopes", "submit", "scopes", "read")
	m := secretOf.FindStringSubmatch(got.body)
	if m == nil {
		t.Fatalf("no secret: %d %s", got.status, short(got.body))
	}
	if again := b.get("/settings/keys?site=shop"); again.has(m[1]) || !again.has("till") {
		t.Errorf("the list: %s", short(again.body))
	}
	keys := admin.NewKeys(h.db, h.now, nil)
	k, err := keys.Authenticate(t.Context(), html.UnescapeString(m[1]))
	if err != nil || k.Site != "shop" {
		t.Fatalf("%+v, %v", k, err)
	}
	b.post("/settings/keys/"+k.ID+"/revoke", "site", "blog").want(t, "as another site's", http.StatusNotFound)
	b.post("/settings/keys/"+k.ID+"/revoke", "site", "shop").want(t, "revoke", http.StatusSeeOther, "/settings/keys")
	for name, fields := range map[string][]string{
		"no scope": {"name", "x"},
		"the past": {"scopes", "read", "expires_at", "2020-01-01"},
		"no date":  {"scopes", "read", "expires_at", "soon"},
	} {
		b.post("/settings/keys", append(fields, "site", "shop")...).want(t, name, http.StatusUnprocessableEntity)
	}
}

func TestRulesAreSavedAsVersions(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleManager)
	form := []string{
		"site", "blog", "base", "0", "labels.insult.hold", "0,55", "labels.insult.reject", "0.99", "labels.spam.shadow", "1",
		"links.hold_above", "3", "links.allowed_hosts", "example.org\r\n\r\nexample.net", "first_comment.mode", "hold_links",
		"langs[0].label", "insult", "langs[0].lang", "FR", "langs[0].hold", "0,4", "langs[0].reject", "", "langs[1].label", "toxic", "langs[1].lang", "",
		"reports.hold_at", "", "distress.route", "1", "leaks.terms", "Projet Éole",
		"words[0].name", "gros mots", "words[0].action", "hold", "words[0].words", "zut\nflûte", "words[1].name", "", "words[1].action", "hold",
	}
	b.post("/settings/policy", form...).want(t, "save", http.StatusSeeOther, "/settings/policy")
	p, err := h.db.Policy(t.Context(), "blog")
	if err != nil {
		t.Fatal(err)
	}
	r := p.Ruleset
	if p.By != "user:manager@example.org" || r.Labels[models.Insult].Hold != 0.55 || r.Labels[models.Insult].Reject != 0.99 || !r.Labels[models.Spam].Shadow ||
		len(r.Links.AllowedHosts) != 2 || r.Leaks.Holds() || !r.Distress.Routes() || r.Reports.HoldAt != 0 || len(r.Words) != 1 || len(r.Words[0].Words) != 2 ||
		r.Labels[models.Insult].Langs["fr"] != (models.Bounds{Hold: 0.4}) || r.Labels[models.Toxic].Langs != nil {
		t.Errorf("got %+v", p)
	}
	b.post("/settings/policy", form...).want(t, "from an older version", http.StatusConflict)
	for name, tt := range map[string]struct {
		fields []string
		names  string
	}{
		"no number":    {[]string{"labels.threat.hold", "much"}, "labels.threat.hold"},
		"over one":     {[]string{"labels.threat.reject", "1.5"}, "labels.threat.reject"},
		"not a number": {[]string{"labels.threat.reject", "NaN"}, "labels.threat.reject"},
		"a language twice": {[]string{
			"langs[0].label", "toxic", "langs[0].lang", "fr", "langs[1].label", "toxic", "langs[1].lang", "fr",
		}, "langs[1].lang"},
		"no language":   {[]string{"langs[0].label", "toxic", "langs[0].lang", "français"}, "labels.toxic.langs.français"},
		"no label":      {[]string{"langs[0].label", "nice", "langs[0].lang", "fr"}, "labels.nice"},
		"a strange act": {[]string{"first_comment.mode", "burn"}, "first_comment.mode"},
	} {
		got := b.post("/settings/policy", append([]string{"site", "blog", "base", "1"}, tt.fields...)...)
		got.want(t, name, http.StatusUnprocessableEntity)
		if !got.has("<code>" + tt.names + "</code>") {
			t.Errorf("%s: the field is not named: %s", name, short(got.body))
		}
	}
	got := b.post("/settings/policy/json", "site", "blog", "base", "1", "json", `{"labels": {`)
	if got.status != http.StatusUnprocessableEntity || !got.has("This is not JSON") || !got.has("{&#34;labels&#34;: {</textarea>") {
		t.Errorf("broken JSON: %d %s", got.status, short(got.body))
	}
	b.post("/settings/policy/json", "site", "blog", "base", "1", "json", `{"labels": {"toxic": {"hold": 0.4}}}`).want(t, "JSON", http.StatusSeeOther)
	b.post("/settings/policy/1/restore", "site", "blog").want(t, "restore", http.StatusSeeOther)
	if p, err := h.db.Policy(t.Context(), "blog"); err != nil || p.Version != 3 || p.Ruleset.Labels[models.Insult].Hold != 0.55 {
		t.Errorf("restored: %+v, %v", p, err)
	}
	if list := b.get("/settings/policy"); !list.has("Version 3") || !list.has("Version 1") {
		t.Error("the history is not whole")
	}
	b.get("/settings/policy/9").want(t, "no such version", http.StatusNotFound)
	b.get("/settings/policy/x").want(t, "no version", http.StatusNotFound)
}

func TestTheCharterIsEdited(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleManager)
	form := []string{
		"site", "blog", "base", "0",
		"charter.0.id", "ideas", "charter.0.at", "2", "charter.0.text.en", "Argue with ideas.", "charter.0.labels", "insult", "charter.0.labels", "toxic",
		"charter.1.id", "", "charter.1.at", "1", "charter.1.text.fr", "Soyez brefs.",
		"charter.2.id", "gone", "charter.2.at", "3",
		"replies.0.id", "r", "replies.0.name.fr", "Merci", "replies.0.text.fr", "Merci !", "replies.0.sentence", "gone",
		"queues.0.id", "", "queues.0.name.en", "Press", "queues.0.topics", "press", "queues.0.labels", "threat", "queues.0.direct", "1", "queues.0.people", "a@example.org, b@example.org",
	}
	b.post("/settings/charter", form...).want(t, "save", http.StatusSeeOther, "/settings/charter")
	got, err := h.db.Book(t.Context(), "blog")
	if err != nil {
		t.Fatal(err)
	}
	c := got.Book.Charter
	if len(c) != 2 || c[0].Text.FR != "Soyez brefs." || c[0].ID == "" || c[1].ID != "ideas" || len(c[1].Labels) != 2 ||
		got.Book.Replies[0].Sentence != "" || len(got.Book.Queues[0].People) != 2 ||
		!got.Book.Queues[0].Direct {
		t.Errorf("got %+v", got.Book)
	}
	b.post("/settings/charter", form...).want(t, "from an older version", http.StatusConflict)
	form[3] = "1"
	long := b.post("/settings/charter", append(form, "charter.3.id", "", "charter.3.text.en", strings.Repeat("x", 3000))...)
	if long.status != http.StatusUnprocessableEntity || !long.has("charter[2].text.en") || !long.has("xxx</textarea>") {
		t.Errorf("too long: %d %s", long.status, short(long.body))
	}
	empty := b.post("/settings/charter", "site", "blog", "base", "1", "queues.0.id", "", "queues.0.name.en", "Press", "queues.0.direct", "1")
	if empty.status != http.StatusUnprocessableEntity || !empty.has("queues[0].labels") {
		t.Errorf("a queue that takes nothing directly: %d %s", empty.status, short(empty.body))
	}
}

func TestTheLogIsSearched(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	b.post("/settings/keys", "site", "blog", "name", "one", "scopes", "read")
	got := b.get("/settings/audit?site=blog&actor=admin@example.org&act=key.created")
	if !got.has("key created</td>") || got.has("site added</td>") {
		t.Errorf("by whom: %s", got.body)
	}
	if got := b.get("/settings/audit?site=shop&act=key.created"); got.has("key created</td>") || !got.has("Nothing matches.") {
		t.Error("another site's entries are shown")
	}
	if got := b.get("/settings/audit?house=1"); !got.has("account added</td>") || !got.has("signed in</td>") {
		t.Errorf("the house: %s", short(got.body))
	}
	b.get("/settings/audit?since=yesterday").want(t, "no date", http.StatusUnprocessableEntity)
	b.get("/settings/audit?cursor=xyz").want(t, "no cursor", http.StatusUnprocessableEntity)
	auditor := h.as(models.RoleAuditor, models.SiteScope{Site: "blog"})
	if got := auditor.get("/settings/audit?house=1"); got.has("account added</td>") {
		t.Error("an auditor of one site reads of accounts")
	}
}

func TestWebhooksAreLookedAfter(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	bad := b.post("/settings/webhooks", "site", "blog", "url", "http://10.0.0.1/x")
	if bad.status != http.StatusUnprocessableEntity || !bad.has("can&#39;t be called") {
		t.Errorf("a private address: %d %s", bad.status, short(bad.body))
	}
	made := b.post("/settings/webhooks", "site", "blog", "url", "http://127.0.0.1:9/hook")
	if !strings.HasPrefix(secretOf.FindString(made.body), `id="secret">whsec_`) {
		t.Fatalf("no secret: %d %s", made.status, short(made.body))
	}
	hooks, err := h.hooks().Webhooks(t.Context(), "blog")
	if err != nil || len(hooks) != 1 {
		t.Fatal(hooks, err)
	}
	path := "/settings/webhooks/" + hooks[0].ID
	b.post(path+"/test", "site", "blog").want(t, "test", http.StatusSeeOther, path)
	if got := b.get(path); !got.has("webhook.test") || !got.has("on its way") {
		t.Errorf("deliveries: %s", got.body)
	}
	b.post(path+"/switch", "site", "blog").want(t, "off", http.StatusSeeOther, path)
	if got := b.get(path); !got.has("switched off") {
		t.Error("it is not off")
	}
	b.post(path+"/switch", "site", "blog", "on", "1").want(t, "on", http.StatusSeeOther, path)
	rotated := b.post(path+"/rotate", "site", "blog")
	if secretOf.FindString(rotated.body) == secretOf.FindString(made.body) || rotated.status != http.StatusOK {
		t.Error("the secret is the old one")
	}
	b.post(path+"/replay", "site", "blog").want(t, "replay", http.StatusSeeOther, path)
	b.post(path+"/delete", "site", "blog").want(t, "delete", http.StatusSeeOther, "/settings/webhooks")
	b.get(path).want(t, "afterwards", http.StatusNotFound)
}

func TestSitesAreAddedAndChanged(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	b.post("/settings/sites", "id", "news", "name", "Nouvelles", "locale", "fr").want(t, "add", http.StatusSeeOther, "/settings/sites?site=news")
	b.post("/settings/sites", "id", "news", "locale", "fr").want(t, "twice", http.StatusUnprocessableEntity)
	b.post("/settings/sites", "id", "../x", "locale", "fr").want(t, "a path", http.StatusUnprocessableEntity)
	b.post("/settings/sites/change", "site", "news", "name", "Infos", "locale", "en", "keep_text", "1").want(t, "change", http.StatusSeeOther)
	if s, err := h.db.Site(t.Context(), "news"); err != nil || s.Name != "Infos" || s.Locale != "en" || !s.KeepText {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestStrangersNameNoMetrics(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]int{}
	h := setup(t, func(d *console.Deps) {
		d.Observe = func(route, method string, status int, _ time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			seen[method+" "+route+" "+strconv.Itoa(status)]++
		}
	})
	b := h.browser()
	b.get("/signin?token=secret")
	b.get("/settings/a-b-c")
	b.do("BREW", "/signin", "")
	mu.Lock()
	defer mu.Unlock()
	want := map[string]int{"GET /signin 200": 1, "OTHER unmatched 404": 2}
	if !maps.Equal(seen, want) {
		t.Errorf("got %v, want %v", seen, want)
	}
}

func TestPartsAwayAreAPageToo(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	got := b.get("/settings/nothing")
	got.want(t, "no page", http.StatusNotFound)
	if !got.has("There is nothing here") || !got.has("<nav") {
		t.Errorf("got %s", short(got.body))
	}
	b.do(http.MethodPut, "/account", "").want(t, "another method", http.StatusNotFound)
	h.browser().get("/static/000/app.css").want(t, "an old stylesheet", http.StatusNotFound)
}
