package evaluation

import (
	"cmp"
	"math"
	"slices"
)

// Pair is what two scorers say of one text.
type Pair struct{ Old, New float64 }

// Pairs are what two scorers say of the same texts.
type Pairs []Pair

// Switch tells what becomes of a threshold when the scorer changes.
type Switch struct {
	Old     float64 // the threshold on the old scores
	New     float64 // the one on the new scores that flags as many texts; NaN where the old one flags none
	Flagged float64 // the share that the old threshold flags
	Both    int     // texts that both flag
	OldOnly int
	NewOnly int
	Neither int
}

// Agreement is the share of texts of which both say the same; NaN of no text.
func (s Switch) Agreement() float64 {
	return float64(s.Both+s.Neither) / float64(s.Both+s.Neither+s.OldOnly+s.NewOnly)
}

// Switch finds the threshold on the new scores that keeps the share of texts
// which the old threshold flags, and how often both agree then. Where texts tie
// at it, all of them are flagged: the share is kept as nearly as ties allow.
func (p Pairs) Switch(old float64) Switch {
	s := Switch{Old: old, New: math.NaN()}
	falling := make([]float64, 0, len(p))
	flagged := 0
	for _, x := range p {
		falling = append(falling, x.New)
		if x.Old >= old {
			flagged++
		}
	}
	slices.SortFunc(falling, func(a, b float64) int { return cmp.Compare(b, a) })
	s.Flagged = float64(flagged) / float64(len(p))
	if flagged > 0 {
		s.New = falling[flagged-1]
	}
	for _, x := range p {
		switch was, is := x.Old >= old, x.New >= s.New; { // no score reaches NaN
		case was && is:
			s.Both++
		case was:
			s.OldOnly++
		case is:
			s.NewOnly++
		default:
			s.Neither++
		}
	}
	return s
}

// RankCorrelation is Spearman's: 1 when both order the texts alike, 0 when one
// tells nothing of the other; NaN below two texts or when one scorer says the
// same of all.
func (p Pairs) RankCorrelation() float64 {
	old, fresh := make([]float64, len(p)), make([]float64, len(p))
	for i, x := range p {
		old[i], fresh[i] = x.Old, x.New
	}
	a, b := ranks(old), ranks(fresh)
	meanA, meanB := mean(a), mean(b)
	var ab, aa, bb float64
	for i := range a {
		ab += (a[i] - meanA) * (b[i] - meanB)
		aa += (a[i] - meanA) * (a[i] - meanA)
		bb += (b[i] - meanB) * (b[i] - meanB)
	}
	if aa == 0 || bb == 0 {
		return math.NaN()
	}
	return ab / math.Sqrt(aa*bb)
}

// ranks gives each value its place, ties their mean.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(values[i], values[j]) })
	out := make([]float64, len(values))
	for a := 0; a < len(order); {
		b := a + 1
		for b < len(order) && values[order[b]] == values[order[a]] {
			b++
		}
		for _, i := range order[a:b] {
			out[i] = float64(a+b-1) / 2
		}
		a = b
	}
	return out
}
