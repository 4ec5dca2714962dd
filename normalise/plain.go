package normalise

import "math/bits"

// The classes of bytes that the first look tells apart.
const (
	classGap    = iota // ends a word
	classLetter        // ASCII letter
	classSign          // digit or sign that may stand for a letter
	classShout         // "!", "|", "*", "+", ".", "-", "_": inside a word alone
	classHigh          // outside of ASCII
)

var classes = func() (t [256]uint8) {
	for c := range t {
		switch r := rune(c); {
		case c >= 0x80:
			t[c] = classHigh
		case asciiLetter(r):
			t[c] = classLetter
		case digit(r), r == '@', r == '$':
			t[c] = classSign
		case r == '!', r == '|', r == '*', r == '+':
			t[c] = classShout
		}
	}
	return t
}()

// plain reports whether nothing in text can be hidden: the one look that most
// texts get. It may say no for nothing; it never says yes for something.
func plain(text string, french bool) bool {
	singles := 0 // words of one letter in a row
	for i := 0; i < len(text); {
		switch classes[text[i]] {
		case classLetter:
			j, suspect := plainWordFast(text, i, french)
			if suspect {
				return false
			}
			if j-i != 1 {
				singles = 0
			} else if singles++; singles == 3 {
				return false
			}
			i = j
		case classHigh:
			n := harmless(text[i:])
			if n == 0 {
				return false
			}
			i, singles = i+n, 0
		case classSign:
			if i+1 < len(text) && touches(text[i+1]) {
				return false
			}
			i++
		default:
			i++
		}
	}
	return true
}

// touches reports a byte that makes a word of the sign beside it.
func touches(c byte) bool { return classes[c] == classLetter || classes[c] == classHigh }

// small gives ASCII letters in lower case, and 0 for all else.
var small = func() (t [256]uint8) {
	for c := range t {
		if asciiLetter(rune(c)) {
			t[c] = uint8(c) | 0x20 //nolint:gosec // it is a byte
		}
	}
	return t
}()

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// otherBytes marks, by their high bits, the bytes of x that are no ASCII letters.
func otherBytes(x uint64) uint64 {
	low := (x | 0x20*ones) & (0x7f * ones)
	letters := (low + (0x80-'a')*ones) &^ (low + (0x7f-'z')*ones) &^ x
	return ^letters & highs
}

// plainWordFast is plainWord, eight bytes at a time.
func plainWordFast(text string, begin int, french bool) (end int, suspect bool) {
	doubled := 0
	for i := begin; i+8 <= len(text); i += 6 { // the last two are looked at again
		x := load(text, i)
		n := bits.TrailingZeros64(otherBytes(x)) / 8
		folded := x | 0x20*ones
		pair := folded ^ folded>>8
		equal := ^(pair | (pair&(0x7f*ones) + 0x7f*ones)) & highs // byte k is like byte k+1
		equal &= 1<<(8*uint(max(n, 1)-1)) - 1
		if equal&(equal>>8) != 0 {
			return i, true
		}
		doubled += bits.OnesCount64(equal)
		if n == 8 {
			continue
		}
		if text[i+n] == 0xc3 {
			break // the word goes on with an accent
		}
		return endPlainWord(text, begin, i+n, doubled, french)
	}
	return plainWord(text, begin, french)
}

// load reads eight bytes, the first one lowest.
func load(text string, i int) uint64 {
	s := text[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// plainWord reads the word at text[i:]; accented letters belong to it.
func plainWord(text string, i int, french bool) (end int, suspect bool) {
	begin, run, doubled := i, 0, 0
	last := byte(0)
	for ; i < len(text); i++ {
		c := small[text[i]]
		if c == 0 {
			if text[i] != 0xc3 || harmless(text[i:]) == 0 { // é, à, ç …
				break
			}
			last = 0
			i++
			continue
		}
		if c != last {
			last, run = c, 0
			continue
		}
		doubled++
		if run++; run == 2 {
			return i, true
		}
	}
	return endPlainWord(text, begin, i, doubled, french)
}

// endPlainWord judges the word text[begin:i] as a whole, with what follows it.
func endPlainWord(text string, begin, i, doubled int, french bool) (end int, suspect bool) {
	if i < len(text) && classes[text[i]] != classGap && signed(text, i) {
		return i, true
	}
	n := i - begin
	if n >= 6 && doubled*2 >= n {
		return i, true
	}
	if n > maxShort || n == 1 && (i < len(text) && text[i] != ' ' || begin > 0 && text[begin-1] == '\'') {
		return i, false // the c of c'est, the t of don't
	}
	return i, mayBeShort(text, begin, i, french)
}

// signed reports a sign behind a word that may stand for a letter of it.
func signed(text string, i int) bool {
	switch classes[text[i]] {
	case classSign:
		return true
	case classShout:
		return i+1 < len(text) && (touches(text[i+1]) || text[i] != '!' && classes[text[i+1]] == classShout)
	}
	return false
}

// harmless measures a character outside of ASCII that hides nothing: letters
// with accents and the signs of good typography. 0 = another one.
func harmless(s string) int {
	switch {
	case len(s) >= 2 && s[0] == 0xc3 && s[1] >= 0x80:
		if len(s) > 2 && s[2] == 0xcc { // a combining mark follows
			return 0
		}
		return 2
	case len(s) >= 2 && s[0] == 0xc2 && s[1] != 0xad: // « » nbsp ° €
		return 2
	case len(s) >= 2 && s[0] == 0xc5 && (s[1] == 0x92 || s[1] == 0x93): // œ
		return 2
	case len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80 && (s[2] >= 0x90 && s[2] <= 0xa7 || s[2] == 0xaf): // ’ “ – …
		return 3
	}
	return 0
}
