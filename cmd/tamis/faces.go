package main

import (
	"context"
	"net/http"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/policy"
	"github.com/tamis-moderation/tamis/review"
	"github.com/tamis-moderation/tamis/webhook"
)

// faces hands the use cases to the HTTP API and to the console, which share an
// address. The console's streams end once closing is closed.
func (h *house) faces(keys *admin.Keys, closing <-chan struct{}) (http.Handler, error) {
	h.watch()
	desk := h.desk()
	answers, err := h.api(keys, desk)
	if err != nil {
		return nil, err
	}
	pages, err := h.console(keys, desk, closing)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pages.Owns(r.URL.Path) {
			pages.ServeHTTP(w, r)
			return
		}
		answers.ServeHTTP(w, r)
	}), nil
}

// api hands the use cases to the HTTP API.
func (h *house) api(keys *admin.Keys, desk *review.Desk) (http.Handler, error) {
	policies, users := &admin.Policies{Store: h.store, Now: time.Now}, &admin.Users{Store: h.store, Now: time.Now}
	sites := &admin.Sites{Store: h.store, Now: time.Now}
	library := h.library(desk)
	hooks := &webhook.Hooks{Store: h.store, Guard: h.guard, Now: time.Now, Changed: h.deliver.Call}
	return api.New(api.Deps{
		Wires: h.wires(desk),
		V1: v1.API{
			Moderator:      h.moderation,
			Explainer:      h.moderation,
			Comments:       h.moderation,
			Desk:           desk,
			Hands:          desk,
			Waves:          desk,
			Triage:         desk,
			Library:        library,
			Finds:          library,
			Policies:       policies,
			PolicyVersions: policies,
			Schema:         policy.Schema(),
			Hooks:          hooks,
			HookActs:       hooks,
			Keyring:        keys,
			Sites:          sites,
			SiteActs:       sites,
			People:         users,
			Doors:          users,
			PublicURL:      h.config.PublicURL,
			Feed:           h.store,
			Books:          &admin.Books{Store: h.store, Now: time.Now},
			Logbook:        &admin.Log{Store: h.store},
			Idempotency:    &admin.Requests{Store: h.store, Now: time.Now},
		},
		Health:         ready{h},
		Metrics:        h.metrics.handler(),
		Observe:        h.metrics.request,
		TrustedProxies: h.config.TrustedProxies,
		Rate:           h.config.Limits.Rate,
		Now:            time.Now,
		Log:            h.log,
	})
}

// ready answers the API's question after the service's health.
type ready struct{ house *house }

// Ready tells whether the service works, and what of it does not.
func (r ready) Ready(ctx context.Context) api.State {
	causes, down := r.house.health(ctx)
	switch {
	case down:
		return api.State{Status: api.Unavailable, Causes: causes}
	case len(causes) > 0:
		return api.State{Status: api.Degraded, Causes: causes}
	default:
		return api.State{Status: api.OK}
	}
}
