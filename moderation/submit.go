package moderation

import (
	"context"
	"fmt"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// Submit keeps one comment and has it judged. Once it returns without error the
// comment is durable. A comment that the site sent before, by external id, is
// the same comment; with another text it is an edit, to be judged again.
func (s *Service) Submit(ctx context.Context, c models.Comment) (models.Submitted, error) {
	results, err := s.SubmitBatch(ctx, []models.Comment{c})
	if err != nil {
		return models.Submitted{}, err
	}
	return results[0], results[0].Err
}

// SubmitBatch is [Service.Submit] for several comments, in order; what is wrong
// with one stands in its own result and costs the others nothing. It fills in
// what it decides (id, status, receipt) in comments.
func (s *Service) SubmitBatch(ctx context.Context, comments []models.Comment) ([]models.Submitted, error) {
	now := s.Now()
	results := make([]models.Submitted, len(comments))
	origin := make([]int, 0, len(comments)) // index of each valid one
	for i := range comments {
		c := &comments[i]
		c.Clean()
		if err := c.Validate(); err != nil {
			results[i].Err = err
			continue
		}
		if c.ID == "" {
			c.ID = models.CommentID(models.NewID(now))
		}
		c.Status, c.ReceivedAt, c.TextKey = models.Pending, now, textKey(c.Text)
		origin = append(origin, i)
	}
	valid := comments
	if len(origin) < len(comments) {
		valid = pick(comments, origin)
	}
	if len(valid) == 0 {
		return results, nil
	}
	added, err := s.Store.AddComments(ctx, valid)
	if err != nil {
		return nil, fmt.Errorf("submit: %w", err)
	}
	var waiting []models.CommentID
	for i, a := range added {
		results[origin[i]] = models.Submitted{ID: a.ID, Status: a.Status, Err: a.Err}
		if a.Err == nil && a.Status == models.Pending {
			waiting = append(waiting, a.ID)
		}
		if a.Outcome == store.Edited {
			s.Changed()
		}
	}
	s.Queue.Enqueue(waiting...)
	return results, nil
}

func pick(comments []models.Comment, at []int) []models.Comment {
	picked := make([]models.Comment, 0, len(at))
	for _, i := range at {
		picked = append(picked, comments[i])
	}
	return picked
}
