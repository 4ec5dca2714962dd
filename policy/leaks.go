package policy

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/tamis-moderation/tamis/models"
)

// What signals count from, for a ruleset that says nothing of their labels.
const (
	leakHold     = 0.6
	distressHold = 0.5
)

// termScore is what a term of the site's own list weighs.
const termScore = 0.9

// minWeight is the least that a feature must weigh to be named.
const minWeight = 0.2

// leakReasons speaks once for each kind of confidential data, with it masked.
func (r *Rules) leakReasons(m *matter) []models.Reason {
	rule := r.ruleset.Leaks
	found := slices.Concat(signalsOf(m.assessed.Signals, models.Leak), r.termSignals(m))
	var reasons []models.Reason
	for _, group := range byKind(found) {
		action, threshold := r.wishOfSignal(m, models.Leak, leakHold, group[0].Score)
		if !rule.Holds() {
			action = models.Allow
		}
		reasons = append(reasons, signalReason(models.RuleLeak, group, action, threshold, rule.Shadow))
	}
	return reasons
}

// distressReasons brings before a person whoever may be in danger. It never
// asks for more than that.
func (r *Rules) distressReasons(m *matter) []models.Reason {
	rule := r.ruleset.Distress
	var reasons []models.Reason
	for _, group := range byKind(signalsOf(m.assessed.Signals, models.Distress)) {
		action, threshold := r.wishOfSignal(m, models.Distress, distressHold, group[0].Score)
		if action == models.Allow {
			continue // an idiom, a quotation: not worth a moderator's worry
		}
		action = models.Hold
		if !rule.Routes() {
			action = models.Allow
		}
		reasons = append(reasons, signalReason(models.RuleDistress, group, action, threshold, rule.Shadow))
	}
	return reasons
}

// inDistress reports whether the comment goes to a person for its author's sake.
func (r *Rules) inDistress(m *matter) bool {
	return slices.ContainsFunc(r.distressReasons(m), func(d models.Reason) bool {
		return d.Action == models.Hold && !d.Shadow
	})
}

// structureReasons explains a spam score that counted by what is not in the words.
func (r *Rules) structureReasons(m *matter) []models.Reason {
	t := r.ruleset.Labels[models.Spam]
	if action, _ := wishOf(t.In(m.assessed.Lang), m.assessed.Scores[models.Spam]); action == models.Allow {
		return nil
	}
	var reasons []models.Reason
	for _, f := range m.assessed.Features {
		if f.Weight < minWeight {
			continue
		}
		reasons = append(reasons, models.Reason{
			Rule: models.RuleStructure, Action: models.Allow, Label: models.Spam, Shadow: t.Shadow,
			Params: map[string]string{"feature": f.Name, "weight": fmt.Sprintf("%+.1f", f.Weight), "value": f.Value},
		})
	}
	return reasons
}

// wishOfSignal compares a signal's step with the label's thresholds, or with
// the built-in one where the ruleset has none.
func (r *Rules) wishOfSignal(m *matter, label models.Label, hold, score float64) (models.Action, float64) {
	t := r.ruleset.Labels[label].In(m.assessed.Lang)
	if t.Hold == 0 {
		t.Hold = hold
	}
	return wishOf(t, score)
}

// termSignals finds the site's confidential terms.
func (r *Rules) termSignals(m *matter) []models.Signal {
	if len(r.secret.byHead) == 0 {
		return nil
	}
	var found []models.Signal
	for _, reason := range r.secret.find(m.comment.Text, tokenise(m.comment.Text)) {
		for _, s := range reason.Evidence {
			found = append(found, models.Signal{Kind: "term", Label: models.Leak, Span: s, Score: termScore})
		}
	}
	return found
}

func signalsOf(signals []models.Signal, label models.Label) []models.Signal {
	var out []models.Signal
	for _, s := range signals {
		if s.Label == label && s.Score > 0 && s.Score <= 1 {
			out = append(out, s)
		}
	}
	return out
}

// byKind groups signals by kind, in the order of their first find, the surest
// of each group first.
func byKind(signals []models.Signal) [][]models.Signal {
	var groups [][]models.Signal
	for _, s := range signals {
		i := slices.IndexFunc(groups, func(g []models.Signal) bool { return g[0].Kind == s.Kind })
		if i < 0 {
			groups = append(groups, []models.Signal{s})
			continue
		}
		groups[i] = append(groups[i], s)
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b models.Signal) int {
			if a.Score != b.Score {
				return map[bool]int{true: -1, false: 1}[a.Score > b.Score]
			}
			return a.Span.Begin - b.Span.Begin
		})
	}
	return groups
}

// signalReason words a group; confidential data is masked also as evidence.
func signalReason(rule string, group []models.Signal, action models.Action, threshold float64, shadow bool) models.Reason {
	reason := models.Reason{
		Rule: rule, Action: action, Label: group[0].Label, Score: group[0].Score, Threshold: threshold, Shadow: shadow,
		Params: map[string]string{"kind": group[0].Kind, "count": strconv.Itoa(len(group))},
	}
	for _, s := range group[:min(len(group), maxEvidence)] {
		if rule == models.RuleLeak {
			s.Span.Text = models.Mask(s.Span.Text)
		}
		reason.Evidence = append(reason.Evidence, s.Span)
	}
	return reason
}

// withSignals gives the scores with what the signals say of their labels.
func withSignals(a models.Assessment) models.Scores {
	if len(a.Signals) == 0 {
		return a.Scores
	}
	scores := models.Scores{}
	maps.Copy(scores, a.Scores)
	for _, label := range []models.Label{models.Leak, models.Distress} {
		for _, s := range signalsOf(a.Signals, label) {
			scores[label] = max(scores[label], s.Score)
		}
	}
	return scores
}

// checkTerms refuses terms that nothing can match.
func checkTerms(terms []string) []models.FieldError {
	var faults []models.FieldError
	for i, term := range terms {
		if _, ok := newPhrase(term); !ok {
			faults = append(faults, models.FieldError{Field: fmt.Sprintf("leaks.terms[%d]", i), Detail: "has no letter, digit or symbol to match"})
		}
	}
	return faults
}
