package worker

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"github.com/tamis-moderation/tamis/models"
)

const (
	queueName = "tamis"

	// A task is only a hint, so it need not outlive the sweeper's patience.
	taskRetries = 3
	taskTimeout = 10 * time.Minute

	// maxBacklog bounds the ids kept while Redis is away; the sweeper finds the rest.
	maxBacklog = 64 * MaxIDs
)

// Client tells workers, through Redis, that comments wait. Ids that come while
// a task is being sent share the next one.
type Client struct {
	Redis Redis
	Log   *slog.Logger

	once    sync.Once
	wake    chan struct{}
	mu      sync.Mutex
	backlog []models.CommentID
}

// Enqueue notes ids to be sent and returns at once.
func (c *Client) Enqueue(ids ...models.CommentID) {
	c.init()
	c.mu.Lock()
	if room := maxBacklog - len(c.backlog); room < len(ids) {
		ids = ids[:room]
	}
	c.backlog = append(c.backlog, ids...)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Run sends what was noted until ctx ends, then sends the rest.
func (c *Client) Run(ctx context.Context) error {
	c.init()
	out := outgoing{tasks: asynq.NewClient(c.Redis), bell: c.Redis.client()}
	defer out.close()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			c.flush(last, out)
			return nil
		case <-c.wake:
			c.flush(ctx, out)
		}
	}
}

func (c *Client) flush(ctx context.Context, out outgoing) {
	for {
		ids := c.take()
		if len(ids) == 0 {
			return
		}
		if err := out.send(ctx, ids); err != nil {
			// The comments are safe in the store; the sweeper will find them.
			c.Log.WarnContext(ctx, "not queued, the sweeper will", "comments", len(ids), "err", err)
			return
		}
	}
}

// outgoing is what a client sends through.
type outgoing struct {
	tasks *asynq.Client
	bell  *redis.Client
}

func (o outgoing) send(ctx context.Context, ids []models.CommentID) error {
	task, err := newJudgeTask(ids)
	if err != nil {
		return err
	}
	_, err = o.tasks.EnqueueContext(ctx, task, asynq.Queue(queueName), asynq.MaxRetry(taskRetries), asynq.Timeout(taskTimeout))
	if err != nil {
		return err
	}
	return ring(ctx, o.bell)
}

func (o outgoing) close() {
	_ = o.tasks.Close()
	_ = o.bell.Close()
}

func (c *Client) take() []models.CommentID {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(len(c.backlog), MaxIDs)
	ids := c.backlog[:n:n]
	c.backlog = c.backlog[n:]
	if len(c.backlog) == 0 {
		c.backlog = nil
	}
	return ids
}

func (c *Client) init() { c.once.Do(func() { c.wake = make(chan struct{}, 1) }) }
