package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

func ids(n int) []models.CommentID {
	out := make([]models.CommentID, n)
	for i := range out {
		out[i] = models.CommentID(models.DerivedID("worker test", fmt.Sprint(i)))
	}
	return out
}

func TestATaskCarriesIDsAlone(t *testing.T) {
	t.Parallel()
	want := ids(MaxIDs)
	task, err := newJudgeTask(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseJudgeTask(task)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestPayloadsThatAreRefused(t *testing.T) {
	t.Parallel()
	long, _ := newJudgeTask(ids(MaxIDs + 1))
	for name, payload := range map[string]string{
		"not JSON":     `{`,
		"wrong types":  `{"ids":[1]}`,
		"no id":        `{"ids":["../etc"]}`,
		"too many ids": string(long.Payload()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseJudgeTask(asynq.NewTask(taskJudge, []byte(payload)))
			if models.KindOf(err) != models.Malformed {
				t.Errorf("got %v, want Malformed", err)
			}
			if !errors.Is(taskError(err), asynq.SkipRetry) {
				t.Error("it would be tried again, in vain")
			}
		})
	}
}

func FuzzParseJudgeTask(f *testing.F) {
	f.Add([]byte(`{"ids":["0198d7a2-0000-7000-8000-000000000000"]}`))
	f.Add([]byte(`{"ids":null}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		got, err := parseJudgeTask(asynq.NewTask(taskJudge, payload))
		if err == nil && slices.ContainsFunc(got, func(id models.CommentID) bool { return !models.ValidID(string(id)) }) {
			t.Errorf("%q gives %v", payload, got)
		}
	})
}

func TestOnlyWhatWasAwayIsTriedAgain(t *testing.T) {
	t.Parallel()
	if err := taskError(fmt.Errorf("lease: %w", models.Errorf(models.Unavailable, "away"))); err == nil || errors.Is(err, asynq.SkipRetry) {
		t.Errorf("away: %v, want a retry", err)
	}
	if err := taskError(models.Errorf(models.Internal, "broken")); !errors.Is(err, asynq.SkipRetry) {
		t.Errorf("broken: %v, want no retry", err)
	}
	if err := taskError(nil); err != nil {
		t.Errorf("nil: %v", err)
	}
}

// runLoops runs loops until the test's act is over.
func runLoops(t *testing.T, loops ...Loop) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, l := range loops {
		wg.Go(func() {
			if err := l.Run(ctx); err != nil {
				t.Errorf("%s: %v", l.Name, err)
			}
		})
	}
	t.Cleanup(func() { cancel(); wg.Wait() })
}

func TestInlineJudgesAllThatWaitsOnOneCall(t *testing.T) {
	t.Parallel()
	var waiting, most atomic.Int64
	waiting.Store(100)
	done := make(chan struct{})
	wake := NewWake(2)
	judge := func(_ context.Context, limit int) (int, error) {
		for {
			left := waiting.Load()
			n := min(left, int64(limit))
			if waiting.CompareAndSwap(left, left-n) {
				most.Store(max(most.Load(), n))
				if left > 0 && left == n {
					close(done)
				}
				return int(n), nil
			}
		}
	}
	runLoops(t, Inline(2, 16, wake, judge, quiet)...)
	wake.Enqueue(ids(1)...)
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatalf("%d still wait", waiting.Load())
	}
	if most.Load() != 16 {
		t.Errorf("largest batch %d, want 16", most.Load())
	}
}

func TestALoopOutlivesFailures(t *testing.T) {
	t.Parallel()
	var tries atomic.Int64
	again := make(chan struct{}, 8)
	wake := NewWake(1)
	runLoops(t, Loop{Name: "test", Every: time.Hour, Wake: wake, Log: quiet, Do: func(context.Context) (bool, error) {
		tries.Add(1)
		again <- struct{}{}
		return true, errors.New("broken")
	}})
	<-again
	wake.Call()
	<-again
	if n := tries.Load(); n != 2 {
		t.Errorf("%d tries, want one at the start and one for the call", n)
	}
}

func TestTheSweeperQueuesAnIDOnceInAWhile(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	stuck := ids(3)
	q := &recorder{}
	s := &Sweeper{
		Waiting: func(_ context.Context, before time.Time, _ int) ([]models.CommentID, error) {
			if want := now.Add(-sweepAfter); !before.Equal(want) {
				t.Errorf("before %v, want %v", before, want)
			}
			return stuck, nil
		},
		Queue: q, Now: func() time.Time { return now },
	}
	sweep := func() {
		t.Helper()
		if _, err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sweep()
	now = now.Add(sweepEvery)
	sweep()
	if len(q.got) != 3 {
		t.Errorf("%d ids after two sweeps, want 3", len(q.got))
	}
	now = now.Add(sweepPause)
	sweep()
	if len(q.got) != 6 {
		t.Errorf("%d ids after a while, want each again", len(q.got))
	}
	stuck = nil
	sweep()
	if len(s.sent) != 0 {
		t.Errorf("%d ids remembered though none waits", len(s.sent))
	}
}

func TestTheBacklogIsBounded(t *testing.T) {
	t.Parallel()
	c := &Client{Log: quiet}
	for range 3 {
		c.Enqueue(ids(maxBacklog / 2)...)
	}
	total := 0
	for {
		got := c.take()
		if len(got) == 0 {
			break
		}
		if len(got) > MaxIDs {
			t.Fatalf("%d ids in one task", len(got))
		}
		total += len(got)
	}
	if total != maxBacklog {
		t.Errorf("%d ids kept, want %d", total, maxBacklog)
	}
}

func TestAddressesOfRedis(t *testing.T) {
	t.Parallel()
	if _, err := ParseRedis("redis://localhost:6379/0"); err != nil {
		t.Error(err)
	}
	_, err := ParseRedis("http://user:hush@localhost")
	if err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("got %v, want an error without the password", err)
	}
}

type recorder struct{ got []models.CommentID }

func (r *recorder) Enqueue(ids ...models.CommentID) { r.got = append(r.got, ids...) }

func TestARingWakesOneIdleWorker(t *testing.T) {
	t.Parallel()
	server := storetest.NewRedis(t)
	r, err := ParseRedis(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	t.Cleanup(func() { cancel(); wg.Wait() })
	one, two := NewWake(1), NewWake(1)
	wg.Go(func() { listen(ctx, r, one, quiet) })
	wg.Go(func() { listen(ctx, r, two, quiet) })
	c := r.client()
	t.Cleanup(func() { c.Close() })
	if err := ring(ctx, c); err != nil {
		t.Fatal(err)
	}
	woken := 0
	for range 2 {
		select {
		case <-one:
			woken++
		case <-two:
			woken++
		case <-time.After(500 * time.Millisecond):
		}
	}
	if woken != 1 {
		t.Errorf("%d woken, want one", woken)
	}
}

func TestTasksReachTheServer(t *testing.T) {
	t.Parallel()
	redis := storetest.NewRedis(t)
	r, err := ParseRedis(redis.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	t.Cleanup(func() { cancel(); wg.Wait() })
	var mu sync.Mutex
	judged := map[models.CommentID]bool{}
	all := make(chan struct{})
	want := ids(100)
	server := &Server{
		Redis: r, Concurrency: 2, Batch: 16, Log: quiet,
		Pending: func(context.Context, int) (int, error) { return 0, nil },
		Judge: func(_ context.Context, ids []models.CommentID) error {
			mu.Lock()
			defer mu.Unlock()
			before := len(judged)
			for _, id := range ids {
				judged[id] = true
			}
			if before < len(want) && len(judged) == len(want) {
				close(all)
			}
			return nil
		},
	}
	client := &Client{Redis: r, Log: quiet}
	wg.Go(func() { _ = server.Run(ctx) })
	wg.Go(func() { _ = client.Run(ctx) })
	client.Enqueue(want...)
	select {
	case <-all:
	case <-time.After(20 * time.Second):
		t.Fatalf("%d of %d ids came", len(judged), len(want))
	}
}
