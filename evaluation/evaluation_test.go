package evaluation

import (
	"math"
	"math/rand/v2"
	"testing"
)

// sample makes a sample of scores, the positive ones first.
func sample(pos, neg []float64) *Sample {
	s := &Sample{}
	for _, p := range pos {
		s.Add(p, true)
	}
	for _, n := range neg {
		s.Add(n, false)
	}
	return s
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestAUC(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		pos, neg []float64
		want     float64
	}{
		"perfect":                 {[]float64{0.9, 0.8}, []float64{0.1, 0.2}, 1},
		"reversed":                {[]float64{0.1}, []float64{0.9, 0.8}, 0},
		"three of four pairs":     {[]float64{0.8, 0.4}, []float64{0.6, 0.2}, 0.75},
		"a tie counts half":       {[]float64{0.5}, []float64{0.5}, 0.5},
		"all the same":            {[]float64{0.3, 0.3, 0.3}, []float64{0.3, 0.3}, 0.5},
		"ties among other scores": {[]float64{0.9, 0.5, 0.5}, []float64{0.5, 0.1}, (2 + 1.5 + 1.5) / 6},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := sample(tt.pos, tt.neg).AUC()
			if !near(got.Value, tt.want) || got.Low > got.Value || got.High < got.Value || got.Low < 0 || got.High > 1 {
				t.Errorf("got %+v, want %g inside its interval", got, tt.want)
			}
		})
	}
}

func TestAUCEqualsTheCountOfPairs(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	s := &Sample{}
	var pos, neg []float64
	for range 300 {
		score, truth := float64(rng.IntN(20))/20, rng.IntN(3) == 0
		s.Add(score, truth)
		if truth {
			pos = append(pos, score)
		} else {
			neg = append(neg, score)
		}
	}
	var wins float64
	for _, p := range pos {
		for _, n := range neg {
			switch {
			case p > n:
				wins++
			case p == n:
				wins += 0.5
			}
		}
	}
	if got, want := s.AUC().Value, wins/float64(len(pos)*len(neg)); !near(got, want) {
		t.Errorf("got %g, want %g", got, want)
	}
}

func TestDeLongInterval(t *testing.T) {
	t.Parallel()
	// Placements of the positives are 1, 1/2, of the negatives 1/2, 1: both have
	// variance 1/8, so the AUC of 3/4 has variance 1/8 and deviation 0.35355.
	got := sample([]float64{0.8, 0.4}, []float64{0.6, 0.2}).AUC()
	half := 1.959963984540054 * math.Sqrt(0.125) / (0.75 * 0.25)
	logit := math.Log(3)
	if !near(got.Low, 1/(1+math.Exp(half-logit))) || !near(got.High, 1/(1+math.Exp(-half-logit))) {
		t.Errorf("got %+v", got)
	}
}

func TestIntervalCovers(t *testing.T) {
	t.Parallel()
	// Normal scores one deviation apart have an AUC of Φ(1/√2).
	truth := 0.5 * (1 + math.Erf(0.5))
	rng := rand.New(rand.NewPCG(3, 4))
	covered := 0
	for range 200 {
		s := &Sample{}
		for range 60 {
			s.Add(rng.NormFloat64()+1, true)
			s.Add(rng.NormFloat64(), false)
		}
		if e := s.AUC(); e.Low <= truth && truth <= e.High {
			covered++
		}
	}
	if covered < 180 || covered == 200 {
		t.Errorf("a 95 %% interval covered the truth %d times out of 200", covered)
	}
}

func TestAveragePrecision(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		pos, neg []float64
		want     float64
	}{
		"perfect":             {[]float64{0.9, 0.8}, []float64{0.1}, 1},
		"one between":         {[]float64{0.9, 0.5}, []float64{0.7}, 0.5*1 + 0.5*2/3},
		"all tied: base rate": {[]float64{0.5}, []float64{0.5, 0.5, 0.5}, 0.25},
		"last":                {[]float64{0.1}, []float64{0.2, 0.3}, 1.0 / 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := sample(tt.pos, tt.neg).AveragePrecision(); !near(got.Value, tt.want) || got.Low > tt.want || got.High < tt.want {
				t.Errorf("got %+v, want %g", got, tt.want)
			}
		})
	}
}

