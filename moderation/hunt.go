package moderation

import (
	"cmp"
	"context"
	"slices"

	"github.com/tamis-moderation/tamis/models"
)

const (
	// maxNamed bounds the words that are named in one piece: more would be the
	// text itself.
	maxNamed = 8
	// minRound is the least number of words worth comparing.
	minRound = 3
	// maxGroups is how many groups a text of too many words is first cut into.
	maxGroups = 12
)

// hunt looks for the words of one piece that make its score.
type hunt struct {
	*probe
	piece place
	words []place
	base  trial         // the piece as it is
	rest  []trial       // the other pieces
	alone map[int]trial // the piece without this one word
	gain  []float64     // how much of the excess leaves with a word, as far as known
	set   []int         // the words found, in order
	best  trial         // the piece without them
}

func newHunt(p *probe, piece place, base trial, rest []trial) *hunt {
	h := &hunt{probe: p, piece: piece, words: wordsOf(p.text, piece), base: base, rest: rest, alone: map[int]trial{}}
	h.gain = make([]float64, len(h.words))
	return h
}

func (h *hunt) wholeText() bool { return h.piece == place{0, len(h.text)} }

// run finds the smallest set of words without which nothing of the piece asks
// for the action any more or, failing that, those that matter most.
func (h *hunt) run(ctx context.Context) error {
	if len(h.words) == 0 {
		return nil
	}
	if err := h.leaveOut(ctx); err != nil {
		return err
	}
	if err := h.grow(ctx); err != nil {
		return err
	}
	if h.best.settled {
		return h.prune(ctx)
	}
	if h.best.excess >= h.base.excess {
		h.set = nil // these words made nothing
	}
	return nil
}

// leaveOut measures each word, or where they are too many, each group of them
// and then the words of the groups that matter.
func (h *hunt) leaveOut(ctx context.Context) error {
	rows := h.left - h.kept
	all := indexes(0, len(h.words))
	if len(all) <= rows*5/8 {
		return h.measure(ctx, all)
	}
	listed := h.listedWords()
	listed = listed[:min(len(listed), rows/6)]
	if err := h.measure(ctx, listed); err != nil {
		return err
	}
	groups := h.groups(min(maxGroups, rows*3/10))
	cuts := make([][]place, len(groups))
	for i, g := range groups {
		cuts[i] = h.places(g)
	}
	tried, err := h.try(ctx, []place{h.piece}, cuts)
	if err != nil {
		return err
	}
	for i, t := range tried {
		for _, w := range groups[i] {
			if _, known := h.alone[w]; !known {
				h.gain[w] = (h.base.excess - t.excess) / float64(len(groups[i]))
			}
		}
	}
	order := indexes(0, len(tried))
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(tried[i].excess, tried[j].excess) })
	var near []int
	for _, i := range order {
		for _, w := range groups[i] {
			if _, known := h.alone[w]; !known && len(near) < rows*3/10 {
				near = append(near, w)
			}
		}
	}
	return h.measure(ctx, near)
}

// measure leaves each of the words out, alone.
func (h *hunt) measure(ctx context.Context, words []int) error {
	cuts := make([][]place, len(words))
	for i, w := range words {
		cuts[i] = []place{h.words[w]}
	}
	if len(cuts) == 0 {
		return nil
	}
	tried, err := h.try(ctx, []place{h.piece}, cuts)
	for i, t := range tried {
		h.alone[words[i]] = t
		h.gain[words[i]] = h.base.excess - t.excess
	}
	return err
}

// grow takes out more and more words, those that matter most first, until the
// piece is settled. When that does not get there, it begins anew with the first
// and measures the others again for each that it adds: of two words that say the
// same, each hides the other.
func (h *hunt) grow(ctx context.Context) error {
	most := min(maxNamed, (len(h.words)+1)/2)
	if err := h.prefixes(ctx, h.ranked(), most); err != nil || h.best.settled {
		return err
	}
	set := h.ranked()[:1]
	for len(set) < most {
		next, err := h.add(ctx, set)
		if err != nil || h.best.settled || next == nil {
			return err
		}
		set = next
	}
	return nil
}

// add puts the word with most to it into set, as measured with set taken out
// already; nil when no rows are left to tell.
func (h *hunt) add(ctx context.Context, set []int) ([]int, error) {
	rest := slices.DeleteFunc(h.ranked(), func(w int) bool { return slices.Contains(set, w) })
	rest = rest[:min(len(rest), max(minRound, (h.left-h.kept)/3))]
	cuts := make([][]place, len(rest))
	for i, w := range rest {
		cuts[i] = h.places(append(slices.Clone(set), w))
	}
	tried, err := h.try(ctx, []place{h.piece}, cuts)
	if err != nil || len(tried) < min(minRound, len(rest)) || len(tried) == 0 {
		return nil, err
	}
	next := 0
	for i, t := range tried {
		if t.excess < tried[next].excess || t.settled && !tried[next].settled {
			next = i
		}
	}
	set = append(slices.Clone(set), rest[next])
	if t := tried[next]; t.settled || t.excess < h.best.excess {
		h.take(set, t)
	}
	return set, nil
}

