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
// language, because they stand for abuse there too.
var shorts, shortAlways, shortBits, alwaysBits = readShorts()

// bits tells quickly that a word is no short form.
type bits [1 << 10]uint64

func (b *bits) add(h uint32)      { h = mixed(h); b[h>>6&1023] |= 1 << (h & 63) }
func (b *bits) has(h uint32) bool { h = mixed(h); return b[h>>6&1023]&(1<<(h&63)) != 0 }

// addForms adds a word as it may be written: capitals outside of ASCII hash
// differently from small letters.
func (b *bits) addForms(w string) {
	head, size := utf8.DecodeRuneInString(w)
	b.add(hashOf(w))
	b.add(hashOf(strings.ToUpper(w)))
	b.add(hashOf(string(unicode.ToUpper(head)) + w[size:]))
}

func mixed(h uint32) uint32 { return (h * 0x9e3779b1) >> 16 }

// mayBeShort reports whether a word may be in the table, by its hash alone.
func mayBeShort(w string, french bool) bool {
	if french {
		return shortBits.has(hashOf(w))
	}
	return len(w) <= 4 && alwaysBits.has(hashOf(w))
}

// hashOf hashes a word without regard to the case of ASCII.
func hashOf(w string) uint32 {
	h := uint32(0)
	for i := 0; i < len(w); i++ {
		c := w[i]
		if c < 0x80 {
			c |= 0x20
		}
		h = h*31 + uint32(c)
	}
	return h
}

func readShorts() (french, always map[string]string, frenchBits, alwaysBits *bits) {
	french, always = map[string]string{}, map[string]string{}
	frenchBits, alwaysBits = &bits{}, &bits{}
	for line := range strings.Lines(smsTable) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		from, to, _ := strings.Cut(line, " = ")
		for w := range strings.FieldsSeq(from) {
			if inAll, ok := strings.CutPrefix(w, "*"); ok {
				w = inAll
				always[w] = to
				alwaysBits.addForms(w)
			}
			french[w] = to
			frenchBits.addForms(w)
		}
	}
	return french, always, frenchBits, alwaysBits
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
