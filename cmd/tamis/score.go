package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
)

// openEnsemble loads the voices that judge.
type openEnsemble func(ctx context.Context) (*classifier.Ensemble, error)

// decideFunc gives the verdict on a judged comment.
type decideFunc func(c models.Comment, a models.Assessment) models.Verdict

// usageError is a mistake in the command line: exit status 2.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// usageArgs makes a wrong number of arguments a mistake in the command line.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// usageFlags makes a wrong flag a mistake in the command line.
func usageFlags(_ *cobra.Command, err error) error { return usageError{err} }

// scoreOptions are the flags of tamis score.
type scoreOptions struct {
	text    bool
	explain bool
	locale  func() string // of the reasons
}

// newScoreCommand makes tamis score. The locale is asked for once the settings
// are known.
func newScoreCommand(open openEnsemble, decide decideFunc, locale func() string) *cobra.Command {
	o := scoreOptions{locale: locale}
	cmd := &cobra.Command{
		Use:   "score [FILE|-]",
		Short: "Judge comments from a file or standard input",
		Long: `Judge comments: JSON Lines {"id","text","lang"?,"context"?} in, one JSON line
each out, in input order. A comment without an id gets its line number. A line
that can't be judged gives {"id"?,"line","error"} in its place, the rest goes on,
and the exit status is 1. A file named *.gz is read through gzip.`,
		Example: "  tamis score comments.jsonl\n  tamis score --explain comments.jsonl\n  echo 'quel imbécile' | tamis score --text",
		Args:    usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := openLines(cmd, args)
			if err != nil {
				return err
			}
			defer in.close()
			ensemble, err := open(cmd.Context())
			if err != nil {
				return err
			}
			warnDegraded(cmd, ensemble)
			s := scoring{ensemble: ensemble, decide: decide, options: o, out: bufio.NewWriter(cmd.OutOrStdout())}
			return s.run(cmd.Context(), in)
		},
	}
	cmd.Flags().BoolVar(&o.text, "text", false, "each line is a plain text, not JSON")
	cmd.Flags().BoolVar(&o.explain, "explain", false, "find the words behind each verdict that stops a comment (up to 40 times slower for those)")
	cmd.SetFlagErrorFunc(usageFlags)
	return cmd
}

func warnDegraded(cmd *cobra.Command, e *classifier.Ensemble) {
	if e.Transformer == nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "warning: only the word lists judge:", e.Degraded)
	}
}

// scoring is one run of tamis score.
type scoring struct {
	ensemble *classifier.Ensemble
	decide   decideFunc
	options  scoreOptions
	out      *bufio.Writer
	bad      int
}

// errBadLines ends a run that went through although some lines failed.
var errBadLines = errors.New("some lines could not be judged")

func (s *scoring) run(ctx context.Context, in *lineReader) error {
	for {
		lines, err := in.chunk()
		if err != nil && !errors.Is(err, io.EOF) {
			return errors.Join(err, s.out.Flush())
		}
		if err := s.judge(ctx, lines); err != nil {
			return errors.Join(err, s.out.Flush())
		}
		if err := s.out.Flush(); err != nil {
			return fmt.Errorf("write the verdicts: %w", err)
		}
		in.progress(len(lines))
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if s.bad > 0 {
		return fmt.Errorf("%w: %d", errBadLines, s.bad)
	}
	return nil
}

// judge writes one line for each of lines, in order.
func (s *scoring) judge(ctx context.Context, lines []line) error {
	comments := make([]models.Comment, len(lines))
	inputs := make([]classifier.Input, 0, len(lines))
	at := make([]int, 0, len(lines))
	ids, faults := make([]json.RawMessage, len(lines)), make([]error, len(lines))
	for i, l := range lines {
		ids[i], comments[i], faults[i] = readComment(l, s.options.text)
		if faults[i] == nil {
			inputs, at = append(inputs, classifier.Input{Text: comments[i].Text, Lang: comments[i].Lang}), append(at, i)
		}
	}
	assessments := make([]models.Assessment, len(lines))
	err := assessEach(ctx, s.ensemble, inputs, func(j int, a models.Assessment, err error) {
		assessments[at[j]], faults[at[j]] = a, err
	})
	if err != nil {
		return err
	}
	for i, l := range lines {
		if faults[i] != nil {
			s.bad++
			if err := s.write(badLine{ID: ids[i], Line: l.number, Error: shown(faults[i])}); err != nil {
				return err
			}
			continue
		}
		if ids[i] == nil {
			ids[i] = fmt.Appendf(nil, "%d", l.number)
		}
		v, err := s.decided(ctx, comments[i], assessments[i])
		if err != nil {
			return err
		}
		if err := s.write(s.verdict(ids[i], v)); err != nil {
			return err
		}
	}
	return nil
}

// decided gives the verdict, explained where that is asked for. One that can't
// be explained is a verdict all the same.
func (s *scoring) decided(ctx context.Context, c models.Comment, a models.Assessment) (models.Verdict, error) {
	v := s.decide(c, a)
	v.Lang = a.Lang
	if !s.options.explain {
		return v, nil
	}
	explained, err := moderation.Explainer{Assessor: s.ensemble, Decide: s.decide}.Explain(ctx, c, v)
	if err != nil {
		return v, ctx.Err()
	}
	return explained, nil
}

// assessEach judges inputs together and, where that fails, in ever smaller
// parts, so that one text costs the others nothing. Only the end of ctx is an
// error of its own.
func assessEach(ctx context.Context, e *classifier.Ensemble, inputs []classifier.Input, each func(i int, a models.Assessment, err error)) error {
	if len(inputs) == 0 {
		return nil
	}
	assessments, err := e.Assess(ctx, inputs)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		for i, a := range assessments {
			each(i, a, nil)
		}
		return nil
	case len(inputs) == 1:
		each(0, models.Assessment{}, models.Wrap(models.KindOf(err), err, "the text could not be judged"))
		return nil
	}
	half := len(inputs) / 2
	if err := assessEach(ctx, e, inputs[:half], each); err != nil {
		return err
	}
	return assessEach(ctx, e, inputs[half:], func(i int, a models.Assessment, err error) { each(half+i, a, err) })
}

