package graph

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// The largest step of a rounded weight: seven bits, not eight. Processors
// without VNNI add two products in sixteen bits, where eight would overflow and
// the scores depend on the processor.
const maxStep = 64

// evenness is how much of the units' different ranges goes over into the matrix
// before both are rounded; 0 = nothing, 1 = all. That is the migration strength
// of SmoothQuant (Xiao et al., 2023). Of 0, 0.5, 0.7 and 0.8 it moved scores least.
const evenness = 0.7

// leastUnit keeps units that never said anything from being divided by zero.
const leastUnit = 1e-4

// What is said of an input's units stands in tensors named after it.
const leastOf, mostOf = "/least", "/most"

// leastOpset is the first that knows QuantizeLinear.
const leastOpset = 10

// microsoft is the domain of operations that ONNX Runtime has beside the standard's.
const microsoft = "com.microsoft"

// quantise rounds every matrix that texts are multiplied with, column by
// column, and what it is multiplied with, by the range that each of its units
// had on texts of the corpus, see [leastOf]. As the scales are the same for all texts,
// none scores otherwise beside other neighbours.
func (f *file) quantise() error {
	v, err := f.opset()
	if err != nil {
		return err
	}
	if v < leastOpset {
		return fmt.Errorf("operator set %d is older than %d", v, leastOpset)
	}
	inputs, err := f.roundings()
	if err != nil {
		return err
	}
	f.around = appendBytes(f.around, modelOpset, appendInt(appendString(nil, opsetDomain, microsoft), opsetVersion, 1))
	var nodes []node
	added := map[string]bool{} // sums that their product takes in
	for _, n := range f.nodes {
		i := f.matrix(n)
		if i < 0 {
			if len(n.outputs) != 1 || !added[n.outputs[0]] {
				nodes = append(nodes, n)
			}
			continue
		}
		input, matrix := n.inputs[0], f.tensors[i].name
		r := inputs[input]
		if !r.written {
			nodes = append(nodes, f.writeRounding(input, r)...)
		}
		if err := f.round(i, r.even); err != nil {
			return err
		}
		bias, output := f.bias(n.outputs[0], f.tensors[i].dims[1])
		added[output] = bias != ""
		nodes = append(nodes, foreign("MatMulIntegerToFloat",
			[]string{input + "/steps", matrix, input + "/scale", matrix + "/scale", input + "/zero", "", bias}, output))
	}
	f.nodes = nodes
	return nil
}

// roundings finds how each input of a stored matrix is put into eight bits.
func (f *file) roundings() (map[string]*rounding, error) {
	matrices := map[string][]int{} // by input, the tensors that it is multiplied with
	for _, n := range f.nodes {
		if i := f.matrix(n); i >= 0 {
			matrices[n.inputs[0]] = append(matrices[n.inputs[0]], i)
		}
	}
	if len(matrices) == 0 {
		return nil, fmt.Errorf("no text is multiplied with a stored matrix")
	}
	out := map[string]*rounding{}
	for input, behind := range matrices {
		r, err := f.rounding(input, behind)
		if err != nil {
			return nil, err
		}
		out[input] = r
	}
	return out, nil
}

// dropRanges takes out what is only there for eight bits to be found by.
func (f *file) dropRanges() {
	f.tensors = slices.DeleteFunc(f.tensors, func(t tensor) bool {
		return strings.HasSuffix(t.name, leastOf) || strings.HasSuffix(t.name, mostOf)
	})
}

// matrix is the tensor that a node multiplies a text with; -1 = none, or one
// that others read too.
func (f *file) matrix(n node) int {
	if n.op != "MatMul" || len(n.inputs) != 2 || len(n.outputs) != 1 {
		return -1
	}
	if f.readers(n.inputs[1]) != 1 {
		return -1
	}
	return slices.IndexFunc(f.tensors, func(t tensor) bool { return t.name == n.inputs[1] && t.stored && len(t.dims) == 2 })
}

// bias is what a product of so many columns is next added to, and that sum;
// "" and the product where something else reads it.
func (f *file) bias(product string, columns int64) (bias, output string) {
	if f.readers(product) != 1 {
		return "", product
	}
	for _, n := range f.nodes {
		at := slices.Index(n.inputs, product)
		if at >= 0 && n.op == "Add" && len(n.inputs) == 2 && len(n.outputs) == 1 && f.stored(n.inputs[1-at], columns) >= 0 {
			return n.inputs[1-at], n.outputs[0]
		}
	}
	return "", product
}

// stored is the tensor of a name and shape whose values are in the bundle; -1 = none.
func (f *file) stored(name string, dims ...int64) int {
	return slices.IndexFunc(f.tensors, func(t tensor) bool { return t.name == name && t.stored && slices.Equal(t.dims, dims) })
}

// rounding is how an input is put into eight bits: each unit divided by what
// evens them out, then all by one scale, from zero on.
type rounding struct {
	even    []float64
	scale   float64
	zero    uint8
	written bool
}

