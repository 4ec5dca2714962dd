package transformer

import (
	"encoding/binary"
	"slices"
)

// window is a piece of one or more texts, short enough to be judged at once.
type window struct {
	ids    []uint32
	owners []int // the texts it is a piece of
	scores []float32
}

// plan cuts texts into windows. The same window of several texts, or of one
// that repeats itself, is judged once. A text without tokens has no window.
func plan(texts [][]uint32, longest, overlap int) []*window {
	var windows []*window
	seen := map[string]*window{}
	key := make([]byte, 0, 4*longest)
	for owner, ids := range texts {
		for _, piece := range cut(ids, longest, overlap) {
			key = key[:0]
			for _, id := range piece {
				key = binary.LittleEndian.AppendUint32(key, id)
			}
			w := seen[string(key)]
			if w == nil {
				w = &window{ids: piece}
				seen[string(key)] = w
				windows = append(windows, w)
			}
			if n := len(w.owners); n == 0 || w.owners[n-1] != owner {
				w.owners = append(w.owners, owner)
			}
		}
	}
	return windows
}

// cut divides ids into as few windows of at most longest tokens as it takes
// when neighbours share overlap tokens, all about equally long. Every token is
// in a window.
func cut(ids []uint32, longest, overlap int) [][]uint32 {
	if len(ids) == 0 {
		return nil
	}
	if len(ids) <= longest {
		return [][]uint32{ids}
	}
	step := longest - overlap
	n := (len(ids) - overlap + step - 1) / step
	windows := make([][]uint32, n)
	size := (len(ids) + (n-1)*overlap + n - 1) / n
	for i := range windows {
		begin := i * (len(ids) - size) / (n - 1)
		windows[i] = ids[begin : begin+size]
	}
	return windows
}

// batches groups windows of like length, so that short ones are not padded to
// long ones, in numbers that are batch buckets, so that no row is padding.
func batches(windows []*window, sequences []int) [][]*window {
	slices.SortStableFunc(windows, func(a, b *window) int { return len(a.ids) - len(b.ids) })
	var out [][]*window
	for _, sequence := range sequences {
		n, _ := slices.BinarySearchFunc(windows, sequence+1, func(w *window, n int) int { return len(w.ids) - n })
		group := windows[:n]
		windows = windows[n:]
		for len(group) > 0 {
			size := batchBucket(min(len(group), batchTokens/sequence))
			out = append(out, group[:size])
			group = group[size:]
		}
	}
	return out
}

// batchBucket is the largest batch bucket of at most n rows, the smallest at
// least.
func batchBucket(n int) int {
	best := batchBuckets[0]
	for _, b := range batchBuckets {
		if b <= n {
			best = b
		}
	}
	return best
}
