package webhook_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/webhook"
)

var quiet = slog.New(slog.DiscardHandler)

func TestSignatureIsTheStandards(t *testing.T) {
	t.Parallel()
	secret, old := webhook.NewSecret(), webhook.NewSecret()
	at, body := time.Now(), []byte(`{"type":"comment.judged"}`)
	h := http.Header{}
	h.Set("webhook-id", "e1")
	h.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	h.Set("webhook-signature", webhook.Sign([]string{secret, old}, "e1", at, body))
	for name, s := range map[string]string{"new secret": secret, "secret before the rotation": old} {
		w, err := standardwebhooks.NewWebhook(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Verify(body, h); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := w.Verify([]byte(`{"type":"comment.erased"}`), h); err == nil {
			t.Errorf("%s: a changed body passes", name)
		}
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	t.Parallel()
	guard := newGuard(t, "127.0.0.1:9999", "10.1.0.0/16", "forum.internal:8080")
	tests := map[string]struct {
		url string
		ok  bool
	}{
		"public https":                  {"https://hooks.example/a?b=c", true},
		"port 8443":                     {"https://hooks.example:8443/a", true},
		"named host and port":           {"http://forum.internal:8080/hook", true},
		"named address and port":        {"http://127.0.0.1:9999/hook", true},
		"named network":                 {"http://10.1.2.3:80/hook", true},
		"plain http":                    {"http://hooks.example/a", false},
		"another port":                  {"https://hooks.example:22/a", false},
		"loopback":                      {"https://127.0.0.1/a", false},
		"loopback on another port":      {"http://127.0.0.1:9998/a", false},
		"localhost":                     {"https://localhost/a", false},
		"any address":                   {"https://0.0.0.0/", false},
		"metadata":                      {"https://169.254.169.254/latest", false},
		"private":                       {"https://192.168.1.1/", false},
		"IPv6 loopback":                 {"https://[::1]/", false},
		"IPv4 in IPv6":                  {"https://[::ffff:127.0.0.1]/", false},
		"NAT64 of a private address":    {"https://[64:ff9b::7f00:1]/", false},
		"unique local IPv6":             {"https://[fd00:ec2::254]/", false},
		"another scheme":                {"gopher://hooks.example/", false},
		"file":                          {"file:///etc/passwd", false},
		"user in the address":           {"https://a:b@hooks.example/", false},
		"no host":                       {"https:///a", false},
		"relative":                      {"/a", false},
		"empty":                         {"", false},
		"longer than any address needs": {"https://hooks.example/" + strings.Repeat("a", 3000), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := guard.CheckURL(tt.url)
			if (err == nil) != tt.ok {
				t.Errorf("CheckURL(%.60q) = %v, want ok %v", tt.url, err, tt.ok)
			}
			if err != nil && models.KindOf(err) != models.Invalid {
				t.Errorf("kind %v, want Invalid", models.KindOf(err))
			}
		})
	}
}

// TestPrivateAddressesAreNotCalled checks the connection itself: a name may
// resolve to anything by then.
func TestPrivateAddressesAreNotCalled(t *testing.T) {
	t.Parallel()
	called := false
	site := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer site.Close()
	for _, url := range []string{site.URL, "http://0/", "http://2130706433/", "http://127.1/", "http://localhost/", "http://[::1]/"} {
		resp, err := newGuard(t).Client().Get(url)
		if err == nil {
			resp.Body.Close()
			t.Errorf("GET %s went through", url)
		}
	}
	if called {
		t.Error("a private address was called")
	}
}

func TestWhatBecomesOfAnAttempt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		answer   func(http.ResponseWriter, *http.Request)
		attempts int
		failing  time.Time
		want     models.DeliveryState
		after    time.Duration // least pause before the next attempt
		disabled bool
	}{
		"accepted":             {answer: status(204), want: models.DeliveryDone},
		"failed once":          {answer: status(500), want: models.DeliveryDue, after: 5 * time.Second},
		"failed twice":         {answer: status(500), attempts: 1, want: models.DeliveryDue, after: 5 * time.Minute},
		"failed ten times":     {answer: status(500), attempts: 9, want: models.DeliveryFailed},
		"redirects":            {answer: redirect, want: models.DeliveryDue, after: 5 * time.Second},
		"asks for more time":   {answer: retryAfter("120"), want: models.DeliveryDue, after: 2 * time.Minute},
		"asks for a date":      {answer: retryAfter(now.Add(time.Hour).Format(http.TimeFormat)), want: models.DeliveryDue, after: time.Hour},
		"is gone":              {answer: status(410), want: models.DeliveryFailed, disabled: true},
		"has failed for days":  {answer: status(500), failing: now.Add(-6 * 24 * time.Hour), want: models.DeliveryDue, after: 5 * time.Second, disabled: true},
		"has failed for hours": {answer: status(500), failing: now.Add(-6 * time.Hour), want: models.DeliveryDue, after: 5 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := httptest.NewServer(http.HandlerFunc(tt.answer))
			defer site.Close()
			box := &outbox{due: []models.DueDelivery{{
				Delivery: models.Delivery{ID: "d1", Attempts: tt.attempts, Event: models.Event{ID: "e1", Type: models.CommentJudged, Comment: "c1"}},
				Token:    "lease", Target: models.Webhook{URL: site.URL, Secrets: []string{webhook.NewSecret()}, FailingSince: tt.failing},
			}}}
			d := &webhook.Deliverer{Store: box, Client: newGuard(t, "127.0.0.0/8").Client(), Log: quiet, Now: func() time.Time { return now }}
			if n, err := d.DeliverDue(t.Context()); n != 1 || err != nil {
				t.Fatalf("DeliverDue = %d, %v", n, err)
			}
			got := box.results[0]
			if got.State != tt.want || (got.Disable != "") != tt.disabled || got.Token != "lease" {
				t.Errorf("got %+v, want %s, disabled %v", got, tt.want, tt.disabled)
			}
			if tt.after > 0 && (got.NextAt.Before(now.Add(tt.after)) || got.NextAt.After(now.Add(tt.after+tt.after/10+time.Second))) {
				t.Errorf("next in %s, want %s and up to a tenth more", got.NextAt.Sub(now), tt.after)
			}
		})
	}
}

