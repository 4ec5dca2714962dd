package webhook_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/webhook"
)

// shelf holds due callbacks and remembers how each ended.
type shelf struct {
	due []models.DueCallback
	mu  sync.Mutex
	end map[models.CommentID]time.Time
}

func (s *shelf) LeaseCallbacks(context.Context, int, time.Duration, time.Time) ([]models.DueCallback, error) {
	return s.due, nil
}

func (s *shelf) EndCallback(_ context.Context, id models.CommentID, token string, retryAt time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if token != "t0ken" {
		return models.Errorf(models.Conflict, "the lease is lost")
	}
	s.end[id] = retryAt
	return nil
}

func callback(id, wire, url string, tries int) models.DueCallback {
	return models.DueCallback{
		Trace: models.Trace{Comment: models.CommentID(id), Site: "blog", Wire: wire, Callback: url},
		Token: "t0ken", Tries: tries, Status: models.Rejected,
	}
}

func TestCallbacksAreToldOnceOrAgain(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var heard []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		mu.Lock()
		heard = append(heard, r.URL.Path+" "+r.Header.Get("Content-Type")+" "+r.Header.Get("X-Wire")+" "+string(raw))
		mu.Unlock()
		switch r.URL.Path {
		case "/busy", "/given-up":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		}
	}))
	defer server.Close()
	guard := newGuard(t, strings.TrimPrefix(server.URL, "http://"))
	s := &shelf{end: map[models.CommentID]time.Time{}, due: []models.DueCallback{
		callback("ok", "akismet", server.URL+"/ok", 0),
		callback("busy", "akismet", server.URL+"/busy", 0),
		callback("given-up", "akismet", server.URL+"/given-up", 9),
		callback("gone", "akismet", server.URL+"/gone", 0),
		callback("private", "akismet", "http://127.0.0.1:1/x", 0),
		callback("no-wire", "telegraph", server.URL+"/no-wire", 0),
	}}
	now := time.Now()
	c := &webhook.Callbacks{
		Store: s, Client: guard.Client(), Guard: guard, Log: quiet, Now: func() time.Time { return now },
		Wires: map[string]func(models.DueCallback) webhook.Words{"akismet": func(d models.DueCallback) webhook.Words {
			return webhook.Words{ContentType: "text/plain", Body: []byte(d.Status), Header: map[string]string{"X-Wire": "yes"}}
		}},
	}
	if n, err := c.CallDue(t.Context()); n != len(s.due) || err != nil {
		t.Fatalf("got %d, %v", n, err)
	}
	slices.Sort(heard)
	want := []string{"/busy", "/given-up", "/gone", "/ok"}
	if len(heard) != len(want) {
		t.Fatalf("heard %q", heard)
	}
	for i, path := range want {
		if heard[i] != path+" text/plain yes rejected" {
			t.Errorf("heard %q", heard[i])
		}
	}
	for id, again := range map[models.CommentID]bool{"ok": false, "busy": true, "given-up": false, "gone": false, "private": true, "no-wire": true} {
		at, told := s.end[id]
		if !told || at.After(now) != again {
			t.Errorf("%s: again at %v, told %v", id, at, told)
		}
	}
}
