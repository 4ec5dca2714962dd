package moderation

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tamis-moderation/tamis/normalise"
)

// place is a piece of a text, in code points, end exclusive.
type place struct{ begin, end int }

func (p place) overlaps(q place) bool { return p.begin < q.end && q.begin < p.end }

// wordsOf cuts a piece of a text into what a person would strike out: words with
// the characters that mask their letters, hyphened ones whole, links whole,
// emoji. Quotes, brackets and the marks at the end of a sentence belong to none.
func wordsOf(text []rune, in place) []place {
	var words []place
	for begin := in.begin; begin < in.end; {
		if unicode.IsSpace(text[begin]) {
			begin++
			continue
		}
		end := begin
		for end < in.end && !unicode.IsSpace(text[end]) {
			end++
		}
		words = append(words, wordsOfChunk(text, place{begin, end})...)
		begin = end
	}
	return words
}

// wordsOfChunk cuts what stands between two spaces.
func wordsOfChunk(text []rune, chunk place) []place {
	raw := string(text[chunk.begin:chunk.end])
	if strings.Contains(raw, "://") || strings.HasPrefix(strings.ToLower(raw), "www.") {
		return []place{chunk}
	}
	var words []place
	begin := chunk.begin
	flush := func(end int) {
		if w, ok := trimmed(text, place{begin, end}); ok {
			words = append(words, w)
		}
		begin = end
	}
	for i := chunk.begin; i < chunk.end; i++ {
		switch r := text[i]; {
		case unspaced(r):
			flush(i)
			flush(i + 1)
		case isApostrophe(r) && elided(text[begin:i]):
			flush(i + 1)
		case strings.ContainsRune(",;:!?/…()[]{}«»\"“”", r):
			flush(i)
		}
	}
	flush(chunk.end)
	return words
}

// trimmed takes the punctuation off both ends; not ok when nothing is left.
func trimmed(text []rune, p place) (place, bool) {
	bare := func(r rune) bool {
		mask := strings.ContainsRune("*@#&%", r)
		return unicode.IsPunct(r) && !mask || normalise.Invisible(r)
	}
	for p.begin < p.end && bare(text[p.begin]) {
		p.begin++
	}
	for p.begin < p.end && bare(text[p.end-1]) {
		p.end--
	}
	return p, p.begin < p.end
}

// unspaced reports whether r is of a script that puts no spaces between words.
func unspaced(r rune) bool {
	return r >= 0xe00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao,
		unicode.Khmer, unicode.Myanmar)
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

var elisions = []string{"c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"}

// elided reports whether an apostrophe after word ends a French word, as in
// l'autre; in don't it does not.
func elided(word []rune) bool {
	return slices.Contains(elisions, strings.ToLower(strings.TrimLeftFunc(string(word), unicode.IsPunct)))
}

// without gives a piece of a text with some places taken out, each with a space
// beside it where that joins nothing. The places are in order and do not overlap.
func without(text []rune, in place, cut []place) string {
	space := func(i int) bool { return i < in.begin || i >= in.end || unicode.IsSpace(text[i]) }
	var out strings.Builder
	at := in.begin
	for _, c := range cut {
		begin := c.begin
		if begin > at && space(begin-1) && space(c.end) {
			begin--
		}
		out.WriteString(string(text[at:max(at, begin)]))
		at = max(at, c.end)
	}
	out.WriteString(string(text[at:in.end]))
	return out.String()
}

// pieceRunes is how long a piece of a long text is: well inside one row of the
// network in any language that uses spaces.
const pieceRunes = 220

// piecesOf cuts a text into pieces at the ends of sentences where there are
// some, else between words.
func piecesOf(text []rune) []place {
	var pieces []place
	begin := 0
	for len(text)-begin > pieceRunes {
		end := begin + lastBreak(text[begin:begin+pieceRunes])
		pieces = append(pieces, place{begin, end})
		begin = end
	}
	return append(pieces, place{begin, len(text)})
}

// lastBreak gives where the best break in text is: after its last sentence,
// else after its last space, else at its end.
func lastBreak(text []rune) int {
	space := 0
	for i := len(text) - 1; i > len(text)/3; i-- {
		if !unicode.IsSpace(text[i]) {
			continue
		}
		if text[i] == '\n' || strings.ContainsRune(".!?…", text[i-1]) {
			return i + 1
		}
		space = max(space, i+1)
	}
	if space > 0 {
		return space
	}
	return len(text)
}
