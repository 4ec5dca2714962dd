package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/sqlite"
)

func openFile(tb testing.TB, path string, opts sqlite.Options) *sqlite.Store {
	tb.Helper()
	s, err := sqlite.Open(tb.Context(), path, opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return s
}

func benchComment(n int) models.Comment {
	at := time.Date(2026, 3, 1, 12, 0, 0, n*1000, time.UTC)
	return models.Comment{
		ID: models.CommentID(models.NewID(at)), Site: "bench", ExternalID: fmt.Sprint(n), ReceivedAt: at,
		Text: strings.Repeat("Un commentaire. ", 118), Author: models.Author{ID: fmt.Sprint(n % 997), Name: "Zoé", IP: fmt.Sprintf("10.%d.%d.7", n/256%256, n%256)},
		TextKey: fmt.Sprintf("%016x", n*7919),
	}
}

// BenchmarkAddComments measures durable additions of 1.9 KB by 64 callers, each
// with its own commit (group=1) and sharing commits.
func BenchmarkAddComments(b *testing.B) {
	for _, size := range []int{1, 256} {
		b.Run(fmt.Sprintf("group=%d", size), func(b *testing.B) {
			s := openFile(b, filepath.Join(b.TempDir(), "bench.db"), sqlite.Options{Group: size})
			ctx := context.WithoutCancel(b.Context())
			comments := make([]models.Comment, b.N)
			for i := range comments {
				comments[i] = benchComment(i)
			}
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

// BenchmarkSubmitToVerdict measures one comment's way through an idle store:
// added, leased, judged.
func BenchmarkSubmitToVerdict(b *testing.B) {
	s := openFile(b, filepath.Join(b.TempDir(), "bench.db"), sqlite.Options{})
	ctx := context.WithoutCancel(b.Context())
	for i := 0; b.Loop(); i++ {
		c := benchComment(i)
		if _, err := s.AddComments(ctx, []models.Comment{c}); err != nil {
			b.Fatal(err)
		}
		lease, err := s.LeaseComments(ctx, []models.CommentID{c.ID}, time.Minute, c.ReceivedAt)
		if err != nil || len(lease.Comments) != 1 {
			b.Fatal(len(lease.Comments), err)
		}
		counted, err := s.RecordJudgements(ctx, lease.Token, []models.Judgement{{
			Comment: c.ID, Site: c.Site, Revision: 1, Verdict: models.Verdict{Action: models.Allow}, At: c.ReceivedAt,
		}})
		if err != nil || !counted[0] {
			b.Fatal(counted, err)
		}
	}
}

// BenchmarkListComments compares the first page with one at the end of a long
// list.
func BenchmarkListComments(b *testing.B) {
	const rows = 20_000
	s := openFile(b, filepath.Join(b.TempDir(), "bench.db"), sqlite.Options{})
	ctx := context.WithoutCancel(b.Context())
	for i := 0; i < rows; i += 200 {
		batch := make([]models.Comment, 200)
		for j := range batch {
			batch[j] = benchComment(i + j)
		}
		if _, err := s.AddComments(ctx, batch); err != nil {
			b.Fatal(err)
		}
	}
	deep := ""
	for range rows/200 - 1 {
		page, err := s.ListComments(ctx, models.CommentQuery{Site: "bench", Cursor: deep, Limit: 200})
		if err != nil {
			b.Fatal(err)
		}
		deep = page.Next
	}
	for name, cursor := range map[string]string{"first page": "", "last page": deep} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.ListComments(ctx, models.CommentQuery{Site: "bench", Cursor: cursor, Limit: 50}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
