package normalise

import (
	_ "embed" // the table
	"strings"
	"unicode"
	"unicode/utf8"
)

// sms.txt is the reviewed table of SMS French and verlan.
//
//go:embed sms.txt
var smsTable string

// maxShort is the longest short form, in bytes.
const maxShort = 12

// shorts are the French short forms; shortAlways those that count in every
// language, because they stand for abuse there too; hidesAbuse those that do.
var shorts, shortAlways, hidesAbuse, shortBits, alwaysBits = readShorts()

// sieve tells quickly that a word is no short form.
type sieve [1 << 9]uint64

func (b *sieve) add(w string) {
	h := hashOf(w, 0, len(w))
	b[h>>6] |= 1 << (h & 63)
}

func (b *sieve) has(h uint32) bool { return b[h>>6]&(1<<(h&63)) != 0 }

// mayBeShort reports whether the word text[begin:end] may be in the table, by
// its hash alone.
func mayBeShort(text string, begin, end int, french bool) bool {
	if french {
		return shortBits.has(hashOf(text, begin, end))
	}
	return end-begin <= 4 && alwaysBits.has(hashOf(text, begin, end))
}

// hashOf hashes a word of up to [maxShort] bytes by its first eight and its
// length, without regard to case.
func hashOf(text string, begin, end int) uint32 {
	n := end - begin
	var x uint64
	if begin+8 <= len(text) {
		x = load(text, begin)
		if n < 8 {
			x &= 1<<(8*uint(n)) - 1
		}
	} else {
		for k := range min(n, 8) {
			x |= uint64(text[begin+k]) << (8 * k)
		}
	}
	x |= 0x20 * ones
	x = (x ^ uint64(n)) * 0x9e3779b97f4a7c15
	return uint32(x >> 49) // 15 bits
}

func readShorts() (french, always map[string]string, abuse map[string]bool, frenchBits, alwaysBits *sieve) {
	french, always, abuse = map[string]string{}, map[string]string{}, map[string]bool{}
	inAbuse := false
	frenchBits, alwaysBits = &sieve{}, &sieve{}
	for line := range strings.Lines(smsTable) {
		line = strings.TrimSpace(line)
		if line == "" {
			inAbuse = false
			continue
		}
		if line[0] == '#' {
			inAbuse = inAbuse || strings.HasPrefix(line, "# abuse")
			continue
		}
		from, to, _ := strings.Cut(line, " = ")
		for w := range strings.FieldsSeq(from) {
			if inAll, ok := strings.CutPrefix(w, "*"); ok {
				w = inAll
				always[w] = to
				alwaysBits.add(w)
			}
			french[w] = to
			if inAbuse {
				abuse[w] = true
			}
			frenchBits.add(w)
		}
	}
	return french, always, abuse, frenchBits, alwaysBits
}

// short gives what a short form stands for, in French texts and outside of
// compounds; empty = it stays.
func (w *rewriter) short(word []cell, lower []byte, before, after rune) string {
	as := ""
	if w.french && before != '-' && after != '-' {
		as = shorts[string(lower)]
	} else if len(lower) <= 4 {
		as = shortAlways[string(lower)]
	}
	switch {
	case as == "":
		return ""
	case !w.shouted && len(word) > 1 && upperAll(word): // an acronym
		return ""
	case len(word) == 1 && !w.oneLetter(word[0].r, before, after):
		return ""
	case unicode.IsUpper(word[0].r):
		head, size := utf8.DecodeRuneInString(as)
		return string(unicode.ToUpper(head)) + as[size:]
	}
	return as
}

// named are the words after which a single letter is a name.
var named = set(`langage vitamine plan point option groupe classe lettre note hépatite type catégorie bloc zone ligne
	bâtiment hall rer quartier série jour heure facteur face côté planche tome partie section article alinéa touche`)

// oneLetter judges c, g, t and their like: words of SMS French when more text
// follows, and no name, sign or end of a word before.
func (w *rewriter) oneLetter(r, before, after rune) bool {
	if before != ' ' && before != '(' && before != '"' && before != '«' || after != ' ' || w.named {
		return false
	}
	if !unicode.IsLetter(w.next) || unicode.IsUpper(r) && !w.starts && !w.shouted {
		return false
	}
	return true
}
