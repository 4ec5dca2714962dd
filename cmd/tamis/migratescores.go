package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/api/compat/perspective"
	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/evaluation"
	"github.com/tamis-moderation/tamis/models"
)

// migrateOptions are the flags of tamis migrate-scores.
type migrateOptions struct {
	thresholds []float64
	csv        bool
	json       bool
}

// maxDifferences is how many of the texts of which the two differ most are named.
const maxDifferences = 5

// newMigrateScoresCommand makes tamis migrate-scores.
func newMigrateScoresCommand(open openEnsemble) *cobra.Command {
	o := migrateOptions{}
	cmd := &cobra.Command{
		Use:   "migrate-scores FILE",
		Short: "Find the thresholds that replace those on Perspective's scores",
		Long: `Read a log of Perspective's scores, score its texts, and tell for each attribute
and threshold which threshold here flags the same share of texts, how often both
agree then, and where they differ most (lines and scores; never the text).

The log is JSON Lines: {"text","lang"?,"id"?} with "scores":{"TOXICITY":0.9,…}, or
"attribute" and "score", or Perspective's answer ("attributeScores") beside the
text; or comma-separated values with a line of names (text, lang, id, attribute,
score, or a column for each attribute). A "tamis" field beside a score replaces
the text. A file named *.gz is read through gzip.`,
		Example: "  tamis migrate-scores perspective.jsonl.gz\n  tamis migrate-scores --thresholds 0.8 log.csv",
		Args:    usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, t := range o.thresholds {
				if !(t > 0 && t <= 1) {
					return usageError{fmt.Errorf("--thresholds: %g is not between 0 and 1", t)}
				}
			}
			ensemble, err := open(cmd.Context())
			if err != nil {
				return err
			}
			warnDegraded(cmd, ensemble)
			m := moving{ensemble: ensemble, options: o, file: args[0], pairs: map[string][]placed{}, faults: cmd.ErrOrStderr()}
			if err := m.read(cmd, args); err != nil {
				return err
			}
			return m.report(cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.Float64SliceVar(&o.thresholds, "thresholds", []float64{0.5, 0.7, 0.8, 0.9}, "thresholds on Perspective's scores")
	f.BoolVar(&o.csv, "csv", false, "the file holds comma-separated values (also told by its name)")
	f.BoolVar(&o.json, "json", false, "write JSON")
	cmd.SetFlagErrorFunc(usageFlags)
	return cmd
}

// placed is a pair of scores and where it stands in the log.
type placed struct {
	evaluation.Pair
	line int
	id   string
}

// moving is one run of tamis migrate-scores. It keeps scores, no text.
type moving struct {
	ensemble *classifier.Ensemble
	options  migrateOptions
	file     string
	pairs    map[string][]placed // by attribute
	texts    int
	bad      int
	faults   io.Writer
}

func (m *moving) read(cmd *cobra.Command, args []string) error {
	in, err := openLines(cmd, args)
	if err != nil {
		return err
	}
	defer in.close()
	next := jsonLog(in)
	if m.options.csv || strings.HasSuffix(strings.TrimSuffix(m.file, ".gz"), ".csv") {
		if next, err = csvLog(in.in); err != nil {
			return err
		}
	}
	for {
		entries, err := next(m.fault)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err := m.score(cmd.Context(), entries); err != nil {
			return err
		}
		in.progress(len(entries))
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
}

func (m *moving) fault(number int, err error) {
	m.bad++
	if m.bad <= maxFaultsShown {
		fmt.Fprintf(m.faults, "%s:%d: %s\n", m.file, number, shown(err))
	}
}

// score sets our scores beside Perspective's. A text that stands on several
// lines, one for each attribute, is scored once.
func (m *moving) score(ctx context.Context, entries []oldScores) error {
	known := map[classifier.Input]int{}
	var inputs []classifier.Input
	waiting := make([][]oldScores, 0, len(entries))
	for _, e := range entries {
		if e.tamis != nil {
			m.note(e, func(models.Label) (float64, bool) { return *e.tamis, true })
			continue
		}
		in := classifier.Input{Text: e.text, Lang: e.lang}
		i, ok := known[in]
		if !ok {
			i = len(inputs)
			known[in] = i
			inputs, waiting = append(inputs, in), append(waiting, nil)
		}
		waiting[i] = append(waiting[i], e)
	}
	return assessEach(ctx, m.ensemble, inputs, func(i int, a models.Assessment, err error) {
		if err != nil {
			m.fault(waiting[i][0].line, err)
			return
		}
		m.texts++
		classifier.Examine(&a, &models.Comment{Text: inputs[i].Text}, classifier.SpamContext{}) // as the wire answers
		for _, e := range waiting[i] {
			m.note(e, func(l models.Label) (float64, bool) { p, ok := a.Scores[l]; return p, ok })
		}
	})
}

func (m *moving) note(e oldScores, ours func(models.Label) (float64, bool)) {
	for name, old := range e.scores {
		pair := placed{evaluation.Pair{Old: old, New: math.NaN()}, e.line, e.id}
		if label, _ := perspective.Label(name); label != "" {
			if p, ok := ours(label); ok {
				pair.New = p
			}
		}
		m.pairs[name] = append(m.pairs[name], pair)
	}
}

// moved is what the report says of one attribute.
type moved struct {
	Attribute   string       `json:"attribute"`
	Label       models.Label `json:"label"` // empty where no label means it
	Scores      int          `json:"scores"`
	Correlation *float64     `json:"rank_correlation"`
	Thresholds  []threshold  `json:"thresholds"`
	Differences []difference `json:"differences"`
}

type threshold struct {
	Perspective     float64  `json:"perspective"`
	Tamis           *float64 `json:"tamis"` // null where Perspective flags none
	Flagged         float64  `json:"flagged"`
	Agreement       float64  `json:"agreement"`
	Both            int      `json:"both"`
	OnlyPerspective int      `json:"only_perspective"`
	OnlyTamis       int      `json:"only_tamis"`
}

type difference struct {
	Line        int     `json:"line"`
	ID          string  `json:"id,omitempty"`
	Perspective float64 `json:"perspective"`
	Tamis       float64 `json:"tamis"`
}

func (m *moving) report(out io.Writer) error {
	all := []moved{}
	for _, name := range slices.Sorted(maps.Keys(m.pairs)) {
		all = append(all, m.moved(name))
	}
	if err := m.print(out, all); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	if m.bad > 0 {
		return fmt.Errorf("%w: %d", errBadLines, m.bad)
	}
	return nil
}

func (m *moving) moved(name string) moved {
	label, _ := perspective.Label(name)
	out := moved{Attribute: name, Label: label, Thresholds: []threshold{}, Differences: []difference{}}
	var pairs evaluation.Pairs
	var found []placed
	for _, p := range m.pairs[name] {
		if !math.IsNaN(p.New) {
			pairs, found = append(pairs, p.Pair), append(found, p)
		}
	}
	out.Scores = len(pairs)
	if len(pairs) == 0 {
		return out
	}
	out.Correlation = orNone(pairs.RankCorrelation())
	for _, t := range m.options.thresholds {
		s := pairs.Switch(t)
		out.Thresholds = append(out.Thresholds, threshold{
			Perspective: t, Tamis: orNone(s.New), Flagged: rounded(s.Flagged), Agreement: rounded(s.Agreement()),
			Both: s.Both, OnlyPerspective: s.OldOnly, OnlyTamis: s.NewOnly,
		})
	}
	slices.SortStableFunc(found, func(a, b placed) int {
		return cmp.Compare(math.Abs(b.Old-b.New), math.Abs(a.Old-a.New))
	})
	for _, p := range found[:min(maxDifferences, len(found))] {
		out.Differences = append(out.Differences, difference{p.line, p.id, rounded(p.Old), rounded(p.New)})
	}
	return out
}

// orNone is a figure, to four places and never above what it is, so that a
// threshold goes on flagging what it stands for; nil where there is none.
func orNone(p float64) *float64 {
	if math.IsNaN(p) {
		return nil
	}
	p = math.Floor(p*1e4) / 1e4
	return &p
}

func (m *moving) print(out io.Writer, all []moved) error {
	w := m.ensemble.Weights()
	if m.options.json {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{
			"weights": map[string]string{"name": w.Name, "digest": w.Digest}, "texts": m.texts, "bad_lines": m.bad, "attributes": all,
		})
	}
	fmt.Fprintf(out, "weights %s %.12s, %d texts\n", w.Name, w.Digest, m.texts)
	t := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "ATTRIBUTE\tLABEL\tSCORES\tRANK CORRELATION\tPERSPECTIVE ≥\tFLAGS\tTAMIS ≥\tAGREE\tBOTH\tONLY PERSPECTIVE\tONLY TAMIS")
	for _, a := range all {
		if a.Scores == 0 {
			fmt.Fprintf(t, "%s\t%s\t0\t-\t-\t-\t-\t-\t-\t-\t-\n", a.Attribute, cmp.Or(a.Label, "-"))
		}
		for _, r := range a.Thresholds {
			fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%g\t%.1f %%\t%s\t%.1f %%\t%d\t%d\t%d\n", a.Attribute, a.Label, a.Scores, figure(a.Correlation),
				r.Perspective, 100*r.Flagged, figure(r.Tamis), 100*r.Agreement, r.Both, r.OnlyPerspective, r.OnlyTamis)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nWhere they differ most:")
	fmt.Fprintln(t, "ATTRIBUTE\tLINE\tID\tPERSPECTIVE\tTAMIS")
	for _, a := range all {
		for _, d := range a.Differences {
			fmt.Fprintf(t, "%s\t%d\t%s\t%.3f\t%.3f\n", a.Attribute, d.Line, cmp.Or(d.ID, "-"), d.Perspective, d.Tamis)
		}
	}
	return t.Flush()
}

func figure(p *float64) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprintf("%.4f", *p)
}
