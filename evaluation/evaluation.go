// Package evaluation measures scores against the truth: ROC AUC, average
// precision, accuracy, F1, calibration error, each with what its uncertainty
// needs. It is pure arithmetic and knows nothing of comments or labels.
package evaluation

import (
	"cmp"
	"math"
	"slices"
)

// Sample collects scores with their truth, one at a time. The zero value is an
// empty sample.
type Sample struct {
	scores []float64
	truths []bool
}

// Add notes one score and whether the label holds.
func (s *Sample) Add(score float64, truth bool) {
	s.scores = append(s.scores, score)
	s.truths = append(s.truths, truth)
}

// Len is how many scores were added.
func (s *Sample) Len() int { return len(s.scores) }

// Positives is how many of them hold.
func (s *Sample) Positives() int {
	n := 0
	for _, t := range s.truths {
		if t {
			n++
		}
	}
	return n
}

// Estimate is a figure with its 95 % interval. Where a figure can't be had
// (only one class, nothing added) all three are NaN.
type Estimate struct{ Value, Low, High float64 }

func unknown() Estimate { return Estimate{math.NaN(), math.NaN(), math.NaN()} }

// z95 is the 97.5 % quantile of the normal distribution.
const z95 = 1.959963984540054

// AUC is the chance that a text with the label scores above one without, a tie
// counting half. The interval is DeLong's, on the logit scale so that it stays
// between 0 and 1; with an AUC of exactly 0 or 1 it is the rule of three's.
func (s *Sample) AUC() Estimate {
	pos, neg := s.split()
	if len(pos) == 0 || len(neg) == 0 {
		return unknown()
	}
	above := placements(pos, neg)
	below := placements(neg, pos)
	auc := mean(above)
	if auc == 0 || auc == 1 {
		edge := min(1, 3/float64(min(len(pos), len(neg))))
		if auc == 1 {
			return Estimate{1, 1 - edge, 1}
		}
		return Estimate{0, 0, edge}
	}
	variance := spread(above)/float64(len(above)) + spread(below)/float64(len(below))
	half := z95 * math.Sqrt(variance) / (auc * (1 - auc))
	logit := math.Log(auc / (1 - auc))
	return Estimate{auc, sigmoid(logit - half), sigmoid(logit + half)}
}

// split gives the scores with and without the label, each in rising order.
func (s *Sample) split() (pos, neg []float64) {
	for i, score := range s.scores {
		if s.truths[i] {
			pos = append(pos, score)
		} else {
			neg = append(neg, score)
		}
	}
	slices.Sort(pos)
	slices.Sort(neg)
	return pos, neg
}

// placements gives, for each of xs, the share of ys below it, ties half. Both
// are in rising order.
func placements(xs, ys []float64) []float64 {
	out := make([]float64, len(xs))
	below, upto := 0, 0
	for i, x := range xs {
		for below < len(ys) && ys[below] < x {
			below++
		}
		for upto = max(upto, below); upto < len(ys) && ys[upto] <= x; {
			upto++
		}
		out[i] = (float64(below) + float64(upto)) / 2 / float64(len(ys))
	}
	return out
}

// AveragePrecision is the area under the precision-recall steps. Texts with the
// same score are taken at once, so that their order does not matter.
func (s *Sample) AveragePrecision() Estimate {
	return s.resampled((*Sample).averagePrecision)
}

func (s *Sample) averagePrecision() float64 {
	order := s.falling()
	var sum float64
	hits, positives := 0, s.Positives()
	if positives == 0 {
		return math.NaN()
	}
	for i := 0; i < len(order); {
		before := hits
		j := i
		for ; j < len(order) && s.scores[order[j]] == s.scores[order[i]]; j++ {
			if s.truths[order[j]] {
				hits++
			}
		}
		sum += float64(hits-before) / float64(positives) * float64(hits) / float64(j)
		i = j
	}
	return sum
}

func (s *Sample) falling() []int {
	order := make([]int, len(s.scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.scores[b], s.scores[a]) })
	return order
}

// Accuracy is the share judged right when scores from threshold on count as
// the label, with Wilson's interval.
func (s *Sample) Accuracy(threshold float64) Estimate {
	c := s.Confusion(threshold)
	return Proportion(c.TruePositive+c.TrueNegative, s.Len())
}

// F1 is the harmonic mean of precision and recall at threshold.
func (s *Sample) F1(threshold float64) Estimate {
	return s.resampled(func(s *Sample) float64 {
		c := s.Confusion(threshold)
		if c.TruePositive+c.FalsePositive+c.FalseNegative == 0 {
			return math.NaN()
		}
		return 2 * float64(c.TruePositive) / float64(2*c.TruePositive+c.FalsePositive+c.FalseNegative)
	})
}

// Confusion counts the four outcomes at a threshold.
type Confusion struct{ TruePositive, FalsePositive, TrueNegative, FalseNegative int }

// Confusion counts scores from threshold on as positive.
func (s *Sample) Confusion(threshold float64) Confusion {
	var c Confusion
	for i, score := range s.scores {
		switch said := score >= threshold; {
		case said && s.truths[i]:
			c.TruePositive++
		case said:
			c.FalsePositive++
		case s.truths[i]:
			c.FalseNegative++
		default:
			c.TrueNegative++
		}
	}
	return c
}

// calibrationBins is how many equally wide bins the calibration error has.
const calibrationBins = 15

// CalibrationError is the expected calibration error: how far, on average, the
// scores of a bin are from the share of its texts with the label.
func (s *Sample) CalibrationError() Estimate {
	return s.resampled((*Sample).calibrationError)
}

func (s *Sample) calibrationError() float64 {
	if s.Len() == 0 {
		return math.NaN()
	}
	var scores, truths [calibrationBins]float64
	for i, score := range s.scores {
		bin := min(int(score*calibrationBins), calibrationBins-1)
		scores[bin] += score
		if s.truths[i] {
			truths[bin]++
		}
	}
	var sum float64
	for i := range scores {
		sum += math.Abs(scores[i] - truths[i])
	}
	return sum / float64(s.Len())
}

func mean(xs []float64) float64 {
	var sum float64
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// spread is the sample variance; of a single value it is 0.
func spread(xs []float64) float64 {
	if len(xs) < 2 {
		return 0
	}
	m := mean(xs)
	var sum float64
	for _, x := range xs {
		sum += (x - m) * (x - m)
	}
	return sum / float64(len(xs)-1)
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
