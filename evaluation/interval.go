package evaluation

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Proportion is hits out of n with Wilson's 95 % interval.
func Proportion(hits, n int) Estimate {
	if n == 0 {
		return unknown()
	}
	p, size := float64(hits)/float64(n), float64(n)
	centre := p + z95*z95/(2*size)
	half := z95 * math.Sqrt(p*(1-p)/size+z95*z95/(4*size*size))
	scale := 1 + z95*z95/size
	return Estimate{p, max(0, (centre-half)/scale), min(1, (centre+half)/scale)}
}

const (
	// resamples is enough for two stable digits of an interval's ends.
	resamples = 200
	// resampleMost bounds the work on large samples: a resample of this many
	// scores is drawn and its spread narrowed to the sample's size.
	resampleMost = 2_000
	// The seeds are fixed: the same sample always has the same interval.
	seedHigh, seedLow = 20_261_122, 7
)

// resampled computes a figure and its bootstrap interval.
func (s *Sample) resampled(figure func(*Sample) float64) Estimate {
	value := figure(s)
	if math.IsNaN(value) {
		return unknown()
	}
	rng := rand.New(rand.NewPCG(seedHigh, seedLow))
	size := min(s.Len(), resampleMost)
	narrow := math.Sqrt(float64(size) / float64(s.Len()))
	var figures []float64
	for range resamples {
		draw := Sample{scores: make([]float64, size), truths: make([]bool, size)}
		for i := range size {
			j := rng.IntN(s.Len())
			draw.scores[i], draw.truths[i] = s.scores[j], s.truths[j]
		}
		// A draw without the rarer class says nothing about the figure.
		if f := figure(&draw); !math.IsNaN(f) {
			figures = append(figures, value+(f-value)*narrow)
		}
	}
	if len(figures) == 0 {
		return Estimate{value, math.NaN(), math.NaN()}
	}
	slices.Sort(figures)
	low, high := middle(figures)
	return Estimate{value, min(low, value), max(high, value)}
}

// CalibrationErrorByChance is what CalibrationError would be if the scores were
// exactly calibrated, since few texts in a bin miss their share by chance: the
// mean, and the middle 95 %, over truths drawn from the scores.
func (s *Sample) CalibrationErrorByChance() Estimate {
	if s.Len() == 0 {
		return unknown()
	}
	rng := rand.New(rand.NewPCG(seedHigh, seedLow))
	drawn := Sample{scores: s.scores, truths: make([]bool, s.Len())}
	figures := make([]float64, resamples)
	for i := range figures {
		for j, score := range s.scores {
			drawn.truths[j] = rng.Float64() < score
		}
		figures[i] = drawn.calibrationError()
	}
	slices.Sort(figures)
	low, high := middle(figures)
	return Estimate{mean(figures), low, high}
}

// middle gives the bounds of the middle 95 % of figures in rising order.
func middle(figures []float64) (low, high float64) {
	last := float64(len(figures) - 1)
	return figures[int(0.025*last)], figures[int(math.Ceil(0.975*last))]
}
