package wire

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

func fullVerdict() models.Verdict {
	without := 0.05
	return models.Verdict{
		Action: models.Hold, Scores: models.Scores{models.Toxic: 0.1, models.Spam: 1e-9},
		Labels: []models.Label{models.Toxic}, Lang: "fr",
		Weights: models.WeightsRef{Name: "n", Digest: "d"}, PolicyVersion: 7,
		Edit: &models.Edit{Spans: []models.Span{{Begin: 1, End: 4, Text: "zut"}}, Action: models.Allow},
		Reasons: []models.Reason{
			{
				Rule: models.RuleWord, Action: models.Hold, Label: models.Toxic, Score: 0.1, Threshold: 0.05, Shadow: true,
				Params: map[string]string{"word": "zut"}, Evidence: []models.Span{{Begin: 1, End: 4, Text: "zut", Without: &without}, {Begin: 5, End: 6, Text: "x"}},
			},
			ReportsReason(3, 2),
		},
	}
}

// Every field of a verdict is kept: one that is forgotten in the document would
// come back as zero.
func TestVerdictComesBack(t *testing.T) {
	t.Parallel()
	want := fullVerdict()
	got, err := ParseVerdict([]byte(Verdict(want)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, &want); diff != "" {
		t.Errorf("got - want +:\n%s", diff)
	}
	if none, err := ParseVerdict(nil); none != nil || err != nil {
		t.Errorf("none: got %v, %v", none, err)
	}
}

func TestBareVerdictQuotesNothing(t *testing.T) {
	t.Parallel()
	v := fullVerdict()
	bare := Bare(&v)
	if bare.Edit != nil || v.Edit == nil {
		t.Errorf("edit: got %+v of %+v", bare.Edit, v.Edit)
	}
	if r := bare.Reasons[0]; r.Evidence != nil || r.Params != nil || r.Rule != models.RuleWord {
		t.Errorf("got %+v", r)
	}
	if bare.Reasons[1].Params["count"] != "3" || v.Reasons[0].Evidence == nil {
		t.Error("a count was lost, or the verdict itself was changed")
	}
}

func TestDamagedDocumentIsAnError(t *testing.T) {
	t.Parallel()
	for name, parse := range map[string]func([]byte) error{
		"verdict": func(b []byte) error { _, err := ParseVerdict(b); return err },
		"author":  func(b []byte) error { _, err := ParseAuthor(b); return err },
		"context": func(b []byte) error { _, err := ParseContext(b); return err },
		"event":   func(b []byte) error { _, err := ParseEvent(b, "a"); return err },
		"list":    func(b []byte) error { _, err := ParseList[string](b); return err },
		"detail":  func(b []byte) error { _, err := ParseDetail(b); return err },
		"ruleset": func(b []byte) error { _, err := ParseRuleset(b); return err },
		"scores":  func(b []byte) error { _, err := ParseScores(b); return err },
	} {
		if parse([]byte(`{"`)) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestLabelsComeBack(t *testing.T) {
	t.Parallel()
	for _, want := range [][]models.Label{nil, {models.Toxic}, models.Labels()} {
		if diff := cmp.Diff(ParseLabels(Labels(want)), want); diff != "" {
			t.Errorf("got - want +:\n%s", diff)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.FixedZone("x", -3600))
	var fromMicros, fromTime, fromNull time.Time
	for _, err := range []error{
		When{&fromMicros}.Scan(Micros(at)), When{&fromTime}.Scan(Stamp(at)), When{&fromNull}.Scan(Stamp(time.Time{})),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if fromMicros != Trim(at) || fromTime != Trim(at) || !fromNull.IsZero() {
		t.Errorf("got %v, %v and %v, want %v twice", fromMicros, fromTime, fromNull, Trim(at))
	}
	if err := (When{&fromTime}).Scan("yesterday"); err == nil {
		t.Error("a text was taken for a time")
	}
}

func TestRowFaultsNameTheirFields(t *testing.T) {
	t.Parallel()
	row := NewRow(models.Comment{ID: "x"})
	e, ok := row.Err.(*models.Error)
	if !ok || len(e.Fields) != 3 {
		t.Fatalf("got %v, want three faults", row.Err)
	}
	for i, want := range []string{"id", "site", "received_at"} {
		if e.Fields[i].Field != want {
			t.Errorf("fault %d: got %s, want %s", i, e.Fields[i].Field, want)
		}
	}
}

func TestScoresMustBeNumbers(t *testing.T) {
	t.Parallel()
	if err := CheckVerdict(fullVerdict()); err != nil {
		t.Errorf("a fair verdict: %v", err)
	}
	for name, v := range map[string]models.Verdict{
		"score":     {Scores: models.Scores{models.Toxic: math.NaN()}},
		"infinite":  {Scores: models.Scores{models.Toxic: math.Inf(1)}},
		"threshold": {Reasons: []models.Reason{{Threshold: math.NaN()}}},
	} {
		if models.KindOf(CheckVerdict(v)) != models.Invalid {
			t.Errorf("%s: accepted", name)
		}
	}
}
