package group

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/tamis-moderation/tamis/models"
)

func one(int) int { return 1 }

// What queues up while a batch runs is the next batch.
func TestBatchesFormWhileOneRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var batches [][]int
		q := New(4, one, func(items []int) {
			batches = append(batches, items)
			<-release
		})
		var wg sync.WaitGroup
		for i := range 7 {
			wg.Go(func() {
				if err := q.Do(t.Context(), i); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait() // so that they come in order
		}
		close(release)
		wg.Wait()
		q.Close()
		var sizes []int
		next := 0
		for _, b := range batches {
			sizes = append(sizes, len(b))
			for _, item := range b {
				if item != next {
					t.Errorf("item %d ran where %d was next", item, next)
				}
				next++
			}
		}
		if len(sizes) != 3 || sizes[0] != 1 || sizes[1] != 4 || sizes[2] != 2 {
			t.Errorf("got batches of %v, want 1, 4, 2", sizes)
		}
	})
}

func TestHeavyItemRunsAlone(t *testing.T) {
	t.Parallel()
	ran := 0
	q := New(4, func(int) int { return 100 }, func(items []int) { ran += len(items) })
	if err := q.Do(t.Context(), 1); err != nil || ran != 1 {
		t.Errorf("ran %d, err %v", ran, err)
	}
}

func TestCancelledItemNeverRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var ran []int
		q := New(4, one, func(items []int) {
			ran = append(ran, items...)
			<-release
		})
		var wg sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		errs := make([]error, 2)
		wg.Go(func() { errs[0] = q.Do(ctx, 1) })
		synctest.Wait()
		wg.Go(func() { errs[1] = q.Do(ctx, 2) })
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(release)
		wg.Wait()
		q.Close()
		if errs[0] != nil {
			t.Errorf("the running one: got %v, want its result", errs[0])
		}
		if models.KindOf(errs[1]) != models.Unavailable || !errors.Is(errs[1], context.Canceled) {
			t.Errorf("the waiting one: got %v", errs[1])
		}
		if len(ran) != 1 {
			t.Errorf("ran %v, want the first alone", ran)
		}
		if err := q.Do(ctx, 3); models.KindOf(err) != models.Unavailable {
			t.Errorf("cancelled before: got %v", err)
		}
	})
}

func TestClosedQueueRefuses(t *testing.T) {
	t.Parallel()
	q := New(4, one, func([]int) {})
	q.Close()
	if err := q.Do(t.Context(), 1); models.KindOf(err) != models.Unavailable {
		t.Errorf("got %v, want unavailable", err)
	}
}
