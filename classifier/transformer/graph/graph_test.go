package graph

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tamis-moderation/tamis/classifier/weights"
)

func shipped(t testing.TB) *weights.Bundle {
	t.Helper()
	b, err := weights.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// reread parses what was written. Its tensors hold their values themselves.
func reread(t *testing.T, raw []byte) *file {
	t.Helper()
	b := *shipped(t)
	b.Graph = raw
	f, err := read(&b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func valuesOf(t *testing.T, msg []byte) []byte {
	t.Helper()
	var out []byte
	err := each(msg, func(num protowire.Number, _, value []byte) error {
		if num == tensorRaw {
			out = value
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func count(f *file, op string) int {
	n := 0
	for i := range f.nodes {
		if f.nodes[i].op == op {
			n++
		}
	}
	return n
}

func tensorOf(t *testing.T, f *file, name string) *tensor {
	t.Helper()
	i := slices.IndexFunc(f.tensors, func(t tensor) bool { return t.name == name })
	if i < 0 {
		t.Fatalf("no tensor %q", name)
	}
	return &f.tensors[i]
}

func TestWholeFileHoldsEveryValue(t *testing.T) {
	t.Parallel()
	b := shipped(t)
	before := reread(t, b.Graph)
	raw, err := Write(b, FP32)
	if err != nil {
		t.Fatal(err)
	}
	after := reread(t, raw)
	before.dropRanges()
	if len(after.tensors) != len(before.tensors) || string(after.around) != string(before.around) || string(after.rest) != string(before.rest) {
		t.Fatal("something was lost or added beside the values")
	}
	halves := 0
	for i := range before.tensors {
		was, is := &before.tensors[i], &after.tensors[i]
		if is.stored || is.name != was.name || !slices.Equal(is.dims, was.dims) {
			t.Fatalf("%q became %q %v, stored %v", was.name, is.name, is.dims, is.stored)
		}
		got := valuesOf(t, is.raw)
		if !was.stored {
			if string(valuesOf(t, was.raw)) != string(got) {
				t.Errorf("%q: values of the graph's own differ", was.name)
			}
			continue
		}
		if is.kind == typeHalf {
			halves++
			want, err := b.HalfTensor(was.begin, was.size())
			if err != nil || string(want) != string(got) {
				t.Errorf("%q: half values differ, %v", was.name, err)
			}
			continue
		}
		want := make([]byte, 4*was.size())
		if err := b.ReadTensor(was.begin, want); err != nil || string(want) != string(got) {
			t.Errorf("%q: values differ, %v", was.name, err)
		}
	}
	if halves == 0 || count(after, "Cast") != count(before, "Cast")+halves {
		t.Errorf("%d tables in half precision, %d casts more", halves, count(after, "Cast")-count(before, "Cast"))
	}
}

func TestEightBits(t *testing.T) {
	t.Parallel()
	b := shipped(t)
	before := reread(t, b.Graph)
	raw, err := Write(b, INT8)
	if err != nil {
		t.Fatal(err)
	}
	after := reread(t, raw)
	made := count(after, "MatMulIntegerToFloat")
	if made == 0 || made+count(after, "MatMul") != count(before, "MatMul") {
		t.Fatalf("%d of %d multiplications are in eight bits, %d are left", made, count(before, "MatMul"), count(after, "MatMul"))
	}
	if n := count(after, "QuantizeLinear"); n == 0 || n >= made {
		t.Errorf("%d inputs are rounded for %d multiplications: those that share one should share that too", n, made)
	}
	// What weighs a text's tokens has no bias.
	if n := count(before, "Add") - count(after, "Add"); n != made-1 {
		t.Errorf("%d of %d multiplications take their bias in", n, made-1)
	}
	for _, n := range after.nodes {
		if n.op == "MatMulIntegerToFloat" {
			compareRounded(t, b, tensorOf(t, before, n.inputs[1]), n.inputs[0], after)
		}
	}
}

// compareRounded holds a rounded matrix, with what its input is divided by,
// against the one it stands for.
func compareRounded(t *testing.T, b *weights.Bundle, was *tensor, input string, after *file) {
	t.Helper()
	want := make([]byte, 4*was.size())
	if err := b.ReadTensor(was.begin, want); err != nil {
		t.Fatal(err)
	}
	number := func(raw []byte, k int) float64 {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*k:])))
	}
	steps := valuesOf(t, tensorOf(t, after, was.name).raw)
	scales := valuesOf(t, tensorOf(t, after, was.name+"/scale").raw)
	narrow := valuesOf(t, tensorOf(t, after, strings.TrimSuffix(input, "/steps")+"/narrow").raw)
	columns := int(was.dims[1])
	for k, s := range steps {
		step, scale := float64(int8(s)), number(scales, k%columns)
		even := number(want, k) / number(narrow, k/columns)
		if math.Abs(step) > maxStep || math.Abs(step*scale-even) > 0.5001*scale {
			t.Fatalf("%q, value %d: %g × %g stands for %g", was.name, k, step, scale, even)
		}
	}
}

// toy is a graph of one multiplication with a stored matrix of 2 × 3, whose
// input has ranges for so many units.
func toy(version uint64, dims []int64, length string, units int) []byte {
	g := appendBytes(nil, graphNode, operation("MatMul", []string{"x", "m"}, "y").message())
	g = appendBytes(g, graphInitializer, toyTensor("m", dims, length))
	for _, name := range []string{"x" + leastOf, "x" + mostOf} {
		g = appendBytes(g, graphInitializer, toyTensor(name, []int64{int64(units)}, strconv.Itoa(2*units)))
	}
	return appendBytes(appendBytes(nil, modelOpset, appendInt(nil, opsetVersion, version)), modelGraph, g)
}

func toyTensor(name string, dims []int64, length string) []byte {
	var m []byte
	for _, d := range dims {
		m = appendInt(m, tensorDims, uint64(d))
	}
	m = appendInt(m, tensorType, typeFloat)
	m = appendString(m, tensorName, name)
	for key, value := range map[string]string{"location": "tensors.f16", "offset": "0", "length": length} {
		m = appendBytes(m, tensorExternal, appendString(appendString(nil, 1, key), 2, value))
	}
	return appendInt(m, tensorLocation, locationExternal)
}

func TestGraphsThatLie(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		graph []byte
		says  string
	}{
		"no graph at all":                 {nil, "no operation"},
		"bytes that are none":             {[]byte{0xff}, "read the graph"},
		"a length that isn't the shape's": {toy(17, []int64{2, 3}, "10", 2), "10 bytes are stored"},
		"a length that is no number":      {toy(17, []int64{2, 3}, "many", 2), "many"},
		"an empty dimension":              {toy(17, []int64{0, 3}, "0", 2), "0 bytes are stored"},
		"a huge dimension":                {toy(17, []int64{1 << 40, 3}, "12", 2), "too large"},
		"values beyond the file":          {toy(17, []int64{1_000_000_000, 2}, "4000000000", 2), "no tensor of"},
		"no ranges of the input":          {toy(17, []int64{2, 3}, "12", 3), "which range"},
		"operators of old":                {toy(9, []int64{2, 3}, "12", 2), "older than 10"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := shipped(t)
			b.Graph = tt.graph
			if _, err := Write(b, INT8); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
	b := shipped(t)
	b.Graph = toy(17, []int64{2, 3}, "12", 2)
	if _, err := Write(b, INT8); err != nil {
		t.Errorf("the same in order: %v", err)
	}
	if _, err := Write(b, "int4"); err == nil {
		t.Error("a precision that is none was taken")
	}
}

// FuzzWrite reads graphs that may be anything: an error is fine, a panic or a
// file of another size than announced is not.
func FuzzWrite(f *testing.F) {
	f.Add(toy(17, []int64{2, 3}, "12", 2))
	f.Add(toy(17, []int64{3}, "6", 2))
	f.Add([]byte{})
	bundle := shipped(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		b := *bundle
		b.Graph = raw
		for _, p := range []Precision{FP32, INT8} {
			if out, err := Write(&b, p); err == nil {
				reread(t, out)
			}
		}
	})
}
