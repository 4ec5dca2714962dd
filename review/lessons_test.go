package review_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/review"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
)

func lessons(b *bundle, db store.Store) *review.Lessons {
	return &review.Lessons{Desk: b.Desk, Store: db, Score: func(context.Context, models.Comment) (models.Assessment, error) {
		return models.Assessment{Scores: models.Scores{models.Toxic: 0.5}, Lang: "fr"}, nil
	}}
}

func lesson(c models.Comment, kind models.DecisionKind) models.Lesson {
	c.Site = "blog"
	return models.Lesson{Comment: c, Decision: kind, By: "key:k"}
}

func TestALessonOnAKeptCommentIsADecision(t *testing.T) {
	t.Parallel()
	b := setup(t, 1)
	l := lessons(b, b.db)
	about := lesson(models.Comment{ID: b.held[0], Text: "hm"}, models.DecideReject)
	for range 2 {
		if _, err := l.Learn(t.Context(), about); err != nil {
			t.Fatal(err)
		}
	}
	c, err := b.db.Comment(t.Context(), "blog", b.held[0])
	if err != nil || c.Status != models.Rejected || c.Decision.By != "key:k" || b.changed != 1 {
		t.Errorf("got %+v, %v, announced %d times", c, err, b.changed)
	}
}

func TestALessonOnNothingKeptIsALabel(t *testing.T) {
	t.Parallel()
	b := setup(t, 0)
	l := lessons(b, b.db)
	pending := models.Comment{ID: models.CommentID(models.NewID(b.at)), Site: "blog", ExternalID: "7", Text: "waits", ReceivedAt: b.at}
	if _, err := b.db.AddComments(t.Context(), []models.Comment{pending}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]models.Comment{
		"an id of nobody's":             {ID: "0190a000-0000-7000-8000-000000000001", Text: "a"},
		"an external id of nobody's":    {ExternalID: "8", Text: "b"},
		"a comment that is not judged":  {ExternalID: "7", Text: "c"},
		"nothing but its text":          {Text: "d"},
		"a text of another site's kept": {Text: "e"},
	} {
		lang, err := l.Learn(t.Context(), lesson(c, models.DecideApprove))
		if err != nil || lang != "fr" {
			t.Errorf("%s: %q, %v", name, lang, err)
		}
	}
	page, err := b.db.Feedback(t.Context(), "blog", "", 10)
	if err != nil || len(page.Items) != 5 {
		t.Errorf("%d labels, %v", len(page.Items), err)
	}
}

func TestLessonsThatFail(t *testing.T) {
	t.Parallel()
	b := setup(t, 1)
	away := models.Errorf(models.Unavailable, "away")
	tests := map[string]struct {
		l    *review.Lessons
		c    models.Comment
		want models.Kind
	}{
		"no text":               {lessons(b, b.db), models.Comment{Text: " "}, models.Invalid},
		"an overlong text":      {lessons(b, b.db), models.Comment{Text: strings.Repeat("x", models.MaxTextRunes+1)}, models.TooLarge},
		"the store is away":     {lessons(b, storetest.Fail(b.db, "Comment", away)), models.Comment{ID: b.held[0], Text: "hm"}, models.Unavailable},
		"its ids can't be read": {lessons(b, storetest.Fail(b.db, "CommentByExternalID", away)), models.Comment{ExternalID: "1", Text: "hm"}, models.Unavailable},
		"the label is not kept": {lessons(b, storetest.Fail(b.db, "AddFeedback", away)), models.Comment{Text: "hm"}, models.Unavailable},
		"it can't be scored":    {failing(b), models.Comment{Text: "hm"}, models.Internal},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := tt.l.Learn(t.Context(), lesson(tt.c, models.DecideSpam)); err == nil || models.KindOf(err) != tt.want {
				t.Errorf("got %v, want kind %v", err, tt.want)
			}
		})
	}
}

func failing(b *bundle) *review.Lessons {
	l := lessons(b, b.db)
	l.Score = func(context.Context, models.Comment) (models.Assessment, error) {
		return models.Assessment{}, errors.New("no")
	}
	return l
}
