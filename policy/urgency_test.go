package policy_test

import (
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

func TestUrgencyOrdersTheQueue(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	verdict := func(l models.Label, score float64) models.Verdict {
		return models.Verdict{Reasons: []models.Reason{{Rule: models.RuleScore, Action: models.Hold, Label: l, Score: score}}}
	}
	reported := func(readers string) models.Verdict {
		return models.Verdict{Reasons: []models.Reason{{Rule: models.RuleReports, Action: models.Hold, Params: map[string]string{"count": readers}}}}
	}
	shadow := verdict(models.Threat, 1)
	shadow.Reasons[0].Shadow = true
	answer := models.Comment{Context: models.Context{ParentID: "p"}}
	type item struct {
		v  models.Verdict
		c  models.Comment
		at time.Time
	}
	tests := map[string]struct{ first, second item }{
		"a threat before spam":                          {item{verdict(models.Threat, .8), answer, noon}, item{verdict(models.Spam, .8), answer, noon}},
		"the surer of two":                              {item{verdict(models.Insult, .9), answer, noon}, item{verdict(models.Insult, .7), answer, noon}},
		"the older of two alike":                        {item{verdict(models.Insult, .9), answer, noon}, item{verdict(models.Insult, .9), answer, noon.Add(time.Second)}},
		"a threat before spam of this morning":          {item{verdict(models.Threat, .8), answer, noon}, item{verdict(models.Spam, .8), answer, noon.Add(-6 * time.Hour)}},
		"spam of two days ago before a threat":          {item{verdict(models.Spam, .8), answer, noon.Add(-48 * time.Hour)}, item{verdict(models.Threat, .8), answer, noon}},
		"the opening of a thread before an answer":      {item{verdict(models.Insult, .9), models.Comment{}, noon}, item{verdict(models.Insult, .9), answer, noon}},
		"what many readers reported before what few do": {item{reported("9"), answer, noon}, item{reported("3"), answer, noon}},
		"what counts before what is in the shadow":      {item{verdict(models.Spam, .6), answer, noon}, item{shadow, answer, noon}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := policy.Urgency(tt.first.v, tt.first.c, tt.first.at)
			second := policy.Urgency(tt.second.v, tt.second.c, tt.second.at)
			if first <= second {
				t.Errorf("%.3f does not come before %.3f", first, second)
			}
		})
	}
}
