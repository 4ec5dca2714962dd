package classifier

import (
	"context"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/models"
)

func TestWhoInsultsHimselfIsSpared(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"I was such an idiot, wrong cable.":       "I was such an beginner, wrong cable.",
		"I feel like a total moron":               "I feel like a total beginner",
		"what a fool I am":                        "what a beginner I am",
		"I’m the stupid one":                      "I’m the beginner one",
		"Je suis vraiment trop con, pardon":       "Je suis vraiment trop débutant, pardon",
		"jsuis bête":                              "jsuis débutant",
		"Quel crétin je fais !":                   "Quel débutant je fais !",
		"et moi, l’idiot que je suis, j'ai signé": "et moi, l’débutant que je suis, j'ai signé",
		"J'ai été stupide.":                       "J'ai été débutant.",
	} {
		if got := spareSelf(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestWhoInsultsOthersIsNot(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"You are such an idiot.", "I am sure you are an idiot.", "I know that idiot.", "I am surrounded by idiots.", "He thinks I am rich, the moron.",
		"Tu es vraiment trop con.", "Je suis entouré de cons.", "Je suis sûr que t'es débile.", "Je connais ce crétin.", "Quel crétin tu fais !",
		"je suis contente", "I am stupidly happy", "j'ai été nullement surpris", "Merci pour l'article.",
	} {
		if got := spareSelf(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// wordCounter scores a text by the insults in it.
type wordCounter struct{}

func (wordCounter) Weights() models.WeightsRef { return models.WeightsRef{} }

func (wordCounter) Score(_ context.Context, inputs []Input) ([]models.Scores, error) {
	out := make([]models.Scores, len(inputs))
	for i, in := range inputs {
		n := float64(strings.Count(in.Text, "idiot"))
		out[i] = models.Scores{models.Insult: n / 4, models.Threat: n / 4}
	}
	return out, nil
}

func TestSelfTalkCountsForWhatItSaysOfOthers(t *testing.T) {
	t.Parallel()
	inputs := []Input{{Text: "I am an idiot and you are an idiot"}, {Text: "you idiot"}, {Text: "I was an idiot"}}
	s := SelfTalk{Scorer: wordCounter{}}
	got, err := s.Score(t.Context(), inputs)
	if err != nil || len(got) != 3 {
		t.Fatalf("got %v, %v", got, err)
	}
	for i, want := range []models.Scores{
		{models.Insult: 0.25, models.Threat: 0.5}, {models.Insult: 0.25, models.Threat: 0.25}, {models.Insult: 0, models.Threat: 0.25},
	} {
		if got[i][models.Insult] != want[models.Insult] || got[i][models.Threat] != want[models.Threat] {
			t.Errorf("%q: got %v, want %v", inputs[i].Text, got[i], want)
		}
	}
	if n := s.Rows(inputs); n != 5 {
		t.Errorf("counts %d rows, want 5", n)
	}
}
