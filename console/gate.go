package console

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// maxBody bounds what a form may send: a charter, a ruleset.
const maxBody = 1 << 20

// csp lets a page load what is embedded here and nothing else. Styles and
// scripts are files: no style attribute and no inline script runs.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

var (
	errNoPage      = models.Errorf(models.NotFound, "there is no such page")
	errForeignForm = models.Errorf(models.Forbidden, "the request came from another site's page")
	errSignedOut   = models.Errorf(models.Unauthorized, "sign in first")
)

// headers puts on every answer what keeps a page to itself. The referrer stays
// inside, and is not "no-referrer": that would take the Origin off our own forms.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// gate finds who asks and about which site, and lets them in where they may.
func (c *Console) gate(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, err := c.enter(w, r)
		if err == nil {
			err = c.allow(rt, viewOf(r))
		}
		if err == nil {
			err = rt.handle(w, r)
		}
		if err != nil {
			c.fail(w, r, err)
		}
	})
}

// enter makes the request's view.
func (c *Console) enter(w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	v := &view{Now: c.deps.Now(), Path: r.URL.Path, Theme: c.theme(r), Lang: c.language(r, models.User{}), console: c}
	r = withView(r, v)
	token := c.cookie(r, cookieSession)
	if token != "" {
		session, user, err := c.deps.Doors.Session(r.Context(), token)
		switch {
		case models.KindOf(err) == models.NotFound:
			v.ended = true
		case err != nil:
			return r, err
		case session.Stage == models.StageFull:
			v.Session, v.User, v.Lang = session, user, c.language(r, user)
		default:
			v.half = session
		}
	}
	if v.User.ID != "" {
		if err := c.chooseSite(w, r, v); err != nil {
			return r, err
		}
	}
	return r, nil
}

// allow answers whether the person may do the route's act here.
func (c *Console) allow(rt route, v *view) error {
	switch {
	case rt.act == "":
		return nil
	case v.User.ID == "":
		return errSignedOut
	case v.Site.ID == "" && rt.act != models.ActSelf && rt.act != models.ActTeam && rt.act != models.ActSites:
		return models.Errorf(models.NotFound, "no site")
	}
	return v.User.Allow(rt.act, v.Site.ID, v.Now)
}

// fail answers with what a person needs to know of an error.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, err error) {
	if s, ok := w.(*watched); ok {
		s.err = err
	}
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		err = models.Wrap(models.TooLarge, err, "the form is too long")
	}
	if viewOf(r) == nil {
		r = withView(r, &view{Now: c.deps.Now(), Path: r.URL.Path, Theme: c.theme(r), Lang: c.language(r, models.User{}), console: c})
	}
	if errors.Is(err, errSignedOut) {
		c.toSignIn(w, r)
		return
	}
	c.problem(w, r, err)
}

// toSignIn sends who is not signed in to the door, with the way back.
func (c *Console) toSignIn(w http.ResponseWriter, r *http.Request) {
	values := url.Values{}
	if viewOf(r).ended {
		values.Set("ended", "1")
	}
	if back := whereFrom(r); back != "" && back != "/" {
		values.Set("back", back)
	}
	to := "/signin"
	if len(values) > 0 {
		to += "?" + values.Encode()
	}
	if isPartial(r) {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// whereFrom is the page that the person was on.
func whereFrom(r *http.Request) string {
	if isPartial(r) {
		return localPath(r.Header.Get("HX-Current-URL"))
	}
	if r.Method == http.MethodGet {
		return r.URL.RequestURI()
	}
	return localPath(r.Referer())
}

// localPath takes from an address what stays in this house.
func localPath(address string) string {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") {
		return ""
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}

// back answers a form: with a redirect to the page, so that a reload does not
// send it again.
func (c *Console) back(w http.ResponseWriter, r *http.Request, path string) error {
	if isPartial(r) {
		w.Header().Set("HX-Location", path)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// watched is a response of which the log will tell how it went.
type watched struct {
	http.ResponseWriter
	status int
	route  string
	err    error
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements [http.ResponseWriter].
func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// watch writes one line a request, and turns a panic into a page. Addresses'
// queries are not told: they carry what people search for.
func (c *Console) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, s := c.deps.Now(), &watched{ResponseWriter: w, route: "unmatched"}
		defer func() {
			p := recover()
			if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(p)
			}
			if p != nil {
				c.deps.Log.ErrorContext(r.Context(), "panic", "route", s.route, "stack", string(debug.Stack()))
				if s.status == 0 {
					c.fail(s, r, models.Errorf(models.Internal, "panic"))
				}
			}
			c.tell(r, s, c.deps.Now().Sub(began))
		}()
		next.ServeHTTP(s, r)
	})
}

func (c *Console) tell(r *http.Request, s *watched, took time.Duration) {
	if _, path, ok := strings.Cut(s.route, " "); ok && c.deps.Observe != nil {
		c.deps.Observe(path, r.Method, s.status, took)
	} else if c.deps.Observe != nil {
		// Strangers choose methods and addresses that are none: they get one name.
		c.deps.Observe(s.route, "OTHER", s.status, took)
	}
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("route", s.route), slog.Int("status", s.status), slog.Duration("took", took),
	}
	if strings.HasPrefix(s.route, "GET /static/") {
		level = slog.LevelDebug
	}
	if s.err != nil && s.status >= http.StatusInternalServerError {
		level = slog.LevelError
		attrs = append(attrs, slog.String("err", s.err.Error()))
	}
	c.deps.Log.LogAttrs(r.Context(), level, "page", attrs...)
}
