package normalise

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// rewriteWords goes through the chunks between spaces and rewrites what people
// write in place of letters. Links, addresses, names of people and code stay.
//
// hid tells whether more was rewritten than register: SMS French and verlan.
func rewriteWords(cells []cell, french bool) (out []cell, hid bool) {
	out = make([]cell, 0, len(cells)+8)
	w := rewriter{french: french, shouted: shouted(cells), starts: true}
	for i := 0; i < len(cells); {
		j := i
		for j < len(cells) && !space(cells[j].r) {
			j++
		}
		if j == i {
			out = append(out, cells[i])
			i++
			continue
		}
		w.next = peek(cells[j:])
		if protected(cells[i:j]) {
			out = append(out, cells[i:j]...)
			w.named = false
		} else {
			out = w.chunk(out, cells[i:j])
		}
		w.starts = false
		i = j
	}
	return out, w.hid
}

// rewriter remembers what stands around the word in hand.
type rewriter struct {
	french  bool
	shouted bool // the text is in capitals: they mean nothing
	named   bool // the word before gives names of one letter: "vitamine c"
	hid     bool // something was hidden
	starts  bool // no word came before
	next    rune // what the next chunk begins with
}

// shouted reports a text with more capitals than small letters.
func shouted(cells []cell) bool {
	upper, lower := 0, 0
	for _, c := range cells {
		if 'A' <= c.r && c.r <= 'Z' {
			upper++
		} else if 'a' <= c.r && c.r <= 'z' {
			lower++
		}
	}
	return upper > lower
}

// peek gives the first character that is no space.
func peek(cells []cell) rune {
	for _, c := range cells {
		if !space(c.r) {
			return c.r
		}
	}
	return 0
}

// protected reports a chunk whose signs mean something: a link, an address, a
// name after @, a path, code.
func protected(chunk []cell) bool {
	at, dot, digits, code := -1, false, false, false
	for i, c := range chunk {
		switch r := c.r; {
		case r == '@' && i == 0:
			return len(chunk) < 3 || !atSpelled(chunk)
		case r == '@':
			at = i
		case r == '.' && i > 0 && i+1 < len(chunk) && wordLike(chunk[i+1].r):
			dot = dot || at >= 0 // the host of an address
			if i >= 3 && chunk[0].r|0x20 == 'w' && chunk[1].r|0x20 == 'w' && chunk[2].r|0x20 == 'w' {
				return true
			}
		case r == ':' && i+2 < len(chunk) && chunk[i+1].r == '/' && chunk[i+2].r == '/':
			return true
		case digit(r):
			digits = true
		case r == '=', r == '\\', r == '_', r == '{', r == '}', r == '[', r == ']', r == '<', r == '>', r == '#' && i > 0, r == '%', r == '&', r == '^', r == '~', r == '`', r == '/':
			code = true
		}
	}
	return at >= 0 && dot || digits && code
}

// atSpelled are the words whose first letter people write @.
func atSpelled(chunk []cell) bool {
	var b strings.Builder
	for _, c := range chunk[1:min(len(chunk), 12)] {
		b.WriteRune(unicode.ToLower(c.r))
	}
	rest := b.String()
	for _, head := range []string{"ss", "$$", "bruti", "nus", "rse", "nal", "rab"} {
		if strings.HasPrefix(rest, head) {
			return true
		}
	}
	return false
}

// chunk rewrites the words of one chunk.
func (w *rewriter) chunk(out, chunk []cell) []cell {
	for i := 0; i < len(chunk); {
		j := i
		for j < len(chunk) && wordPart(chunk, i, j) {
			j++
		}
		if j == i {
			out = append(out, chunk[i])
			if r := chunk[i].r; r != '\'' && r != '’' {
				w.named = false
			}
			i++
			continue
		}
		before, after := rune(' '), rune(' ')
		if i > 0 {
			before = chunk[i-1].r
		}
		if j < len(chunk) {
			after = chunk[j].r
		}
		out = w.word(out, chunk[i:j], before, after)
		i = j
	}
	return out
}

// wordPart reports whether chunk[j] belongs to the word that began at i:
// letters, digits, and signs for letters with a letter after them.
func wordPart(chunk []cell, i, j int) bool {
	r := chunk[j].r
	switch {
	case wordLike(r), r == '@', r == '$', r == '€', r == '£', r == '¢':
		return true
	case r == '!' || r == '|' || r == '+' || r == '*':
		return j > i && letterAhead(chunk[j:])
	}
	return false
}

// letterAhead reports whether a letter follows the run of equal signs.
func letterAhead(cells []cell) bool {
	for k := 1; k < len(cells) && k <= 4; k++ {
		if cells[k].r != cells[0].r {
			return letterOrMark(cells[k].r)
		}
	}
	return false
}

// word rewrites one word: signs for letters, drawn-out letters, French short forms.
func (w *rewriter) word(out, word []cell, before, after rune) []cell {
	from := len(out)
	var buf [4 * maxWord]byte
	lower := lowered(buf[:0], word)
	if as := w.short(word, lower, before, after); as != "" {
		w.hid = w.hid || hidesAbuse[string(lower)]
		w.named = named[string(lower)]
		return spell(out, word, as)
	}
	var changed bool
	if to, ok := unmask(lower); ok {
		out, changed = spell(out, word, to), true
	} else if out, changed = appendUnleeted(out, word, lower); !changed {
		out = append(out, word...)
	}
	out, squeezed := squeeze(out, from)
	w.named = named[string(lower)]
	if !changed && !squeezed {
		return out
	}
	w.hid = true
	mended := out[from:]
	if as := w.short(mended, lowered(buf[:0], mended), before, after); as != "" {
		out = spell(out[:from], append([]cell(nil), mended...), as)
	}
	return out
}

// maxWord is the longest word that a table can hold.
const maxWord = 24

// lowered writes a word as tables have it. What no table can hold is empty.
func lowered(dst []byte, word []cell) []byte {
	if len(word) > maxWord {
		return dst
	}
	for _, c := range word {
		switch r := c.r; {
		case r < utf8.RuneSelf:
			if 'A' <= r && r <= 'Z' {
				r |= 0x20
			}
			dst = append(dst, byte(r)) //nolint:gosec // it is below utf8.RuneSelf
		default:
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	}
	return dst
}
