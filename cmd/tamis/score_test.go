package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
)

// fakeNet scores toxic 0.9 where the text says "bad", panics at "panic", and
// fails at "fail".
type fakeNet struct{}

func (fakeNet) Weights() models.WeightsRef {
	return models.WeightsRef{Name: "fake", Digest: "0123456789abcdef"}
}

func (fakeNet) Score(ctx context.Context, inputs []classifier.Input) ([]models.Scores, error) {
	out := make([]models.Scores, len(inputs))
	for i, in := range inputs {
		switch {
		case strings.Contains(in.Text, "panic"):
			panic("told to")
		case strings.Contains(in.Text, "fail"):
			return nil, models.Errorf(models.Internal, "the net broke")
		case strings.Contains(in.Text, "bad"):
			out[i] = models.Scores{models.Toxic: 0.9}
		default:
			out[i] = models.Scores{models.Toxic: 0.1}
		}
	}
	return out, ctx.Err()
}

// noWords is an empty lexicon and a detector.
type noWords struct{}

func (noWords) Weights() models.WeightsRef           { return models.WeightsRef{Name: "lexicon"} }
func (noWords) Find(string, string) []models.WordHit { return nil }
func (noWords) Detect(string) string                 { return "en" }
func (noWords) Score(_ context.Context, inputs []classifier.Input) ([]models.Scores, error) {
	return make([]models.Scores, len(inputs)), nil
}

func openFake(context.Context) (*classifier.Ensemble, error) {
	return &classifier.Ensemble{Transformer: fakeNet{}, Lexicon: noWords{}, Detector: noWords{}}, nil
}

func decideFake(_ models.Comment, a models.Assessment) models.Verdict {
	v := models.Verdict{Action: models.Allow, Scores: a.Scores, Weights: a.Weights}
	if p := a.Scores[models.Toxic]; p > 0.5 {
		v.Action = models.Hold
		v.Reasons = []models.Reason{
			{Rule: models.RuleScore, Action: models.Hold, Label: models.Toxic, Score: p, Threshold: 0.5, Evidence: []models.Span{{Begin: 0, End: 3, Text: "bad"}}},
			{Rule: models.RuleLinks, Shadow: true},
		}
	}
	return v
}

func english() string { return "en" }

// outcome is what a command left.
type outcome struct {
	out, err string
	failure  error
}

