package access

import (
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// remembered is how many callers a limiter keeps in mind; beyond, those seen
// longest ago start afresh.
const remembered = 16_384

// Limiter is a token bucket for each caller.
type Limiter struct {
	limit   rate.Limit
	burst   int
	now     func() time.Time
	buckets *lru.Cache[string, *rate.Limiter]
}

// NewLimiter makes a limiter of perSecond calls with bursts of burst.
func NewLimiter(perSecond float64, burst int, now func() time.Time) *Limiter {
	buckets, err := lru.New[string, *rate.Limiter](remembered)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &Limiter{limit: rate.Limit(perSecond), burst: burst, now: now, buckets: buckets}
}

// Quota is what a limiter says of one call.
type Quota struct {
	OK    bool
	Left  int
	Wait  time.Duration // until the next call passes, when this one didn't
	burst int
	full  time.Duration // until the bucket is full from empty
}

// Take counts one call of a caller.
func (l *Limiter) Take(caller string) Quota {
	bucket, ok := l.buckets.Get(caller)
	if !ok {
		bucket = rate.NewLimiter(l.limit, l.burst)
		if other, had, _ := l.buckets.PeekOrAdd(caller, bucket); had {
			bucket = other
		}
	}
	now := l.now()
	q := Quota{burst: l.burst, full: time.Duration(float64(l.burst) / float64(l.limit) * float64(time.Second))}
	q.OK = bucket.AllowN(now, 1)
	tokens := bucket.TokensAt(now)
	q.Left = max(0, int(tokens))
	if !q.OK {
		q.Wait = time.Duration((1 - tokens) / float64(l.limit) * float64(time.Second))
	}
	return q
}

// Burst is how many calls a full bucket holds.
func (q Quota) Burst() int { return q.burst }

// Refill is the time until the bucket is full again.
func (q Quota) Refill() time.Duration {
	return time.Duration(float64(q.full) * float64(q.burst-q.Left) / float64(q.burst))
}

// Tell writes the RateLimit fields of draft-ietf-httpapi-ratelimit-headers.
func (q Quota) Tell(h http.Header) {
	h.Set("RateLimit-Policy", fmt.Sprintf(`"key";q=%d;w=%d`, q.burst, ceilSeconds(q.full)))
	h.Set("RateLimit", fmt.Sprintf(`"key";r=%d;t=%d`, q.Left, ceilSeconds(q.Wait)))
}

func ceilSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// network is what counts as one caller: an IPv4 address, or the /64 that an
// IPv6 customer is given whole.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}
