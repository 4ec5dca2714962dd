package v1

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxWait is the longest that an answer is held back for a verdict, in seconds.
const maxWait = 10

// preferredWait reads "Prefer: wait=N" (RFC 7240); 0 = don't wait. A
// preference that can't be read is passed over, as that RFC asks.
func preferredWait(h http.Header) time.Duration {
	for _, line := range h.Values("Prefer") {
		for preference := range strings.SplitSeq(line, ",") {
			preference, _, _ = strings.Cut(preference, ";")
			name, value, _ := strings.Cut(preference, "=")
			if !strings.EqualFold(strings.TrimSpace(name), "wait") {
				continue
			}
			seconds, err := strconv.Atoi(strings.Trim(strings.TrimSpace(value), `"`))
			if err != nil || seconds < 0 {
				return 0
			}
			return time.Duration(min(seconds, maxWait)) * time.Second
		}
	}
	return 0
}

// applied words the preference that was honoured.
func applied(wait time.Duration) string { return fmt.Sprintf("wait=%d", int(wait.Seconds())) }
