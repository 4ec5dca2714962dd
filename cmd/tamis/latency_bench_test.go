package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/store/postgres"
	"github.com/tamis-moderation/tamis/store/sqlite"
	"github.com/tamis-moderation/tamis/store/storetest"
	"github.com/tamis-moderation/tamis/worker"
)

// stubScorer takes no time, so that what is measured is everything but the model.
type stubScorer struct{}

func (stubScorer) Rows(in []classifier.Input) int { return len(in) }

func (stubScorer) Assess(_ context.Context, in []classifier.Input) ([]models.Assessment, error) {
	out := make([]models.Assessment, len(in))
	for i := range out {
		out[i] = models.Assessment{Lang: "fr", Scores: models.Scores{models.Toxic: 0.01}}
	}
	return out, nil
}

// BenchmarkSubmitToVerdict measures from sending a comment with Prefer: wait to
// its verdict in hand, one at a time on an idle service. Scoring is a stub.
func BenchmarkSubmitToVerdict(b *testing.B) {
	b.Run("embedded-stub-scorer", func(b *testing.B) {
		db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "t.db"), sqlite.Options{})
		if err != nil {
			b.Fatal(err)
		}
		waitForVerdicts(b, db, "")
	})
	b.Run("postgres-redis-stub-scorer", func(b *testing.B) {
		db, err := postgres.Open(b.Context(), storetest.Postgres(b), postgres.Options{})
		if err != nil {
			b.Fatal(err)
		}
		waitForVerdicts(b, db, storetest.Redis(b))
	})
}

func waitForVerdicts(b *testing.B, db database, redis string) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	b.Cleanup(func() { cancel(); wg.Wait(); db.Close() })
	if err := db.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	if err := db.AddSite(ctx, models.Site{ID: "bench", Locale: "en", CreatedAt: time.Now()}, "bench"); err != nil {
		b.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	judge := worker.NewWake(1)
	front := &moderation.Service{
		Store: db, Assessor: stubScorer{}, Queue: judge, Log: log, Now: time.Now, Changed: func() {},
		Waiters:  moderation.NewWaiters(db.Judged, log),
		Policies: &moderation.Policies{Load: db.Policy, Now: time.Now},
		Spoken:   &moderation.Spoken{Load: db.Languages, Now: time.Now},
	}
	if redis == "" {
		for _, l := range worker.Inline(1, 16, judge, front.JudgePending, log) {
			wg.Go(func() { _ = l.Run(ctx) })
		}
	} else {
		r, err := worker.ParseRedis(redis)
		if err != nil {
			b.Fatal(err)
		}
		client := &worker.Client{Redis: r, Log: log}
		front.Queue = client
		back := *front // another process would have waiters of its own
		back.Waiters = moderation.NewWaiters(db.Judged, log)
		server := &worker.Server{Redis: r, Judge: back.JudgeComments, Pending: back.JudgePending, Concurrency: 2, Batch: 16, Log: log}
		wg.Go(func() { _ = client.Run(ctx) })
		wg.Go(func() { _ = server.Run(ctx) })
	}
	wg.Go(func() { _ = front.Waiters.Run(ctx) })
	handler, err := api.New(api.Deps{V1: v1.API{Moderator: front, Comments: front, Keyring: anyKey{}, Sites: db}, Now: time.Now, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	site := httptest.NewServer(handler)
	b.Cleanup(site.Close)
	reportWaits(b, site.Listener.Addr().String())
}

func reportWaits(b *testing.B, addr string) {
	b.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	var took []time.Duration
	for i := range 600 {
		body := fmt.Sprintf(`{"text":"Bonjour %d"}`, i)
		began := time.Now()
		fmt.Fprintf(conn, "POST /v1/comments HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer tam_bench\r\nPrefer: wait=5\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		if resp.StatusCode != http.StatusOK {
			b.Fatalf("status %d: no verdict in time", resp.StatusCode)
		}
		if i >= 100 { // the first ones warm caches and connections
			took = append(took, time.Since(began))
		}
		time.Sleep(2 * time.Millisecond) // idle between
	}
	slices.Sort(took)
	b.ReportMetric(float64(percentile(took, 0.5).Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(percentile(took, 0.99).Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}
