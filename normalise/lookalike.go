package normalise

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// carved are Latin letters of phonetic and other alphabets that read as plain
// ones wherever they stand.
var carved = runes(
	"ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz",
	"ɑɡıȷɩʋƅɓɗɠɦɨʝƙɬɱɲɵƥʂƭʉɯʑʐɐɔǝɘɹ", "agijivbbdghijklmnopstuwzzacaer",
)

// alike are letters of other scripts that read as Latin ones. They count only
// inside a word with Latin letters; by themselves they are what they are.
var alike = runes(
	// Cyrillic
	"аАВвеЕёЁкКМмНноОрРсСТтуУхХіІїЇјЈѕЅԁԛԚԝԜһҺҮүӏӀѐЀ",
	"aABbeEeEkKMmHhoOpPcCTtyYxXiIiIjJsSdqQwWhHYylIeE",
	"ЗзГгПпЬьИиЙйЯяб",
	"EeRrNnBbUuUuRrb",
	// Greek
	"αΑΒβεΕΖΗηιΙΚκΜΝνΟοΡρΤτΥυΧχωσςγϲϳέίόάύώήϊ",
	"aABbeEZHniIKkMNvOoPpTtYuXxwocycjeioauwni",
	// Armenian, Cherokee and others
	"օսոհցԼՏᎪᏴᏟᎠᎬᎨᎻᎥᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ",
	"ouuhgLSABCDEGHiJKLMPRSTVWZ",
)

// runes pairs the characters of each two strings.
func runes(pairs ...string) map[rune]rune {
	m := map[rune]rune{}
	for i := 0; i+1 < len(pairs); i += 2 {
		to := []rune(pairs[i+1])
		n := 0
		for _, from := range pairs[i] {
			if n < len(to) {
				m[from] = to[n]
			}
			n++
		}
	}
	return m
}

// disguised reports a word without any Latin letter that reads as abuse.
func disguised(word []cell) bool {
	if len(word) < 3 || len(word) > maxWord {
		return false
	}
	latin := make([]rune, len(word))
	for i, c := range word {
		latin[i] = alike[c.r]
	}
	return abusive[strings.ToLower(string(latin))]
}

// unmixScripts writes look-alike letters inside Latin words as Latin ones. A
// word with a letter that looks like none is left alone: it is a word of its
// own script.
func unmixScripts(cells []cell) {
	for i := 0; i < len(cells); {
		if !letterOrMark(cells[i].r) && !digit(cells[i].r) {
			i++
			continue
		}
		j, isLatin, others, foreign := i, false, 0, false
		for ; j < len(cells) && (letterOrMark(cells[j].r) || digit(cells[j].r)); j++ {
			r := cells[j].r
			switch {
			case latin(r):
				isLatin = true
			case r < utf8.RuneSelf || unicode.IsMark(r):
			case alike[r] != 0:
				others++
			default:
				foreign = true
			}
		}
		if others > 0 && !foreign && (isLatin || disguised(cells[i:j])) {
			for k := i; k < j; k++ {
				if to, ok := alike[cells[k].r]; ok {
					cells[k].r = to
				}
			}
		}
		i = j
	}
}
