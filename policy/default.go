package policy

import "github.com/tamis-moderation/tamis/models"

// Default is the ruleset of a site that set none. It leans towards letting
// people talk: what may hurt waits for a person, and the machine alone rejects
// only what it is all but certain of. Five choices need their reasons:
//
//   - toxic holds late: its score is calibrated on text of which most is toxic,
//     and blunt criticism without an insult must pass (docs/verdicts.md); it and
//     insult reject only far up, so that a plain "idiot" waits for a person;
//   - identity_attack holds early: hate against a group often has no swear word,
//     and little else of what people write reaches half of this score; in French
//     earlier still, since most of what the weights know of hate is English;
//   - obscene holds late and never rejects: a coarse word is a register, not
//     an attack, and a tool that hides blunt critics is worse than none;
//   - threat holds early, because a missed one costs the most;
//   - distress and leak never reject: somebody has to answer, or to mask it.
func Default() models.Ruleset {
	return models.Ruleset{
		Labels: map[models.Label]models.Thresholds{
			models.Toxic:          {Hold: 0.90, Reject: 0.9995},
			models.SevereToxic:    {Hold: 0.50, Reject: 0.95},
			models.Insult:         {Hold: 0.60, Reject: 0.998},
			models.Threat:         {Hold: 0.40, Reject: 0.97},
			models.IdentityAttack: {Hold: 0.33, Reject: 0.97, Langs: map[string]models.Bounds{"fr": {Hold: 0.09, Reject: 0.97}}},
			models.Obscene:        {Hold: 0.97},
			models.Sexual:         {Hold: 0.70, Reject: 0.98},
			models.Spam:           {Hold: 0.60, Reject: 0.95},
			models.Distress:       {Hold: 0.50},
			models.Leak:           {Hold: 0.60},
		},
		Links:        models.LinkRule{HoldAbove: 5},
		FirstComment: models.FirstCommentRule{Mode: "off"},
		Reports:      models.ReportRule{HoldAt: 3},
	}
}
