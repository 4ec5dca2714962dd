package main

import (
	"context"
	"errors"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/language"
	"github.com/tamis-moderation/tamis/classifier/lexicon"
	"github.com/tamis-moderation/tamis/classifier/transformer"
)

// voiceOptions say which weights judge and how.
type voiceOptions struct {
	weights string // see openWeights
	data    string // the data folder
	scoring transformer.Options
}

// openVoices loads everything that judges. Weights that can't be trusted leave
// the word lists alone, with the cause: a service that holds what it can't
// judge is better than none.
func openVoices(ctx context.Context, o voiceOptions) (*classifier.Ensemble, error) {
	words, err := lexicon.New()
	if err != nil {
		return nil, err
	}
	detector, err := language.New()
	if err != nil {
		return nil, err
	}
	ensemble := &classifier.Ensemble{
		Lexicon:  classifier.FoldingLexicon{Lexicon: words, Detector: detector},
		Detector: detector,
	}
	scorer, err := openTransformer(ctx, o)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, transformer.ErrRuntime) {
			return nil, err // who asks for a runtime by name wants no other
		}
		ensemble.Degraded = err.Error()
		return ensemble, nil
	}
	ensemble.Runtime = scorer.Runtime()
	ensemble.Transformer = classifier.Folding{Scorer: classifier.SelfTalk{Scorer: scorer}, Detector: detector, Knows: scorer.Knows}
	return ensemble, nil
}

func openTransformer(ctx context.Context, o voiceOptions) (*transformer.Scorer, error) {
	bundle, err := openWeights(o.weights, o.data)
	if err != nil {
		return nil, err
	}
	return transformer.Open(ctx, bundle, o.scoring)
}
