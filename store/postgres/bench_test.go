package postgres_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/postgres"
	"github.com/tamis-moderation/tamis/store/storetest"
)

func benchComment(n int) models.Comment {
	at := time.Date(2026, 3, 1, 12, 0, 0, n*1000, time.UTC)
	return models.Comment{
		ID: models.CommentID(models.NewID(at)), Site: "bench", ExternalID: fmt.Sprint(n), ReceivedAt: at,
		Text: strings.Repeat("Un commentaire. ", 118), Author: models.Author{ID: fmt.Sprint(n % 997), Name: "Zoé", IP: fmt.Sprintf("10.%d.%d.7", n/256%256, n%256)},
		TextKey: fmt.Sprintf("%016x", n*7919),
	}
}

// BenchmarkAddComments measures durable additions of 1.9 KB by 64 callers, each
// with its own INSERT (group=1) and sharing them.
func BenchmarkAddComments(b *testing.B) {
	for _, size := range []int{1, 128} {
		b.Run(fmt.Sprintf("group=%d", size), func(b *testing.B) {
			url := storetest.Postgres(b)
			open(b, url)
			s, err := postgres.Open(b.Context(), url, postgres.Options{Group: size})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			comments := make([]models.Comment, b.N)
			for i := range comments {
				comments[i] = benchComment(i)
			}
			ctx := context.WithoutCancel(b.Context())
			b.ResetTimer()
			var wg sync.WaitGroup
			for p := range 64 {
				wg.Go(func() {
					for i := p; i < b.N; i += 64 {
						if _, err := s.AddComments(ctx, comments[i:i+1]); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comments/s")
		})
	}
}

// filled is a database of TAMIS_BENCH_ROWS comments (100,000 when not told), of
// which two in a hundred wait for a person.
func filled(b *testing.B) (*postgres.Store, string, int) {
	b.Helper()
	rows := 100_000
	if told := os.Getenv("TAMIS_BENCH_ROWS"); told != "" {
		var err error
		if rows, err = strconv.Atoi(told); err != nil {
			b.Fatal(err)
		}
	}
	url := storetest.Postgres(b)
	s := open(b, url)
	ctx := b.Context()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, text := range []string{
		"SET synchronous_commit = off; SET statement_timeout = 0",
		`INSERT INTO comments (id, site, text, received_at, status, revision)
			SELECT gen_random_uuid(), 'bench', repeat('Un commentaire. ', 118), '2026-03-01Z'::timestamptz + n * '1 ms'::interval,
				CASE WHEN n % 50 = 0 THEN 'held' ELSE 'approved' END, 2
			FROM generate_series(1, ` + strconv.Itoa(rows) + `) n`,
		`INSERT INTO review_items (comment_id, site, urgency, filed_at)
			SELECT id, site, random(), received_at FROM comments WHERE status = 'held'`,
		"VACUUM ANALYZE comments, review_items",
	} {
		if _, err := conn.Exec(ctx, text); err != nil {
			b.Fatal(err)
		}
	}
	return s, url, rows
}

// BenchmarkClaimReviews claims ten items with eight claimers, who give them
// back, and tells the slowest in a hundred and the buffers that a claim touches.
func BenchmarkClaimReviews(b *testing.B) {
	s, url, rows := filled(b)
	b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
		ctx := context.WithoutCancel(b.Context())
		took := make([]time.Duration, b.N)
		b.ResetTimer()
		var wg sync.WaitGroup
		for p := range 8 {
			wg.Go(func() {
				for i := p; i < b.N; i += 8 {
					at := time.Now()
					claim, err := s.ClaimReviews(ctx, models.ClaimRequest{
						Site: "bench", By: fmt.Sprint("user:", p), Limit: 10, TTL: time.Minute,
					}, at)
					took[i] = time.Since(at)
					if err != nil || len(claim.Items) != 10 {
						b.Errorf("claimed %d, %v", len(claim.Items), err)
						return
					}
					if err := s.ReleaseClaim(ctx, "bench", claim.Token, at); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		b.StopTimer()
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(claimBuffers(b, url)), "buffers/claim")
		admin(b, url, "UPDATE review_items SET claim_until = NULL, claim_token = NULL, claimed_by = NULL")
		admin(b, url, "VACUUM review_items")
	})
}

var bufferCount = regexp.MustCompile(`shared hit=(\d+)(?: read=(\d+))?`)

// claimBuffers is how many pages the choice of ten items reads.
func claimBuffers(b *testing.B, url string) int {
	b.Helper()
	ctx := b.Context()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	var plan strings.Builder
	rows, err := conn.Query(ctx, "EXPLAIN (ANALYZE, BUFFERS) "+postgres.ClaimSQL,
		"token", "user:z", time.Now().Add(time.Minute), "bench", time.Now(), "", true, 10, true, []string{})
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			b.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	found := bufferCount.FindStringSubmatch(plan.String())
	if found == nil {
		b.Fatalf("no buffers in\n%s", plan.String())
	}
	hit, _ := strconv.Atoi(found[1])
	read, _ := strconv.Atoi(found[2])
	return hit + read
}

// BenchmarkListComments compares the first page with one at nine tenths of the
// list.
func BenchmarkListComments(b *testing.B) {
	s, url, rows := filled(b)
	ctx := b.Context()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	// A page there tells the cursor; walking to it would take long.
	var since time.Time
	err = conn.QueryRow(ctx, "SELECT received_at FROM comments ORDER BY received_at OFFSET $1 LIMIT 1", rows/10).Scan(&since)
	if err != nil {
		b.Fatal(err)
	}
	for name, cursor := range map[string]string{
		"first page": "", "deep page": postgres.CommentCursor(since, "bench"),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				page, err := s.ListComments(ctx, models.CommentQuery{Site: "bench", Cursor: cursor, Limit: 50})
				if err != nil || len(page.Items) != 50 {
					b.Fatal(len(page.Items), err)
				}
			}
		})
	}
}
