package grams

import (
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// A character n-gram's length, the blank on both sides of its word included.
	shortest, longest = 2, 5
	// A token and a pair of tokens are told from characters by a mark.
	tokenMark, pairMark = "\x01", "\x02"
)

// features are the places of a text's n-grams, each once.
type features struct {
	chars, tokens []uint32
	buffer        []byte
}

func (f *features) read(text string, shift int) {
	var before string
	for word := range strings.FieldsSeq(text) {
		f.charGrams(word, shift)
		for token := range tokens(word) {
			f.tokens = append(f.tokens, f.place(shift, tokenMark, token))
			if before != "" {
				f.tokens = append(f.tokens, f.place(shift, pairMark, before, " ", token))
			}
			before = token
		}
	}
	f.chars, f.tokens = distinct(f.chars), distinct(f.tokens)
}

// charGrams adds the n-grams of " word "; a word that is shorter than n comes
// whole, once.
func (f *features) charGrams(word string, shift int) {
	padded := " " + word + " "
	starts := make([]int, 0, 32)
	for i := range padded {
		starts = append(starts, i)
	}
	starts = append(starts, len(padded))
	runes := len(starts) - 1
	for n := shortest; n <= longest; n++ {
		if runes <= n {
			f.chars = append(f.chars, f.place(shift, padded))
			return
		}
		for at := 0; at+n <= runes; at++ {
			f.chars = append(f.chars, f.place(shift, padded[starts[at]:starts[at+n]]))
		}
	}
}

// place hashes a feature: CRC-32, then Knuth's multiplicative hash.
func (f *features) place(shift int, parts ...string) uint32 {
	f.buffer = f.buffer[:0]
	for _, p := range parts {
		f.buffer = append(f.buffer, p...)
	}
	return crc32.ChecksumIEEE(f.buffer) * 2654435769 >> shift
}

// tokens gives the runs of letters and digits of a word, and each other
// character by itself.
func tokens(word string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for len(word) > 0 {
			n := strings.IndexFunc(word, func(r rune) bool { return !wordRune(r) })
			if n < 0 {
				n = len(word)
			}
			if n == 0 {
				_, n = utf8.DecodeRuneInString(word)
			}
			if !yield(word[:n]) {
				return
			}
			word = word[n:]
		}
	}
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

func distinct(places []uint32) []uint32 {
	slices.Sort(places)
	return slices.Compact(places)
}

func inverseRoot(n int) float64 { return 1 / math.Sqrt(float64(n)) }
