package openai

import (
	"slices"

	"github.com/tamis-moderation/tamis/models"
)

// category is what one of the original's categories means here.
type category struct {
	name string
	// any lists the labels of which the highest speaks, all those that must
	// speak together; both empty = no label of ours means that.
	any []models.Label
	all []models.Label
	// omni marks what the text models of the original did not have.
	omni bool
}

// categories is the whole mapping, in the original's order.
//
// Threats are the one kind of violence that our labels know: a description of
// it scores 0. Distress is a person in danger, which is what the first two
// names of self-harm ask.
var categories = []category{
	{name: "harassment", any: []models.Label{models.Toxic, models.Insult}},
	{name: "harassment/threatening", any: []models.Label{models.Threat}},
	{name: "hate", any: []models.Label{models.IdentityAttack}},
	{name: "hate/threatening", all: []models.Label{models.IdentityAttack, models.Threat}},
	{name: "illicit", omni: true},
	{name: "illicit/violent", omni: true},
	{name: "self-harm", any: []models.Label{models.Distress}},
	{name: "self-harm/intent", any: []models.Label{models.Distress}},
	{name: "self-harm/instructions"},
	{name: "sexual", any: []models.Label{models.Sexual}},
	{name: "sexual/minors"},
	{name: "violence", any: []models.Label{models.Threat}},
	{name: "violence/graphic"},
}

// covered reports whether the scorers that spoke can tell of c. Distress is
// found by a detector that always speaks, and scored only where it finds some.
func (c category) covered(scores models.Scores) bool {
	known := func(l models.Label) bool {
		_, ok := scores[l]
		return ok || l == models.Distress
	}
	if len(c.all) > 0 {
		return !slices.ContainsFunc(c.all, func(l models.Label) bool { return !known(l) })
	}
	return slices.ContainsFunc(c.any, known)
}

// read gives the score of c and whether the site's policy acts on it.
func (c category) read(v models.Verdict) (score float64, flagged bool) {
	acted := func(l models.Label) bool { return slices.Contains(v.Labels, l) }
	if !c.covered(v.Scores) {
		return 0, false
	}
	if len(c.all) > 0 {
		score = 1
		for _, l := range c.all {
			score = min(score, v.Scores[l])
		}
		return score, !slices.ContainsFunc(c.all, func(l models.Label) bool { return !acted(l) })
	}
	for _, l := range c.any {
		score = max(score, v.Scores[l])
	}
	return score, slices.ContainsFunc(c.any, acted)
}
