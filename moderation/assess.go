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
	v, err := s.decide(ctx, c, found[0], p)
	if err != nil {
		return models.Verdict{}, err
	}
	s.count(ctx, c.Site, "checked."+string(v.Action))
	return v, nil
}

// decide asks the site's policy, with the author's history where a rule needs it.
func (s *Service) decide(ctx context.Context, c models.Comment, a models.Assessment, p InForce) (models.Verdict, error) {
	var h models.History
	if p.Ruleset.FirstComment.On() {
		if key := c.AuthorKey(); key != "" {
			var err error
			if h, err = s.Store.AuthorHistory(ctx, c.Site, key); err != nil {
				return models.Verdict{}, fmt.Errorf("history: %w", err)
			}
			h.Known = true
		}
	}
	return verdict(p.rules, c, a, h), nil
}

// verdict joins what needs no weights (leaks, distress, the structure of spam)
// to the scores and asks the policy.
func verdict(rules *policy.Rules, c models.Comment, a models.Assessment, h models.History) models.Verdict {
	classifier.Examine(&a, &c, classifier.SpamContext{Approved: int(h.Approved)})
	return rules.Decide(c, a, h)
}

func input(c models.Comment) classifier.Input {
	return classifier.Input{Text: c.Text, Lang: c.Lang}
}
