package mail

import (
	"context"
	"fmt"

	"github.com/tamis-moderation/tamis/models"
)

// errNoLink is all that is told of a link that does not work.
var errNoLink = models.Errorf(models.NotFound, "the link does not work any more")

// Open finds what a link leads to and changes nothing. A link whose reader may
// not decide there any more is none.
func (s *Service) Open(ctx context.Context, secret string) (models.OpenedLink, error) {
	now := s.Now()
	l, err := s.Store.MailLink(ctx, hashOf(secret), now)
	if err != nil {
		return models.OpenedLink{}, linkError(err)
	}
	u, err := s.Store.User(ctx, l.User)
	if err != nil {
		return models.OpenedLink{}, linkError(err)
	}
	c, err := s.Store.Comment(ctx, l.Site, l.Comment)
	if err != nil {
		return models.OpenedLink{}, linkError(err)
	}
	site, err := s.Store.Site(ctx, l.Site)
	if err != nil {
		return models.OpenedLink{}, linkError(err)
	}
	if u.Allow(models.ActReview, l.Site, now) != nil || !u.SeesSection(l.Site, c.Context.Section) {
		return models.OpenedLink{}, errNoLink
	}
	return models.OpenedLink{Link: l, User: u, Site: site, Comment: c}, nil
}

func linkError(err error) error {
	if models.KindOf(err) == models.NotFound {
		return errNoLink
	}
	return fmt.Errorf("link: %w", err)
}

// Decide takes a decision by a link, once.
func (s *Service) Decide(ctx context.Context, secret string, kind models.DecisionKind) (models.Decision, error) {
	switch kind {
	case models.DecideApprove, models.DecideHold, models.DecideReject, models.DecideSpam:
	default:
		return models.Decision{}, models.Fields(models.FieldError{Field: "decision", Detail: "must be approve, hold, reject or spam"})
	}
	o, err := s.Open(ctx, secret)
	if err != nil {
		return models.Decision{}, err
	}
	now := s.Now()
	made, err := s.Store.UseMailLink(ctx, o.Link.Hash, models.Decision{
		ID: models.NewID(now), Decision: kind, By: o.User.Actor(), At: now, Note: "by a link in a mail",
	})
	if err != nil {
		return models.Decision{}, linkErrorOr(err)
	}
	s.Changed()
	return made, nil
}

// linkErrorOr words what a spent link or a decided comment is told as it is.
func linkErrorOr(err error) error {
	if models.KindOf(err) == models.Conflict {
		return err
	}
	return linkError(err)
}

// Undo takes back what a link decided, once.
func (s *Service) Undo(ctx context.Context, secret string) (models.Decision, error) {
	o, err := s.Open(ctx, secret)
	if err != nil {
		return models.Decision{}, err
	}
	if o.Link.UsedFor == "" {
		return models.Decision{}, models.Errorf(models.Conflict, "the link has decided nothing")
	}
	undone, err := s.Store.UndoDecision(ctx, models.UndoRequest{Decision: o.Link.UsedFor, Site: o.Link.Site, By: o.User.Actor()}, s.Now())
	if err != nil {
		return models.Decision{}, linkErrorOr(err)
	}
	if err := s.Store.EndMailLink(ctx, o.Link.Hash, s.Now()); err != nil {
		return models.Decision{}, linkErrorOr(err)
	}
	s.Changed()
	return undone, nil
}
