package transformer

import (
	"context"
	"fmt"

	"github.com/tamis-moderation/tamis/classifier/transformer/graph"
	"github.com/tamis-moderation/tamis/classifier/transformer/ort"
	"github.com/tamis-moderation/tamis/classifier/weights"
)

// nativeEngine is ONNX Runtime with the weights in it.
type nativeEngine struct {
	library *ort.Library
	session *ort.Session
	longest int // tokens
	// alone gives each row a call of its own. In eight bits a call's rows share
	// one scale: together, a text would score otherwise beside other neighbours.
	alone bool
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
	return &nativeEngine{library: library, session: session, longest: b.Manifest.MaxTokens, alone: p == graph.INT8}, nil
}

func (e *nativeEngine) run(ctx context.Context, rows [][]uint32) ([][]float32, error) {
	if err := checkRows(rows, e.longest); err != nil {
		return nil, err
	}
	if !e.alone {
		return e.session.Run(ctx, rows)
	}
	out := make([][]float32, len(rows))
	for i := range rows {
		one, err := e.session.Run(ctx, rows[i:i+1])
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
		out[i] = one[0]
	}
	return out, nil
}

func (e *nativeEngine) close() {
	e.session.Close()
	e.library.Close()
}
