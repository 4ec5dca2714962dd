package policy

import "github.com/tamis-moderation/tamis/models"

// The modes of [models.FirstCommentRule].
const (
	firstHold      = "hold"
	firstHoldLinks = "hold_links"
)

// firstCommentReasons speaks when a named author has nothing approved yet. An
// author whom the site does not name would stay new for ever, hence is left alone.
func (r *Rules) firstCommentReasons(m *matter) []models.Reason {
	rule := r.ruleset.FirstComment
	if !m.history.Known || m.history.Approved > 0 {
		return nil
	}
	linked := r.counted(m.links)
	if rule.Mode != firstHold && (rule.Mode != firstHoldLinks || len(linked) == 0) {
		return nil
	}
	reason := models.Reason{Rule: models.RuleFirstComment, Action: models.Hold, Shadow: rule.Shadow}
	if rule.Mode == firstHoldLinks {
		reason.Evidence = spansOf(m.comment.Text, linked)
	}
	return []models.Reason{reason}
}

// degradedReasons holds what was judged without the transformer.
func degradedReasons(m *matter) []models.Reason {
	if m.assessed.Degraded == "" {
		return nil
	}
	return []models.Reason{{
		Rule: models.RuleDegraded, Action: models.Hold,
		Params: map[string]string{"cause": m.assessed.Degraded},
	}}
}
