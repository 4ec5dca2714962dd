package moderation

import (
	"context"
	"fmt"
	"strings"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

// Await waits until a comment is judged or ctx ends, and gives what stands then.
func (s *Service) Await(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error) {
	// An answer found after the deadline is still an answer, hence the store is
	// asked without it.
	asked := context.WithoutCancel(ctx)
	c, err := s.Store.Comment(asked, site, id)
	if err != nil || c.Status != models.Pending {
		return c, err
	}
	if err := s.Waiters.Wait(ctx, id); err != nil {
		return c, nil //nolint:nilerr // the time was up: still pending is the answer
	}
	return s.Store.Comment(asked, site, id)
}

// Comment gives one comment of a site.
func (s *Service) Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error) {
	return s.Store.Comment(ctx, site, id)
}

// Comments gives a page of a site's comments.
func (s *Service) Comments(ctx context.Context, q models.CommentQuery) (models.Page[models.Comment], error) {
	return s.Store.ListComments(ctx, q)
}

// Edit replaces a comment's text and has it judged again.
func (s *Service) Edit(ctx context.Context, site models.SiteID, id models.CommentID, e models.CommentEdit) (models.Comment, error) {
	e.Text = strings.ReplaceAll(e.Text, "\x00", "")
	if err := models.ValidateText("text", e.Text); err != nil {
		return models.Comment{}, err
	}
	e.TextKey = textKey(e.Text)
	c, err := s.Store.EditComment(ctx, site, id, e, s.Now())
	if err != nil {
		return models.Comment{}, fmt.Errorf("edit: %w", err)
	}
	if c.Status == models.Pending {
		s.Queue.Enqueue(c.ID)
		s.Changed()
	}
	return c, nil
}

// Erase removes a comment's text and personal fields for good.
func (s *Service) Erase(ctx context.Context, site models.SiteID, id models.CommentID, by string) error {
	if err := s.Store.EraseComment(ctx, site, id, by, s.Now()); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	s.Waiters.Notify(id)
	s.Changed()
	return nil
}

// maxReportReason bounds what a reader may write, in bytes.
const maxReportReason = 1000

// Report keeps a reader's flag; enough of them take an approved comment back
// to the queue. It tells how many readers flagged the comment so far.
func (s *Service) Report(ctx context.Context, r models.Report) (int, error) {
	if len(r.Reason) > maxReportReason || len(r.Reporter) > 512 {
		return 0, models.Fields(models.FieldError{Field: "reason", Detail: fmt.Sprintf("and reporter must stay under %d and 512 bytes", maxReportReason)})
	}
	p, err := s.Policies.Of(ctx, r.Site)
	if err != nil {
		return 0, fmt.Errorf("report: %w", err)
	}
	c, err := s.Store.Comment(ctx, r.Site, r.Comment)
	if err != nil {
		return 0, err
	}
	r.At, r.Kin = s.Now(), kin(&c)
	v := models.Verdict{Action: models.Hold}
	if c.Verdict != nil {
		v.Scores = c.Verdict.Scores
	}
	n, err := s.Store.AddReport(ctx, r, p.Ruleset.Reports.HoldAt, policy.Urgency(v, c, r.At))
	if err != nil {
		return 0, fmt.Errorf("report: %w", err)
	}
	s.Changed()
	return n, nil
}
