package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/tamis-moderation/tamis/api"
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
			if c.Worker.Addr != "" {
				g.Go(func() error { return h.serveHealth(ctx) })
			}
			g.Go(func() error { return h.queue.Run(ctx) })
			h.log.InfoContext(ctx, "working", "version", version, "weights", h.ensemble.Weights().Name, "runtime", h.ensemble.Runtime.String(), "at_once", h.workers())
			err = g.Wait()
			h.log.Info("stopped")
			return err
		},
	}
}

// serveHealth answers a worker's health and metrics until ctx ends.
func (h *house) serveHealth(ctx context.Context) error {
	listener, err := net.Listen("tcp", h.config.Worker.Addr)
	if err != nil {
		return fmt.Errorf("worker.addr: %w", err)
	}
	h.watch()
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h.metrics.handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		state := ready{h}.Ready(r.Context())
		w.Header().Set("Content-Type", "application/json")
		if state.Status == api.Unavailable {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(state) // the asker may have gone
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("worker.addr: %w", err)
	}
	return nil
}
