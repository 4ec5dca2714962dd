package console

import (
	"encoding/base64"
	"net/http"
	"time"

	"golang.org/x/text/language"

	"github.com/tamis-moderation/tamis/models"
)

// The cookies. With an https address they are bound to this host alone.
const (
	cookieSession = "tamis_session"
	cookieSite    = "tamis_site"
	cookieLang    = "tamis_lang"
	cookieTheme   = "tamis_theme"
	cookieFlash   = "tamis_flash"
	cookieOpenID  = "tamis_openid"

	yearLong = 365 * 24 * time.Hour
)

func (c *Console) cookieName(name string) string {
	if c.secure {
		return "__Host-" + name
	}
	return name
}

// cookie reads a cookie; empty when there is none.
func (c *Console) cookie(r *http.Request, name string) string {
	found, err := r.Cookie(c.cookieName(name))
	if err != nil {
		return ""
	}
	return found.Value
}

// setCookie writes a cookie; a lifetime of 0 takes it away.
func (c *Console) setCookie(w http.ResponseWriter, name, value string, lifetime time.Duration) {
	age := int(lifetime.Seconds())
	if age == 0 {
		age = -1
	}
	// Lax, since people come from links in their mail; what changes anything is
	// a POST, and those are refused from elsewhere.
	http.SetCookie(w, &http.Cookie{
		Name: c.cookieName(name), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode,
	})
}

// flash says on the next page what an act did.
func (c *Console) flash(w http.ResponseWriter, r *http.Request, key string, pairs ...any) {
	c.setCookie(w, cookieFlash, base64.RawURLEncoding.EncodeToString([]byte(viewOf(r).T(key, pairs...))), time.Minute)
}

// flashWords is flash for words that are found already.
func (c *Console) flashWords(w http.ResponseWriter, words string) {
	c.setCookie(w, cookieFlash, base64.RawURLEncoding.EncodeToString([]byte(words)), time.Minute)
}

// flashCount is flash for words that count.
func (c *Console) flashCount(w http.ResponseWriter, r *http.Request, key string, n int) {
	said := c.words.count(viewOf(r).Lang, key, n)
	c.setCookie(w, cookieFlash, base64.RawURLEncoding.EncodeToString([]byte(said)), time.Minute)
}

func (c *Console) takeFlash(w http.ResponseWriter, r *http.Request) string {
	value := c.cookie(r, cookieFlash)
	if value == "" || r.Method != http.MethodGet {
		return ""
	}
	c.setCookie(w, cookieFlash, "", 0)
	said, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return ""
	}
	return string(said)
}

func (c *Console) theme(r *http.Request) string {
	switch t := c.cookie(r, cookieTheme); t {
	case "light", "dark":
		return t
	}
	return "auto"
}

var spoken = language.NewMatcher([]language.Tag{language.English, language.French})

// language is the person's choice, else this browser's choice here, else what
// the browser asks for.
func (c *Console) language(r *http.Request, u models.User) string {
	for _, lang := range []string{u.Locale, c.cookie(r, cookieLang)} {
		if lang == "fr" || lang == "en" {
			return lang
		}
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err == nil && len(wanted) > 0 {
		if _, i, sure := spoken.Match(wanted...); sure != language.No {
			return []string{"en", "fr"}[i]
		}
	}
	if c.deps.Locale == "fr" {
		return "fr"
	}
	return "en"
}
