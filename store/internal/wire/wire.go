// Package wire holds how the keepers write the parts of a comment that are
// stored as documents: author, context, verdict, scores and the like. It owns
// their stored names, so that a rename in models never moves a column; it
// refuses SQL and knows neither database.
package wire

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

type author struct {
	ID        string `json:"id,omitempty"`
	Name      string `json:"name,omitempty"`
	Email     string `json:"email,omitempty"`
	URL       string `json:"url,omitempty"`
	IP        string `json:"ip,omitempty"`
	UserAgent string `json:"user_agent,omitempty"`
	Role      string `json:"role,omitempty"`
}

type commentContext struct {
	Section    string `json:"section,omitempty"`
	URL        string `json:"url,omitempty"`
	Title      string `json:"title,omitempty"`
	ThreadID   string `json:"thread_id,omitempty"`
	ParentID   string `json:"parent_id,omitempty"`
	ParentText string `json:"parent_text,omitempty"`
}

// Author is the document of a comment's author.
func Author(a models.Author) string { return encode(author(a)) }

// ParseAuthor reads what [Author] wrote.
func ParseAuthor(doc []byte) (models.Author, error) {
	a, err := decode[author]("author", doc)
	return models.Author(a), err
}

// Context is the document of where a comment stands.
func Context(c models.Context) string { return encode(commentContext(c)) }

// ParseContext reads what [Context] wrote.
func ParseContext(doc []byte) (models.Context, error) {
	c, err := decode[commentContext]("context", doc)
	return models.Context(c), err
}

// Scores is the document of a text's scores.
func Scores(s models.Scores) string { return encode(s) }

// ParseScores reads what [Scores] wrote.
func ParseScores(doc []byte) (models.Scores, error) {
	return decode[models.Scores]("scores", doc)
}

// Detail is the document of an audit entry's details.
func Detail(d map[string]string) string { return encode(d) }

// ParseDetail reads what [Detail] wrote.
func ParseDetail(doc []byte) (map[string]string, error) {
	return decode[map[string]string]("detail", doc)
}

// Ruleset is the document of a policy's ruleset.
func Ruleset(r models.Ruleset) string { return encode(r) }

// ParseRuleset reads what [Ruleset] wrote.
func ParseRuleset(doc []byte) (models.Ruleset, error) {
	return decode[models.Ruleset]("ruleset", doc)
}

// Book is the document of a site's charter, replies and queues.
func Book(b models.Book) string { return encode(b) }

// ParseBook reads what [Book] wrote.
func ParseBook(doc []byte) (models.Book, error) { return decode[models.Book]("book", doc) }

// Scope is the document of what a person may see.
func Scope(s []models.SiteScope) string {
	if len(s) == 0 {
		return "[]"
	}
	return encode(s)
}

// ParseScope reads what [Scope] wrote; an empty one is nil.
func ParseScope(doc []byte) ([]models.SiteScope, error) {
	scope, err := decode[[]models.SiteScope]("scope", doc)
	if len(scope) == 0 {
		return nil, err
	}
	return scope, err
}

type keyOptions struct {
	Strict bool   `json:"strict,omitempty"`
	HoldAs string `json:"hold_as,omitempty"`
}

// KeyOptions is the document of a key's options.
func KeyOptions(o models.KeyOptions) string { return encode(keyOptions(o)) }

// ParseKeyOptions reads what [KeyOptions] wrote.
func ParseKeyOptions(doc []byte) (models.KeyOptions, error) {
	o, err := decode[keyOptions]("key options", doc)
	return models.KeyOptions(o), err
}

// Cuts is the document of what an edit takes out; empty when there is nothing.
func Cuts(cuts []models.Cut) string {
	if len(cuts) == 0 {
		return ""
	}
	pairs := make([][2]int, len(cuts))
	for i, c := range cuts {
		pairs[i] = [2]int{c.Begin, c.End}
	}
	return encode(pairs)
}

// ParseCuts reads what [Cuts] wrote.
func ParseCuts(doc []byte) ([]models.Cut, error) {
	pairs, err := decode[[][2]int]("cuts", doc)
	var cuts []models.Cut
	for _, p := range pairs {
		cuts = append(cuts, models.Cut{Begin: p[0], End: p[1]})
	}
	return cuts, err
}

