package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Wake is how one goroutine tells others that work waits. The zero value can't
// be used; see [NewWake].
type Wake chan struct{}

// NewWake gives a wake-up that remembers up to n calls nobody heard yet.
func NewWake(n int) Wake { return make(Wake, n) }

// Call wakes one sleeper, or the next who would sleep.
func (w Wake) Call() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// Enqueue makes Wake the queue of a process that judges by itself.
func (w Wake) Enqueue(ids ...models.CommentID) {
	if len(ids) > 0 {
		w.Call()
	}
}

// Loop does a piece of work whenever it is woken and at least once every Every,
// again and again while there is some.
type Loop struct {
	Name  string
	Do    func(ctx context.Context) (more bool, err error)
	Every time.Duration
	Wake  Wake // nil = only the clock wakes it
	Log   *slog.Logger
}

// errorPause keeps a failing loop from spinning.
const errorPause = time.Second

// Run works until ctx ends; the piece under way is finished first.
func (l Loop) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.Wake:
		case <-timer.C:
		}
		pause := l.Every
		for more := true; more && ctx.Err() == nil; {
			var err error
			if more, err = l.Do(ctx); err != nil {
				if ctx.Err() == nil {
					l.Log.WarnContext(ctx, "failed, will be tried again", "loop", l.Name, "err", err)
				}
				more, pause = false, min(pause, errorPause)
			}
		}
		timer.Reset(pause)
	}
}