// run executes a command below a root, as main does.
func run(t *testing.T, cmd *cobra.Command, stdin string, args ...string) outcome {
	t.Helper()
	root := &cobra.Command{Use: "tamis", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(cmd)
	var out, errs bytes.Buffer
	root.SetIn(strings.NewReader(stdin))
	root.SetOut(&out)
	root.SetErr(&errs)
	root.SetArgs(append([]string{cmd.Name()}, args...))
	err := root.ExecuteContext(t.Context())
	return outcome{out.String(), errs.String(), err}
}

func score(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return run(t, newScoreCommand(openFake, decideFake, english), stdin, args...)
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const allowed = `"lang":"en","scores":{"toxic":0.1},"action":"allow","reasons":[]}`

func TestScoreLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", models.MaxTextRunes+1)
	tests := map[string]struct {
		in   string
		args []string
		want []string
		bad  bool
	}{
		"a comment":           {`{"id":"a","text":"hello"}`, nil, []string{`{"id":"a",` + allowed}, false},
		"an id that counts":   {`{"id":7,"text":"hello"}`, nil, []string{`{"id":7,` + allowed}, false},
		"no id: the line's":   {"\n" + `{"text":"hello"}`, nil, []string{`{"id":2,` + allowed}, false},
		"a null id":           {`{"id":null,"text":"hello"}`, nil, []string{`{"id":1,` + allowed}, false},
		"the language told":   {`{"text":"hello","lang":"fr"}`, nil, []string{`{"id":1,"lang":"fr","scores":{"toxic":0.1},"action":"allow","reasons":[]}`}, false},
		"a held one":          {`{"text":"bad"}`, nil, []string{`{"id":1,"lang":"en","scores":{"toxic":0.9},"action":"hold","reasons":[{"rule":"score","text":"toxic language: likely (0.90, from 0.50)","label":"toxic","score":0.9,"threshold":0.5,"evidence":[{"begin":0,"end":3,"text":"bad"}]}]}`}, false},
		"an explained one":    {`{"text":"so bad"}`, []string{"--explain"}, []string{`{"id":1,"lang":"en","scores":{"toxic":0.9},"action":"hold","reasons":[{"rule":"score","text":"toxic language: likely (0.90, from 0.50)","label":"toxic","score":0.9,"threshold":0.5,"evidence":[{"begin":3,"end":6,"text":"bad","without":0.1}]}],"edit":{"spans":[{"begin":3,"end":6,"text":"bad"}],"action":"allow"}}`}, false},
		"nothing to explain":  {`{"text":"hello"}`, []string{"--explain"}, []string{`{"id":1,` + allowed}, false},
		"plain lines":         {"hello\r\n\n{not json\n", []string{"--text"}, []string{`{"id":1,` + allowed, `{"id":3,` + allowed}, false},
		"a context":           {`{"text":"hello","context":{"url":"u","parent_text":"p"}}`, nil, []string{`{"id":1,` + allowed}, false},
		"unknown fields":      {`{"text":"hello","more":[1]}`, nil, []string{`{"id":1,` + allowed}, false},
		"a byte order mark":   {"\ufeff" + `{"text":"hello"}`, nil, []string{`{"id":1,` + allowed}, false},
		"a NUL is cleaned":    {`{"text":"he\u0000llo"}`, nil, []string{`{"id":1,` + allowed}, false},
		"a lone surrogate":    {`{"text":"\ud800 hi"}`, nil, []string{`{"id":1,` + allowed}, false},
		"nothing":             {"", nil, nil, false},
		"not JSON":            {`{"id":"a","text":`, nil, []string{`{"line":1,"error":"the line is not JSON"}`}, true},
		"trailing data":       {`{"text":"a"} x`, nil, []string{`{"line":1,"error":"the line is not JSON"}`}, true},
		"not an object":       {`["a"]`, nil, []string{`{"line":1,"error":"the line must be a JSON object"}`}, true},
		"no text":             {`{"id":"a"}`, nil, []string{`{"id":"a","line":1,"error":"text is missing"}`}, true},
		"a blank text":        {`{"id":"a","text":" \u200b"}`, nil, []string{`{"id":"a","line":1,"error":"text must not be empty or blank"}`}, true},
		"a number for a text": {`{"id":"a","text":5}`, nil, []string{`{"id":"a","line":1,"error":"text must be a string"}`}, true},
		"a nested fault":      {`{"text":"a","context":{"url":5}}`, nil, []string{`{"line":1,"error":"context.url must be a string"}`}, true},
		"invalid UTF-8":       {"{\"text\":\"\xff\"}", nil, []string{`{"line":1,"error":"the line is not valid UTF-8"}`}, true},
		"invalid plain text":  {"\xff", []string{"--text"}, []string{`{"line":1,"error":"text is not valid UTF-8"}`}, true},
		"too long a text":     {`{"text":"` + long + `"}`, nil, []string{`{"line":1,"error":"text is 32769 characters long, the limit is 32768"}`}, true},
		"too long a line":     {`{"text":"` + strings.Repeat("a", maxLine) + `"}` + "\n" + `{"text":"hello"}`, nil, []string{`{"line":1,"error":"the line is longer than 2097152 bytes"}`, `{"id":2,` + allowed}, true},
		"too deep":            {`{"text":"a","x":` + strings.Repeat("[", 20_000) + `}`, nil, []string{`{"line":1,"error":"the line is not JSON"}`}, true},
		"a bad line between":  {"{\"text\":\"hello\"}\noops\n{\"text\":\"hello\"}\n", nil, []string{`{"id":1,` + allowed, `{"line":2,"error":"the line is not JSON"}`, `{"id":3,` + allowed}, true},
		"one the net fails at": {
			"{\"text\":\"hello\"}\n{\"id\":\"x\",\"text\":\"fail\"}\n{\"text\":\"panic\"}\n{\"text\":\"hello\"}\n", nil,
			[]string{`{"id":1,` + allowed, `{"id":"x","line":2,"error":"the text could not be judged"}`, `{"line":3,"error":"the text could not be judged"}`, `{"id":4,` + allowed}, true,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := score(t, tt.in, tt.args...)
			want := strings.Join(tt.want, "\n")
			if want != "" {
				want += "\n"
			}
			if got.out != want {
				t.Errorf("got\n%.2000swant\n%.2000s", got.out, want)
			}
			if errors.Is(got.failure, errBadLines) != tt.bad || !tt.bad && got.failure != nil {
				t.Errorf("ended with %v", got.failure)
			}
			if _, ok := errors.AsType[usageError](got.failure); ok {
				t.Error("a bad line is not a wrong command line")
			}
		})
	}
}

func TestScoreKeepsTheOrderOfManyLines(t *testing.T) {
	t.Parallel()
	var in strings.Builder
	const n = 3*chunkLines + 7
	for i := range n {
		text := "hello"
		if i%5 == 0 {
			text = "bad " + strings.Repeat("x ", i%40)
		}
		fmt.Fprintf(&in, "{\"id\":\"c%d\",\"text\":%q}\n", i, text)
	}
	got := score(t, in.String())
	if got.failure != nil {
		t.Fatal(got.failure)
	}
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if len(lines) != n {
		t.Fatalf("%d lines out of %d", len(lines), n)
	}
	for i, l := range lines {
		var v struct{ ID, Action string }
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatal(err)
		}
		want := "allow"
		if i%5 == 0 {
			want = "hold"
		}
		if v.ID != fmt.Sprintf("c%d", i) || v.Action != want {
			t.Fatalf("line %d is %+v", i, v)
		}
	}
}

