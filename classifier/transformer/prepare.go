package transformer

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// What the weights saw in training: links and names carry no meaning there.
var (
	linkPattern = regexp.MustCompile(`(?i)(?:https?://|www\.)\S+`)
	namePattern = regexp.MustCompile(`@[\p{L}\p{N}_]+`)
)

// maxRepeats is how often a character may stand in a row.
const maxRepeats = 3

// prepare rewrites text as the weights' training did: a link is " http ", a
// name is "@user", a character stands at most three times in a row. White space
// needs no folding here, the tokenizer splits at any of it.
func prepare(text string) string {
	if strings.Contains(text, "://") || strings.Contains(text, "w.") || strings.Contains(text, "W.") {
		text = linkPattern.ReplaceAllString(text, " http ")
	}
	if strings.Contains(text, "@") {
		text = namePattern.ReplaceAllString(text, "@user")
	}
	return limitRepeats(text)
}

// limitRepeats cuts runs of one character to maxRepeats.
func limitRepeats(text string) string {
	var out strings.Builder
	last, run, kept := rune(-1), 0, 0
	for i, r := range text {
		if r != last {
			last, run = r, 0
		}
		if run++; run <= maxRepeats {
			continue
		}
		if run == maxRepeats+1 {
			out.WriteString(text[kept:i])
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		kept = i + size
	}
	if kept == 0 {
		return text
	}
	out.WriteString(text[kept:])
	return out.String()
}
