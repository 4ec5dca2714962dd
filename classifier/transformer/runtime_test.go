//go:build (linux || darwin) && (amd64 || arm64) && !static

package transformer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/transformer/graph"
	"github.com/tamis-moderation/tamis/classifier/transformer/ort"
	"github.com/tamis-moderation/tamis/classifier/transformer/ort/orttest"
	"github.com/tamis-moderation/tamis/classifier/weights"
	"github.com/tamis-moderation/tamis/models"
)

func library(t testing.TB) string {
	t.Helper()
	file, err := orttest.Library()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// native opens the embedded weights on ONNX Runtime.
func native(t testing.TB, p graph.Precision) *Scorer {
	t.Helper()
	s, err := Open(context.Background(), shipped(t), Options{Runtime: ONNX, Library: library(t), Precision: p})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// various are texts of many lengths, scripts and shapes.
func various() []string {
	texts := []string{"", " ", "ok", "You are an idiot", "Espèce de connard, va te faire foutre !", "😀", "I know where you live. Watch your back tonight."}
	words := strings.Fields("merci pour cet article je ne suis pas d'accord but this is a well argued piece of work you complete moron позже 漢字 naïveté")
	for n := range 40 {
		var b strings.Builder
		for j := range n * n / 3 {
			fmt.Fprintf(&b, "%s ", words[(j*(n+1)+n)%len(words)])
		}
		texts = append(texts, b.String())
	}
	return texts
}

func inputsOf(texts ...string) []classifier.Input {
	out := make([]classifier.Input, len(texts))
	for i, text := range texts {
		out[i].Text = text
	}
	return out
}

func TestRuntimesGiveTheSameScores(t *testing.T) {
	t.Parallel()
	inputs := inputsOf(various()...)
	want, err := scorer(t).Score(t.Context(), inputs)
	if err != nil {
		t.Fatal(err)
	}
	for precision, tolerance := range map[graph.Precision]float64{graph.FP32: sameTolerance, graph.INT8: int8Tolerance} {
		s := native(t, precision)
		got, err := s.Score(t.Context(), inputs)
		if err != nil {
			t.Fatal(err)
		}
		if r := s.Runtime(); r.Name != "onnx" || r.Precision != string(precision) || r.Version == "" || r.Missing+r.Refused != "" {
			t.Errorf("%s: runtime is %+v", precision, r)
		}
		for i := range want {
			for l, p := range want[i] {
				if !(math.Abs(got[i][l]-p) <= tolerance) {
					t.Errorf("%s, text %d, %s: %.6f, Go says %.6f", precision, i, l, got[i][l], p)
				}
			}
		}
		if got, want := s.Rows(inputs), scorer(t).Rows(inputs); got != want {
			t.Errorf("%s: %d rows, Go takes %d", precision, got, want)
		}
	}
}

// Not even in eight bits may a score depend on what stands beside the text.
func TestNeighboursDoNotMatter(t *testing.T) {
	t.Parallel()
	for _, precision := range []graph.Precision{graph.FP32, graph.INT8} {
		s := native(t, precision)
		inputs := inputsOf(various()...)
		together, err := s.Score(t.Context(), inputs)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(inputs)
		for i, in := range inputs {
			alone, err := s.Score(t.Context(), []classifier.Input{in})
			if err != nil {
				t.Fatal(err)
			}
			for l, want := range alone[0] {
				if got := together[len(inputs)-1-i][l]; math.Abs(got-want) > 1e-5 {
					t.Errorf("%s, text %d, %s: %.6f among others, %.6f alone", precision, i, l, got, want)
				}
			}
		}
	}
}

func TestBadRowsNeverReachTheNativeCode(t *testing.T) {
	t.Parallel()
	s := native(t, graph.FP32)
	for name, rows := range map[string][][]uint32{
		"no rows": nil, "an empty row": {{5}, {}}, "a row too long": {make([]uint32, 97)}, "too many rows": make([][]uint32, maxBatch+1),
		"an id outside the vocabulary": {{1 << 30}},
	} {
		if _, err := s.engine.run(t.Context(), rows); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	scores, err := s.Score(t.Context(), inputsOf("You are an idiot"))
	if err != nil || scores[0][models.Insult] < 0.8 {
		t.Errorf("afterwards: %v, %v", scores, err)
	}
}

func TestNativeCallsRunSideBySideAndCloseWaits(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), shipped(t), Options{Callers: 4, Runtime: ONNX, Library: library(t)})
	if err != nil {
		t.Fatal(err)
	}
	inputs := inputsOf(various()...)
	want, err := s.Score(t.Context(), inputs)
	if err != nil {
		t.Fatal(err)
	}
	var calls sync.WaitGroup
	for range 6 {
		calls.Go(func() {
			for range 3 {
				got, err := s.Score(context.Background(), inputs)
				if errors.Is(err, ort.ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				for i := range want {
					if d := math.Abs(got[i][models.Toxic] - want[i][models.Toxic]); d > 1e-5 {
						t.Errorf("text %d differs by %g", i, d)
					}
				}
			}
		})
	}
	s.Close()
	calls.Wait()
	if _, err := s.Score(t.Context(), inputs); !errors.Is(err, ort.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// half gives a file that begins like the library and is cut short.
func half(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(library(t))
	if err != nil {
		t.Fatal(err)
	}
	return put(t, raw[:len(raw)/2])
}

func put(t *testing.T, raw []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "libonnxruntime.so")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// baseFault is what is said of a file that is no library.
func baseFault() string {
	if runtime.GOOS == "linux" {
		return "no shared library"
	}
	return "dlopen"
}

func TestWhatIsNoRuntime(t *testing.T) {
	t.Parallel()
	type test struct{ library, says string }
	tests := map[string]test{
		"a file that is no library": {put(t, []byte("#!/bin/sh\n")), baseFault()},
		"an empty file":             {put(t, nil), baseFault()},
		"a folder without it":       {t.TempDir(), "no libonnxruntime"},
		"a path to nothing":         {"/nowhere/libonnxruntime.so", "there is no /nowhere"},
	}
	if runtime.GOOS == "linux" { // elsewhere the loader itself looks at the file
		tests["a file cut short"] = test{half(t), "only the beginning"}
		tests["another library"] = test{someLibrary(t), "not ONNX Runtime"}
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Open(t.Context(), shipped(t), Options{Callers: 1, Runtime: ONNX, Library: tt.library})
			if !errors.Is(err, ErrRuntime) || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), tt.library) {
				t.Errorf("asked for by name: %v, want %q", err, tt.says)
			}
			s, err := Open(t.Context(), shipped(t), Options{Callers: 1, Runtime: Auto, Library: tt.library})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if r := s.Runtime(); r.Name != "go" || !strings.Contains(r.Refused, tt.says) {
				t.Errorf("auto: %+v, want Go because of %q", r, tt.says)
			}
		})
	}
}

