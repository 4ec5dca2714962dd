package e2e

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBadInputGetsOneClearProblem(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil, "serve").ready()
	c := s.as(s.firstKey())
	long := strings.Repeat("a", 32_769)
	tests := map[string]struct {
		method, path, body string
		header             []string
		want               []int
		field              string // named in errors[], when set
	}{
		"empty text":               {body: `{"text":""}`, want: []int{422}, field: "text"},
		"no text":                  {body: `{}`, want: []int{422}, field: "text"},
		"blank text":               {body: `{"text":" \u200b\n"}`, want: []int{422}, field: "text"},
		"only zero-width":          {body: `{"text":"\u200b\u200d\ufeff"}`, want: []int{422}, field: "text"},
		"overlong text":            {body: `{"text":"` + long + `"}`, want: []int{413}, field: "text"},
		"body over 1 MiB":          {body: `{"text":"` + strings.Repeat("a", 1<<20) + `"}`, want: []int{413}},
		"not JSON":                 {body: `{oops`, want: []int{400}},
		"no body":                  {body: ``, want: []int{400}},
		"JSON of another kind":     {body: `["text"]`, want: []int{400}},
		"wrong type":               {body: `{"text":5}`, want: []int{400}},
		"wrong type deeper":        {body: `{"text":"x","author":{"name":[]}}`, want: []int{400}},
		"trailing data":            {body: `{"text":"ok"} x`, want: []int{400}},
		"two documents":            {body: `{"text":"ok"}{"text":"ok"}`, want: []int{400}},
		"too deep":                 {body: `{"text":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, want: []int{400}},
		"too deep where ignored":   {body: `{"text":"x","y":` + strings.Repeat(`{"a":`, 70) + `1` + strings.Repeat("}", 70) + `}`, want: []int{400}},
		"invalid UTF-8":            {body: "{\"text\":\"\xff\xfe\"}", want: []int{400}},
		"overlong UTF-8":           {body: "{\"text\":\"\xc0\xaf\"}", want: []int{400}},
		"a number beyond numbers":  {body: `{"text":"x","posted_at":1e999}`, want: []int{400}},
		"a time that is none":      {body: `{"text":"x","posted_at":"yesterday"}`, want: []int{400, 422}},
		"not declared as JSON":     {body: `{"text":"x"}`, header: []string{"Content-Type", "text/plain"}, want: []int{415}},
		"overlong name":            {body: `{"text":"x","author":{"name":"` + strings.Repeat("n", 600) + `"}}`, want: []int{422}, field: "author.name"},
		"do_not_store and no wait": {body: `{"text":"x","do_not_store":true}`, want: []int{422}, field: "do_not_store"},
		"overlong idempotency key": {body: `{"text":"x"}`, header: []string{"Idempotency-Key", strings.Repeat("k", 256)}, want: []int{400, 422}},
		"wait of nonsense":         {body: `{"text":"x"}`, header: []string{"Prefer", "wait=soon"}, want: []int{202, 400, 422}},
		"empty batch":              {path: "/v1/comments/batch", body: `{"comments":[]}`, want: []int{422}, field: "comments"},
		"oversize batch":           {path: "/v1/comments/batch", body: `{"comments":[` + strings.Repeat(`{"text":"x"},`, 256) + `{"text":"x"}]}`, want: []int{422}, field: "comments"},
		"unknown id":               {method: "GET", path: "/v1/comments/nope", want: []int{404}},
		"an id of nobody":          {method: "GET", path: "/v1/comments/0198d7a2-0000-7000-8000-000000000000", want: []int{404}},
		"path traversal":           {method: "GET", path: "/v1/comments/..%2f..%2fetc", want: []int{404}},
		"forged cursor":            {method: "GET", path: "/v1/comments?cursor=Zm9yZ2Vk", want: []int{422}, field: "cursor"},
		"unknown status":           {method: "GET", path: "/v1/comments?status=lost", want: []int{422}, field: "status"},
		"limit of zero":            {method: "GET", path: "/v1/comments?limit=0", want: []int{422}, field: "limit"},
		"since that is no time":    {method: "GET", path: "/v1/comments?since=yesterday", want: []int{422}, field: "since"},
		"unknown address":          {method: "GET", path: "/v1/nothing", want: []int{404}},
		"unknown method":           {method: "PUT", path: "/v1/comments", body: `{}`, want: []int{405}},
		"policy with faults":       {method: "PUT", path: "/v1/policy", body: `{"labels":{"toxic":{"hold":2}}}`, want: []int{422}},
		"webhook to ourselves":     {path: "/v1/webhooks", body: `{"url":"https://127.0.0.1/"}`, want: []int{422}, field: "url"},
		"webhook to metadata":      {path: "/v1/webhooks", body: `{"url":"http://169.254.169.254/latest"}`, want: []int{422}, field: "url"},
		"key without scopes":       {path: "/v1/keys", body: `{"scopes":[]}`, want: []int{422}, field: "scopes"},
		"claim of too many":        {path: "/v1/review/claims", body: `{"limit":1000}`, want: []int{422}, field: "limit"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			method, path := tt.method, tt.path
			if method == "" {
				method = "POST"
			}
			if path == "" {
				path = "/v1/comments"
			}
			var body any
			if method != "GET" {
				body = tt.body
			}
			got := c.call(method, path, body, tt.header...)
			if !slices.Contains(tt.want, got.status) {
				t.Fatalf("got %.300v, want %v", got, tt.want)
			}
			if got.status < 400 {
				return
			}
			if ct := got.header.Get("Content-Type"); !strings.Contains(ct, "application/problem+json") {
				t.Errorf("Content-Type %q", ct)
			}
			if tt.field != "" && !strings.Contains(fmt.Sprint(got.body["errors"]), "field:"+tt.field) {
				t.Errorf("%s is not named: %s", tt.field, got.raw)
			}
		})
	}
	if n := len(c.list("/v1/comments")); n != 0 && n != 1 {
		t.Errorf("%d comments stored, want none but that of a Prefer header not understood", n)
	}
	if s.cmd.ProcessState != nil {
		t.Fatalf("the service ended: %s", s.output())
	}
}

func TestStrangeButFineInputIsTaken(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil, "serve").ready()
	c := s.as(s.firstKey())
	for name, body := range map[string]string{
		"NUL":                `{"text":"a\u0000b"}`,
		"lone surrogate":     `{"text":"\ud800 hi"}`,
		"special tokens":     `{"text":"[SEP] [MASK] [CLS] hello"}`,
		"unknown fields":     `{"text":"x","colour":"blue"}`,
		"duplicate keys":     `{"text":"x","text":"y"}`,
		"zalgo":              `{"text":"h` + strings.Repeat("\u0301", 1000) + `i"}`,
		"emoji families":     `{"text":"` + strings.Repeat("👨‍👩‍👧‍👦", 500) + `"}`,
		"bidi overrides":     `{"text":"\u202eabc\u202c"}`,
		"tag characters":     `{"text":"hi \udb40\udc41\udb40\udc42"}`,
		"one word 32k long":  `{"text":"` + strings.Repeat("a", 32_768) + `"}`,
		"ANSI and new lines": `{"text":"\u001b[31mred\u001b[0m\n\"level\":\"ERROR\""}`,
		"SQL":                `{"text":"'; DROP TABLE comments; --","external_id":"'; --"}`,
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.call("POST", "/v1/comments", body, "Prefer", "wait=10"); got.status != http.StatusOK {
				t.Errorf("got %.300v, want 200", got)
			}
		})
	}
	for _, secret := range []string{"DROP TABLE", "[SEP]", "colour"} {
		if strings.Contains(s.output(), secret) {
			t.Errorf("the log carries %q", secret)
		}
	}
}

func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil, "serve").ready()
	for name, key := range map[string]string{
		"no key": "", "a wrong key": "tam_nope", "a mistyped key": s.firstKey()[:39] + "~", "8 KB of key": strings.Repeat("k", 8192),
	} {
		t.Run(name, func(t *testing.T) {
			got := s.as(key).call("POST", "/v1/comments", map[string]any{"text": "x"})
			if got.status != http.StatusUnauthorized || !strings.Contains(got.header.Get("Content-Type"), "problem+json") {
				t.Errorf("got %v, want 401", got)
			}
		})
	}
	for _, public := range []string{"/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"} {
		if got := s.as("").call("GET", public, nil); got.status != http.StatusOK {
			t.Errorf("GET %s: %d, want 200", public, got.status)
		}
	}
	t.Run("guessing is slowed", func(t *testing.T) {
		slowed := false
		for i := range 200 {
			got := s.as(fmt.Sprintf("tam_%030d", i)).call("GET", "/v1/comments", nil)
			if got.status == http.StatusTooManyRequests {
				slowed = got.header.Get("Retry-After") != ""
				break
			}
		}
		if !slowed {
			t.Error("200 wrong keys in a row were all looked at")
		}
		if got := s.as(s.firstKey()).call("GET", "/v1/comments", nil); got.status != http.StatusOK {
			t.Errorf("a valid key is slowed too: %v", got)
		}
	})
}

// TestAHalfSentBodyHoldsNothing leaves requests hanging and goes on.
func TestAHalfSentBodyHoldsNothing(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil, "serve").ready()
	key := s.firstKey()
	for range 50 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST /v1/comments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"text\":", key)
	}
	done := make(chan answer, 1)
	go func() {
		a, _ := s.as(key).try("POST", "/v1/comments", map[string]any{"text": "still here"})
		done <- a
	}()
	select {
	case a := <-done:
		if a.status != http.StatusAccepted {
			t.Errorf("got %v", a)
		}
	case <-time.After(10 * time.Second):
		t.Error("no answer beside fifty half-sent bodies")
	}
}
