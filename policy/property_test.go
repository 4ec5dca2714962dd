package policy_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

var texts = rapid.SampledFrom([]string{
	"Merci, très bien argumenté.", "Achetez http://casino.example et http://b.example", "espèce de CONNARD",
	"www.casino.example", "👍 ça va", "buy now http://a.example http://c.example http://d.example", "",
})

func genRuleset() *rapid.Generator[models.Ruleset] {
	return rapid.Custom(func(t *rapid.T) models.Ruleset {
		prob := rapid.Float64Range(0, 1)
		rs := models.Ruleset{Labels: map[models.Label]models.Thresholds{}}
		for _, l := range rapid.SliceOfDistinct(rapid.SampledFrom(models.Labels()), rapid.ID[models.Label]).Draw(t, "labels") {
			rs.Labels[l] = models.Thresholds{Hold: prob.Draw(t, "hold"), Reject: prob.Draw(t, "reject"), Shadow: rapid.Bool().Draw(t, "shadow")}
		}
		rs.Words = rapid.SliceOfN(genList(), 0, 3).Draw(t, "lists")
		rs.Links = models.LinkRule{
			HoldAbove:    rapid.IntRange(0, 3).Draw(t, "hold above"),
			RejectAbove:  rapid.IntRange(0, 3).Draw(t, "reject above"),
			BlockedHosts: rapid.SliceOf(rapid.SampledFrom([]string{"casino.example", "b.example"})).Draw(t, "blocked"),
			Shadow:       rapid.Bool().Draw(t, "link shadow"),
		}
		rs.FirstComment.Mode = rapid.SampledFrom([]string{"", "off", "hold", "hold_links"}).Draw(t, "mode")
		return rs
	})
}

func genList() *rapid.Generator[models.WordList] {
	return rapid.Custom(func(t *rapid.T) models.WordList {
		return models.WordList{
			Name:   rapid.StringMatching(`[a-z]{1,5}`).Draw(t, "name"),
			Action: rapid.SampledFrom([]string{"reject", "hold", "watch"}).Draw(t, "action"),
			Words:  rapid.SliceOf(rapid.SampledFrom([]string{"connard", "buy now", "merci", "👍"})).Draw(t, "words"),
			Shadow: rapid.Bool().Draw(t, "shadow"),
		}
	})
}

func genAssessment() *rapid.Generator[models.Assessment] {
	return rapid.Custom(func(t *rapid.T) models.Assessment {
		return models.Assessment{
			Scores:   rapid.MapOf(rapid.SampledFrom(models.Labels()), rapid.OneOf(rapid.Float64Range(0, 1), rapid.Just(math.NaN()))).Draw(t, "scores"),
			Degraded: rapid.SampledFrom([]string{"", "", "no weights"}).Draw(t, "degraded"),
		}
	})
}

// The strictest wish wins, whatever else was said.
func TestAddingARuleNeverMakesTheVerdictMilder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rs, c, a := genRuleset().Draw(t, "ruleset"), models.Comment{Text: texts.Draw(t, "text")}, genAssessment().Draw(t, "assessment")
		h := models.History{Known: rapid.Bool().Draw(t, "known"), Approved: rapid.Int64Range(0, 1).Draw(t, "approved")}
		before := policy.Decide(c, a, h, models.Policy{Ruleset: rs})

		more := rs
		more.Words = append(slices.Clone(rs.Words), genList().Draw(t, "one more list"))
		more.Links.BlockedHosts = append(slices.Clone(rs.Links.BlockedHosts), "d.example")
		after := policy.Decide(c, a, h, models.Policy{Ruleset: more})

		if after.Action.Stricter(before.Action) != after.Action {
			t.Fatalf("%s became %s", before.Action, after.Action)
		}
	})
}

func TestVerdictIsTheStrictestReasonThatCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := models.Comment{Text: texts.Draw(t, "text")}
		v := policy.Decide(c, genAssessment().Draw(t, "assessment"), models.History{Known: true}, models.Policy{Ruleset: genRuleset().Draw(t, "ruleset")})
		want := models.Allow
		for _, r := range v.Reasons {
			if !r.Shadow {
				want = want.Stricter(r.Action)
			}
			for _, s := range r.Evidence {
				if runes := []rune(c.Text); s.End > len(runes) || string(runes[s.Begin:s.End]) != s.Text {
					t.Fatalf("evidence %+v does not stand in the text", s)
				}
			}
		}
		if v.Action != want {
			t.Fatalf("got %s, want %s", v.Action, want)
		}
		for label, p := range v.Scores {
			if math.IsNaN(p) {
				t.Fatalf("the verdict carries a score of %s that is not a number", label)
			}
		}
	})
}

func TestAShadowRulesetAllowsAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rs := genRuleset().Draw(t, "ruleset")
		for l, th := range rs.Labels {
			th.Shadow = true
			rs.Labels[l] = th
		}
		for i := range rs.Words {
			rs.Words[i].Shadow = true
		}
		rs.Links.Shadow, rs.FirstComment.Shadow = true, true
		a := models.Assessment{Scores: models.Scores{models.Toxic: 1, models.Spam: 1}}
		v := policy.Decide(models.Comment{Text: texts.Draw(t, "text")}, a, models.History{Known: true}, models.Policy{Ruleset: rs})
		if v.Action != models.Allow || len(v.Labels) > 0 {
			t.Fatalf("got %s with labels %v", v.Action, v.Labels)
		}
	})
}