// rounding finds it from the input's ranges and from the matrices behind it.
func (f *file) rounding(input string, matrices []int) (*rounding, error) {
	units := f.tensors[matrices[0]].dims[0]
	least, err := f.rangeOf(input, leastOf, units)
	if err != nil {
		return nil, err
	}
	most, err := f.rangeOf(input, mostOf, units)
	if err != nil {
		return nil, err
	}
	widest := make([]float64, units) // of each unit's weights
	for _, i := range matrices {
		if f.tensors[i].dims[0] != units {
			return nil, fmt.Errorf("tensor %q is not made for %q", f.tensors[i].name, input)
		}
		weights, err := f.numbers(i)
		if err != nil {
			return nil, err
		}
		columns := int(f.tensors[i].dims[1])
		for k, w := range weights {
			widest[k/columns] = max(widest[k/columns], math.Abs(w))
		}
	}
	r := &rounding{even: make([]float64, units)}
	low, high := 0.0, leastUnit
	for k := range r.even {
		unit := max(math.Abs(least[k]), math.Abs(most[k]), leastUnit)
		r.even[k] = math.Pow(unit, evenness) / math.Pow(max(widest[k], leastUnit), 1-evenness)
		low, high = min(low, least[k]/r.even[k]), max(high, most[k]/r.even[k])
	}
	r.scale = (high - low) / math.MaxUint8
	r.zero = uint8(math.RoundToEven(-low / r.scale))
	return r, nil
}

// rangeOf reads one end of an input's ranges, which must be there.
func (f *file) rangeOf(input, end string, units int64) ([]float64, error) {
	i := f.stored(input+end, units)
	if i < 0 {
		return nil, fmt.Errorf("the weights don't say which range %q has", input)
	}
	return f.numbers(i)
}

// writeRounding puts a rounding's numbers into the graph and gives its nodes.
func (f *file) writeRounding(input string, r *rounding) []node {
	r.written = true
	narrow := make([]float64, len(r.even))
	for k, v := range r.even {
		narrow[k] = 1 / v
	}
	f.tensors = append(
		f.tensors,
		tensor{name: input + "/narrow", dims: []int64{int64(len(narrow))}, kind: typeFloat, values: floats(narrow)},
		tensor{name: input + "/scale", kind: typeFloat, values: floats([]float64{r.scale})},
		tensor{name: input + "/zero", kind: typeUint8, values: []byte{r.zero}},
	)
	return []node{
		operation("Mul", []string{input, input + "/narrow"}, input+"/even"),
		operation("QuantizeLinear", []string{input + "/even", input + "/scale", input + "/zero"}, input+"/steps"),
	}
}

// round puts small integers, with a scale for each column, in the place of
// tensor i, whose rows take over what evened its inputs out.
func (f *file) round(i int, even []float64) error {
	t := f.tensors[i]
	weights, err := f.numbers(i)
	if err != nil {
		return err
	}
	columns := int(t.dims[1])
	largest := make([]float64, columns)
	for k := range weights {
		weights[k] *= even[k/columns]
		largest[k%columns] = max(largest[k%columns], math.Abs(weights[k]))
	}
	steps := make([]byte, len(weights))
	for k, w := range weights {
		if m := largest[k%columns]; m > 0 {
			steps[k] = byte(int8(math.RoundToEven(w / m * maxStep)))
		}
	}
	scales := make([]float64, columns)
	for k, m := range largest {
		scales[k] = m / maxStep
	}
	f.tensors[i] = tensor{name: t.name, dims: t.dims, kind: typeInt8, values: steps}
	f.tensors = append(f.tensors, tensor{name: t.name + "/scale", dims: []int64{int64(columns)}, kind: typeFloat, values: floats(scales)})
	return nil
}

// numbers reads tensor i, which is stored; all must be numbers.
func (f *file) numbers(i int) ([]float64, error) {
	t := &f.tensors[i]
	raw := make([]byte, 4*t.size())
	if err := f.bundle.ReadTensor(t.begin, raw); err != nil {
		return nil, err
	}
	out := make([]float64, t.size())
	for k := range out {
		out[k] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*k:])))
		if math.IsNaN(out[k]) || math.IsInf(out[k], 0) {
			return nil, fmt.Errorf("tensor %q holds what is not a number", t.name)
		}
	}
	return out, nil
}

// floats are numbers as ONNX keeps them.
func floats(numbers []float64) []byte {
	var out []byte
	for _, v := range numbers {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(v)))
	}
	return out
}

// opset is the version of the standard operators that the graph is written in.
func (f *file) opset() (version uint64, err error) {
	err = each(f.around, func(num protowire.Number, _, value []byte) error {
		if num != modelOpset {
			return nil
		}
		domain, v := "", uint64(0)
		err := each(value, func(num protowire.Number, _, value []byte) error {
			switch num {
			case opsetDomain:
				domain = string(value)
			case opsetVersion:
				v, _ = protowire.ConsumeVarint(value)
			}
			return nil
		})
		if domain == "" || domain == "ai.onnx" {
			version = v
		}
		return err
	})
	return version, err
}
