package console

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// hand is one item as it lies before a person, with what is around it.
type hand struct {
	models.ReviewItem
	Claim    string
	Said     said
	Why      string // how urgent, in words
	Severity models.Severity
	Page     string // where it stands; empty when the site gave no proper address
	Title    string
	Author   string
	Parent   string
	ParentBy string
	Sent     *sent
	Reasons  []why
	Without  []piece // the words without which it would pass
	Sentence string  // of the charter
	Article  int     // its number
	Charter  []models.Sentence
	About    string // id of the sentence
	Replies  []models.Reply
	Queues   []models.NamedQueue
	People   []models.User
	Routed   string // the queue to which such comments go
	Cuts     []piece
	Before   []precedent
	Story    models.AuthorStory
	Stories  []line
	Lines    []line
	Heat     *heat
	Readers  int
	Reports  []models.Report
	Triage   *models.Triage
	Owner    string
	Guess    models.TriageKind
	Wave     *models.Wave // of the same words
	Also     []models.Wave
	Mine     bool // the person holds it and may decide
	HeldBy   string
}

// sent is who passed an item on, and why.
type sent struct {
	By   string
	Note string
	At   time.Time
}

// why is one reason with where it comes from.
type why struct {
	models.Reason
	Words []piece
}

// precedent is how a comment like this one was decided.
type precedent struct {
	models.Precedent
	By    string
	Words []piece
}

// line is another comment in short.
type line struct {
	ID     models.CommentID
	Words  []piece
	Author string
	Status models.Status
	At     time.Time
	Here   bool
}

const (
	lineLength = 180
	wordLength = 60
)

// hands prepares items to be shown.
func (c *Console) hands(r *http.Request, s seat, items []models.ReviewItem) ([]hand, error) {
	if len(items) == 0 {
		return nil, nil
	}
	v, ctx := viewOf(r), r.Context()
	book, err := c.deps.Desk.Book(ctx, v.Site.ID)
	if err != nil {
		return nil, err
	}
	people, err := c.colleagues(ctx, v)
	if err != nil {
		return nil, err
	}
	names, err := c.names(ctx)
	if err != nil {
		return nil, err
	}
	var out []hand
	for _, item := range items {
		around, err := c.deps.Desk.Triage.Around(ctx, item.Comment)
		if err != nil {
			return nil, err
		}
		h := newHand(v, item, around, names)
		h.Claim, h.People = s.token, people
		h.Mine = v.May(models.ActReview) && item.Claim != nil && item.Claim.Token == s.token
		h.consult(book.Book, v.Lang)
		out = append(out, h)
	}
	return out, nil
}

func newHand(v *view, item models.ReviewItem, around models.Around, names names) hand {
	c := item.Comment
	h := hand{
		ReviewItem: item, Said: say(c.Text, c.Verdict), Why: item.UrgencyText(around.Readers, v.Lang, v.Now),
		Title: tame(c.Context.Title), Author: tame(c.Author.Name), Page: properAddress(c.Context.URL),
		Readers: around.Readers, Reports: around.Reports, Triage: around.Triage, Guess: around.Suggested, Story: around.Author,
	}
	if c.Verdict != nil {
		h.Severity = models.SeverityOf(c.Verdict.Labels)
		for _, r := range c.Verdict.Reasons {
			h.Reasons = append(h.Reasons, newWhy(r, c))
		}
		if e := c.Verdict.Edit; e != nil {
			h.Without = newWhy(models.Reason{Evidence: e.Spans}, c).Words
		}
	}
	for _, p := range pieces([]rune(c.Text), spans(c.Verdict, len([]rune(c.Text)))) {
		if p.Mark && len(h.Cuts) < 20 {
			h.Cuts = append(h.Cuts, p)
		}
	}
	if d := c.Decision; d != nil && d.Decision == models.DecideEscalate {
		h.Sent = &sent{By: names.of(v, d.By), Note: d.Note, At: d.At}
	}
	if item.Claim != nil && item.Claim.By != v.by() {
		h.HeldBy = names.of(v, item.Claim.By)
	}
	if h.Triage != nil && h.Triage.Owner != "" {
		h.Owner = names.of(v, h.Triage.Owner)
	}
	h.surround(v, around, names)
	return h
}

// surround adds what stands around the comment.
func (h *hand) surround(v *view, around models.Around, names names) {
	c := h.Comment
	h.Parent = c.Context.ParentText
	if around.Parent != nil {
		h.Parent, h.ParentBy = around.Parent.Text, tame(around.Parent.Author.Name)
	}
	for _, p := range around.Precedents {
		by := ""
		if p.Decision != nil {
			by = names.of(v, p.Decision.By)
		}
		h.Before = append(h.Before, precedent{p, by, excerpt(p.Text, p.Verdict, lineLength)})
	}
	for _, other := range around.Author.Last {
		h.Stories = append(h.Stories, newLine(other, c.ID))
	}
	for _, other := range around.Thread.Comments {
		h.Lines = append(h.Lines, newLine(other, c.ID))
	}
	h.Heat = newHeat(around.Thread.Beats)
	for i, w := range around.Waves {
		if w.Kind == models.WaveText {
			h.Wave = &around.Waves[i]
			continue
		}
		h.Also = append(h.Also, w)
	}
}

