package postgres

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// scanner is a row to be read.
type scanner interface{ Scan(dest ...any) error }

// querier reads: the pool, or a transaction inside an act.
type querier interface {
	query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
	row(ctx context.Context, text string, args ...any) scanner
}

const (
	beginHard = "BEGIN"
	// A lease that a crash forgets is taken again when it ends: it need not
	// wait for the disk.
	beginSoft = "BEGIN; SET LOCAL synchronous_commit = off"
	// tries is how often an act that lost a race inside the database runs.
	tries = 6
)

// write does an act in one transaction. The act may run more than once: it sets
// what it answers and never adds to it.
func (s *Store) write(ctx context.Context, run func(context.Context, *tx) error) error {
	return s.act(ctx, beginHard, actTime, run)
}

// writeSoft is write for what needs not outlive a crash of the database.
func (s *Store) writeSoft(ctx context.Context, run func(context.Context, *tx) error) error {
	return s.act(ctx, beginSoft, actTime, run)
}

// writeLong is write for acts that touch many rows.
func (s *Store) writeLong(ctx context.Context, run func(context.Context, *tx) error) error {
	return s.act(ctx, beginHard, longTime, run)
}

func (s *Store) act(ctx context.Context, begin string, limit time.Duration, run func(context.Context, *tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return again(ctx, func() error { return s.once(ctx, begin, run) })
}

func (s *Store) once(ctx context.Context, begin string, run func(context.Context, *tx) error) error {
	inner, err := s.pool.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return &unsentError{err}
	}
	t := &tx{inner: inner}
	if err = run(ctx, t); err == nil {
		err = t.flushCounts(ctx)
	}
	if err == nil {
		err = t.flushTallies(ctx)
	}
	if err != nil {
		// The context may have ended, the connection must be given back clean.
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = inner.Rollback(undo)
		return err
	}
	return inner.Commit(ctx)
}

// again runs do until it succeeds or fails for a reason that trying again does
// not mend, and translates the error.
func again(ctx context.Context, do func() error) error {
	var err error
	for try := range tries {
		if try > 0 {
			pause(ctx, try)
		}
		if err = do(); err == nil || !passing(err, try) {
			break
		}
	}
	return translate(err)
}

// pause waits a little, longer with each try and never the same as others.
func pause(ctx context.Context, try int) {
	limit := time.Duration(1<<try) * 2 * time.Millisecond
	select {
	case <-ctx.Done():
	case <-time.After(rand.N(limit)):
	}
}

// tx is a transaction inside one act.
type tx struct {
	inner   pgx.Tx
	counts  map[count]int64
	tallies wire.Tallies
}

// exec changes rows and tells how many.
func (t *tx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	tag, err := t.inner.Exec(ctx, text, args...)
	return tag.RowsAffected(), err
}

func (t *tx) query(ctx context.Context, text string, args ...any) (pgx.Rows, error) {
	return t.inner.Query(ctx, text, args...)
}

func (t *tx) row(ctx context.Context, text string, args ...any) scanner {
	return t.inner.QueryRow(ctx, text, args...)
}

func (s *Store) query(ctx context.Context, text string, args ...any) (pgx.Rows, error) {
	ctx, cancel := context.WithTimeout(ctx, longTime)
	rows, err := s.pool.Query(ctx, text, args...)
	if err != nil {
		cancel()
		return nil, translate(err)
	}
	return limited{rows, cancel}, nil
}

func (s *Store) row(ctx context.Context, text string, args ...any) scanner {
	ctx, cancel := context.WithTimeout(ctx, actTime)
	return limitedRow{s.pool.QueryRow(ctx, text, args...), cancel}
}

// limited are rows whose time limit ends with them.
type limited struct {
	pgx.Rows
	cancel context.CancelFunc
}

// Close ends the rows and their time limit.
func (l limited) Close() {
	l.Rows.Close()
	l.cancel()
}

// limitedRow is a row whose time limit ends with it.
type limitedRow struct {
	pgx.Row
	cancel context.CancelFunc
}

// Scan reads the row.
func (l limitedRow) Scan(dest ...any) error {
	defer l.cancel()
	return l.Row.Scan(dest...)
}

// collect reads all rows of a query.
func collect[T any](rows pgx.Rows, err error, scan func(scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, translate(err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// later is the time after which a lease of ttl, taken at a time, ends.
func later(at time.Time, ttl time.Duration) time.Time {
	return at.Add(ttl).UTC().Truncate(time.Microsecond)
}

// field is an Invalid error about one field.
func field(name, detail string) error {
	return models.Fields(models.FieldError{Field: name, Detail: detail})
}

// known are those of ids that can be ids: the others would fail the query.
func known(ids []models.CommentID) []models.CommentID {
	out := make([]models.CommentID, 0, len(ids)) // never nil, which is NULL to the database
	for _, id := range ids {
		if models.ValidID(string(id)) {
			out = append(out, id)
		}
	}
	return out
}
