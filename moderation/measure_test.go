package moderation_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/storetest"
)

func TestMeasuringIsAssessingWithoutPolicy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := models.Comment{Site: "blog", Text: "vile. See http://a.example http://b.example http://c.example"}
	want, err := b.Assess(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Measure(t.Context(), c, []string{"vile.", "S\x00ee it"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got.Scores, want.Scores); diff != "" {
		t.Error(diff)
	}
	if len(got.Pieces) != 2 || got.Pieces[0][models.Toxic] != 0.92 || got.Pieces[1][models.Toxic] != 0.01 {
		t.Errorf("pieces %+v", got.Pieces)
	}
	if last := b.scorer.batches[len(b.scorer.batches)-1]; len(last) != 3 || last[2] != "See it" {
		t.Errorf("one batch of the whole and its pieces: got %q", last)
	}
	if _, err := b.Measure(t.Context(), models.Comment{Site: "blog", Text: " "}, nil); models.KindOf(err) != models.Invalid {
		t.Errorf("blank: %v", err)
	}
	if _, err := b.Measure(t.Context(), models.Comment{Site: "blog", Text: "poison"}, nil); models.KindOf(err) != models.Internal {
		t.Errorf("what can't be scored: %v", err)
	}
}

// What else came in counts as it does for a check.
func TestMeasuringKnowsTheCompany(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := "the very same words, sent again and again"
	alone, err := b.Measure(t.Context(), models.Comment{Site: "blog", Text: text}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if _, err := b.Submit(t.Context(), models.Comment{Site: "blog", Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	want, err := b.Assess(t.Context(), models.Comment{Site: "blog", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Measure(t.Context(), models.Comment{Site: "blog", Text: text}, nil)
	if err != nil || got.Scores[models.Spam] != want.Scores[models.Spam] || got.Scores[models.Spam] <= alone.Scores[models.Spam] {
		t.Errorf("spam %g, want %g, alone %g, %v", got.Scores[models.Spam], want.Scores[models.Spam], alone.Scores[models.Spam], err)
	}
}

func TestAMonthIsSummed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.clock.at = time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	b.Count(t.Context(), "blog", "a", "b")
	b.clock.pass(-48 * time.Hour)
	b.Count(t.Context(), "blog", "a")
	b.clock.pass(72 * time.Hour) // December
	b.Count(t.Context(), "blog", "a")
	got, err := b.Month(t.Context(), "blog", time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC))
	if diff := cmp.Diff(got, map[string]int64{"a": 2, "b": 1}); diff != "" || err != nil {
		t.Errorf("%s %v", diff, err)
	}
	got, err = b.Month(t.Context(), "blog", b.clock.Now())
	if err != nil || got["a"] != 1 {
		t.Errorf("this month: %v, %v", got, err)
	}
	away := setupOn(t, storetest.Fail(storetest.New(t), "Counters", models.Errorf(models.Unavailable, "away")))
	if _, err := away.Month(t.Context(), "blog", away.clock.Now()); models.KindOf(err) != models.Unavailable {
		t.Errorf("got %v", err)
	}
}
