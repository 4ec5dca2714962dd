package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// scanner is a row to be read.
type scanner interface{ Scan(dest ...any) error }

// querier reads: the pool of readers, or the writer inside an act.
type querier interface {
	query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	row(ctx context.Context, text string, args ...any) scanner
}

// act is a writing act in the queue of the writer.
type act struct {
	ctx    context.Context // the caller's, which waits for the act's end
	run    func(context.Context, *tx) error
	soft   bool // a power cut may lose it: leases, claims and the like
	weight int
	err    error
}

// write does an act durably, in one transaction, together with those of others.
// The act may run twice: it sets what it answers and never adds to it.
func (s *Store) write(ctx context.Context, run func(context.Context, *tx) error) error {
	return s.do(ctx, &act{ctx: ctx, run: run, weight: 1})
}

// writeSoft is write for what needs not outlive a power cut.
func (s *Store) writeSoft(ctx context.Context, run func(context.Context, *tx) error) error {
	return s.do(ctx, &act{ctx: ctx, run: run, weight: 1, soft: true})
}

func (s *Store) do(ctx context.Context, a *act) error {
	if err := s.acts.Do(ctx, a); err != nil {
		return err
	}
	return a.err
}

// writer is the one connection that writes.
type writer struct {
	db      *sql.DB
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt
	soft    bool // synchronous is NORMAL at the moment
	counts  map[count]int64
	tallies wire.Tallies
}

