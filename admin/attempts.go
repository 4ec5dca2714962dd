package admin

import (
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"github.com/tamis-moderation/tamis/models"
)

// How often one may try to sign in: from one network, and to one account from
// everywhere. The second is wider, so that a stranger can hardly lock somebody
// out, and narrow enough that guessing a password takes for ever.
const (
	networkBurst, networkEvery = 10, 10 * time.Second
	accountBurst, accountEvery = 30, 20 * time.Second

	remembered = 16_384
)

// attempts counts tries at the door. Each process counts by itself.
type attempts struct {
	now     func() time.Time
	buckets *lru.Cache[string, *rate.Limiter]
}

func newAttempts(now func() time.Time) *attempts {
	buckets, err := lru.New[string, *rate.Limiter](remembered)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &attempts{now: now, buckets: buckets}
}

// take counts one try; TooMany when there were too many.
func (a *attempts) take(address, account string) error {
	wait := a.wait("network "+network(address), networkEvery, networkBurst)
	if account != "" {
		wait = max(wait, a.wait("account "+account, accountEvery, accountBurst))
	}
	if wait > 0 {
		return &models.Error{Kind: models.TooMany, Msg: "too many sign-ins failed", RetryAfter: wait}
	}
	return nil
}

// forgive gives back the tries before a success.
func (a *attempts) forgive(address, account string) {
	a.buckets.Remove("network " + network(address))
	a.buckets.Remove("account " + account)
}

func (a *attempts) wait(key string, every time.Duration, burst int) time.Duration {
	bucket, ok := a.buckets.Get(key)
	if !ok {
		bucket = rate.NewLimiter(rate.Every(every), burst)
		if other, had, _ := a.buckets.PeekOrAdd(key, bucket); had {
			bucket = other
		}
	}
	now := a.now()
	if bucket.AllowN(now, 1) {
		return 0
	}
	return time.Duration((1 - bucket.TokensAt(now)) * float64(every))
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
