// Package transformer scores texts with a BERT-like network. It owns the
// tokenizer, the padding, the windows of long texts and the runtimes behind
// them, and is the only room that knows hugot and ONNX Runtime; it refuses
// every other voice, and weights that do not give their golden scores.
package transformer

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/grams"
	"github.com/tamis-moderation/tamis/classifier/transformer/graph"
	"github.com/tamis-moderation/tamis/classifier/weights"
	"github.com/tamis-moderation/tamis/models"
)

// Options are the settings of a scorer.
type Options struct {
	Callers   int             // batches computed side by side, one thread each; 0 = one a core
	Runtime   Runtime         // empty = Go
	Library   string          // file of ONNX Runtime or the folder it lies in; empty = look in the usual places
	Precision graph.Precision // of ONNX Runtime; empty = FP32
}

// Scorer scores texts. It implements [classifier.Scorer].
type Scorer struct {
	manifest  weights.Manifest
	ref       models.WeightsRef
	tokenizer *tokenizer
	engine    engine
	runtime   classifier.Runtime
	grams     *grams.Model // the linear voice beside; nil = none
	sequences []int
	line      *line
}

var _ classifier.Scorer = (*Scorer)(nil)

// Open loads the weights and makes sure that they give their golden scores.
// An error means that they can't be trusted.
func Open(ctx context.Context, b *weights.Bundle, o Options) (*Scorer, error) {
	tok, err := newTokenizer(b.Vocab)
	if err != nil {
		return nil, models.Wrap(models.Invalid, err, "weights "+b.Ref.Name+" can't be loaded")
	}
	linear, err := openGrams(b)
	if err != nil {
		return nil, models.Wrap(models.Invalid, err, "weights "+b.Ref.Name+" can't be loaded")
	}
	if o.Callers <= 0 {
		o.Callers = runtime.GOMAXPROCS(0)
	}
	s := &Scorer{
		manifest: b.Manifest, ref: b.Ref, tokenizer: tok, grams: linear,
		sequences: bucketsUpTo(b.Manifest.MaxTokens), line: &line{slots: make(chan struct{}, o.Callers)},
	}
	if err := s.start(ctx, b, o); err != nil {
		return nil, faultOf(err, b.Ref.Name)
	}
	return s, nil
}

// Runtime tells what computes the scores.
func (s *Scorer) Runtime() classifier.Runtime { return s.runtime }

// Weights names the weights.
func (s *Scorer) Weights() models.WeightsRef { return s.ref }

// Knows reports whether a word in small letters is one of the vocabulary's, whole.
func (s *Scorer) Knows(word string) bool {
	_, ok := s.tokenizer.heads[bare(word)]
	return ok
}

// Close frees the weights. No call may be under way or come after.
func (s *Scorer) Close() { s.engine.close() }

// Score gives the calibrated probabilities of each input. A long text is judged
// in windows and the worst counts, label by label. A text without any token
// scores 0. It stops between batches when ctx ends.
func (s *Scorer) Score(ctx context.Context, inputs []classifier.Input) ([]models.Scores, error) {
	texts, linear := make([][]uint32, len(inputs)), make([][]float64, len(inputs))
	for i, in := range inputs {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("score: %w", err)
		}
		text := prepare(in.Text)
		texts[i], linear[i] = s.tokenizer.ids(text), s.linear(text)
	}
	raw, err := s.raw(ctx, texts)
	if err != nil {
		return nil, fmt.Errorf("score: %w", err)
	}
	scores := make([]models.Scores, len(inputs))
	for i, row := range raw {
		if len(texts[i]) == 0 {
			scores[i] = s.nothing()
			continue
		}
		scores[i] = s.label(row, linear[i], inputs[i].Lang)
	}
	return scores, nil
}

// raw gives the worst raw probability of each output for each text.
func (s *Scorer) raw(ctx context.Context, texts [][]uint32) ([][]float64, error) {
	windows := plan(texts, s.manifest.MaxTokens, s.manifest.Overlap)
	if err := s.compute(ctx, windows); err != nil {
		return nil, err
	}
	out := make([][]float64, len(texts))
	for i := range out {
		out[i] = make([]float64, len(s.manifest.Labels))
	}
	for _, w := range windows {
		for j, logit := range w.scores {
			p, err := probability(logit)
			if err != nil {
				return nil, err
			}
			for _, owner := range w.owners {
				out[owner][j] = max(out[owner][j], p)
			}
		}
	}
	return out, nil
}

// probability is the sigmoid of a raw output, which must be a finite number.
func probability(logit float32) (float64, error) {
	if x := float64(logit); !math.IsNaN(x) && !math.IsInf(x, 0) {
		return 1 / (1 + math.Exp(-x)), nil
	}
	return 0, models.Errorf(models.Internal, "the weights gave a score that is not a number")
}

// compute runs the windows through the network, in as many batches at once as
// there are slots for all callers together.
func (s *Scorer) compute(ctx context.Context, windows []*window) error {
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(cap(s.line.slots))
	for _, batch := range slices.Backward(batches(windows, s.sequences)) {
		if inner.Err() != nil {
			break
		}
		g.Go(func() error { return s.computeBatch(inner, batch) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

func (s *Scorer) computeBatch(ctx context.Context, batch []*window) error {
	rows := make([][]uint32, len(batch))
	longest := 0
	for i, w := range batch {
		rows[i], longest = w.ids, max(longest, len(w.ids))
	}
	at, _ := slices.BinarySearch(s.sequences, longest)
	out, err := s.line.compute(ctx, rows, s.sequences[at])
	if err != nil {
		return err
	}
	for i, w := range batch {
		if len(out[i]) != len(s.manifest.Labels) {
			return fmt.Errorf("the graph gave %d scores a text, the manifest has %d labels", len(out[i]), len(s.manifest.Labels))
		}
		w.scores = out[i]
	}
	return nil
}

// nothing is said of a text without any token.
func (s *Scorer) nothing() models.Scores {
	scores := make(models.Scores, len(s.manifest.Labels))
	for _, l := range s.manifest.Labels {
		if l != "" {
			scores[l] = 0
		}
	}
	return scores
}

// label names the scores of one text and calibrates them.
func (s *Scorer) label(row, linear []float64, lang string) models.Scores {
	scores := make(models.Scores, len(row))
	for j, p := range row {
		if l := s.manifest.Labels[j]; l != "" {
			scores[l] = s.manifest.Calibrate(l, lang, p, linear[j])
		}
	}
	return scores
}
