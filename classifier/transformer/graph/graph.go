// Package graph writes the ONNX file of a bundle for a runtime that wants it
// whole: with its tensors, in single precision or with eight-bit matrices. It
// owns the edits of the graph and refuses to run it.
package graph

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tamis-moderation/tamis/classifier/weights"
)

// Precision is what the large matrices are multiplied in.
type Precision string

// The precisions.
const (
	FP32 Precision = "fp32"
	INT8 Precision = "int8"
)

// Write gives the bundle's ONNX file. In [INT8] the matrices are rounded here,
// so that any bundle has both precisions and none carries its weights twice.
func Write(b *weights.Bundle, p Precision) ([]byte, error) {
	f, err := read(b)
	if err != nil {
		return nil, fmt.Errorf("read the graph: %w", err)
	}
	f.keepHalf()
	switch p {
	case FP32, "":
	case INT8:
		if err := f.quantise(); err != nil {
			return nil, fmt.Errorf("quantise the graph: %w", err)
		}
	default:
		return nil, fmt.Errorf("%q is no precision", p)
	}
	f.dropRanges()
	return f.bytes()
}

// file is an ONNX model whose float tensors lie in the bundle.
type file struct {
	bundle  *weights.Bundle
	around  []byte // the model's fields beside the graph
	rest    []byte // the graph's fields beside nodes and tensors
	nodes   []node
	tensors []tensor
}

// node is one operation. One that is made here has no raw message.
type node struct {
	raw     []byte
	op      string
	inputs  []string
	outputs []string
	extra   []byte // attributes, of one that is made here
}

// tensor is one stored value. Its values are in the message, or in the bundle,
// or were made here.
type tensor struct {
	raw  []byte // the message, without name, shape, type and values where these are elsewhere
	name string
	dims []int64
	kind uint64

	stored bool // in the bundle, at begin
	begin  int64
	values []byte // made here
}

// size is how many numbers the tensor holds. A shape beyond any weights stays
// below what a product could turn around at.
func (t *tensor) size() int64 {
	const beyond = 1 << 31
	n := int64(1)
	for _, d := range t.dims {
		n = min(n*d, beyond)
	}
	return n
}

func read(b *weights.Bundle) (*file, error) {
	f := &file{bundle: b}
	err := each(b.Graph, func(num protowire.Number, field, value []byte) error {
		if num == modelGraph {
			return f.readGraph(value)
		}
		f.around = append(f.around, field...)
		return nil
	})
	if err == nil && len(f.nodes) == 0 {
		err = fmt.Errorf("it holds no operation")
	}
	return f, err
}

func (f *file) readGraph(msg []byte) error {
	return each(msg, func(num protowire.Number, field, value []byte) error {
		switch num {
		case graphNode:
			n, err := readNode(value)
			f.nodes = append(f.nodes, n)
			return err
		case graphInitializer:
			t, err := readTensor(value)
			if err == nil && t.stored {
				_, err = f.bundle.HalfTensor(t.begin, t.size())
			}
			f.tensors = append(f.tensors, t)
			return err
		default:
			f.rest = append(f.rest, field...)
			return nil
		}
	})
}

func readNode(msg []byte) (node, error) {
	n := node{raw: msg}
	err := each(msg, func(num protowire.Number, _, value []byte) error {
		switch num {
		case nodeInput:
			n.inputs = append(n.inputs, string(value))
		case nodeOutput:
			n.outputs = append(n.outputs, string(value))
		case nodeOp:
			n.op = string(value)
		}
		return nil
	})
	return n, err
}

func readTensor(msg []byte) (tensor, error) {
	t := tensor{raw: msg}
	var length int64
	err := each(msg, func(num protowire.Number, _, value []byte) (err error) {
		switch num {
		case tensorName:
			t.name = string(value)
		case tensorType:
			t.kind, _ = protowire.ConsumeVarint(value)
		case tensorDims:
			t.dims, err = appendDims(t.dims, value)
		case tensorLocation:
			v, _ := protowire.ConsumeVarint(value)
			t.stored = v == locationExternal
		case tensorExternal:
			err = readEntry(value, &t.begin, &length)
		}
		return err
	})
	if err == nil && t.stored && (t.kind != typeFloat || slices.Min(append(t.dims, 1)) < 1 || length != 2*t.size()) {
		err = fmt.Errorf("tensor %q: %d bytes are stored for a shape of %v", t.name, length, t.dims)
	}
	return t, err
}

// uses counts how often a value is read by operations, and how often as input
// number at of operations called op.
func (f *file) uses(name, op string, at int) (all, such int) {
	for i := range f.nodes {
		for j, in := range f.nodes[i].inputs {
			if in != name {
				continue
			}
			all++
			if f.nodes[i].op == op && j == at {
				such++
			}
		}
	}
	return all, such
}

// readers counts how often a value is read.
func (f *file) readers(name string) int {
	all, _ := f.uses(name, "", 0)
	return all
}

// keepHalf leaves tables that are only looked up in half precision: a row is
// widened when it is read, which gives the same numbers from half the memory.
func (f *file) keepHalf() {
	for i := range f.tensors {
		t := &f.tensors[i]
		all, looked := f.uses(t.name, "Gather", 0)
		if !t.stored || len(t.dims) != 2 || all == 0 || all != looked {
			continue
		}
		t.kind = typeHalf
		for j := 0; j < len(f.nodes); j++ {
			n := f.nodes[j]
			if n.op != "Gather" || n.inputs[0] != t.name {
				continue
			}
			out := n.outputs[0]
			f.nodes[j] = n.renamed(out, out+"/half")
			f.nodes = slices.Insert(f.nodes, j+1, cast(out+"/half", out, typeFloat))
		}
	}
}
