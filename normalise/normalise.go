// Package normalise folds spelling that hides words: case, accents, invisible
// characters, letters from typographic alphabets. It owns the way back to the
// submitted text, in Unicode code points; it refuses anything that guesses
// (look-alikes, digits for letters), and changes plain ASCII in nothing but
// its case.
package normalise

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Folded is a text made comparable: lower case, no accents, no invisible
// characters, compatibility letters (full-width, mathematical, ligatures) as
// plain ones.
type Folded struct {
	Runes []rune
	At    []int // Runes[i] comes from code point At[i] of the text
}

// Fold folds text for comparison.
func Fold(text string) Folded {
	f := Folded{Runes: make([]rune, 0, len(text)), At: make([]int, 0, len(text))}
	at := 0
	for i, r := range text {
		if r < utf8.RuneSelf {
			f.add(at, lowerASCII(r))
		} else {
			f.addFolded(at, r, text[i:])
		}
		at++
	}
	return f
}

// String folds text and gives it back without the way home.
func String(text string) string { return string(Fold(text).Runes) }

// Visible drops the invisible characters of text and writes letters of
// typographic alphabets as plain ones. Case and accents stay.
func Visible(text string) string {
	if isASCII(text) {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	for i, r := range text {
		switch {
		case r < utf8.RuneSelf:
			out.WriteByte(byte(r))
		case Invisible(r):
		case isTypographic(r):
			out.WriteString(decompose(r, text[i:]))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// Invisible reports whether r shows nothing: format characters (zero width,
// soft hyphen, direction marks, tags), variation selectors and blank fillers.
func Invisible(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u3164', '\uffa0':
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// letters are folded without help from Unicode's decompositions.
var letters = map[rune]string{
	'œ': "oe", 'Œ': "oe", 'æ': "ae", 'Æ': "ae", 'ß': "ss", 'ẞ': "ss", 'ø': "o", 'Ø': "o",
	'đ': "d", 'Đ': "d", 'ł': "l", 'Ł': "l", 'ı': "i", '’': "'", '‘': "'", 'ʼ': "'",
}

// addFolded folds a rune outside ASCII; rest begins with it.
func (f *Folded) addFolded(at int, r rune, rest string) {
	if Invisible(r) || unicode.Is(unicode.Mn, r) {
		return
	}
	if s, ok := letters[r]; ok {
		for _, r := range s {
			f.add(at, r)
		}
		return
	}
	for _, r := range decompose(r, rest) {
		if !unicode.Is(unicode.Mn, r) {
			f.add(at, unicode.ToLower(r))
		}
	}
}

func (f *Folded) add(at int, r rune) {
	f.Runes = append(f.Runes, r)
	f.At = append(f.At, at)
}

// decompose gives the compatibility decomposition of r; rest begins with it.
func decompose(r rune, rest string) string {
	if d := norm.NFKD.PropertiesString(rest).Decomposition(); d != nil {
		return string(d)
	}
	return string(r)
}

// isTypographic reports whether r is a letter of a typographic alphabet:
// full-width, mathematical, circled.
func isTypographic(r rune) bool {
	return r >= 0xff01 && r <= 0xff5e || r >= 0x1d400 && r <= 0x1d7ff || r >= 0x24b6 && r <= 0x24e9
}

func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r | 0x20
	}
	return r
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
