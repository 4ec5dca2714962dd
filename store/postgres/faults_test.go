package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/postgres"
	"github.com/tamis-moderation/tamis/store/storetest"
)

func comment(text string) models.Comment {
	now := time.Now()
	return models.Comment{ID: models.CommentID(models.NewID(now)), Site: "a", Text: text, ReceivedAt: now}
}

// A row that the database refuses fails alone among the additions of others
// that share its INSERT.
func TestRefusedRowAmongOtherCallers(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Postgres(t))
	const callers = 64
	bad := map[int]func(*models.Comment){
		7:  func(c *models.Comment) { c.Text = "secret\x00text" },
		20: func(c *models.Comment) { c.Text = "secret\xfftext" },
		21: func(c *models.Comment) { c.ExternalID = incompressible(8000) }, // over what an index takes
	}
	errs := make([]error, callers)
	var wg sync.WaitGroup
	for i := range callers {
		c := comment(fmt.Sprint("text ", i))
		if spoil := bad[i]; spoil != nil {
			spoil(&c)
		}
		wg.Go(func() {
			results, err := s.AddComments(t.Context(), []models.Comment{c})
			if err != nil {
				t.Errorf("caller %d: the whole failed: %v", i, err)
				return
			}
			errs[i] = results[0].Err
		})
	}
	wg.Wait()
	for i, err := range errs {
		if bad[i] == nil && err != nil {
			t.Errorf("good neighbour %d: %v", i, err)
		}
		if bad[i] != nil && (err == nil || models.KindOf(err) != models.Invalid || strings.Contains(err.Error(), "secret")) {
			t.Errorf("bad row %d: got %v", i, err)
		}
	}
}

func incompressible(n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(models.TextHash(b.String()))
	}
	return b.String()
}

func TestManyMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := postgres.Open(t.Context(), url, postgres.Options{MaxConns: 2})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if err := s.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	steps, err := open(t, url).MigrationStatus(t.Context())
	if err != nil || len(steps) < 4 || steps[len(steps)-1].AppliedAt.IsZero() {
		t.Errorf("got %+v, %v", steps, err)
	}
}

// Killing the server in the middle of it all loses nothing that was
// acknowledged; while it is away acts fail at once, and nothing has to be
// started again when it is back.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	server := storetest.NewPostgres(t)
	s := open(t, server.Database(t))
	acked := addUntilKilled(t, s, server)
	started := time.Now()
	_, err := s.AddComments(t.Context(), []models.Comment{comment("away")})
	unavailable(t, "AddComments", err)
	_, err = s.Comment(t.Context(), "a", acked[0])
	unavailable(t, "Comment", err)
	_, err = s.LeasePending(t.Context(), 1, time.Minute, time.Now())
	unavailable(t, "LeasePending", err)
	unavailable(t, "Ping", s.Ping(t.Context()))
	unavailable(t, "Migrate", s.Migrate(t.Context()))
	if took := time.Since(started); took > 8*time.Second {
		t.Errorf("five acts took %v to say that the database is away", took)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	for _, id := range acked {
		if _, err := s.Comment(t.Context(), "a", id); err != nil {
			t.Errorf("comment %s was acknowledged: %v", id, err)
		}
	}
	n, _, err := s.PendingStats(t.Context())
	if err != nil || n < int64(len(acked)) {
		t.Errorf("%d of %d wait to be judged (%v)", n, len(acked), err)
	}
}

// addUntilKilled adds comments from many goroutines, kills the server in the
// middle, and gives those that were acknowledged.
func addUntilKilled(t *testing.T, s *postgres.Store, server *storetest.PostgresServer) []models.CommentID {
	t.Helper()
	var mu sync.Mutex
	var acked []models.CommentID
	var wg sync.WaitGroup
	enough := make(chan struct{})
	for range 8 {
		wg.Go(func() {
			for {
				c := comment("x")
				results, err := s.AddComments(context.WithoutCancel(t.Context()), []models.Comment{c})
				if err != nil {
					unavailable(t, "AddComments", err)
					return
				}
				mu.Lock()
				if acked = append(acked, results[0].ID); len(acked) == 300 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	server.Kill()
	wg.Wait()
	return acked
}

func unavailable(t *testing.T, act string, err error) {
	t.Helper()
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Kind != models.Unavailable || e.RetryAfter != 2*time.Second {
		t.Errorf("%s: got %v, want unavailable, try again in 2 s", act, err)
	}
}

// A server that hangs is as good as away: an act under way says so in time.
func TestServerFrozen(t *testing.T) {
	t.Parallel()
	server := storetest.NewPostgres(t)
	s := open(t, server.Database(t))
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Pause()
	defer server.Resume()
	started := time.Now()
	_, err := s.AddComments(t.Context(), []models.Comment{comment("x")})
	unavailable(t, "AddComments", err)
	if took := time.Since(started); took > 4*time.Second {
		t.Errorf("took %v to say that the database hangs", took)
	}
}

func TestErrorsByKind(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	s := open(t, url)
	site := models.Site{ID: "a", CreatedAt: time.Now()}
	admin(t, url, "ALTER DATABASE "+database(t, url)+" SET default_transaction_read_only = on")
	readOnly, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer readOnly.Close()
	unavailable(t, "read-only", readOnly.AddSite(t.Context(), site, "cli"))
	site.Name = "a\x00b"
	if err := s.AddSite(t.Context(), site, "cli"); models.KindOf(err) != models.Invalid {
		t.Errorf("NUL in a name: got %v, want invalid", err)
	}
	if _, err := postgres.Open(t.Context(), "postgres://[", postgres.Options{}); err == nil {
		t.Error("an address that is none was accepted")
	}
	fresh, err := postgres.Open(t.Context(), storetest.Postgres(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if _, err := fresh.ListSites(t.Context()); err == nil || models.KindOf(err) != models.Internal {
		t.Errorf("no schema: got %v, want internal", err)
	}
}

func admin(t testing.TB, url, command string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), command); err != nil {
		t.Fatal(err)
	}
}

func database(t testing.TB, url string) string {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	return config.Database
}

// Two processes share a database: what one releases early, or adds late, the
// other finds, at the latest when its floor ends; here by a look of its own.
func TestTwoStoresShareTheQueue(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	one, two := open(t, url), open(t, url)
	c := comment("x")
	if _, err := one.AddComments(t.Context(), []models.Comment{c}); err != nil {
		t.Fatal(err)
	}
	at := c.ReceivedAt.Add(time.Second)
	lease, err := one.LeasePending(t.Context(), 10, time.Minute, at)
	if err != nil || len(lease.Comments) != 1 {
		t.Fatalf("leased %d, %v", len(lease.Comments), err)
	}
	if other, err := two.LeasePending(t.Context(), 10, time.Minute, at); err != nil || len(other.Comments) != 0 {
		t.Errorf("the other leased %d, %v", len(other.Comments), err)
	}
	if err := one.ReleaseLease(t.Context(), lease.Token, nil, at); err != nil {
		t.Fatal(err)
	}
	if other, err := two.LeasePending(t.Context(), 10, time.Minute, at); err != nil || len(other.Comments) != 1 {
		t.Errorf("released: the other leased %d, %v", len(other.Comments), err)
	}
}
