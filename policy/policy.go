// Package policy turns scores into a verdict with reasons, and owns what a
// ruleset means: its defaults, its JSON Schema and its faults. It is pure: no
// I/O, no clock, no randomness, so the same comment, scores and ruleset give
// the same verdict on every machine and on every day.
//
// Rules only add reasons, each with a wish; the strictest wish wins. The rules
// are these, in the order in which they speak:
//
//   - score: a label's score reached a threshold;
//   - word: a word or phrase of a list stands in the text, whole;
//   - links and host: too many links, or one to a blocked host;
//   - first_comment: the author has nothing approved yet;
//   - leak: confidential data or a term of the site's own list;
//   - distress: the author may be in danger, which is no misconduct: a person
//     answers, and no score rejects the comment;
//   - spam_structure: the parts of a spam score that counted; it only explains;
//   - degraded: the transformer did not speak, so a person decides whatever no
//     list rejects.
//
// A shadow rule speaks in the verdict and does not count.
package policy

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/tamis-moderation/tamis/models"
)

// Rules is a policy made ready to judge many comments: its lists are folded
// and indexed once. It may be used by many goroutines.
type Rules struct {
	version int64
	ruleset models.Ruleset
	lists   []wordIndex
	allowed []string
	blocked []string
	secret  wordIndex // the site's confidential terms
}

// Compile makes p ready. It takes any ruleset; [Parse] is where faults are told.
func Compile(p models.Policy) *Rules {
	r := &Rules{
		version: p.Version,
		ruleset: p.Ruleset,
		allowed: canonicalHosts(p.Ruleset.Links.AllowedHosts),
		blocked: canonicalHosts(p.Ruleset.Links.BlockedHosts),
	}
	for _, l := range p.Ruleset.Words {
		r.lists = append(r.lists, indexWords(l))
	}
	r.secret = indexWords(models.WordList{Words: p.Ruleset.Leaks.Terms})
	return r
}

// Decide judges one comment under p. To judge many, [Compile] once.
func Decide(c models.Comment, a models.Assessment, h models.History, p models.Policy) models.Verdict {
	return Compile(p).Decide(c, a, h)
}

// matter is what the rules look at.
type matter struct {
	comment  *models.Comment
	assessed *models.Assessment
	history  models.History
	links    []link
}

// Decide makes the verdict on c once every rule has spoken.
func (r *Rules) Decide(c models.Comment, a models.Assessment, h models.History) models.Verdict {
	a = soundScores(a)
	m := &matter{comment: &c, assessed: &a, history: h, links: findLinks(c.Text)}
	reasons := slices.Concat(
		r.scoreReasons(m),
		r.wordReasons(m),
		r.linkReasons(m),
		r.hostReasons(m),
		r.firstCommentReasons(m),
		r.leakReasons(m),
		r.distressReasons(m),
		r.structureReasons(m),
		degradedReasons(m),
	)
	v := models.Verdict{
		Action:        models.Allow,
		Scores:        withSignals(a), // what they say comes after the rules: no threshold counts it twice
		Labels:        labelsOf(reasons),
		Reasons:       byWeight(reasons),
		Lang:          cmp.Or(a.Lang, c.Lang),
		Weights:       a.Weights,
		PolicyVersion: r.version,
	}
	for _, reason := range reasons {
		if !reason.Shadow {
			v.Action = v.Action.Stricter(reason.Action)
		}
	}
	return v
}

// soundScores drops scores that are not probabilities. A scorer that gives one
// can't be trusted with the rest either: the assessment counts as degraded.
func soundScores(a models.Assessment) models.Assessment {
	sound := func(p float64) bool { return p >= 0 && p <= 1 }
	for _, p := range a.Scores {
		if sound(p) {
			continue
		}
		a.Scores = maps.Clone(a.Scores)
		maps.DeleteFunc(a.Scores, func(_ models.Label, p float64) bool { return math.IsNaN(p) || !sound(p) })
		a.Degraded = cmp.Or(a.Degraded, "a score was not a probability")
		break
	}
	return a
}

// labelsOf lists the labels whose scores counted, in the order of [models.Labels].
func labelsOf(reasons []models.Reason) []models.Label {
	var labels []models.Label
	for _, r := range reasons {
		counts := r.Rule == models.RuleScore || r.Action != models.Allow && (r.Rule == models.RuleLeak || r.Rule == models.RuleDistress)
		if counts && !r.Shadow && !slices.Contains(labels, r.Label) {
			labels = append(labels, r.Label)
		}
	}
	slices.SortFunc(labels, func(a, b models.Label) int {
		return slices.Index(models.Labels(), a) - slices.Index(models.Labels(), b)
	})
	return labels
}

// byWeight puts what decided first: a reader often looks at one reason only.
func byWeight(reasons []models.Reason) []models.Reason {
	rank := func(r models.Reason) int {
		switch {
		case r.Shadow:
			return 3
		case r.Action == models.Reject:
			return 0
		case r.Action == models.Hold:
			return 1
		default:
			return 2
		}
	}
	slices.SortStableFunc(reasons, func(a, b models.Reason) int { return rank(a) - rank(b) })
	return reasons
}
