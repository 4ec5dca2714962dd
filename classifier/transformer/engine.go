package transformer

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend" // the pure Go backend
	"github.com/gomlx/gomlx/core/graph"
	mlmodel "github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/onnx-gomlx/onnx"
	"github.com/gomlx/onnx-gomlx/onnx/parser"
	"github.com/knights-analytics/hugot/backends"

	onnxgraph "github.com/tamis-moderation/tamis/classifier/transformer/graph"
	"github.com/tamis-moderation/tamis/classifier/weights"
)

// The shapes that texts are padded to. One compiled graph a pair is kept for
// ever, so there are few of them.
var (
	batchBuckets    = []int{1, 2, 4, 8, 16}
	sequenceBuckets = []int{8, 16, 24, 32, 48, 64, 96}
)

const (
	maxBatch = 16
	// batchTokens is how many tokens a batch holds: larger ones get no more done
	// in a second, and let a caller with one short text wait for longer.
	batchTokens = 256
)

// engine computes raw outputs. One call uses one thread; calls run side by side.
type engine interface {
	// run gives one row of raw outputs for each row of ids. There must be 1 to
	// maxBatch rows, none empty, none over the longest.
	run(ctx context.Context, rows [][]uint32) ([][]float32, error)
	close()
}

// goEngine is hugot's Go backend with the weights in it, fed at its stages: its
// own loader wants files, its own tokenizer is quadratic and takes a user's
// "[SEP]" for the real one.
type goEngine struct {
	pipeline *backends.BasePipeline
	longest  int // tokens
}

func newGoEngine(ctx context.Context, b *weights.Bundle) (e *goEngine, err error) {
	defer recoverAs(&err)
	spelled, err := onnxgraph.SpellErf(b)
	if err != nil {
		return nil, err
	}
	onnxModel, err := parser.Parse(spelled)
	if err != nil {
		return nil, fmt.Errorf("parse the graph: %w", err)
	}
	onnxModel = onnxModel.WithExternalDataReader(tensorReader{b})
	store := mlmodel.NewStore()
	if err := onnxModel.VariablesToScope(store.RootScope()); err != nil {
		return nil, fmt.Errorf("load the tensors: %w", err)
	}
	backend, err := singleThreaded()
	if err != nil {
		return nil, err
	}
	model, err := describe(onnxModel)
	if err != nil {
		return nil, err
	}
	outputs, _ := onnxModel.Outputs()
	call := func(scope *mlmodel.Scope, inputs []*graph.Node) []*graph.Node {
		named := map[string]*graph.Node{}
		for i, meta := range model.InputsMeta {
			named[meta.Name] = inputs[i]
		}
		return onnxModel.CallGraph(scope, inputs[0].Graph(), named, outputs...)
	}
	exec, err := mlmodel.NewExec(backend, store, call)
	if err != nil {
		return nil, fmt.Errorf("prepare the graph: %w", err)
	}
	sequences := bucketsUpTo(b.Manifest.MaxTokens)
	shapes := len(batchBuckets) * len(sequences)
	exec.SetMaxCache(shapes)
	model.GoMLXModel = &backends.GoMLXModel{
		Backend: backend, OnnxModel: onnxModel, Store: store, Scope: store.RootScope(), Exec: exec, Call: call,
		BatchBuckets: batchBuckets, SequenceBuckets: sequences, MaxCache: shapes,
		Destroy: func() { exec.Finalize(); store.Finalize(); backend.Finalize() },
	}
	// The work must not be left behind half done when a caller gives up: hugot
	// would answer at once and go on computing beside the next caller.
	p := &backends.BasePipeline{Model: model, Runtime: "GO", SessionContext: context.WithoutCancel(ctx)}
	return &goEngine{pipeline: p, longest: b.Manifest.MaxTokens}, nil
}

// run refuses what the backend would die of (an empty batch) or fail as a whole.
func (e *goEngine) run(ctx context.Context, rows [][]uint32) (out [][]float32, err error) {
	defer recoverAs(&err)
	if err := checkRows(rows, e.longest); err != nil {
		return nil, err
	}
	batch := newBatch(rows)
	if err := backends.CreateInputTensors(batch, e.pipeline.Model, e.pipeline.Runtime); err != nil {
		return nil, fmt.Errorf("prepare the batch: %w", err)
	}
	defer func() { err = errors.Join(err, batch.Destroy()) }()
	if err := backends.RunSessionOnBatch(context.WithoutCancel(ctx), batch, e.pipeline); err != nil {
		return nil, fmt.Errorf("run the batch: %w", err)
	}
	if len(batch.OutputValues) != 1 {
		return nil, fmt.Errorf("the graph gave %d outputs, not 1", len(batch.OutputValues))
	}
	out, ok := batch.OutputValues[0].([][]float32)
	if !ok || len(out) != len(rows) {
		return nil, fmt.Errorf("the graph gave %T, not a row of numbers for each of %d texts", batch.OutputValues[0], len(rows))
	}
	return out, nil
}

