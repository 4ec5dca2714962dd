package graph

import (
	"fmt"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// The field numbers and values of ONNX's protocol buffers that matter here.
const (
	modelOpset       = 8
	modelGraph       = 7
	opsetDomain      = 1
	opsetVersion     = 2
	graphNode        = 1
	graphInitializer = 5
	nodeInput        = 1
	nodeOutput       = 2
	nodeName         = 3
	nodeOp           = 4
	nodeAttribute    = 5
	nodeDomain       = 7
	attributeName    = 1
	attributeInt     = 3
	attributeType    = 20
	attributeIsInt   = 2
	tensorDims       = 1
	tensorType       = 2
	tensorName       = 8
	tensorRaw        = 9
	tensorExternal   = 13
	tensorLocation   = 14
	typeFloat        = 1
	typeUint8        = 2
	typeInt8         = 3
	typeHalf         = 10
	locationExternal = 1
)

// each gives every field of a message: whole, and its value without the tag
// (of bytes also without their length).
func each(msg []byte, give func(num protowire.Number, field, value []byte) error) error {
	for len(msg) > 0 {
		num, typ, tag := protowire.ConsumeTag(msg)
		if tag < 0 {
			return protowire.ParseError(tag)
		}
		size := protowire.ConsumeFieldValue(num, typ, msg[tag:])
		if size < 0 {
			return protowire.ParseError(size)
		}
		field, value := msg[:tag+size], msg[tag:tag+size]
		if typ == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(value)
		}
		if err := give(num, field, value); err != nil {
			return err
		}
		msg = msg[tag+size:]
	}
	return nil
}

// appendDims reads a dimension, or several that are packed in one field: they
// look the same, as one varint after the other.
func appendDims(dims []int64, value []byte) ([]int64, error) {
	for len(value) > 0 {
		v, n := protowire.ConsumeVarint(value)
		if n < 0 {
			return nil, protowire.ParseError(n)
		}
		if v > math.MaxInt32 {
			return nil, fmt.Errorf("a dimension of %d is too large", v)
		}
		dims, value = append(dims, int64(v)), value[n:]
	}
	return dims, nil
}

// readEntry reads a pair of the place where a tensor is stored.
func readEntry(msg []byte, offset, length *int64) error {
	var key, text string
	err := each(msg, func(num protowire.Number, _, value []byte) error {
		if num == 1 {
			key = string(value)
		} else {
			text = string(value)
		}
		return nil
	})
	into := map[string]*int64{"offset": offset, "length": length}[key]
	if err != nil || into == nil {
		return err
	}
	*into, err = strconv.ParseInt(text, 10, 64)
	return err
}

// renamed gives the node with another name for an output.
func (n node) renamed(from, to string) node {
	var raw []byte
	// What was read before can be read again.
	_ = each(n.raw, func(num protowire.Number, field, value []byte) error {
		if num == nodeOutput && string(value) == from {
			raw = appendString(raw, nodeOutput, to)
			return nil
		}
		raw = append(raw, field...)
		return nil
	})
	n.raw, n.outputs = raw, []string{to}
	return n
}

// operation makes a node with one output, named after it.
func operation(op string, inputs []string, outputs ...string) node {
	return node{op: op, inputs: inputs, outputs: outputs}
}

// foreign makes one that the standard doesn't know.
func foreign(op string, inputs []string, output string) node {
	n := operation(op, inputs, output)
	n.extra = appendString(nil, nodeDomain, microsoft)
	return n
}

// cast makes a node that turns numbers into another kind.
func cast(from, to string, kind uint64) node {
	n := operation("Cast", []string{from}, to)
	var a []byte
	a = appendString(a, attributeName, "to")
	a = appendInt(a, attributeInt, kind)
	a = appendInt(a, attributeType, attributeIsInt)
	n.extra = appendBytes(nil, nodeAttribute, a)
	return n
}

