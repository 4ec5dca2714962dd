// Package lexicon finds listed words in French and English texts. It owns the
// lists, what a word of them weighs, and a scorer for the days when there is
// nothing better; it refuses to hit inside words (cialis is not in
// spécialiste) and to decide anything.
package lexicon

import (
	"context"
	"crypto/sha256"
	_ "embed" // the lists
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/normalise"
)

//go:embed lists/fr.txt
var french string

//go:embed lists/en.txt
var english string

// Lexicon is a set of words and phrases, each with a label. It is safe for
// concurrent use, and takes time in proportion to the text.
type Lexicon struct {
	root *node
	ref  models.WeightsRef
}

var _ classifier.Lexicon = (*Lexicon)(nil)

// node is a place in a phrase; its children are the words that may follow.
type node struct {
	next    map[string]*node
	entries []*entry // the phrases that end here, one a language where it matters
}

// entry is one listed word or phrase.
type entry struct {
	label  models.Label
	weight float64 // how much it speaks for the label by itself, 0 to 1
	only   string  // the one language in which it is meant; empty = any
}

// New reads the lists in the binary.
func New() (*Lexicon, error) {
	sum := sha256.Sum256([]byte(french + english))
	l := &Lexicon{root: &node{}, ref: models.WeightsRef{Name: "lexicon", Digest: hex.EncodeToString(sum[:])}}
	if err := l.read(french, "fr"); err != nil {
		return nil, fmt.Errorf("lexicon: lists/fr.txt: %w", err)
	}
	if err := l.read(english, "en"); err != nil {
		return nil, fmt.Errorf("lexicon: lists/en.txt: %w", err)
	}
	return l, nil
}

// Weights names the lists.
func (l *Lexicon) Weights() models.WeightsRef { return l.ref }

// Find gives the listed words of text, in order, with offsets in code points
// of the text as submitted. Where phrases overlap the longest counts.
func (l *Lexicon) Find(text, lang string) []models.WordHit {
	hits, _ := l.find(text, lang)
	return hits
}

// find gives the hits with their entries.
func (l *Lexicon) find(text, lang string) ([]models.WordHit, []*entry) {
	var hits []models.WordHit
	var entries []*entry
	folded := normalise.Fold(text)
	words := split(folded)
	runes := []rune(nil)
	for i := 0; i < len(words); {
		e, n := l.longest(words[i:], lang)
		if n == 0 {
			i++
			continue
		}
		if runes == nil {
			runes = []rune(text)
		}
		begin, end := folded.At[words[i].begin], folded.At[words[i+n-1].end-1]+1
		hits = append(hits, models.WordHit{Label: e.label, Span: models.Span{Begin: begin, End: end, Text: string(runes[begin:end])}})
		entries = append(entries, e)
		i += n
	}
	return hits, entries
}

// longest matches the longest phrase that words begin with; n 0 = none.
func (l *Lexicon) longest(words []word, lang string) (e *entry, n int) {
	at := l.root
	for i, w := range words {
		if i > 0 && !w.joined {
			break
		}
		if at = at.follow(w.text); at == nil {
			break
		}
		for _, found := range at.entries {
			if found.meant(lang) {
				e, n = found, i+1
				break
			}
		}
	}
	return e, n
}

// follow finds the child for a word, also when its letters were drawn out:
// "coooonnard" is looked up as "connard" is written, with one letter and two.
func (n *node) follow(w string) *node {
	if next := n.next[w]; next != nil {
		return next
	}
	if !drawnOut(w) {
		return nil
	}
	if next := n.next[squeeze(w, 1)]; next != nil {
		return next
	}
	return n.next[squeeze(w, 2)]
}

// meant reports whether the entry counts in a text of language lang. A word
// that is innocent in the other language needs a language that is known.
func (e *entry) meant(lang string) bool {
	base, _, _ := strings.Cut(lang, "-")
	return e.only == "" || e.only == strings.ToLower(base)
}

// word is one word of a folded text.
type word struct {
	text       string
	begin, end int  // in runes of the folded text
	joined     bool // only spaces or hyphens stand between it and the word before
}

// split cuts a folded text into words: runs of letters, marks and digits.
func split(f normalise.Folded) []word {
	var words []word
	begin, joined := -1, true
	for i, r := range f.Runes {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			if begin < 0 {
				begin = i
			}
			continue
		}
		if begin >= 0 {
			words = append(words, word{string(f.Runes[begin:i]), begin, i, joined})
			begin, joined = -1, true
		}
		joined = joined && (unicode.IsSpace(r) || strings.ContainsRune("-'_", r))
	}
	if begin >= 0 {
		words = append(words, word{string(f.Runes[begin:]), begin, len(f.Runes), joined})
	}
	return words
}

// drawnOut reports whether a letter stands three times in a row.
func drawnOut(w string) bool {
	run, last := 0, rune(-1)
	for _, r := range w {
		if r != last {
			run, last = 0, r
		}
		if run++; run == 3 {
			return true
		}
	}
	return false
}

// squeeze cuts runs of three and more to n, and leaves pairs alone.
func squeeze(w string, n int) string {
	runes := []rune(w)
	out := runes[:0:0]
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && runes[j] == runes[i] {
			j++
		}
		size := j - i
		if size >= 3 {
			size = n
		}
		out = append(out, runes[i:i+size]...)
		i = j
	}
	return string(out)
}

// Score gives each label the chance that the words found speak for it. Every
// label of the lists is covered; a text without a listed word scores 0.
func (l *Lexicon) Score(ctx context.Context, inputs []classifier.Input) ([]models.Scores, error) {
	out := make([]models.Scores, len(inputs))
	for i, in := range inputs {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("lexicon: %w", err)
		}
		_, entries := l.find(in.Text, in.Lang)
		out[i] = score(entries)
	}
	return out, nil
}

// score joins the weights of the words found as if they were independent, but
// each word once: saying it ten times does not make it worse.
func score(entries []*entry) models.Scores {
	scores := models.Scores{}
	for _, l := range covered {
		scores[l] = 0
	}
	seen := map[*entry]bool{}
	for _, e := range entries {
		if seen[e] {
			continue
		}
		seen[e] = true
		scores[e.label] = join(scores[e.label], e.weight)
		if e.label != models.Spam && e.label != models.Sexual {
			scores[models.Toxic] = join(scores[models.Toxic], e.weight)
		}
	}
	return scores
}

// join is the chance that either speaks, kept below certainty.
func join(a, b float64) float64 { return min(1-(1-a)*(1-b), 0.97) }
