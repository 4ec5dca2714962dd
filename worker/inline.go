package worker

import (
	"context"
	"log/slog"
	"time"
)

// inlineSweep is how often an inline worker looks without being woken: it finds
// what a restart left and what comes due again.
const inlineSweep = time.Second

// Inline gives the loops that judge without tasks: one for each worker, each
// taking the comments that wait longest.
func Inline(workers, batch int, wake Wake, judge func(ctx context.Context, limit int) (int, error), log *slog.Logger) []Loop {
	do := func(ctx context.Context) (bool, error) {
		n, err := judge(ctx, batch)
		if n == batch {
			wake.Call() // there may be enough for a colleague
		}
		return n > 0, err
	}
	loops := make([]Loop, workers)
	for i := range loops {
		loops[i] = Loop{Name: "judge", Do: do, Every: inlineSweep, Wake: wake, Log: log}
	}
	return loops
}
