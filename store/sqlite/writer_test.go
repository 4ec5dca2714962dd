package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

func openTest(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// An act that fails after it wrote takes nothing along: not the others of its
// commit, not its own traces, not its counters.
func TestFailingActFailsAlone(t *testing.T) {
	t.Parallel()
	s := openTest(t, filepath.Join(t.TempDir(), "tamis.db"))
	want := errors.New("no")
	var acts []*act
	for i := range 9 {
		acts = append(acts, &act{ctx: t.Context(), run: func(ctx context.Context, tx *tx) error {
			tx.count("a", at, "runs", 1)
			_, err := tx.exec(ctx, `INSERT INTO sites (id, name, locale, keep_text, created_at) VALUES ($1, '', '', 0, 0)`,
				fmt.Sprint("s", i))
			if i == 4 {
				return want
			}
			return err
		}})
	}
	s.writer.commit(acts)
	for i, a := range acts {
		if (a.err != nil) != (i == 4) {
			t.Errorf("act %d: got %v", i, a.err)
		}
	}
	if !errors.Is(acts[4].err, want) {
		t.Errorf("got %v, want the act's own error", acts[4].err)
	}
	sites, err := s.ListSites(t.Context())
	if err != nil || len(sites) != 8 {
		t.Errorf("got %d sites, %v, want 8", len(sites), err)
	}
	counters, err := s.Counters(t.Context(), "a", at)
	if err != nil || counters["runs"] != 8 {
		t.Errorf("got counters %v, %v, want 8 runs", counters, err)
	}
}

// Only a commit of nothing but leases and the like skips the disk.
func TestDurability(t *testing.T) {
	t.Parallel()
	s := openTest(t, filepath.Join(t.TempDir(), "tamis.db"))
	nothing := func(context.Context, *tx) error { return nil }
	hard, soft := &act{ctx: t.Context(), run: nothing}, &act{ctx: t.Context(), run: nothing, soft: true}
	for name, c := range map[string]struct {
		acts []*act
		want int
	}{
		"hard":  {[]*act{hard}, 2},
		"soft":  {[]*act{soft, soft}, 1},
		"mixed": {[]*act{soft, hard}, 2},
	} {
		s.writer.commit(c.acts)
		var mode int
		if err := s.writer.conn.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&mode); err != nil {
			t.Fatal(err)
		}
		if mode != c.want {
			t.Errorf("%s: got synchronous %d, want %d", name, mode, c.want)
		}
	}
}

// Two processes (here: two stores) write to one file; each waits for the other.
func TestTwoStoresShareAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a b?c#d%20.db") // a name that an address would read otherwise
	stores := []*Store{openTest(t, path), openTest(t, path)}
	const each = 50
	var wg sync.WaitGroup
	for i, s := range stores {
		wg.Go(func() {
			for n := range each {
				c := models.Comment{ID: models.CommentID(models.NewID(at)), Site: "a", Text: "x", ReceivedAt: at}
				if _, err := s.AddComments(t.Context(), []models.Comment{c}); err != nil {
					t.Errorf("store %d, comment %d: %v", i, n, err)
					return
				}
			}
		})
	}
	wg.Wait()
	n, _, err := stores[0].PendingStats(t.Context())
	if err != nil || n != 2*each {
		t.Errorf("got %d comments, %v, want %d", n, err, 2*each)
	}
}

func TestManyMigrateAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tamis.db")
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			s, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(s.Migrate(t.Context()), s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestErrorsByKind(t *testing.T) {
	t.Parallel()
	s := openTest(t, filepath.Join(t.TempDir(), "tamis.db"))
	for name, c := range map[string]struct {
		text string
		want models.Kind
	}{
		"null":    {`INSERT INTO sites (id) VALUES (NULL)`, models.Invalid},
		"no such": {`INSERT INTO nowhere VALUES (1)`, models.Internal},
		"unique":  {`INSERT INTO sites VALUES ('a', '', '', 0, 0), ('a', '', '', 0, 0)`, models.Conflict},
	} {
		err := s.write(t.Context(), func(ctx context.Context, t *tx) error {
			_, err := t.exec(ctx, c.text)
			return err
		})
		if err == nil || models.KindOf(err) != c.want {
			t.Errorf("%s: got %v, want kind %v", name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ListSites(ctx); models.KindOf(err) != models.Unavailable {
		t.Errorf("cancelled: got %v", err)
	}
}

func TestFolderThatCantBeWritten(t *testing.T) {
	t.Parallel()
	if _, err := Open(t.Context(), filepath.Join("/proc/tamis", "tamis.db"), Options{}); err == nil {
		t.Error("opened a file in /proc")
	}
}
