package classifier_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/language"
	"github.com/tamis-moderation/tamis/classifier/lexicon"
	"github.com/tamis-moderation/tamis/classifier/transformer"
	"github.com/tamis-moderation/tamis/classifier/weights"
	"github.com/tamis-moderation/tamis/models"
)

// trick hides a word. The generator is of this test alone: the weights' own
// training must not know it.
type trick func(r *rand.Rand, word string) string

// The tricks that lose nothing, and those that do.
var (
	reversible = map[string]trick{
		"zero width":       between("\u200b", "\u200d", "\u2060", "\ufeff"),
		"soft hyphen":      between("\u00ad"),
		"direction marks":  between("\u202d", "\u200e", "\u2069"),
		"tags":             between("\U000e0041", "\U000e0073"),
		"full width":       shifted('ａ', 'Ａ'),
		"mathematical":     shifted(0x1d552, 0x1d5d4),
		"script letters":   shifted(0x1d4ea, 0x1d4d0),
		"circled":          shifted('ⓐ', 'Ⓐ'),
		"squared":          shifted(0x1f130, 0x1f130),
		"look-alikes":      mapped("aаeеoоpрcсyуxхiіsѕjјdԁhһ", 1),
		"Greek":            mapped("oοvνaαiιuυ", 0.8),
		"strokes":          after("\u0336", "\u0335", "\u0338"),
		"piled-up marks":   after("\u0315\u031b\u0321", "\u0353\u0347", "\u0300\u0301\u0302\u0303"),
		"letters in boxes": after("\u20de", "\u20e3"),
	}
	lossy = map[string]trick{
		"leet":              mapped("a4e3i1o0s5", 0.7),
		"leet with signs":   mapped("a@e€i!s$o0", 0.7),
		"spaced":            spelledBy(" "),
		"dotted":            spelledBy("."),
		"hyphens":           spelledBy("-"),
		"underscores":       spelledBy("_"),
		"drawn-out vowels":  drawnOut("aeiouy"),
		"drawn-out letters": drawnOut("abcdefghijklmnopqrstuvwxyz"),
	}
)

func between(hidden ...string) trick {
	return func(r *rand.Rand, word string) string {
		var b strings.Builder
		for i, c := range []rune(word) {
			if i > 0 {
				b.WriteString(hidden[r.IntN(len(hidden))])
			}
			b.WriteRune(c)
		}
		return b.String()
	}
}

func after(marks ...string) trick {
	return func(r *rand.Rand, word string) string {
		var b strings.Builder
		for _, c := range word {
			b.WriteRune(c)
			b.WriteString(marks[r.IntN(len(marks))])
		}
		return b.String()
	}
}

func shifted(small, capital rune) trick {
	return func(_ *rand.Rand, word string) string {
		return strings.Map(func(c rune) rune {
			switch {
			case 'a' <= c && c <= 'z':
				return small + c - 'a'
			case 'A' <= c && c <= 'Z' && unicode.IsGraphic(capital+c-'A'):
				return capital + c - 'A'
			}
			return c
		}, word)
	}
}

// mapped replaces letters by those beside them in pairs, each with a chance.
func mapped(pairs string, chance float64) trick {
	to := map[rune]rune{}
	runes := []rune(pairs)
	for i := 0; i+1 < len(runes); i += 2 {
		to[runes[i]] = runes[i+1]
	}
	return func(r *rand.Rand, word string) string {
		return strings.Map(func(c rune) rune {
			if t, ok := to[c]; ok && r.Float64() < chance {
				return t
			}
			return c
		}, word)
	}
}

func spelledBy(sep string) trick {
	return func(_ *rand.Rand, word string) string { return strings.Join(strings.Split(word, ""), sep) }
}

func drawnOut(letters string) trick {
	return func(r *rand.Rand, word string) string {
		runes := []rune(word)
		var at []int
		for i, c := range runes {
			if strings.ContainsRune(letters, c) && i > 0 {
				at = append(at, i)
			}
		}
		if len(at) == 0 {
			return word
		}
		i := at[r.IntN(len(at))]
		return string(runes[:i]) + strings.Repeat(string(runes[i]), 2+r.IntN(5)) + string(runes[i:])
	}
}

// hide tricks every word of three letters and more.
func hide(r *rand.Rand, text string, t trick) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		head := strings.TrimRightFunc(w, unicode.IsPunct)
		if len([]rune(head)) >= 3 && !strings.ContainsAny(head, "'") {
			words[i] = t(r, head) + w[len(head):]
		}
	}
	return strings.Join(words, " ")
}

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
		e.Transformer = classifier.Folding{Scorer: scorer, Detector: detector}
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
	for _, name := range slices.Sorted(maps.Keys(reversible)) {
		trick := reversible[name]
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
	for _, name := range slices.Sorted(maps.Keys(lossy)) {
		trick := lossy[name]
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
func trickSome(r *rand.Rand, inputs []classifier.Input, t trick, verdicts []bool) (hidden []classifier.Input, of []bool) {
	for i := r.IntN(stride()); i < len(inputs); i += stride() {
		hidden = append(hidden, classifier.Input{Text: hide(r, inputs[i].Text, t), Lang: inputs[i].Lang})
		of = append(of, verdicts[i])
	}
	return hidden, of
}
