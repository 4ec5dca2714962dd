package mirror_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation/mirror"
)

var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// perspective is a stand-in for the original: it answers as it is told to and
// keeps what it was asked.
type perspective struct {
	*httptest.Server

	asked chan string
}

func newPerspective(t *testing.T, answer http.HandlerFunc) *perspective {
	t.Helper()
	p := &perspective{asked: make(chan string, 1000)}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		p.asked <- r.URL.String() + " " + string(raw)
		answer(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func scores(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `{"languages":["fr"],"attributeScores":{"TOXICITY":{"summaryScore":{"value":0.75}},"INSULT":{"summaryScore":{"value":0}}}}`)
}

// open runs a mirror until the test ends; lines gives what its file holds then.
func open(t *testing.T, p *perspective, log *slog.Logger) (m *mirror.Mirror, lines func() []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mirror.jsonl")
	m = mirror.Open(mirror.Mirror{
		URL: p.URL + "/v1alpha1/", Key: "s3cret", File: file, Client: p.Client(), Log: log, Now: func() time.Time { return now },
	})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = m.Run(ctx) }()
	end := func() { stop(); <-done }
	t.Cleanup(end)
	return m, func() []string {
		end()
		raw, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		var all []string
		for s := bufio.NewScanner(bytes.NewReader(raw)); s.Scan(); {
			all = append(all, s.Text())
		}
		return all
	}
}

var question = mirror.Question{
	Site: "blog", Text: "Espèce d'idiot", Languages: []string{"fr"},
	Scores: map[string]float64{"TOXICITY": 0.5, "INSULT": 0.25, "SPAM": 0.1},
}

func TestBothScoresAreKeptAndNoText(t *testing.T) {
	t.Parallel()
	p := newPerspective(t, scores)
	m, lines := open(t, p, slog.New(slog.DiscardHandler))
	m.Offer(question)
	first := <-p.asked
	m.Offer(question) // asked once the first was kept
	<-p.asked
	got := lines()
	hash := models.TextHash(question.Text)
	want := []string{
		`{"id":"` + hash + `","lang":"fr","attribute":"INSULT","score":0,"tamis":0.25,"site":"blog","at":"2026-11-25T12:00:00Z"}`,
		`{"id":"` + hash + `","lang":"fr","attribute":"TOXICITY","score":0.75,"tamis":0.5,"site":"blog","at":"2026-11-25T12:00:00Z"}`,
	}
	if len(got) < 2 {
		t.Fatalf("got %q", got)
	}
	if diff := cmp.Diff(got[:2], want); diff != "" {
		t.Error(diff)
	}
	address, body, _ := strings.Cut(first, " ")
	var sent struct {
		Comment             struct{ Text string }
		Languages           []string
		DoNotStore          bool
		RequestedAttributes map[string]struct{}
	}
	if err := json.Unmarshal([]byte(body), &sent); err != nil {
		t.Fatal(err)
	}
	if address != "/v1alpha1/comments:analyze?key=s3cret" || sent.Comment.Text != question.Text || !sent.DoNotStore || len(sent.RequestedAttributes) != 3 {
		t.Errorf("asked %s", first)
	}
}

func TestAnOfferNeverWaits(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	p := newPerspective(t, func(http.ResponseWriter, *http.Request) { <-hang })
	m, _ := open(t, p, slog.New(slog.DiscardHandler))
	defer close(hang)
	began := time.Now()
	for range 10_000 {
		m.Offer(question)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("ten thousand offers took %v", took)
	}
}

func TestARefusalIsLoggedWithoutTextAndKey(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"over quota": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"no language": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, question.Text)
		},
		"not JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "oops "+question.Text) },
		"cut off":  func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logged := make(chan string, 16)
			p := newPerspective(t, answer)
			m, lines := open(t, p, slog.New(slog.NewJSONHandler(sink(logged), nil)))
			m.Offer(question)
			line := <-logged
			if strings.Contains(line, "idiot") || strings.Contains(line, "s3cret") || !strings.Contains(line, "mirror") {
				t.Errorf("logged %s", line)
			}
			if got := lines(); len(got) != 0 {
				t.Errorf("kept %q", got)
			}
		})
	}
}

type sink chan string

func (s sink) Write(p []byte) (int, error) { s <- string(p); return len(p), nil }
