package postgres_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/migrations"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/postgres"
	"github.com/tamis-moderation/tamis/store/storetest"
)

func TestStore(t *testing.T) {
	// Making a database costs more than emptying one.
	free := make(chan string, 3)
	for range cap(free) {
		free <- storetest.Postgres(t)
	}
	storetest.Run(t, func(t *testing.T) store.Store {
		url := <-free
		t.Cleanup(func() { free <- url })
		t.Cleanup(func() { empty(t, url) })
		return open(t, url)
	})
}

func TestCommentsFromBeforeAreFound(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	s := open(t, url)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	storetest.Backfill(t, s, migrations.Postgres, "postgres", func(statement string) {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	})
}

func open(t testing.TB, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, postgres.Options{})
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

// tables are those with rows of ours.
const tables = `comments pending reports counters review_items decisions feedback events webhooks deliveries
	sites keys users sign_in_links sessions recovery_codes site_books policies audit idempotency traces scorings
	kin kin_bands triage review_skips library tallies tries saved_views mails mail_links mail_wishes`

// empty takes all rows out of a database: by DELETE, since TRUNCATE makes and
// syncs a file a table and index.
func empty(t testing.TB, url string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	batch := "SET synchronous_commit = off;"
	for _, table := range strings.Fields(tables) {
		batch += "DELETE FROM " + table + ";"
	}
	if _, err := conn.Exec(ctx, batch); err != nil {
		t.Fatal(err)
	}
}
