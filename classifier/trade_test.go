package classifier_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/classifiertest"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

// TestTradeByRules holds the detectors and the structure of spam against the
// comments that every community has. The scores of the weights are not in it:
// what must be allowed must not be stopped by a rule, and what only a rule can
// find must be.
func TestTradeByRules(t *testing.T) {
	t.Parallel()
	byRule := []string{"leak", "distress", "trackback"}
	rules := policy.Compile(models.Policy{Ruleset: policy.Default()})
	for _, tt := range classifiertest.Trade() {
		t.Run(tt.Family+" "+tt.Comment.Text, func(t *testing.T) {
			t.Parallel()
			a := models.Assessment{Lang: tt.Comment.Lang, Scores: models.Scores{models.Spam: 0.3}}
			if strings.Contains(tt.Comment.Text, "://") {
				a.Scores[models.Spam] = 0.84 // what weights that read words alone give a link
			}
			classifier.Examine(&a, &tt.Comment, classifier.SpamContext{SiteLang: tt.Comment.Lang})
			v := rules.Decide(tt.Comment, a, models.History{})
			stopped := !slices.Contains(tt.Accept, v.Action)
			if must := slices.Contains(byRule, tt.Family) || tt.Accept[0] == models.Allow; must && stopped {
				t.Errorf("%s by %+v, features %+v", v.Action, v.Reasons, a.Features)
			}
		})
	}
}

func TestExamineNamesLeaksAndDistress(t *testing.T) {
	t.Parallel()
	c := models.Comment{Lang: "fr", Text: "Je vais me tuer. Ma carte : 4111 1111 1111 1111"}
	given := models.Scores{models.Spam: 0.1}
	a := models.Assessment{Lang: "fr", Scores: given}
	classifier.Examine(&a, &c, classifier.SpamContext{Copies: 4})
	v := policy.Decide(c, a, models.History{}, models.Policy{Ruleset: policy.Default()})
	if v.Action != models.Hold || v.Scores[models.Leak] == 0 || v.Scores[models.Distress] == 0 {
		t.Errorf("got %s with %v", v.Action, v.Scores)
	}
	if masked := models.MaskSpans(c.Text, v.Leaks()); masked != "Je vais me tuer. Ma carte : 41•• •••• •••• ••11" {
		t.Errorf("masked as %q", masked)
	}
	if given[models.Spam] != 0.1 {
		t.Error("the scores of another were changed")
	}
}
