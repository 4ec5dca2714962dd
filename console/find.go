package console

import (
	"context"
	"net/http"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// found is a line of the palette.
type found struct {
	Path string
	Name string // in the person's language, or a name
	Note string
	Icon string
}

// finder looks for things of one sort: pages here, comments and people in the
// files of their pages, which add theirs to finders.
type finder struct {
	act  models.Act
	find func(ctx context.Context, v *view, words string) ([]found, error)
}

// finders lists what the palette looks for, in the order in which it shows it.
func (c *Console) finders() []finder {
	return []finder{
		{models.ActSelf, findPlaces},
		{models.ActRead, c.findComments},
	}
}

func (c *Console) findRoutes() []route {
	return []route{
		{"GET /find", models.ActSelf, c.find},
		{"GET /keys", models.ActSelf, c.shortcuts},
	}
}

type findData struct {
	Words string
	Found []found
}

// find is the palette: what it finds, and, without a script, a page with a form.
func (c *Console) find(w http.ResponseWriter, r *http.Request) error {
	v, data := viewOf(r), findData{Words: strings.TrimSpace(r.URL.Query().Get("q"))}
	for _, f := range c.finders() {
		if !v.May(f.act) {
			continue
		}
		more, err := f.find(r.Context(), v, data.Words)
		if err != nil {
			return err
		}
		data.Found = append(data.Found, more...)
	}
	return c.render(w, r, "find", data)
}

// shortcuts lists the keys of every page; the dialog has those of its page too.
func (c *Console) shortcuts(w http.ResponseWriter, r *http.Request) error {
	return c.render(w, r, "shortcuts", nil)
}

func findPlaces(_ context.Context, v *view, words string) ([]found, error) {
	var out []found
	for _, group := range []string{"", "house", "self"} {
		for _, p := range v.Places(group) {
			if name := v.T(p.Key); strings.Contains(strings.ToLower(name), strings.ToLower(words)) {
				out = append(out, found{Path: p.Path, Name: name, Icon: p.Icon})
			}
		}
	}
	return out, nil
}
