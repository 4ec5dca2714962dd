package signal

import (
	"regexp"
	"strings"
)

// The shapes. What they find is checked; digits may be parted by spaces,
// points or hyphens, one at a time.
var (
	ibanPattern  = regexp.MustCompile(`(?i)\b[a-z]{2}[0-9]{2}(?:[ \x{a0}\x{202f}.-]?[a-z0-9]){11,30}\b`)
	digitPattern = regexp.MustCompile(`[0-9](?:[ \x{a0}\x{202f}.\x{2009}-]{0,2}[0-9]){9,22}`)
	nirPattern   = regexp.MustCompile(`(?i)\b[12][ .\x{a0}-]?[0-9]{2}[ .\x{a0}-]?[0-9]{2}[ .\x{a0}-]?(?:[0-9]{2}|2[ab])[ .\x{a0}-]?[0-9]{3}[ .\x{a0}-]?[0-9]{3}[ .\x{a0}/-]{0,3}[0-9]{2}\b`)
	phonePattern = regexp.MustCompile(`(?:\+|\b00)[1-9](?:[ .\x{a0}/-]?(?:\(0?\))?[ ]?[0-9]){7,14}\b|\b0[1-9](?:[ .\x{a0}/-]?[0-9]{2}){4}\b|\(?\b[2-9][0-9]{2}\)?[ .-][2-9][0-9]{2}[ .-][0-9]{4}\b`)
)

// numbers finds bank accounts, cards, social security and telephone numbers.
func numbers(text string) []hit {
	var hits []hit
	for _, m := range ibanPattern.FindAllStringIndex(text, maxHits) {
		if end := ibanEnd(text[m[0]:m[1]]); end > 0 {
			hits = append(hits, hit{IBAN, m[0], m[0] + end, Sure})
		}
	}
	for _, m := range nirPattern.FindAllStringIndex(text, maxHits) {
		if !digitBeside(text, m[0], m[1]) && nirValid(text[m[0]:m[1]]) {
			hits = append(hits, hit{NIR, m[0], m[1], Sure})
		}
	}
	for _, m := range digitPattern.FindAllStringIndex(text, maxHits) {
		if !digitBeside(text, m[0], m[1]) && cardValid(text[m[0]:m[1]]) && !named(text[:m[0]], orders) {
			hits = append(hits, hit{Card, m[0], m[1], Sure})
		}
	}
	for _, m := range phonePattern.FindAllStringIndex(text, maxHits) {
		if !digitBeside(text, m[0], m[1]) && !named(text[:m[0]], orders) {
			hits = append(hits, hit{Phone, m[0], m[1], Mild})
		}
	}
	return hits
}

// orders are the words before a number that say it is none of a person's.
var orders = []string{
	"commande", "order", "référence", "reference", "ref", "réf", "ticket", "isbn", "issn", "siret", "siren", "facture", "invoice",
	"colis", "tracking", "suivi", "dossier", "case", "article", "ean", "sku", "numéro de série", "serial", "bug", "issue", "doi", "#",
}

// named reports whether one of the words stands right before.
func named(before string, words []string) bool {
	tail := strings.ToLower(before[max(0, len(before)-40):])
	tail = strings.TrimRight(tail, " :.°#n\u00a0-")
	for _, suffix := range []string{" numéro", " number", " no", " id", "n°"} {
		tail = strings.TrimRight(strings.TrimSuffix(tail, suffix), " :")
	}
	for _, w := range words {
		if strings.HasSuffix(tail, w) || w == "#" && strings.HasSuffix(before, "#") {
			return true
		}
	}
	return false
}

// digitBeside reports whether the number goes on, as those of prices, versions
// and identifiers do.
func digitBeside(text string, begin, end int) bool {
	if begin > 0 {
		c := text[begin-1]
		if alnum(c) || (c == '.' || c == ',' || c == '-' || c == '/') && begin > 1 && alnum(text[begin-2]) {
			return true
		}
	}
	if end < len(text) {
		c := text[end]
		return alnum(c) || (c == '.' || c == ',' || c == '-') && end+1 < len(text) && '0' <= text[end+1] && text[end+1] <= '9'
	}
	return false
}

func alnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
}

