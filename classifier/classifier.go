// Package classifier turns texts into assessments: scores a label, the words
// of the lexicon, the language. It owns how the voices are combined and what
// is said when the best of them is missing; it refuses policy (what to do
// about a score) and never loads weights itself: the transformer is handed in.
package classifier

import (
	"context"

	"github.com/tamis-moderation/tamis/models"
)

// Input is one text to be judged. Lang is BCP 47; empty or "und" = not known.
type Input struct {
	Text string
	Lang string
}

// Scorer gives calibrated probabilities for texts. It is safe for concurrent
// use and answers with one [models.Scores] an input, in order, or an error for
// the batch as a whole.
type Scorer interface {
	Score(ctx context.Context, inputs []Input) ([]models.Scores, error)
	// Weights names what is behind the scores.
	Weights() models.WeightsRef
}

// Lexicon finds listed words in a text, see package lexicon.
type Lexicon interface {
	Scorer
	// Find gives the words found in a text, in order. A language that is not
	// known looks in every list.
	Find(text, lang string) []models.WordHit
}

// Detector guesses the language of a text: "fr", "en" or "und".
type Detector interface {
	Detect(text string) string
}
