package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

const labelled = `{"text":"bad","lang":"en","labels":{"toxic":1,"spam":0,"identity":1}}
{"text":"bad again","lang":"fr","group":"quotes","labels":{"toxic":0,"insult":null}}
{"text":"fine","lang":"en","labels":{"toxic":0}}
{"text":"fine too","lang":"fr","labels":{"toxic":0}}
{"text":"nothing known","lang":"fr","labels":{}}
`

func eval(t *testing.T, args ...string) outcome {
	t.Helper()
	return run(t, newEvalCommand(openFake), "", args...)
}

// report is what --json gives.
type report struct {
	Texts   int
	Bad     int `json:"bad_lines"`
	Weights struct{ Name string }
	Figures []figures
}

func evalJSON(t *testing.T, content string, args ...string) (report, outcome) {
	t.Helper()
	got := eval(t, append(args, "--json", file(t, "in.jsonl", content))...)
	var r report
	if err := json.Unmarshal([]byte(got.out), &r); err != nil {
		t.Fatalf("%v in %q (%v)", err, got.out, got.failure)
	}
	return r, got
}

func find(t *testing.T, r report, c cell) figures {
	t.Helper()
	for _, f := range r.Figures {
		if f.Label == c.Label && f.Lang == c.Lang && f.Group == c.Group {
			return f
		}
	}
	t.Fatalf("no figures for %+v in %+v", c, r.Figures)
	return figures{}
}

func TestEval(t *testing.T) {
	t.Parallel()
	r, got := evalJSON(t, labelled)
	if got.failure != nil || r.Texts != 5 || r.Weights.Name != "fake" {
		t.Fatalf("got %+v, %v", r, got.failure)
	}
	all := find(t, r, cell{Label: "toxic"})
	if all.Texts != 4 || all.Positives != 1 {
		t.Errorf("all: %+v", all)
	}
	// One of three negatives ties with the positive: (0.5 + 1 + 1) / 3.
	if v := all.AUC.Value; v < 0.8333 || v > 0.8334 {
		t.Errorf("AUC = %g", v)
	}
	if v := all.Accuracy.Value; v != 0.75 {
		t.Errorf("accuracy = %g", v)
	}
	english, french := find(t, r, cell{Label: "toxic", Lang: "en"}), find(t, r, cell{Label: "toxic", Lang: "fr"})
	if english.AUC.Value != 1 || english.Texts != 2 {
		t.Errorf("English: %+v", english)
	}
	if french.AUC != nil || french.Accuracy.Value != 0.5 {
		t.Errorf("French has one class only: %+v", french)
	}
	if quotes := find(t, r, cell{Label: "toxic", Group: "quotes"}); quotes.Texts != 1 || quotes.Accuracy.Value != 0 {
		t.Errorf("the group: %+v", quotes)
	}
	for _, f := range r.Figures {
		if f.Label != "toxic" {
			t.Errorf("figures for %s, which the net does not score", f.Label)
		}
	}
}

func TestEvalGoldField(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ content, field string }{
		"numbers":               {`{"text":"bad","gold":1}` + "\n" + `{"text":"fine","gold":0}`, "gold"},
		"booleans":              {`{"text":"bad","gold":true}` + "\n" + `{"text":"fine","gold":false}`, "gold"},
		"a name of ours":        {`{"text":"bad","labels":1}` + "\n" + `{"text":"fine","labels":0}`, "labels"},
		"other fields in shape": {`{"text":"bad","gold":1,"labels":"x"}` + "\n" + `{"text":"fine","gold":0,"labels":[]}`, "gold"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, got := evalJSON(t, tt.content, "--gold-field", tt.field)
			if got.failure != nil {
				t.Fatal(got.failure, got.err)
			}
			if f := find(t, r, cell{Label: "toxic"}); f.AUC.Value != 1 || f.Texts != 2 {
				t.Errorf("got %+v", f)
			}
		})
	}
}

func TestEvalReportsBadLines(t *testing.T) {
	t.Parallel()
	content := "oops\n" + `{"text":"a","labels":{"toxic":2}}` + "\n" + `{"labels":{"toxic":1}}` + "\n" + `{"text":"a"}` + "\n" + `{"text":"fail","labels":{"toxic":1}}` + "\n" + labelled
	r, got := evalJSON(t, content)
	if !errors.Is(got.failure, errBadLines) || r.Bad != 5 || r.Texts != 5 {
		t.Errorf("got %+v, %v", r, got.failure)
	}
	for _, want := range []string{"in.jsonl:1: the line is not JSON", "in.jsonl:2: labels.toxic must be 0 or 1", "in.jsonl:3: text is missing", "in.jsonl:4: labels is missing", "in.jsonl:5: the text could not be judged"} {
		if !strings.Contains(got.err, want) {
			t.Errorf("%q does not say %q", got.err, want)
		}
	}
	if _, gold := evalJSON(t, `{"text":"a"}`+"\n"+`{"text":"a","gold":"yes"}`, "--gold-field", "gold"); !strings.Contains(gold.err, "gold is missing") || !strings.Contains(gold.err, "gold must be 0, 1, false or true") {
		t.Errorf("got %q", gold.err)
	}
}

func TestEvalTable(t *testing.T) {
	t.Parallel()
	got := eval(t, file(t, "in.jsonl", labelled))
	for _, want := range []string{"weights fake 0123456789ab, 5 texts", "LABEL", "toxic  all   all", "quotes", "0.833 (", "-"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q is not in\n%s", want, got.out)
		}
	}
}

func TestEvalUsage(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"no file": nil, "an unknown label": {"--label", "nice", "x"}, "a threshold of 1": {"--threshold", "1", "x"}, "a threshold that is no number": {"--threshold", "NaN", "x"},
	} {
		if _, ok := errors.AsType[usageError](eval(t, args...).failure); !ok {
			t.Errorf("%s: not a mistake in the command line", name)
		}
	}
}
