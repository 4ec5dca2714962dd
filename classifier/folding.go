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
// for being understood. Words glued together are parted where one is abuse. A
// plain text is scored once.
type Folding struct {
	Scorer

	// Detector tells the language of a text that was too well hidden to have
	// one; nil leaves it unknown.
	Detector Detector

	// Knows reports a word, in small letters, that may stand beside abuse where
	// the spaces are left out; nil leaves it to a list of common ones.
	Knows func(word string) bool
}

// Score gives one answer an input, in order.
func (f Folding) Score(ctx context.Context, inputs []Input) ([]models.Scores, error) {
	all, seconds := f.readings(inputs)
	scores, err := f.Scorer.Score(ctx, all)
	if err != nil || seconds == nil {
		return scores, err
	}
	if len(scores) != len(all) {
		return nil, models.Errorf(models.Internal, "the scorer gave %d answers for %d texts", len(scores), len(all))
	}
	for _, s := range seconds {
		scores[s.of] = s.join(scores)
	}
	return scores[:len(inputs)], nil
}

// Rows tells how many rows of the network scoring the inputs takes, all readings
// counted; see [Ensemble.Rows].
func (f Folding) Rows(inputs []Input) int {
	all, _ := f.readings(inputs)
	if m, ok := f.Scorer.(interface{ Rows(inputs []Input) int }); ok {
		return m.Rows(all)
	}
	return len(all)
}

// second tells which texts are further readings of an input; 0 = there is none.
type second struct {
	of       int
	plain    int  // with nothing hidden
	spelled  int  // that, or the text as it is, with its short forms written out
	register bool // the short forms hide nothing
}

// join gives the scores of an input by all of its readings. What nothing hides
// is read as if it had been written so: hiding a word never makes it milder.
func (s second) join(scores []models.Scores) models.Scores {
	read := scores[s.of]
	if s.plain > 0 {
		read = scores[s.plain]
	}
	switch {
	case s.spelled > 0 && s.register:
		read = mean(read, scores[s.spelled])
	case s.spelled > 0:
		read = worst(read, scores[s.spelled])
	}
	if s.plain > 0 {
		read = worst(scores[s.of], read)
	}
	return read
}

// readings gives the inputs, followed by what else some of them say.
func (f Folding) readings(inputs []Input) (all []Input, seconds []second) {
	all = inputs
	add := func(in Input) int {
		if seconds == nil {
			all = slices.Clone(inputs)
		}
		all = append(all, in)
		return len(all) - 1
	}
	for i, in := range inputs {
		s := second{of: i}
		// No language has French short forms written out.
		if text := normalise.Unglue(normalise.Reveal(in.Text, "").Text, f.Knows); text != in.Text {
			in.Text = text
			if unknown(in.Lang) && f.Detector != nil {
				in.Lang = f.Detector.Detect(text)
			}
			s.plain = add(in)
			seconds = append(seconds, s)
		}
		r := normalise.Reveal(in.Text, in.Lang)
		if !r.Changed() {
			continue
		}
		s.register = r.Register
		s.spelled = add(Input{Text: r.Text, Lang: in.Lang})
		if s.plain > 0 {
			seconds[len(seconds)-1] = s
			continue
		}
		seconds = append(seconds, s)
	}
	return all, seconds
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

// languageOf is the language of an input; that of a text that was too well
// hidden to have one is told by what it hides.
func languageOf(in Input, d Detector) string {
	if unknown(in.Lang) && d != nil {
		if r := normalise.Reveal(in.Text, in.Lang); r.Changed() {
			return d.Detect(r.Text)
		}
	}
	return in.Lang
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
	lang = languageOf(Input{Text: text, Lang: lang}, f.Detector)
	r := normalise.Reveal(text, lang)
	if !r.Changed() {
		return hits
	}
	runes := []rune(text)
	for _, h := range f.Lexicon.Find(r.Text, lang) {
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
