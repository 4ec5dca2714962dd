package policy

import (
	"math"
	"strconv"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// halfLife is how long an item waits before it counts as much as one of twice
// its severity: a threat overtakes spam that was filed up to a day earlier.
const halfLife = 6 * time.Hour

// epoch keeps urgencies small enough to read, and exact to the millisecond.
var epoch = time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)

// severity weighs what a label does to people while nobody looks.
var severity = map[models.Label]float64{
	models.Threat: 16, models.Distress: 16,
	models.SevereToxic: 8, models.IdentityAttack: 8, models.Leak: 8,
	models.Toxic: 4, models.Insult: 4, models.Sexual: 4,
	models.Obscene: 1, models.Spam: 1,
}

// Urgency orders the review queue; the highest comes first. It is
//
//	log2(severity × reach) − (filedAt − epoch) / half-life
//
// Among items of one severity the older comes first, and every half-life of
// waiting counts like a doubled severity. That "now" would add the same to
// every item is why the number needs no update as time passes.
//
// Severity is the heaviest reason that counted: a label's weight times its
// score, 2 for a word list, 1 for the others. Reach is twice as large for a
// comment that opens a thread as for an answer, and grows with the number of
// readers who reported it.
func Urgency(v models.Verdict, c models.Comment, filedAt time.Time) float64 {
	heaviest, reach := 0.25, 1.0
	for _, r := range v.Reasons {
		if r.Shadow {
			continue
		}
		heaviest = max(heaviest, weightOf(r))
		if r.Rule == models.RuleReports {
			readers, _ := strconv.Atoi(r.Params["count"])
			reach += float64(max(0, readers))
		}
	}
	if c.Context.ParentID == "" {
		reach *= 2
	}
	return math.Log2(heaviest*reach) - float64(filedAt.Sub(epoch))/float64(halfLife)
}

func weightOf(r models.Reason) float64 {
	switch r.Rule {
	case models.RuleScore, models.RuleLeak, models.RuleDistress:
		return severity[r.Label] * r.Score
	case models.RuleWord:
		return 2
	default:
		return 1
	}
}
