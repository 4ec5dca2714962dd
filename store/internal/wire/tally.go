package wire

import (
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Tally names a row of the counts that are kept of judged comments: of a site, a
// day (2006-01-02, UTC), a section and a bucket of scores, how many stand how.
type Tally struct {
	Site    models.SiteID
	Day     string
	Section string
	Status  models.Status
	Bucket  int
}

// Tallies are by how much rows change: a number for each of [models.Labels].
type Tallies map[Tally][]int64

// Standing is as what a status is counted; empty when it is not.
func Standing(s models.Status) models.Status {
	switch s {
	case models.Approved, models.Held, models.Rejected:
		return s
	case models.Pending:
		return models.Held
	default:
		return ""
	}
}

// Add counts a comment n times by its scores, one for each label, nil for none.
func (t Tallies) Add(c models.Comment, scores []*float64, n int64) {
	at := Tally{
		Site: c.Site, Day: c.ReceivedAt.UTC().Format(time.DateOnly), Section: c.Context.Section, Status: Standing(c.Status),
	}
	if at.Status == "" {
		return
	}
	for i, p := range scores {
		if p == nil {
			continue
		}
		at.Bucket = min(int(*p*models.SpreadBuckets), models.SpreadBuckets-1)
		if t[at] == nil {
			t[at] = make([]int64, len(scores))
		}
		t[at][i] += n
	}
}

// Join adds the changes of another.
func (t Tallies) Join(other Tallies) {
	for at, ns := range other {
		if t[at] == nil {
			t[at] = make([]int64, len(ns))
		}
		for i, n := range ns {
			t[at][i] += n
		}
	}
}

// TallyColumns are the columns of the counts, in the order of [models.Labels].
func TallyColumns() []string {
	var out []string
	for _, l := range models.Labels() {
		out = append(out, TallyColumn(l))
	}
	return out
}

// TallyColumn is the column of a label's counts. Only a label that is one may be asked for.
func TallyColumn(l models.Label) string { return "n_" + string(l) }

// WholeDays parts the time of a query into days, of which counts are kept, and
// what is left at its ends.
func WholeDays(q models.ScoreQuery) (days, ends []models.ScoreQuery) {
	first, last := q.Since.UTC().Truncate(24*time.Hour), q.Until.UTC().Truncate(24*time.Hour)
	if first.Before(q.Since) {
		first = first.AddDate(0, 0, 1)
	}
	if !q.Until.IsZero() && !first.Before(last) {
		return nil, []models.ScoreQuery{q}
	}
	part := func(since, until time.Time) models.ScoreQuery {
		one := q
		one.Since, one.Until = since, until
		return one
	}
	if first.After(q.Since) {
		ends = append(ends, part(q.Since, first))
	}
	if last.Before(q.Until) {
		ends = append(ends, part(last, q.Until))
	}
	return []models.ScoreQuery{part(first, last)}, ends
}

// NewSpread is a spread of nothing.
func NewSpread(buckets int) models.Spread {
	return models.Spread{Approved: make([]int64, buckets), Held: make([]int64, buckets), Rejected: make([]int64, buckets)}
}

// AddTo adds n comments of one of the kept buckets to a spread.
func AddTo(s models.Spread, bucket int, status models.Status, n int64) {
	into := map[models.Status][]int64{
		models.Approved: s.Approved, models.Held: s.Held, models.Rejected: s.Rejected,
	}[Standing(status)]
	if into != nil {
		into[bucket*len(into)/models.SpreadBuckets] += n
	}
}