func TestAutoTakesTheRuntimeThatIsThere(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), shipped(t), Options{Callers: 1, Runtime: Auto, Library: filepath.Dir(library(t))})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if r := s.Runtime(); r.Name != "onnx" || r.Precision != "fp32" || r.Refused != "" {
		t.Errorf("runtime is %+v", r)
	}
}

// A runtime that computes something else must not be used: here the weights
// say other things than their golden scores, by more than rounding explains.
func TestScoresThatAreNotTheGoldenOnes(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*weights.Bundle){
		"by a hundredth": func(b *weights.Bundle) { b.Golden[0].Scores[0] += 0.01 },
		"no number":      func(b *weights.Bundle) { b.Golden[0].Scores[0] = math.NaN() },
		"a score short":  func(b *weights.Bundle) { b.Golden[0].Scores = b.Golden[0].Scores[1:] },
	} {
		b := shipped(t)
		spoil(b)
		if _, err := Open(t.Context(), b, Options{Callers: 1, Runtime: ONNX, Library: library(t)}); !errors.Is(err, ErrRuntime) {
			t.Errorf("%s: asked for by name: %v", name, err)
		}
		if _, err := Open(t.Context(), b, Options{Callers: 1, Runtime: Auto, Library: library(t)}); err == nil || errors.Is(err, ErrRuntime) {
			t.Errorf("%s: auto: %v, want the fault of the weights", name, err)
		}
	}
}

