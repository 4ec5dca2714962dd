package postgres

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// commentColumns are a comment with its standing decision, see scanComment.
const commentColumns = `
	c.id,
	c.site,
	COALESCE(c.external_id, ''),
	c.text,
	c.lang,
	c.type,
	c.author,
	c.context,
	c.metadata,
	c.posted_at,
	c.received_at,
	c.judged_at,
	c.status,
	c.revision,
	c.edited,
	c.verdict,
	COALESCE(d.id, ''),
	COALESCE(d.decision, ''),
	COALESCE(d.actor, ''),
	d.decided_at,
	COALESCE(d.reason, ''),
	COALESCE(d.note, ''),
	COALESCE(d.status_before, ''),
	COALESCE(d.charter, ''),
	COALESCE(d.message, ''),
	COALESCE(d.cuts, ''),
	COALESCE(d.queue, ''),
	COALESCE(d.assignee, ''),
	COALESCE(d.wave, '') `

// commentSelect reads comments, see scanComment.
const commentSelect = `SELECT ` + commentColumns + `FROM comments c LEFT JOIN decisions d ON d.id = c.decision_id `

// scanComment reads the columns of a comment, and what stands before it.
func scanComment(r scanner, before ...any) (models.Comment, error) {
	var (
		c                        models.Comment
		d                        models.Decision
		author, context, verdict []byte
		cuts                     []byte
	)
	err := r.Scan(append(before,
		&c.ID, &c.Site, &c.ExternalID, &c.Text, &c.Lang, &c.Type, &author, &context, &c.Metadata,
		wire.When{T: &c.PostedAt}, wire.When{T: &c.ReceivedAt}, wire.When{T: &c.JudgedAt},
		&c.Status, &c.Revision, &c.Edited, &verdict,
		&d.ID, &d.Decision, &d.By, wire.When{T: &d.At}, &d.Reason, &d.Note, &d.Before,
		&d.Charter, &d.Message, &cuts, &d.Queue, &d.Assignee, &d.Wave,
	)...)
	if err != nil {
		return models.Comment{}, err
	}
	if d.ID != "" {
		d.Comment, d.Site = c.ID, c.Site
		c.Decision = &d
	}
	var faults [4]error
	c.Author, faults[0] = wire.ParseAuthor(author)
	c.Context, faults[1] = wire.ParseContext(context)
	c.Verdict, faults[2] = wire.ParseVerdict(verdict)
	if c.Decision != nil {
		c.Decision.Cuts, faults[3] = wire.ParseCuts(cuts)
	}
	return c, errors.Join(faults[:]...)
}

// lockedComment is comment for an act that changes it. The lock comes first: a
// row read while waiting for it would be of two times.
func lockedComment(ctx context.Context, t *tx, site models.SiteID, id models.CommentID) (models.Comment, error) {
	if !models.ValidID(string(id)) {
		return models.Comment{}, models.Errorf(models.NotFound, "no comment %s", id)
	}
	_, err := t.exec(ctx, `SELECT FROM comments WHERE site = $1 AND id = $2 FOR UPDATE`, site, id)
	if err != nil {
		return models.Comment{}, err
	}
	return comment(ctx, t, site, id)
}

func comment(ctx context.Context, q querier, site models.SiteID, id models.CommentID) (models.Comment, error) {
	if !models.ValidID(string(id)) {
		return models.Comment{}, models.Errorf(models.NotFound, "no comment %s", id)
	}
	c, err := scanComment(q.row(ctx, commentSelect+`WHERE c.site = $1 AND c.id = $2`, site, id))
	if err != nil {
		return models.Comment{}, missing(err, "no comment %s", id)
	}
	return c, nil
}

// AddComments implements [store.Comments].
func (s *Store) AddComments(ctx context.Context, comments []models.Comment) ([]store.AddResult, error) {
	if len(comments) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, actTime)
	defer cancel()
	a := &addition{ctx: ctx, rows: wire.Rows(comments), results: make([]store.AddResult, len(comments))}
	a.added = make([]bool, len(a.rows))
	if err := s.adds.Do(ctx, a); err != nil {
		return nil, err
	}
	if a.err != nil {
		return nil, a.err
	}
	for i := range a.rows {
		if a.added[i] || a.results[i].Err != nil {
			continue
		}
		var err error
		if a.results[i], err = s.addKnown(ctx, &a.rows[i]); err != nil {
			return nil, err
		}
	}
	return a.results, nil
}

