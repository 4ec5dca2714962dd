package graph

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// The largest step of a rounded weight: seven bits, not eight. Processors
// without VNNI add two products in sixteen bits, where eight would overflow and
// the scores depend on the processor.
const maxStep = 64

// leastOpset is the first that knows the operations of dynamic quantisation.
const leastOpset = 11

// quantise rounds every matrix that texts are multiplied with, column by
// column. What comes in from the text is rounded by the runtime, with a scale
// that it finds anew for each call.
func (f *file) quantise() error {
	v, err := f.opset()
	if err != nil {
		return err
	}
	if v < leastOpset {
		return fmt.Errorf("operator set %d is older than %d", v, leastOpset)
	}
	rounded := map[string]bool{} // matrices
	inputs := map[string]bool{}  // what they are multiplied with
	for j := 0; j < len(f.nodes); j++ {
		n := f.nodes[j]
		if n.op != "MatMul" || len(n.inputs) != 2 || len(n.outputs) != 1 {
			continue
		}
		matrix := n.inputs[1]
		if !rounded[matrix] {
			i := slices.IndexFunc(f.tensors, func(t tensor) bool { return t.name == matrix && t.stored && len(t.dims) == 2 })
			if i < 0 {
				continue
			}
			if err := f.round(i); err != nil {
				return err
			}
			rounded[matrix] = true
		}
		made := multiply(n.inputs[0], matrix, n.outputs[0], !inputs[n.inputs[0]])
		inputs[n.inputs[0]] = true
		f.nodes = slices.Replace(f.nodes, j, j+1, made...)
		j += len(made) - 1
	}
	if len(rounded) == 0 {
		return fmt.Errorf("no text is multiplied with a stored matrix")
	}
	return nil
}

// multiply makes the nodes for input × matrix in eight bits. The first of those
// that share an input rounds it for all.
func multiply(input, matrix, output string, first bool) []node {
	var nodes []node
	if first {
		nodes = append(nodes, operation("DynamicQuantizeLinear", []string{input}, input+"/steps", input+"/scale", input+"/zero"))
	}
	return append(nodes,
		operation("MatMulInteger", []string{input + "/steps", matrix + "/steps", input + "/zero", matrix + "/zero"}, output+"/sum"),
		cast(output+"/sum", output+"/float", typeFloat),
		operation("Mul", []string{input + "/scale", matrix + "/scale"}, output+"/scale"),
		operation("Mul", []string{output + "/float", output + "/scale"}, output),
	)
}

// round puts a matrix of small integers, with a scale and a zero for each
// column, in the place of tensor i, or beside it where others use it too.
func (f *file) round(i int) error {
	t := f.tensors[i]
	rows, columns := int(t.dims[0]), int(t.dims[1])
	raw := make([]byte, 4*rows*columns)
	if err := f.bundle.ReadTensor(t.begin, raw); err != nil {
		return err
	}
	at := func(k int) float64 {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*k:])))
	}
	largest := make([]float64, columns)
	for k := range rows * columns {
		v := at(k)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("tensor %q holds what is not a number", t.name)
		}
		largest[k%columns] = max(largest[k%columns], math.Abs(v))
	}
	steps := make([]byte, rows*columns)
	for k := range steps {
		if m := largest[k%columns]; m > 0 {
			steps[k] = byte(int8(math.RoundToEven(at(k) / m * maxStep)))
		}
	}
	var scales []byte
	for _, m := range largest {
		scales = binary.LittleEndian.AppendUint32(scales, math.Float32bits(float32(m/maxStep)))
	}
	perColumn := []int64{int64(columns)}
	made := []tensor{
		{name: t.name + "/steps", dims: t.dims, kind: typeInt8, values: steps},
		{name: t.name + "/scale", dims: perColumn, kind: typeFloat, values: scales},
		{name: t.name + "/zero", dims: perColumn, kind: typeInt8, values: make([]byte, columns)},
	}
	if all, multiplied := f.uses(t.name, "MatMul", 1); all == multiplied {
		f.tensors = slices.Delete(f.tensors, i, i+1)
	}
	f.tensors = append(f.tensors, made...)
	return nil
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
