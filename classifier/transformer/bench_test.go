package transformer

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/knights-analytics/hugot/backends"

	"github.com/tamis-moderation/tamis/classifier"
)

// benchmarkScore compares the scorer on texts with hugot's bare stages on the
// same ids, in batches of the same size on the same threads.
func benchmarkScore(b *testing.B, tokens int) {
	s := scorer(b)
	const texts = 64
	inputs := make([]classifier.Input, texts)
	rows := make([][]uint32, texts)
	for i := range inputs {
		inputs[i].Text = textOf(s, tokens, i)
		rows[i] = s.tokenizer.ids(prepare(inputs[i].Text))
		if len(rows[i]) != tokens {
			b.Fatalf("%d tokens, want %d", len(rows[i]), tokens)
		}
	}
	if n := len(plan(rows, tokens, 0)); n != texts {
		b.Fatalf("%d different texts, want %d: the same is judged once", n, texts)
	}
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Score(context.Background(), inputs); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*texts)/b.Elapsed().Seconds(), "comments/s")
	})
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			bareStages(b, s, rows)
		}
		b.ReportMetric(float64(b.N*texts)/b.Elapsed().Seconds(), "comments/s")
	})
}

// textOf makes a text of n words that are one token each, another for each i.
func textOf(s *Scorer, n, i int) string {
	words := strings.Fields("le la les un des et ou je tu il on nous vous que qui dans pour sur avec pas the of and to in is it you that for on with as are this")
	var out []string
	for j := range n {
		out = append(out, words[(i+j*(i%6+1))%len(words)])
	}
	text := strings.Join(out, " ")
	if got := len(s.tokenizer.ids(text)); got != n {
		panic(fmt.Sprintf("%d tokens of %d words", got, n))
	}
	return text
}

func bareStages(b *testing.B, s *Scorer, rows [][]uint32) {
	done := make(chan error, cap(s.line.slots))
	parts := cap(s.line.slots)
	for c := range parts {
		go func() {
			var err error
			for i := c * maxBatch; i < len(rows) && err == nil; i += parts * maxBatch {
				err = bareBatch(s, rows[i:i+maxBatch])
			}
			done <- err
		}()
	}
	for range parts {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
}

func bareBatch(s *Scorer, rows [][]uint32) error {
	batch, pipeline := newBatch(rows), s.engine.(*goEngine).pipeline
	if err := backends.CreateInputTensors(batch, pipeline.Model, "GO"); err != nil {
		return err
	}
	if err := backends.RunSessionOnBatch(context.Background(), batch, pipeline); err != nil {
		return err
	}
	return batch.Destroy()
}

func BenchmarkScore16(b *testing.B) { benchmarkScore(b, 16) }

func BenchmarkScore64(b *testing.B) { benchmarkScore(b, 64) }

func BenchmarkTokenizer(b *testing.B) {
	s := scorer(b)
	text := strings.Repeat("Je ne suis pas d'accord avec l'article, mais c'est bien argumenté. ", 5)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.tokenizer.ids(prepare(text))
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		s, err := Open(context.Background(), shipped(b), Options{})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
