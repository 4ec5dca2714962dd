// Package group joins the calls of many goroutines into batches: whatever
// queued up while the last batch ran is the next one. There is no timer, so a
// lone call never waits. It owns the queue and its one goroutine; it refuses to
// know what a batch does.
package group

import (
	"context"
	"sync"

	"github.com/tamis-moderation/tamis/models"
)

// Queue runs items in batches, in the order in which they came.
type Queue[T any] struct {
	run    func([]T)
	weight func(T) int
	limit  int

	mu      sync.Mutex
	waiting []*entry[T]
	busy    bool
	closed  bool
	idle    *sync.Cond
}

type entry[T any] struct {
	item  T
	taken bool
	done  chan struct{}
}

// New makes a queue whose batches weigh up to limit; a single item may weigh
// more. run is never called twice at once.
func New[T any](limit int, weight func(T) int, run func([]T)) *Queue[T] {
	q := &Queue[T]{run: run, weight: weight, limit: limit}
	q.idle = sync.NewCond(&q.mu)
	return q
}

// Do waits until a batch with item ran. When ctx ends first the item is taken
// out again, unless its batch runs already: then its end is waited for, so that
// the caller's memory is the caller's again.
func (q *Queue[T]) Do(ctx context.Context, item T) error {
	if err := ctx.Err(); err != nil {
		return models.Wrap(models.Unavailable, err, "the request was cancelled")
	}
	e := &entry[T]{item: item, done: make(chan struct{})}
	lead, ok := q.add(e)
	if !ok {
		return models.Errorf(models.Unavailable, "the store is closed")
	}
	if lead {
		// The first to come runs its batch itself, which saves a lone call two
		// switches; who came meanwhile is served by a goroutine.
		q.runOne()
		q.handOver()
		return nil
	}
	select {
	case <-e.done:
		return nil
	case <-ctx.Done():
	}
	if q.remove(e) {
		return models.Wrap(models.Unavailable, ctx.Err(), "the request was cancelled")
	}
	<-e.done
	return nil
}

// Close lets the items in the queue run and refuses any after them.
func (q *Queue[T]) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	for q.busy {
		q.idle.Wait()
	}
}

// add puts e in the queue and tells whether the caller is to run the next batch.
func (q *Queue[T]) add(e *entry[T]) (lead, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false, false
	}
	q.waiting = append(q.waiting, e)
	lead = !q.busy
	q.busy = true
	return lead, true
}

func (q *Queue[T]) remove(e *entry[T]) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if e.taken {
		return false
	}
	for i, w := range q.waiting {
		if w == e {
			q.waiting = append(q.waiting[:i], q.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// handOver ends the lead: to a goroutine when somebody waits. It ends when the
// queue is empty; Close waits for it.
func (q *Queue[T]) handOver() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 {
		go q.work()
		return
	}
	q.busy = false
	q.idle.Broadcast()
}

func (q *Queue[T]) work() {
	for q.runOne() {
	}
}

// runOne runs one batch; false when there was none, and the lead has ended.
func (q *Queue[T]) runOne() bool {
	batch := q.take()
	if batch == nil {
		return false
	}
	items := make([]T, len(batch))
	for i, e := range batch {
		items[i] = e.item
	}
	q.run(items)
	for _, e := range batch {
		close(e.done)
	}
	return true
}

func (q *Queue[T]) take() []*entry[T] {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		q.busy = false
		q.idle.Broadcast()
		return nil
	}
	n, weight := 0, 0
	for n < len(q.waiting) {
		weight += q.weight(q.waiting[n].item)
		if n > 0 && weight > q.limit {
			break
		}
		q.waiting[n].taken = true
		n++
	}
	batch := q.waiting[:n:n]
	q.waiting = append([]*entry[T](nil), q.waiting[n:]...)
	return batch
}