func TestThresholdFigures(t *testing.T) {
	t.Parallel()
	s := sample([]float64{0.9, 0.5, 0.2}, []float64{0.7, 0.1})
	if got, want := s.Confusion(0.5), (Confusion{TruePositive: 2, FalsePositive: 1, TrueNegative: 1, FalseNegative: 1}); got != want {
		t.Errorf("Confusion = %+v, want %+v: a score on the threshold counts", got, want)
	}
	if got := s.Accuracy(0.5); !near(got.Value, 0.6) || math.Abs(got.Low-0.2307) > 1e-3 || math.Abs(got.High-0.8824) > 1e-3 {
		t.Errorf("Accuracy = %+v, want 0.6 with Wilson's 0.231 to 0.882", got)
	}
	if got := s.F1(0.5); !near(got.Value, 2.0/3) {
		t.Errorf("F1 = %+v, want 2/3", got)
	}
}

func TestCalibrationError(t *testing.T) {
	t.Parallel()
	// Bin 0.8: scores 0.8 and 0.9 fall in two bins; 0.15 twice in one with one hit.
	s := sample([]float64{0.8, 0.15}, []float64{0.9, 0.15})
	want := (math.Abs(0.8-1) + math.Abs(0.9-0) + math.Abs(0.3-1)) / 4
	if got := s.CalibrationError().Value; !near(got, want) {
		t.Errorf("got %g, want %g", got, want)
	}
	edge := sample([]float64{1}, []float64{0})
	if got := edge.CalibrationError().Value; got != 0 {
		t.Errorf("certain and right: got %g, want 0", got)
	}
}

func TestCalibrationErrorByChance(t *testing.T) {
	t.Parallel()
	halves := make([]float64, 100)
	for i := range halves {
		halves[i] = 0.5
	}
	// The mean distance of a fair coin's share from 1/2 is sqrt(2/(πn))/2.
	want := math.Sqrt(2/(math.Pi*100)) / 2
	if got := sample(halves, nil).CalibrationErrorByChance(); math.Abs(got.Value-want) > 0.006 || got.Low > 0.005 || got.High < 0.08 {
		t.Errorf("a hundred coins: got %+v, want about %.3f, from about 0 to 0.10, whatever fell", got, want)
	}
	if got := sample([]float64{1}, []float64{0}).CalibrationErrorByChance(); got != (Estimate{}) {
		t.Errorf("certain scores leave nothing to chance: got %+v", got)
	}
}

func TestNothingToMeasure(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]Estimate{
		"AUC of nothing":            (&Sample{}).AUC(),
		"AUC of one class":          sample([]float64{1}, nil).AUC(),
		"precision without truth":   sample(nil, []float64{1}).AveragePrecision(),
		"accuracy of nothing":       (&Sample{}).Accuracy(0.5),
		"F1 without any positive":   sample(nil, []float64{0.1}).F1(0.5),
		"calibration of nothing":    (&Sample{}).CalibrationError(),
		"chance of nothing":         (&Sample{}).CalibrationErrorByChance(),
		"proportion out of nothing": Proportion(0, 0),
	} {
		if !math.IsNaN(e.Value) || !math.IsNaN(e.Low) || !math.IsNaN(e.High) {
			t.Errorf("%s: got %+v, want none", name, e)
		}
	}
}

func TestIntervalsAreReproducibleAndNarrow(t *testing.T) {
	t.Parallel()
	width := func(n int) float64 {
		rng := rand.New(rand.NewPCG(5, 6))
		s := &Sample{}
		for range n {
			truth := rng.IntN(2) == 0
			score := rng.Float64()
			if truth {
				score = math.Sqrt(score)
			}
			s.Add(score, truth)
		}
		a, b := s.F1(0.5), s.F1(0.5)
		if a != b {
			t.Fatalf("the same sample gave %+v and %+v", a, b)
		}
		return a.High - a.Low
	}
	// Ten times as many texts: an interval a third as wide, resampled in part.
	small, large := width(1_000), width(10_000)
	if ratio := small / large; ratio < 2.2 || ratio > 4.5 {
		t.Errorf("widths %g and %g, want a ratio of about √10", small, large)
	}
}