// addKnown tells a repeated submission from an edit.
func (s *Store) addKnown(ctx context.Context, r *wire.Row) (store.AddResult, error) {
	var out store.AddResult
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		old, err := knownComment(ctx, t, r)
		if err != nil {
			return err
		}
		switch {
		case old.Site != r.Site:
			out = store.AddResult{Err: models.Errorf(models.Conflict, "the id %s is taken", r.ID)}
			return nil
		case old.Status == models.Erased:
			out = store.AddResult{ID: old.ID, Status: old.Status, Err: erased(old.ID)}
			return nil
		case old.Text == r.Text:
			out = store.AddResult{ID: old.ID, Status: old.Status, Outcome: store.Same}
			return nil
		}
		out = store.AddResult{ID: old.ID, Status: models.Pending, Outcome: store.Edited}
		_, err = replaceComment(ctx, t, old, r, r.ReceivedAt)
		return err
	})
	if models.KindOf(err) == models.Invalid {
		return store.AddResult{Err: err}, nil
	}
	s.floor.lower(r.ReceivedAt)
	return out, err
}

// knownComment finds and locks the comment that r is a submission of.
func knownComment(ctx context.Context, t *tx, r *wire.Row) (models.Comment, error) {
	var site models.SiteID
	var id models.CommentID
	err := t.row(ctx, `SELECT site, id FROM comments WHERE id = $1 OR (site = $2 AND external_id = $3)
		ORDER BY id = $1 DESC LIMIT 1`, r.ID, r.Site, wire.Null(r.ExternalID)).Scan(&site, &id)
	if err != nil {
		// It was there a moment ago: purged since.
		return models.Comment{}, missing(err, "comment %s is gone", r.ID)
	}
	return lockedComment(ctx, t, site, id)
}

// makePending puts a comment at the end of the machine's queue and voids a
// lease that somebody may have on it.
func makePending(ctx context.Context, t *tx, id models.CommentID, at time.Time) error {
	_, err := t.exec(ctx, `INSERT INTO pending (comment_id, since, due_at) VALUES ($1, $2, $2)
		ON CONFLICT (comment_id) DO UPDATE SET since = $2, due_at = $2, lease_token = NULL, tries = 0`,
		id, wire.Stamp(at))
	return err
}

// replaceComment gives old the content of r: pending again.
func replaceComment(ctx context.Context, t *tx, old models.Comment, r *wire.Row, at time.Time) (models.Comment, error) {
	if err := recount(ctx, t, models.Pending, old.ID); err != nil {
		return models.Comment{}, err
	}
	_, err := t.exec(ctx, `UPDATE comments SET
			text = $2,
			lang = CASE WHEN $3 <> '' THEN $3 WHEN lang_found THEN '' ELSE lang END,
			lang_found = FALSE,
			type = $4,
			author = $5,
			author_key = $6,
			context = $7,
			metadata = $8,
			posted_at = $9,
			text_key = $10,
			address_key = $11,
			thread_key = $12,
			status = 'pending',
			revision = revision + 1,
			edited = TRUE,
			verdict = NULL,
			labels = '',
			judged_at = NULL,
			decision_id = NULL
		WHERE id = $1`,
		old.ID, r.Text, r.Lang, r.Type, r.AuthorDoc, wire.Null(r.Key), r.ContextDoc, wire.Blob(r.Metadata),
		wire.Stamp(r.PostedAt), wire.Null(r.TextKey), wire.Null(r.AddressKey), wire.Null(r.Thread))
	if err != nil {
		return models.Comment{}, err
	}
	if err := unfile(ctx, t, old.ID); err != nil {
		return models.Comment{}, err
	}
	if err := makePending(ctx, t, old.ID, at); err != nil {
		return models.Comment{}, err
	}
	c, err := comment(ctx, t, old.Site, old.ID)
	if err != nil {
		return models.Comment{}, err
	}
	return c, changed(ctx, t, change{comment: &c, event: models.CommentEdited, at: at, actor: "site", count: "edited"})
}

// Comment implements [store.Comments].
func (s *Store) Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error) {
	return comment(ctx, s, site, id)
}

func plainComment(r scanner) (models.Comment, error) { return scanComment(r) }

// Judged implements [store.Comments].
func (s *Store) Judged(ctx context.Context, ids []models.CommentID) ([]models.CommentID, error) {
	rows, err := s.query(ctx, `SELECT id FROM comments
		WHERE id = ANY($1::uuid[]) AND status <> 'pending'`, known(ids))
	return collect(rows, err, scanID)
}

