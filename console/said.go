package console

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tamis-moderation/tamis/models"
)

const (
	// foldAt is where a long text is folded, in code points.
	foldAt = 3000
	// maxPile is how many marks may stand on one letter before they hide their
	// neighbours.
	maxPile = 2
)

// piece is a run of a text that is shown in one way. Begin and End are offsets
// in Unicode code points of the submitted text.
type piece struct {
	Text       string
	Begin, End int
	Mark       bool   // it spoke for a reason
	Veil       bool   // it is covered until somebody wants to read it
	Ghost      string // it shows nothing, or would break the page: its name
}

// said is a text ready to be shown: hostile or not, it stays in its place.
type said struct {
	Head []piece
	Rest []piece // behind a fold; nil when the text is short
	Size int     // code points behind the fold
}

// veiled are the labels whose words are covered. What a threat or a toxic whole
// hangs on may be any word, and a sentence without its pronouns can't be judged.
var veiled = []models.Label{models.Insult, models.IdentityAttack, models.Obscene, models.Sexual}

// shortSlur is how long a word must be, in letters, to be covered for its score
// alone: below that it is mostly "you" and "of".
const shortSlur = 4

// span is a stretch of marked code points.
type span struct {
	begin, end int
	veil       bool
}

// say prepares a text with the evidence of its verdict.
func say(text string, v *models.Verdict) said {
	runes := []rune(text)
	all := pieces(runes, spans(v, len(runes)))
	cut := 0
	for cut < len(all) && all[cut].End <= foldAt {
		cut++
	}
	if cut < len(all) && len(runes) <= foldAt+foldAt/4 {
		cut = len(all) // nobody unfolds a line
	}
	if cut == len(all) {
		return said{Head: all}
	}
	if p := all[cut]; p.Ghost == "" && p.Begin < foldAt {
		half := foldAt - p.Begin
		head, rest := p, p
		head.Text, head.End = string(runes[p.Begin:p.Begin+half]), p.Begin+half
		rest.Text, rest.Begin = string(runes[p.Begin+half:p.End]), p.Begin+half
		all = slices.Concat(all[:cut], []piece{head, rest}, all[cut+1:])
		cut++
	}
	return said{Head: all[:cut], Rest: all[cut:], Size: len(runes) - all[cut].Begin}
}

// excerpt is say for a line or two.
func excerpt(text string, v *models.Verdict, limit int) []piece {
	runes := []rune(text)
	more := len(runes) > limit
	if more {
		runes = runes[:limit]
	}
	out := pieces(runes, spans(v, len(runes)))
	if more {
		out = append(out, piece{Text: "…", Begin: limit, End: limit})
	}
	return out
}

// spans are the evidence of a verdict within n code points, in order, merged.
func spans(v *models.Verdict, n int) []span {
	if v == nil {
		return nil
	}
	var out []span
	for _, r := range v.Reasons {
		if r.Shadow {
			continue
		}
		listed := r.Rule == models.RuleWord || r.Rule == models.RuleLeak
		for _, e := range r.Evidence {
			if begin, end := max(e.Begin, 0), min(e.End, n); begin < end {
				veil := listed || slices.Contains(veiled, r.Label) && end-begin >= shortSlur
				out = append(out, span{begin, end, veil})
			}
		}
	}
	slices.SortFunc(out, func(a, b span) int { return a.begin - b.begin })
	merged := out[:0]
	for _, s := range out {
		if k := len(merged) - 1; k >= 0 && s.begin < merged[k].end {
			merged[k].end, merged[k].veil = max(merged[k].end, s.end), merged[k].veil || s.veil
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// covered reports whether any of a stretch of a text is covered in it.
func covered(marks []span, begin, end int) bool {
	return slices.ContainsFunc(marks, func(s span) bool { return s.veil && s.begin < end && begin < s.end })
}

// Veiled reports whether anything of the text is covered.
func (s said) Veiled() bool {
	return slices.ContainsFunc(slices.Concat(s.Head, s.Rest), func(p piece) bool { return p.Veil })
}

// pieces parts a text where the way it is shown changes.
func pieces(runes []rune, marks []span) []piece {
	var out []piece
	begin, pile := 0, 0
	var at span // the mark that the run is in; zero = none
	flush := func(end int) {
		if begin < end {
			out = append(out, piece{Text: string(runes[begin:end]), Begin: begin, End: end, Mark: at.end > 0, Veil: at.veil})
		}
		begin = end
	}
	for i, r := range runes {
		if at.end > 0 && i >= at.end {
			flush(i)
			at = span{}
		}
		if len(marks) > 0 && i == marks[0].begin {
			flush(i)
			at, marks = marks[0], marks[1:]
		}
		pile = piled(r, pile)
		if name := ghost(r, runes, i); name != "" || pile > maxPile {
			flush(i)
			if k := len(out) - 1; pile > maxPile && k >= 0 && out[k].Ghost == "+" {
				out[k].End = i + 1
			} else {
				out = append(out, piece{Begin: i, End: i + 1, Ghost: orPile(name)})
			}
			begin = i + 1
		}
	}
	flush(len(runes))
	return out
}

// piled counts the marks that stand on one letter.
func piled(r rune, before int) int {
	if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
		return before + 1
	}
	return 0
}

func orPile(name string) string {
	if name == "" {
		return "+"
	}
	return name
}

// ghost names a character that shows nothing and may turn round what stands
// behind it; empty for all others, and for the joints of an emoji.
func ghost(r rune, runes []rune, i int) string {
	switch {
	case r == '\n' || r == '\t':
		return ""
	case r == '\u200d' || unicode.Is(unicode.Variation_Selector, r):
		if i > 0 && runes[i-1] > 0x2000 {
			return ""
		}
		return "ZWJ"
	case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c:
		return "BIDI"
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), r == '\u2028', r == '\u2029':
		return "·"
	}
	return ""
}

// tame takes out of a short text, a name or a title, what would break a line.
func tame(s string) string {
	runes := []rune(s)
	pile := 0
	var out strings.Builder
	for i, r := range runes {
		if i == 200 {
			out.WriteString("…")
			break
		}
		pile = piled(r, pile)
		if pile > maxPile || ghost(r, runes, i) != "" || r == '\n' || r == '\t' {
			continue
		}
		out.WriteRune(r)
	}
	return strings.TrimSpace(out.String())
}