// badLine is written in the place of a line that can't be judged.
type badLine struct {
	ID    json.RawMessage `json:"id,omitempty"`
	Line  int             `json:"line"`
	Error string          `json:"error"`
}

// verdictLine is written for a comment.
type verdictLine struct {
	ID      json.RawMessage          `json:"id"`
	Lang    string                   `json:"lang"`
	Scores  map[models.Label]float64 `json:"scores"`
	Action  models.Action            `json:"action"`
	Reasons []reasonLine             `json:"reasons"`
	Edit    *editLine                `json:"edit,omitempty"`
}

type reasonLine struct {
	Rule      string         `json:"rule"`
	Text      string         `json:"text"`
	Label     models.Label   `json:"label,omitempty"`
	Score     float64        `json:"score,omitempty"`
	Threshold float64        `json:"threshold,omitempty"`
	Evidence  []evidenceLine `json:"evidence,omitempty"`
}

type evidenceLine struct {
	Begin   int      `json:"begin"`
	End     int      `json:"end"`
	Text    string   `json:"text"`
	Without *float64 `json:"without,omitempty"`
}

// editLine is the smallest edit known to change the action.
type editLine struct {
	Spans  []evidenceLine `json:"spans"`
	Action models.Action  `json:"action"`
}

func (s *scoring) verdict(id json.RawMessage, v models.Verdict) verdictLine {
	out := verdictLine{ID: id, Lang: v.Lang, Scores: map[models.Label]float64{}, Action: v.Action, Reasons: []reasonLine{}}
	for l, p := range v.Scores {
		out.Scores[l] = rounded(p)
	}
	for _, r := range v.Reasons {
		if r.Shadow {
			continue
		}
		line := reasonLine{Rule: r.Rule, Text: r.Text(s.options.locale()), Label: r.Label, Score: rounded(r.Score), Threshold: r.Threshold}
		line.Evidence = evidenceLines(r.Evidence)
		out.Reasons = append(out.Reasons, line)
	}
	if v.Edit != nil {
		out.Edit = &editLine{Spans: evidenceLines(v.Edit.Spans), Action: v.Edit.Action}
	}
	return out
}

func evidenceLines(spans []models.Span) []evidenceLine {
	var out []evidenceLine
	for _, span := range spans {
		line := evidenceLine(span)
		if span.Without != nil {
			without := rounded(*span.Without)
			line.Without = &without
		}
		out = append(out, line)
	}
	return out
}

// rounded keeps what a score means and not its noise.
func rounded(p float64) float64 { return math.Round(p*1e6) / 1e6 }

func (s *scoring) write(v any) error {
	e := json.NewEncoder(s.out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write the verdicts: %w", err)
	}
	return nil
}

// commentLine is a comment as it is read.
type commentLine struct {
	ID      json.RawMessage `json:"id"`
	Text    *string         `json:"text"`
	Lang    string          `json:"lang"`
	Context struct {
		URL        string `json:"url"`
		Title      string `json:"title"`
		ThreadID   string `json:"thread_id"`
		ParentID   string `json:"parent_id"`
		ParentText string `json:"parent_text"`
	} `json:"context"`
}

// readComment reads and checks one line. The id is given even with an error,
// where it could be read; nil = none.
func readComment(l line, plain bool) (json.RawMessage, models.Comment, error) {
	var read commentLine
	switch {
	case l.err != nil:
		return nil, models.Comment{}, l.err
	case plain:
		text := string(l.raw)
		read.Text = &text
	default:
		if err := decodeLine(l.raw, &read); err != nil {
			return idOf(read.ID), models.Comment{}, err
		}
	}
	if read.Text == nil {
		return idOf(read.ID), models.Comment{}, models.Fields(models.FieldError{Field: "text", Detail: "is missing"})
	}
	x := read.Context
	c := models.Comment{
		Text: *read.Text, Lang: read.Lang,
		Context: models.Context{URL: x.URL, Title: x.Title, ThreadID: x.ThreadID, ParentID: x.ParentID, ParentText: x.ParentText},
	}
	c.Clean()
	return idOf(read.ID), c, c.Validate()
}

// idOf gives an id that a line carried: a string or a number.
func idOf(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || string(raw) == "null" || slices.Contains([]byte("{["), raw[0]) {
		return nil
	}
	return raw
}
