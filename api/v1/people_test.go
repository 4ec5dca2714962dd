package v1_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
)

// town is two sites, blog and shop, with their keys and people, and the door
// before the true acts.
type town struct {
	t      *testing.T
	db     store.Store
	door   http.Handler
	keys   map[string]string // blog, shop: all scopes; review: the blog's, without admin
	people map[string]models.User
}

func newTown(t *testing.T) *town {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	db := storetest.New(t)
	now := time.Now
	sites, users := &admin.Sites{Store: db, Now: now}, &admin.Users{Store: db, Now: now}
	keys, policies := admin.NewKeys(db, now, quiet), &admin.Policies{Store: db, Now: now}
	h := newHouse()
	door, err := api.New(api.Deps{
		V1: v1.API{
			Keyring: keys, Sites: sites, SiteActs: sites, People: users, Doors: users, Policies: policies, PolicyVersions: policies,
			Idempotency: &admin.Requests{Store: db, Now: now}, Logbook: &admin.Log{Store: db}, PublicURL: "https://tamis.example/",
		},
		Health: restRole{h}, Now: now, Log: quiet,
	})
	if err != nil {
		t.Fatal(err)
	}
	d := &town{t: t, db: db, door: door, keys: map[string]string{}, people: map[string]models.User{}}
	for _, id := range []models.SiteID{"blog", "shop"} {
		if _, err := sites.Add(t.Context(), string(id), "", "en", "test"); err != nil {
			t.Fatal(err)
		}
		d.key(keys, string(id), id, models.Scopes())
		d.person(users, string(id), models.RoleAdmin, models.SiteScope{Site: id})
	}
	d.key(keys, "review", "blog", []models.Scope{models.ScopeSubmit, models.ScopeRead, models.ScopeReview})
	d.person(users, "root", models.RoleAdmin)
	d.person(users, "both", models.RoleHelper, models.SiteScope{Site: "blog"}, models.SiteScope{Site: "shop"})
	return d
}

func (d *town) key(keys *admin.Keys, name string, site models.SiteID, scopes []models.Scope) {
	d.t.Helper()
	secret, _, err := keys.CreateKey(d.t.Context(), models.Key{Site: site, Name: name, Scopes: scopes}, "test")
	if err != nil {
		d.t.Fatal(err)
	}
	d.keys[name] = secret
}

func (d *town) person(users *admin.Users, name string, role models.Role, scope ...models.SiteScope) {
	d.t.Helper()
	made, err := users.AddWith(d.t.Context(), models.User{Email: name + "@example.org", Role: role, Scope: scope}, "test")
	if err != nil {
		d.t.Fatal(err)
	}
	d.people[name] = made
}

// ask sends a request with a key and decodes the answer, if there is one.
func (d *town) ask(key, method, path, body string) (int, map[string]any) {
	d.t.Helper()
	r := call{method, path, body, map[string]string{"Authorization": "Bearer " + d.keys[key], "Content-Type": "application/json"}}.request()
	w := httptest.NewRecorder()
	d.door.ServeHTTP(w, r)
	var out map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			d.t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
		}
	}
	return w.Code, out
}

// want is ask where the status is known.
func (d *town) want(status int, key, method, path, body string) map[string]any {
	d.t.Helper()
	got, out := d.ask(key, method, path, body)
	if got != status {
		d.t.Fatalf("%s: %s %s %s: got %d %v, want %d", key, method, path, body, got, out, status)
	}
	return out
}

