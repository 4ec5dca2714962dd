package moderation

import (
	"context"
	"math"
	"slices"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
)

// probe asks what becomes of one verdict when the text changes, and keeps
// account of what that costs.
type probe struct {
	Explainer
	comment models.Comment
	verdict models.Verdict
	text    []rune
	goals   []models.Reason // the scores that the verdict rests on
	must    []place         // named by other rules that stop the comment
	left    int             // rows
	kept    int             // of these, not to be spent now
	reserve int             // for judging the edited text as a whole
	foreign bool            // other weights answer than made the verdict
}

// trial is what was found of an edited text.
type trial struct {
	scores  models.Scores
	action  models.Action // empty = not judged
	excess  float64       // how far the goals' scores lie above their thresholds
	settled bool          // nothing that an edit can change stops the comment any more
	blank   bool          // nothing to read was left
}

func newProbe(e Explainer, c models.Comment, v models.Verdict) *probe {
	p := &probe{Explainer: e, comment: c, verdict: v, text: []rune(c.Text), left: maxRows}
	for _, r := range v.Reasons {
		switch {
		case !stops(r):
		case r.Rule == models.RuleScore:
			p.goals = append(p.goals, r)
		default:
			for _, s := range r.Evidence {
				p.must = append(p.must, place{s.Begin, s.End})
			}
		}
	}
	p.must = inOrder(p.must)
	return p
}

func stops(r models.Reason) bool {
	return !r.Shadow && r.Action.Stricter(models.Hold) == r.Action
}

// cost is what judging a text takes.
func (p *probe) cost(text string) int {
	return max(1, p.Assessor.Rows([]classifier.Input{{Text: text, Lang: p.verdict.Lang}}))
}

// try judges pieces of the text with places cut out: of one piece with several
// cuts, or of several pieces as they are. It gives as many answers, from the
// front, as the rows allow.
func (p *probe) try(ctx context.Context, in []place, cuts [][]place) ([]trial, error) {
	trials := make([]trial, 0, max(len(in), len(cuts)))
	var inputs []classifier.Input
	var at []int
	for i := range cap(trials) {
		piece, cut := in[min(i, len(in)-1)], []place(nil)
		if len(cuts) > 0 {
			cut = cuts[i]
		}
		text := without(p.text, piece, cut)
		if models.ValidateText("text", text) != nil {
			trials = append(trials, trial{blank: true, settled: true, action: models.Allow})
			continue
		}
		n := p.cost(text)
		if p.left-n < p.kept {
			break
		}
		p.left -= n
		at = append(at, len(trials))
		trials = append(trials, trial{})
		inputs = append(inputs, classifier.Input{Text: text, Lang: p.verdict.Lang})
	}
	if len(inputs) == 0 {
		return trials, nil
	}
	found, err := p.Assessor.Assess(ctx, inputs)
	if err != nil {
		return nil, err
	}
	for k, i := range at {
		trials[i] = p.judge(inputs[k].Text, found[k])
	}
	return trials, nil
}

func (p *probe) judge(text string, a models.Assessment) trial {
	p.foreign = p.foreign || a.Weights != p.verdict.Weights
	c := p.comment
	c.Text = text
	v := p.Decide(c, a)
	return trial{
		scores: a.Scores, action: v.Action, excess: p.excess(a.Scores),
		settled: !slices.ContainsFunc(v.Reasons, stands),
	}
}

// stands reports whether r stops the comment and an edit could change that. A
// rule that names no place in the text looks at something else.
func stands(r models.Reason) bool {
	return stops(r) && (r.Rule == models.RuleScore || len(r.Evidence) > 0)
}

// excess adds up how far scores lie above the thresholds, in log odds: these
// still tell something where the scores are all but 1. Where a label rejects,
// its threshold to hold is not told; even odds stand for it.
func (p *probe) excess(s models.Scores) float64 {
	var sum float64
	for _, g := range p.goals {
		sum += max(0, logOdds(s[g.Label])-logOdds(min(g.Threshold, 0.5)))
	}
	return sum
}

func logOdds(x float64) float64 {
	const edge = 1e-6
	x = min(max(x, edge), 1-edge)
	return math.Log(x / (1 - x))
}

// listedIn gives the places in a piece at which a list found a word of the
// labels in question.
func (p *probe) listedIn(in place) []place {
	var listed []place
	for _, r := range p.verdict.Reasons {
		for _, s := range r.Evidence {
			if at := (place{s.Begin, s.End}); r.Rule == models.RuleScore && at.overlaps(in) {
				listed = append(listed, at)
			}
		}
	}
	return listed
}

func (p *probe) span(at place) models.Span {
	at.begin, at.end = max(0, at.begin), min(at.end, len(p.text))
	return models.Span{Begin: at.begin, End: at.end, Text: string(p.text[at.begin:at.end])}
}
