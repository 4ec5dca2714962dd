package admin

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// How often one may try to sign in: from one network, and to one account from
// everywhere. The second is wider, so that a stranger can hardly lock somebody
// out, and narrow enough that guessing a password takes for ever.
const (
	networkBurst, networkEvery = 10, 10 * time.Second
	accountBurst, accountEvery = 30, 20 * time.Second
)

// take counts one try, for all processes together; TooMany when there were too
// many.
func (s *SignIn) take(ctx context.Context, address, account string) error {
	wait, err := s.Store.TakeTries(ctx, tryLimits(address, account), s.Now())
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	if wait > 0 {
		return &models.Error{Kind: models.TooMany, Msg: "too many sign-ins failed", RetryAfter: wait}
	}
	return nil
}

// forgive gives back the tries before a success. If that fails they come back
// with time.
func (s *SignIn) forgive(ctx context.Context, address, account string) {
	var keys []string
	for _, limit := range tryLimits(address, account) {
		keys = append(keys, limit.Key)
	}
	_ = s.Store.ForgiveTries(ctx, keys)
}

// tryLimits are what a try counts against. Addresses are hashed: the database
// is not to tell who failed from where.
func tryLimits(address, account string) []models.TryLimit {
	var out []models.TryLimit
	if address != "" {
		out = append(out, models.TryLimit{Key: hashSecret("network " + network(address)), Burst: networkBurst, Every: networkEvery})
	}
	if account != "" {
		out = append(out, models.TryLimit{Key: hashSecret("account " + account), Burst: accountBurst, Every: accountEvery})
	}
	return out
}

// network is what counts as one visitor: an IPv4 address, or the /64 that an
// IPv6 customer is given whole.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