func (n node) message() []byte {
	if n.raw != nil {
		return n.raw
	}
	var out []byte
	for _, in := range n.inputs {
		out = appendString(out, nodeInput, in)
	}
	for _, o := range n.outputs {
		out = appendString(out, nodeOutput, o)
	}
	out = appendString(out, nodeName, n.outputs[0]+"/node")
	out = appendString(out, nodeOp, n.op)
	return append(out, n.extra...)
}

// bytes writes the file.
func (f *file) bytes() ([]byte, error) {
	size := len(f.rest)
	for i := range f.nodes {
		f.nodes[i].raw = f.nodes[i].message()
		size += fieldSize(graphNode, len(f.nodes[i].raw))
	}
	heads := make([][]byte, len(f.tensors))
	for i := range f.tensors {
		heads[i] = f.tensors[i].head()
		size += fieldSize(graphInitializer, f.tensors[i].messageSize(heads[i]))
	}
	out := make([]byte, 0, len(f.around)+fieldSize(modelGraph, size))
	out = append(out, f.around...)
	out = protowire.AppendTag(out, modelGraph, protowire.BytesType)
	out = protowire.AppendVarint(out, uint64(size))
	for i := range f.nodes {
		out = appendBytes(out, graphNode, f.nodes[i].raw)
	}
	for i := range f.tensors {
		t := &f.tensors[i]
		out = protowire.AppendTag(out, graphInitializer, protowire.BytesType)
		out = protowire.AppendVarint(out, uint64(t.messageSize(heads[i])))
		out = append(out, heads[i]...)
		var err error
		if out, err = f.appendValues(out, t); err != nil {
			return nil, err
		}
	}
	return append(out, f.rest...), nil
}

// head is the tensor's message without values that are elsewhere.
func (t *tensor) head() []byte {
	if !t.stored && t.values == nil {
		return t.raw
	}
	var out []byte
	for _, d := range t.dims {
		out = appendInt(out, tensorDims, uint64(d))
	}
	out = appendInt(out, tensorType, t.kind)
	return appendString(out, tensorName, t.name)
}

func (t *tensor) messageSize(head []byte) int {
	n := t.valueSize()
	if n == 0 {
		return len(head)
	}
	return len(head) + fieldSize(tensorRaw, n)
}

// valueSize is how many bytes the values take that are not in the message.
func (t *tensor) valueSize() int {
	switch {
	case t.values != nil:
		return len(t.values)
	case !t.stored:
		return 0
	case t.kind == typeHalf:
		return int(2 * t.size())
	default:
		return int(4 * t.size())
	}
}

func (f *file) appendValues(out []byte, t *tensor) ([]byte, error) {
	n := t.valueSize()
	if n == 0 {
		return out, nil
	}
	out = protowire.AppendTag(out, tensorRaw, protowire.BytesType)
	out = protowire.AppendVarint(out, uint64(n))
	if t.values != nil {
		return append(out, t.values...), nil
	}
	if t.kind == typeHalf {
		half, err := f.bundle.HalfTensor(t.begin, t.size())
		return append(out, half...), err
	}
	begin := len(out)
	out = out[:begin+n] // the file was measured: there is room
	return out, f.bundle.ReadTensor(t.begin, out[begin:])
}

func fieldSize(num protowire.Number, n int) int {
	return protowire.SizeTag(num) + protowire.SizeBytes(n)
}

func appendBytes(out []byte, num protowire.Number, value []byte) []byte {
	out = protowire.AppendTag(out, num, protowire.BytesType)
	return protowire.AppendBytes(out, value)
}

func appendString(out []byte, num protowire.Number, value string) []byte {
	out = protowire.AppendTag(out, num, protowire.BytesType)
	return protowire.AppendString(out, value)
}

func appendInt(out []byte, num protowire.Number, value uint64) []byte {
	out = protowire.AppendTag(out, num, protowire.VarintType)
	return protowire.AppendVarint(out, value)
}
