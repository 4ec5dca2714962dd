package console

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Sites knows the tenants.
type Sites interface {
	List(ctx context.Context) ([]models.Site, error)
}

// view is one request as the pages see it: who asks, about which site, in which
// language.
type view struct {
	User    models.User // zero when nobody is signed in
	Session models.Session
	Site    models.Site   // the one that the page is about; zero when there is none
	Sites   []models.Site // those that the person may see
	Lang    string        // fr or en
	Theme   string        // auto, light or dark
	Path    string
	Flash   string // what the act before this page did, once
	Now     time.Time

	half    models.Session // a sign-in that waits for its second factor
	ended   bool           // there was a session, and it is over
	console *Console
}

type viewKey struct{}

func withView(r *http.Request, v *view) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), viewKey{}, v))
}

// viewOf gives the request's view; nil before the gate.
func viewOf(r *http.Request) *view {
	v, _ := r.Context().Value(viewKey{}).(*view)
	return v
}

// May reports whether the person may do an act on the site of the page.
func (v *view) May(act models.Act) bool {
	return v.User.ID != "" && v.User.Allow(act, v.Site.ID, v.Now) == nil
}

// T words a key in the person's language; pairs are its parameters.
func (v *view) T(key string, pairs ...any) string { return v.console.words.word(v.Lang, key, pairs...) }

// by is how the audit log names the person.
func (v *view) by() string { return v.User.Actor() }

// steward is the person where they look after accounts.
func (v *view) steward() models.Steward { return models.Steward{User: v.User} }

// chooseSite finds which site a request is about: the one that it names, else
// the one chosen before, else the first. A site that it names and that the
// person does not see is NotFound.
func (c *Console) chooseSite(w http.ResponseWriter, r *http.Request, v *view) error {
	all, err := c.deps.Sites.List(r.Context())
	if err != nil {
		return err
	}
	for _, s := range all {
		if v.User.Sees(s.ID) {
			v.Sites = append(v.Sites, s)
		}
	}
	named := r.Header.Get("X-Tamis-Site")
	chosen := named == "" && r.Method == http.MethodGet // what a page asks for by itself chooses nothing
	if named == "" {
		if r.Method == http.MethodPost {
			if err := r.ParseForm(); err != nil {
				return badForm(err)
			}
		}
		named = r.FormValue("site")
	}
	find := func(id string) bool {
		i := slices.IndexFunc(v.Sites, func(s models.Site) bool { return string(s.ID) == id })
		if i >= 0 {
			v.Site = v.Sites[i]
		}
		return i >= 0
	}
	if named != "" {
		if !find(named) {
			return models.Errorf(models.NotFound, "no site %q", named)
		}
		if chosen && c.cookie(r, cookieSite) != named {
			c.setCookie(w, cookieSite, named, yearLong)
		}
		return nil
	}
	if !find(c.cookie(r, cookieSite)) && len(v.Sites) > 0 {
		v.Site = v.Sites[0]
	}
	return nil
}
