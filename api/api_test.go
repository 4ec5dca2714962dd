package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/models"
)

// door is everything the API needs for the pages of operations.
type door struct{ state api.State }

func (d door) Ready(context.Context) api.State { return d.state }

// keyring takes no key for valid.
type keyring struct{ v1.Keyring }

func (keyring) Authenticate(context.Context, string) (models.Key, error) {
	return models.Key{}, models.Errorf(models.Unauthorized, "this key is not valid")
}

func deps() api.Deps {
	return api.Deps{
		V1: v1.API{Keyring: keyring{}}, Health: door{api.State{Status: api.OK}}, Now: time.Now,
		Log: slog.New(slog.DiscardHandler),
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(w, "tamis_up 1\n")
		}),
	}
}

func open(t *testing.T, d api.Deps) http.Handler {
	t.Helper()
	h, err := api.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestPages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ path, media, holds string }{
		"first page":     {"/", "text/html; charset=utf-8", `href="docs"`},
		"its style":      {"/index.css", "text/css; charset=utf-8", "body"},
		"documentation":  {"/docs", "text/html; charset=utf-8", "docs/start.js"},
		"its start":      {"/docs/start.js", "text/javascript; charset=utf-8", "SwaggerUIBundle"},
		"its style too":  {"/docs/swagger-ui.css", "text/css; charset=utf-8", ".swagger-ui"},
		"its program":    {"/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8", "SwaggerUIBundle"},
		"document":       {"/openapi.json", "application/json", `"openapi": "3.1`},
		"metrics":        {"/metrics", "text/plain; charset=utf-8", "tamis_up"},
		"process answer": {"/healthz", "application/json; charset=utf-8", `"ok"`},
	}
	h := open(t, deps())
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := get(h, http.MethodGet, tt.path)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != tt.media || !strings.Contains(w.Body.String(), tt.holds) {
				t.Errorf("got %d %s", w.Code, w.Header().Get("Content-Type"))
			}
			if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "script-src 'unsafe") {
				t.Errorf("got policy %q", csp)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("X-Request-Id") == "" {
				t.Errorf("got headers %v", w.Header())
			}
		})
	}
}

func TestPagesNeedNoNetwork(t *testing.T) {
	t.Parallel()
	h := open(t, deps())
	for _, path := range []string{"/", "/docs", "/docs/start.js", "/index.css"} {
		if body := get(h, http.MethodGet, path).Body.String(); strings.Contains(body, "http://") || strings.Contains(body, "https://") {
			t.Errorf("%s leads elsewhere", path)
		}
	}
}

func TestPagesAreNotSentTwice(t *testing.T) {
	t.Parallel()
	h := open(t, deps())
	r := httptest.NewRequest(http.MethodGet, "/docs/swagger-ui-bundle.js", nil)
	r.Header.Set("If-None-Match", get(h, http.MethodGet, "/docs/swagger-ui-bundle.js").Header().Get("ETag"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("got %d with %d bytes", w.Code, w.Body.Len())
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		state api.State
		want  int
		body  string
	}{
		"all is well":      {api.State{Status: api.OK}, 200, `{"status":"ok"}`},
		"it limps":         {api.State{Status: api.Degraded, Causes: []string{"weights not loaded"}}, 200, `{"status":"degraded","causes":["weights not loaded"]}`},
		"it can't be used": {api.State{Status: api.Unavailable, Causes: []string{"the database is away"}}, 503, `{"status":"unavailable","causes":["the database is away"]}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deps()
			d.Health = door{tt.state}
			h := open(t, d)
			if w := get(h, http.MethodGet, "/readyz"); w.Code != tt.want || w.Body.String() != tt.body {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
			if w := get(h, http.MethodGet, "/healthz"); w.Code != http.StatusOK {
				t.Errorf("the process answers %d", w.Code)
			}
		})
	}
}

func TestUnknownMethodsAndAddresses(t *testing.T) {
	t.Parallel()
	type seen struct {
		route, method string
		status        int
	}
	var got []seen
	var log bytes.Buffer
	d := deps()
	d.Log = slog.New(slog.NewTextHandler(&log, nil))
	d.Observe = func(route, method string, status int, _ time.Duration) {
		got = append(got, seen{route, method, status})
	}
	h := open(t, d)
	if w := get(h, http.MethodDelete, "/v1/comments"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
		t.Errorf("got %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	get(h, "BREW", "/v1/comments")
	get(h, http.MethodGet, "/secret-path")
	get(h, http.MethodGet, "/v1/comments/some-id")
	want := []seen{
		{"unmatched", "DELETE", 405}, {"unmatched", "OTHER", 405}, {"unmatched", "GET", 404}, {"/v1/comments/:id", "GET", 401},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if strings.Contains(log.String(), "secret-path") || strings.Contains(log.String(), "BREW") || strings.Contains(log.String(), "some-id") {
		t.Errorf("the log tells what a stranger wrote: %s", log.String())
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	h := open(t, deps())
	for id, kept := range map[string]bool{"abc-1.2_3": true, "": false, "a b": false, "a\"b": false, strings.Repeat("a", 65): false} {
		r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r.Header.Set("X-Request-Id", id)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("X-Request-Id"); (got == id) != kept || got == "" {
			t.Errorf("sent %q, got %q", id, got)
		}
	}
}

func TestTrustedProxiesTellTheAddress(t *testing.T) {
	t.Parallel()
	d := deps()
	d.TrustedProxies = []string{"192.0.2.0/24"}
	h := open(t, d)
	fail := func(client string) int {
		r := httptest.NewRequest(http.MethodGet, "/v1/comments", nil) // from 192.0.2.1
		r.Header.Set("X-Forwarded-For", client)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	var last int
	for range 31 {
		last = fail("2001:db8::1")
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the 31st failure of a client got %d", last)
	}
	if got := fail("2001:db8::ffff"); got != http.StatusTooManyRequests {
		t.Errorf("a neighbour in the same /64 got %d", got)
	}
	if got := fail("2001:db8:1::1"); got != http.StatusUnauthorized {
		t.Errorf("another client got %d", got)
	}

	d.TrustedProxies = []string{"not an address"}
	if _, err := api.New(d); err == nil {
		t.Error("a proxy that is no address is taken")
	}
}

// A sender of far too much must read its answer, not a reset; and it is
// answered before it has sent it all.
func TestTooMuchIsRefusedWhileItIsSent(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(open(t, deps()))
	t.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	const size = 12 << 20
	if _, err := fmt.Fprintf(conn, "POST /v1/comments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer nope\r\nContent-Length: %d\r\n\r\n", size); err != nil {
		t.Fatal(err)
	}
	if n, err := io.CopyN(conn, zeros{}, size); err != nil {
		t.Fatalf("the connection broke after %d bytes: %v", n, err)
	}
	answer := make([]byte, len("HTTP/1.1 401"))
	if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != "HTTP/1.1 401" {
		t.Errorf("got %q, %v", answer, err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
