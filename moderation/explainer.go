package moderation

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/tamis-moderation/tamis/models"
)

// Explainer finds the words that made a verdict. It scores the text again and
// again with words left out, in at most forty rows of the network: all words
// one by one in a short text, groups of words and then those of the groups that
// matter in a longer one, and in a text of many windows its worst pieces.
type Explainer struct {
	Assessor Assessor
	// Decide gives the verdict on an edited comment, under the policy and the
	// history that the verdict was made with.
	Decide func(c models.Comment, a models.Assessment) models.Verdict
}

// maxHunts is how many pieces of a long text are searched for words.
const maxHunts = 3

// Explain adds evidence to the reasons of v that compared a score, and the
// smallest edit found that lets the comment pass, or else makes the verdict
// milder. The offsets count in c's text once it is clean.
func (e Explainer) Explain(ctx context.Context, c models.Comment, v models.Verdict) (models.Verdict, error) {
	c.Clean()
	if !v.Explainable() {
		return v, nil
	}
	p := newProbe(e, c, v)
	hunts, err := p.hunts(ctx)
	if err != nil {
		return models.Verdict{}, fmt.Errorf("explain: %w", err)
	}
	for i, h := range hunts {
		p.kept = p.reserve + (p.left-p.reserve)/(len(hunts)-i)*(len(hunts)-i-1)
		if err := h.run(ctx); err != nil {
			return models.Verdict{}, fmt.Errorf("explain: %w", err)
		}
	}
	if p.foreign {
		return v, nil
	}
	p.kept = 0
	edit, err := p.edit(ctx, hunts)
	if err != nil {
		return models.Verdict{}, fmt.Errorf("explain: %w", err)
	}
	v.Edit = edit
	v.Reasons = slices.Clone(v.Reasons)
	for i := range v.Reasons {
		if spans := p.evidence(hunts, v.Reasons[i]); len(spans) > 0 {
			v.Reasons[i].Evidence = spans
		}
	}
	return v, nil
}

// hunts says where to look: in the whole text when it is one row of the
// network, else in the pieces that score worst by themselves.
func (p *probe) hunts(ctx context.Context) ([]*hunt, error) {
	whole := place{0, len(p.text)}
	full := p.cost(p.comment.Text)
	if full <= 1 {
		return []*hunt{newHunt(p, whole, trial{scores: p.verdict.Scores, excess: p.excess(p.verdict.Scores)}, nil)}, nil
	}
	if full <= maxRows/4 {
		p.reserve = full
	}
	pieces := p.likely(piecesOf(p.text))
	p.kept = p.left * 3 / 5
	tried, err := p.try(ctx, pieces, nil)
	if err != nil {
		return nil, err
	}
	order := make([]int, len(tried))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(tried[j].excess, tried[i].excess) })
	var hunts []*hunt
	for n, i := range order {
		if n > 0 && (tried[i].excess <= 0 || n == maxHunts) {
			break
		}
		others := slices.Delete(slices.Clone(tried), i, i+1)
		hunts = append(hunts, newHunt(p, pieces[i], tried[i], others))
	}
	return hunts, nil
}

// likely puts the pieces first in which a list found a word: of a very long
// text not all can be looked at.
func (p *probe) likely(pieces []place) []place {
	slices.SortStableFunc(pieces, func(a, b place) int {
		return len(p.listedIn(b)) - len(p.listedIn(a))
	})
	return pieces
}

// edit gives what to take out, once the whole text without it was judged.
func (p *probe) edit(ctx context.Context, hunts []*hunt) (*models.Edit, error) {
	cut := slices.Clone(p.must)
	for _, h := range hunts {
		cut = append(cut, h.cut()...)
	}
	cut = inOrder(cut)
	if len(cut) == 0 {
		return nil, nil
	}
	var done trial
	if len(hunts) == 1 && hunts[0].wholeText() {
		done = hunts[0].best
	} else {
		tried, err := p.try(ctx, []place{{0, len(p.text)}}, [][]place{cut})
		if err != nil || len(tried) == 0 {
			return nil, err
		}
		done = tried[0]
	}
	if done.blank || done.action == "" || done.action.Stricter(p.verdict.Action) == done.action {
		return nil, nil
	}
	e := &models.Edit{Action: done.action}
	for _, c := range cut {
		e.Spans = append(e.Spans, p.span(c))
	}
	return e, nil
}

// evidence gives the words found for one reason: of those that made the verdict
// together, the ones that bear on this label.
func (p *probe) evidence(hunts []*hunt, r models.Reason) []models.Span {
	if r.Rule != models.RuleScore || r.Shadow {
		return nil
	}
	var spans []models.Span
	for _, h := range hunts {
		for _, i := range h.set {
			w, measured := h.without(i, r.Label)
			falls := measured && w < r.Score
			if measured && !falls && !h.nobodys(i, p.verdict.Reasons) {
				continue
			}
			s := p.span(h.words[i])
			if falls {
				s.Without = &w
			}
			spans = append(spans, s)
		}
	}
	slices.SortFunc(spans, func(a, b models.Span) int { return a.Begin - b.Begin })
	return spans
}

// inOrder sorts places and joins those that overlap.
func inOrder(places []place) []place {
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(a.begin-b.begin, a.end-b.end) })
	var out []place
	for _, p := range places {
		if n := len(out); n > 0 && p.begin < out[n-1].end {
			out[n-1].end = max(out[n-1].end, p.end)
			continue
		}
		out = append(out, p)
	}
	return out
}
