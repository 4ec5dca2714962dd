package console

import (
	"errors"
	"math"
	"net/http"
	"strconv"

	"github.com/tamis-moderation/tamis/models"
)

// problems is the console's table from kinds of failure to pages: the status,
// and the words under problem. in the locales.
var problems = map[models.Kind]struct {
	status int
	words  string
}{
	models.Internal:     {http.StatusInternalServerError, "internal"},
	models.Invalid:      {http.StatusUnprocessableEntity, "invalid"},
	models.Malformed:    {http.StatusBadRequest, "malformed"},
	models.TooLarge:     {http.StatusRequestEntityTooLarge, "too_large"},
	models.NotFound:     {http.StatusNotFound, "not_found"},
	models.Conflict:     {http.StatusConflict, "conflict"},
	models.Unauthorized: {http.StatusUnauthorized, "unauthorized"},
	models.Forbidden:    {http.StatusForbidden, "forbidden"},
	models.TooMany:      {http.StatusTooManyRequests, "too_many"},
	models.Unavailable:  {http.StatusServiceUnavailable, "unavailable"},
}

// problemData is what an error page shows.
type problemData struct {
	Status int
	Title  string
	Text   string
	Detail string // in English, from deeper down, where that helps
	Fields []models.FieldError
}

// problem answers with a page, or, to htmx, with a line in the page's notice.
func (c *Console) problem(w http.ResponseWriter, r *http.Request, err error) {
	data := c.explain(viewOf(r), err)
	if e, ok := errors.AsType[*models.Error](err); ok && e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
	}
	if isPartial(r) {
		w.Header().Set("HX-Retarget", "#notice")
		w.Header().Set("HX-Reswap", "innerHTML")
		if c.renderPart(w, r, data.Status, "problem", "line", data) == nil {
			return
		}
	} else if c.renderPart(w, r, data.Status, "problem", "layout", data) == nil {
		return
	}
	http.Error(w, data.Title, data.Status)
}

func (c *Console) explain(v *view, err error) problemData {
	kind := models.KindOf(err)
	p, ok := problems[kind]
	if !ok {
		p = problems[models.Internal]
	}
	data := problemData{Status: p.status, Title: v.T("problem." + p.words + ".title"), Text: v.T("problem." + p.words + ".text")}
	if errors.Is(err, errForeignForm) {
		data.Text = v.T("problem.foreign_form")
	}
	if e, ok := errors.AsType[*models.Error](err); ok {
		data.Fields = e.Fields
		if kind == models.Conflict {
			data.Detail = e.Msg
		}
	}
	return data
}

// faults gives the faulty fields of an Invalid error by their names, for a form
// to show beside them; nil for any other error.
func faults(err error) map[string]string {
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Kind != models.Invalid {
		return nil
	}
	out := map[string]string{}
	for _, f := range e.Fields {
		out[f.Field] = f.Detail
	}
	return out
}

func badForm(err error) error {
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return models.Wrap(models.TooLarge, err, "the form is too long")
	}
	return models.Wrap(models.Malformed, err, "the form can't be read")
}

// invalid gives the error when it is Invalid and names fields; else nil.
func invalid(err error) *models.Error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Kind != models.Invalid {
		return nil
	}
	return e
}
