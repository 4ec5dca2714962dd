package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/config"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/moderation/mirror"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/webhook"
	"github.com/tamis-moderation/tamis/worker"
)

// house is what serve and worker have in common: the store, the scorer and the
// use cases on them.
type house struct {
	config     config.Config
	log        *slog.Logger
	store      database
	ensemble   *classifier.Ensemble
	moderation *moderation.Service
	deliverer  *webhook.Deliverer
	guard      *webhook.Guard
	metrics    *metrics
	deliver    worker.Wake // somebody filed an event
	judge      worker.Wake // somebody filed a comment, where this process judges
	queue      *worker.Client
	redis      *worker.Redis  // nil when judging is in process
	mirror     *mirror.Mirror // nil unless Perspective is asked too
}

// openHouse opens the database and the weights, side by side.
func openHouse(cmd *cobra.Command) (*house, error) {
	c, err := settings(cmd)
	if err != nil {
		return nil, err
	}
	h := &house{config: c, log: newLog(os.Stderr, c.Log), deliver: worker.NewWake(1), metrics: newMetrics()}
	slog.SetDefault(h.log)
	if h.guard, err = webhook.NewGuard(c.Webhooks.Allow); err != nil {
		return nil, err
	}
	both, ctx := errgroup.WithContext(cmd.Context())
	both.Go(func() error {
		db, err := openStore(ctx, c)
		if err != nil {
			return fmt.Errorf("database: %w", err)
		}
		h.store = db
		return db.Migrate(ctx)
	})
	both.Go(func() error {
		var err error
		h.ensemble, err = loadEnsemble(ctx, c, h.log)
		return err
	})
	if err := both.Wait(); err != nil {
		if h.store != nil {
			h.store.Close()
		}
		return nil, err
	}
	if err := h.join(); err != nil {
		h.store.Close()
		return nil, err
	}
	return h, nil
}

// join hands the rooms to one another.
func (h *house) join() error {
	var queue moderation.Queue
	if h.config.Redis != "" {
		r, err := worker.ParseRedis(h.config.Redis)
		if err != nil {
			return err
		}
		h.redis = &r
		h.queue = &worker.Client{Redis: r, Log: h.log}
		queue = h.queue
	} else {
		h.judge = worker.NewWake(h.workers())
		queue = h.judge
	}
	h.moderation = &moderation.Service{
		Store:    h.store,
		Assessor: h.ensemble,
		Queue:    queue,
		Waiters:  moderation.NewWaiters(h.store.Judged, h.log),
		Policies: &moderation.Policies{Load: h.store.Policy, Now: time.Now},
		Spoken:   &moderation.Spoken{Load: h.store.Languages, Now: time.Now},
		Log:      h.log,
		Now:      time.Now,
		Changed:  h.deliver.Call,
		Observe:  h.metrics.judged,
	}
	h.deliverer = &webhook.Deliverer{
		Store: h.store, Client: h.guard.Client(), Log: h.log, Now: time.Now, Observe: h.metrics.delivered,
	}
	return nil
}

// workers is how many batches are judged at once.
func (h *house) workers() int {
	if h.config.Judge.Workers > 0 {
		return h.config.Judge.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// runWork starts what judges, sweeps, delivers and tidies in this process.
func (h *house) runWork(ctx context.Context, g *errgroup.Group) {
	if h.redis == nil {
		for _, l := range worker.Inline(h.workers(), h.config.Judge.Batch, h.judge, h.moderation.JudgePending, h.log) {
			g.Go(func() error { return l.Run(ctx) })
		}
	} else {
		server := &worker.Server{
			Redis: *h.redis, Judge: h.moderation.JudgeComments, Pending: h.moderation.JudgePending,
			Concurrency: h.workers(), Batch: h.config.Judge.Batch, Log: h.log,
		}
		sweeper := &worker.Sweeper{Waiting: h.store.WaitingComments, Queue: h.queue, Now: time.Now}
		g.Go(func() error { return server.Run(ctx) })
		g.Go(func() error { return sweeper.Loop(h.log).Run(ctx) })
	}
	callbacks, scorings := h.callbacks(), h.scorings()
	g.Go(func() error {
		return worker.Loop{
			Name: "deliver", Every: time.Second, Wake: h.deliver, Log: h.log,
			Do: func(ctx context.Context) (bool, error) {
				n, err := h.deliverer.DeliverDue(ctx)
				m, other := callbacks.CallDue(ctx)
				k, third := scorings.TellDue(ctx)
				return n+m+k > 0, errors.Join(err, other, third)
			},
		}.Run(ctx)
	})
	for name, do := range h.mailLoops() {
		g.Go(func() error { return worker.Loop{Name: name, Every: 3 * time.Second, Do: do, Log: h.log}.Run(ctx) })
	}
	g.Go(func() error {
		return worker.Loop{Name: "evidence", Every: time.Second, Do: h.moderation.ExplainDue, Log: h.log}.Run(ctx)
	})
	g.Go(func() error {
		return worker.Loop{Name: "retention", Every: 10 * time.Minute, Do: h.purge, Log: h.log}.Run(ctx)
	})
}

// purge removes what the retention settings no longer keep.
func (h *house) purge(ctx context.Context) (bool, error) {
	now := time.Now()
	before := func(days int) time.Time {
		if days == 0 {
			return time.Time{}
		}
		return now.AddDate(0, 0, -days)
	}
	r := h.config.Retention
	n, err := h.store.Purge(ctx, store.Purge{
		Texts: before(r.Texts), Comments: before(r.Comments), Events: before(r.Events),
		Audit: before(r.Audit), Idempotent: before(r.Idempotency), Limit: 500,
	}, now)
	return n > 0, err
}

// watch adds the gauges that are asked of the parts.
func (h *house) watch() {
	h.metrics.runs(h.ensemble.Runtime)
	h.metrics.watch(h.store.PendingStats, func() bool { return h.ensemble.Degraded != "" })
}

// health tells whether the service works, and what of it does not.
func (h *house) health(ctx context.Context) (causes []string, down bool) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := h.store.Ping(ctx); err != nil {
		return []string{"the database does not answer"}, true
	}
	if cause := h.ensemble.Degraded; cause != "" {
		causes = append(causes, cause)
	}
	if h.redis != nil && h.redis.Ping(ctx) != nil {
		causes = append(causes, "Redis does not answer: comments are kept and judged once it does")
	}
	return causes, false
}

var _ moderation.Assessor = (*classifier.Ensemble)(nil)
var _ moderation.Queue = worker.Wake(nil)