func TestAnEventCarriesNoText(t *testing.T) {
	t.Parallel()
	var body []byte
	site := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { body, _ = io.ReadAll(r.Body) }))
	defer site.Close()
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	box := &outbox{due: []models.DueDelivery{{
		Delivery: models.Delivery{ID: "d1", Event: models.Event{
			ID: "e1", Type: models.CommentDecided, At: at, Site: "blog", Comment: "c1", ExternalID: "x1", Status: models.Rejected, Labels: []models.Label{models.Spam}, Revision: 3,
		}},
		Target: models.Webhook{URL: site.URL},
	}}}
	d := &webhook.Deliverer{Store: box, Client: newGuard(t, "127.0.0.0/8").Client(), Log: quiet, Now: time.Now}
	if _, err := d.DeliverDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := `{"type":"comment.decided","id":"e1","at":"2026-11-01T12:00:00Z","site":"blog","comment":{"id":"c1","external_id":"x1","status":"rejected","labels":["spam"],"revision":3}}`
	if got := string(body); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAStoreThatIsAwayIsTold(t *testing.T) {
	t.Parallel()
	away := models.Errorf(models.Unavailable, "away")
	d := &webhook.Deliverer{Store: &outbox{err: away}, Client: http.DefaultClient, Log: quiet, Now: time.Now}
	if _, err := d.DeliverDue(t.Context()); !errors.Is(err, away) {
		t.Errorf("got %v, want %v", err, away)
	}
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func redirect(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
}

func retryAfter(v string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", v)
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func newGuard(t *testing.T, allow ...string) *webhook.Guard {
	t.Helper()
	g, err := webhook.NewGuard(allow)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// outbox is a store that hands out what it was given, once.
type outbox struct {
	store.Deliveries

	due []models.DueDelivery
	err error

	mu      sync.Mutex
	results []models.DeliveryResult
}

func (o *outbox) LeaseDeliveries(context.Context, int, time.Duration, time.Time) ([]models.DueDelivery, error) {
	return o.due, o.err
}

func (o *outbox) RecordDelivery(_ context.Context, r models.DeliveryResult) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.results = append(o.results, r)
	return nil
}
