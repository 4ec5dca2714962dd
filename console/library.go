package console

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Library is what people find and count, and decide by what it has in common.
type Library interface {
	Search(ctx context.Context, q models.CommentQuery) (models.Page[models.Comment], error)
	// IDs gives the comments that a search selects, and whether there are more
	// than one act decides.
	IDs(ctx context.Context, q models.CommentQuery) (ids []models.CommentID, more bool, err error)
	// Decide decides comments in one act, whether or not they wait, in the
	// sections given (nil = all).
	Decide(ctx context.Context, w models.WaveRequest, sections []string) (models.WaveOutcome, error)
	// DecideFound decides what a search finds and nobody decided yet; Conflict
	// when there are not as many as count.
	DecideFound(ctx context.Context, q models.CommentQuery, count int, w models.WaveRequest) (models.WaveOutcome, error)
	Story(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, models.Story, []models.AuditEntry, error)
	Spread(ctx context.Context, q models.ScoreQuery) (models.Spread, error)
	Export(ctx context.Context, q models.CommentQuery, w io.Writer) (int, error)
	Overview(ctx context.Context, site models.SiteID, sections []string) (models.Overview, error)
	Views(ctx context.Context, site models.SiteID, owner string) ([]models.SavedView, error)
	SaveView(ctx context.Context, v models.SavedView) (models.SavedView, error)
	DeleteView(ctx context.Context, site models.SiteID, id, owner string) error
}

func (c *Console) libraryRoutes() []route {
	return []route{
		{"GET /comments", models.ActRead, c.comments},
		{"GET /comments/export", models.ActExport, c.export},
		{"POST /comments/decide", models.ActBulk, c.decideFound},
		{"POST /comments/undo", models.ActBulk, c.undoFound},
		{"POST /comments/views", models.ActRead, c.saveView},
		{"POST /comments/views/{id}/delete", models.ActRead, c.deleteView},
		{"GET /comments/{id}", models.ActRead, c.commentPage},
	}
}

// shownFound is how many comments a page of a search shows.
const shownFound = 50

// foundComment is a comment as a list shows it.
type foundComment struct {
	models.Comment
	Words []piece
	By    string // whose text it is
	Who   string // who decided it
	Place string
}

// savedView is a saved search with its address. An address is made here whole:
// templates would escape what stands after a question mark of theirs.
type savedView struct {
	models.SavedView
	Path string
}

type libraryData struct {
	Form     url.Values
	Open     bool // more than words is asked for
	Found    []foundComment
	Next     string // the address of the next page
	Export   string // the address of the file
	Views    []savedView
	Statuses []models.Status
	Labels   []models.Label
	Kinds    []models.DecisionKind
	Wave     string // what was just decided, to be undone
	Faults   map[string]string
}

// searchKeys are the fields of a search, in the order of its form.
func searchKeys() []string {
	return []string{"q", "author", "status", "label", "section", "since", "until", "score", "min", "max", "undecided"}
}

// searchOf reads a search from an address or a form.
func searchOf(v *view, form url.Values) (models.CommentQuery, error) {
	q := models.CommentQuery{
		Site: v.Site.ID, Words: strings.TrimSpace(form.Get("q")), Author: strings.TrimSpace(form.Get("author")),
		Status: models.Status(form.Get("status")), Label: models.Label(form.Get("label")), Undecided: form.Get("undecided") != "",
		Sections: v.User.Sections(v.Site.ID), Cursor: form.Get("cursor"), Limit: shownFound,
	}
	var faults []models.FieldError
	fault := func(field, detail string) { faults = append(faults, models.FieldError{Field: field, Detail: detail}) }
	if section := strings.TrimSpace(form.Get("section")); section != "" {
		if q.Sections != nil && !slices.Contains(q.Sections, section) {
			q.Sections = []string{}
		} else {
			q.Sections = []string{section}
		}
	}
	for field, into := range map[string]*time.Time{"since": &q.Since, "until": &q.Until} {
		if raw := form.Get(field); raw != "" {
			day, err := time.Parse(time.DateOnly, raw)
			if err != nil {
				fault(field, "is not a date like 2026-12-31")
			}
			*into = day
		}
	}
	if !q.Until.IsZero() {
		q.Until = q.Until.AddDate(0, 0, 1) // the day itself counts
	}
	if label := models.Label(form.Get("score")); label != "" {
		r := models.ScoreRange{Label: label, Max: 1}
		for field, into := range map[string]*float64{"min": &r.Min, "max": &r.Max} {
			if raw := strings.ReplaceAll(form.Get(field), ",", "."); raw != "" {
				p, err := strconv.ParseFloat(raw, 64)
				if err != nil || !(p >= 0 && p <= 1) {
					fault(field, "must be between 0 and 1")
				}
				*into = p
			}
		}
		q.Score = &r
	}
	if len(faults) > 0 {
		return q, models.Fields(faults...)
	}
	return q, nil
}

