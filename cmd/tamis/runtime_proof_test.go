//go:build proof

package main

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/transformer"
	"github.com/tamis-moderation/tamis/classifier/transformer/graph"
	"github.com/tamis-moderation/tamis/classifier/transformer/ort/orttest"
	"github.com/tamis-moderation/tamis/models"
)

// TestProofInt8 judges the dev rows of the corpus that TAMIS_CORPUS names in
// full precision and in eight bits: at least 99 % must get the same action. Every
// tenth is judged in pure Go too: no score may be 1e-4 from ONNX Runtime's.
func TestProofInt8(t *testing.T) {
	library, err := orttest.Library()
	if err != nil {
		t.Fatal(err)
	}
	open := func(o transformer.Options) *classifier.Ensemble {
		e, err := openVoices(t.Context(), voiceOptions{scoring: o})
		if err != nil || e.Degraded != "" {
			t.Fatalf("%v %s", err, e.Degraded)
		}
		return e
	}
	full := open(transformer.Options{Runtime: transformer.ONNX, Library: library})
	eight := open(transformer.Options{Runtime: transformer.ONNX, Library: library, Precision: graph.INT8})
	plain := open(transformer.Options{Runtime: transformer.Go})
	decide := decideByDefault()
	assess := func(e *classifier.Ensemble, in []classifier.Input) []models.Assessment {
		out, err := e.Assess(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	texts := devTexts(t)
	same, moved, furthest, furthestGo := 0, map[models.Action]map[models.Action]int{}, 0.0, 0.0
	for begin := 0; begin < len(texts); begin += 64 {
		in := texts[begin:min(begin+64, len(texts))]
		want, got := assess(full, in), assess(eight, in)
		for i := range in {
			c := models.Comment{Text: in[i].Text, Lang: in[i].Lang}
			a, b := decide(c, want[i]).Action, decide(c, got[i]).Action
			if a == b {
				same++
			} else if moved[a] == nil {
				moved[a] = map[models.Action]int{b: 1}
			} else {
				moved[a][b]++
			}
			furthest = max(furthest, apart(want[i].Scores, got[i].Scores))
		}
		if begin%640 == 0 {
			for i, a := range assess(plain, in) {
				furthestGo = max(furthestGo, apart(want[i].Scores, a.Scores))
			}
		}
	}
	share := float64(same) / float64(len(texts))
	t.Logf("%d texts: %.2f %% have the same action in eight bits (others: %v); a score moves by %.3f at most; Go is %.1e away at most",
		len(texts), 100*share, moved, furthest, furthestGo)
	if share < 0.99 {
		t.Errorf("%.4f of the verdicts are the same, want 0.99", share)
	}
	if !(furthestGo <= 1e-4) {
		t.Errorf("Go and ONNX Runtime are %g apart, want at most 1e-4", furthestGo)
	}
}

func apart(a, b models.Scores) float64 {
	most := 0.0
	for l, p := range a {
		most = max(most, math.Abs(p-b[l]))
	}
	return most
}

func devTexts(t *testing.T) []classifier.Input {
	t.Helper()
	f, err := os.Open(filepath.Join(os.Getenv("TAMIS_CORPUS"), "dev", "labelled.jsonl.gz"))
	if err != nil {
		t.Fatalf("TAMIS_CORPUS must name a corpus: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []classifier.Input
	for d := json.NewDecoder(z); d.More(); {
		var row struct{ Text, Lang string }
		if err := d.Decode(&row); err != nil {
			t.Fatal(err)
		}
		out = append(out, classifier.Input(row))
	}
	return out
}
