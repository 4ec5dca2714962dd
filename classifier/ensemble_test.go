package classifier

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/models"
)

// scoreFunc is a voice for tests.
type scoreFunc func(ctx context.Context, inputs []Input) ([]models.Scores, error)

func (f scoreFunc) Score(ctx context.Context, inputs []Input) ([]models.Scores, error) {
	return f(ctx, inputs)
}
func (scoreFunc) Weights() models.WeightsRef { return models.WeightsRef{Name: "net", Digest: "aa"} }

// fixed always gives the same scores.
func fixed(s models.Scores) scoreFunc {
	return func(_ context.Context, inputs []Input) ([]models.Scores, error) {
		out := make([]models.Scores, len(inputs))
		for i := range out {
			out[i] = s
		}
		return out, nil
	}
}

// wordList knows two words: "mot" is an insult, "menace" a threat.
type wordList struct{}

func (wordList) Weights() models.WeightsRef { return models.WeightsRef{Name: "lexicon", Digest: "bb"} }

func (wordList) Find(text, _ string) []models.WordHit {
	var hits []models.WordHit
	for word, label := range map[string]models.Label{"mot": models.Insult, "menace": models.Threat} {
		if i := strings.Index(text, word); i >= 0 {
			hits = append(hits, models.WordHit{Label: label, Span: models.Span{Begin: i, End: i + len(word), Text: word}})
		}
	}
	return hits
}

func (w wordList) Score(_ context.Context, inputs []Input) ([]models.Scores, error) {
	out := make([]models.Scores, len(inputs))
	for i, in := range inputs {
		out[i] = models.Scores{models.Toxic: 0, models.Insult: 0, models.Threat: 0, models.Sexual: 0}
		for _, h := range w.Find(in.Text, in.Lang) {
			out[i][h.Label], out[i][models.Toxic] = 0.9, 0.9
		}
	}
	return out, nil
}

type detectFunc func(text string) string

func (f detectFunc) Detect(text string) string { return f(text) }

func always(lang string) detectFunc { return func(string) string { return lang } }

func ensemble(net Scorer) *Ensemble {
	return &Ensemble{Transformer: net, Lexicon: wordList{}, Detector: always("fr")}
}

func assess(t *testing.T, e *Ensemble, text string) models.Assessment {
	t.Helper()
	out, err := e.Assess(t.Context(), []Input{{Text: text}})
	if err != nil || len(out) != 1 {
		t.Fatalf("got %+v, %v", out, err)
	}
	return out[0]
}

func TestTheLexiconIsASecondVoice(t *testing.T) {
	t.Parallel()
	const reject = 0.8 // no sensible policy rejects below
	tests := map[string]struct {
		text   string
		net    models.Scores
		label  models.Label
		low    float64
		high   float64
		wordIn bool
	}{
		"no word changes nothing":         {"rien", models.Scores{models.Insult: 0.3}, models.Insult, 0.3, 0.3, false},
		"a word raises a low score":       {"un mot", models.Scores{models.Insult: 0.02}, models.Insult, 0.1, lexiconCap, true},
		"a quoted insult is not rejected": {"il a dit « mot »", models.Scores{models.Insult: 0.02, models.Toxic: 0.1}, models.Insult, 0.1, reject, true},
		"a high score stays":              {"un mot", models.Scores{models.Insult: 0.95}, models.Insult, 0.95, 0.95, true},
		"a threat counts more":            {"une menace", models.Scores{models.Threat: 0.02}, models.Threat, 0.5, lexiconCap, true},
		"toxic is the network's":          {"un mot", models.Scores{models.Toxic: 0.2}, models.Toxic, 0.2, 0.2, true},
		"a label the network lacks":       {"un mot", models.Scores{models.Toxic: 0.2}, models.Insult, 0.3, lexiconCap, true},
		"and without a word it is 0":      {"rien", models.Scores{models.Toxic: 0.2}, models.Sexual, 0, 0, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := tt.net[tt.label]
			a := assess(t, ensemble(fixed(tt.net)), tt.text)
			if p, ok := a.Scores[tt.label]; !ok || p < tt.low || p > tt.high {
				t.Errorf("%s = %g (%v), want %g to %g", tt.label, p, ok, tt.low, tt.high)
			}
			if (len(a.Words) > 0) != tt.wordIn {
				t.Errorf("words = %+v", a.Words)
			}
			if a.Degraded != "" || a.Weights.Name != "net" {
				t.Errorf("degraded %q, weights %+v", a.Degraded, a.Weights)
			}
			if tt.net[tt.label] != before {
				t.Error("the network's own scores were changed")
			}
		})
	}
}

func TestWithoutATransformer(t *testing.T) {
	t.Parallel()
	e := ensemble(nil)
	e.Degraded = "weights missing"
	a := assess(t, e, "un mot")
	if a.Degraded != "weights missing" || a.Weights.Name != "lexicon" || a.Scores[models.Toxic] != 0.9 {
		t.Errorf("got %+v, want the lexicon alone", a)
	}
	e.Degraded = ""
	if a := assess(t, e, "rien"); a.Degraded == "" {
		t.Error("no cause is given")
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	var heard string
	e := ensemble(scoreFunc(func(_ context.Context, in []Input) ([]models.Scores, error) {
		heard = in[0].Lang
		return []models.Scores{{}}, nil
	}))
	for told, want := range map[string]string{"": "fr", "und": "fr", "en": "en", "pt-BR": "pt-BR"} {
		out, err := e.Assess(t.Context(), []Input{{Text: "x", Lang: told}})
		if err != nil {
			t.Fatal(err)
		}
		if out[0].Lang != want || heard != want {
			t.Errorf("told %q: judged as %q, the network heard %q, want %q", told, out[0].Lang, heard, want)
		}
	}
}

func TestTheNetworkReadsWhatIsVisible(t *testing.T) {
	t.Parallel()
	var heard string
	e := ensemble(scoreFunc(func(_ context.Context, in []Input) ([]models.Scores, error) {
		heard = in[0].Text
		return []models.Scores{{}}, nil
	}))
	assess(t, e, "F\u200bＵ")
	if heard != "FU" {
		t.Errorf("the network heard %q", heard)
	}
}

func TestAnswersThatCantBe(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, net := range map[string]scoreFunc{
		"an error":      func(context.Context, []Input) ([]models.Scores, error) { return nil, broken },
		"a panic":       func(context.Context, []Input) ([]models.Scores, error) { panic("no") },
		"not a number":  fixed(models.Scores{models.Toxic: math.NaN()}),
		"infinite":      fixed(models.Scores{models.Toxic: math.Inf(1)}),
		"below nothing": fixed(models.Scores{models.Toxic: -0.1}),
		"too few":       func(context.Context, []Input) ([]models.Scores, error) { return nil, nil },
	} {
		out, err := ensemble(net).Assess(t.Context(), []Input{{Text: "x"}})
		if err == nil || out != nil {
			t.Errorf("%s: got %+v, %v, want an error", name, out, err)
		}
		if name == "an error" && !errors.Is(err, broken) {
			t.Errorf("the cause is lost: %v", err)
		}
	}
}

func TestNothingToAssess(t *testing.T) {
	t.Parallel()
	out, err := ensemble(fixed(nil)).Assess(t.Context(), nil)
	if err != nil || len(out) != 0 {
		t.Errorf("got %+v, %v", out, err)
	}
}
