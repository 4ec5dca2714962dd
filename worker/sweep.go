package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

const (
	sweepEvery = 2 * time.Second

	// sweepAfter is how long a comment may wait before it is taken for forgotten.
	sweepAfter = 3 * time.Second

	// sweepPause keeps an id from being queued over and over while a worker is
	// behind: that would only make the queue longer.
	sweepPause = 8 * time.Second
	sweepLimit = 16 * MaxIDs
)

// Sweeper puts back in the queue what stays pending: tasks that Redis lost,
// comments of workers that died.
type Sweeper struct {
	Waiting func(ctx context.Context, before time.Time, limit int) ([]models.CommentID, error)
	Queue   interface{ Enqueue(ids ...models.CommentID) }
	Now     func() time.Time

	sent map[models.CommentID]time.Time
}

// Sweep queues what waits too long, each id at most once in eight seconds.
func (s *Sweeper) Sweep(ctx context.Context) (bool, error) {
	now := s.Now()
	ids, err := s.Waiting(ctx, now.Add(-sweepAfter), sweepLimit)
	if err != nil {
		return false, err
	}
	sent := make(map[models.CommentID]time.Time, len(ids))
	var again []models.CommentID
	for _, id := range ids {
		at, ok := s.sent[id]
		if !ok || now.Sub(at) >= sweepPause {
			at = now
			again = append(again, id)
		}
		sent[id] = at
	}
	s.sent = sent
	s.Queue.Enqueue(again...)
	return false, nil
}

// Loop runs the sweeper by the clock.
func (s *Sweeper) Loop(log *slog.Logger) Loop {
	return Loop{Name: "sweep", Do: s.Sweep, Every: sweepEvery, Log: log}
}
