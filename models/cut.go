package models

import (
	"slices"
	"strings"
)

// CutMark stands in a published text for what a moderator took out.
const CutMark = "[…]"

// CutText is text with the cuts replaced by [CutMark]. Cuts may come in any
// order, overlap or reach beyond the text.
func CutText(text string, cuts []Cut) string {
	if len(cuts) == 0 {
		return text
	}
	sorted := slices.Clone(cuts)
	slices.SortFunc(sorted, func(a, b Cut) int { return a.Begin - b.Begin })
	runes := []rune(text)
	var out strings.Builder
	at := 0
	for _, c := range sorted {
		begin, end := max(c.Begin, at), min(c.End, len(runes))
		if begin >= end {
			continue
		}
		// Pieces that touch are one piece, with one mark.
		if begin > at || at == 0 {
			out.WriteString(string(runes[at:begin]))
			out.WriteString(CutMark)
		}
		at = end
	}
	out.WriteString(string(runes[at:]))
	return out.String()
}

// Published is the text to show: the submitted one, or what a moderator's edit
// left of it.
func (c *Comment) Published() string {
	if c.Decision != nil && c.Decision.Decision == DecideEdit {
		return CutText(c.Text, c.Decision.Cuts)
	}
	return c.Text
}
