package moderation

import (
	"context"
	"fmt"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

// Assess gives the verdict on a comment and keeps nothing but a counter. It is
// the judgement of [Service.JudgeComments], for callers that wait.
func (s *Service) Assess(ctx context.Context, c models.Comment) (models.Verdict, error) {
	c.Clean()
	if err := c.Validate(); err != nil {
		return models.Verdict{}, err
	}
	p, err := s.Policies.Of(ctx, c.Site)
	if err != nil {
		return models.Verdict{}, fmt.Errorf("assess: %w", err)
	}
	found, err := s.Assessor.Assess(ctx, []classifier.Input{input(c)})
	if err != nil {
		return models.Verdict{}, fmt.Errorf("assess: %w", err)
	}
	if c.ReceivedAt.IsZero() {
		c.ReceivedAt = s.Now()
	}
	around, err := s.company(ctx, []models.Comment{c})
	if err != nil {
		return models.Verdict{}, fmt.Errorf("assess: %w", err)
	}
	v, err := s.decide(ctx, matter{c, found[0], around[0]}, p)
	if err != nil {
		return models.Verdict{}, err
	}
	s.count(ctx, c.Site, "checked."+string(v.Action))
	return v, nil
}

// matter is what a verdict is made on.
type matter struct {
	comment  models.Comment
	assessed models.Assessment
	around   classifier.SpamContext
}

// decide asks the site's policy, with the author's history where a rule needs it.
func (s *Service) decide(ctx context.Context, m matter, p InForce) (models.Verdict, error) {
	var h models.History
	if p.Ruleset.FirstComment.On() {
		if key := m.comment.AuthorKey(); key != "" {
			var err error
			if h, err = s.Store.AuthorHistory(ctx, m.comment.Site, key); err != nil {
				return models.Verdict{}, fmt.Errorf("history: %w", err)
			}
			h.Known = true
		}
	}
	return verdict(p.rules, m, h), nil
}

// verdict joins what needs no weights (leaks, distress, the structure of spam)
// to the scores and asks the policy.
func verdict(rules *policy.Rules, m matter, h models.History) models.Verdict {
	classifier.Examine(&m.assessed, &m.comment, m.around)
	return rules.Decide(m.comment, m.assessed, h)
}

func input(c models.Comment) classifier.Input {
	return classifier.Input{Text: c.Text, Lang: c.Lang}
}
