package evaluation_test

import (
	"math"
	"testing"

	"github.com/tamis-moderation/tamis/evaluation"
)

func TestSwitchKeepsTheShare(t *testing.T) {
	t.Parallel()
	pairs := evaluation.Pairs{{0.9, 0.6}, {0.8, 0.5}, {0.7, 0.1}, {0.2, 0.3}, {0.1, 0.2}}
	tests := map[string]struct {
		pairs evaluation.Pairs
		old   float64
		want  evaluation.Switch
	}{
		"half":             {pairs, 0.75, evaluation.Switch{Old: 0.75, New: 0.5, Flagged: 0.4, Both: 2, Neither: 3}},
		"one differs":      {pairs, 0.7, evaluation.Switch{Old: 0.7, New: 0.3, Flagged: 0.6, Both: 2, OldOnly: 1, NewOnly: 1, Neither: 1}},
		"all":              {pairs, 0, evaluation.Switch{Old: 0, New: 0.1, Flagged: 1, Both: 5}},
		"none":             {pairs, 0.95, evaluation.Switch{Old: 0.95, New: math.NaN(), Neither: 5}},
		"ties are flagged": {evaluation.Pairs{{0.9, 0.5}, {0.1, 0.5}, {0.1, 0.1}}, 0.5, evaluation.Switch{Old: 0.5, New: 0.5, Flagged: 1.0 / 3, Both: 1, NewOnly: 1, Neither: 1}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tt.pairs.Switch(tt.old)
			if math.IsNaN(got.New) != math.IsNaN(tt.want.New) {
				t.Fatalf("got %+v, want %+v", got, tt.want)
			}
			if math.IsNaN(got.New) {
				got.New, tt.want.New = 0, 0
			}
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	if a := pairs.Switch(0.7).Agreement(); a != 0.6 {
		t.Errorf("agreement %g, want 0.6", a)
	}
}

func TestRankCorrelation(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		pairs evaluation.Pairs
		want  float64
	}{
		"alike":        {evaluation.Pairs{{1, 0.1}, {2, 0.2}, {3, 0.9}}, 1},
		"the reverse":  {evaluation.Pairs{{1, 3}, {2, 2}, {3, 1}}, -1},
		"ties":         {evaluation.Pairs{{1, 1}, {1, 1}, {2, 2}}, 1},
		"half by half": {evaluation.Pairs{{1, 2}, {2, 1}, {3, 3}}, 0.5},
		"no spread":    {evaluation.Pairs{{1, 1}, {1, 2}}, math.NaN()},
		"one text":     {evaluation.Pairs{{1, 1}}, math.NaN()},
	}
	for name, tt := range tests {
		if got := tt.pairs.RankCorrelation(); math.Abs(got-tt.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(tt.want) {
			t.Errorf("%s: got %g, want %g", name, got, tt.want)
		}
	}
}
