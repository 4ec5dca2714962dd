// Package sqlite keeps everything in one SQLite file: the store for one machine
// that needs no server. It owns its SQL and the single writer that commits the
// acts of many callers together; it refuses policy, and to be used by more than
// a handful of processes at once.
package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/internal/group"
)

var _ store.Store = (*Store)(nil)

// Options tune a store; the zero value is right for a service.
type Options struct {
	Group   int // rows that may share a commit; 0 = 256, 1 = one act a commit
	Readers int // connections that only read; 0 = 4
}

// Store is a SQLite file.
type Store struct {
	dsn    string
	writer *writer
	acts   *group.Queue[*act]
	reader
}

// busyTimeout is how long a writer waits for another process (the command
// line, a backup) that writes to the same file.
const busyTimeout = 10 * time.Second

// Open opens or makes the file at path and gives its keeper. It changes no
// schema: see [Store.Migrate].
func Open(ctx context.Context, path string, opts Options) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath()
	w, err := openWriterPatiently(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, translate(err))
	}
	db, err := sql.Open("sqlite", dsn+"?"+pragmas("query_only(1)", "cache_size(-16000)"))
	if err != nil {
		w.close()
		return nil, fmt.Errorf("open %s: %w", path, translate(err))
	}
	readers := cmp.Or(opts.Readers, 4)
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	s := &Store{dsn: dsn, writer: w, reader: reader{db: db}}
	s.acts = group.New(cmp.Or(opts.Group, 256), func(a *act) int { return a.weight }, w.commit)
	return s, nil
}

// openWriterPatiently waits for other processes that open the same new file. When
// two put it into WAL mode at once, SQLite refuses one of them without waiting.
func openWriterPatiently(ctx context.Context, dsn string) (*writer, error) {
	for begun := time.Now(); ; {
		w, err := openWriter(ctx, dsn)
		if !isBusy(err) || time.Since(begun) > busyTimeout {
			return w, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Close waits for the acts under way and closes the file.
func (s *Store) Close() error {
	s.acts.Close()
	err := s.reader.close() //nolint:staticcheck // the writer has a close of its own
	if werr := s.writer.close(); err == nil {
		err = werr
	}
	return translate(err)
}

// pragmas is the query part of a connection's address.
func pragmas(more ...string) string {
	q := url.Values{}
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()))
	q.Add("_pragma", "journal_mode(WAL)")
	q.Add("_pragma", "synchronous(FULL)")
	for _, p := range more {
		q.Add("_pragma", p)
	}
	return q.Encode()
}
