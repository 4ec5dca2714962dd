package console_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/console"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
	"github.com/tamis-moderation/tamis/review"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
	"github.com/tamis-moderation/tamis/webhook"
)

// house is the console over a real store, with a clock that tests move.
type house struct {
	t      *testing.T
	db     store.Store
	users  *admin.Users
	doors  *admin.SignIn
	server *httptest.Server

	mu sync.Mutex
	at time.Time
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// verdicts answers what the machine would say.
type verdicts struct{ action models.Action }

func (v verdicts) Assess(context.Context, models.Comment) (models.Verdict, error) {
	return models.Verdict{Action: v.action, Scores: models.Scores{models.Insult: 0.91}, Reasons: []models.Reason{
		{Rule: models.RuleScore, Action: v.action, Label: models.Insult, Score: 0.91, Threshold: 0.6, Evidence: []models.Span{{Begin: 0, End: 4, Text: "oaf!"}}},
	}}, nil
}

func (v verdicts) Explain(_ context.Context, _ models.Comment, made models.Verdict) (models.Verdict, error) {
	return made, nil
}

// setup opens the console with the sites blog and shop, and the change that a
// test makes to what it is handed.
func setup(t *testing.T, changes ...func(*console.Deps)) *house {
	t.Helper()
	h := &house{t: t, db: storetest.New(t), at: time.Now().UTC().Truncate(time.Microsecond)}
	quiet := slog.New(slog.DiscardHandler)
	h.users = &admin.Users{Store: h.db, Now: h.now}
	h.doors = admin.NewSignIn(h.db, h.now)
	sites := &admin.Sites{Store: h.db, Now: h.now}
	for _, id := range []string{"blog", "shop"} {
		if _, err := sites.Add(t.Context(), id, "", "en", "test"); err != nil {
			t.Fatal(err)
		}
	}
	guard, err := webhook.NewGuard([]string{"127.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	desk := &review.Desk{Store: h.db, Now: h.now, Changed: func() {}}
	deps := console.Deps{
		Doors: h.doors, People: h.users, Sites: sites, SiteActs: sites, Checker: verdicts{models.Hold},
		Books: &admin.Books{Store: h.db, Now: h.now}, Policies: &admin.Policies{Store: h.db, Now: h.now},
		Keyring: admin.NewKeys(h.db, h.now, quiet), Logbook: &admin.Log{Store: h.db},
		Hooks:   &webhook.Hooks{Store: h.db, Guard: guard, Now: h.now, Changed: func() {}},
		Address: func(*http.Request) string { return "192.0.2.1" }, Now: h.now, Log: quiet,
		Desk: console.Desk{Waves: desk, People: h.users.List, Colleagues: h.users.Colleagues}, Library: &review.Library{Desk: desk, Store: h.db, Now: h.now},
	}
	for _, change := range changes {
		change(&deps)
	}
	c, err := console.New(deps)
	if err != nil {
		t.Fatal(err)
	}
	h.server = httptest.NewServer(c)
	t.Cleanup(h.server.Close)
	_ = policy.Default // the policies that the console shows
	return h
}

// person makes an account with a password.
func (h *house) person(email string, role models.Role, scope ...models.SiteScope) models.User {
	h.t.Helper()
	made, err := h.users.Add(h.t.Context(), email, "", role, "test")
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.users.SetPassword(h.t.Context(), email, password, "test"); err != nil {
		h.t.Fatal(err)
	}
	made, err = h.db.ChangeUser(h.t.Context(), models.UserChange{User: made.ID, At: h.now()}, func(u *models.User) error {
		u.Scope = scope
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return made
}

const password = "correct horse battery"

// browser keeps cookies and follows no redirect by itself.
type browser struct {
	t    *testing.T
	base string
	http *http.Client
	lang string
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{t: h.t, base: h.server.URL, lang: "en", http: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// signedIn is a browser in which a person is signed in.
func (h *house) signedIn(email string) *browser {
	h.t.Helper()
	b := h.browser()
	if got := b.post("/signin", "email", email, "password", password); got.status != http.StatusSeeOther {
		h.t.Fatalf("sign in: %d %s", got.status, got.body)
	}
	return b
}

// as makes an account with a role, signed in.
func (h *house) as(role models.Role, scope ...models.SiteScope) *browser {
	h.t.Helper()
	email := string(role) + "@example.org"
	h.person(email, role, scope...)
	return h.signedIn(email)
}

// page is what came back.
type page struct {
	status int
	to     string // where a redirect leads
	body   string
	header http.Header
}

func (p page) has(words string) bool { return strings.Contains(p.body, words) }

func (b *browser) get(path string, headers ...string) page {
	b.t.Helper()
	return b.do(http.MethodGet, path, "", headers...)
}

// post sends a form as the console's own page does.
func (b *browser) post(path string, fields ...string) page {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.do(http.MethodPost, path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
}

func (b *browser) do(method, path, body string, headers ...string) page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", b.lang)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{resp.StatusCode, resp.Header.Get("Location"), string(raw), resp.Header}
}

// want checks status and, where given, where it leads.
func (p page) want(t *testing.T, what string, status int, to ...string) {
	t.Helper()
	if p.status != status {
		t.Errorf("%s: got %d, want %d\n%s", what, p.status, status, short(p.body))
	}
	if len(to) > 0 && p.to != to[0] {
		t.Errorf("%s: leads to %q, want %q", what, p.to, to[0])
	}
}

func short(s string) string { return s[:min(len(s), 1500)] }
