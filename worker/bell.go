package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

// The bell wakes one idle worker at once, where asynq would have it ask for
// tasks hundreds of times a second for the same latency. It carries nothing:
// a woken worker takes what waits longest in the store. A ring that is lost is
// made up for by the task that was sent with it.
const (
	bellKey   = "tamis:bell"
	bellRings = 64              // kept while no worker listens
	bellWait  = 2 * time.Second // a blocking pop, then a look at ctx
)

// ring wakes one worker.
func ring(ctx context.Context, c *redis.Client) error {
	_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.LPush(ctx, bellKey, "")
		p.LTrim(ctx, bellKey, 0, bellRings-1)
		return nil
	})
	return err
}

// listen calls wake at every ring until ctx ends.
func listen(ctx context.Context, r Redis, wake Wake, log *slog.Logger) {
	c := r.client()
	defer c.Close()
	for ctx.Err() == nil {
		err := c.BRPop(ctx, bellWait, bellKey).Err()
		switch {
		case err == nil:
			wake.Call()
		case ctx.Err() != nil || err == redis.Nil: //nolint:errorlint // go-redis never wraps it
		default:
			log.WarnContext(ctx, "the bell can't be heard, tasks still come", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}
