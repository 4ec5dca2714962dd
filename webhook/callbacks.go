package webhook

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Words is what a callback says, in its wire's words.
type Words struct {
	ContentType string
	Body        []byte
	Header      map[string]string
}

// Teller tells one callback, and what came back: 0 when no answer came.
type Teller func(ctx context.Context, d models.DueCallback) (status int, asked time.Duration, err error)

// Callbacks tells the addresses that callers of foreign wires named for one
// comment's end: once, or again on the schedule of webhooks.
type Callbacks struct {
	Store interface {
		LeaseCallbacks(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.DueCallback, error)
		EndCallback(ctx context.Context, id models.CommentID, token string, retryAt time.Time) error
	}
	Client *http.Client
	Guard  *Guard
	Wires  map[string]func(models.DueCallback) Words // by [models.Trace].Wire
	Tell   map[string]Teller                         // by the same, where one post is not enough
	Log    *slog.Logger
	Now    func() time.Time
}

// CallDue makes one attempt at each callback that is due, a batch at a time and
// side by side; it tells how many it tried.
func (c *Callbacks) CallDue(ctx context.Context) (int, error) {
	due, err := c.Store.LeaseCallbacks(ctx, batch, leaseTTL, c.Now())
	if err != nil {
		return 0, fmt.Errorf("call back: %w", err)
	}
	var wg sync.WaitGroup
	for _, one := range due {
		wg.Go(func() { c.call(ctx, one) })
	}
	wg.Wait()
	return len(due), nil
}

func (c *Callbacks) call(ctx context.Context, one models.DueCallback) {
	status, asked, err := c.attempt(ctx, one)
	if ctx.Err() != nil {
		return // the service stops; the lease ends by itself
	}
	next := again(one.Tries, status, asked, err, c.Now())
	// Its own error may quote the address, hence is not logged.
	c.Log.InfoContext(ctx, "callback", "comment", one.Comment, "site", one.Site, "wire", one.Wire,
		"status", status, "attempt", one.Tries+1, "failed", err != nil, "again", !next.IsZero())
	if err := c.Store.EndCallback(ctx, one.Comment, one.Token, next); err != nil {
		c.Log.WarnContext(ctx, "callback not recorded, will be repeated", "comment", one.Comment, "err", err)
	}
}

// again tells when to try again after an attempt that came after tries others;
// zero when it went well, was refused for good, or was the last.
func again(tries, status int, asked time.Duration, err error, now time.Time) time.Time {
	if err == nil && (status >= 200 && status <= 299 || status == http.StatusGone) {
		return time.Time{}
	}
	next, _ := nextAttempt(tries+1, now, asked)
	return next
}

// attempt posts once. Status is 0 when no answer came.
func (c *Callbacks) attempt(ctx context.Context, one models.DueCallback) (int, time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	if tell, ok := c.Tell[one.Wire]; ok {
		return tell(ctx, one)
	}
	wire, ok := c.Wires[one.Wire]
	if !ok {
		return 0, 0, fmt.Errorf("the wire %q has no callbacks", one.Wire)
	}
	return c.post(ctx, one.Callback, wire(one))
}

func (c *Callbacks) post(ctx context.Context, to string, words Words) (int, time.Duration, error) {
	return post(ctx, caller{c.Client, c.Guard, c.Now}, to, words)
}

// caller is what a post needs.
type caller struct {
	client *http.Client
	guard  *Guard
	now    func() time.Time
}

// post makes one POST to an address that may be called.
func post(ctx context.Context, c caller, to string, words Words) (status int, asked time.Duration, err error) {
	if err := c.guard.CheckURL(to); err != nil {
		return 0, 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(words.Body))
	if err != nil {
		return 0, 0, fmt.Errorf("request: %w", err)
	}
	req.Header.Set("Content-Type", words.ContentType)
	req.Header.Set("User-Agent", "Tamis")
	for name, value := range words.Header {
		req.Header.Set(name, value)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, bodyLimit))
	return resp.StatusCode, retryAfter(resp.Header, c.now()), nil
}
