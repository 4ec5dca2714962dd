package classifier

import "github.com/tamis-moderation/tamis/models"

// How much the lexicon may say beside a transformer: it moves a score part of
// the way to lexiconCap and never beyond, so that a word alone can have a text
// held and not rejected: quoted insults use the same words.
const (
	lexiconCap  = 0.6
	lexiconPull = 0.5
	// Threats are sentences of their own in the lists, and the transformer
	// misses those without swear words.
	threatPull = 1
)

// secondVoice lets the words found raise scores. Toxic is left alone: it sums
// up the whole text, and the transformer ranks it no better with words beside
// it. A label that the transformer does not cover gets the lexicon's score
// under the same cap.
func secondVoice(scores, words models.Scores) {
	for label, w := range words {
		p, covered := scores[label]
		switch {
		case label == models.Toxic && covered:
		case !covered:
			scores[label] = w * lexiconCap
		case w > 0 && p < lexiconCap:
			scores[label] = p + w*pull(label)*(lexiconCap-p)
		}
	}
}

func pull(l models.Label) float64 {
	if l == models.Threat {
		return threatPull
	}
	return lexiconPull
}
