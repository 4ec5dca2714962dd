// Package console is the review desk in a browser: one file a page, html/template
// and htmx, everything embedded. It owns pages, sessions' cookies, languages and
// what a request from a browser must prove; it refuses to decide anything: what
// it does, it asks of the use cases that cmd hands it, through the small
// interfaces that each page file declares.
//
// # To add a page
//
// A page is a Go file, a template, a file of words in each language and, where it
// needs them, a stylesheet and a script:
//
//	console/desk.go               deskRoutes() and the handlers
//	console/templates/desk.html   defines "title", "main", and the parts that htmx swaps
//	console/locales/{fr,en}/desk.toml
//	console/static/css/desk.css   joined to the one stylesheet, in the order of names
//	console/static/js/desk.js     joined to the one script, the same way
//
// Its routes are a table, named in [Console.pages]; its place in the navigation
// is a line of navigation in nav.go; what it calls is an interface of its own,
// embedded as a field in [Deps]:
//
//	func (c *Console) deskRoutes() []route {
//		return []route{
//			{"GET /desk", models.ActRead, c.desk},
//			{"POST /desk/decide", models.ActReview, c.decide},
//		}
//	}
//
//	func (c *Console) desk(w http.ResponseWriter, r *http.Request) error {
//		v := viewOf(r)
//		items, err := c.deps.Desk.Items(r.Context(), models.ReviewQuery{Site: v.Site.ID, Limit: 50})
//		if err != nil {
//			return err
//		}
//		return c.render(w, r, "desk", deskData{Items: items.Items})
//	}
//
// The gate before a handler has found who asks, whether the role may do the
// route's act, and the site, which is one that the person sees. The handler must
// ask for sections (models.User.SeesSection) itself. An error that it returns
// becomes a page, or a line for htmx, in the person's language. After a POST it
// answers with a partial to htmx and otherwise with c.back, a redirect, and says
// what happened with c.flash.
//
// In templates the dot is a [screen]: .Data is what the handler gave, beside
// everything of [view] (.User, .Site, .May "review"). Words are {{t "desk.title"}},
// {{t "desk.by" "Name" .Name}} and, counted, {{tn "desk.waiting" 3}}; no letter of
// a language stands in a template itself, and a test says so. {{ago .At}},
// {{date .At}}, {{num 12345}}, {{label .Label}}, {{reason .}} and {{icon "inbox"}}
// do what they say. Every form that changes something is a POST with
// {{template "site" $}} inside, which names the site that the page was about. A
// partial is the template that is named like the id that htmx targets; for any
// other target it is "main".
//
// No style attribute, no inline script: the content security policy refuses both.
package console

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Deps is what the console is handed: the use cases, by the page that calls
// them, and how the process is set up.
type Deps struct {
	Doors    Doors    // signin.go, factor.go
	People   People   // account.go, team.go
	Sites    Sites    // view.go
	SiteActs SiteActs // sites.go
	Checker  Checker  // try.go
	Books    Books    // book.go
	Policies Policies // policy.go
	Keyring  Keyring  // keys.go
	Hooks    Hooks    // webhooks.go
	Logbook  Logbook  // audit.go
	Desk     Desk     // desk.go, waves.go, triage.go, live.go
	Library  Library  // library.go, comment.go, scores.go, overview.go
	Health   Health   // overview.go; nil = nobody tells
	Mail     Mail     // mail.go; nil = none is sent

	OpenID    OpenID          // without an issuer there is no such sign-in
	PublicURL string          // as browsers see the service; https = cookies that travel safely
	Locale    string          // where neither person nor browser chooses
	Address   AddressOf       // whom a request comes from
	Observe   Observe         // of each request; may be nil
	Closing   <-chan struct{} // closed when the process stops: streams end then
	Now       func() time.Time
	Log       *slog.Logger
}

// Health tells what of the service does not work, and whether it works at all.
type Health func(ctx context.Context) (causes []string, down bool)

// AddressOf tells whom a request comes from, proxies that are trusted aside.
type AddressOf func(*http.Request) string

// Observe is told of each request.
type Observe func(route, method string, status int, took time.Duration)