// asked keeps of a form what a search is made of.
func asked(form url.Values) url.Values {
	out := url.Values{}
	for _, key := range searchKeys() {
		if value := strings.TrimSpace(form.Get(key)); value != "" {
			out.Set(key, value)
		}
	}
	return out
}

// comments is the search.
func (c *Console) comments(w http.ResponseWriter, r *http.Request) error {
	v, form := viewOf(r), r.URL.Query()
	search := asked(form)
	data := libraryData{
		Form: search, Export: "/comments/export?" + search.Encode(), Statuses: models.Statuses(), Labels: models.Labels(), Wave: form.Get("wave"),
		Open:  len(search) > 1 || len(search) == 1 && !search.Has("q"),
		Kinds: []models.DecisionKind{models.DecideApprove, models.DecideHold, models.DecideReject, models.DecideSpam},
	}
	q, err := searchOf(v, form)
	var found models.Page[models.Comment]
	if err == nil {
		found, err = c.deps.Library.Search(r.Context(), q)
	}
	if data.Faults = faults(err); err != nil && data.Faults == nil {
		return err
	}
	views, err := c.deps.Library.Views(r.Context(), v.Site.ID, v.by())
	if err != nil {
		return err
	}
	for _, one := range views {
		data.Views = append(data.Views, savedView{one, "/comments?" + one.Query})
	}
	if data.Found, err = c.foundAll(r.Context(), v, found.Items); err != nil {
		return err
	}
	if found.Next != "" {
		next := asked(form)
		next.Set("cursor", found.Next)
		data.Next = "/comments?" + next.Encode()
	}
	status := http.StatusOK
	if data.Faults != nil {
		status = http.StatusUnprocessableEntity
	}
	return c.renderAs(w, r, status, "comments", data)
}

// foundAll makes comments ready for a list.
func (c *Console) foundAll(ctx context.Context, v *view, comments []models.Comment) ([]foundComment, error) {
	who, err := c.names(ctx)
	if err != nil {
		return nil, err
	}
	var out []foundComment
	for _, one := range comments {
		f := foundComment{Comment: one, Words: excerpt(one.Text, one.Verdict, lineLength), By: tame(one.Author.Name), Place: tame(one.Context.Title)}
		if one.Decision != nil {
			f.Who = who.of(v, one.Decision.By)
		}
		out = append(out, f)
	}
	return out, nil
}

// decideFound decides what was ticked, in one act.
func (c *Console) decideFound(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	back := asked(r.PostForm)
	var items []models.CommentID
	for _, id := range r.PostForm["item"] {
		items = append(items, models.CommentID(id))
	}
	if len(items) == 0 {
		c.flash(w, r, "comments.none_ticked")
		return c.back(w, r, "/comments?"+back.Encode())
	}
	want := decisionOnMany(r, v)
	want.Items = items
	out, err := c.deps.Library.Decide(r.Context(), want, v.User.Sections(v.Site.ID))
	if err != nil {
		return err
	}
	c.flashDone(w, r, out)
	if out.Wave != "" {
		back.Set("wave", out.Wave)
	}
	return c.back(w, r, "/comments?"+back.Encode())
}

