package normalise

import (
	"strings"
	"unicode"
)

// A word spelled with spaces is joined from this many letters on; a shorter
// one must be known, because single letters are words of SMS French and lists.
const minSpaced = 5

// minCut is the same for letters with a point or another sign between them.
const minCut = 3

// shortSpelled are short words that people spell to get them past a list.
var shortSpelled = set(`
	con cons cul pd pds pute putes fdp ntm merde nique bite tg pédé sale
	fuck shit cunt dick slut fag fags ass kill die dyke spic kike nazi porn anal coon twat wank arse bitch rape kys stfu
`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// cuts are the signs that people put between letters.
func cut(r rune) bool {
	switch r {
	case '.', '-', '_', '*', '~', '|', '·', '•', '‧', '∙', '⋅', '‐', '‑', '–', '—', '・', '․':
		return true
	}
	return false
}

// joinSpelled joins letters that stand one by one between equal signs. Two
// words spelled with spaces need a wider gap between them.
func joinSpelled(cells []cell) []cell {
	var out []cell
	kept := 0 // cells up to here are in out
	for i := 0; i < len(cells); i++ {
		if !unit(cells, i) || i > 0 && wordLike(cells[i-1].r) {
			continue
		}
		n, sep := spelledRun(cells, i)
		if n < minCut || !spelled(cells, i, n, sep) {
			i += max(0, 2*(n-2)) // the run's last letter may begin another
			continue
		}
		if out == nil {
			out = make([]cell, 0, len(cells))
		}
		out = append(out, cells[kept:i]...)
		for k := range n {
			out = append(out, cells[i+2*k])
		}
		kept = i + 2*n - 1
		i = kept - 1
	}
	if kept == 0 {
		return cells
	}
	return append(out, cells[kept:]...)
}

// unit reports a letter, or a digit or sign for one, that stands alone.
func unit(cells []cell, i int) bool {
	r := cells[i].r
	if !unicode.IsLetter(r) && leet[r] == 0 {
		return false
	}
	return i+1 >= len(cells) || !wordLike(cells[i+1].r)
}

func wordLike(r rune) bool { return letterOrMark(r) || digit(r) }

// spelledRun counts the single letters from i on that one and the same sign parts.
func spelledRun(cells []cell, i int) (n int, sep rune) {
	n = 1
	for i+2 < len(cells) {
		s := cells[i+1].r
		if n == 1 {
			sep = s
		}
		if s != sep || s != ' ' && !cut(s) || !unit(cells, i+2) {
			break
		}
		n++
		i += 2
	}
	return n, sep
}

// spelled reports whether n single letters are a word spelled out: more
// letters than digits, and neither initials nor a short list.
func spelled(cells []cell, i, n int, sep rune) bool {
	letters, upper := 0, 0
	var word strings.Builder
	for k := range n {
		r := cells[i+2*k].r
		if unicode.IsLetter(r) {
			letters++
		}
		if unicode.IsUpper(r) {
			upper++
		}
		if to := leet[r]; to != 0 {
			r = to
		}
		word.WriteRune(unicode.ToLower(r))
	}
	switch {
	case shortSpelled[word.String()]:
		return true
	case letters*2 <= n:
		return false
	case sep == '.' && upper == n && n <= 6: // U.S.A.
		return false
	case inOrder(cells, i, n):
		return false
	case sep == ' ':
		return n >= minSpaced
	default:
		return n >= minCut
	}
}

// inOrder reports a list such as "a b c d e".
func inOrder(cells []cell, i, n int) bool {
	for k := 1; k < n; k++ {
		if cells[i+2*k].r != cells[i+2*k-2].r+1 {
			return false
		}
	}
	return true
}
