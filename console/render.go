package console

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed templates
var templates embed.FS

// sheets are the templates of one language: a set for each page.
type sheets struct {
	pages map[string]*template.Template
}

// screen is what templates see as the dot.
type screen struct {
	*view
	Data any
}

// loadSheets parses every page once for each language, so that the functions
// in it know which they speak. What is in shared belongs to all pages.
func (c *Console) loadSheets() (map[string]*sheets, error) {
	files, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		return nil, err
	}
	all := map[string]*sheets{}
	for _, lang := range languages() {
		base, err := template.New("").Funcs(c.functions(lang)).Funcs(deskFunctions(lang)).ParseFS(templates, "templates/shared/*.html")
		if err != nil {
			return nil, err
		}
		s := &sheets{pages: map[string]*template.Template{}}
		for _, file := range files {
			name := strings.TrimSuffix(path.Base(file), ".html")
			page, err := template.Must(base.Clone()).ParseFS(templates, file)
			if err != nil {
				return nil, err
			}
			s.pages[name] = page
		}
		all[lang] = s
	}
	return all, nil
}

// isPartial reports whether htmx asks, which puts the answer into a page that is there.
func isPartial(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") == "" &&
		r.Header.Get("HX-History-Restore-Request") == ""
}

// render is the one place that picks the full page or a partial: to htmx it
// answers with the template that is named like the id of its target, or "main".
func (c *Console) render(w http.ResponseWriter, r *http.Request, page string, data any) error {
	return c.renderAs(w, r, http.StatusOK, page, data)
}

// renderAs is render with another status.
func (c *Console) renderAs(w http.ResponseWriter, r *http.Request, status int, page string, data any) error {
	part := "layout"
	if isPartial(r) {
		part = "main"
		set := c.sheets[viewOf(r).Lang].pages[page]
		if target := r.Header.Get("HX-Target"); set != nil && target != "" && set.Lookup(target) != nil {
			part = target
		}
	}
	return c.renderPart(w, r, status, page, part, data)
}

// renderPart answers with one named template of a page.
func (c *Console) renderPart(w http.ResponseWriter, r *http.Request, status int, page, part string, data any) error {
	v := viewOf(r)
	set, ok := c.sheets[v.Lang].pages[page]
	if !ok {
		return fmt.Errorf("no page %q", page)
	}
	if part == "layout" {
		v.Flash = c.takeFlash(w, r)
	}
	// Into memory first: an error half way must not leave half a page.
	var out bytes.Buffer
	if err := set.ExecuteTemplate(&out, part, screen{v, data}); err != nil {
		return fmt.Errorf("page %s: %w", page, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Add("Vary", "HX-Request, HX-Target")
	w.WriteHeader(status)
	_, _ = out.WriteTo(w) // the browser may have gone
	return nil
}
