package normalise

import (
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many marks a letter of a script that needs them may carry.
const maxMarks = 3

// unhide reads a text into cells without what has no shape, with typographic
// letters as plain ones and without piled-up marks.
func unhide(text string) []cell {
	cells := make([]cell, 0, utf8.RuneCountInString(text))
	at := int32(0)
	prev, marks := rune(0), 0
	for i, r := range text {
		o := origin{at, at + 1}
		at++
		switch {
		case r < utf8.RuneSelf, ordinary(r):
			cells, prev, marks = append(cells, cell{r, o}), r, 0
		case unicode.IsMark(r):
			next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
			if marks++; keepMark(prev, r, next, marks) {
				cells = append(cells, cell{r, o})
			} else if marks == 2 && latin(prev) && len(cells) > 0 && unicode.IsMark(cells[len(cells)-1].r) {
				cells = cells[:len(cells)-1] // the first of a pile
			}
		case Invisible(r):
			rest := text[i+utf8.RuneLen(r):]
			next, _ := utf8.DecodeRuneInString(rest)
			if keepInvisible(prev, r, next) {
				cells, prev = append(cells, cell{r, o}), r
			}
		default:
			before := len(cells)
			cells = appendPlain(cells, r, o, text[i:], prev)
			prev, marks = r, 0
			if len(cells) > before {
				prev = cells[len(cells)-1].r
			}
		}
	}
	return cells
}

// ordinary reports the letters outside of ASCII that most texts are made of,
// and that are neither marks nor drawings of others.
func ordinary(r rune) bool {
	switch {
	case r < 0x250:
		return r > 0xad && r != 0x131 && r != 0x1dd && r != 0x185 || r >= 0xa0 && r < 0xad
	case r < 0x3040:
		return r >= 0x370 && r < 0x483 || r >= 0x48a && r < 0x531 || r >= 0x5d0 && r <= 0x5ea || r >= 0x620 && r <= 0x64a || r >= 0x2010 && r <= 0x2027
	default:
		return r < 0x3099 || r >= 0x30a1 && r <= 0x9fff && r != 0x3164 || r >= 0xac00 && r <= 0xd7a3 || r >= 0x1f300 && r <= 0x1f3f3
	}
}

// keepMark reports whether a mark means something where it stands. On Latin
// letters one accent does; a second, a stroke or a circle hides the letter.
func keepMark(base, mark, next rune, count int) bool {
	switch {
	case unicode.Is(unicode.Variation_Selector, mark):
		return keepInvisible(base, mark, next)
	case mark == 0x20e3: // the box around the digits of a keypad
		return (digit(base) || base == '#' || base == '*' || base == 0xfe0f) && !letterOrMark(next)
	case mark >= 0x20dd && mark <= 0x20e4, base >= 0x2010 && base <= 0x2027: // around a letter, on a sign
		return false
	case latin(base):
		return count == 1 && mark <= 0x030c && mark >= 0x0300 || count == 1 && mark == 0x0327 // ¸
	case base < utf8.RuneSelf:
		return false
	default:
		return count <= maxMarks
	}
}

// keepInvisible spares joiners and selectors where scripts and emoji need them.
func keepInvisible(prev, r, next rune) bool {
	switch {
	case r == 0x200c || r == 0x200d:
		return !asciiOrLatin(prev) && !asciiOrLatin(next)
	case unicode.Is(unicode.Variation_Selector, r):
		return prev > 0x2000 || digit(prev) || prev == 0xa9 || prev == 0xae
	case r >= 0xe0020 && r <= 0xe007f: // the tags of a flag
		return prev == 0x1f3f4 || prev >= 0xe0020 && prev <= 0xe007f
	case r >= 0x0600 && r <= 0x08ff, r == 0x110bd, r == 0x110cd: // signs of Arabic, Syriac, Kaithi
		return true
	}
	return false
}

func asciiOrLatin(r rune) bool {
	return r < utf8.RuneSelf || r == utf8.RuneError || latin(r)
}

// appendPlain writes a character outside of ASCII as the letter it shows.
func appendPlain(cells []cell, r rune, o origin, rest string, prev rune) []cell {
	if plainLetter, ok := drawn(r, rest, prev); ok {
		return append(cells, cell{plainLetter, o})
	}
	if 0xfb00 <= r && r <= 0xfb06 { // ﬁ and its like
		for _, part := range decompose(r, rest) {
			cells = append(cells, cell{part, o})
		}
		return cells
	}
	return append(cells, cell{r, o})
}

// drawn gives the plain letter that a typographic one is a drawing of.
func drawn(r rune, rest string, prev rune) (rune, bool) {
	switch {
	case r < 0x250:
		return 0, false
	case r >= 0x1d400 && r <= 0x1d6a3: // mathematical alphabets
		k := (r - 0x1d400) % 52
		if k < 26 {
			return 'A' + k, true
		}
		return 'a' + k - 26, true
	case r == 0x3000:
		return ' ', true
	case r >= 0xff01 && r <= 0xff5e: // full width; the punctuation is Chinese as it is
		p := r - 0xfee0
		return p, asciiLetter(p) || digit(p) || p == '@' || p == '$'
	case r >= 0x1f150 && r <= 0x1f169:
		return 'A' + r - 0x1f150, true
	case r >= 0x1f170 && r <= 0x1f189:
		return 'A' + r - 0x1f170, true
	case r >= 0x1f1e6 && r <= 0x1f1ff: // two of these are a flag
		next, _ := utf8.DecodeRuneInString(rest[4:])
		alone := !regional(prev) && !regional(next)
		return 'a' + r - 0x1f1e6, alone
	}
	if p, ok := carved[r]; ok {
		return p, true
	}
	if !typographic(r) {
		return 0, false
	}
	letter := rune(0)
	for _, part := range decompose(r, rest) {
		switch {
		case part == '(' || part == ')':
		case (asciiLetter(part) || digit(part)) && letter == 0:
			letter = part
		default:
			return 0, false
		}
	}
	return letter, letter != 0
}

func regional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// typographic reports the blocks whose letters are drawings of plain ones.
func typographic(r rune) bool {
	switch {
	case r >= 0x1d400 && r <= 0x1d7ff, r >= 0x24b6 && r <= 0x24e9, r >= 0x249c && r <= 0x24b5,
		r >= 0x1f110 && r <= 0x1f149, r >= 0x2100 && r <= 0x214f,
		r >= 0x2b0 && r <= 0x2e3, r >= 0x1d2c && r <= 0x1d6a, r >= 0x1d9b && r <= 0x1dbf, r == 0x2071, r == 0x207f, r >= 0x2090 && r <= 0x209c:
		return true
	}
	return false
}
