package console

import (
	"testing"

	"github.com/tamis-moderation/tamis/models"
)

// A slur is covered; the pronoun that a threat hangs on is marked and can be read.
func TestOnlySlursAreCovered(t *testing.T) {
	t.Parallel()
	text := "Je sais où tu habites, crétin."
	v := &models.Verdict{Reasons: []models.Reason{
		{Rule: models.RuleScore, Label: models.Threat, Evidence: []models.Span{{Begin: 11, End: 13, Text: "tu"}, {Begin: 14, End: 21, Text: "habites"}}},
		{Rule: models.RuleScore, Label: models.Toxic, Evidence: []models.Span{{Begin: 23, End: 29, Text: "crétin"}}},
		{Rule: models.RuleScore, Label: models.Insult, Evidence: []models.Span{{Begin: 11, End: 13, Text: "tu"}, {Begin: 23, End: 29, Text: "crétin"}}},
	}}
	covered, marked := map[string]bool{}, map[string]bool{}
	for _, p := range say(text, v).Head {
		covered[p.Text], marked[p.Text] = p.Veil, p.Mark
	}
	for word, want := range map[string]bool{"crétin": true, "tu": false, "habites": false} {
		if !marked[word] || covered[word] != want {
			t.Errorf("%q: marked %v, covered %v, want %v", word, marked[word], covered[word], want)
		}
	}
}