// decisionOnMany reads what was decided of several comments.
func decisionOnMany(r *http.Request, v *view) models.WaveRequest {
	return models.WaveRequest{DecisionRequest: models.DecisionRequest{
		Site: v.Site.ID, Decision: models.DecisionKind(r.PostFormValue("decision")), By: v.by(), Reason: strings.TrimSpace(r.PostFormValue("reason")),
	}}
}

// flashDone tells how many were decided, and how many were left.
func (c *Console) flashDone(w http.ResponseWriter, r *http.Request, out models.WaveOutcome) {
	key := "comments.decided"
	if len(out.Skipped) > 0 {
		key = "comments.decided_some"
	}
	c.flash(w, r, key, "N", strconv.Itoa(len(out.Decisions)), "Left", strconv.Itoa(len(out.Skipped)))
}

// undoFound takes an act back as one.
func (c *Console) undoFound(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	out, err := c.deps.Desk.Waves.UndoWave(r.Context(), models.UndoRequest{Decision: r.PostFormValue("wave"), Site: v.Site.ID, By: v.by()})
	if err != nil {
		return err
	}
	c.flash(w, r, "comments.undone", "N", strconv.Itoa(len(out.Decisions)))
	back := localPath(r.PostFormValue("back"))
	if back == "" {
		back = "/comments?" + asked(r.PostForm).Encode()
	}
	return c.back(w, r, back)
}

// export gives what a search finds as a file.
func (c *Console) export(w http.ResponseWriter, r *http.Request) error {
	q, err := searchOf(viewOf(r), r.URL.Query())
	if err != nil {
		return err
	}
	file := &lazyFile{w: w}
	if _, err := c.deps.Library.Export(r.Context(), q, file); err != nil {
		if file.begun {
			panic(http.ErrAbortHandler) // half a file must not look like a whole one
		}
		return err
	}
	return nil
}

// lazyFile sets the headers of a file with its first byte, so that an error
// before can still become a page.
type lazyFile struct {
	w     http.ResponseWriter
	begun bool
}

// Write implements [io.Writer].
func (f *lazyFile) Write(p []byte) (int, error) {
	if !f.begun {
		f.begun = true
		f.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		f.w.Header().Set("Content-Disposition", `attachment; filename="comments.csv"`)
	}
	return f.w.Write(p)
}

func (c *Console) saveView(w http.ResponseWriter, r *http.Request) error {
	v, search := viewOf(r), asked(r.PostForm)
	_, err := c.deps.Library.SaveView(r.Context(), models.SavedView{
		Site: v.Site.ID, Owner: v.by(), Name: r.PostFormValue("name"), Query: search.Encode(), Shared: r.PostFormValue("shared") != "",
	})
	if err != nil {
		return err
	}
	c.flash(w, r, "comments.view_saved")
	return c.back(w, r, "/comments?"+search.Encode())
}

func (c *Console) deleteView(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	if err := c.deps.Library.DeleteView(r.Context(), v.Site.ID, r.PathValue("id"), v.by()); err != nil {
		return err
	}
	return c.back(w, r, "/comments?"+asked(r.PostForm).Encode())
}

// findComments lets the palette look for comments by their words.
func (c *Console) findComments(ctx context.Context, v *view, words string) ([]found, error) {
	if len([]rune(words)) < 3 {
		return nil, nil
	}
	hits, err := c.deps.Library.Search(ctx, models.CommentQuery{Site: v.Site.ID, Words: words, Sections: v.User.Sections(v.Site.ID), Limit: 5})
	if err != nil {
		return nil, err
	}
	var out []found
	for _, h := range hits.Items {
		out = append(out, found{Path: "/comments/" + string(h.ID), Name: tame(firstRunes(h.Text, 60)), Note: v.T("status." + string(h.Status)), Icon: "messages-square"})
	}
	out = append(out, found{Path: "/comments?" + url.Values{"q": {words}}.Encode(), Name: v.T("comments.all_with", "Words", words), Icon: "search"})
	return out, nil
}

func firstRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
