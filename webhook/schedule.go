package webhook

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// pauses are the waits after each failed attempt, as Standard Webhooks 1.0.0
// proposes: ten attempts in all over some 75 hours.
var pauses = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// disableAfter is how long an endpoint may fail without one success between.
const disableAfter = 5 * 24 * time.Hour

// nextAttempt tells when to try again after the given number of attempts; false
// when that was the last. A receiver's Retry-After counts when it asks for more.
func nextAttempt(attempts int, now time.Time, asked time.Duration) (time.Time, bool) {
	if attempts > len(pauses) {
		return time.Time{}, false
	}
	pause := pauses[attempts-1]
	pause += time.Duration(rand.Int64N(int64(pause)/10 + 1)) // so that a fleet does not come back in step
	return now.Add(max(pause, min(asked, 24*time.Hour))), true
}

// retryAfter reads a Retry-After header in seconds or as a date (RFC 9110 § 10.2.3).
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if s, err := strconv.Atoi(v); err == nil && s > 0 {
		return time.Duration(min(s, 86_400)) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}