// fields names the fields at fault.
func fields(out map[string]any) string {
	var names []string
	list, _ := out["errors"].([]any)
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			name, _ := m["field"].(string)
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// entries are the acts that the audit log has of a subject, with who did them.
func (d *town) entries(subject string) map[string]string {
	d.t.Helper()
	found, err := d.db.AuditEntries(d.t.Context(), models.AuditQuery{Subject: subject, Limit: 50})
	if err != nil {
		d.t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range found.Items {
		out[e.Act] = e.Actor
	}
	return out
}

func TestAPersonFromInvitationToTheEnd(t *testing.T) {
	t.Parallel()
	d := newTown(t)
	made := d.want(201, "blog", "POST", "/v1/people", `{"email":" Zoé@Example.org ","name":"Zoé","role":"moderator"}`)
	id, _ := made["id"].(string)
	link, _ := made["link"].(string)
	token := tokenOf(t, link)
	one := "/v1/people/" + id
	if got := d.want(200, "blog", "GET", one, ""); got["email"] != "zoé@example.org" || got["link"] != nil {
		t.Errorf("got %v, want her address and no link any more", got)
	}
	if scope, _ := json.Marshal(made["scope"]); string(scope) != `[{"site":"blog"}]` {
		t.Errorf("the scope is %s, want the key's site", scope)
	}
	doors := admin.NewSignIn(d.db, time.Now)
	if _, _, err := doors.ByLink(t.Context(), token, models.Visitor{Address: "192.0.2.1", Agent: "Firefox"}); err != nil {
		t.Fatalf("the link does not work: %v", err)
	}
	sessions, _ := d.want(200, "blog", "GET", one+"/sessions", "")["items"].([]any)
	if len(sessions) != 1 {
		t.Fatalf("got sessions %v, want one", sessions)
	}
	session, _ := sessions[0].(map[string]any)
	d.want(204, "blog", "DELETE", one+"/sessions/"+session["id"].(string), "")
	d.want(404, "blog", "DELETE", one+"/sessions/"+session["id"].(string), "")

	changed := d.want(200, "blog", "PATCH", one, `{"role":"helper","scope":[{"site":"blog","sections":["sports"]}],"expires_at":"2099-01-01T00:00:00Z"}`)
	if changed["role"] != "helper" || changed["name"] != "Zoé" || changed["expires_at"] != "2099-01-01T00:00:00Z" {
		t.Errorf("got %v", changed)
	}
	if got := d.want(200, "blog", "PATCH", one, `{"expires_at":""}`); got["expires_at"] != nil || got["role"] != "helper" {
		t.Errorf("got %v, want access without an end", got)
	}
	again, _ := d.want(201, "blog", "POST", one+"/link", "")["link"].(string)
	if tokenOf(t, again) == token {
		t.Error("the same link twice")
	}
	d.want(204, "blog", "DELETE", one+"/second-step", "")
	d.want(204, "blog", "POST", one+"/disable", "")
	d.want(409, "blog", "POST", one+"/link", "")
	if _, _, err := doors.ByLink(t.Context(), tokenOf(t, again), models.Visitor{}); err == nil {
		t.Error("a link from before works after the account was switched off")
	}
	d.want(204, "blog", "POST", one+"/enable", "")
	key, err := d.db.ListKeys(t.Context(), "blog")
	if err != nil {
		t.Fatal(err)
	}
	by := "key:" + key[len(key)-1].ID
	for _, k := range key {
		if k.Name == "blog" {
			by = "key:" + k.ID
		}
	}
	log := d.entries(id)
	for _, act := range []string{"user.created", "user.changed", "user.link", "user.disabled", "user.enabled", "user.totp_off", "user.signed_out"} {
		if log[act] != by {
			t.Errorf("%s is by %q, want %q", act, log[act], by)
		}
	}
}

func tokenOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || u.Host != "tamis.example" || u.Path != "/signin" || u.Query().Get("token") == "" {
		t.Fatalf("got the link %q, %v", link, err)
	}
	return u.Query().Get("token")
}

// A key stands over its own site's people. The operator's, another site's, and
// those who work for both are not there.
func TestAKeyReachesNobodyBeyondItsSite(t *testing.T) {
	t.Parallel()
	d := newTown(t)
	list, _ := d.want(200, "blog", "GET", "/v1/people", "")["items"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["email"] != "blog@example.org" {
		t.Errorf("the list is %v, want the blog's person alone", list)
	}
	for _, name := range []string{"shop", "root", "both"} {
		one := "/v1/people/" + d.people[name].ID
		for _, c := range []call{
			{"GET", one, "", nil},
			{"PATCH", one, `{"name":"x"}`, nil},
			{"PATCH", one, `{"role":"helper","scope":[{"site":"blog"}]}`, nil},
			{"POST", one + "/disable", "", nil},
			{"POST", one + "/enable", "", nil},
			{"POST", one + "/link", "", nil},
			{"DELETE", one + "/second-step", "", nil},
			{"GET", one + "/sessions", "", nil},
			{"DELETE", one + "/sessions/s1", "", nil},
		} {
			if got, out := d.ask("blog", c.method, c.path, c.body); got != http.StatusNotFound {
				t.Errorf("%s of %s: got %d %v, want 404", c.method+" "+c.path, name, got, out)
			}
		}
		now, err := d.db.User(t.Context(), d.people[name].ID)
		if err != nil || now.Role != d.people[name].Role || now.Name != "" || !now.DisabledAt.IsZero() {
			t.Errorf("%s was changed: %+v, %v", name, now, err)
		}
	}
}

func TestAKeyGivesNothingThatItDoesNotHave(t *testing.T) {
	t.Parallel()
	d := newTown(t)
	for name, tt := range map[string]struct{ body, field string }{
		"another site":                 {`{"email":"a@example.org","role":"helper","scope":[{"site":"shop"}]}`, "scope"},
		"another site beside its own":  {`{"email":"a@example.org","role":"helper","scope":[{"site":"blog"},{"site":"shop"}]}`, "scope"},
		"an unknown role":              {`{"email":"a@example.org","role":"root"}`, "role"},
		"no address":                   {`{"email":"anne","role":"helper"}`, "email"},
		"no role":                      {`{"email":"a@example.org"}`, "role"},
		"access that is over":          {`{"email":"a@example.org","role":"helper","expires_at":"2020-01-01T00:00:00Z"}`, "expires_at"},
		"a name that is long":          {`{"email":"a@example.org","role":"helper","name":"` + strings.Repeat("n", 300) + `"}`, "name"},
		"a section that says nothing":  {`{"email":"a@example.org","role":"helper","scope":[{"site":"blog","sections":[" "]}]}`, "scope[0].sections[0]"},
		"more sections than are taken": {`{"email":"a@example.org","role":"helper","scope":[{"site":"blog","sections":["a"` + strings.Repeat(`,"a"`, 100) + `]}]}`, "scope[0].sections"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, out := d.ask("blog", "POST", "/v1/people", tt.body)
			if got != http.StatusUnprocessableEntity || fields(out) != tt.field {
				t.Errorf("got %d %v, want 422 for %s", got, out, tt.field)
			}
		})
	}
	own := "/v1/people/" + d.people["blog"].ID
	for body, field := range map[string]string{
		`{"scope":[{"site":"blog"},{"site":"shop"}]}`: "scope",
		`{"scope":[]}`: "scope",
		`{"role":""}`:  "role",
	} {
		if got, out := d.ask("blog", "PATCH", own, body); got != http.StatusUnprocessableEntity || fields(out) != field {
			t.Errorf("%s: got %d %v, want 422 for %s", body, got, out, field)
		}
	}
	d.want(409, "blog", "POST", "/v1/people", `{"email":"shop@example.org","role":"helper"}`)
	d.want(403, "review", "POST", "/v1/people", `{"email":"a@example.org","role":"admin"}`)
	d.want(403, "review", "POST", own+"/link", "")
	if all, err := d.db.ListUsers(t.Context()); err != nil || len(all) != 4 {
		t.Errorf("got %d accounts, %v, want the four that there were", len(all), err)
	}
}

func TestColleaguesAreThoseWhoMayDecideOnTheSite(t *testing.T) {
	t.Parallel()
	d := newTown(t)
	list, _ := d.want(200, "review", "GET", "/v1/review/colleagues", "")["items"].([]any)
	var actors []string
	for _, c := range list {
		actor, _ := c.(map[string]any)["actor"].(string)
		actors = append(actors, actor)
	}
	if got := strings.Join(actors, " "); got != "user:blog@example.org user:root@example.org" {
		t.Errorf("got %s", got)
	}
}

func TestASiteIsChangedByItsOwnKeyAlone(t *testing.T) {
	t.Parallel()
	d := newTown(t)
	if got := d.want(200, "blog", "PATCH", "/v1/sites/blog", `{"locale":"fr","keep_text":true}`); got["name"] != "blog" || got["locale"] != "fr" || got["keep_text"] != true {
		t.Errorf("got %v", got)
	}
	if got := d.want(200, "blog", "PATCH", "/v1/sites/blog", `{"name":"Le journal"}`); got["name"] != "Le journal" || got["keep_text"] != true {
		t.Errorf("got %v", got)
	}
	d.want(404, "blog", "PATCH", "/v1/sites/shop", `{"name":"Le journal"}`)
	d.want(403, "review", "PATCH", "/v1/sites/blog", `{"name":"x"}`)
	if out := d.want(422, "blog", "PATCH", "/v1/sites/blog", `{"locale":"de"}`); fields(out) != "locale" {
		t.Errorf("got %v", out)
	}
	shop, err := d.db.Site(t.Context(), "shop")
	if err != nil || shop.Name != "shop" || shop.Locale != "en" {
		t.Errorf("the other site is %+v, %v", shop, err)
	}
	found, err := d.db.AuditEntries(t.Context(), models.AuditQuery{Site: "blog", Act: "site.changed", Limit: 5})
	if err != nil || len(found.Items) != 2 || !strings.HasPrefix(found.Items[0].Actor, "key:") {
		t.Errorf("the log has %+v, %v", found.Items, err)
	}
}

func TestAPolicyIsRestored(t *testing.T) {
	t.Parallel()
	d := newTown(t)
	for _, hold := range []string{"0.4", "0.5"} {
		d.want(200, "blog", "PUT", "/v1/policy", `{"labels":{"toxic":{"hold":`+hold+`}}}`)
	}
	if got := d.want(200, "blog", "POST", "/v1/policy/versions/1/restore", ""); got["version"] != 3.0 {
		t.Errorf("got %v, want version 3", got)
	}
	now, _ := json.Marshal(d.want(200, "blog", "GET", "/v1/policy", "")["ruleset"])
	was, _ := json.Marshal(d.want(200, "blog", "GET", "/v1/policy/versions/1", "")["ruleset"])
	if string(now) != string(was) {
		t.Errorf("got %s, want %s", now, was)
	}
	list, _ := d.want(200, "blog", "GET", "/v1/policy/versions", "")["items"].([]any)
	if len(list) != 3 {
		t.Errorf("got %d versions, want 3", len(list))
	}
	d.want(200, "shop", "GET", "/v1/policy/versions/0", "")
	d.want(404, "shop", "GET", "/v1/policy/versions/1", "")
	d.want(404, "shop", "POST", "/v1/policy/versions/1/restore", "")
	d.want(403, "review", "POST", "/v1/policy/versions/1/restore", "")
}
