package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func migrateJSON(t *testing.T, name, content string, args ...string) ([]moved, outcome) {
	t.Helper()
	got := run(t, newMigrateScoresCommand(openFake), "", append(args, "--json", file(t, name, content))...)
	var r struct{ Attributes []moved }
	if err := json.Unmarshal([]byte(got.out), &r); err != nil {
		t.Fatalf("%v in %q (%v)", err, got.out, got.failure)
	}
	return r.Attributes, got
}

// The same scores in every form that a log may have.
func TestLogsOfOldScores(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ name, content string }{
		"scores by attribute":   {"a.jsonl", `{"id":"x","text":"bad","scores":{"TOXICITY":0.9}}` + "\n" + `{"text":"fine","scores":{"TOXICITY":0.1,"INSULT":null}}`},
		"one attribute a line":  {"a.jsonl", `{"id":"x","text":"bad","attribute":"toxicity","score":0.9}` + "\n" + `{"text":"fine","attribute":"TOXICITY","score":0.1}`},
		"perspective alone":     {"a.jsonl", `{"id":"x","text":"bad","perspective":0.9}` + "\n" + `{"text":"fine","perspective":0.1}`},
		"answers as they came":  {"a.jsonl", `{"id":"x","text":"bad","attributeScores":{"TOXICITY":{"spanScores":[],"summaryScore":{"value":0.9,"type":"PROBABILITY"}}}}` + "\n" + `{"text":"fine","attributeScores":{"TOXICITY":{"summaryScore":{"value":0.1}}}}`},
		"a column an attribute": {"a.csv", "\ufeffID,Text,TOXICITY,notes\nx,bad,0.9,\n,fine,0.1,\"two\nlines\"\n"},
		"attribute and score":   {"a.csv", "id,comment,attribute,score\nx,bad,TOXICITY,0.9\n,fine,TOXICITY,0.1\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, o := migrateJSON(t, tt.name, tt.content, "--thresholds", "0.5,0.95")
			if o.failure != nil || len(got) != 1 || got[0].Attribute != "TOXICITY" || got[0].Label != "toxic" || got[0].Scores != 2 {
				t.Fatalf("got %+v, %v %s", got, o.failure, o.err)
			}
			half, none := got[0].Thresholds[0], got[0].Thresholds[1]
			if half.Tamis == nil || *half.Tamis < 0.5 || half.Flagged != 0.5 || half.Agreement != 1 || half.Both != 1 {
				t.Errorf("at 0.5: %+v", half)
			}
			if none.Tamis != nil || none.Flagged != 0 || none.Agreement != 1 {
				t.Errorf("at 0.95: %+v", none)
			}
			if d := got[0].Differences; len(d) != 2 || d[0].ID+d[1].ID != "x" {
				t.Errorf("differences %+v", d)
			}
		})
	}
}

func TestALogOfScorePairsNeedsNoText(t *testing.T) {
	t.Parallel()
	got, o := migrateJSON(t, "pairs.csv", "attribute,perspective,tamis\nTHREAT,0.9,0.3\nTHREAT,0.2,0.1\nFLIRTATION,0.9,0.9\n", "--thresholds", "0.5")
	if o.failure != nil || len(got) != 2 {
		t.Fatalf("got %+v, %v %s", got, o.failure, o.err)
	}
	if f := got[0]; f.Attribute != "FLIRTATION" || f.Label != "" || f.Scores != 0 {
		t.Errorf("what no label means: %+v", f)
	}
	if th := got[1].Thresholds[0]; *th.Tamis != 0.3 || *got[1].Correlation != 1 {
		t.Errorf("got %+v", got[1])
	}
}

func TestFaultsOfALogAreNamed(t *testing.T) {
	t.Parallel()
	const secret = "nobody may read this"
	tests := map[string]struct{ name, content, want string }{
		"no score":           {"a.jsonl", `{"text":"` + secret + `"}`, "a.jsonl:1: score is missing"},
		"unknown attribute":  {"a.jsonl", `{"text":"` + secret + `","scores":{"RUDENESS":1}}`, `a.jsonl:1: attribute "RUDENESS" is none of Perspective's`},
		"no probability":     {"a.jsonl", `{"text":"` + secret + `","perspective":98}`, "a.jsonl:1: TOXICITY must be between 0 and 1"},
		"no text":            {"a.jsonl", `{"perspective":0.5}`, "a.jsonl:1: text must not be empty or blank"},
		"no JSON":            {"a.jsonl", "\n" + secret, "a.jsonl:2: the line is not JSON"},
		"a pair of too many": {"a.jsonl", `{"scores":{"THREAT":1,"INSULT":1},"tamis":0.5}`, "a.jsonl:1: tamis stands beside one score alone"},
		"a pair beyond":      {"a.jsonl", `{"perspective":0.5,"tamis":2}`, "a.jsonl:1: tamis must be between 0 and 1"},
		"no number":          {"a.csv", "text,TOXICITY\n" + secret + ",high\n", "a.csv:2: toxicity is not a number"},
		"broken quotes":      {"a.csv", "text,TOXICITY\n\"" + secret + "\"x,0.5\n", "a.csv:2: the quotes of the record don't match"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := "\n" + `{"text":"fine","perspective":0.1}` + "\n"
			if strings.HasSuffix(tt.name, ".csv") {
				good = "fine,0.1\n"
			}
			got, o := migrateJSON(t, tt.name, tt.content+good)
			if !errors.Is(o.failure, errBadLines) || !strings.Contains(o.err, tt.want) || strings.Contains(o.err+o.out, secret) {
				t.Errorf("got %v, %q", o.failure, o.err)
			}
			if len(got) != 1 || got[0].Scores != 1 {
				t.Errorf("the rest does not go on: %+v", got)
			}
		})
	}
}

func TestMigrateScoresPrintsATable(t *testing.T) {
	t.Parallel()
	o := run(t, newMigrateScoresCommand(openFake), "", file(t, "a.jsonl", `{"text":"bad","scores":{"TOXICITY":0.9,"FLIRTATION":0.2}}`))
	for _, want := range []string{"weights fake", "FLIRTATION  -", "TOXICITY", "Where they differ most:", "100.0 %"} {
		if o.failure != nil || !strings.Contains(o.out, want) {
			t.Errorf("no %q in %s (%v)", want, o.out, o.failure)
		}
	}
	if strings.Contains(o.out, "bad") {
		t.Error("the text is shown")
	}
	for name, args := range map[string][]string{"no file": {}, "a threshold beyond": {"--thresholds", "1.5", "x.jsonl"}} {
		var usage usageError
		if o := run(t, newMigrateScoresCommand(openFake), "", args...); !errors.As(o.failure, &usage) {
			t.Errorf("%s: %v", name, o.failure)
		}
	}
	if o := run(t, newMigrateScoresCommand(openFake), "", file(t, "empty.csv", "")); o.failure == nil {
		t.Error("a file of nothing passes")
	}
}
