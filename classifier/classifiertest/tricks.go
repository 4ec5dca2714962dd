// Package classifiertest holds what the tests of several rooms need of the
// classifier: hand-written texts, and a generator of evasive spelling that the
// weights' own training must not know. It is for tests alone and never shipped.
package classifiertest

import (
	"math/rand/v2"
	"strings"
	"unicode"
)

// Trick hides a word.
type Trick func(r *rand.Rand, word string) string

// The tricks that lose nothing, and those that do, by name.
var (
	Reversible = map[string]Trick{
		"zero width":       between("\u200b", "\u200d", "\u2060", "\ufeff"),
		"soft hyphen":      between("\u00ad"),
		"direction marks":  between("\u202d", "\u200e", "\u2069"),
		"tags":             between("\U000e0041", "\U000e0073"),
		"full width":       shifted('ａ', 'Ａ'),
		"mathematical":     shifted(0x1d552, 0x1d5d4),
		"script letters":   shifted(0x1d4ea, 0x1d4d0),
		"circled":          shifted('ⓐ', 'Ⓐ'),
		"squared":          shifted(0x1f130, 0x1f130),
		"look-alikes":      mapped("aаeеoоpрcсyуxхiіsѕjјdԁhһ", 1),
		"Greek":            mapped("oοvνaαiιuυ", 0.8),
		"strokes":          after("\u0336", "\u0335", "\u0338"),
		"piled-up marks":   after("\u0315\u031b\u0321", "\u0353\u0347", "\u0300\u0301\u0302\u0303"),
		"letters in boxes": after("\u20de", "\u20e3"),
	}
	Lossy = map[string]Trick{
		"leet":              mapped("a4e3i1o0s5", 0.7),
		"leet with signs":   mapped("a@e€i!s$o0", 0.7),
		"spaced":            spelledBy(" "),
		"dotted":            spelledBy("."),
		"hyphens":           spelledBy("-"),
		"underscores":       spelledBy("_"),
		"drawn-out vowels":  drawnOut("aeiouy"),
		"drawn-out letters": drawnOut("abcdefghijklmnopqrstuvwxyz"),
	}
)

func between(hidden ...string) Trick {
	return func(r *rand.Rand, word string) string {
		var b strings.Builder
		for i, c := range []rune(word) {
			if i > 0 {
				b.WriteString(hidden[r.IntN(len(hidden))])
			}
			b.WriteRune(c)
		}
		return b.String()
	}
}

func after(marks ...string) Trick {
	return func(r *rand.Rand, word string) string {
		var b strings.Builder
		for _, c := range word {
			b.WriteRune(c)
			b.WriteString(marks[r.IntN(len(marks))])
		}
		return b.String()
	}
}

func shifted(small, capital rune) Trick {
	return func(_ *rand.Rand, word string) string {
		return strings.Map(func(c rune) rune {
			switch {
			case 'a' <= c && c <= 'z':
				return small + c - 'a'
			case 'A' <= c && c <= 'Z' && unicode.IsGraphic(capital+c-'A'):
				return capital + c - 'A'
			}
			return c
		}, word)
	}
}

// mapped replaces letters by those beside them in pairs, each with a chance.
func mapped(pairs string, chance float64) Trick {
	to := map[rune]rune{}
	runes := []rune(pairs)
	for i := 0; i+1 < len(runes); i += 2 {
		to[runes[i]] = runes[i+1]
	}
	return func(r *rand.Rand, word string) string {
		return strings.Map(func(c rune) rune {
			if t, ok := to[c]; ok && r.Float64() < chance {
				return t
			}
			return c
		}, word)
	}
}

func spelledBy(sep string) Trick {
	return func(_ *rand.Rand, word string) string { return strings.Join(strings.Split(word, ""), sep) }
}

func drawnOut(letters string) Trick {
	return func(r *rand.Rand, word string) string {
		runes := []rune(word)
		var at []int
		for i, c := range runes {
			if strings.ContainsRune(letters, c) && i > 0 {
				at = append(at, i)
			}
		}
		if len(at) == 0 {
			return word
		}
		i := at[r.IntN(len(at))]
		return string(runes[:i]) + strings.Repeat(string(runes[i]), 2+r.IntN(5)) + string(runes[i:])
	}
}

// Hide tricks every word of three letters and more.
func Hide(r *rand.Rand, text string, t Trick) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		head := strings.TrimRightFunc(w, unicode.IsPunct)
		if len([]rune(head)) >= 3 && !strings.ContainsAny(head, "'") {
			words[i] = t(r, head) + w[len(head):]
		}
	}
	return strings.Join(words, " ")
}

// Glue takes away the space before every other word, and makes the second of
// the two begin small.
func Glue(r *rand.Rand, text string) string {
	words := strings.Split(text, " ")
	var out strings.Builder
	out.WriteString(words[0])
	glued := r.IntN(2) == 0
	for i, w := range words[1:] {
		if glued = !glued; glued && letters(words[i]) && letters(w) {
			out.WriteString(strings.ToLower(w))
			continue
		}
		out.WriteString(" " + w)
	}
	return out.String()
}

// letters reports a word that can be glued: made of letters, save its end.
func letters(w string) bool {
	return strings.IndexFunc(strings.TrimRightFunc(w, unicode.IsPunct), func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}
