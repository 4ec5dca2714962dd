package moderation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

const (
	// maxRows is what one explanation may cost, in rows of the network.
	maxRows = 40

	// explainTTL is how long a comment whose explanation failed, or took its
	// worker with it, waits for the next try.
	explainTTL = 2 * time.Minute
)

// Explain adds to a verdict the words that made it, found by scoring the text
// without them, and the smallest edit that changes it. A verdict that no score
// had a part in comes back as it is.
func (s *Service) Explain(ctx context.Context, c models.Comment, v models.Verdict) (models.Verdict, error) {
	if !v.Explainable() {
		return v, nil
	}
	rules, err := s.rulesBehind(ctx, c.Site, v.PolicyVersion)
	if err != nil {
		return models.Verdict{}, fmt.Errorf("explain: %w", err)
	}
	around, err := s.company(ctx, []models.Comment{c})
	if err != nil {
		return models.Verdict{}, fmt.Errorf("explain: %w", err)
	}
	h, x := historyBehind(v), companyBehind(v, around[0])
	e := Explainer{Assessor: s.Assessor, Decide: func(c models.Comment, a models.Assessment) models.Verdict {
		return verdict(rules, matter{c, a, x}, h)
	}}
	return e.Explain(ctx, c, v)
}

// ExplainDue explains one stored comment that waits for it and tells whether
// there may be more. It is for idle times: as long as anything is pending it
// does nothing.
func (s *Service) ExplainDue(ctx context.Context) (more bool, err error) {
	pending, _, err := s.Store.PendingStats(ctx)
	if err != nil || pending > 0 {
		return false, err
	}
	due, err := s.Store.LeaseUnexplained(ctx, 1, explainTTL, s.Now())
	if err != nil || len(due) == 0 {
		return false, err
	}
	c := due[0]
	v, err := s.Explain(ctx, c, *c.Verdict)
	if err != nil {
		if ctx.Err() != nil {
			return false, err
		}
		// It comes due again; the others need not wait for it.
		s.Log.WarnContext(ctx, "comment not explained", "comment", c.ID, "err", err)
		return true, nil
	}
	err = s.Store.RecordEvidence(ctx, models.Judgement{Comment: c.ID, Site: c.Site, Revision: c.Revision, Verdict: v})
	if err != nil && models.KindOf(err) != models.Conflict && models.KindOf(err) != models.NotFound {
		return false, fmt.Errorf("record the evidence: %w", err)
	}
	// What changed meanwhile is judged anew or no longer there.
	return true, nil
}

// rulesBehind gives the policy that a verdict was made under.
func (s *Service) rulesBehind(ctx context.Context, site models.SiteID, version int64) (*policy.Rules, error) {
	p, err := s.Policies.Of(ctx, site)
	if err != nil {
		return nil, err
	}
	if p.Version == version {
		return p.rules, nil
	}
	if version == 0 {
		return policy.Compile(models.Policy{Site: site, Ruleset: policy.Default()}), nil
	}
	old, err := s.Store.PolicyVersion(ctx, site, version)
	if err != nil {
		return nil, err
	}
	return policy.Compile(old), nil
}

// historyBehind is the history under which the rules speak as they did in v:
// what has become of the author since is no part of the verdict.
func historyBehind(v models.Verdict) models.History {
	return models.History{Known: slices.ContainsFunc(v.Reasons, func(r models.Reason) bool {
		return r.Rule == models.RuleFirstComment
	})}
}