// List is the document of a list of strings.
func List[S ~string](list []S) string {
	if list == nil {
		list = []S{}
	}
	return encode(list)
}

// ParseList reads what [List] wrote.
func ParseList[S ~string](doc []byte) ([]S, error) {
	return decode[[]S]("list", doc)
}

// Labels is a list of labels as a column that LIKE can search: each between
// spaces, empty when there is none.
func Labels(labels []models.Label) string {
	if len(labels) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteByte(' ')
	for _, l := range labels {
		b.WriteString(string(l))
		b.WriteByte(' ')
	}
	return b.String()
}

// ParseLabels reads what [Labels] wrote.
func ParseLabels(column string) []models.Label {
	var out []models.Label
	for l := range strings.FieldsSeq(column) {
		out = append(out, models.Label(l))
	}
	return out
}

// Micros is t as it is kept: microseconds since 1970; nil for the zero time.
func Micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// Stamp is t as it is kept: UTC to the microsecond; nil for the zero time.
func Stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return Trim(t)
}

// Trim is t in UTC to the microsecond, which is what a database gives back.
func Trim(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMicro(t.UnixMicro()).UTC()
}

// When reads a kept time, of either database, into T; NULL is the zero time.
type When struct{ T *time.Time }

// Scan implements sql.Scanner.
func (w When) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*w.T = time.Time{}
	case int64:
		*w.T = time.UnixMicro(v).UTC()
	case time.Time:
		*w.T = v.UTC()
	default:
		return fmt.Errorf("a time was kept as %T", src)
	}
	return nil
}

func encode(v any) string {
	// Strings, numbers and maps of them: nothing here can fail, a NaN score
	// apart, and that one is refused where verdicts come in.
	doc, _ := json.Marshal(v)
	return string(doc)
}

func decode[T any](what string, doc []byte) (T, error) {
	var v T
	if len(doc) == 0 {
		return v, nil
	}
	if err := json.Unmarshal(doc, &v); err != nil {
		return v, fmt.Errorf("stored %s: %w", what, err)
	}
	return v, nil
}

// Clock is a time as it is told to people of any place.
func Clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// Repeat is what d means for a comment that its author sent again: where the
// one is published the other need not be.
func Repeat(d models.Decision, id models.CommentID) models.Decision {
	again := d
	again.ID, again.Comment, again.Cuts = models.DerivedID("repeat", d.ID, string(id)), id, nil
	if d.Decision.Status() == models.Approved {
		again.Decision, again.Reason, again.Reminder = models.DecideReject, "repeat", models.Reminder{}
	}
	return again
}

// Numbers is the document of a list of numbers.
func Numbers(list []int64) string { return encode(list) }

// InWave is what the decision of a wave means for one of its items.
func InWave(w models.WaveRequest, id models.CommentID, at time.Time) models.Decision {
	return models.Decision{
		ID: models.DerivedID("wave", w.ID, string(id)), Comment: id, Site: w.Site, Decision: w.Decision, By: w.By, At: at,
		Reason: w.Reason, Note: w.Note, Reminder: w.Reminder, Queue: w.Queue, Assignee: w.Assignee, Wave: w.ID,
	}
}

// Without is found and then those of others that are not in it, up to limit.
func Without(found, others []models.Comment, limit int) []models.Comment {
	for _, c := range others {
		same := func(f models.Comment) bool { return f.ID == c.ID }
		if len(found) < limit && !slices.ContainsFunc(found, same) {
			found = append(found, c)
		}
	}
	return found
}

// TriageDetail is what the audit log says of a triage: never the note.
func TriageDetail(t models.Triage) map[string]string {
	detail := map[string]string{"kind": string(t.Kind)}
	for name, value := range map[string]string{"queue": t.Queue, "owner": t.Owner} {
		if value != "" {
			detail[name] = value
		}
	}
	if !t.DueAt.IsZero() {
		detail["due"] = t.DueAt.UTC().Format(time.RFC3339)
	}
	if !t.AnsweredAt.IsZero() {
		detail["answered"] = t.AnsweredBy
	}
	return detail
}