// ibanLengths are how long the account numbers of each country are.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21, "CR": 22,
	"CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22,
	"GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30,
	"KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31,
	"MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
	"SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}

// ibanEnd gives the bytes of the account number that s begins with; 0 = none.
// What follows it may have been taken along.
func ibanEnd(s string) int {
	want := ibanLengths[strings.ToUpper(s[:2])]
	if want == 0 {
		return 0
	}
	digits := make([]byte, 0, want)
	for i := range len(s) {
		if c := s[i]; alnum(c) {
			digits = append(digits, c)
		}
		if len(digits) == want {
			if (i+1 == len(s) || !alnum(s[i+1])) && mod97(append(digits[4:want:want], digits[:4]...)) == 1 {
				return i + 1
			}
			return 0
		}
	}
	return 0
}

// mod97 is the rest of a number whose letters count from 10 on.
func mod97(digits []byte) int {
	rest := 0
	for _, c := range digits {
		if c >= '0' && c <= '9' {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c|0x20-'a') + 10) % 97
		}
	}
	return rest
}

// nirValid checks the key of a social security number; the departments of
// Corsica count as numbers of their own.
func nirValid(s string) bool {
	var digits []byte
	for i := range len(s) {
		if alnum(s[i]) {
			digits = append(digits, s[i])
		}
	}
	if len(digits) != 15 {
		return false
	}
	month := int(digits[3]-'0')*10 + int(digits[4]-'0')
	if month == 0 || month > 12 && month < 20 || month > 42 && month < 50 {
		return false
	}
	number := uint64(0)
	for i, c := range digits[:13] {
		shift := uint64(c - '0')
		if i == 6 && (c < '0' || c > '9') {
			// 2A counts as 19, 2B as 18.
			number -= 1 // the 2 of the tens becomes a 1
			shift = 9
			if c|0x20 == 'b' {
				shift = 8
			}
		}
		number = number*10 + shift
	}
	key := uint64(digits[13]-'0')*10 + uint64(digits[14]-'0')
	return key == 97-number%97
}

// cardValid wants a number of a known issuer, of its length, whose last digit
// agrees, written in one piece or in groups as on the card.
func cardValid(s string) bool {
	digits := make([]byte, 0, 19)
	group, groups := 0, []int{}
	for i := range len(s) {
		if '0' <= s[i] && s[i] <= '9' {
			digits = append(digits, s[i]-'0')
			group++
		} else if group > 0 {
			groups, group = append(groups, group), 0
		}
	}
	groups = append(groups, group)
	return issued(digits) && grouped(groups) && luhn(digits)
}

// grouped accepts one piece, fours, and the 4-6-5 and 4-6-4 of some issuers.
func grouped(groups []int) bool {
	if len(groups) == 1 {
		return true
	}
	if len(groups) == 3 && groups[0] == 4 && groups[1] == 6 && groups[2] >= 4 && groups[2] <= 5 {
		return true
	}
	for _, g := range groups[:len(groups)-1] {
		if g != 4 {
			return false
		}
	}
	return groups[len(groups)-1] <= 4
}

// issued reports whether an issuer has numbers that begin so and are so long.
func issued(d []byte) bool {
	if len(d) < 13 || len(d) > 19 {
		return false
	}
	two, four := int(d[0])*10+int(d[1]), int(d[0])*1000+int(d[1])*100+int(d[2])*10+int(d[3])
	switch n := len(d); {
	case d[0] == 4: // Visa
		return n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720: // Mastercard
		return n == 16
	case two == 34 || two == 37: // American Express
		return n == 15
	case two == 36, two == 38, two == 39, four >= 3000 && four <= 3059: // Diners Club
		return n == 14
	case four >= 3528 && four <= 3589, four == 6011, two == 65, four >= 6440 && four <= 6599: // JCB, Discover
		return n == 16
	case two == 62, two == 50, two >= 56 && two <= 58, two == 63, two == 67: // UnionPay, Maestro
		return n >= 16
	}
	return false
}

func luhn(d []byte) bool {
	sum, same := 0, true
	for i := range d {
		v := int(d[len(d)-1-i])
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
		same = same && d[i] == d[0]
	}
	return sum%10 == 0 && !same
}
