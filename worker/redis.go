package worker

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// redisDown is how long dials wait after one that failed: asynq's server asks
// for work in a tight loop while Redis is away, and this is where it is slowed.
const redisDown = 250 * time.Millisecond

// Redis opens clients for one address. It is asynq's connection option.
type Redis struct {
	options *redis.Options
	failed  *atomic.Int64 // unix nanoseconds of the last dial that failed
}

// ParseRedis reads a redis://, rediss:// or unix:// address.
func ParseRedis(address string) (Redis, error) {
	options, err := redis.ParseURL(address)
	if err != nil {
		return Redis{}, fmt.Errorf("redis address: %w", err)
	}
	r := Redis{options: options, failed: new(atomic.Int64)}
	dial := redis.NewDialer(options)
	options.DialTimeout = 2 * time.Second
	options.MaxRetries = -1 // the sweeper retries
	options.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if time.Since(time.Unix(0, r.failed.Load())) < redisDown {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(redisDown):
			}
		}
		conn, err := dial(ctx, network, addr)
		if err != nil {
			r.failed.Store(time.Now().UnixNano())
		}
		return conn, err
	}
	return r, nil
}

// MakeRedisClient implements asynq.RedisConnOpt.
func (r Redis) MakeRedisClient() any { return r.client() }

// client opens a client of its own options: the library fills them in.
func (r Redis) client() *redis.Client {
	options := *r.options
	return redis.NewClient(&options)
}

// Ping tells whether Redis answers.
func (r Redis) Ping(ctx context.Context) error {
	c := r.client()
	defer c.Close()
	return c.Ping(ctx).Err()
}

var _ asynq.RedisConnOpt = Redis{}
