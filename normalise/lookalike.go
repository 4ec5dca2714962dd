package normalise

import (
	"iter"
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

// unmixScripts writes look-alike letters inside Latin words as Latin ones, and
// once a word does mix them, words that are nothing but look-alikes too. A word
// with a letter that looks like none is a word of its own script, and where
// there is one nothing but a mixed word is suspected.
func unmixScripts(cells []cell) {
	mixed, strange := false, false
	for word := range wordsOf(cells) {
		s := scriptsOf(word)
		mixed = mixed || s.latin && s.alike && !s.foreign
		strange = strange || s.foreign
	}
	for word := range wordsOf(cells) {
		s := scriptsOf(word)
		hides := s.latin || mixed && !strange || disguised(word)
		if !s.alike || s.foreign || !hides {
			continue
		}
		for k := range word {
			if to, ok := alike[word[k].r]; ok {
				word[k].r = to
			}
		}
	}
}

// scripts tells what the letters of a word are.
type scripts struct{ latin, alike, foreign bool }

func scriptsOf(word []cell) (s scripts) {
	for _, c := range word {
		switch {
		case latin(c.r):
			s.latin = true
		case c.r < utf8.RuneSelf || unicode.IsMark(c.r):
		case alike[c.r] != 0:
			s.alike = true
		default:
			s.foreign = true
		}
	}
	return s
}

// wordsOf gives the runs of letters, marks and digits.
func wordsOf(cells []cell) iter.Seq[[]cell] {
	return func(yield func([]cell) bool) {
		for i := 0; i < len(cells); {
			j := i
			for j < len(cells) && wordLike(cells[j].r) {
				j++
			}
			if j > i && !yield(cells[i:j]) {
				return
			}
			i = max(j, i+1)
		}
	}
}
