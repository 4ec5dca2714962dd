package compat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxSentences bounds what one request can have scored: sentences of a text
// that has more are joined.
const MaxSentences = 64

// Span is a piece of a text, in bytes, its end exclusive.
type Span struct{ Begin, End int }

// Sentences cuts a text after its full stops and at its line breaks. Spaces
// around a sentence are nobody's; a text without any cut is one sentence.
func Sentences(text string) []Span {
	least := len(text) / MaxSentences
	var found []Span
	begin := 0
	for i := 0; i < len(text); {
		end, cut := endOfSentence(text, i)
		if cut && end-begin >= least {
			found = appendPiece(found, text, begin, end)
			begin = end
		}
		i = end
	}
	return appendPiece(found, text, begin, len(text))
}

// appendPiece adds a piece without the spaces around it, if anything is left.
func appendPiece(found []Span, text string, begin, end int) []Span {
	piece := text[begin:end]
	begin += len(piece) - len(strings.TrimLeftFunc(piece, unicode.IsSpace))
	end -= len(piece) - len(strings.TrimRightFunc(piece, unicode.IsSpace))
	if begin >= end {
		return found
	}
	if strings.IndexFunc(text[begin:end], speaks) < 0 && len(found) > 0 {
		found[len(found)-1].End = end // lone signs belong to what they follow
		return found
	}
	return append(found, Span{begin, end})
}

func speaks(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.So, r)
}

// endOfSentence reads one character at i, or the signs that may end a sentence,
// and tells where reading goes on and whether a sentence ends there.
func endOfSentence(text string, i int) (int, bool) {
	r, size := utf8.DecodeRuneInString(text[i:])
	if r == '\n' {
		return i + size, true
	}
	if !strings.ContainsRune(".!?…", r) {
		return i + size, false
	}
	end := i
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !strings.ContainsRune(".!?…»”\"')]", r) {
			break
		}
		end += size
	}
	rest := text[end:]
	after := strings.TrimLeft(rest, " \t\u00a0\u202f")
	if after == "" || after == rest {
		return end, after == ""
	}
	next, size := utf8.DecodeRuneInString(after)
	if strings.ContainsRune("!?:;»", next) { // French puts a space before them
		return end + len(rest) - len(after) + size, next == '!' || next == '?' || next == '»'
	}
	if text[i:end] == "." && abbreviated(text[:i]) {
		return end, false
	}
	return end, !unicode.IsLower(next)
}

// abbreviated reports whether the word before a full stop is a title or an initial.
func abbreviated(before string) bool {
	word := before[strings.LastIndexFunc(before, func(r rune) bool { return !unicode.IsLetter(r) })+1:]
	switch strings.ToLower(word) {
	case "m", "mm", "mme", "mlle", "mr", "mrs", "ms", "dr", "pr", "st", "ste", "art", "etc", "ex", "cf", "vs", "no", "p":
		return true
	}
	return utf8.RuneCountInString(word) == 1
}
