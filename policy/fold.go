package policy

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is one whole word of a text, folded, with where it stands: Begin and
// End count code points of the text as submitted, the byte offsets cut it out.
type token struct {
	folded             string
	begin, end         int // code points
	byteBegin, byteEnd int
}

// tokenise cuts text into words by Unicode's own classes: runs of letters,
// digits and marks. Scripts written without spaces, and symbols such as emoji,
// give one word a character, so that a phrase finds them anywhere.
func tokenise(text string) []token {
	var (
		tokens []token
		word   []byte // the folded form of the word in hand
		open   token
	)
	flush := func() {
		if len(word) > 0 {
			open.folded = string(word)
			tokens = append(tokens, open)
		}
		word = word[:0]
	}
	at := 0
	for i, r := range text {
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(text[i:])
		}
		kind := kindOf(r)
		if kind == gap || kind == lone {
			flush()
		}
		if kind == inWord || kind == lone {
			if len(word) == 0 {
				open = token{begin: at, byteBegin: i}
			}
			word = appendFolded(word, r)
			open.end, open.byteEnd = at+1, i+size
		}
		if kind == lone {
			flush()
		}
		at++
	}
	flush()
	return tokens
}

// runeKind is what a character does to the word it meets.
type runeKind uint8

const (
	gap       runeKind = iota // ends a word
	inWord                    // belongs to a word
	lone                      // is a word by itself
	invisible                 // is passed over: it hides inside words
)

func kindOf(r rune) runeKind {
	switch {
	case r < utf8.RuneSelf:
		return asciiKind(r)
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return invisible
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return lone
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		return inWord
	case unicode.IsSymbol(r):
		return symbolKind(r)
	default:
		return gap
	}
}

func asciiKind(r rune) runeKind {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return inWord
	case r == '$', r == '+', r == '<', r == '=', r == '>', r == '^', r == '`', r == '|', r == '~':
		return lone
	default:
		return gap
	}
}

// symbolKind keeps letters that Unicode files under symbols, such as Ⓐ, in words.
func symbolKind(r rune) runeKind {
	if d := decomposed(r); len(d) > 0 {
		if first, _ := utf8.DecodeRune(d); unicode.IsLetter(first) {
			return inWord
		}
	}
	return lone
}

// spelledOut are letters that compatibility decomposition leaves alone and
// that people write without.
var spelledOut = map[rune]string{
	'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ħ': "h", 'ſ': "s",
}

// appendFolded appends r without case and accents.
func appendFolded(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(dst, byte(r)) //nolint:gosec // it is below utf8.RuneSelf
	}
	d := decomposed(r)
	if len(d) == 0 {
		return appendLower(dst, r)
	}
	for len(d) > 0 {
		part, size := utf8.DecodeRune(d)
		dst = appendLower(dst, part)
		d = d[size:]
	}
	return dst
}

func appendLower(dst []byte, r rune) []byte {
	if accent(r) {
		return dst
	}
	r = unicode.ToLower(r)
	if s, ok := spelledOut[r]; ok {
		return append(dst, s...)
	}
	if r == 'ς' {
		r = 'σ'
	}
	return utf8.AppendRune(dst, r)
}

// decomposed gives the full compatibility decomposition of one character, or
// nothing when it has none.
func decomposed(r rune) []byte {
	var b [utf8.UTFMax]byte
	n := utf8.EncodeRune(b[:], r)
	return norm.NFKD.Properties(b[:n]).Decomposition()
}

// accent reports whether r is a mark that may be left out in writing: the
// diacritics of European scripts, the vowel points of Hebrew and Arabic. Marks
// that make another letter, as in the scripts of India, stay.
func accent(r rune) bool {
	switch {
	case 0x0300 <= r && r <= 0x036f, 0x1ab0 <= r && r <= 0x1aff, 0x1dc0 <= r && r <= 0x1dff,
		0x20d0 <= r && r <= 0x20ff, 0xfe20 <= r && r <= 0xfe2f,
		0x0591 <= r && r <= 0x05c7, 0x064b <= r && r <= 0x065f, r == 0x0670, r == 0x0640:
		return true
	}
	return false
}
