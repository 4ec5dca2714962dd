// Package signal finds what concerns somebody in a text whatever it is worth
// as a contribution: data that should not be public, and a person in danger.
// It owns the shapes, their checks and how sure each is; it refuses to judge
// the author and to decide anything.
//
// The scores are steps, not learned:
//
//	0.95  a key, a secret, or a number whose check digits agree
//	0.90  a site's own confidential term; a plan to end one's life
//	0.70  the wish to be dead, or self-harm, said of oneself
//	0.30  a telephone number or an e-mail address by itself; words of
//	      distress that may be another's, a quotation or a way of speaking
package signal

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/models"
)

// The steps.
const (
	Sure   = 0.95
	Strong = 0.90
	Likely = 0.70
	Mild   = 0.30
)

// hit is a find in bytes, with its rank where finds overlap: the first wins.
type hit struct {
	kind       string
	begin, end int
	score      float64
}

// settle orders finds by place; where two overlap the surer counts, then the longer.
func settle(hits []hit) []hit {
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.end-b.begin, a.end-a.begin))
	})
	taken := make([]hit, 0, min(len(hits), maxHits))
	for _, h := range hits {
		if len(taken) == maxHits {
			break
		}
		free := !slices.ContainsFunc(taken, func(t hit) bool { return h.begin < t.end && t.begin < h.end })
		if free {
			taken = append(taken, h)
		}
	}
	slices.SortFunc(taken, func(a, b hit) int { return a.begin - b.begin })
	return taken
}

// maxHits bounds what one text can give; more of the same says nothing new.
const maxHits = 50

// signals gives the finds their places in code points.
func signals(text string, label models.Label, hits []hit) []models.Signal {
	if len(hits) == 0 {
		return nil
	}
	out := make([]models.Signal, 0, len(hits))
	at, runes := 0, 0
	for _, h := range settle(hits) {
		begin := runes + utf8.RuneCountInString(text[at:h.begin])
		end := begin + utf8.RuneCountInString(text[h.begin:h.end])
		out = append(out, models.Signal{
			Kind: h.kind, Label: label, Score: h.score,
			Span: models.Span{Begin: begin, End: end, Text: text[h.begin:h.end]},
		})
		at, runes = h.end, end
	}
	return out
}
