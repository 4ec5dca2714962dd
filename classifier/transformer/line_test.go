package transformer

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
)

// gate is a network that answers a row with its first id, when it is let.
type gate struct {
	open    chan struct{}
	mu      sync.Mutex
	batches []int // rows of each
}

var errPoison = errors.New("poison")

func (g *gate) run(_ context.Context, rows [][]uint32) ([][]float32, error) {
	<-g.open
	g.mu.Lock()
	g.batches = append(g.batches, len(rows))
	g.mu.Unlock()
	var out [][]float32
	for _, r := range rows {
		if r[0] == 666 {
			return nil, errPoison
		}
		out = append(out, []float32{float32(r[0])})
	}
	return out, nil
}

// callers starts one caller for each bucket, each with rows rows, while the only
// slot is taken, lets the network work, and waits.
func callers(t *testing.T, l *line, g *gate, rows int, buckets []int, poison int) {
	t.Helper()
	l.slots, l.run, g.open = make(chan struct{}, 1), g.run, make(chan struct{})
	l.slots <- struct{}{}
	var wg sync.WaitGroup
	for i, bucket := range buckets {
		mine := make([][]uint32, rows)
		for k := range mine {
			mine[k] = []uint32{uint32(10*i + k)}
			if i == poison {
				mine[k][0] = 666
			}
		}
		wg.Go(func() {
			out, err := l.compute(context.Background(), mine, bucket)
			if i == poison {
				if !errors.Is(err, errPoison) {
					t.Errorf("the poison gave %v", err)
				}
				return
			}
			for k := range mine {
				if err != nil || out[k][0] != float32(mine[k][0]) {
					t.Errorf("caller %d, row %d: %v, %v", i, k, out, err)
				}
			}
		})
		for waiting := 0; waiting <= i; { // in this order
			l.mu.Lock()
			waiting = len(l.waiting)
			l.mu.Unlock()
		}
	}
	close(g.open)
	<-l.slots
	wg.Wait()
	if len(l.waiting) != 0 || len(l.slots) != 0 {
		t.Errorf("%d jobs and %d slots are left behind", len(l.waiting), len(l.slots))
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rows    int
		buckets []int
		poison  int
		most    int // rows in the largest batch
		runs    int
	}{
		"callers of like length share a batch":    {rows: 1, buckets: slices.Repeat([]int{16}, 8), poison: -1, most: 8, runs: 1},
		"a batch has as many rows as a bucket":    {rows: 1, buckets: slices.Repeat([]int{16}, 7), poison: -1, most: 4, runs: 3},
		"long texts make small batches":           {rows: 1, buckets: slices.Repeat([]int{96}, 4), poison: -1, most: 2, runs: 2},
		"another length is another batch":         {rows: 1, buckets: []int{16, 96, 16, 96}, poison: -1, most: 2, runs: 2},
		"a caller's poison costs another nothing": {rows: 1, buckets: []int{16, 16, 16, 16}, poison: 2, most: 4, runs: 5},
		"a text longer than a whole batch":        {rows: 1, buckets: []int{512, 512}, poison: -1, most: 1, runs: 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, g := &line{}, &gate{}
			callers(t, l, g, tt.rows, tt.buckets, tt.poison)
			if slices.Max(g.batches) != tt.most || len(g.batches) != tt.runs {
				t.Errorf("batches of %v, want %d at most in %d runs", g.batches, tt.most, tt.runs)
			}
		})
	}
}

func TestWhoGivesUpLeavesTheLine(t *testing.T) {
	t.Parallel()
	l := &line{slots: make(chan struct{}), run: func(context.Context, [][]uint32) ([][]float32, error) {
		t.Error("it was computed")
		return nil, errPoison
	}}
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := l.compute(ctx, [][]uint32{{1}}, 16)
		left <- err
	}()
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(l.waiting) != 0 {
		t.Error("it still waits")
	}
	if _, err := l.compute(ctx, [][]uint32{{1}}, 16); !errors.Is(err, context.Canceled) {
		t.Errorf("afterwards: %v", err)
	}
}
