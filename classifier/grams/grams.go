// Package grams is the linear voice: one weight for each hashed n-gram of a
// text and each label. It knows the words and spellings that training met, where
// the transformer knows sentences, and costs microseconds. It owns its features
// and the table of weights; it refuses to say what its scores are worth, which
// is the calibration's.
//
// The features are those of training/tamis_training/grams.py, held to each other
// by the golden texts of the weights.
package grams

import (
	"fmt"
	"math/bits"
	"slices"
)

// Model is a table of weights. It is safe for concurrent use.
type Model struct {
	table  []byte // for each place, one signed byte a label
	labels int
	shift  int // what takes a hash of 32 bits down to a place
	scale  []float64
	bias   []float64
}

// New makes a model of a table in which each place has one signed byte a label:
// the byte b stands for the weight b·|b|·scale, so that small weights keep their
// precision. The number of places is a power of two.
func New(table []byte, scale, bias []float64) (*Model, error) {
	labels := len(scale)
	if labels == 0 || len(bias) != labels {
		return nil, fmt.Errorf("there are %d scales and %d biases", labels, len(bias))
	}
	places := len(table) / labels
	if places*labels != len(table) || bits.OnesCount(uint(places)) != 1 {
		return nil, fmt.Errorf("a table of %d bytes does not hold a power of two of rows of %d", len(table), labels)
	}
	return &Model{table: table, labels: labels, shift: 32 - bits.TrailingZeros(uint(places)), scale: scale, bias: bias}, nil
}

// Logits gives one logit a label for a text that was lower-cased, stripped of
// accents and otherwise prepared like the transformer's. Each family of features
// is a vector of length 1.
func (m *Model) Logits(text string) []float64 {
	var f features
	f.read(text, m.shift)
	logits := slices.Clone(m.bias)
	for _, family := range [][]uint32{f.chars, f.tokens} {
		if len(family) == 0 {
			continue
		}
		total := make([]int64, m.labels)
		for _, place := range family {
			row := m.table[int(place)*m.labels:][:m.labels]
			for j, b := range row {
				w := int64(int8(b))
				total[j] += w * max(w, -w)
			}
		}
		for j, t := range total {
			logits[j] += float64(t) * m.scale[j] * inverseRoot(len(family))
		}
	}
	return logits
}
