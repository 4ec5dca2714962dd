package review_test

import (
	"slices"
	"testing"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/review"
)

// TestWhatASearchFindsIsDecidedAsItWasCounted has one of three comments decided
// after they were counted.
func TestWhatASearchFindsIsDecidedAsItWasCounted(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	l := &review.Library{Desk: b.Desk, Store: b.db, Now: b.Now}
	held := models.CommentQuery{Site: "blog", Status: models.Held}
	if _, err := b.Decide(t.Context(), b.request(0, models.DecideReject)); err != nil {
		t.Fatal(err)
	}
	spam := models.WaveRequest{DecisionRequest: models.DecisionRequest{Site: "blog", Decision: models.DecideSpam, By: "user:anne@e.org"}}
	for _, count := range []int{0, 1, 3} {
		if out, err := l.DecideFound(t.Context(), held, count, spam); models.KindOf(err) != models.Conflict {
			t.Errorf("of 2 as if they were %d: %+v, %v", count, out, err)
		}
	}
	out, err := l.DecideFound(t.Context(), held, 2, spam)
	if err != nil || len(out.Decisions) != 2 {
		t.Fatalf("decided %+v, %v", out, err)
	}
	for _, d := range out.Decisions {
		if !slices.Contains(b.held[1:], d.Comment) || d.Decision != models.DecideSpam {
			t.Errorf("decided %+v", d)
		}
	}
	if out, err := l.DecideFound(t.Context(), models.CommentQuery{Site: "blog"}, 3, spam); models.KindOf(err) != models.Conflict {
		t.Errorf("what people decided is decided again: %+v, %v", out, err)
	}
}
