package postgres

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// shelve puts judged comments where they are found, or puts them there anew.
func shelve(ctx context.Context, t *tx, comments []*models.Comment) error {
	type shelved struct {
		id  models.CommentID
		at  time.Time
		doc wire.Document
	}
	ids, by := make([]models.CommentID, len(comments)), map[models.CommentID]*models.Comment{}
	for i, c := range comments {
		ids[i], by[c.ID] = c.ID, c
	}
	rows, err := t.query(ctx, `SELECT id, received_at, text, author, context FROM comments WHERE id = ANY($1::uuid[])`, ids)
	found, err := collect(rows, err, func(r scanner) (shelved, error) {
		var s shelved
		var text string
		var author, place []byte
		if err := r.Scan(&s.id, wire.When{T: &s.at}, &text, &author, &place); err != nil {
			return s, err
		}
		var err error
		s.doc, err = documentOf(text, author, place)
		return s, err
	})
	if err != nil {
		return err
	}
	var order []models.CommentID
	var sections, texts, authors []string
	columns := make([][]*float64, len(models.Labels()))
	for _, s := range found {
		order, sections = append(order, s.id), append(sections, s.doc.Section)
		texts, authors = append(texts, s.doc.Text), append(authors, s.doc.Author)
		c := by[s.id]
		scores := scoresOrNull(c.Verdict.Scores)
		for i, p := range scores {
			columns[i] = append(columns[i], p)
		}
		t.tally(models.Comment{
			Site: c.Site, Status: c.Status, ReceivedAt: s.at, Context: models.Context{Section: s.doc.Section},
		}, scores, 1)
	}
	args := []any{order, sections, texts, authors}
	for _, c := range columns {
		args = append(args, c)
	}
	_, err = t.exec(ctx, shelveText, args...)
	return err
}

// shelveText has a column for each label.
var shelveText = func() string {
	var columns, places, values, sets strings.Builder
	for i, c := range wire.ScoreColumns() {
		columns.WriteString(", " + c)
		places.WriteString(", $" + strconv.Itoa(i+5) + "::double precision[]")
		values.WriteString(", u." + c)
		sets.WriteString(", " + c + " = excluded." + c)
	}
	return `INSERT INTO library (comment_id, site, received_at, section, words` + columns.String() + `)
		SELECT c.id, c.site, c.received_at, u.section,
			setweight(to_tsvector('simple', u.text), 'A') || setweight(to_tsvector('simple', u.author), 'B')` + values.String() + `
		FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]` + places.String() + `)
			AS u (id, section, text, author` + columns.String() + `)
		JOIN comments c ON c.id = u.id
		ON CONFLICT (comment_id) DO UPDATE SET section = excluded.section, words = excluded.words` + sets.String()
}()

// unshelve takes comments off the shelves, as long as they stand as they did.
func unshelve(ctx context.Context, t *tx, ids ...models.CommentID) error {
	if err := recount(ctx, t, models.Erased, ids...); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM library WHERE comment_id = ANY($1::uuid[])`, ids)
	return err
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

// nearRows is how many of a site's latest judged comments are looked at before
// all of them are: what is common is found among them.
const nearRows = 2_000

// foundNear looks for words among the latest of what a query selects from. Unless
// it finds more than limit there may be others.
func (s *Store) foundNear(ctx context.Context, q models.CommentQuery, from cursor.Position, limit int) ([]models.Comment, error) {
	search := wire.TSQuery(q.Words, q.Author)
	alone := q.Status == "" && q.Label == "" && q.Score == nil && (q.Words == "" || q.Author == "") && !strings.Contains(search, "<->")
	if alone || search == "" {
		return nil, nil // for words alone the planner tells common from rare by itself
	}
	var since time.Time
	where := filter{}
	where.and(`site = ?`, q.Site)
	if !q.Until.IsZero() {
		where.and(`received_at < ?`, wire.Stamp(q.Until))
	}
	if from.ID != "" {
		where.and(`(received_at, comment_id) < (?, ?)`, time.UnixMicro(from.N), from.ID)
	}
	err := s.row(ctx, `SELECT received_at FROM library `+where.text+`
		ORDER BY received_at DESC, comment_id DESC LIMIT 1 OFFSET `+strconv.Itoa(nearRows), where.args...).Scan(wire.When{T: &since})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !since.After(q.Since) {
		return nil, nil // they are few
	}
	if err != nil {
		return nil, translate(err)
	}
	q.Since = since
	return s.found(ctx, q, from, limit)
}

// searched adds the conditions of a search among the shelves, l.
func searched(where *filter, q models.CommentQuery) error {
	if search := wire.TSQuery(q.Words, q.Author); search != "" {
		where.and(`l.words @@ to_tsquery('simple', ?)`, search)
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
		where.and(`l.section = ANY(?::text[])`, q.Sections)
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
