package sqlite

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// shelve puts a judged comment where it is found, or puts it there anew.
func shelve(ctx context.Context, t *tx, judged *models.Comment) error {
	c := models.Comment{Status: judged.Status}
	var author, place []byte
	err := t.row(ctx, `SELECT site, text, author, context, received_at FROM comments WHERE id = $1`, judged.ID).Scan(
		&c.Site, &c.Text, &author, &place, wire.When{T: &c.ReceivedAt})
	if err != nil {
		return translate(err)
	}
	doc, err := documentOf(c.Text, author, place)
	if err != nil {
		return err
	}
	c.Context.Section = doc.Section
	args, scores := []any{judged.ID, c.Site, wire.Micros(c.ReceivedAt), doc.Section}, scoresOrNull(judged.Verdict.Scores)
	for _, p := range scores {
		args = append(args, p)
	}
	t.tally(c, scores, 1)
	var row int64
	if err := t.row(ctx, shelveText, args...).Scan(&row); err != nil {
		return translate(err)
	}
	_, err = t.exec(ctx, `INSERT OR REPLACE INTO library_words (rowid, text, author) VALUES ($1, $2, $3)`,
		row, doc.Text, doc.Author)
	return err
}

// shelveText has a column for each label.
var shelveText = func() string {
	var columns, places, sets strings.Builder
	for i, c := range wire.ScoreColumns() {
		columns.WriteString(", " + c)
		places.WriteString(", $" + strconv.Itoa(i+5))
		sets.WriteString(", " + c + " = excluded." + c)
	}
	return `INSERT INTO library (comment_id, site, received_at, section` + columns.String() + `)
		VALUES ($1, $2, $3, $4` + places.String() + `)
		ON CONFLICT (comment_id) DO UPDATE SET section = excluded.section` + sets.String() + `
		RETURNING doc`
}()

// unshelve takes comments off the shelves, as long as they stand as they did.
func unshelve(ctx context.Context, t *tx, ids ...models.CommentID) error {
	if err := recount(ctx, t, models.Erased, ids...); err != nil {
		return err
	}
	for _, text := range []string{
		`DELETE FROM library_words WHERE rowid IN (
			SELECT doc FROM library WHERE comment_id IN (SELECT value FROM json_each($1)))`,
		`DELETE FROM library WHERE comment_id IN (SELECT value FROM json_each($1))`,
	} {
		if _, err := t.exec(ctx, text, wire.List(ids)); err != nil {
			return err
		}
	}
	return nil
}

func documentOf(text string, author, place []byte) (wire.Document, error) {
	who, err := wire.ParseAuthor(author)
	if err != nil {
		return wire.Document{}, err
	}
	where, err := wire.ParseContext(place)
	return wire.DocumentOf(text, who, where), err
}

// scoresOrNull are the scores of all labels, nil where there is none.
func scoresOrNull(scores models.Scores) []*float64 {
	out := make([]*float64, len(models.Labels()))
	for i, l := range models.Labels() {
		if p, ok := scores[l]; ok {
			out[i] = &p
		}
	}
	return out
}

// shelved reports whether a query asks for what only judged comments have.
func shelved(q models.CommentQuery) bool {
	return q.Words != "" || q.Author != "" || q.Score != nil || q.Sections != nil
}

// docs is a run of rows in the index of words.
type docs struct{ first, last int64 }

// nearRows is how many of a site's latest judged comments are looked at before
// all of them are: what is common is found among them.
const nearRows = 2_000

// foundNear looks for words among the latest of what a query selects from. Unless
// it finds more than limit there may be others.
func (s *Store) foundNear(ctx context.Context, q models.CommentQuery, from cursor.Position, limit int) ([]models.Comment, error) {
	search := wire.FTS5(q.Words, q.Author)
	if search == "" {
		return nil, nil
	}
	var n int
	var since time.Time
	where := filter{}
	where.and(`site = ?`, q.Site)
	if !q.Until.IsZero() {
		where.and(`received_at < ?`, wire.Micros(q.Until))
	}
	if from.ID != "" {
		where.and(`(received_at, comment_id) < (?, ?)`, from.N, from.ID)
	}
	var near docs
	err := s.row(ctx, `SELECT count(*), COALESCE(min(doc), 0), COALESCE(max(doc), 0), COALESCE(min(received_at), 0) FROM (
			SELECT doc, received_at FROM library `+where.text+`
			ORDER BY received_at DESC, comment_id DESC LIMIT `+strconv.Itoa(nearRows)+`)`, where.args...).
		Scan(&n, &near.first, &near.last, wire.When{T: &since})
	if err != nil || n < nearRows || !since.After(q.Since) {
		return nil, translate(err)
	}
	q.Since = since.Add(time.Microsecond) // others of the same time may be left out
	return s.found(ctx, q, from, limit, &near)
}

// searched adds the conditions of a search among the shelves, l; the
// words are looked for within a run of rows, or everywhere.
func searched(where *filter, q models.CommentQuery, within *docs) error {
	if search := wire.FTS5(q.Words, q.Author); search != "" && within != nil {
		where.and(`l.doc IN (SELECT rowid FROM library_words WHERE library_words MATCH ? AND rowid BETWEEN ? AND ?)`,
			search, within.first, within.last)
	} else if search != "" {
		where.and(`l.doc IN (SELECT rowid FROM library_words WHERE library_words MATCH ?)`, search)
	} else if q.Words != "" || q.Author != "" {
		where.and(`FALSE`) // nothing of what was typed is a word
	}
	if r := q.Score; r != nil {
		if !r.Label.Valid() {
			return field("label", "is no label")
		}
		column := `l.` + wire.ScoreColumn(r.Label)
		where.and(column+` >= ? AND `+column+` <= ?`, r.Min, r.Max)
	}
	if q.Sections != nil {
		where.and(`l.section IN (SELECT value FROM json_each(?))`, wire.List(q.Sections))
	}
	return nil
}

// named is everything that a search selects by, for its cursor.
func named(q models.CommentQuery) []string {
	name := []string{
		"comments", string(q.Site), string(q.Status), string(q.Label), strconv.FormatInt(q.Since.UnixMicro(), 10),
		strconv.FormatInt(q.Until.UnixMicro(), 10), q.Words, q.Author, strconv.FormatBool(q.Undecided),
	}
	if r := q.Score; r != nil {
		name = append(name, string(r.Label), strconv.FormatFloat(r.Min, 'g', -1, 64), strconv.FormatFloat(r.Max, 'g', -1, 64))
	}
	if q.Sections != nil {
		name = append(append(name, "sections"), q.Sections...)
	}
	return name
}
