package sqlite

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// recount counts comments as standing in another way than they do so far; what is
// erased is not counted. It comes before the change itself, which it reads nothing of.
func recount(ctx context.Context, t *tx, to models.Status, ids ...models.CommentID) error {
	rows, err := t.query(ctx, `SELECT l.site, l.received_at, l.section, c.status, l.`+strings.Join(wire.ScoreColumns(), ", l.")+`
		FROM library l JOIN comments c ON c.id = l.comment_id WHERE l.comment_id IN (SELECT value FROM json_each($1))`, wire.List(ids))
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var c models.Comment
		into := []any{&c.Site, wire.When{T: &c.ReceivedAt}, &c.Context.Section, &c.Status}
		scores := make([]*float64, len(models.Labels()))
		for i := range scores {
			into = append(into, &scores[i])
		}
		if err := r.Scan(into...); err != nil || wire.Standing(c.Status) == wire.Standing(to) {
			return struct{}{}, err
		}
		t.tally(c, scores, -1)
		c.Status = to
		t.tally(c, scores, 1)
		return struct{}{}, nil
	})
	return err
}

// tally counts a comment by its scores when the act ends.
func (t *tx) tally(c models.Comment, scores []*float64, n int64) {
	if t.tallies == nil {
		t.tallies = wire.Tallies{}
	}
	t.tallies.Add(c, scores, n)
}

// flushTallies writes the changed counts of a batch of acts.
func (w *writer) flushTallies(ctx context.Context) error {
	for at, ns := range w.tallies {
		args := []any{at.Site, at.Day, at.Section, at.Status, at.Bucket}
		for _, n := range ns {
			args = append(args, n)
		}
		if _, err := w.exec(ctx, tallyText, args...); err != nil {
			return err
		}
	}
	return nil
}

// tallyText has a column for each label.
var tallyText = func() string {
	var columns, places, sets strings.Builder
	for i, c := range wire.TallyColumns() {
		columns.WriteString(", " + c)
		places.WriteString(", $" + strconv.Itoa(i+6))
		sets.WriteString(", " + c + " = " + c + " + excluded." + c)
	}
	return `INSERT INTO tallies (site, day, section, status, bucket` + columns.String() + `)
		VALUES ($1, $2, $3, $4, $5` + places.String() + `)
		ON CONFLICT (site, day, section, status, bucket) DO UPDATE SET ` + sets.String()[2:]
}()

// dropEmpty deletes the counts of days before a time that came down to nothing.
func dropEmpty(ctx context.Context, t *tx, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM tallies WHERE day < $1 AND `+strings.Join(wire.TallyColumns(), " = 0 AND ")+` = 0`,
		before.UTC().Format(time.DateOnly))
	return err
}