// Golden scores that half precision moved further than another runtime may be
// from them: then Go is asked.
func TestWhereTheGoldenScoresAreTooCoarseGoIsAsked(t *testing.T) {
	t.Parallel()
	b := shipped(t)
	b.Golden[0].Scores[0] += 0.0006
	s, err := Open(t.Context(), b, Options{Callers: 1, Runtime: ONNX, Library: library(t)})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

func TestEightBitsThatCantBeHadLeaveFullPrecision(t *testing.T) {
	t.Parallel()
	b := shipped(t)
	b.Graph = withoutPlainMatrices(t, b.Graph)
	o := Options{Callers: 1, Runtime: Auto, Library: library(t), Precision: graph.INT8}
	s, err := Open(t.Context(), b, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if r := s.Runtime(); r.Name != "onnx" || r.Precision != "fp32" || !strings.Contains(r.Refused, "int8: quantise the graph") {
		t.Errorf("auto: runtime is %+v", r)
	}
	o.Runtime = ONNX
	if _, err := Open(t.Context(), b, o); !errors.Is(err, ErrRuntime) {
		t.Errorf("asked for by name: %v", err)
	}
}

// withoutPlainMatrices puts an operation that changes nothing between every
// multiplication and its matrix.
func withoutPlainMatrices(t *testing.T, model []byte) []byte {
	t.Helper()
	edit := func(msg []byte, change func(num protowire.Number, field, value []byte) []byte) []byte {
		var out []byte
		for len(msg) > 0 {
			num, typ, size := protowire.ConsumeField(msg)
			if size < 0 {
				t.Fatal(protowire.ParseError(size))
			}
			field, value := msg[:size], []byte(nil)
			if typ == protowire.BytesType {
				_, _, tag := protowire.ConsumeTag(field)
				value, _ = protowire.ConsumeBytes(field[tag:])
			}
			out, msg = append(out, change(num, field, value)...), msg[size:]
		}
		return out
	}
	wrap := func(num protowire.Number, value []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), value)
	}
	return edit(model, func(num protowire.Number, field, graph []byte) []byte {
		if num != 7 {
			return field
		}
		return wrap(7, edit(graph, func(num protowire.Number, field, node []byte) []byte {
			if num != 1 || !bytes.Contains(node, []byte("MatMul")) {
				return field
			}
			inputs, before := 0, []byte(nil)
			node = edit(node, func(num protowire.Number, field, value []byte) []byte {
				if num == 1 {
					inputs++
				}
				if num != 1 || inputs != 2 {
					return field
				}
				same := fmt.Appendf(nil, "same/%p", value)
				before = slices.Concat(wrap(1, value), wrap(2, same), wrap(4, []byte("Identity")))
				return wrap(1, same)
			})
			return slices.Concat(wrap(1, before), wrap(1, node))
		}))
	})
}

// someLibrary gives a shared library that is not ONNX Runtime.
func someLibrary(t *testing.T) string {
	t.Helper()
	for _, pattern := range []string{"/lib/*-linux-gnu/libm.so.6", "/lib64/libm.so.6", "/usr/lib/libm.so.6"} {
		if files, err := filepath.Glob(pattern); err == nil && len(files) > 0 {
			return files[0]
		}
	}
	t.Fatal("there is no libm.so.6 to try")
	return ""
}
