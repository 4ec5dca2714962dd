//go:build proof

package main

import (
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
)

// TestProofEvidence takes the words that the evidence names out of 300 held dev
// rows, then as many random words of the same texts: the first must change the
// verdict of at least 80 %, the second of at most 20 %. The random words are
// drawn three times.
func TestProofEvidence(t *testing.T) {
	p := &evidenceProof{
		T: t, net: &countingNet{Ensemble: proofVoices(t)}, decide: decideByDefault(),
		draw: rand.New(rand.NewPCG(1, 2)), all: &tally{}, bySize: map[string]*tally{},
	}
	for _, c := range p.held(300) {
		p.explain(c)
	}
	p.report("all", p.all)
	for _, size := range []string{"1-3", "4-7", "8-15", "16-31", "32-"} {
		if s := p.bySize[size]; s != nil {
			p.report(size+" words", s)
		}
	}
	if named := p.all.named / p.all.rows; named < 0.8 {
		t.Errorf("the named words flip %.3f, want 0.8", named)
	}
	if random := p.all.random / p.all.rows; random > 0.2 {
		t.Errorf("random words flip %.3f, want at most 0.2", random)
	}
	if p.net.most > 40 {
		t.Errorf("one comment cost %d rows of the network", p.net.most)
	}
}

// tally counts over some of the rows.
type tally struct {
	rows, named, random, edits, words, spans, cost float64
	took                                           time.Duration
}

type evidenceProof struct {
	*testing.T
	net    *countingNet
	decide decideFunc
	draw   *rand.Rand
	all    *tally
	bySize map[string]*tally
}

// countingNet keeps account of the rows that one comment costs.
type countingNet struct {
	*classifier.Ensemble
	rows, most int
}

func (n *countingNet) Assess(ctx context.Context, in []classifier.Input) ([]models.Assessment, error) {
	n.rows += n.Rows(in)
	n.most = max(n.most, n.rows)
	return n.Ensemble.Assess(ctx, in)
}

// explain has one comment explained and sees what its evidence is worth.
func (p *evidenceProof) explain(c models.Comment) {
	p.Helper()
	before := p.verdict(c, c.Text)
	p.net.rows = 0
	begun := time.Now()
	after, err := moderation.Explainer{Assessor: p.net, Decide: p.decide}.Explain(p.Context(), c, before)
	if err != nil {
		p.Fatal(err)
	}
	took := time.Since(begun)
	text := []rune(c.Text)
	words := fields(text)
	var spans []models.Span
	for _, r := range after.Reasons {
		if r.Rule == models.RuleScore && !r.Shadow {
			spans = append(spans, r.Evidence...)
		}
	}
	named := slices.DeleteFunc(slices.Clone(words), func(w models.Span) bool {
		return !slices.ContainsFunc(spans, func(s models.Span) bool { return s.Begin < w.End && w.Begin < s.End })
	})
	slices.SortFunc(spans, func(a, b models.Span) int { return a.Begin - b.Begin })
	size := sizeOf(len(words))
	p.bySize[size] = cmp.Or(p.bySize[size], &tally{})
	for _, s := range []*tally{p.all, p.bySize[size]} {
		s.rows++
		s.cost += float64(p.net.rows)
		s.took += took
		s.words += float64(len(words))
		s.spans += float64(len(named))
		if after.Edit != nil {
			s.edits++
		}
	}
	flips := func(cut []models.Span) float64 {
		if p.verdict(c, cutOut(text, cut)).Action != before.Action {
			return 1
		}
		return 0
	}
	byName, byChance := flips(spans), 0.0
	const draws = 3
	for range draws {
		byChance += flips(p.some(words, len(named))) / draws
	}
	p.all.named, p.all.random = p.all.named+byName, p.all.random+byChance
	p.bySize[size].named, p.bySize[size].random = p.bySize[size].named+byName, p.bySize[size].random+byChance
	if os.Getenv("TAMIS_SHOW") != "" {
		p.Logf("%v named=%.0f random=%.2f rows=%d edit=%v scores=%v\n   %q\n   %v", before.Action, byName, byChance, p.net.rows, after.Edit != nil, before.Scores, c.Text, named)
	}
}

func (p *evidenceProof) report(name string, s *tally) {
	p.Helper()
	p.Logf("%-12s %3.0f rows: named words flip %.3f, as many random ones %.3f, an edit is known for %.3f; %.1f of %.1f words named; %.1f rows of the network and %v a comment, %d at most",
		name, s.rows, s.named/s.rows, s.random/s.rows, s.edits/s.rows, s.spans/s.rows, s.words/s.rows, s.cost/s.rows,
		(s.took / time.Duration(s.rows)).Round(time.Millisecond), p.net.most)
}

func sizeOf(words int) string {
	switch {
	case words < 4:
		return "1-3"
	case words < 8:
		return "4-7"
	case words < 16:
		return "8-15"
	case words < 32:
		return "16-31"
	default:
		return "32-"
	}
}

// some draws n of the words, in order.
func (p *evidenceProof) some(words []models.Span, n int) []models.Span {
	out := make([]models.Span, 0, n)
	for _, i := range p.draw.Perm(len(words))[:n] {
		out = append(out, words[i])
	}
	slices.SortFunc(out, func(a, b models.Span) int { return a.Begin - b.Begin })
	return out
}

// fields cuts a text at its spaces.
func fields(text []rune) []models.Span {
	var out []models.Span
	for begin := 0; begin < len(text); {
		if unicode.IsSpace(text[begin]) {
			begin++
			continue
		}
		end := begin
		for end < len(text) && !unicode.IsSpace(text[end]) {
			end++
		}
		out = append(out, models.Span{Begin: begin, End: end, Text: string(text[begin:end])})
		begin = end
	}
	return out
}

// cutOut takes spans out of a text and leaves the spaces.
func cutOut(text []rune, spans []models.Span) string {
	var out []rune
	at := 0
	for _, s := range spans {
		out = append(out, text[at:max(at, s.Begin)]...)
		at = max(at, s.End)
	}
	return string(append(out, text[at:]...))
}

// verdict judges a text in the place of c's. One with nothing to read is let be.
func (p *evidenceProof) verdict(c models.Comment, text string) models.Verdict {
	p.Helper()
	c.Text = text
	if c.Validate() != nil {
		return models.Verdict{Action: models.Allow}
	}
	found, err := p.net.Ensemble.Assess(p.Context(), []classifier.Input{{Text: text, Lang: c.Lang}})
	if err != nil {
		p.Fatal(err)
	}
	return p.decide(c, found[0])
}

// held gives dev rows that the default policy holds by a score, in the file's
// order, which is mixed.
func (p *evidenceProof) held(n int) []models.Comment {
	p.Helper()
	corpus := os.Getenv("TAMIS_CORPUS")
	if corpus == "" {
		corpus = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(corpus, "dev", "labelled.jsonl.gz"))
	if err != nil {
		p.Fatalf("TAMIS_CORPUS must name the folder of the corpus: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		p.Fatal(err)
	}
	var out []models.Comment
	for d := json.NewDecoder(z); d.More() && len(out) < n; {
		var row struct{ Text, Lang string }
		if err := d.Decode(&row); err != nil {
			p.Fatal(err)
		}
		c := models.Comment{Site: "dev", Text: row.Text, Lang: row.Lang}
		c.Clean()
		if v := p.verdict(c, c.Text); v.Action == models.Hold && v.Explainable() {
			out = append(out, c)
		}
	}
	return out
}
