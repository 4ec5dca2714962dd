package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// The field numbers of ONNX's protocol buffers that matter here.
const (
	modelGraph       = 7
	graphInitializer = 5
	tensorDims       = 1
	tensorType       = 2
	tensorFloats     = 4
	tensorRaw        = 9
	tensorExternal   = 13
	tensorLocation   = 14
	typeFloat        = 1
	locationExternal = 1
)

// tensors collects the float tensors taken out of a graph.
type tensors struct{ half []byte }

// rewrite copies a protocol buffer message, giving each field to edit, which
// answers the bytes that stand in its place.
func rewrite(msg []byte, edit func(num protowire.Number, typ protowire.Type, field, value []byte) ([]byte, error)) ([]byte, error) {
	var out []byte
	for len(msg) > 0 {
		num, typ, tag := protowire.ConsumeTag(msg)
		if tag < 0 {
			return nil, protowire.ParseError(tag)
		}
		size := protowire.ConsumeFieldValue(num, typ, msg[tag:])
		if size < 0 {
			return nil, protowire.ParseError(size)
		}
		field, value := msg[:tag+size], msg[tag:tag+size]
		if typ == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(value)
		}
		edited, err := edit(num, typ, field, value)
		if err != nil {
			return nil, err
		}
		out, msg = append(out, edited...), msg[tag+size:]
	}
	return out, nil
}

// strip takes the float tensors out of an ONNX model.
func (t *tensors) strip(model []byte) ([]byte, error) {
	return rewrite(model, func(num protowire.Number, _ protowire.Type, field, value []byte) ([]byte, error) {
		if num != modelGraph {
			return field, nil
		}
		graph, err := rewrite(value, func(num protowire.Number, _ protowire.Type, field, value []byte) ([]byte, error) {
			if num != graphInitializer {
				return field, nil
			}
			tensor, err := t.stripTensor(value)
			if err != nil {
				return nil, err
			}
			return appendBytes(nil, graphInitializer, tensor), nil
		})
		return appendBytes(nil, modelGraph, graph), err
	})
}

// stripTensor moves a float tensor's values to the half-precision file; other
// tensors (shapes, indices) stay as they are.
func (t *tensors) stripTensor(msg []byte) ([]byte, error) {
	values, isFloat, err := floats(msg)
	if err != nil || !isFloat {
		return msg, err
	}
	out, err := rewrite(msg, func(num protowire.Number, _ protowire.Type, field, _ []byte) ([]byte, error) {
		if num == tensorRaw || num == tensorFloats {
			return nil, nil
		}
		return field, nil
	})
	if err != nil {
		return nil, err
	}
	offset := len(t.half)
	for _, v := range values {
		h, ok := narrow(v)
		if !ok {
			return nil, fmt.Errorf("a weight of %g does not fit half precision", v)
		}
		t.half = binary.LittleEndian.AppendUint16(t.half, h)
	}
	out = appendEntry(out, "location", "tensors.f16")
	out = appendEntry(out, "offset", strconv.Itoa(offset))
	out = appendEntry(out, "length", strconv.Itoa(len(t.half)-offset))
	out = protowire.AppendTag(out, tensorLocation, protowire.VarintType)
	return protowire.AppendVarint(out, locationExternal), nil
}

// floats gives the values of a float tensor that stands in the message itself.
func floats(msg []byte) (values []float32, isFloat bool, err error) {
	_, err = rewrite(msg, func(num protowire.Number, typ protowire.Type, _, value []byte) ([]byte, error) {
		switch {
		case num == tensorType && typ == protowire.VarintType:
			v, _ := protowire.ConsumeVarint(value)
			isFloat = v == typeFloat
		case num == tensorExternal:
			return nil, fmt.Errorf("external data is not supported: save the graph in one file")
		case (num == tensorRaw || num == tensorFloats) && typ == protowire.BytesType:
			for ; len(value) >= 4; value = value[4:] {
				values = append(values, math.Float32frombits(binary.LittleEndian.Uint32(value)))
			}
		}
		return nil, nil
	})
	return values, isFloat, err
}

func appendEntry(out []byte, key, value string) []byte {
	var e []byte
	e = appendBytes(e, 1, []byte(key))
	e = appendBytes(e, 2, []byte(value))
	return appendBytes(out, tensorExternal, e)
}

func appendBytes(out []byte, num protowire.Number, value []byte) []byte {
	out = protowire.AppendTag(out, num, protowire.BytesType)
	return protowire.AppendBytes(out, value)
}
