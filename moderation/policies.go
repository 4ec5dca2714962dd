package moderation

import (
	"context"
	"sync"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

// policyTTL bounds how long a changed policy is not yet seen by this process.
const policyTTL = 2 * time.Second

// Policies gives each site's policy, from memory for up to two seconds. The
// zero value lacks Load and Now.
type Policies struct {
	Load func(ctx context.Context, site models.SiteID) (models.Policy, error)
	Now  func() time.Time

	mu    sync.Mutex
	known map[models.SiteID]knownPolicy
}

// InForce is a site's policy, ready to judge with.
type InForce struct {
	models.Policy
	rules *policy.Rules
}

type knownPolicy struct {
	policy InForce
	until  time.Time
}

// Of gives the policy in force: the newest version, or the default as version 0.
func (p *Policies) Of(ctx context.Context, site models.SiteID) (InForce, error) {
	now := p.Now()
	p.mu.Lock()
	k, ok := p.known[site]
	p.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.policy, nil
	}
	found, err := p.Load(ctx, site)
	if models.KindOf(err) == models.NotFound {
		found, err = models.Policy{Site: site, Ruleset: policy.Default()}, nil
	}
	if err != nil {
		return InForce{}, err
	}
	ready := InForce{found, policy.Compile(found)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		p.known = map[models.SiteID]knownPolicy{}
	}
	p.known[site] = knownPolicy{ready, now.Add(policyTTL)}
	return ready, nil
}
