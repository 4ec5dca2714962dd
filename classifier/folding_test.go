package classifier_test

import (
	"context"
	"slices"
	"testing"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
)

// reader gives each reading a score of its own and remembers them.
type reader struct {
	scores map[string]float64
	read   []string
}

func (*reader) Weights() models.WeightsRef { return models.WeightsRef{} }

func (r *reader) Score(_ context.Context, inputs []classifier.Input) ([]models.Scores, error) {
	out := make([]models.Scores, len(inputs))
	for i, in := range inputs {
		r.read = append(r.read, in.Text)
		out[i] = models.Scores{models.Toxic: r.scores[in.Text]}
	}
	return out, nil
}

func TestReadingsOfAText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text   string
		scores map[string]float64
		want   float64
		read   []string
	}{
		"a plain text is read once": {"bonjour à tous", map[string]float64{"bonjour à tous": 0.1}, 0.1, nil},
		"register counts half":      {"slt vous", map[string]float64{"slt vous": 0.8, "salut vous": 0.2}, 0.5, []string{"salut vous"}},
		"of what hides, the worst":  {"conn\u200bard", map[string]float64{"conn\u200bard": 0.1, "connard": 0.9}, 0.9, []string{"connard"}},
		"hiding a short form makes it no milder": {
			"s\u200blt vous", map[string]float64{"slt vous": 0.8, "salut vous": 0.2}, 0.5, []string{"slt vous", "salut vous"},
		},
		"words without their spaces": {
			"saleconnard", map[string]float64{"saleconnard": 0.2, "sale connard": 0.9}, 0.9, []string{"sale connard"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &reader{scores: tt.scores}
			inputs := []classifier.Input{{Text: "avant", Lang: "fr"}, {Text: tt.text, Lang: "fr"}}
			folding := classifier.Folding{Scorer: r}
			got, err := folding.Score(t.Context(), inputs)
			if err != nil || len(got) != 2 || got[1][models.Toxic] != tt.want || got[0][models.Toxic] != 0 {
				t.Errorf("got %v, %v, want %g", got, err, tt.want)
			}
			if want := append([]string{"avant", tt.text}, tt.read...); !slices.Equal(r.read, want) {
				t.Errorf("read %q, want %q", r.read, want)
			}
			if n := folding.Rows(inputs); n != 2+len(tt.read) {
				t.Errorf("counts %d rows", n)
			}
		})
	}
}
