package models

import (
	"testing"
	"time"
)

func TestCutTextLeavesOneMarkAPiece(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		cuts []Cut
		want string
	}{
		"nothing":             {nil, "é😀abcdef"},
		"the beginning":       {[]Cut{{0, 2}}, "[…]abcdef"},
		"the end":             {[]Cut{{6, 8}}, "é😀abcd[…]"},
		"in any order":        {[]Cut{{6, 7}, {2, 3}}, "é😀[…]bcd[…]f"},
		"pieces that touch":   {[]Cut{{2, 4}, {4, 5}}, "é😀[…]def"},
		"pieces that overlap": {[]Cut{{2, 5}, {3, 4}}, "é😀[…]def"},
		"beyond the text":     {[]Cut{{7, 99}, {100, 101}}, "é😀abcde[…]"},
	}
	for name, tt := range tests {
		if got := CutText("é😀abcdef", tt.cuts); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestUrgencyIsSaidInWords(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	item := ReviewItem{FiledAt: now.Add(-12 * time.Minute), Escalated: true, Comment: Comment{
		Verdict: &Verdict{Labels: []Label{Insult, IdentityAttack}},
	}}
	for lang, want := range map[string]string{
		"en": "severe, 12 minutes old, 3 reports, passed on", "fr-CA": "grave, depuis 12 minutes, 3 signalements, transmis",
	} {
		if got := item.UrgencyText(3, lang, now); got != want {
			t.Errorf("%s: got %q, want %q", lang, got, want)
		}
	}
	item.FiledAt, item.Escalated, item.Comment.Verdict = now.Add(-72*time.Hour), false, nil
	if got := item.UrgencyText(0, "en", now); got != "mild, 3 days old" {
		t.Errorf("got %q", got)
	}
}

func TestNetworksAreWrittenAsPeopleDo(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.77": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24", "2001:db8:7:1::5": "2001:db8:7::/48", "somewhere": "", "": "",
	} {
		if got := NetworkOf(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}