// consult adds what the site's book says to such a comment.
func (h *hand) consult(book models.Book, lang string) {
	var labels []models.Label
	if v := h.Comment.Verdict; v != nil {
		labels = slices.Clone(v.Labels)
	}
	slices.SortStableFunc(labels, func(a, b models.Label) int {
		return int(models.SeverityOf([]models.Label{b}) - models.SeverityOf([]models.Label{a}))
	})
	if n := book.About(labels...); n > 0 {
		h.Article, h.About, h.Sentence = n, book.Charter[n-1].ID, book.Charter[n-1].Text.In(lang)
	}
	h.Charter, h.Replies, h.Queues = book.Charter, book.Replies, book.Queues
	for _, q := range book.Queues {
		for _, l := range q.Labels {
			for _, own := range labels {
				if l == own && h.Routed == "" {
					h.Routed = q.ID
				}
			}
		}
	}
}

func newWhy(r models.Reason, c models.Comment) why {
	w := why{Reason: r}
	runes := []rune(c.Text)
	marks := spans(c.Verdict, len(runes))
	for _, e := range r.Evidence {
		begin, end := max(e.Begin, 0), min(e.End, len(runes))
		if begin >= end || len(w.Words) >= 6 {
			continue
		}
		w.Words = append(w.Words, quoted(runes[begin:end], covered(marks, begin, end))...)
	}
	return w
}

// quoted shows words of a text by themselves, covered where they are so in it.
func quoted(words []rune, cover bool) []piece {
	rule := models.RuleScore
	if cover {
		rule = models.RuleWord
	}
	only := models.Verdict{Reasons: []models.Reason{{Rule: rule, Evidence: []models.Span{{End: len(words)}}}}}
	return excerpt(string(words), &only, wordLength)
}

func newLine(c models.Comment, here models.CommentID) line {
	return line{
		ID: c.ID, Words: excerpt(c.Published(), c.Verdict, lineLength), Author: tame(c.Author.Name), Status: c.Status, At: c.ReceivedAt,
		Here: c.ID == here,
	}
}

// properAddress lets through what a browser may open: the web, nothing else.
func properAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return u.String()
}

// heat is how a thread went, drawn as bars.
type heat struct {
	Bars  []bar
	Width int
	Count int
	Hot   bool // more came of late than before
	From  time.Time
}

// bar is the comments of one stretch of time.
type bar struct {
	X, Y, Height int
	Bad          bool // most of them were held or rejected
}

const (
	heatBars   = 16
	heatHeight = 22
)

// newHeat draws the latest comments of a thread; nil when there are too few.
func newHeat(beats []models.Beat) *heat {
	if len(beats) < 3 {
		return nil
	}
	begin, end := beats[0].At, beats[len(beats)-1].At
	if end.Sub(begin) < time.Minute {
		return nil // they came at once: an import
	}
	stretch := end.Sub(begin)/heatBars + 1
	var all, bad [heatBars]int
	most := 0
	for _, b := range beats {
		i := min(int(b.At.Sub(begin)/stretch), heatBars-1)
		all[i]++
		if b.Status == models.Held || b.Status == models.Rejected {
			bad[i]++
		}
		most = max(most, all[i])
	}
	h := &heat{Width: heatBars * 6, Count: len(beats), From: begin}
	late := 0
	for i, n := range all {
		height := n * heatHeight / most
		if n > 0 {
			height = max(height, 2)
		}
		h.Bars = append(h.Bars, bar{X: i * 6, Y: heatHeight - height, Height: height, Bad: n > 0 && bad[i]*2 > n})
		if i >= heatBars*3/4 {
			late += n
		}
	}
	h.Hot = late*2 > len(beats) && len(beats) >= 8
	return h
}

// deskFunctions are what the desk's templates can say beside.
func deskFunctions(lang string) template.FuncMap {
	return template.FuncMap{
		"list":     func(p piece) []piece { return []piece{p} },
		"triages":  models.TriageKinds,
		"keylist":  deskKeys,
		"severity": func(s models.Severity) string { return s.Text(lang) },
		"tame":     tame,
	}
}

// deskKey is a key of the desk and what it does.
type deskKey struct{ Key, Words string }

// deskKeys lists the keys of the desk; a test compares them with its buttons.
func deskKeys() []deskKey {
	return []deskKey{
		{"A", "do.approve"}, {"E", "do.edit_long"}, {"M", "do.remind_long"}, {"H", "do.hold_long"}, {"R", "do.reject"}, {"S", "do.spam"},
		{"T", "do.to_long"}, {"N", "do.skip_long"}, {"Z", "do.undo_long"}, {"W", "desk.wave_open"}, {"Q", "triage.what"}, {"J", "desk.key_next"}, {"K", "desk.key_before"},
	}
}
