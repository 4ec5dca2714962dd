package console

import (
	"net/http"

	"github.com/tamis-moderation/tamis/models"
)

func (c *Console) homeRoutes() []route {
	return []route{
		{"GET /{$}", models.ActSelf, c.home},
		{"POST /preferences", "", c.preferences},
	}
}

// home goes to the first page that the person may see.
func (c *Console) home(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	for _, group := range []string{"", "house", "self"} {
		if places := v.Places(group); len(places) > 0 {
			http.Redirect(w, r, places[0].Path, http.StatusSeeOther)
			return nil
		}
	}
	return errNoPage
}

// preferences keeps language and theme: in the browser, and the language with
// the account too.
func (c *Console) preferences(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	if lang := r.PostFormValue("lang"); lang == "fr" || lang == "en" {
		c.setCookie(w, cookieLang, lang, yearLong)
		if v.User.ID != "" {
			if err := c.deps.People.SetLocale(r.Context(), v.User.ID, lang); err != nil {
				return err
			}
		}
	}
	switch theme := r.PostFormValue("theme"); theme {
	case "light", "dark", "auto":
		c.setCookie(w, cookieTheme, theme, yearLong)
	}
	if r.Header.Get("X-Tamis-Quiet") != "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	back := localPath(r.PostFormValue("back"))
	if back == "" {
		back = "/"
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}
