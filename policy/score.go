package policy

import "github.com/tamis-moderation/tamis/models"

// maxEvidence bounds the spans a reason carries, so that a wall of one word
// does not make a wall of evidence.
const maxEvidence = 20

// scoreReasons speaks for each label whose score reached a threshold.
func (r *Rules) scoreReasons(m *matter) []models.Reason {
	var reasons []models.Reason
	for _, label := range models.Labels() {
		t, ruled := r.ruleset.Labels[label]
		score, scored := m.assessed.Scores[label]
		if !ruled || !scored {
			continue
		}
		action, threshold := wishOf(t.In(m.assessed.Lang), score)
		if action == models.Allow {
			continue
		}
		// The lexicon alone never rejects by a score: it knows words, not what
		// is said with them.
		// Nor does any score reject somebody who may be in danger.
		if m.assessed.Degraded != "" || r.inDistress(m) {
			action = models.Hold
		}
		reasons = append(reasons, models.Reason{
			Rule: models.RuleScore, Action: action, Label: label, Score: score, Threshold: threshold,
			Evidence: wordsOf(label, m.assessed.Words), Shadow: t.Shadow,
		})
	}
	return reasons
}

// wishOf compares a score with its thresholds; 0 means never.
func wishOf(t models.Bounds, score float64) (models.Action, float64) {
	switch {
	case t.Reject > 0 && score >= t.Reject:
		return models.Reject, t.Reject
	case t.Hold > 0 && score >= t.Hold:
		return models.Hold, t.Hold
	default:
		return models.Allow, 0
	}
}

// wordsOf gives the lexicon's hits for a label as evidence.
func wordsOf(label models.Label, hits []models.WordHit) []models.Span {
	var spans []models.Span
	for _, h := range hits {
		if h.Label == label && len(spans) < maxEvidence {
			spans = append(spans, h.Span)
		}
	}
	return spans
}
