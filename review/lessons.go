package review

import (
	"context"
	"fmt"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// Lessons takes in what callers of foreign wires teach. A comment that is kept
// is decided, as by a person at the site's own tools; of any other the label
// alone is kept: the text's hash, its scores, and what it should have got.
type Lessons struct {
	Desk  *Desk
	Store interface {
		store.Traces
		Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
		AddFeedback(ctx context.Context, f models.Feedback, by string) error
	}
	// Score gives the scores of a text and the language it was judged in.
	Score func(ctx context.Context, c models.Comment) (models.Assessment, error)
}

// Learn takes one lesson and tells the language of its text.
func (l *Lessons) Learn(ctx context.Context, lesson models.Lesson) (string, error) {
	kept, err := l.find(ctx, lesson)
	if err != nil {
		return "", fmt.Errorf("learn: %w", err)
	}
	if kept == nil || !kept.Status.Judged() {
		return l.note(ctx, lesson)
	}
	if d := kept.Decision; d != nil && d.Decision == lesson.Decision {
		return kept.Lang, nil // the same call again, or what the desk said already
	}
	_, err = l.Desk.Decide(ctx, models.DecisionRequest{
		Comment: kept.ID, Site: kept.Site, Decision: lesson.Decision, By: lesson.By,
	})
	return kept.Lang, err
}

// find gives the comment that a lesson is about; nil when none is kept.
func (l *Lessons) find(ctx context.Context, lesson models.Lesson) (*models.Comment, error) {
	told := lesson.Comment
	var found models.Comment
	err := error(models.Errorf(models.NotFound, "no comment was named"))
	if told.ID != "" {
		found, err = l.Store.Comment(ctx, told.Site, told.ID)
	}
	if told.ExternalID != "" && models.KindOf(err) == models.NotFound {
		found, err = l.Store.CommentByExternalID(ctx, told.Site, told.ExternalID)
	}
	if err == nil {
		return &found, nil
	}
	if models.KindOf(err) != models.NotFound || lesson.Print == "" {
		return nil, unless(err, models.NotFound)
	}
	traced, err := l.Store.Traced(ctx, told.Site, lesson.Print, 20)
	if err != nil || len(traced) == 0 {
		return nil, err
	}
	return nearest(traced, told), nil
}

// nearest gives, of several comments that look the same, the one on the page
// and of the time that the caller told: else the last.
func nearest(found []models.Comment, told models.Comment) *models.Comment {
	best, score := 0, -1
	for i, c := range found {
		points := 0
		if told.Context.URL != "" && c.Context.URL == told.Context.URL {
			points += 2
		}
		if !told.PostedAt.IsZero() && c.PostedAt.Equal(told.PostedAt) {
			points++
		}
		if points > score {
			best, score = i, points
		}
	}
	return &found[best]
}

// note keeps the label of a text that is not kept itself.
func (l *Lessons) note(ctx context.Context, lesson models.Lesson) (string, error) {
	c := lesson.Comment
	c.Clean()
	if err := c.Validate(); err != nil {
		return "", err
	}
	found, err := l.Score(ctx, c)
	if err != nil {
		return "", fmt.Errorf("learn: %w", err)
	}
	hash := models.TextHash(c.Text)
	err = l.Store.AddFeedback(ctx, models.Feedback{
		ID:   models.DerivedID("lesson", string(c.Site), hash, lesson.Token),
		Site: c.Site, Section: c.Context.Section, TextHash: hash, Lang: found.Lang, Scores: found.Scores,
		Decision: lesson.Decision, Suggested: lesson.Suggested, At: l.Desk.Now(),
	}, lesson.By)
	if err != nil {
		return "", fmt.Errorf("learn: %w", err)
	}
	return found.Lang, nil
}

// unless gives err, or nil when it is of the kind.
func unless(err error, kind models.Kind) error {
	if models.KindOf(err) == kind {
		return nil
	}
	return err
}
