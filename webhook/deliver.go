package webhook

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

const (
	// leaseTTL outlasts one attempt, so that a delivery is not made twice at a time.
	leaseTTL  = 2 * attemptTimeout
	batch     = 32
	bodyLimit = 64 << 10 // read of an answer, to let the connection be used again
)

// Deliverer empties the outbox.
type Deliverer struct {
	Store  store.Deliveries
	Client *http.Client
	Log    *slog.Logger
	Now    func() time.Time
	// Observe hears the outcome of each attempt; nil = nobody listens.
	Observe func(state models.DeliveryState)
}

// DeliverDue makes one attempt at each of the deliveries that are due, a batch
// at a time and side by side; it tells how many it tried.
func (d *Deliverer) DeliverDue(ctx context.Context) (int, error) {
	due, err := d.Store.LeaseDeliveries(ctx, batch, leaseTTL, d.Now())
	if err != nil {
		return 0, fmt.Errorf("deliver: %w", err)
	}
	var wg sync.WaitGroup
	for _, one := range due {
		wg.Go(func() { d.deliver(ctx, one) })
	}
	wg.Wait()
	return len(due), nil
}

func (d *Deliverer) deliver(ctx context.Context, one models.DueDelivery) {
	status, asked, err := d.attempt(ctx, one)
	if ctx.Err() != nil {
		return // the service stops; the lease ends by itself
	}
	r := d.judge(one, status, asked, err)
	if err := d.Store.RecordDelivery(ctx, r); err != nil {
		d.Log.WarnContext(ctx, "delivery not recorded, will be repeated", "delivery", one.ID, "err", err)
		return
	}
	if d.Observe != nil {
		d.Observe(r.State)
	}
	d.Log.InfoContext(ctx, "delivery", "delivery", one.ID, "webhook", one.Webhook, "event", one.Event.ID,
		"type", one.Event.Type, "state", r.State, "status", status, "attempt", one.Attempts+1, "err", r.Error)
	if r.Disable != "" {
		d.Log.ErrorContext(ctx, "webhook disabled", "webhook", one.Webhook, "site", one.Site, "cause", r.Disable)
	}
}

// attempt posts once. Status is 0 when no answer came.
func (d *Deliverer) attempt(ctx context.Context, one models.DueDelivery) (status int, asked time.Duration, err error) {
	body, err := encode(one.Event)
	if err != nil {
		return 0, 0, fmt.Errorf("encode: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, one.Target.URL, bytes.NewReader(body))
	if err != nil {
		return 0, 0, fmt.Errorf("request: %w", err)
	}
	now := d.Now()
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Tamis")
	req.Header.Set("webhook-id", one.Event.ID)
	req.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("webhook-signature", Sign(one.Target.Secrets, one.Event.ID, now, body))
	resp, err := d.Client.Do(req)
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, bodyLimit))
	return resp.StatusCode, retryAfter(resp.Header, now), nil
}

// judge decides what becomes of a delivery after an attempt.
func (d *Deliverer) judge(one models.DueDelivery, status int, asked time.Duration, err error) models.DeliveryResult {
	now := d.Now()
	r := models.DeliveryResult{ID: one.ID, Token: one.Token, Status: status, At: now, State: models.DeliveryDone}
	if err == nil && status >= 200 && status < 300 {
		return r
	}
	r.Error = fmt.Sprintf("answered %d", status)
	if err != nil {
		r.Error = err.Error()
	}
	r.State = models.DeliveryFailed
	if status == http.StatusGone {
		r.Disable = "the endpoint answered 410 Gone"
		return r
	}
	if next, again := nextAttempt(one.Attempts+1, now, asked); again {
		r.State, r.NextAt = models.DeliveryDue, next
	}
	if since := one.Target.FailingSince; !since.IsZero() && now.Sub(since) >= disableAfter {
		r.Disable = "no delivery succeeded for five days"
	}
	return r
}