func openWriter(ctx context.Context, dsn string) (*writer, error) {
	// An erased text is overwritten in the file, not only unlinked. A larger
	// checkpoint distance makes for fewer stops under load.
	db, err := sql.Open("sqlite", dsn+"?"+pragmas("secure_delete(1)", "wal_autocheckpoint(4000)",
		"journal_size_limit(67108864)", "cache_size(-32000)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &writer{db: db, conn: conn, stmts: map[string]*sql.Stmt{}, counts: map[count]int64{}, tallies: wire.Tallies{}}, nil
}

func (w *writer) close() error {
	for _, stmt := range w.stmts {
		_ = stmt.Close()
	}
	return errors.Join(w.conn.Close(), w.db.Close())
}

// commit runs the acts of a batch in one transaction. When one of them fails
// after it wrote, all are undone and run again, each behind a savepoint: so the
// common case pays for no savepoints.
func (w *writer) commit(acts []*act) {
	ctx := context.WithoutCancel(acts[0].ctx)
	if err := w.transaction(ctx, acts, w.plainly); err != nil && errors.Is(err, errApart) {
		err = w.transaction(ctx, acts, w.apart)
		blame(acts, err)
	} else {
		blame(acts, err)
	}
}

// errApart asks for the acts to be run again, each behind a savepoint.
var errApart = errors.New("an act failed after it wrote")

// blame gives every act the error of the whole transaction.
func blame(acts []*act, err error) {
	if err == nil {
		return
	}
	for _, a := range acts {
		a.err = translate(err)
	}
}

func (w *writer) transaction(ctx context.Context, acts []*act, run func(context.Context, []*act) error) error {
	clear(w.counts)
	clear(w.tallies)
	if err := w.durability(ctx, acts); err != nil {
		return err
	}
	if _, err := w.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := run(ctx, acts)
	if err == nil {
		err = w.flushCounts(ctx)
	}
	if err == nil {
		err = w.flushTallies(ctx)
	}
	if err == nil {
		_, err = w.exec(ctx, "COMMIT")
	}
	if err != nil {
		// Fails only when the database ended the transaction by itself.
		_, _ = w.exec(ctx, "ROLLBACK")
	}
	return err
}

// durability sets whether the commit waits for the disk: it does unless every
// act of the batch may be lost in a power cut.
func (w *writer) durability(ctx context.Context, acts []*act) error {
	soft := true
	for _, a := range acts {
		soft = soft && a.soft
	}
	if soft == w.soft {
		return nil
	}
	mode := "PRAGMA synchronous = FULL"
	if soft {
		mode = "PRAGMA synchronous = NORMAL"
	}
	_, err := w.exec(ctx, mode)
	if err == nil {
		w.soft = soft
	}
	return err
}

func (w *writer) plainly(_ context.Context, acts []*act) error {
	for _, a := range acts {
		t := &tx{w: w}
		t.do(a)
		if a.err != nil && t.wrote {
			return errApart
		}
	}
	return nil
}

func (w *writer) apart(ctx context.Context, acts []*act) error {
	for _, a := range acts {
		if _, err := w.exec(ctx, "SAVEPOINT act"); err != nil {
			return err
		}
		(&tx{w: w}).do(a)
		if a.err != nil {
			if _, err := w.exec(ctx, "ROLLBACK TO act"); err != nil {
				return err
			}
		}
		if _, err := w.exec(ctx, "RELEASE act"); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt, ok := w.stmts[text]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(ctx, text)
	if err == nil {
		w.stmts[text] = stmt
	}
	return stmt, err
}

func (w *writer) exec(ctx context.Context, text string, args ...any) (int64, error) {
	stmt, err := w.stmt(ctx, text)
	if err != nil {
		return 0, translate(err)
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, translate(err)
	}
	return result.RowsAffected()
}

// tx is the writer inside one act.
type tx struct {
	w       *writer
	wrote   bool
	counts  map[count]int64
	tallies wire.Tallies
}

// do runs an act. Its context can't end it half way: a statement that is
// interrupted would take the whole batch along.
func (t *tx) do(a *act) {
	if err := a.ctx.Err(); err != nil {
		a.err = translate(err)
		return
	}
	a.err = translate(a.run(context.WithoutCancel(a.ctx), t))
	if a.err != nil {
		return
	}
	for c, n := range t.counts {
		t.w.counts[c] += n
	}
	t.w.tallies.Join(t.tallies)
}

// exec changes rows and tells how many.
func (t *tx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	n, err := t.w.exec(ctx, text, args...)
	t.wrote = t.wrote || n > 0
	return n, err
}

func (t *tx) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if !strings.HasPrefix(text, "SELECT") {
		t.wrote = true // by its RETURNING clause
	}
	stmt, err := t.w.stmt(ctx, text)
	if err != nil {
		return nil, translate(err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, translate(err)
}

func (t *tx) row(ctx context.Context, text string, args ...any) scanner {
	stmt, err := t.w.stmt(ctx, text)
	if err != nil {
		return failed{translate(err)}
	}
	return stmt.QueryRowContext(ctx, args...)
}

// reader is the pool of connections that only read.
type reader struct {
	db    *sql.DB
	stmts sync.Map // text → *sql.Stmt
}

func (r *reader) close() error {
	r.stmts.Range(func(_, stmt any) bool {
		_ = stmt.(*sql.Stmt).Close()
		return true
	})
	return r.db.Close()
}

func (r *reader) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt, ok := r.stmts.Load(text); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := r.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if first, loaded := r.stmts.LoadOrStore(text, stmt); loaded {
		_ = stmt.Close()
		return first.(*sql.Stmt), nil
	}
	return stmt, nil
}

func (r *reader) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := r.stmt(ctx, text)
	if err != nil {
		return nil, translate(err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, translate(err)
}

func (r *reader) row(ctx context.Context, text string, args ...any) scanner {
	stmt, err := r.stmt(ctx, text)
	if err != nil {
		return failed{translate(err)}
	}
	return stmt.QueryRowContext(ctx, args...)
}

// failed is a row that could not be asked for.
type failed struct{ err error }

// Scan gives the error.
func (f failed) Scan(...any) error { return f.err }

// collect reads all rows of a query.
func collect[T any](rows *sql.Rows, err error, scan func(scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, translate(err)
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
	return out, translate(rows.Err())
}

// later is the time after which a lease of ttl, taken at a time, ends.
func later(at time.Time, ttl time.Duration) time.Time {
	return at.Add(ttl).UTC().Truncate(time.Microsecond)
}

// field is an Invalid error about one field.
func field(name, detail string) error {
	return models.Fields(models.FieldError{Field: name, Detail: detail})
}
