package graph

import (
	"fmt"
	"slices"

	"github.com/tamis-moderation/tamis/classifier/weights"
)

// The error function for single precision as Eigen computes it: x times a
// rational function of x², with x no further from zero than erfLimit, where it
// is ±1. Highest power first.
const erfLimit = 4

var (
	erfAbove = []float64{
		-2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05,
		-7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02,
	}
	erfBelow = []float64{-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03, -1.42647390514189e-02}
)

// SpellErf gives the bundle's graph, its tensors left in the bundle, with each
// error function spelled out in sums and products. Go's own calls an exponential in
// assembly that mixes two kinds of vector instructions. On Intel's processors
// that costs a microsecond a number once wide registers were used, which the
// product of matrices leaves behind (golang/go#80835): nine tenths of a score.
func SpellErf(b *weights.Bundle) ([]byte, error) {
	f, err := read(b)
	if err != nil {
		return nil, fmt.Errorf("read the graph: %w", err)
	}
	f.dropRanges()
	for i := range f.tensors {
		f.tensors[i].stored = false // the message says where it is
	}
	var nodes []node
	for _, n := range f.nodes {
		if n.op != "Erf" || len(n.inputs) != 1 || len(n.outputs) != 1 {
			nodes = append(nodes, n)
			continue
		}
		nodes = append(nodes, f.erf(n.inputs[0], n.outputs[0])...)
	}
	f.nodes = nodes
	return f.bytes()
}

// erf makes the nodes for one error function.
func (f *file) erf(x, y string) []node {
	near, square := y+"/near", y+"/square"
	nodes := []node{
		operation("Clip", []string{x, f.constant(-erfLimit), f.constant(erfLimit)}, near),
		operation("Mul", []string{near, near}, square),
	}
	above, steps := f.polynomial(square, y+"/above", erfAbove)
	nodes = append(nodes, steps...)
	below, steps := f.polynomial(square, y+"/below", erfBelow)
	nodes = append(nodes, steps...)
	return append(
		nodes,
		operation("Mul", []string{near, above}, y+"/odd"),
		operation("Div", []string{y + "/odd", below}, y),
	)
}

// polynomial makes the nodes of Horner's scheme and names the last one's output.
func (f *file) polynomial(x, name string, coefficients []float64) (value string, nodes []node) {
	value = f.constant(coefficients[0])
	for k, c := range coefficients[1:] {
		product, sum := fmt.Sprintf("%s/product%d", name, k), fmt.Sprintf("%s/sum%d", name, k)
		nodes = append(nodes, operation("Mul", []string{value, x}, product), operation("Add", []string{product, f.constant(c)}, sum))
		value = sum
	}
	return value, nodes
}

// constant puts a number into the graph, once, and names it.
func (f *file) constant(v float64) string {
	name := fmt.Sprintf("constant/%g", v)
	if !slices.ContainsFunc(f.tensors, func(t tensor) bool { return t.name == name }) {
		f.tensors = append(f.tensors, tensor{name: name, kind: typeFloat, values: floats([]float64{v})})
	}
	return name
}
