package transformer

import (
	"context"
	"errors"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/weights"
	"github.com/tamis-moderation/tamis/models"
)

// shared is one scorer for all tests: loading takes a moment.
var shared = sync.OnceValues(func() (*Scorer, error) {
	b, err := weights.Embedded()
	if err != nil {
		return nil, err
	}
	return Open(context.Background(), b, Options{})
})

func scorer(t testing.TB) *Scorer {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func score(t testing.TB, texts ...string) []models.Scores {
	t.Helper()
	inputs := make([]classifier.Input, len(texts))
	for i, text := range texts {
		inputs[i].Text = text
	}
	scores, err := scorer(t).Score(t.Context(), inputs)
	if err != nil {
		t.Fatal(err)
	}
	if len(scores) != len(texts) {
		t.Fatalf("%d answers for %d texts", len(scores), len(texts))
	}
	return scores
}

func TestScore(t *testing.T) {
	tests := map[string]struct {
		text  string
		label models.Label
		low   float64
		high  float64
	}{
		"an English insult":   {"You are an idiot", models.Insult, 0.8, 1},
		"a French insult":     {"Espèce de connard, va te faire foutre !", models.Toxic, 0.9, 1},
		"English thanks":      {"Thanks a lot for the nice article.", models.Toxic, 0, 0.1},
		"French disagreement": {"Je ne suis pas d'accord mais c'est bien argumenté.", models.Toxic, 0, 0.1},
		"spam":                {"BUY cheap viagra NOW http://pills.example click here!!!", models.Spam, 0.9, 1},
		"a threat":            {"je vais te retrouver et te crever", models.Threat, 0.9, 1},
		"one emoji":           {"😀", models.Toxic, 0, 0.3},
	}
	var texts []string
	names := slices.Sorted(maps.Keys(tests))
	for _, name := range names {
		texts = append(texts, tests[name].text)
	}
	for i, s := range score(t, texts...) {
		tt := tests[names[i]]
		if p := s[tt.label]; p < tt.low || p > tt.high {
			t.Errorf("%s: %s = %.3f, want %.2f to %.2f", names[i], tt.label, p, tt.low, tt.high)
		}
		if _, ok := s[models.Distress]; ok {
			t.Errorf("%s: a label that the weights do not know has a score", names[i])
		}
	}
}

// Neighbours and padding must not change a score: a text alone, among others
// and in another order gives the same.
func TestScoresDoNotDependOnTheBatch(t *testing.T) {
	texts := []string{"ok", "You are an idiot", "Merci pour cet article", strings.Repeat("une phrase assez longue ", 30), "", "ok", "a b c d e f g h i j k l m"}
	together := score(t, texts...)
	for i, text := range texts {
		alone := score(t, text)[0]
		for l, want := range alone {
			if got := together[i][l]; math.Abs(got-want) > 1e-5 {
				t.Errorf("text %d, %s: %.6f among others, %.6f alone", i, l, got, want)
			}
		}
	}
}

func TestBadInputNeverReachesTheBackend(t *testing.T) {
	texts := map[string]string{
		"empty": "", "blank": " \n", "only hidden characters": "\u200b\u00ad", "NUL": "\x00", "invalid UTF-8": "\xff\xfe",
	}
	for name, text := range texts {
		for l, p := range score(t, text)[0] {
			if p != 0 {
				t.Errorf("%s: %s = %g, want 0", name, l, p)
			}
		}
	}
	if got := score(t); len(got) != 0 {
		t.Errorf("no text gave %d answers", len(got))
	}
	for name, rows := range map[string][][]uint32{
		"no rows": nil, "an empty row": {{5}, {}}, "a row too long": {make([]uint32, 97)}, "too many rows": make([][]uint32, maxBatch+1),
	} {
		if _, err := scorer(t).engine.run(t.Context(), rows); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestAPanicIsAnError(t *testing.T) {
	e := *scorer(t).engine.(*goEngine)
	p := *e.pipeline
	m := *p.Model
	m.GoMLXModel = nil // a nil pointer inside the stages
	p.Model = &m
	e.pipeline = &p
	if _, err := e.run(t.Context(), [][]uint32{{5}}); err == nil || !strings.Contains(err.Error(), "panicked") {
		t.Errorf("got %v, want a panic as an error", err)
	}
	// A token outside the vocabulary must be survived, whatever it gives.
	_, _ = scorer(t).engine.run(t.Context(), [][]uint32{{1 << 30}})
	if got := score(t, "You are an idiot")[0][models.Insult]; got < 0.8 {
		t.Errorf("the engine does not work any more: insult = %g", got)
	}
}

func TestTheWorstWindowCounts(t *testing.T) {
	filler := strings.Repeat("la recette demande trois œufs , du beurre et un peu de farine . ", 60)
	insult := " espèce de connard , va te faire foutre "
	kind := score(t, filler)[0]
	if kind[models.Toxic] > 0.3 {
		t.Fatalf("the filler itself scores %.3f", kind[models.Toxic])
	}
	for name, text := range map[string]string{
		"at the beginning": insult + filler, "in the middle": filler + insult + filler, "at the very end": filler + filler + insult,
	} {
		if got := score(t, text)[0][models.Toxic]; got < 0.9 {
			t.Errorf("%s of a long text: toxic = %.3f", name, got)
		}
	}
}

func TestKnows(t *testing.T) {
	t.Parallel()
	s := scorer(t)
	for word, want := range map[string]bool{
		"government": true, "réponse": true, "governmentréponse": false, "": false, "[sep]": false, "##ment": false,
	} {
		if got := s.Knows(word); got != want {
			t.Errorf("%q: %v", word, got)
		}
	}
}

func TestSpecialTokensAreOnlyText(t *testing.T) {
	for _, text := range []string{"[SEP]", "[MASK] hello", "[CLS][PAD]", "[UNK]"} {
		for _, id := range scorer(t).tokenizer.ids(text) {
			if id < firstWord && id != unknownID {
				t.Errorf("%q yields the special id %d", text, id)
			}
		}
	}
}

func TestCancelledContextStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := scorer(t).Score(ctx, []classifier.Input{{Text: "hello"}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("before the start: got %v", err)
	}
	inputs := make([]classifier.Input, 400)
	for i := range inputs {
		inputs[i].Text = strings.Repeat("mot ", i)
	}
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer stop()
	start := time.Now()
	if _, err := scorer(t).Score(ctx, inputs); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("on the way: got %v", err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it went on for %v", took)
	}
	if got := len(scorer(t).line.slots); got != 0 {
		t.Errorf("%d batches are left behind", got)
	}
}

func TestConcurrentCallersShareTheSlots(t *testing.T) {
	want := score(t, "You are an idiot")[0][models.Insult]
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 3 {
				got, err := scorer(t).Score(t.Context(), []classifier.Input{{Text: "You are an idiot"}, {Text: "ok"}})
				if err != nil || math.Abs(got[0][models.Insult]-want) > 1e-5 {
					t.Errorf("got %v, %v", got, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestOneThreadACall(t *testing.T) {
	t.Parallel()
	b, err := singleThreaded()
	if err != nil {
		t.Fatal(err)
	}
	defer b.Finalize()
	if got := b.Description(); !strings.Contains(got, "parallelism=0") {
		t.Errorf("backend is %q, want parallelism=0", got)
	}
}

func TestWeightsThatCantBeTrusted(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(b *weights.Bundle)
		says  string
	}{
		"another golden score":    {func(b *weights.Bundle) { b.Golden[0].Scores[0] += 0.01 }, "golden text 0 scores"},
		"a golden NaN":            {func(b *weights.Bundle) { b.Golden[0].Scores[0] = math.NaN() }, "golden text 0 scores"},
		"other golden ids":        {func(b *weights.Bundle) { b.Golden[1].IDs[0]++ }, "golden text 1 gives other token ids"},
		"a golden score short":    {func(b *weights.Bundle) { b.Golden[0].Scores = b.Golden[0].Scores[1:] }, "golden text 0 has 7 scores"},
		"labels and outputs":      {func(b *weights.Bundle) { b.Manifest.Labels = b.Manifest.Labels[1:] }, "the manifest has 7 labels"},
		"a graph that is none":    {func(b *weights.Bundle) { b.Graph = []byte("graph") }, "can't be loaded"},
		"an empty graph":          {func(b *weights.Bundle) { b.Graph = nil }, "can't be loaded"},
		"a vocabulary that isn't": {func(b *weights.Bundle) { b.Vocab = b.Vocab[:3] }, "special tokens"},
		"a shorter vocabulary":    {func(b *weights.Bundle) { b.Vocab = b.Vocab[:900] }, "other token ids"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := shipped(t)
			tt.spoil(b)
			_, err := Open(t.Context(), b, Options{Callers: 1})
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
			if models.KindOf(err) != models.Invalid {
				t.Errorf("kind = %s", models.KindOf(err))
			}
		})
	}
}

func TestCalibrationIsApplied(t *testing.T) {
	t.Parallel()
	b := shipped(t)
	b.Manifest.Curves = []weights.Curve{{Label: models.Insult, Lang: "en", Points: [][2]float64{{0, 0.25}, {1, 0.25}}}}
	s, err := Open(t.Context(), b, Options{Callers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, err := s.Score(t.Context(), []classifier.Input{{Text: "You are an idiot", Lang: "en-GB"}, {Text: "You are an idiot", Lang: "fr"}})
	if err != nil {
		t.Fatal(err)
	}
	if got[0][models.Insult] != 0.25 || got[1][models.Insult] < 0.8 {
		t.Errorf("insult = %g in English and %g in French, want 0.25 and the raw score", got[0][models.Insult], got[1][models.Insult])
	}
}

func TestScoresThatAreNoNumbers(t *testing.T) {
	t.Parallel()
	for _, logit := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if p, err := probability(float32(logit)); err == nil {
			t.Errorf("%g became %g", logit, p)
		}
	}
	if p, err := probability(0); p != 0.5 || err != nil {
		t.Errorf("probability(0) = %g, %v", p, err)
	}
}

func TestNothingIsPrinted(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stdout
	os.Stdout = w
	b, openErr := singleThreaded()
	os.Stdout = before
	if openErr != nil {
		t.Fatal(openErr)
	}
	b.Finalize()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if n, _ := r.Read(make([]byte, 1)); n > 0 {
		t.Error("the backend writes to standard output, where verdicts go")
	}
}
