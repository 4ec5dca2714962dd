package classifier

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/normalise"
)

// Undetermined is the language of a text whose language nobody can tell.
const Undetermined = "und"

// Ensemble joins the voices. Transformer may be nil: then the lexicon speaks
// alone and Degraded says why, so that policy can hold what it can't judge.
type Ensemble struct {
	Transformer Scorer
	Lexicon     Lexicon
	Detector    Detector
	Degraded    string // why there is no transformer
	Runtime     Runtime
}

// Weights names what the scores come from.
func (e *Ensemble) Weights() models.WeightsRef { return e.voice().Weights() }

// Assess judges texts, one assessment an input, in order. A language that is
// not given is detected. An error means that the batch as a whole failed, and
// a smaller one may succeed; a panic of a voice is an error too.
func (e *Ensemble) Assess(ctx context.Context, inputs []Input) (out []models.Assessment, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, models.Errorf(models.Internal, "a scorer panicked: %v", r)
		}
	}()
	told := e.prepare(inputs)
	scores, err := e.voice().Score(ctx, told)
	if err != nil {
		return nil, fmt.Errorf("assess: %w", err)
	}
	if err := check(scores, len(inputs)); err != nil {
		return nil, err
	}
	words, err := e.Lexicon.Score(ctx, inputsIn(inputs, told))
	if err != nil {
		return nil, fmt.Errorf("assess: %w", err)
	}
	out = make([]models.Assessment, len(inputs))
	for i, in := range inputs {
		a := models.Assessment{Scores: maps.Clone(scores[i]), Lang: told[i].Lang, Weights: e.Weights()}
		a.Words = e.Lexicon.Find(in.Text, told[i].Lang)
		if e.Transformer == nil {
			a.Degraded = e.degraded()
		} else {
			secondVoice(a.Scores, words[i])
		}
		out[i] = a
	}
	return out, nil
}

// voice is who gives the scores.
func (e *Ensemble) voice() Scorer {
	if e.Transformer == nil {
		return e.Lexicon
	}
	return e.Transformer
}

func (e *Ensemble) degraded() string {
	if e.Degraded == "" {
		return "no transformer"
	}
	return e.Degraded
}

// prepare gives the inputs as the transformer reads them: the language told or
// detected, nothing hidden between the letters.
func (e *Ensemble) prepare(inputs []Input) []Input {
	out := slices.Clone(inputs)
	for i := range out {
		if out[i].Lang == "" || out[i].Lang == Undetermined {
			out[i].Lang = e.Detector.Detect(out[i].Text)
		}
		out[i].Text = normalise.Visible(out[i].Text)
	}
	return out
}

// inputsIn gives the texts as submitted, in the languages found.
func inputsIn(inputs, told []Input) []Input {
	out := slices.Clone(told)
	for i := range out {
		out[i].Text = inputs[i].Text
	}
	return out
}

// check refuses an answer that can't be one.
func check(scores []models.Scores, n int) error {
	if len(scores) != n {
		return models.Errorf(models.Internal, "the scorer gave %d answers for %d texts", len(scores), n)
	}
	for _, s := range scores {
		for l, p := range s {
			if math.IsNaN(p) || p < 0 || p > 1 {
				return models.Errorf(models.Internal, "the scorer gave a %s score that is no probability", l)
			}
		}
	}
	return nil
}
