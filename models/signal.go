package models

import (
	"strings"
	"unicode"
)

// Signal is a find that no weights are needed for: data that should not be
// public ([Leak]), a person in danger ([Distress]).
type Signal struct {
	Kind  string // iban, nir, card, phone, email, secret, term, suicide, …
	Label Label
	Span  Span
	Score float64 // a step of package signal
}

// Feature is one named part of a score: what a text's structure says for spam.
type Feature struct {
	Name   string  // links, shortener, honeypot, …
	Weight float64 // on the logit; above 0 speaks for the label
	Value  string  // what was found: a count, a host; may be empty
}

// Mask hides a secret and keeps its shape: as many code points, the spaces and
// signs between them, and a little of both ends so that its owner knows it.
func Mask(secret string) string {
	runes := []rune(secret)
	keep := 0
	switch n := len(runes); {
	case n >= 16:
		keep = 4
	case n >= 8:
		keep = 2
	case n >= 4:
		keep = 1
	}
	var b strings.Builder
	for i, r := range runes {
		if i < keep/2+keep%2 || i >= len(runes)-keep/2 || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			b.WriteRune(r)
		} else {
			b.WriteRune('•')
		}
	}
	return b.String()
}

// MaskSpans masks the pieces of a text; it keeps the number of code points, so
// that other offsets still fit. A span that does not fit the text is left out.
func MaskSpans(text string, spans []Span) string {
	if len(spans) == 0 {
		return text
	}
	runes := []rune(text)
	for _, s := range spans {
		if s.Begin < 0 || s.Begin >= s.End || s.End > len(runes) {
			continue
		}
		copy(runes[s.Begin:s.End], []rune(Mask(string(runes[s.Begin:s.End]))))
	}
	return string(runes)
}

// Leaks gives the places of a verdict's confidential data, for [MaskSpans].
func (v *Verdict) Leaks() []Span {
	if v == nil {
		return nil
	}
	var spans []Span
	for _, r := range v.Reasons {
		if r.Rule == RuleLeak {
			spans = append(spans, r.Evidence...)
		}
	}
	return spans
}
