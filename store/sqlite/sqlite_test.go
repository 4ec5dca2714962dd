package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/tamis-moderation/tamis/migrations"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/sqlite"
	"github.com/tamis-moderation/tamis/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store { return storetest.New(t) })
}

func TestCommentsFromBeforeAreFound(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tamis.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	storetest.Backfill(t, s, migrations.SQLite, "sqlite", func(statement string) {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	})
}
