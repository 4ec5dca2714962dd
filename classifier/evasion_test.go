package classifier_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/classifiertest"
	"github.com/tamis-moderation/tamis/classifier/language"
	"github.com/tamis-moderation/tamis/classifier/lexicon"
	"github.com/tamis-moderation/tamis/classifier/transformer"
	"github.com/tamis-moderation/tamis/classifier/weights"
	"github.com/tamis-moderation/tamis/models"
)

// shipped is the whole of what judges, with and without the second look.
func shipped(t *testing.T, folding bool) *classifier.Ensemble {
	t.Helper()
	bundle, err := weights.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	scorer, err := transformer.Open(t.Context(), bundle, transformer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(scorer.Close)
	words, err := lexicon.New()
	if err != nil {
		t.Fatal(err)
	}
	detector, err := language.New()
	if err != nil {
		t.Fatal(err)
	}
	e := &classifier.Ensemble{Transformer: scorer, Lexicon: words, Detector: detector}
	if folding {
		e.Transformer = classifier.Folding{Scorer: scorer, Detector: detector, Knows: scorer.Knows}
		e.Lexicon = classifier.FoldingLexicon{Lexicon: words, Detector: detector}
	}
	return e
}

func readTexts(t *testing.T, file string) []classifier.Input {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var inputs []classifier.Input
	for line := range strings.Lines(string(raw)) {
		lang, text, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			t.Fatalf("%s: %q", file, line)
		}
		inputs = append(inputs, classifier.Input{Text: text, Lang: lang})
	}
	return inputs
}

// held tells which texts a person would see, by the thresholds of the default
// policy for what is said of people.
func held(t *testing.T, e *classifier.Ensemble, inputs []classifier.Input) []bool {
	t.Helper()
	found, err := e.Assess(t.Context(), inputs)
	if err != nil {
		t.Fatal(err)
	}
	limits := map[models.Label]float64{
		models.Toxic: 0.6, models.SevereToxic: 0.5, models.Insult: 0.6, models.Threat: 0.4, models.IdentityAttack: 0.5, models.Obscene: 0.9,
	}
	out := make([]bool, len(found))
	for i, a := range found {
		for label, limit := range limits {
			out[i] = out[i] || a.Scores[label] >= limit
		}
	}
	return out
}

func count(held []bool) (n int) {
	for _, h := range held {
		if h {
			n++
		}
	}
	return n
}

// TestHiddenAbuseIsFound holds the shipped scores against the promise: what a
// trick does not destroy keeps its verdict in 99 of 100 texts; of what it does,
// nine in ten are found; and no ordinary text suffers for it.
func TestHiddenAbuseIsFound(t *testing.T) {
	e, bare := shipped(t, true), shipped(t, false)
	abuse := readTexts(t, "testdata/abuse.tsv")
	clean := held(t, e, abuse)
	if count(clean) < len(abuse)*8/10 {
		t.Fatalf("only %d of %d are found as they are", count(clean), len(abuse))
	}
	r := rand.New(rand.NewPCG(7, 11))
	same, all := 0, 0
	for _, name := range slices.Sorted(maps.Keys(classifiertest.Reversible)) {
		trick := classifiertest.Reversible[name]
		hidden, of := trickSome(r, abuse, trick, clean)
		got := held(t, e, hidden)
		kept := 0
		for i := range got {
			if got[i] == of[i] {
				kept++
			} else {
				t.Logf("%s: %v for %q", name, got[i], hidden[i].Text)
			}
		}
		t.Logf("%s: %d of %d verdicts kept", name, kept, len(got))
		same, all = same+kept, all+len(got)
	}
	if same*100 < all*99 {
		t.Errorf("reversible tricks: %d of %d verdicts kept", same, all)
	}
	recalled, asked := 0, 0
	for _, name := range slices.Sorted(maps.Keys(classifiertest.Lossy)) {
		trick := classifiertest.Lossy[name]
		hidden, of := trickSome(r, abuse, trick, clean)
		got := held(t, e, hidden)
		found := 0
		for i := range got {
			if got[i] && of[i] {
				found++
			} else if of[i] {
				t.Logf("%s: missed %q", name, hidden[i].Text)
			}
		}
		t.Logf("%s: %d of %d found", name, found, count(of))
		recalled, asked = recalled+found, asked+count(of)
	}
	if recalled*100 < asked*90 {
		t.Errorf("lossy tricks: %d of %d found", recalled, asked)
	}
	ordinary := readTexts(t, "testdata/clean.tsv")
	with, without := held(t, e, ordinary), held(t, bare, ordinary)
	for i := range with {
		if with[i] && !without[i] {
			t.Errorf("held for its second look: %q", ordinary[i].Text)
		}
	}
}

// stride is how many texts one stands for: each trick gets its share, and
// together they see them all. TAMIS_FULL takes every text for every trick.
func stride() int {
	if os.Getenv("TAMIS_FULL") != "" {
		return 1
	}
	return 6
}

// trickSome tricks a share of the inputs, and gives the verdicts on them as they were.
func trickSome(r *rand.Rand, inputs []classifier.Input, t classifiertest.Trick, verdicts []bool) (hidden []classifier.Input, of []bool) {
	for i := r.IntN(stride()); i < len(inputs); i += stride() {
		hidden = append(hidden, classifier.Input{Text: classifiertest.Hide(r, inputs[i].Text, t), Lang: inputs[i].Lang})
		of = append(of, verdicts[i])
	}
	return hidden, of
}
