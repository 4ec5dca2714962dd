package classifier

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/normalise"
)

// Folding scores a text and, where its spelling hides words, also what it
// hides; the worst counts, label by label. SMS French and verlan hide nothing:
// of those two readings the mean counts, so that register is never the worse
// for being understood. A plain text is scored once.
type Folding struct {
	Scorer

	// Detector tells the language of a text that was too well hidden to have
	// one; nil leaves it unknown.
	Detector Detector
}

// Score gives one answer an input, in order.
func (f Folding) Score(ctx context.Context, inputs []Input) ([]models.Scores, error) {
	all, owners, joins := f.readings(inputs)
	scores, err := f.Scorer.Score(ctx, all)
	if err != nil || owners == nil {
		return scores, err
	}
	if len(scores) != len(all) {
		return nil, models.Errorf(models.Internal, "the scorer gave %d answers for %d texts", len(scores), len(all))
	}
	for k, i := range owners {
		scores[i] = joins[k](scores[i], scores[len(inputs)+k])
	}
	return scores[:len(inputs)], nil
}

// Rows tells how many rows of the network scoring the inputs takes, both readings
// counted; see [Ensemble.Rows].
func (f Folding) Rows(inputs []Input) int {
	all, _, _ := f.readings(inputs)
	if m, ok := f.Scorer.(interface{ Rows(inputs []Input) int }); ok {
		return m.Rows(all)
	}
	return len(all)
}

// readings gives the inputs, followed by what some of them hide: whose each of
// those is, and how its scores join the owner's.
func (f Folding) readings(inputs []Input) (all []Input, owners []int, joins []func(a, b models.Scores) models.Scores) {
	all = inputs
	for i, in := range inputs {
		hidden, register, ok := reveal(in, f.Detector)
		if !ok {
			continue
		}
		join := worst
		if register {
			join = mean
		}
		if owners == nil {
			all = slices.Clone(inputs)
		}
		all, owners, joins = append(all, hidden), append(owners, i), append(joins, join)
	}
	return all, owners, joins
}

// worst gives the higher score of each label.
func worst(a, b models.Scores) models.Scores {
	out := maps.Clone(a)
	for l, p := range b {
		if q, ok := out[l]; !ok || p > q {
			out[l] = p
		}
	}
	return out
}

// mean gives the score of each label between two readings.
func mean(a, b models.Scores) models.Scores {
	out := maps.Clone(a)
	for l, p := range b {
		if q, ok := out[l]; ok {
			p = (p + q) / 2
		}
		out[l] = p
	}
	return out
}

// reveal gives the input as it reads with nothing hidden, and whether only its
// register changed; not ok when nothing did.
func reveal(in Input, d Detector) (plain Input, register, ok bool) {
	r := normalise.Reveal(in.Text, in.Lang)
	if !r.Changed() {
		return in, false, false
	}
	if unknown(in.Lang) && d != nil {
		// SMS French is looked for only in what is known to be French.
		if in.Lang = d.Detect(r.Text); !unknown(in.Lang) {
			r = normalise.Reveal(in.Text, in.Lang)
		}
	}
	return Input{Text: r.Text, Lang: in.Lang}, r.Register, true
}

func unknown(lang string) bool { return lang == "" || lang == Undetermined }

// FoldingLexicon finds listed words also where spelling hides them, at the
// places where they stand in the text as submitted.
type FoldingLexicon struct {
	Lexicon

	Detector Detector // see [Folding]
}

// Score joins what both readings of a text say.
func (f FoldingLexicon) Score(ctx context.Context, inputs []Input) ([]models.Scores, error) {
	scores, err := Folding{Scorer: f.Lexicon, Detector: f.Detector}.Score(ctx, inputs)
	if err != nil {
		return nil, fmt.Errorf("hidden words: %w", err)
	}
	return scores, nil
}

// Find gives the words of both readings, in order, each place once.
func (f FoldingLexicon) Find(text, lang string) []models.WordHit {
	hits := f.Lexicon.Find(text, lang)
	in, _, ok := reveal(Input{Text: text, Lang: lang}, f.Detector)
	if !ok {
		return hits
	}
	r := normalise.Reveal(text, in.Lang)
	runes := []rune(text)
	for _, h := range f.Lexicon.Find(r.Text, in.Lang) {
		begin, end := r.Origin(h.Span.Begin, h.Span.End)
		h.Span = models.Span{Begin: begin, End: end, Text: string(runes[begin:end])}
		hits = insert(hits, h)
	}
	return hits
}

// insert puts a hit where it belongs, unless its place is taken.
func insert(hits []models.WordHit, h models.WordHit) []models.WordHit {
	at := len(hits)
	for at > 0 && hits[at-1].Span.Begin >= h.Span.End {
		at--
	}
	if at > 0 && hits[at-1].Span.End > h.Span.Begin {
		return hits
	}
	hits = append(hits, models.WordHit{})
	copy(hits[at+1:], hits[at:])
	hits[at] = h
	return hits
}