func scanID(r scanner) (models.CommentID, error) {
	var id models.CommentID
	err := r.Scan(&id)
	return id, err
}

// ListComments implements [store.Comments].
func (s *Store) ListComments(ctx context.Context, q models.CommentQuery) (models.Page[models.Comment], error) {
	name := named(q)
	from, _, err := cursor.Decode(q.Cursor, name...)
	if err != nil {
		return models.Page[models.Comment]{}, err
	}
	limit := cursor.Limit(q.Limit)
	items, err := s.foundNear(ctx, q, from, limit)
	if err == nil && len(items) <= limit {
		items, err = s.found(ctx, q, from, limit)
	}
	return page(items, limit, err, func(c models.Comment) string {
		return cursor.Encode(cursor.Position{N: c.ReceivedAt.UnixMicro(), ID: string(c.ID)}, name...)
	})
}

// found gives one more than limit of the comments that a query selects, if there
// are as many.
func (s *Store) found(ctx context.Context, q models.CommentQuery, from cursor.Position, limit int) ([]models.Comment, error) {
	where, source, received, id := filter{}, commentSelect, `c.received_at`, `c.id`
	if shelved(q) {
		source, received, id = shelfSelect, `l.received_at`, `l.comment_id`
		where.and(`l.site = ?`, q.Site)
		if err := searched(&where, q); err != nil {
			return nil, err
		}
	}
	where.and(`c.site = ?`, q.Site)
	if q.Status != "" {
		where.and(`c.status = ?`, q.Status)
	}
	if q.Label != "" {
		where.and(`c.labels <> '' AND strpos(c.labels, ?) > 0`, wire.Labels([]models.Label{q.Label}))
	}
	if q.Undecided {
		where.and(`c.decision_id IS NULL`)
	}
	if !q.Since.IsZero() {
		where.and(received+` >= ?`, wire.Stamp(q.Since))
	}
	if !q.Until.IsZero() {
		where.and(received+` < ?`, wire.Stamp(q.Until))
	}
	if from.ID != "" {
		where.and(`(`+received+`, `+id+`) < (?, ?)`, time.UnixMicro(from.N), from.ID)
	}
	rows, err := s.query(ctx, source+where.text+` ORDER BY `+received+` DESC, `+id+` DESC LIMIT `+
		strconv.Itoa(limit+1), where.args...)
	return collect(rows, err, plainComment)
}

// shelfSelect reads judged comments by what they are found by.
const shelfSelect = `SELECT ` + commentColumns + `FROM library l JOIN comments c ON c.id = l.comment_id
	LEFT JOIN decisions d ON d.id = c.decision_id `

// filter is a WHERE clause in the making.
type filter struct {
	text string
	args []any
}

// and adds a condition whose question marks stand for args.
func (f *filter) and(condition string, args ...any) {
	for range args {
		f.args = append(f.args, args[0])
		args = args[1:]
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(f.args)), 1)
	}
	word := " AND "
	if f.text == "" {
		word = "WHERE "
	}
	f.text += word + condition
}

// page cuts the row that only tells that there are more.
func page[T any](items []T, limit int, err error, next func(T) string) (models.Page[T], error) {
	if err != nil {
		return models.Page[T]{}, err
	}
	p := models.Page[T]{Items: items}
	if len(items) > limit {
		p.Items = items[:limit]
		p.Next = next(items[limit-1])
	}
	return p, nil
}

// EditComment implements [store.Comments].
func (s *Store) EditComment(
	ctx context.Context, site models.SiteID, id models.CommentID, e models.CommentEdit, at time.Time,
) (models.Comment, error) {
	var out models.Comment
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		old, err := lockedComment(ctx, t, site, id)
		if err != nil {
			return err
		}
		if old.Status == models.Erased {
			return erased(id)
		}
		if old.Text == e.Text {
			out = old
			return nil
		}
		c := old
		c.Text, c.TextKey, c.Lang = e.Text, e.TextKey, e.Lang
		row := wire.NewRow(c)
		out, err = replaceComment(ctx, t, old, &row, at)
		return err
	})
	s.floor.lower(at)
	return out, err
}

