package graph

import (
	"encoding/binary"
	"math"
	"testing"
)

func TestErrorFunctionSpelledOut(t *testing.T) {
	t.Parallel()
	b := shipped(t)
	raw, err := SpellErf(b)
	if err != nil {
		t.Fatal(err)
	}
	before, after := reread(t, b.Graph), reread(t, raw)
	if was, is := count(before, "Erf"), count(after, "Erf"); was == 0 || is != 0 {
		t.Errorf("%d error functions became %d", was, is)
	}
	before.dropRanges()
	made := len(after.tensors)
	if after.dropRanges(); len(after.tensors) != made {
		t.Error("it keeps the ranges, which nothing here reads")
	}
	for i := range before.tensors {
		if is := tensorOf(t, after, before.tensors[i].name); string(is.raw) != string(before.tensors[i].raw) {
			t.Errorf("tensor %q changed", is.name)
		}
	}
}

func TestErrorFunction(t *testing.T) {
	t.Parallel()
	f := &file{}
	nodes := f.erf("x", "y")
	constants := map[string]float32{}
	for i := range f.tensors {
		constants[f.tensors[i].name] = math.Float32frombits(binary.LittleEndian.Uint32(f.tensors[i].values))
	}
	for x := -6.0; x <= 6; x += 1.0 / 128 {
		values := map[string]float32{"x": float32(x)}
		for _, n := range nodes {
			in := make([]float32, len(n.inputs))
			for k, name := range n.inputs {
				c, constant := constants[name]
				v, known := values[name]
				if constant == known {
					t.Fatalf("%s reads %q, which is not there once", n.op, name)
				}
				in[k] = c + v
			}
			values[n.outputs[0]] = map[string]func() float32{
				"Clip": func() float32 { return max(in[1], min(in[2], in[0])) },
				"Mul":  func() float32 { return in[0] * in[1] },
				"Add":  func() float32 { return in[0] + in[1] },
				"Div":  func() float32 { return in[0] / in[1] },
			}[n.op]()
		}
		if got, want := float64(values["y"]), math.Erf(x); !(math.Abs(got-want) < 5e-7) {
			t.Errorf("erf(%g) = %g, want %g", x, got, want)
		}
	}
}
