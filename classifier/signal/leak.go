package signal

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/normalise"
)

// The kinds of leaks.
const (
	IBAN   = "iban"
	NIR    = "nir" // the French social security number
	Card   = "card"
	Phone  = "phone"
	Email  = "email"
	Secret = "secret"
	Term   = "term" // of the site's own list
)

// Leaks finds data that should not be public: bank and card numbers, social
// security numbers, secrets, telephone numbers, e-mail addresses, and the
// site's own terms, matched whole without regard to case and accents.
func Leaks(text string, terms []string) []models.Signal {
	var hits []hit
	if needsPatterns(text) {
		hits = append(hits, secrets(text)...)
		hits = append(hits, numbers(text)...)
		hits = append(hits, emails(text)...)
	}
	if len(terms) > 0 {
		hits = append(hits, termHits(text, terms)...)
	}
	return signals(text, models.Leak, hits)
}

// MaskLeaks hides the leaks of a text, see [models.MaskSpans].
func MaskLeaks(text string, hits []models.Signal) string {
	var spans []models.Span
	for _, h := range hits {
		if h.Label == models.Leak {
			spans = append(spans, h.Span)
		}
	}
	return models.MaskSpans(text, spans)
}

// needsPatterns spares most texts the search: every leak has digits, an @, or
// a sign between a name and a secret.
func needsPatterns(text string) bool {
	digits, word := 0, 0
	for i := range len(text) {
		if word++; text[i] == ' ' {
			word = 0
		}
		if word == 16 { // as long as the shortest token
			return true
		}
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			if digits++; digits >= 4 {
				return true
			}
		case c == '@', c == ':', c == '=', c == '_', c == '-' && strings.HasPrefix(text[i:], "-----"):
			return true
		}
	}
	return false
}

// emailPattern is what people write as an address; the host needs a point.
var emailPattern = regexp.MustCompile(`[\pL\pN][\pL\pN._%+-]{0,63}@(?:[\pL\pN](?:[\pL\pN-]{0,62})\.)+\pL{2,24}`)

// sample are hosts that stand for none.
var sample = []string{"example.com", "example.org", "example.net", "exemple.fr", "exemple.com", "domain.com", "domaine.fr"}

func emails(text string) []hit {
	if !strings.Contains(text, "@") {
		return nil
	}
	var hits []hit
	for _, m := range emailPattern.FindAllStringIndex(text, maxHits) {
		_, host, _ := strings.Cut(strings.ToLower(text[m[0]:m[1]]), "@")
		if !slices.Contains(sample, host) {
			hits = append(hits, hit{Email, m[0], m[1], Mild})
		}
	}
	return hits
}

// termHits finds the site's terms as whole words.
func termHits(text string, terms []string) []hit {
	folded := normalise.Fold(text)
	hay := string(folded.Runes)
	var hits []hit
	var offsets []int // byte offset in text of each code point, made once
	for _, term := range terms {
		needle := normalise.String(strings.TrimSpace(term))
		if needle == "" {
			continue
		}
		for from := 0; len(hits) < maxHits; {
			i := strings.Index(hay[from:], needle)
			if i < 0 {
				break
			}
			begin, end := from+i, from+i+len(needle)
			from = end
			if !wordEdge(hay, begin, end) {
				continue
			}
			if offsets == nil {
				offsets = runeOffsets(text)
			}
			first := utf8.RuneCountInString(hay[:begin])
			last := first + utf8.RuneCountInString(needle) - 1
			hits = append(hits, hit{Term, offsets[folded.At[first]], offsets[folded.At[last]+1], Strong})
		}
	}
	return hits
}

func runeOffsets(text string) []int {
	offsets := make([]int, 0, len(text)+1)
	for i := range text {
		offsets = append(offsets, i)
	}
	return append(offsets, len(text))
}

// wordEdge reports whether [begin, end) is not a part of a longer word.
func wordEdge(s string, begin, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:begin])
	first, _ := utf8.DecodeRuneInString(s[begin:])
	last, _ := utf8.DecodeLastRuneInString(s[:end])
	after, _ := utf8.DecodeRuneInString(s[end:])
	return (begin == 0 || !wordRune(before) || !wordRune(first)) && (end == len(s) || !wordRune(after) || !wordRune(last))
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
