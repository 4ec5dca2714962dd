//go:build proof

package e2e

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/store/storetest"
)

// TestProofPath plays 2,000 rows of the corpus (TAMIS_CORPUS) through HTTP.
func TestProofPath(t *testing.T) {
	playPath(t, corpusRows(t, 2000), 15*time.Minute)
}

// TestProofWires plays 500 rows of the corpus through every wire.
func TestProofWires(t *testing.T) { judgeAlike(t, corpusRows(t, 500)) }

// TestProofScore is `tamis score` on 10,000 lines with a bad one in the middle.
func TestProofScore(t *testing.T) {
	lines, code := score(t, 10_000)
	checkScored(t, lines, code, 10_000)
	t.Logf("%d lines in order, the bad one reported, exit %d", len(lines), code)
}

// TestProofKill kills each process in turn under load; the ledger counts what
// was acknowledged, found and judged.
func TestProofKill(t *testing.T) {
	t.Run("server on SQLite", func(t *testing.T) {
		s := start(t, t.TempDir(), nil, "serve").ready()
		c := s.as(s.firstKey())
		shoot(t, c, func() { s.kill(); s.run(); s.ready() })
	})
	db, queue := storetest.NewPostgres(t), storetest.NewRedis(t)
	env := []string{"TAMIS_DATABASE=" + db.Database(t), "TAMIS_REDIS=" + queue.URL}
	s := start(t, t.TempDir(), env, "serve").ready()
	workers := []*process{start(t, t.TempDir(), env, "worker"), start(t, t.TempDir(), env, "worker")}
	c := s.as(s.firstKey())
	t.Run("server", func(t *testing.T) { shoot(t, c, func() { s.kill(); s.run(); s.ready() }) })
	t.Run("worker", func(t *testing.T) { shoot(t, c, func() { workers[0].kill(); workers[0].run() }) })
	t.Run("Redis", func(t *testing.T) { shoot(t, c, func() { queue.Kill(); time.Sleep(time.Second); again(t, queue) }) })
	t.Run("PostgreSQL", func(t *testing.T) { shoot(t, c, func() { db.Kill(); time.Sleep(time.Second); again(t, db) }) })
}

// shoot does its worst in the middle of some seconds of load.
func shoot(t *testing.T, c client, worst func()) {
	t.Helper()
	stop, done := make(chan struct{}), make(chan ledger)
	go func() { done <- submitUntil(c, stop, t.Name()) }()
	time.Sleep(2 * time.Second)
	worst()
	recovered := time.Now()
	time.Sleep(2 * time.Second)
	close(stop)
	l := <-done
	c.t = t
	l.settled(t, c, 5*time.Minute)
	t.Logf("all judged %.1f s after recovery", time.Since(recovered).Seconds())
}

func corpusRows(t *testing.T, n int) []labelled {
	t.Helper()
	corpus := os.Getenv("TAMIS_CORPUS")
	if corpus == "" {
		corpus = filepath.Join("..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(corpus, "dev", "labelled.jsonl.gz"))
	if err != nil {
		t.Fatalf("TAMIS_CORPUS must name the folder of the corpus: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var rows []labelled
	seen := map[string]bool{}
	for d := json.NewDecoder(z); d.More() && len(rows) < n; {
		var r labelled
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		if _, known := r.Labels["toxic"]; known && !seen[r.Text] && len(r.Text) < 20_000 {
			seen[r.Text] = true
			rows = append(rows, r)
		}
	}
	return rows
}
