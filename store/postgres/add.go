package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// addition is one call of AddComments on its way through the shared INSERT.
type addition struct {
	ctx     context.Context // the caller's, which waits for the end
	rows    []wire.Row
	results []store.AddResult
	added   []bool // those that were new
	err     error
}

// adding is one row of an addition.
type adding struct {
	of *addition
	i  int
}

func (a adding) row() *wire.Row { return &a.of.rows[a.i] }

// addBatch keeps the comments of many callers in one statement: the rows and
// their places in the queue.
func (s *Store) addBatch(calls []*addition) {
	var rows []adding
	for _, a := range calls {
		for i := range a.rows {
			if err := a.rows[i].Err; err != nil {
				a.results[i].Err = err
				continue
			}
			rows = append(rows, adding{a, i})
		}
	}
	// One caller that goes away must not take the others along.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(calls[0].ctx), actTime)
	defer cancel()
	s.insert(ctx, rows)
}

// insert keeps rows. When the database refuses one, the halves are tried each:
// so the one fails alone, at the cost of a few more statements.
func (s *Store) insert(ctx context.Context, rows []adding) {
	if len(rows) == 0 {
		return
	}
	var added []models.CommentID
	err := again(ctx, func() error {
		var err error
		added, err = s.insertRows(ctx, rows)
		return err
	})
	switch {
	case err == nil:
		s.noteAdded(rows, added)
	case models.KindOf(err) != models.Invalid:
		for _, r := range rows {
			r.of.err = err
		}
	case len(rows) == 1:
		rows[0].of.results[rows[0].i].Err = err
	default:
		s.insert(ctx, rows[:len(rows)/2])
		s.insert(ctx, rows[len(rows)/2:])
	}
}

// noteAdded fills in the results of the rows that were new; the others are
// known already and looked at one by one, by their callers.
func (s *Store) noteAdded(rows []adding, added []models.CommentID) {
	fresh := make(map[models.CommentID]bool, len(added))
	for _, id := range added {
		fresh[id] = true
	}
	for _, r := range rows {
		id := r.row().ID
		if !fresh[id] {
			continue
		}
		delete(fresh, id) // the same id twice in a batch: the first was kept
		r.of.added[r.i] = true
		r.of.results[r.i] = store.AddResult{ID: id, Status: models.Pending, Outcome: store.Added}
		s.floor.lower(r.row().ReceivedAt)
	}
}

// insertRows is one statement, which tells the ids that were new.
func (s *Store) insertRows(ctx context.Context, rows []adding) ([]models.CommentID, error) {
	if len(rows) == 1 {
		return s.insertRow(ctx, rows[0].row())
	}
	c := columns{}
	for _, r := range rows {
		c.add(r.row())
	}
	result, err := s.pool.Query(ctx, `WITH added AS (
			INSERT INTO comments (
				id, site, external_id, text, lang, type, author, author_key, context, metadata,
				posted_at, received_at, status, revision, text_key, address_key, thread_key)
			SELECT id, site, NULLIF(external_id, ''), text, lang, type, author, NULLIF(author_key, ''), context, metadata,
				posted_at, received_at, 'pending', 1, NULLIF(text_key, ''), NULLIF(address_key, ''), NULLIF(thread_key, '')
			FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
				$9::text[], $10::bytea[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[], $15::text[])
				AS u (id, site, external_id, text, lang, type, author, author_key, context, metadata,
				posted_at, received_at, text_key, address_key, thread_key)
			ON CONFLICT DO NOTHING
			RETURNING id, received_at
		), queued AS (
			INSERT INTO pending (comment_id, since, due_at) SELECT id, received_at, received_at FROM added
		)
		SELECT id FROM added`,
		c.ids, c.sites, c.external, c.texts, c.langs, c.types, c.authors, c.keys, c.contexts, c.metadata,
		c.posted, c.received, c.textKeys, c.addresses, c.threads)
	return collect(result, err, scanID)
}

// insertRow is insertRows for one, which the database does a tenth quicker.
func (s *Store) insertRow(ctx context.Context, r *wire.Row) ([]models.CommentID, error) {
	result, err := s.pool.Query(ctx, `WITH added AS (
			INSERT INTO comments (
				id, site, external_id, text, lang, type, author, author_key, context, metadata,
				posted_at, received_at, status, revision, text_key, address_key, thread_key)
			VALUES ($1, $2, NULLIF($3::text, ''), $4, $5, $6, $7, NULLIF($8::text, ''), $9, $10, $11, $12, 'pending', 1,
				NULLIF($13::text, ''), NULLIF($14::text, ''), NULLIF($15::text, ''))
			ON CONFLICT DO NOTHING
			RETURNING id, received_at
		)
		INSERT INTO pending (comment_id, since, due_at) SELECT id, received_at, received_at FROM added
		RETURNING comment_id`,
		r.ID, string(r.Site), r.ExternalID, r.Text, r.Lang, r.Type, r.AuthorDoc, r.Key, r.ContextDoc, wire.Blob(r.Metadata),
		stamp(r.PostedAt), stamp(r.ReceivedAt), r.TextKey, r.AddressKey, r.Thread)
	return collect(result, err, scanID)
}

// columns are rows turned on their side, as unnest wants them.
type columns struct {
	ids                                                           pgtype.FlatArray[models.CommentID]
	sites, external, texts, langs, types, authors, keys, contexts pgtype.FlatArray[string]
	textKeys, addresses, threads                                  pgtype.FlatArray[string]
	metadata                                                      pgtype.FlatArray[[]byte]
	posted, received                                              pgtype.FlatArray[pgtype.Timestamptz]
}

func (c *columns) add(r *wire.Row) {
	c.ids, c.sites = append(c.ids, r.ID), append(c.sites, string(r.Site))
	c.external, c.texts = append(c.external, r.ExternalID), append(c.texts, r.Text)
	c.langs, c.types = append(c.langs, r.Lang), append(c.types, r.Type)
	c.authors, c.keys = append(c.authors, r.AuthorDoc), append(c.keys, r.Key)
	c.contexts = append(c.contexts, r.ContextDoc)
	c.textKeys, c.addresses = append(c.textKeys, r.TextKey), append(c.addresses, r.AddressKey)
	c.threads = append(c.threads, r.Thread)
	var metadata []byte
	if len(r.Metadata) > 0 {
		metadata = r.Metadata
	}
	c.metadata = append(c.metadata, metadata)
	c.posted, c.received = append(c.posted, stamp(r.PostedAt)), append(c.received, stamp(r.ReceivedAt))
}

func stamp(t time.Time) pgtype.Timestamptz {
	return pgtype.Timestamptz{Time: t, Valid: !t.IsZero()}
}
