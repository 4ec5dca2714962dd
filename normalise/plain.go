package normalise

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
			j, suspect := plainWord(text, i, french)
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

// plainWord reads the word at text[i:]; accented letters belong to it.
func plainWord(text string, i int, french bool) (end int, suspect bool) {
	begin, run, doubled := i, 0, 0
	last, hash := byte(0), uint32(0)
	for ; i < len(text); i++ {
		c := text[i]
		if classes[c] != classLetter {
			if c != 0xc3 || harmless(text[i:]) == 0 { // é, à, ç …
				break
			}
			hash, last = hash*31+uint32(c)<<8+uint32(text[i+1]), 0
			i++
			continue
		}
		c |= 0x20
		hash = hash*31 + uint32(c)
		if c != last {
			last, run = c, 0
			continue
		}
		doubled++
		if run++; run == 2 {
			return i, true
		}
	}
	if i < len(text) {
		next := classes[text[i]]
		if next == classSign || next == classShout && i+1 < len(text) && (touches(text[i+1]) || next == classes[text[i+1]]) && text[i] != '!' ||
			text[i] == '!' && i+1 < len(text) && touches(text[i+1]) {
			return i, true
		}
	}
	if n := i - begin; n >= 6 && doubled*2 >= n {
		return i, true
	}
	return i, i-begin <= maxShort && mayBeShort(hash, french)
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
