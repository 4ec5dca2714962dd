package normalise

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// leet are the digits and signs that stand for one letter. 1, ! and | stand
// for i or l, see [upright].
var leet = map[rune]rune{
	'0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g',
	'@': 'a', '$': 's', '€': 'e', '£': 'l', '¢': 'c', '!': 'i', '|': 'i', '+': 't',
}

// genuine are words that need their digits, by their letters.
var genuine = set(`4chan 9gag 7zip 3com 7eleven 1password 1er 1re 1ere 1ère 1st 3rd 3d 5eme 5ème 3eme 3ème 4eme 4ème 7eme 7ème
	8eme 8ème 9eme 9ème 1ers 1res 4th 5th 7th 8th 9th 3ds 0day 3some 4ever 4real b4 gr8 m8 l8r w8 h8 p2p b2b b2c c2c e2e
	i18n l10n k8s a11y web3 web3js mp3 mp4 h1n1 h5n1 co2 h2o r2d2 c3po w3c s3 ec2 x86 i5 i7 i9 t5 e5 3m l33tcode c4 a4 f4f`)

// units end a number.
var units = set(`e er ere ère re eme ème ieme ième nd nde rd st th h am pm km cm mm m kg g mg l cl ml min mn sec s px go mo ko to gb mb kb tb
	eur euro euros dollars k kw kwh w v hz mhz ghz bit bits ans an jours j mois fois x d p b c f a o n`)

// appendUnleeted writes a word with letters for its digits and signs. It does
// so only where every one of them can be a letter: "h1n1" ends in a digit and
// stays whole.
func appendUnleeted(out, word []cell, lower []byte) ([]cell, bool) {
	signs, letters := 0, 0
	for _, c := range word {
		switch {
		case letterOrMark(c.r):
			letters++
		case leet[c.r] != 0:
			signs++
		case c.r != '*':
			return out, false // 2 and 6 are digits
		}
	}
	if signs == 0 || letters == 0 {
		return out, false
	}
	shaped := leetShaped(word, string(lower), letters, signs)
	if !shaped && letters < 2 {
		return out, false
	}
	from := len(out)
	out = append(out, word...)
	for i := range out[from:] {
		c := &out[from+i]
		to := leet[c.r]
		if to == 0 {
			continue
		}
		if to == 'i' {
			to = upright(word, i)
		}
		if capital(word, i) {
			to = unicode.ToUpper(to)
		}
		c.r = to
	}
	// What looks like a code and reads as abuse is abuse.
	if !shaped && (genuine[string(lower)] || !abusive[string(lowered(nil, out[from:]))]) {
		return out[:from], false
	}
	return out, true
}

// leetShaped reports whether a word's digits and signs read as letters.
func leetShaped(word []cell, lower string, letters, signs int) bool {
	if lower == "" || genuine[lower] || !oneCase(word) || hexLike(lower) {
		return false
	}
	if letters < signs && (letters < 1 || signs != 2 || !leetBrief[lower]) {
		return false
	}
	if n := leadingSigns(word); n > 0 && !mayLead(word, lower, n) {
		return false
	}
	return evenRuns(word, letters) && mayEnd(word, letters, signs)
}

// leetBrief are words so short that most of them are signs.
var leetBrief = set("a$$ @ss @$$ f4g 4$$ 4ss p0rn c0n pd3 a55 @55")

func leadingSigns(word []cell) int {
	n := 0
	for n < len(word) && leet[word[n].r] != 0 {
		n++
	}
	return n
}

// mayLead judges a word that begins with n signs: one, or a few with a word
// behind them, that are no quantity, rank or price.
func mayLead(word []cell, lower string, n int) bool {
	head := word[0].r
	if digit(head) {
		size := 0
		for i := range n {
			size += utf8.RuneLen(word[i].r)
		}
		return n == 1 && head != '9' && head != '7' && !units[lower[size:]] && len(word) >= 4
	}
	return len(word)-n >= 2 && (head != '$' && head != '€' && head != '£' || !upperAll(word[n:]))
}

// evenRuns wants digits alone or doubled, or two of them inside a long word:
// "a47b" is a code.
func evenRuns(word []cell, letters int) bool {
	for i := 1; i < len(word); i++ {
		a, b := word[i-1].r, word[i].r
		if digit(a) && digit(b) && a != b && (letters < 4 || i == 1 || i == len(word)-1 || digit(word[i+1].r)) {
			return false
		}
		if digit(a) && a == b && i+1 < len(word) && word[i+1].r == b {
			return false
		}
	}
	return true
}

// mayEnd judges the last character: numbers end words more often than letters
// do. "@" and "$" after a word do, and a digit where the word has another
// inside, or a consonant before.
func mayEnd(word []cell, letters, signs int) bool {
	last := word[len(word)-1].r
	switch {
	case leet[last] == 0:
		return true
	case last == '$' || last == '@' || last == '€':
		return letters >= 2 && !upperAll(word) || letters >= 4
	case last == '1' || last == '7' || last == '8' || last == '9':
		return false
	case signs >= 2 && word[len(word)-2].r != last:
		return letters >= 3
	case last == '3' || last == '0':
		return letters >= 3 && !vowel(word[len(word)-2].r) && !digit(word[len(word)-2].r)
	default:
		return false
	}
}

// oneCase refuses words such as aB3xY: they are codes.
func oneCase(word []cell) bool {
	upper, lower := 0, 0
	for i, c := range word {
		if unicode.IsUpper(c.r) && i > 0 {
			upper++
		}
		if unicode.IsLower(c.r) {
			lower++
		}
	}
	return upper == 0 || lower == 0 && upper >= 2
}

// upperAll reports that no letter of a word is small.
func upperAll(word []cell) bool {
	for _, c := range word {
		if unicode.IsLower(c.r) {
			return false
		}
	}
	return true
}

// capital reports whether the letter at i would be one: its neighbours are.
func capital(word []cell, i int) bool {
	if i+1 < len(word) && unicode.IsLetter(word[i+1].r) {
		return unicode.IsUpper(word[i+1].r)
	}
	return i > 1 && unicode.IsUpper(word[i-1].r)
}

// hexLike reports digests and identifiers: hexadecimal with several digits.
func hexLike(lower string) bool {
	if len(lower) < 8 {
		return false
	}
	return strings.Trim(lower, "0123456789abcdef") == ""
}

// upright reads 1, ! and | as i or l by what stands around.
func upright(word []cell, i int) rune {
	before, after := rune(0), rune(0)
	if i > 0 {
		before = read(word[i-1].r)
	}
	if i+1 < len(word) {
		after = read(word[i+1].r)
	}
	switch {
	case after != 0 && word[i+1].r == word[i].r, i > 0 && word[i-1].r == word[i].r:
		return 'l'
	case before == 0 && vowel(after):
		return 'l'
	case vowel(before) && vowel(after):
		return 'l'
	case vowel(after) && strings.ContainsRune("bfgpck", before):
		return 'l'
	case after == 0 && vowel(before):
		return 'l'
	default:
		return 'i'
	}
}

// read gives the letter that r is or stands for.
func read(r rune) rune {
	if to := leet[r]; to != 0 {
		return to
	}
	return unicode.ToLower(r)
}

func vowel(r rune) bool {
	return strings.ContainsRune("aeiouyàâäéèêëîïôöùûü", unicode.ToLower(r))
}
