//go:build (linux || darwin) && (amd64 || arm64) && !static

package transformer

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/transformer/graph"
	"github.com/tamis-moderation/tamis/classifier/transformer/ort"
)

// BenchmarkRuntimes compares, turn by turn on one thread, the scorer on each
// runtime with ONNX Runtime alone: the same weights and ids, in batches of 16.
func BenchmarkRuntimes(b *testing.B) {
	for _, tokens := range []int{16, 64} {
		b.Run(fmt.Sprintf("%d-tokens", tokens), func(b *testing.B) { benchmarkRuntimes(b, tokens) })
	}
}

func benchmarkRuntimes(b *testing.B, tokens int) {
	const texts = 16
	inputs, rows := make([]classifier.Input, texts), make([][]uint32, texts)
	for i := range inputs {
		inputs[i].Text = textOf(scorer(b), tokens, i)
		rows[i] = scorer(b).tokenizer.ids(prepare(inputs[i].Text))
	}
	ours := func(o Options) func() error {
		o.Callers = 1
		s, err := Open(context.Background(), shipped(b), o)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(s.Close)
		return func() error { _, err := s.Score(context.Background(), inputs); return err }
	}
	raw := func(p graph.Precision) func() error {
		e, err := newNativeEngine(shipped(b), library(b), p)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(e.close)
		size := batchBucket(batchTokens / tokens)
		return func() error { return rawBatches(e.session, rows, size) }
	}
	onnx := Options{Runtime: ONNX, Library: library(b)}
	eight := onnx
	eight.Precision = graph.INT8
	candidates := []struct {
		name string
		once func() error
		took []float64
	}{
		{name: "go", once: ours(Options{})}, {name: "onnx-fp32", once: ours(onnx)}, {name: "onnx-int8", once: ours(eight)},
		{name: "raw-fp32", once: raw(graph.FP32)}, {name: "raw-int8", once: raw(graph.INT8)},
	}
	for b.Loop() {
		for i := range candidates {
			c := &candidates[i]
			began := time.Now()
			if err := c.once(); err != nil {
				b.Fatal(err)
			}
			c.took = append(c.took, time.Since(began).Seconds())
		}
	}
	median := map[string]float64{}
	for _, c := range candidates {
		slices.Sort(c.took)
		median[c.name] = c.took[len(c.took)/2]
		b.ReportMetric(texts/median[c.name], c.name+"/s")
	}
	b.ReportMetric(median["raw-fp32"]/median["onnx-fp32"], "fp32-of-raw")
	b.ReportMetric(median["raw-int8"]/median["onnx-int8"], "int8-of-raw")
	b.ReportMetric(0, "ns/op")
}

// rawBatches runs rows without anything around the session, in batches that
// suit it best.
func rawBatches(s *ort.Session, rows [][]uint32, size int) error {
	for batch := range slices.Chunk(rows, size) {
		if _, err := s.Run(context.Background(), batch); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkCompany shows what a row costs alone and in company, a thread a call.
func BenchmarkCompany(b *testing.B) {
	for _, p := range []graph.Precision{graph.FP32, graph.INT8} {
		e, err := newNativeEngine(shipped(b), library(b), p)
		if err != nil {
			b.Fatal(err)
		}
		defer e.close()
		for _, tokens := range []int{16, 64} {
			for _, n := range []int{1, 2, 4, 8, 16} {
				rows := make([][]uint32, n)
				for i := range rows {
					rows[i] = scorer(b).tokenizer.ids(textOf(scorer(b), tokens, i))
				}
				b.Run(fmt.Sprintf("%s/%d-tokens/%d-rows", p, tokens, n), func(b *testing.B) {
					for b.Loop() {
						if _, err := e.session.Run(context.Background(), rows); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "rows/s")
				})
			}
		}
	}
}
