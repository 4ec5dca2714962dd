package access_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/api/access"
)

func TestLimiterFillsUpAgain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := access.NewLimiter(2, 3, func() time.Time { return now })
	for i := range 3 {
		if q := l.Take("a"); !q.OK || q.Left != 2-i {
			t.Errorf("call %d: got %+v", i, q)
		}
	}
	if q := l.Take("a"); q.OK || q.Wait != 500*time.Millisecond {
		t.Errorf("over the limit: got %+v", q)
	}
	if q := l.Take("b"); !q.OK {
		t.Errorf("another caller: got %+v", q)
	}
	now = now.Add(500 * time.Millisecond)
	if q := l.Take("a"); !q.OK {
		t.Errorf("after the wait: got %+v", q)
	}
	if q := l.Take("a"); q.OK {
		t.Errorf("once more: got %+v", q)
	}
}

func TestLimiterForgetsWhoWasSeenLongestAgo(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := access.NewLimiter(1, 1, func() time.Time { return now })
	l.Take("first")
	for i := range 20_000 {
		l.Take(strconv.Itoa(i))
	}
	if !l.Take("first").OK {
		t.Error("it remembers without bound")
	}
	if l.Take("19999").OK {
		t.Error("it forgets who was just here")
	}
}