func TestScoreFiles(t *testing.T) {
	t.Parallel()
	content := `{"id":"a","text":"hello"}` + "\n"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	want := `{"id":"a",` + allowed + "\n"
	for name, got := range map[string]outcome{
		"a file":         score(t, "", file(t, "in.jsonl", content)),
		"a gzipped file": score(t, "", file(t, "in.jsonl.gz", zipped.String())),
		"standard input": score(t, content, "-"),
		"without a dash": score(t, content),
	} {
		if got.out != want || got.failure != nil {
			t.Errorf("%s: %q, %v", name, got.out, got.failure)
		}
		if got.err != "" {
			t.Errorf("%s: a progress bar without a terminal: %q", name, got.err)
		}
	}
	for name, got := range map[string]outcome{
		"a missing file":    score(t, "", filepath.Join(t.TempDir(), "none")),
		"gzip by name only": score(t, "", file(t, "in.gz", content)),
		"gzip cut short":    score(t, "", file(t, "in.gz", zipped.String()[:zipped.Len()-12])),
		"a folder":          score(t, "", t.TempDir()),
	} {
		if _, usage := errors.AsType[usageError](got.failure); got.failure == nil || usage {
			t.Errorf("%s: ended with %v", name, got.failure)
		}
	}
}

func TestScoreUsage(t *testing.T) {
	t.Parallel()
	for name, got := range map[string]outcome{
		"two files":       score(t, "", "a", "b"),
		"an unknown flag": score(t, "", "--loud"),
	} {
		if _, ok := errors.AsType[usageError](got.failure); !ok {
			t.Errorf("%s: ended with %v, want a mistake in the command line", name, got.failure)
		}
	}
}

func TestScoreSaysWhenOnlyTheListsJudge(t *testing.T) {
	t.Parallel()
	open := func(context.Context) (*classifier.Ensemble, error) {
		return &classifier.Ensemble{Lexicon: noWords{}, Detector: noWords{}, Degraded: "weights are missing"}, nil
	}
	got := run(t, newScoreCommand(open, decideFake, english), "hello\n", "--text")
	if !strings.Contains(got.err, "weights are missing") || got.failure != nil || !strings.Contains(got.out, `"action":"allow"`) {
		t.Errorf("got %+v", got)
	}
}

func TestScoreStops(t *testing.T) {
	t.Parallel()
	broken := errors.New("no weights")
	cannot := func(context.Context) (*classifier.Ensemble, error) { return nil, broken }
	if got := run(t, newScoreCommand(cannot, decideFake, english), "hello\n", "--text"); !errors.Is(got.failure, broken) || got.out != "" {
		t.Errorf("without weights: %+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cmd := newScoreCommand(openFake, decideFake, english)
	cmd.SetIn(strings.NewReader("hello\n"))
	cmd.SetOut(&bytes.Buffer{})
	cmd.SetArgs([]string{"--text"})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	if err := cmd.ExecuteContext(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	cmd.SetIn(strings.NewReader("hello\n"))
	cmd.SetOut(closedPipe{})
	if err := cmd.ExecuteContext(t.Context()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("nobody reads: %v", err)
	}
}

// closedPipe is an output that nobody reads.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }

// TestScoreAnswersASlowWriter makes sure that a line is judged before the next
// one comes.
func TestScoreAnswersASlowWriter(t *testing.T) {
	t.Parallel()
	in, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := newScoreCommand(openFake, decideFake, english)
	cmd.SetIn(in)
	cmd.SetOut(out)
	cmd.SetArgs([]string{"--text"})
	done := make(chan error, 1)
	go func() {
		err := cmd.ExecuteContext(t.Context())
		done <- errors.Join(err, out.Close())
	}()
	buf := make([]byte, 4096)
	for range 3 {
		if _, err := write.WriteString("hello\n"); err != nil {
			t.Fatal(err)
		}
		if n, err := read.Read(buf); err != nil || !strings.Contains(string(buf[:n]), "allow") {
			t.Fatalf("got %q, %v", buf[:n], err)
		}
	}
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func FuzzReadComment(f *testing.F) {
	for _, s := range []string{`{"id":1,"text":"a"}`, `{"text":null}`, `{"id":{},"text":"a"}`, "\xff", `[]`, `{"context":5}`} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, raw []byte, plain bool) {
		id, c, err := readComment(line{number: 1, raw: raw}, plain)
		if id != nil && !json.Valid(id) {
			t.Fatalf("id %q is not JSON", id)
		}
		if err == nil && models.ValidateText("text", c.Text) != nil {
			t.Fatal("an unfit text was taken")
		}
	})
}