// checkRows refuses what no engine is given.
func checkRows(rows [][]uint32, longest int) error {
	if len(rows) == 0 || len(rows) > maxBatch {
		return fmt.Errorf("a batch of %d texts is not between 1 and %d", len(rows), maxBatch)
	}
	for _, ids := range rows {
		if len(ids) == 0 || len(ids) > longest {
			return fmt.Errorf("a text of %d tokens is not between 1 and %d", len(ids), longest)
		}
	}
	return nil
}

func newBatch(rows [][]uint32) *backends.PipelineBatch {
	batch := backends.NewBatch(len(rows))
	for _, ids := range rows {
		mask := make([]uint32, len(ids))
		for i := range mask {
			mask[i] = 1
		}
		batch.Input = append(batch.Input, backends.TokenizedInput{TokenIDs: ids, AttentionMask: mask})
		batch.MaxSequenceLength = max(batch.MaxSequenceLength, len(ids))
	}
	return batch
}

func (e *goEngine) close() { e.pipeline.Model.GoMLXModel.Destroy() }

// describe tells hugot the graph's inputs and outputs.
func describe(m onnx.Model) (*backends.Model, error) {
	model := &backends.Model{}
	names, shapes := m.Inputs()
	for i, name := range names {
		if name != "input_ids" && name != "attention_mask" {
			return nil, fmt.Errorf("the graph has an input %q; input_ids and attention_mask are known", name)
		}
		model.InputsMeta = append(model.InputsMeta, backends.InputOutputInfo{Name: name, Dimensions: dimensions(shapes[i].Dimensions)})
	}
	names, shapes = m.Outputs()
	for i, name := range names {
		model.OutputsMeta = append(model.OutputsMeta, backends.InputOutputInfo{Name: name, Dimensions: dimensions(shapes[i].Dimensions)})
	}
	if len(model.InputsMeta) != 2 || len(model.OutputsMeta) != 1 {
		return nil, fmt.Errorf("the graph has %d inputs and %d outputs, not 2 and 1", len(model.InputsMeta), len(model.OutputsMeta))
	}
	return model, nil
}

func dimensions(dims []int) backends.Shape {
	shape := make(backends.Shape, len(dims))
	for i, d := range dims {
		shape[i] = int64(d)
	}
	return shape
}

// singleThreaded makes a backend that computes on the caller's own thread:
// several callers with one thread each get more done than one with several, and
// a panic stays where it can be recovered. The backend's own option for this
// prints to standard output, hence the detour to its pool of workers.
func singleThreaded() (compute.Backend, error) {
	backend, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		return nil, fmt.Errorf("start the backend: %w", err)
	}
	field := reflect.ValueOf(backend).Elem().FieldByName("Workers")
	if !field.IsValid() {
		return nil, errors.New("start the backend: its pool of workers is not where it was")
	}
	pool, ok := reflect.TypeAssert[interface{ SetMaxParallelism(workers int) }](field)
	if !ok {
		return nil, errors.New("start the backend: its pool of workers can't be limited")
	}
	pool.SetMaxParallelism(0)
	return backend, nil
}

// bucketsUpTo gives the sequence buckets for weights that take limit tokens.
func bucketsUpTo(limit int) []int {
	var buckets []int
	for _, b := range sequenceBuckets {
		if b < limit {
			buckets = append(buckets, b)
		}
	}
	return append(buckets, limit)
}

// tensorReader hands the bundle's tensors to the graph, widened on the way.
type tensorReader struct{ bundle *weights.Bundle }

// ReadInto implements onnx.ExternalDataReader.
func (r tensorReader) ReadInto(info onnx.ExternalDataInfo, out []byte) error {
	return r.bundle.ReadTensor(info.Offset, out)
}

// Close implements onnx.ExternalDataReader.
func (tensorReader) Close() error { return nil }

// recoverAs turns a panic of the backend into an error.
func recoverAs(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the backend panicked: %v", r)
	}
}
