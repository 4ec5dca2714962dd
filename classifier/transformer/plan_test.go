package transformer

import (
	"slices"
	"testing"
)

// count makes n ids: 10, 11, 12 …
func count(n int) []uint32 {
	ids := make([]uint32, n)
	for i := range ids {
		ids[i] = uint32(10 + i)
	}
	return ids
}

func TestCut(t *testing.T) {
	t.Parallel()
	const longest, overlap = 96, 16
	for _, n := range []int{0, 1, 95, 96, 97, 112, 175, 176, 177, 256, 257, 1000, 32_768} {
		windows := cut(count(n), longest, overlap)
		next := 0
		for i, w := range windows {
			if len(w) == 0 || len(w) > longest {
				t.Fatalf("%d tokens: window %d has %d", n, i, len(w))
			}
			begin, end := int(w[0])-10, int(w[len(w)-1])-10
			if begin > next {
				t.Errorf("%d tokens: %d to %d are in no window", n, next, begin)
			}
			if i > 0 && next-begin < overlap {
				t.Errorf("%d tokens: windows %d and %d share %d", n, i-1, i, next-begin)
			}
			next = end + 1
		}
		if next != n {
			t.Errorf("%d tokens: the last window ends at %d", n, next)
		}
		if least := (n - overlap + longest - overlap - 1) / (longest - overlap); n > longest && len(windows) != least {
			t.Errorf("%d tokens: %d windows, %d are enough", n, len(windows), least)
		}
	}
}

func TestPlanJudgesTheSameWindowOnce(t *testing.T) {
	t.Parallel()
	same := slices.Repeat([]uint32{7}, 960)
	windows := plan([][]uint32{{5, 6}, nil, {5, 6}, same}, 96, 16)
	if len(windows) != 2 {
		t.Fatalf("%d windows, want one for both short texts and one for the text that repeats itself", len(windows))
	}
	if got := windows[0].owners; !slices.Equal(got, []int{0, 2}) {
		t.Errorf("owners = %v, want 0 and 2", got)
	}
	if got := windows[1].owners; !slices.Equal(got, []int{3}) {
		t.Errorf("owners = %v, want 3 once", got)
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	sequences := []int{8, 16, 96}
	var windows []*window
	for _, n := range slices.Concat(slices.Repeat([]int{3}, 21), slices.Repeat([]int{9}, 16), []int{8, 16, 17, 96, 96}) {
		windows = append(windows, &window{ids: count(n)})
	}
	var sizes []int
	seen := map[*window]bool{}
	for _, b := range batches(windows, sequences) {
		sizes = append(sizes, len(b))
		if !slices.Contains(batchBuckets, len(b)) {
			t.Errorf("a batch of %d has padding rows", len(b))
		}
		bucket := func(w *window) int {
			i, _ := slices.BinarySearch(sequences, len(w.ids))
			return i
		}
		for _, w := range b {
			if seen[w] {
				t.Error("a window stands in two batches")
			}
			seen[w] = true
			if bucket(w) != bucket(b[0]) {
				t.Errorf("%d and %d tokens stand in one batch", len(w.ids), len(b[0].ids))
			}
		}
	}
	if len(seen) != 42 {
		t.Errorf("%d windows of 42 are in batches", len(seen))
	}
	if want := []int{16, 4, 2, 16, 1, 2, 1}; !slices.Equal(sizes, want) {
		t.Errorf("sizes %v, want %v", sizes, want)
	}
	if got := batches(nil, sequences); len(got) != 0 {
		t.Errorf("nothing gave %d batches", len(got))
	}
}

func TestBucketsEndAtTheLongest(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int][]int{96: {8, 16, 24, 32, 48, 64, 96}, 20: {8, 16, 20}, 8: {8}, 128: {8, 16, 24, 32, 48, 64, 96, 128}} {
		if got := bucketsUpTo(limit); !slices.Equal(got, want) {
			t.Errorf("up to %d: %v, want %v", limit, got, want)
		}
	}
}
