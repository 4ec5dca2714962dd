package console

import (
	"errors"
	"fmt"
	"html/template"
	"reflect"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/tamis-moderation/tamis/models"
)

// functions are what templates of a language can say.
func (c *Console) functions(lang string) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, pairs ...any) string { return c.words.word(lang, key, pairs...) },
		"tn":       func(key string, n int, pairs ...any) string { return c.words.count(lang, key, n, pairs...) },
		"num":      func(n any) string { return number(lang, n) },
		"date":     func(at time.Time) template.HTML { return stamp(at, longDate(lang, at), true) },
		"day":      func(at time.Time) template.HTML { return stamp(at, shortDate(lang, at), false) },
		"ago":      func(at time.Time) template.HTML { return stamp(at, c.ago(lang, at), false) },
		"label":    func(l models.Label) string { return l.Name(lang) },
		"score":    func(p float64) string { return models.Decimal(p, lang) },
		"reason":   func(r models.Reason) string { return r.Text(lang) },
		"role":     func(r models.Role) string { return c.words.word(lang, "role."+string(r)) },
		"act":      func(name string) string { return c.act(lang, name) },
		"who":      func(name string) string { return c.who(lang, name) },
		"has":      has,
		"lines":    func(list []string) string { return strings.Join(list, "\n") },
		"add":      func(a, b int) int { return a + b },
		"mul":      func(a, b int) int { return a * b },
		"int":      func(n int64) int { return int(n) },
		"shortday": func(at time.Time) string { return dayMonth(lang, at) },
		"iso":      isoDay,
		"in":       func(w models.Words) string { return w.In(lang) },
		"icon":     c.icon,
		"asset":    c.assets.path,
		"dict":     dict,
		"fault": func(found any, field string) string {
			named, _ := found.(map[string]string) // none, when a template was given nil
			detail, ok := named[field]
			if words := "fault." + field; ok && c.words.has(lang, words) {
				return c.words.word(lang, words)
			}
			return detail
		},
		"percent": func(p float64) string {
			return message.NewPrinter(tag(lang)).Sprintf("%.0f", p*100) + map[string]string{"fr": "\u202f%", "en": "%"}[lang]
		},
	}
}

func tag(lang string) language.Tag {
	if lang == "fr" {
		return language.French
	}
	return language.English
}

// number writes a number as the language does.
func number(lang string, n any) string { return message.NewPrinter(tag(lang)).Sprint(n) }

// months are the short names of French months.
var months = [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}

func shortDate(lang string, at time.Time) string {
	at = at.UTC()
	if lang == "fr" {
		return strconv.Itoa(at.Day()) + " " + months[at.Month()-1] + " " + strconv.Itoa(at.Year())
	}
	return at.Format("2 Jan 2006")
}

// dayMonth is a day without its year, for the foot of a plot.
func dayMonth(lang string, at time.Time) string {
	at = at.UTC()
	if lang == "fr" {
		return strconv.Itoa(at.Day()) + " " + months[at.Month()-1]
	}
	return at.Format("2 Jan")
}

func longDate(lang string, at time.Time) string {
	if lang == "fr" {
		return shortDate(lang, at) + " à " + at.UTC().Format("15:04") + " UTC"
	}
	return shortDate(lang, at) + ", " + at.UTC().Format("15:04") + " UTC"
}

// stamp marks a time up; the script rewrites whole ones in the reader's zone.
func stamp(at time.Time, words string, whole bool) template.HTML {
	if at.IsZero() {
		return ""
	}
	mark := ""
	if whole {
		mark = " data-local"
	}
	iso := at.UTC().Format(time.RFC3339)
	return template.HTML(`<time datetime="` + iso + `" title="` + at.UTC().Format("2006-01-02 15:04") + ` UTC"` + mark + `>` + //nolint:gosec // escaped
		template.HTMLEscapeString(words) + `</time>`)
}

// ago says how long since a time, in one unit.
func (c *Console) ago(lang string, at time.Time) string {
	d := c.deps.Now().Sub(at)
	switch {
	case d < -time.Minute:
		return shortDate(lang, at)
	case d < time.Minute:
		return c.words.word(lang, "ago.now")
	case d < time.Hour:
		return c.words.count(lang, "ago.minutes", int(d.Minutes()))
	case d < 24*time.Hour:
		return c.words.count(lang, "ago.hours", int(d.Hours()))
	case d < 30*24*time.Hour:
		return c.words.count(lang, "ago.days", int(d.Hours()/24))
	default:
		return shortDate(lang, at)
	}
}

// icon draws one of the embedded icons; beside a word it needs no title.
func (c *Console) icon(name string, title ...string) (template.HTML, error) {
	svg, ok := c.assets.icons[name]
	if !ok {
		return "", errors.New("no icon " + name)
	}
	hidden := ` aria-hidden="true"`
	inside := ""
	if len(title) > 0 {
		hidden, inside = ` role="img"`, "<title>"+template.HTMLEscapeString(title[0])+"</title>"
	}
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24"` + hidden + `>` + inside + svg + `</svg>`), nil //nolint:gosec // embedded
}

// dict makes a map for a template that takes several things.
func dict(pairs ...any) (map[string]any, error) {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, errors.New("dict: a key is no string")
		}
		out[key] = pairs[i+1]
	}
	return out, nil
}

// has reports whether a list of strings of any kind has one.
func has(list any, one string) bool {
	v := reflect.ValueOf(list)
	if v.Kind() != reflect.Slice {
		return false
	}
	for i := range v.Len() {
		if fmt.Sprint(v.Index(i)) == one {
			return true
		}
	}
	return false
}

// isoDay is a day as date fields want it; empty for none.
func isoDay(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.DateOnly)
}
