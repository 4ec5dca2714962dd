package moderation

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Polling for what another process judges: quick at first, and calmer by a
// quarter each time, so that a wait is lengthened by a quarter at most.
const (
	pollFirst = 2 * time.Millisecond
	pollMost  = 100 * time.Millisecond
)

// Waiters lets callers wait for a judgement. What this process judges is told
// at once; what others judge is found by [Waiters.Run], which asks the store
// for all waiters together.
type Waiters struct {
	judged func(ctx context.Context, ids []models.CommentID) ([]models.CommentID, error)
	log    *slog.Logger
	came   chan struct{} // somebody began to wait

	mu      sync.Mutex
	waiting map[models.CommentID]*waiter
}

type waiter struct {
	done  chan struct{}
	count int
}

// NewWaiters gives waiters that ask judged which of some comments are no longer pending.
func NewWaiters(judged func(context.Context, []models.CommentID) ([]models.CommentID, error), log *slog.Logger) *Waiters {
	return &Waiters{judged: judged, log: log, came: make(chan struct{}, 1), waiting: map[models.CommentID]*waiter{}}
}

// Wait returns once the comment is judged, or with the context's error.
func (w *Waiters) Wait(ctx context.Context, id models.CommentID) error {
	this := w.join(id)
	defer w.leave(id, this)
	select {
	case w.came <- struct{}{}:
	default:
	}
	select {
	case <-this.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Notify tells that comments were judged.
func (w *Waiters) Notify(ids ...models.CommentID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		if this, ok := w.waiting[id]; ok {
			close(this.done)
			delete(w.waiting, id)
		}
	}
}

// Run asks the store about whoever waits, until ctx ends. It costs nothing
// while nobody does.
func (w *Waiters) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	pause := pollFirst
	for {
		if len(w.ids()) == 0 {
			select {
			case <-ctx.Done():
				return nil
			case <-w.came:
				pause = pollFirst
			}
		}
		timer.Reset(pause)
		select {
		case <-ctx.Done():
			return nil
		case <-w.came:
			pause = pollFirst
		case <-timer.C:
			w.ask(ctx)
			pause = min(pause+pause/4, pollMost)
		}
	}
}

func (w *Waiters) ask(ctx context.Context) {
	ids := w.ids()
	if len(ids) == 0 {
		return
	}
	done, err := w.judged(ctx, ids)
	if err != nil {
		w.log.WarnContext(ctx, "can't tell what was judged", "err", err)
		return
	}
	w.Notify(done...)
}

func (w *Waiters) join(id models.CommentID) *waiter {
	w.mu.Lock()
	defer w.mu.Unlock()
	this, ok := w.waiting[id]
	if !ok {
		this = &waiter{done: make(chan struct{})}
		w.waiting[id] = this
	}
	this.count++
	return this
}

func (w *Waiters) leave(id models.CommentID, this *waiter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	this.count--
	if this.count == 0 && w.waiting[id] == this {
		delete(w.waiting, id)
	}
}

func (w *Waiters) ids() []models.CommentID {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := make([]models.CommentID, 0, len(w.waiting))
	for id := range w.waiting {
		ids = append(ids, id)
	}
	return ids
}