// prefixes takes out ever more of the ranked words, at most most, and keeps the
// first set that settles, else the one that got furthest.
func (h *hunt) prefixes(ctx context.Context, ranked []int, most int) error {
	var sets [][]int
	for n := 1; n <= min(most, len(ranked)); n++ {
		t, known := h.alone[ranked[0]]
		if n > 1 || len(h.must) > 0 || !known {
			sets = append(sets, ranked[:n])
			continue
		}
		h.take(ranked[:1], t)
		if t.settled {
			return nil
		}
	}
	// A few at a time: most texts need no more than the first.
	for len(sets) > 0 {
		batch := sets[:min(3, len(sets))]
		sets = sets[len(batch):]
		cuts := make([][]place, len(batch))
		for i, s := range batch {
			cuts[i] = h.places(s)
		}
		tried, err := h.try(ctx, []place{h.piece}, cuts)
		if err != nil {
			return err
		}
		for i, t := range tried {
			if t.settled || len(h.set) == 0 || t.excess < h.best.excess {
				h.take(batch[i], t)
			}
			if t.settled {
				return nil
			}
		}
		if len(tried) < len(batch) {
			return nil
		}
	}
	return nil
}

// prune gives words back without which the piece is settled all the same.
func (h *hunt) prune(ctx context.Context) error {
	for len(h.set) > 1 {
		cuts := make([][]place, len(h.set))
		for i := range h.set {
			cuts[i] = h.places(slices.Delete(slices.Clone(h.set), i, i+1))
		}
		tried, err := h.try(ctx, []place{h.piece}, cuts)
		if err != nil {
			return err
		}
		least := -1
		for i, t := range tried {
			if t.settled && (least < 0 || h.gain[h.set[i]] < h.gain[h.set[least]]) {
				least = i
			}
		}
		if least < 0 {
			return nil
		}
		h.take(slices.Delete(slices.Clone(h.set), least, least+1), tried[least])
	}
	return nil
}

func (h *hunt) take(set []int, t trial) {
	h.set, h.best = slices.Sorted(slices.Values(set)), t
}

// ranked gives the words, those with the most to them first.
func (h *hunt) ranked() []int {
	order := indexes(0, len(h.words))
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(h.gain[j], h.gain[i]) })
	return order
}

// listedWords are the words that a list knows.
func (h *hunt) listedWords() []int {
	var out []int
	listed := h.listedIn(h.piece)
	for i, w := range h.words {
		if slices.ContainsFunc(listed, w.overlaps) {
			out = append(out, i)
		}
	}
	return out
}

// groups cuts the words into n groups of neighbours.
func (h *hunt) groups(n int) [][]int {
	n = max(1, min(n, len(h.words)))
	groups := make([][]int, n)
	for i := range groups {
		groups[i] = indexes(i*len(h.words)/n, (i+1)*len(h.words)/n)
	}
	return groups
}

// places are where some words and what must go in any case stand, in order.
func (h *hunt) places(words []int) []place {
	out := h.mustHere()
	for _, w := range words {
		out = append(out, h.words[w])
	}
	return inOrder(out)
}

func (h *hunt) mustHere() []place {
	var out []place
	for _, m := range h.must {
		if m.overlaps(h.piece) {
			out = append(out, place{max(m.begin, h.piece.begin), min(m.end, h.piece.end)})
		}
	}
	return out
}

// cut is what to take out of the piece.
func (h *hunt) cut() []place { return h.places(h.set) }

// without tells the whole text's score of a label once a word is taken out: in
// a long text the worst piece counts.
func (h *hunt) without(word int, l models.Label) (float64, bool) {
	t, known := h.alone[word]
	if !known || t.blank {
		return 0, false
	}
	score := t.scores[l]
	for _, other := range h.rest {
		score = max(score, other.scores[l])
	}
	return score, true
}

// nobodys reports whether no label's score falls with a word: it counts only
// together with others, and any reason may name it.
func (h *hunt) nobodys(word int, reasons []models.Reason) bool {
	return !slices.ContainsFunc(reasons, func(r models.Reason) bool {
		if r.Rule != models.RuleScore || r.Shadow {
			return false
		}
		w, measured := h.without(word, r.Label)
		return measured && w < r.Score
	})
}

func indexes(begin, end int) []int {
	out := make([]int, 0, end-begin)
	for i := begin; i < end; i++ {
		out = append(out, i)
	}
	return out
}