// EraseComment implements [store.Comments].
func (s *Store) EraseComment(ctx context.Context, site models.SiteID, id models.CommentID, by string, at time.Time) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := lockedComment(ctx, t, site, id)
		if err != nil || c.Status == models.Erased {
			return err
		}
		if err := blank(ctx, t, &c); err != nil {
			return err
		}
		return changed(ctx, t, change{comment: &c, event: models.CommentErased, at: at, actor: by, count: "erased"})
	})
}

// blank takes text and personal fields out of a comment for good.
func blank(ctx context.Context, t *tx, c *models.Comment) error {
	var verdict any
	if c.Verdict != nil {
		verdict = wire.Verdict(*wire.Bare(c.Verdict))
	}
	if err := unshelve(ctx, t, c.ID); err != nil {
		return err
	}
	_, err := t.exec(ctx, `UPDATE comments SET
			text = '',
			author = '{}',
			author_key = NULL,
			text_key = NULL,
			address_key = NULL,
			thread_key = NULL,
			context = '{}',
			metadata = NULL,
			verdict = $2,
			status = 'erased',
			revision = revision + 1
		WHERE id = $1`, c.ID, verdict)
	if err != nil {
		return err
	}
	c.Status, c.Revision = models.Erased, c.Revision+1
	if err := unfile(ctx, t, c.ID); err != nil {
		return err
	}
	for _, text := range []string{
		`DELETE FROM pending WHERE comment_id = $1`,
		`DELETE FROM triage WHERE comment_id = $1`,
		`DELETE FROM unexplained WHERE comment_id = $1`,
		`DELETE FROM traces WHERE comment_id = $1`,
		`DELETE FROM reports WHERE comment_id = $1`,
		`DELETE FROM mail_links WHERE comment_id = $1`,
	} {
		if _, err := t.exec(ctx, text, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// AddReport implements [store.Comments].
func (s *Store) AddReport(ctx context.Context, r models.Report, holdAt int, urgency float64) (int, error) {
	var readers int
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := lockedComment(ctx, t, r.Site, r.Comment)
		if err != nil {
			return err
		}
		if c.Status == models.Erased {
			return erased(c.ID)
		}
		added, err := t.exec(ctx, `INSERT INTO reports (comment_id, reporter, reason, reported_at)
			VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, r.Comment, r.Reporter, r.Reason, wire.Stamp(r.At))
		if err != nil {
			return err
		}
		err = t.row(ctx, `SELECT count(*) FROM reports WHERE comment_id = $1`, r.Comment).Scan(&readers)
		if err != nil || added == 0 {
			return translate(err)
		}
		t.count(r.Site, r.At, "reported", 1)
		if holdAt <= 0 || readers < holdAt || c.Status != models.Approved || c.Decision != nil {
			return nil
		}
		return holdReported(ctx, t, &c, wire.ReportsReason(readers, holdAt), filing{
			reviewEntry: reviewEntry{urgency: urgency, filedAt: r.At}, kin: r.Kin,
		})
	})
	return readers, err
}

// holdReported takes an approved comment back to the queue of people, which is
// shown why.
func holdReported(ctx context.Context, t *tx, c *models.Comment, why models.Reason, item filing) error {
	if err := recount(ctx, t, models.Held, c.ID); err != nil {
		return err
	}
	v := wire.WithReason(c.Verdict, why)
	_, err := t.exec(ctx, `UPDATE comments SET status = 'held', revision = revision + 1, verdict = $2 WHERE id = $1`,
		c.ID, wire.Verdict(v))
	if err != nil {
		return err
	}
	c.Verdict, c.Status, c.Revision = &v, models.Held, c.Revision+1
	if err := fileNew(ctx, t, c, item); err != nil {
		return err
	}
	return changed(ctx, t, change{
		comment: c, event: models.CommentReported, at: item.filedAt, actor: "site", detail: why.Params,
	})
}

// AuthorHistory implements [store.Comments].
func (s *Store) AuthorHistory(ctx context.Context, site models.SiteID, authorKey string) (models.History, error) {
	if authorKey == "" {
		return models.History{}, nil
	}
	h := models.History{Known: true}
	err := s.row(ctx, `SELECT
			count(*) FILTER (WHERE status = 'approved'),
			count(*) FILTER (WHERE status = 'rejected')
		FROM comments WHERE site = $1 AND author_key = $2`, site, authorKey).Scan(&h.Approved, &h.Rejected)
	return h, translate(err)
}

func erased(id models.CommentID) error {
	return models.Errorf(models.Conflict, "comment %s was erased", id)
}
