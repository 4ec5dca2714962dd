package main

import (
	"errors"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

func newWorker() *cobra.Command {
	return &cobra.Command{
		Use:   "worker",
		Short: "Judge what is pending (needs postgres:// and redis://)",
		Long: "Judges comments that `tamis serve` took in, puts back in the queue what was lost, and\n" +
			"delivers webhooks. Any number of workers may run, on any number of machines.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := settings(cmd)
			if err != nil {
				return err
			}
			if c.Redis == "" {
				return errors.New("redis: a worker needs Redis; without it `tamis serve` judges by itself")
			}
			h, err := openHouse(cmd)
			if err != nil {
				return err
			}
			defer h.store.Close()
			g, ctx := errgroup.WithContext(cmd.Context())
			h.runWork(ctx, g)
			g.Go(func() error { return h.queue.Run(ctx) })
			h.log.InfoContext(ctx, "working", "version", version, "weights", h.ensemble.Weights().Name, "at_once", h.workers())
			err = g.Wait()
			h.log.Info("stopped")
			return err
		},
	}
}