// Console answers browsers.
type Console struct {
	deps   Deps
	words  *words
	sheets map[string]*sheets // by language
	assets *assets
	mux    *http.ServeMux
	front  http.Handler
	owned  map[string]bool // first segments of addresses
	secure bool            // cookies are for https alone
	pulses pulses
}

// New builds the console.
func New(d Deps) (*Console, error) {
	c := &Console{deps: d, mux: http.NewServeMux(), owned: map[string]bool{"": true}, secure: strings.HasPrefix(d.PublicURL, "https://")}
	c.pulses.feel = d.Desk.Pulse
	if d.OpenID.Issuer == "" {
		c.deps.OpenID.Name = ""
	}
	var err error
	if c.words, err = loadWords(); err != nil {
		return nil, err
	}
	if c.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if c.sheets, err = c.loadSheets(); err != nil {
		return nil, err
	}
	for _, page := range c.pages() {
		for _, r := range page {
			c.mount(r)
		}
	}
	c.own("static")
	c.mux.Handle("GET /static/{hash}/{name...}", http.HandlerFunc(c.static))
	if err := c.protect(); err != nil {
		return nil, err
	}
	return c, nil
}

// pages lists the routes of every page.
func (c *Console) pages() [][]route {
	return [][]route{
		c.signinRoutes(),
		c.homeRoutes(),
		c.accountRoutes(),
		c.tryRoutes(),
		c.findRoutes(),
		c.deskRoutes(),
		c.waveRoutes(),
		c.triageRoutes(),
		c.factorRoutes(),
		c.openidRoutes(),
		c.bookRoutes(),
		c.policyRoutes(),
		c.teamRoutes(),
		c.keysRoutes(),
		c.webhooksRoutes(),
		c.auditRoutes(),
		c.sitesRoutes(),
		c.libraryRoutes(),
		c.scoresRoutes(),
		c.overviewRoutes(),
		c.mailRoutes(),
	}
}

// Owns reports whether an address is the console's; the rest is the API's.
func (c *Console) Owns(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return c.owned[first]
}

// ServeHTTP answers one request.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.front.ServeHTTP(w, r) }

// route is one address of a page: who may do act may ask. An empty act lets in
// everybody, signed in or not.
type route struct {
	pattern string
	act     models.Act
	handle  func(http.ResponseWriter, *http.Request) error
}

func (c *Console) mount(r route) {
	_, path, _ := strings.Cut(r.pattern, " ")
	c.own(path)
	c.mux.Handle(r.pattern, c.gate(r))
}

func (c *Console) own(path string) {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !strings.ContainsAny(first, "{}") {
		c.owned[first] = true
	}
}

// protect puts in front of the pages what every request goes through.
func (c *Console) protect() error {
	csrf := http.NewCrossOriginProtection()
	if c.deps.PublicURL != "" {
		// Behind a proxy that changes the Host header the browser's origin is this.
		u, err := url.Parse(c.deps.PublicURL)
		if err != nil {
			return fmt.Errorf("public_url: %w", err)
		}
		if err := csrf.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			return fmt.Errorf("public_url: %w", err)
		}
	}
	csrf.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.fail(w, r, errForeignForm)
	}))
	c.front = c.watch(headers(csrf.Handler(http.HandlerFunc(c.dispatch))))
	return nil
}

// dispatch finds the page. An address that is none gets a page too.
func (c *Console) dispatch(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if _, pattern := c.mux.Handler(r); pattern != "" {
		if s, ok := w.(*watched); ok {
			s.route = pattern
		}
		c.mux.ServeHTTP(w, r)
		return
	}
	c.gate(route{handle: func(http.ResponseWriter, *http.Request) error { return errNoPage }}).ServeHTTP(w, r)
}

// static serves a file under its hash, so that browsers may keep it for ever.
func (c *Console) static(w http.ResponseWriter, r *http.Request) {
	a, ok := c.assets.files[r.PathValue("name")]
	if !ok || a.hash != r.PathValue("hash") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", a.mediaType)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(a.body) // the browser may have gone
}
