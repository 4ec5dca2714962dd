package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/worker"
)

// drainTime is how long requests under way may take once a stop was asked for.
const drainTime = 8 * time.Second

func newServe() *cobra.Command {
	var demo bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the service: API, and judging unless Redis hands it to workers",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// The port is taken first: a second start must not touch the data.
			c, err := settings(cmd)
			if err != nil {
				return err
			}
			listener, err := net.Listen("tcp", c.Addr)
			if err != nil {
				return fmt.Errorf("addr: %w", err)
			}
			defer listener.Close()
			h, err := openHouse(cmd)
			if err != nil {
				return err
			}
			defer h.store.Close()
			keys := admin.NewKeys(h.store, time.Now, h.log)
			if err := h.firstStart(cmd, keys, listener.Addr()); err != nil {
				return err
			}
			if err := h.firstAdmin(cmd, listener.Addr()); err != nil {
				return err
			}
			if demo {
				if err := h.fillDemo(cmd.Context()); err != nil {
					return err
				}
			}
			return h.serve(cmd.Context(), keys, listener)
		},
	}
	cmd.Flags().BoolVar(&demo, "demo", false, "fill the site default with a bilingual thread")
	return cmd
}

// serve answers until ctx ends, then drains: no new requests, those under way
// answered, batches under way recorded.
func (h *house) serve(ctx context.Context, keys *admin.Keys, listener net.Listener) error {
	h.openMirror()
	closing := make(chan struct{})
	handler, err := h.faces(keys, closing)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	server.RegisterOnShutdown(func() { close(closing) })
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBackground()
	g, gctx := errgroup.WithContext(background)
	if h.redis == nil {
		h.runWork(gctx, g)
	} else {
		g.Go(func() error { return h.queue.Run(gctx) })
	}
	g.Go(func() error { return h.moderation.Waiters.Run(gctx) })
	if h.mirror != nil {
		g.Go(func() error { return h.mirror.Run(gctx) })
	}
	g.Go(func() error {
		return worker.Loop{Name: "key use", Every: time.Minute, Do: keys.Touch, Log: h.log}.Run(gctx)
	})
	g.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	h.log.InfoContext(ctx, "serving", "addr", listener.Addr().String(), "version", version, "weights", h.ensemble.Weights().Name, "runtime", h.ensemble.Runtime.String())

	select {
	case <-ctx.Done():
	case <-gctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		h.log.Warn("some requests were cut off", "err", err)
	}
	stopBackground()
	err = g.Wait()
	h.log.Info("stopped")
	return err
}

// firstStart makes the first site and its key, and shows both, this once.
func (h *house) firstStart(cmd *cobra.Command, keys *admin.Keys, addr net.Addr) error {
	sites := &admin.Sites{Store: h.store, Now: time.Now}
	first, err := sites.FirstStart(cmd.Context(), h.config.Locale)
	if err != nil || !first {
		return err
	}
	secret, _, err := keys.CreateKey(cmd.Context(), models.Key{Site: "default", Name: "first start", Scopes: models.Scopes()}, "tamis")
	if err != nil {
		return fmt.Errorf("first key: %w", err)
	}
	// So that the README's curl line works as pasted. Whoever may read this file
	// may read the database beside it.
	file := filepath.Join(h.config.Data, "api-key")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		return fmt.Errorf("first key: %w", err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), welcome, addr, secret, file, addr, secret)
	return err
}

// firstAdmin makes the first account of the console and shows its link, this once.
func (h *house) firstAdmin(cmd *cobra.Command, addr net.Addr) error {
	users := &admin.Users{Store: h.store, Now: time.Now}
	secret, err := users.FirstStart(cmd.Context())
	if err != nil || secret == "" {
		return err
	}
	base := h.config.PublicURL
	if base == "" {
		base = "http://" + addr.String()
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), welcomeAdmin, base, secret, admin.FirstAdmin, admin.FirstAdmin)
	return err
}

const welcomeAdmin = `The console, where people decide (this link works once, for a day):

  %s/signin?token=%s

  It signs in %s; another link: tamis user link %s

`

const welcome = `
Tamis runs on http://%s and made a first site, "default".

  API key   %s
            (shown this once; also in %s, which you may delete)

Try it:

  curl -s http://%s/v1/check -H 'Authorization: Bearer %s' \
       -H 'Content-Type: application/json' -d '{"text":"Merci pour cet article !"}'

`
