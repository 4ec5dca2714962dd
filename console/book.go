package console

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// Books keeps charters, replies and queues.
type Books interface {
	Book(ctx context.Context, site models.SiteID) (models.SiteBook, error)
	// SetBook keeps a book as the version after base; entries without an id are
	// given one.
	SetBook(ctx context.Context, site models.SiteID, book models.Book, base int64, by string) (models.SiteBook, error)
}

func (c *Console) bookRoutes() []route {
	return []route{
		{"GET /settings/charter", models.ActBook, c.bookPage},
		{"POST /settings/charter", models.ActBook, c.setBook},
	}
}

type bookData struct {
	Book   models.SiteBook
	Labels []models.Label
	Topics []string
	Faults []models.FieldError
}

// topics are what a comment can be, beside good and bad.
func topics() []string {
	var out []string
	for _, k := range models.TriageKinds() {
		out = append(out, string(k))
	}
	return out
}

func (c *Console) bookPage(w http.ResponseWriter, r *http.Request) error {
	book, err := c.deps.Books.Book(r.Context(), viewOf(r).Site.ID)
	if err != nil {
		return err
	}
	return c.showBook(w, r, http.StatusOK, book, nil)
}

// showBook adds a blank line to each list, so that one can be added without a script.
func (c *Console) showBook(w http.ResponseWriter, r *http.Request, status int, book models.SiteBook, found []models.FieldError) error {
	book.Book.Charter = append(slices.Clone(book.Book.Charter), models.Sentence{})
	book.Book.Replies = append(slices.Clone(book.Book.Replies), models.Reply{})
	book.Book.Queues = append(slices.Clone(book.Book.Queues), models.NamedQueue{})
	return c.renderAs(w, r, status, "book", bookData{Book: book, Labels: models.Labels(), Topics: topics(), Faults: found})
}

func (c *Console) setBook(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	base, err := strconv.ParseInt(r.PostFormValue("base"), 10, 64)
	if err != nil {
		return badForm(err)
	}
	book := bookOf(r)
	if _, err := c.deps.Books.SetBook(r.Context(), v.Site.ID, book, base, v.by()); err != nil {
		if e := invalid(err); e != nil {
			return c.showBook(w, r, http.StatusUnprocessableEntity, models.SiteBook{Version: base, Book: book}, e.Fields)
		}
		return err
	}
	c.flash(w, r, "book.saved")
	return c.back(w, r, "/settings/charter")
}

// bookOf reads the form: lines without any text are taken out, and each list is
// put in the order of its numbers.
func bookOf(r *http.Request) models.Book {
	var b models.Book
	lines(r, "charter", &b.Charter, func(p string) (models.Sentence, bool) {
		s := models.Sentence{ID: r.PostFormValue(p + "id"), Text: wordsOf(r, p+"text"), Labels: labelsOf(r, p+"labels")}
		return s, s.Text != models.Words{}
	})
	lines(r, "replies", &b.Replies, func(p string) (models.Reply, bool) {
		s := models.Reply{ID: r.PostFormValue(p + "id"), Name: wordsOf(r, p+"name"), Text: wordsOf(r, p+"text"), Sentence: r.PostFormValue(p + "sentence")}
		if _, n := b.Sentence(s.Sentence); n == 0 {
			s.Sentence = "" // it was taken out with this same form
		}
		return s, s.Name != models.Words{} || s.Text != models.Words{}
	})
	lines(r, "queues", &b.Queues, func(p string) (models.NamedQueue, bool) {
		q := models.NamedQueue{ID: r.PostFormValue(p + "id"), Name: wordsOf(r, p+"name"), Labels: labelsOf(r, p+"labels"), Topics: r.PostForm[p+"topics"]}
		q.Direct = r.PostFormValue(p+"direct") != ""
		q.People = strings.FieldsFunc(r.PostFormValue(p+"people"), func(r rune) bool { return r == ',' || r == ' ' || r == ';' || r == '\n' || r == '\r' })
		return q, q.Name != models.Words{}
	})
	return b
}

// lines reads the numbered lines of a list, whose fields are charter.0.text.fr
// and so on.
func lines[T any](r *http.Request, list string, into *[]T, read func(prefix string) (T, bool)) {
	type placed struct {
		at   int
		line T
	}
	var found []placed
	for i := 0; r.PostForm.Has(fmt.Sprintf("%s.%d.id", list, i)); i++ {
		prefix := fmt.Sprintf("%s.%d.", list, i)
		line, kept := read(prefix)
		if !kept {
			continue
		}
		at, err := strconv.Atoi(r.PostFormValue(prefix + "at"))
		if err != nil {
			at = i + 1
		}
		found = append(found, placed{at, line})
	}
	slices.SortStableFunc(found, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	for _, f := range found {
		*into = append(*into, f.line)
	}
}

func wordsOf(r *http.Request, name string) models.Words {
	return models.Words{FR: strings.TrimSpace(r.PostFormValue(name + ".fr")), EN: strings.TrimSpace(r.PostFormValue(name + ".en"))}
}

func labelsOf(r *http.Request, name string) []models.Label {
	var out []models.Label
	for _, l := range r.PostForm[name] {
		out = append(out, models.Label(l))
	}
	return out
}
