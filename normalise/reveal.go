package normalise

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Revealed is a text with what hid its words taken off, and the way back.
type Revealed struct {
	Text string
	// Register tells that only SMS French and verlan were written out: another
	// reading of the same words, which hides nothing.
	Register bool
	at       []origin // one a code point of Text; nil when nothing changed
}

// origin is the piece of the submitted text that a code point stands for.
type origin struct{ begin, end int32 }

// Changed reports whether anything was hidden.
func (r Revealed) Changed() bool { return r.at != nil }

// Origin gives the code points [begin, end) of the submitted text for the code
// points [begin, end) of the revealed one.
func (r Revealed) Origin(begin, end int) (int, int) {
	if r.at == nil || begin >= end {
		return begin, end
	}
	return int(r.at[begin].begin), int(r.at[end-1].end)
}

// Reveal takes off what hides words: characters without a shape, typographic
// alphabets, look-alike letters inside a Latin word, piled-up marks, letters
// spelled one by one, digits and signs for letters, drawn-out letters, and, in
// a French text, SMS spelling and verlan. What is written plainly comes back
// as it is, byte for byte; case and accents stay. It takes linear time.
//
// What it gives is for scoring beside the text itself, never instead of it: a
// guess that goes wrong must not hide what was there.
func Reveal(text, lang string) Revealed {
	french := len(lang) >= 2 && strings.EqualFold(lang[:2], "fr")
	if plain(text, french) {
		return Revealed{Text: text}
	}
	cells := unhide(text)
	cells = joinSpelled(cells)
	unmixScripts(cells)
	hidden := !spells(cells, text)
	cells, hid := rewriteWords(cells, french)
	r := assemble(text, cells)
	r.Register = r.Changed() && !hidden && !hid
	return r
}

// cell is one code point on its way, with the piece that it stands for.
type cell struct {
	r rune
	origin
}

// spells reports whether the cells are the text as it is.
func spells(cells []cell, text string) bool {
	i := 0
	for _, r := range text {
		if i == len(cells) || cells[i].r != r {
			return false
		}
		i++
	}
	return i == len(cells)
}

// assemble writes the cells out; an unchanged text is given back as it came.
func assemble(text string, cells []cell) Revealed {
	out := make([]byte, 0, len(text)+len(text)/8)
	for _, c := range cells {
		out = utf8.AppendRune(out, c.r)
	}
	if string(out) == text || !utf8.ValidString(text) && string(out) == string([]rune(text)) {
		return Revealed{Text: text}
	}
	at := make([]origin, len(cells))
	for i, c := range cells {
		at[i] = c.origin
	}
	return Revealed{Text: string(out), at: at}
}

// spell replaces a word by another that stands for all of it, letter by letter
// where the two go side by side.
func spell(dst, word []cell, as string) []cell {
	n, i := utf8.RuneCountInString(as), 0
	for _, r := range as {
		o := word[min(i, len(word)-1)].origin
		if i == n-1 {
			o.end = word[len(word)-1].end
			o.begin = max(o.begin, word[min(i, len(word)-1)].begin)
		}
		dst = append(dst, cell{r, o})
		i++
	}
	return dst
}

// asciiLetter reports a letter of the plain alphabet.
func asciiLetter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' && r < utf8.RuneSelf }

func digit(r rune) bool { return '0' <= r && r <= '9' }

// letterOrMark reports what a word is made of, beside digits.
func letterOrMark(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return asciiLetter(r)
	case r < 0x2c2:
		return r >= 0xc0 && r != 0xd7 && r != 0xf7 || r == 0xaa || r == 0xb5 || r == 0xba
	case r >= 0x2000 && r < 0x2071: // spaces, dashes, quotes
		return false
	}
	return ordinary(r) && (r < 0x2000 || r >= 0x3040 && r < 0x10000) || unicode.IsLetter(r) || unicode.IsMark(r)
}

func space(r rune) bool {
	return r == ' ' || (r < 0x100 || r >= 0x1680 && r <= 0x3000) && unicode.IsSpace(r)
}

// latin reports a letter of the Latin script, accents included.
func latin(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return asciiLetter(r)
	case r < 0x250:
		return r >= 0xc0 && r != 0xd7 && r != 0xf7
	default:
		return unicode.Is(unicode.Latin, r)
	}
}
