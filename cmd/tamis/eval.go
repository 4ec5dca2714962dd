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
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/evaluation"
	"github.com/tamis-moderation/tamis/models"
)

// evalOptions are the flags of tamis eval.
type evalOptions struct {
	goldField string
	label     string
	threshold float64
	json      bool
}

// newEvalCommand makes tamis eval.
func newEvalCommand(open openEnsemble) *cobra.Command {
	o := evalOptions{}
	cmd := &cobra.Command{
		Use:   "eval FILE…",
		Short: "Measure the scores on labelled comments",
		Long: `Measure the scores on labelled comments: JSON Lines {"text","lang"?,"group"? (or
"src"),"labels":{label:0/1}}, or one binary field named by --gold-field. A label that is
left out is not known and not counted. Figures are given per label, language and
group, with 95 % intervals.`,
		Args: usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			ensemble, err := open(cmd.Context())
			if err != nil {
				return err
			}
			warnDegraded(cmd, ensemble)
			m := measuring{ensemble: ensemble, options: o, samples: map[cell]*evaluation.Sample{}, faults: cmd.ErrOrStderr()}
			for _, file := range args {
				if err := m.file(cmd, file); err != nil {
					return err
				}
			}
			return m.report(cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.goldField, "gold-field", "", "one binary field that holds the truth, instead of labels")
	f.StringVar(&o.label, "label", string(models.Toxic), "the label that --gold-field is the truth of")
	f.Float64Var(&o.threshold, "threshold", 0.5, "score from which a text counts as having the label")
	f.BoolVar(&o.json, "json", false, "write JSON")
	cmd.SetFlagErrorFunc(usageFlags)
	return cmd
}

func (o *evalOptions) check() error {
	if !models.Label(o.label).Valid() {
		return usageError{fmt.Errorf("--label: %q is not a label", o.label)}
	}
	if !(o.threshold > 0 && o.threshold < 1) {
		return usageError{fmt.Errorf("--threshold: %g is not between 0 and 1", o.threshold)}
	}
	return nil
}

// cell is what figures are given for. An empty language or group is all of them.
type cell struct {
	Label models.Label
	Lang  string
	Group string
}

// measuring is one run of tamis eval. It keeps scores and truths, no text.
type measuring struct {
	ensemble *classifier.Ensemble
	options  evalOptions
	samples  map[cell]*evaluation.Sample
	texts    int
	bad      int
	faults   io.Writer
}

// goldLine is a labelled comment.
type goldLine struct {
	Text   *string             `json:"text"`
	Lang   string              `json:"lang"`
	Group  string              `json:"group"`
	Source string              `json:"src"` // the group of rows that have none, as corpora call it
	Labels map[string]*float64 `json:"labels"`
}

// maxFaultsShown keeps a wrong file from filling the screen.
const maxFaultsShown = 10

func (m *measuring) file(cmd *cobra.Command, file string) error {
	in, err := openLines(cmd, []string{file})
	if err != nil {
		return err
	}
	defer in.close()
	for {
		lines, err := in.chunk()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err := m.measure(cmd.Context(), file, lines); err != nil {
			return err
		}
		in.progress(len(lines))
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
}

func (m *measuring) measure(ctx context.Context, file string, lines []line) error {
	var inputs []classifier.Input
	var golds []goldLine
	var numbers []int
	for _, l := range lines {
		g, err := m.read(l)
		if err != nil {
			m.fault(file, l.number, err)
			continue
		}
		inputs = append(inputs, classifier.Input{Text: *g.Text, Lang: g.Lang})
		golds, numbers = append(golds, g), append(numbers, l.number)
	}
	return assessEach(ctx, m.ensemble, inputs, func(i int, a models.Assessment, err error) {
		if err != nil {
			m.fault(file, numbers[i], err)
			return
		}
		m.note(golds[i], a)
	})
}

// read gives a labelled comment; with --gold-field its one truth is filed
// under the label.
func (m *measuring) read(l line) (goldLine, error) {
	var g goldLine
	if l.err != nil {
		return g, l.err
	}
	if m.options.goldField == "" {
		if err := decodeLine(l.raw, &g); err != nil {
			return g, err
		}
		if g.Labels == nil {
			return g, models.Fields(models.FieldError{Field: "labels", Detail: "is missing"})
		}
	} else if err := m.readGold(l.raw, &g); err != nil {
		return g, err
	}
	g.Group = cmp.Or(g.Group, g.Source)
	if g.Text == nil {
		return g, models.Fields(models.FieldError{Field: "text", Detail: "is missing"})
	}
	for name, truth := range g.Labels {
		if truth != nil && *truth != 0 && *truth != 1 {
			return g, models.Fields(models.FieldError{Field: "labels." + name, Detail: "must be 0 or 1"})
		}
	}
	return g, models.ValidateText("text", *g.Text)
}

func (m *measuring) readGold(raw []byte, g *goldLine) error {
	var fields map[string]json.RawMessage
	if err := decodeLine(raw, &fields); err != nil {
		return err
	}
	field := m.options.goldField
	truth := 0.0
	switch string(fields[field]) {
	case "1", "true", "1.0":
		truth = 1
	case "0", "false", "0.0":
	case "":
		return models.Fields(models.FieldError{Field: field, Detail: "is missing"})
	default:
		return models.Fields(models.FieldError{Field: field, Detail: "must be 0, 1, false or true"})
	}
	// The gold field may bear the name of a field of ours, of another type.
	delete(fields, "labels")
	rest, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	if err := decodeLine(rest, g); err != nil {
		return err
	}
	g.Labels = map[string]*float64{m.options.label: &truth}
	return nil
}

func (m *measuring) fault(file string, number int, err error) {
	m.bad++
	if m.bad <= maxFaultsShown {
		fmt.Fprintf(m.faults, "%s:%d: %s\n", file, number, shown(err))
	}
}

// note files the scores of one text under every cell it belongs to.
func (m *measuring) note(g goldLine, a models.Assessment) {
	m.texts++
	for name, truth := range g.Labels {
		score, covered := a.Scores[models.Label(name)]
		if truth == nil || !covered {
			continue
		}
		for _, c := range cells(models.Label(name), a.Lang, g.Group) {
			if m.samples[c] == nil {
				m.samples[c] = &evaluation.Sample{}
			}
			m.samples[c].Add(score, *truth == 1)
		}
	}
}

func cells(l models.Label, lang, group string) []cell {
	out := []cell{{Label: l}, {Label: l, Lang: lang}}
	if group != "" {
		out = append(out, cell{Label: l, Group: group}, cell{Label: l, Lang: lang, Group: group})
	}
	return out
}

// figures are the measures of one cell. A figure that can't be had is null.
type figures struct {
	Label       models.Label `json:"label"`
	Lang        string       `json:"lang,omitempty"`
	Group       string       `json:"group,omitempty"`
	Texts       int          `json:"texts"`
	Positives   int          `json:"positives"`
	AUC         *interval    `json:"auc"`
	Precision   *interval    `json:"average_precision"`
	Accuracy    *interval    `json:"accuracy"`
	F1          *interval    `json:"f1"`
	Calibration *interval    `json:"calibration_error"`
}

type interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func toInterval(e evaluation.Estimate) *interval {
	if math.IsNaN(e.Value) || math.IsNaN(e.Low) || math.IsNaN(e.High) {
		return nil
	}
	return &interval{rounded(e.Value), rounded(e.Low), rounded(e.High)}
}

func (m *measuring) report(out io.Writer) error {
	order := slices.SortedFunc(maps.Keys(m.samples), func(a, b cell) int {
		byLabel := slices.Index(models.Labels(), a.Label) - slices.Index(models.Labels(), b.Label)
		return cmp.Or(byLabel, cmp.Compare(a.Group, b.Group), cmp.Compare(a.Lang, b.Lang))
	})
	rows := []figures{}
	for _, c := range order {
		s := m.samples[c]
		rows = append(rows, figures{
			Label: c.Label, Lang: c.Lang, Group: c.Group, Texts: s.Len(), Positives: s.Positives(),
			AUC: toInterval(s.AUC()), Precision: toInterval(s.AveragePrecision()),
			Accuracy: toInterval(s.Accuracy(m.options.threshold)), F1: toInterval(s.F1(m.options.threshold)),
			Calibration: toInterval(s.CalibrationError()),
		})
	}
	if err := m.print(out, rows); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	if m.bad > 0 {
		return fmt.Errorf("%w: %d", errBadLines, m.bad)
	}
	return nil
}

func (m *measuring) print(out io.Writer, rows []figures) error {
	w := m.ensemble.Weights()
	if m.options.json {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{
			"weights": map[string]string{"name": w.Name, "digest": w.Digest},
			"texts":   m.texts, "bad_lines": m.bad, "threshold": m.options.threshold, "figures": rows,
		})
	}
	fmt.Fprintf(out, "weights %s %.12s, %d texts, threshold %g, 95 %% intervals\n", w.Name, w.Digest, m.texts, m.options.threshold)
	t := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "LABEL\tLANG\tGROUP\tTEXTS\tPOSITIVE\tAUC\tAVG PRECISION\tACCURACY\tF1\tCALIBRATION ERROR")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\n", r.Label, cmp.Or(r.Lang, "all"), cmp.Or(r.Group, "all"),
			r.Texts, r.Positives, r.AUC, r.Precision, r.Accuracy, r.F1, r.Calibration)
	}
	return t.Flush()
}

// String words the interval for the table; a dash where there is none.
func (i *interval) String() string {
	if i == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f (%.3f-%.3f)", i.Value, i.Low, i.High)
}
