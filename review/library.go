package review

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

const (
	maxSearch  = 500 // bytes of what is searched for
	maxName    = 100 // characters of a view's name
	maxQuery   = 2000
	exportPage = 200
	// MaxExport is how many comments one file holds.
	MaxExport = 100_000
)

// Library is what people find and count: comments by their words, their scores
// and their story.
type Library struct {
	Desk  *Desk
	Store interface {
		store.Library
		store.Audit
		Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
		ListComments(ctx context.Context, q models.CommentQuery) (models.Page[models.Comment], error)
		Counters(ctx context.Context, site models.SiteID, day time.Time) (map[string]int64, error)
	}
	Now func() time.Time
}

// Search gives a page of comments, newest first.
func (l *Library) Search(ctx context.Context, q models.CommentQuery) (models.Page[models.Comment], error) {
	if err := checkSearch(q); err != nil {
		return models.Page[models.Comment]{}, err
	}
	found, err := l.Store.ListComments(ctx, q)
	if err != nil {
		return found, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

func checkSearch(q models.CommentQuery) error {
	var faults []models.FieldError
	for _, f := range []struct{ field, value string }{{"words", q.Words}, {"author", q.Author}} {
		if len(f.value) > maxSearch || !utf8.ValidString(f.value) {
			faults = append(faults, models.FieldError{Field: f.field, Detail: fmt.Sprintf("must be text of up to %d bytes", maxSearch)})
		}
	}
	if q.Status != "" && !q.Status.Valid() {
		faults = append(faults, models.FieldError{Field: "status", Detail: "is no status"})
	}
	if q.Label != "" && !q.Label.Valid() {
		faults = append(faults, models.FieldError{Field: "label", Detail: "is no label"})
	}
	if r := q.Score; r != nil && (!r.Label.Valid() || !(r.Min >= 0 && r.Min <= r.Max && r.Max <= 1)) {
		faults = append(faults, models.FieldError{Field: "score", Detail: "needs a label, and two numbers of which 0 <= min <= max <= 1"})
	}
	if !q.Since.IsZero() && !q.Until.IsZero() && !q.Since.Before(q.Until) {
		faults = append(faults, models.FieldError{Field: "until", Detail: "must be after since"})
	}
	if len(faults) > 0 {
		return models.Fields(faults...)
	}
	return nil
}

// Spread tells how a label's scores are spread.
func (l *Library) Spread(ctx context.Context, q models.ScoreQuery) (models.Spread, error) {
	return l.Store.Spread(ctx, q)
}

// IDs gives the comments that a search selects, up to [models.MaxWave]; more
// tells that there are others.
func (l *Library) IDs(ctx context.Context, q models.CommentQuery) (ids []models.CommentID, more bool, err error) {
	q.Limit, q.Cursor = exportPage, ""
	for {
		found, err := l.Search(ctx, q)
		if err != nil {
			return nil, false, err
		}
		for _, c := range found.Items {
			if len(ids) == models.MaxWave {
				return ids, true, nil
			}
			ids = append(ids, c.ID)
		}
		if q.Cursor = found.Next; q.Cursor == "" {
			return ids, false, nil
		}
	}
}

// DecideFound decides what a search finds and nobody decided yet, in one act.
// There must be as many as count: who decides what they did not read was told
// the number, and agreed to it. Otherwise it is Conflict.
func (l *Library) DecideFound(ctx context.Context, q models.CommentQuery, count int, w models.WaveRequest) (models.WaveOutcome, error) {
	q.Undecided = true
	ids, _, err := l.IDs(ctx, q)
	if err != nil {
		return models.WaveOutcome{}, err
	}
	if len(ids) == 0 || len(ids) != count {
		return models.WaveOutcome{}, models.Errorf(models.Conflict, "the search finds %d comments that nobody decided, not %d", len(ids), count)
	}
	w.Items = ids
	return l.Decide(ctx, w, nil)
}

// Decide decides comments in one act, whether or not they wait; it is undone as
// a wave is. Comments of sections that are not the person's are left and named.
func (l *Library) Decide(ctx context.Context, w models.WaveRequest, sections []string) (models.WaveOutcome, error) {
	w.Settled = true
	foreign := map[models.CommentID]string{}
	if sections != nil {
		var mine []models.CommentID
		for _, id := range w.Items {
			c, err := l.Store.Comment(ctx, w.Site, id)
			if err != nil && models.KindOf(err) != models.NotFound {
				return models.WaveOutcome{}, err
			}
			if err != nil || !slices.Contains(sections, c.Context.Section) {
				foreign[id] = "it is of another section"
				continue
			}
			mine = append(mine, id)
		}
		if w.Items = mine; len(mine) == 0 {
			return models.WaveOutcome{Skipped: foreign}, nil
		}
	}
	out, err := l.Desk.DecideWave(ctx, w)
	if err != nil {
		return out, err
	}
	if out.Skipped == nil {
		out.Skipped = map[models.CommentID]string{}
	}
	maps.Copy(out.Skipped, foreign)
	return out, nil
}

// Story tells a comment's whole story: as it stands, what was decided, reported
// and delivered, and its audit entries, the newest first.
func (l *Library) Story(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, models.Story, []models.AuditEntry, error) {
	fail := func(err error) (models.Comment, models.Story, []models.AuditEntry, error) {
		return models.Comment{}, models.Story{}, nil, fmt.Errorf("story: %w", err)
	}
	c, err := l.Store.Comment(ctx, site, id)
	if err != nil {
		return fail(err)
	}
	story, err := l.Store.CommentStory(ctx, site, id)
	if err != nil {
		return fail(err)
	}
	entries, err := l.Store.AuditEntries(ctx, models.AuditQuery{Site: site, Subject: string(id), Limit: 200})
	if err != nil {
		return fail(err)
	}
	return c, story, entries.Items, nil
}

// Views lists the searches that a person sees.
func (l *Library) Views(ctx context.Context, site models.SiteID, owner string) ([]models.SavedView, error) {
	return l.Store.ListViews(ctx, site, owner)
}

// SaveView gives a search a name.
func (l *Library) SaveView(ctx context.Context, v models.SavedView) (models.SavedView, error) {
	v.Name, v.Query = strings.TrimSpace(v.Name), strings.TrimPrefix(v.Query, "?")
	var faults []models.FieldError
	if n := utf8.RuneCountInString(v.Name); n == 0 || n > maxName || !utf8.ValidString(v.Name) {
		faults = append(faults, models.FieldError{Field: "name", Detail: fmt.Sprintf("must be 1 to %d characters", maxName)})
	}
	if len(v.Query) > maxQuery || !utf8.ValidString(v.Query) {
		faults = append(faults, models.FieldError{Field: "query", Detail: fmt.Sprintf("must be up to %d bytes", maxQuery)})
	}
	if len(faults) > 0 {
		return v, models.Fields(faults...)
	}
	v.CreatedAt = l.Now()
	v.ID = models.NewID(v.CreatedAt)
	if err := l.Store.AddView(ctx, v); err != nil {
		return v, fmt.Errorf("save view: %w", err)
	}
	return v, nil
}

// DeleteView deletes one of a person's own views.
func (l *Library) DeleteView(ctx context.Context, site models.SiteID, id, owner string) error {
	return l.Store.DeleteView(ctx, site, id, owner)
}

// Export writes what a search finds as comma-separated values, [MaxExport]
// comments at most, and tells how many. Cells that a spreadsheet would take for
// a formula begin with an apostrophe.
func (l *Library) Export(ctx context.Context, q models.CommentQuery, w io.Writer) (int, error) {
	if err := checkSearch(q); err != nil {
		return 0, err
	}
	out := csv.NewWriter(w)
	head := []string{
		"id", "external_id", "received_at", "status", "labels", "decision", "decided_by", "decided_at", "author", "author_id",
		"section", "url", "title", "lang", "text",
	}
	for _, label := range models.Labels() {
		head = append(head, string(label))
	}
	if err := out.Write(head); err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	n := 0
	q.Limit, q.Cursor = exportPage, ""
	for n < MaxExport {
		found, err := l.Store.ListComments(ctx, q)
		if err != nil {
			return n, fmt.Errorf("export: %w", err)
		}
		for _, c := range found.Items {
			if err := out.Write(row(c)); err != nil {
				return n, fmt.Errorf("export: %w", err)
			}
			n++
		}
		if q.Cursor = found.Next; q.Cursor == "" {
			break
		}
	}
	out.Flush()
	return n, out.Error()
}

func row(c models.Comment) []string {
	var d models.Decision
	if c.Decision != nil {
		d = *c.Decision
	}
	var scores models.Scores
	var labels []string
	if c.Verdict != nil {
		scores = c.Verdict.Scores
		for _, l := range c.Verdict.Labels {
			labels = append(labels, string(l))
		}
	}
	cells := []string{
		string(c.ID), c.ExternalID, moment(c.ReceivedAt), string(c.Status), strings.Join(labels, " "), string(d.Decision), d.By,
		moment(d.At), c.Author.Name, c.Author.ID, c.Context.Section, c.Context.URL, c.Context.Title, c.Lang, c.Text,
	}
	for i := range cells {
		cells[i] = harmless(cells[i])
	}
	for _, l := range models.Labels() {
		cell := ""
		if p, ok := scores[l]; ok {
			cell = strconv.FormatFloat(p, 'f', 4, 64)
		}
		cells = append(cells, cell)
	}
	return cells
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// harmless keeps a spreadsheet from running a cell that somebody else wrote.
func harmless(cell string) string {
	trimmed := strings.TrimLeft(cell, " \u00a0")
	if trimmed != "" && strings.ContainsRune("=+-@\t\r\n|%", rune(trimmed[0])) || strings.HasPrefix(trimmed, "\uff1d") {
		return "'" + cell
	}
	return cell
}
