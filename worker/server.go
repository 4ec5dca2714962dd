package worker

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"

	"github.com/tamis-moderation/tamis/models"
)

const (
	// pollRedis is how often an idle worker asks for tasks. The bell is quicker;
	// this is how long a comment waits when it was not heard.
	pollRedis = 50 * time.Millisecond

	shutdownTimeout = 8 * time.Second
)

// Server runs the tasks that clients sent.
type Server struct {
	Redis       Redis
	Judge       func(ctx context.Context, ids []models.CommentID) error
	Pending     func(ctx context.Context, limit int) (int, error) // judges what waits longest
	Concurrency int                                               // tasks at once, and as many batches
	Batch       int                                               // comments that Pending takes at once
	Log         *slog.Logger
}

// Run works until ctx ends, then lets running tasks finish for up to eight seconds.
func (s *Server) Run(ctx context.Context) error {
	server := asynq.NewServer(s.Redis, asynq.Config{
		Concurrency:              s.Concurrency,
		Queues:                   map[string]int{queueName: 1},
		TaskCheckInterval:        pollRedis,
		DelayedTaskCheckInterval: time.Second,
		ShutdownTimeout:          shutdownTimeout,
		RetryDelayFunc:           func(int, error, *asynq.Task) time.Duration { return 2 * time.Second },
		Logger:                   asynqLog{s.Log},
		LogLevel:                 asynq.WarnLevel,
		BaseContext:              func() context.Context { return context.WithoutCancel(ctx) },
	})
	if err := s.start(ctx, server); err != nil {
		return err
	}
	wake := NewWake(s.Concurrency)
	var wg sync.WaitGroup
	wg.Go(func() { listen(ctx, s.Redis, wake, s.Log) })
	for _, l := range Inline(s.Concurrency, s.Batch, wake, s.Pending, s.Log) {
		wg.Go(func() { _ = l.Run(ctx) }) // a loop fails in its own log
	}
	<-ctx.Done()
	server.Shutdown()
	wg.Wait()
	return nil
}

// start waits for Redis: asynq refuses to start without it, a worker must not.
func (s *Server) start(ctx context.Context, server *asynq.Server) error {
	handler := asynq.HandlerFunc(s.handle)
	for {
		err := s.Redis.Ping(ctx)
		if err == nil {
			if err := server.Start(handler); err != nil {
				return fmt.Errorf("worker: %w", err)
			}
			return nil
		}
		s.Log.WarnContext(ctx, "waiting for Redis", "err", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

func (s *Server) handle(ctx context.Context, t *asynq.Task) error {
	if t.Type() != taskJudge {
		return taskError(models.Errorf(models.Malformed, "no task is called %q", t.Type()))
	}
	ids, err := parseJudgeTask(t)
	if err == nil {
		err = s.Judge(ctx, ids)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "task failed", "task", t.Type(), "comments", len(ids), "err", err)
	}
	return taskError(err)
}

// asynqLog hands asynq's own lines to slog.
type asynqLog struct{ log *slog.Logger }

func (l asynqLog) Debug(args ...any) { l.log.Debug("queue", "said", fmt.Sprint(args...)) }
func (l asynqLog) Info(args ...any)  { l.log.Info("queue", "said", fmt.Sprint(args...)) }
func (l asynqLog) Warn(args ...any)  { l.log.Warn("queue", "said", fmt.Sprint(args...)) }
func (l asynqLog) Error(args ...any) { l.log.Error("queue", "said", fmt.Sprint(args...)) }

// Fatal only logs: asynq calls it when its own connection test fails, which a
// worker outlives.
func (l asynqLog) Fatal(args ...any) { l.log.Error("queue", "said", fmt.Sprint(args...)) }
