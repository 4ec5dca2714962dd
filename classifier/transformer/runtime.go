package transformer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/transformer/graph"
	"github.com/tamis-moderation/tamis/classifier/transformer/ort"
	"github.com/tamis-moderation/tamis/classifier/weights"
	"github.com/tamis-moderation/tamis/models"
)

// Runtime says what is asked to compute the scores.
type Runtime string

// The runtimes.
const (
	Auto Runtime = "auto" // ONNX Runtime where it is found and can be trusted, otherwise Go
	Go   Runtime = "go"
	ONNX Runtime = "onnx" // ONNX Runtime or nothing
)

// Native reports whether this build can load ONNX Runtime.
const Native = ort.Supported

// ErrRuntime marks the error of a runtime that was asked for by name and can't
// be had. It says nothing against the weights.
var ErrRuntime = errors.New("ONNX Runtime can't be used")

// How far a raw probability may be from what it must be.
const (
	// Against the golden one: weights are kept in half precision.
	goldenTolerance = 1e-3
	// Against the same weights in another runtime.
	sameTolerance = 1e-4
	// In eight bits: enough to tell rounding from nonsense. That the verdicts
	// are the same is measured on a corpus, see docs/performance.md.
	int8Tolerance = 0.1
)

// start chooses the engine and makes sure that it gives the golden scores.
func (s *Scorer) start(ctx context.Context, b *weights.Bundle, o Options) error {
	texts, err := s.goldenIDs(b.Golden)
	if err != nil {
		return err
	}
	if err := s.testGrams(b.Golden); err != nil {
		return err
	}
	var missing, refused error
	if o.Runtime == Auto || o.Runtime == ONNX {
		missing, refused = s.startNative(ctx, b, o, texts)
		if missing == nil && refused == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		if o.Runtime == ONNX {
			return fmt.Errorf("%w: %w", ErrRuntime, errors.Join(missing, refused))
		}
	}
	if s.engine == nil {
		if err := s.startGo(ctx, b, texts); err != nil {
			return err
		}
	}
	if missing != nil {
		s.runtime.Missing = missing.Error()
	}
	if refused != nil {
		s.runtime.Refused = refused.Error()
	}
	return nil
}

// startGo makes the engine that is always there.
func (s *Scorer) startGo(ctx context.Context, b *weights.Bundle, texts [][]uint32) error {
	e, err := newGoEngine(ctx, b)
	if err != nil {
		return fmt.Errorf("the graph can't be loaded: %w", err)
	}
	s.use(e, classifier.Runtime{Name: string(Go), Precision: string(graph.FP32)})
	raw, err := s.raw(ctx, texts)
	if err == nil {
		err = near(raw, goldenScores(b.Golden), goldenTolerance)
	}
	if err != nil {
		s.dropEngine()
	}
	return err
}

// startNative makes an engine of ONNX Runtime. Where eight bits can't be
// trusted, [Auto] goes on in full precision: then there is an engine, and a
// refusal too.
func (s *Scorer) startNative(ctx context.Context, b *weights.Bundle, o Options, texts [][]uint32) (missing, refused error) {
	if !ort.Supported {
		_, err := ort.Open("")
		return err, nil
	}
	path, err := ort.Find(o.Library, ort.Places())
	if err != nil {
		if o.Library != "" {
			return nil, fmt.Errorf("onnx.library: %w", err) // what was named is expected to be there
		}
		return err, nil
	}
	precisions := []graph.Precision{graph.FP32}
	if o.Precision == graph.INT8 {
		precisions = []graph.Precision{graph.INT8}
		if o.Runtime == Auto {
			precisions = append(precisions, graph.FP32)
		}
	}
	for _, p := range precisions {
		err := s.tryNative(ctx, b, path, p, texts)
		if err == nil {
			return nil, refused
		}
		refused = errors.Join(refused, fmt.Errorf("%s: %w", p, err))
	}
	return nil, refused
}

func (s *Scorer) tryNative(ctx context.Context, b *weights.Bundle, path string, p graph.Precision, texts [][]uint32) error {
	e, err := newNativeEngine(b, path, p)
	if err != nil {
		return err
	}
	s.use(e, classifier.Runtime{Name: string(ONNX), Version: e.library.Version, Library: path, Precision: string(p)})
	raw, err := s.raw(ctx, texts)
	if err == nil {
		err = s.agree(ctx, b, p, texts, raw)
	}
	if err != nil {
		s.dropEngine()
	}
	return err
}

// agree compares raw scores with the golden ones and, where those are further
// off than another runtime may be (half precision moved them), with Go's.
func (s *Scorer) agree(ctx context.Context, b *weights.Bundle, p graph.Precision, texts [][]uint32, raw [][]float64) error {
	golden := goldenScores(b.Golden)
	if p == graph.INT8 {
		return near(raw, golden, int8Tolerance)
	}
	if err := near(raw, golden, goldenTolerance); err != nil || near(raw, golden, sameTolerance) == nil {
		return err
	}
	reference := &Scorer{manifest: s.manifest, sequences: s.sequences, line: &line{slots: make(chan struct{}, cap(s.line.slots))}}
	if err := reference.startGo(ctx, b, texts); err != nil {
		return fmt.Errorf("compare with Go: %w", err)
	}
	defer reference.Close()
	want, err := reference.raw(ctx, texts)
	if err != nil {
		return fmt.Errorf("compare with Go: %w", err)
	}
	return near(raw, want, sameTolerance)
}

func (s *Scorer) use(e engine, r classifier.Runtime) {
	s.engine, s.runtime = e, r
	s.line.run = e.run
}

func (s *Scorer) dropEngine() {
	s.engine.close()
	s.engine, s.runtime = nil, classifier.Runtime{}
}

// goldenIDs gives the ids of the golden texts, which must be the reference's.
func (s *Scorer) goldenIDs(golden []weights.Golden) ([][]uint32, error) {
	texts := make([][]uint32, len(golden))
	for i, g := range golden {
		ids := s.tokenizer.ids(prepare(g.Text))
		texts[i] = ids[:min(len(ids), s.manifest.MaxTokens)] // the reference cuts there
		if !slices.Equal(texts[i], g.IDs) {
			return nil, fmt.Errorf("golden text %d gives other token ids", i)
		}
	}
	return texts, nil
}

func goldenScores(golden []weights.Golden) [][]float64 {
	out := make([][]float64, len(golden))
	for i, g := range golden {
		out[i] = g.Scores
	}
	return out
}

// near refuses scores that are not within tolerance of what they must be.
func near(got, want [][]float64, tolerance float64) error {
	for i := range want {
		if len(want[i]) != len(got[i]) {
			return fmt.Errorf("golden text %d has %d scores, not %d", i, len(want[i]), len(got[i]))
		}
		for j := range want[i] {
			if !(math.Abs(got[i][j]-want[i][j]) <= tolerance) {
				return fmt.Errorf("golden text %d scores %.5f on output %d, not %.5f", i, got[i][j], j, want[i][j])
			}
		}
	}
	return nil
}

// faultOf gives an error of start its kind and its place.
func faultOf(err error, name string) error {
	if errors.Is(err, ErrRuntime) {
		return models.Wrap(models.Unavailable, err, "runtime: onnx is set")
	}
	return models.Wrap(models.Invalid, err, "weights "+name+" can't be trusted")
}
