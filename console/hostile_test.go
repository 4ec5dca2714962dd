package console

import (
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Pieces are slices of the submitted text, in order, with nothing lost: what is
// cut by their offsets is what was shown.
func TestPiecesAreTheWholeText(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"plain": "Bonjour", "empty": "", "emoji": strings.Repeat("👩‍👩‍👧‍👦", 1200), "bidi": "a\u202eb\u2066c\u2069d",
		"zalgo": "h" + strings.Repeat("\u0301\u0330", 40) + "e", "one line": strings.Repeat("x", 32_000), "controls": "a\x01b\r\nc",
	} {
		runes := []rune(text)
		v := &models.Verdict{Reasons: []models.Reason{{Rule: models.RuleWord, Evidence: []models.Span{
			{Begin: 1, End: 3}, {Begin: 2, End: 5}, {Begin: -4, End: 1}, {Begin: len(runes) - 1, End: len(runes) + 9}, {Begin: 9, End: 2},
		}}}}
		s := say(text, v)
		at := 0
		for _, p := range append(append([]piece{}, s.Head...), s.Rest...) {
			if p.Begin != at || p.End < p.Begin {
				t.Fatalf("%s: a piece at %d to %d, want %d", name, p.Begin, p.End, at)
			}
			if p.Ghost == "" && p.Text != string(runes[p.Begin:p.End]) {
				t.Errorf("%s: %q is not what stands there", name, p.Text)
			}
			at = p.End
		}
		if at != len(runes) {
			t.Errorf("%s: %d of %d code points", name, at, len(runes))
		}
		if len(runes) > 4*foldAt/3 && s.Rest == nil {
			t.Errorf("%s: not folded", name)
		}
	}
}

func TestNothingTurnsTheLineRound(t *testing.T) {
	t.Parallel()
	shown := ""
	for _, p := range say("droite \u202e gauche \u2066 fin\u200b", nil).Head {
		shown += p.Text
	}
	if strings.ContainsAny(shown, "\u202e\u2066\u200b") {
		t.Errorf("shown %q", shown)
	}
	if got := tame("a\u202eb\nc" + strings.Repeat("\u0301", 30)); strings.ContainsAny(got, "\u202e\n") || len([]rune(got)) > 6 {
		t.Errorf("a name is %q", got)
	}
}

func TestOnlyTheWebIsLinked(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://blog.example/a?b=1": "https://blog.example/a?b=1", "javascript:alert(1)": "", "data:text/html,x": "", "//blog.example": "", "": "", "http://[bad": "",
	} {
		if got := properAddress(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

func TestHeatNeedsAStory(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	var beats []models.Beat
	for i := range 10 {
		beats = append(beats, models.Beat{At: at.Add(time.Duration(i) * time.Second), Status: models.Approved})
	}
	if newHeat(beats) != nil {
		t.Error("an import is no heat")
	}
	for i := range 12 {
		beats = append(beats, models.Beat{At: at.Add(time.Hour + time.Duration(i)*time.Second), Status: models.Held})
	}
	h := newHeat(beats)
	if h == nil || !h.Hot || !h.Bars[heatBars-1].Bad || h.Bars[0].Bad {
		t.Errorf("got %+v", h)
	}
}

// Every key of the help has its button or its handler, and the other way round.
func TestTheHelpNamesEveryKey(t *testing.T) {
	t.Parallel()
	script, err := static.ReadFile("static/js/desk.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range deskKeys() {
		if !strings.Contains(string(script), "    "+strings.ToLower(k.Key)+":") && !strings.Contains(string(script), " "+strings.ToLower(k.Key)+": ") &&
			!strings.Contains(string(script), " "+strings.ToLower(k.Key)+", ") && !strings.Contains(string(script), "    "+strings.ToLower(k.Key)+",") &&
			!strings.Contains(string(script), strings.ToLower(k.Key)+": edit") {
			t.Errorf("%s does nothing", k.Key)
		}
	}
}
