package transformer

import (
	"context"

	"github.com/tamis-moderation/tamis/classifier/transformer/graph"
	"github.com/tamis-moderation/tamis/classifier/transformer/ort"
	"github.com/tamis-moderation/tamis/classifier/weights"
)

// nativeEngine is ONNX Runtime with the weights in it.
type nativeEngine struct {
	library *ort.Library
	session *ort.Session
	longest int // tokens
}

func newNativeEngine(b *weights.Bundle, path string, p graph.Precision) (*nativeEngine, error) {
	library, err := ort.Open(path)
	if err != nil {
		return nil, err
	}
	model, err := graph.Write(b, p)
	if err != nil {
		library.Close()
		return nil, err
	}
	session, err := library.Session(model)
	if err != nil {
		library.Close()
		return nil, err
	}
	return &nativeEngine{library: library, session: session, longest: b.Manifest.MaxTokens}, nil
}

func (e *nativeEngine) run(ctx context.Context, rows [][]uint32) ([][]float32, error) {
	if err := checkRows(rows, e.longest); err != nil {
		return nil, err
	}
	return e.session.Run(ctx, rows)
}

func (e *nativeEngine) close() {
	e.session.Close()
	e.library.Close()
}
