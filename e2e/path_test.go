package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"

	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/store/storetest"
)

// labelled is a row with a known truth.
type labelled struct {
	Text   string         `json:"text"`
	Lang   string         `json:"lang,omitempty"`
	Labels map[string]int `json:"labels"`
}

// TestThePathGivesWhatEvalGives plays labelled rows through HTTP and compares
// the stored scores with those of `tamis eval`. `make proof-path` does the same
// with 2,000 rows of the corpus.
func TestThePathGivesWhatEvalGives(t *testing.T) {
	t.Parallel()
	rows := readRows(t, filepath.Join("testdata", "labelled.jsonl"))
	playPath(t, rows, 2*time.Minute)
}

// playPath plays rows on one box, and on PostgreSQL + Redis with two workers of
// which one is killed on the way.
func playPath(t *testing.T, rows []labelled, within time.Duration) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rows.jsonl")
	writeRows(t, file, rows)
	t.Run("one box", func(t *testing.T) {
		s := start(t, t.TempDir(), nil, "serve").ready()
		c := s.as(s.firstKey())
		submitRows(t, c, rows, func() {})
		compare(t, s, c, rows, file, within)
	})
	t.Run("PostgreSQL, Redis, two workers, one killed", func(t *testing.T) {
		env := []string{"TAMIS_DATABASE=" + storetest.Postgres(t), "TAMIS_REDIS=" + storetest.Redis(t)}
		s := start(t, t.TempDir(), env, "serve").ready()
		doomed := start(t, t.TempDir(), env, "worker")
		start(t, t.TempDir(), env, "worker")
		c := s.as(s.firstKey())
		submitRows(t, c, rows, doomed.kill)
		compare(t, s, c, rows, file, within)
	})
}

// submitRows sends all rows in batches, and does halfway what it is told to.
func submitRows(t *testing.T, c client, rows []labelled, halfway func()) {
	t.Helper()
	const size = 64
	for a := 0; a < len(rows); a += size {
		if a <= len(rows)/2 && len(rows)/2 < a+size {
			halfway()
		}
		var batch []map[string]any
		for i, r := range rows[a:min(a+size, len(rows))] {
			batch = append(batch, map[string]any{"external_id": fmt.Sprintf("row-%d", a+i), "text": r.Text, "lang": r.Lang})
		}
		got := c.call("POST", "/v1/comments/batch", map[string]any{"comments": batch})
		if got.status >= 300 {
			t.Fatalf("batch at %d: %v", a, got)
		}
	}
}

// compare waits until all is judged and sets the stored scores' AUC beside eval's.
func compare(t *testing.T, s *process, c client, rows []labelled, file string, within time.Duration) {
	t.Helper()
	scores := make([]float64, len(rows))
	eventually(t, within, "all judged", func() error {
		if got := c.call("GET", "/v1/comments?status=pending&limit=1", nil); len(got.body["items"].([]any)) > 0 {
			time.Sleep(time.Second)
			return fmt.Errorf("some are pending")
		}
		return nil
	})
	judged := 0
	for _, item := range c.list("/v1/comments") {
		var row int
		if _, err := fmt.Sscanf(item["external_id"].(string), "row-%d", &row); err != nil {
			t.Fatal(err)
		}
		scores[row] = item["verdict"].(map[string]any)["scores"].(map[string]any)["toxic"].(float64)
		judged++
	}
	if judged != len(rows) {
		t.Errorf("%d judged of %d", judged, len(rows))
	}
	stored, evaluated := auc(rows, scores), evalAUC(t, s, file)
	t.Logf("%d rows judged; AUC of toxic: stored %.6f, tamis eval %.6f", judged, stored, evaluated)
	if math.Abs(stored-evaluated) > 1e-4 {
		t.Errorf("AUC of the stored scores %.6f, of tamis eval %.6f", stored, evaluated)
	}
}

// evalAUC asks the command line.
func evalAUC(t *testing.T, s *process, file string) float64 {
	t.Helper()
	var report struct {
		Figures []struct {
			Label, Lang, Group string
			AUC                struct{ Value float64 }
		}
	}
	out := s.cli("eval", "--json", file)
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("%v: %.300s", err, out)
	}
	for _, r := range report.Figures {
		if r.Label == "toxic" && r.Lang == "" && r.Group == "" {
			return r.AUC.Value
		}
	}
	t.Fatalf("no figure for toxic: %.600s", out)
	return 0
}

// auc is the probability that a toxic row scores above another, ties counting
// half (Mann-Whitney).
func auc(rows []labelled, scores []float64) float64 {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case scores[a] < scores[b]:
			return -1
		case scores[a] > scores[b]:
			return 1
		}
		return 0
	})
	sum, positives := 0.0, 0.0
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && scores[order[j]] == scores[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			if rows[k].Labels["toxic"] == 1 {
				sum += float64(i+j+1) / 2
				positives++
			}
		}
		i = j
	}
	return (sum - positives*(positives+1)/2) / (positives * (float64(len(rows)) - positives))
}

func readRows(t *testing.T, file string) []labelled {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []labelled
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var r labelled
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

func writeRows(t *testing.T, file string, rows []labelled) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e := json.NewEncoder(f)
	for _, r := range rows {
		if err := e.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
}

// TestScoreKeepsOrder is `tamis score` on 10,000 lines with a bad one in the middle.
func TestScoreKeepsOrder(t *testing.T) {
	t.Parallel()
	out, code := score(t, 400)
	checkScored(t, out, code, 400)
}

// score runs tamis score on n lines of which the one in the middle is bad.
func score(t *testing.T, n int) (lines []string, code int) {
	t.Helper()
	var in []byte
	for i := range n {
		line := fmt.Sprintf(`{"id":"l%d","text":"Ligne %d, merci."}`, i, i)
		if i == n/2 {
			line = `{"id":"bad","text":`
		}
		in = append(append(in, line...), '\n')
	}
	return runScore(t, in)
}

func checkScored(t *testing.T, lines []string, code, n int) {
	t.Helper()
	if code != 1 {
		t.Errorf("exit %d, want 1", code)
	}
	if len(lines) != n {
		t.Fatalf("%d lines out of %d", len(lines), n)
	}
	for i, l := range lines {
		var got struct {
			ID     string
			Line   int
			Error  string
			Action string
		}
		if err := json.Unmarshal([]byte(l), &got); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		if i == n/2 {
			if got.Line != i+1 || got.Error == "" {
				t.Errorf("bad line: %s", l)
			}
			continue
		}
		if got.ID != fmt.Sprintf("l%d", i) || got.Action == "" {
			t.Fatalf("line %d: %s", i+1, l)
		}
	}
}
