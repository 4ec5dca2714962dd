package akismet_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const checkPath = "/1.1/comment-check"

// exchanges are requests as clients send them; testdata/<name>.golden holds
// each with its answer.
func exchanges() map[string]call {
	post := func(name, body string) call { return call{"POST", "/1.1/" + name, body, nil} }
	check := func(pairs ...string) call { return post("comment-check", form("blog", pairs...)) }
	json := map[string]string{"Content-Type": "application/json"}
	return map[string]call{
		"verify-key":                 post("verify-key", "key=KEY:blog&blog=https%3A%2F%2Fblog.example%2F"),
		"verify-key-as-api-key":      post("verify-key", "api_key=KEY:blog&blog=https%3A%2F%2Fblog.example%2F"),
		"verify-key-unknown":         post("verify-key", "key=aaaaaaaaaaaa&blog=https%3A%2F%2Fblog.example%2F"),
		"verify-key-revoked":         post("verify-key", "key=KEY:revoked&blog=https%3A%2F%2Fblog.example%2F"),
		"verify-key-without-scope":   post("verify-key", "key=KEY:read&blog=https%3A%2F%2Fblog.example%2F"),
		"verify-key-without-key":     post("verify-key", "blog=https%3A%2F%2Fblog.example%2F"),
		"verify-key-without-blog":    post("verify-key", "key=KEY:blog"),
		"verify-key-with-bad-blog":   post("verify-key", "key=KEY:blog&blog=nowhere"),
		"check-ham":                  check("comment_content", "Thank you for this", "comment_author", "Anna"),
		"check-spam":                 check("comment_content", "my shop is open", "comment_author", "Bob"),
		"check-blatant-spam":         check("comment_content", "casino casino", "comment_author", "Bob"),
		"check-vile":                 check("comment_content", "how vile you are", "comment_author", "Bob"),
		"check-held-by-wordpress":    {"POST", checkPath, form("blog", "comment_content", "what an idiot", "comment_type", "comment"), wp},
		"check-held":                 check("comment_content", "what an idiot"),
		"check-held-as-ham":          post("comment-check", form("ham", "comment_content", "what an idiot")),
		"check-held-as-recheck":      post("comment-check", form("recheck", "comment_content", "what an idiot")),
		"check-held-with-callback":   check("comment_content", "what an idiot", "callback", "https://blog.example/back"),
		"check-held-callback-closed": check("comment_content", "what an idiot", "callback", "http://10.0.0.1/back"),
		"check-guaranteed-spam":      check("comment_content", "Thank you", "comment_author", "akismet-guaranteed-spam"),
		"check-legacy-test-author":   check("comment_content", "Thank you", "comment_author", "viagra-test-123"),
		"check-guaranteed-email":     check("comment_content", "Thank you", "comment_author_email", "akismet-guaranteed-spam@example.com"),
		"check-administrator":        check("comment_content", "casino", "user_role", "administrator"),
		"check-editor":               check("comment_content", "casino", "user_role", "editor"),
		"check-test":                 check("comment_content", "my shop is open", "is_test", "1"),
		"check-test-held":            check("comment_content", "what an idiot", "is_test", "true"),
		"check-trap":                 check("comment_content", "Thank you for this", "honeypot_field_name", "fax", "fax", "12345"),
		"check-trap-empty":           check("comment_content", "Thank you for this", "honeypot_field_name", "fax", "fax", ""),
		"check-trap-of-wordpress":    check("comment_content", "Thank you for this", "honeypot_field_name", "fax", "POST_fax", "12345"),
		"check-trackback":            check("comment_content", "[...] my shop [...]", "comment_type", "trackback", "comment_author", "Another blog", "comment_author_url", "https://else.example/post"),
		"check-sign-up":              check("comment_type", "signup", "comment_author", "shop shop", "comment_author_email", "a@example.com"),
		"check-nothing-to-read":      check("comment_type", "signup"),
		"check-nothing-but-a-trap":   check("honeypot_field_name", "fax", "fax", "1"),
		"check-without-blog":         post("comment-check", "api_key=KEY:blog&user_ip=192.0.2.7&comment_content=x"),
		"check-without-user-ip":      post("comment-check", "api_key=KEY:blog&blog=https%3A%2F%2Fblog.example&comment_content=x"),
		"check-without-key":          post("comment-check", "blog=https%3A%2F%2Fblog.example&user_ip=192.0.2.7&comment_content=x"),
		"check-key-revoked":          post("comment-check", form("revoked", "comment_content", "x")),
		"check-key-in-host":          {"POST", checkPath, strings.Replace(form("blog", "comment_content", "my shop"), "api_key=KEY:blog&", "", 1), map[string]string{"Host": "KEY:blog.localhost:8080"}},
		"check-key-in-path":          {"POST", "/k/KEY:blog/1.1/comment-check", strings.Replace(form("blog", "comment_content", "my shop"), "api_key=KEY:blog&", "", 1), nil},
		"check-key-in-query":         {"POST", checkPath + "?api_key=KEY:blog", strings.Replace(form("blog", "comment_content", "my shop"), "api_key=KEY:blog&", "", 1), nil},
		"check-context-list":         check("comment_content", "Thank you for this", "comment_context[0]", "cooking", "comment_context[]", "baking"),
		"check-latin1":               {"POST", checkPath, form("blog", "blog_charset", "ISO-8859-1") + "&comment_content=%E9t%E9+shop", nil},
		"check-not-utf8-undeclared":  {"POST", checkPath, form("blog") + "&comment_content=%E9t%E9+shop", nil},
		"check-broken-escapes":       {"POST", checkPath, form("blog") + "&comment_content=100%+shop%zz", nil},
		"check-odd-content-type":     {"POST", checkPath, form("blog", "comment_content", "my shop"), map[string]string{"Content-Type": "charset=utf-8"}},
		"check-xml":                  {"POST", checkPath, "<x/>", map[string]string{"Content-Type": "text/xml"}},
		"check-compressed":           {"POST", checkPath, form("blog"), map[string]string{"Content-Encoding": "gzip"}},
		"check-multipart":            {"POST", checkPath, multipart("api_key", "KEY:blog", "blog", "https://blog.example", "user_ip", "192.0.2.7", "comment_content", "my shop"), map[string]string{"Content-Type": "multipart/form-data; boundary=b0"}},
		"check-multipart-broken":     {"POST", checkPath, "--b0\r\nnonsense", map[string]string{"Content-Type": "multipart/form-data; boundary=b0"}},
		"check-form-of-a-megabyte":   {"POST", checkPath, form("blog") + "&x=" + strings.Repeat("y", 1<<20), nil},
		"check-unknown-fields":       {"POST", checkPath, form("blog", "comment_content", "my shop") + strings.Repeat("&HTTP_X=1&SERVER_y=2", 5000), nil},
		"submit-spam":                post("submit-spam", form("blog", "comment_content", "buy now")),
		"submit-ham":                 post("submit-ham", form("blog", "comment_content", "Thank you")),
		"submit-ham-as-json":         {"POST", "/1.1/submit-ham", `{"api_key":"KEY:blog","blog":"https://blog.example","user_ip":"192.0.2.7","comment_content":"Thank you","is_test":false,"n":1,"o":{}}`, json},
		"submit-json-broken":         {"POST", "/1.1/submit-ham", `{"api_key"`, json},
		"submit-nothing":             post("submit-spam", form("blog")),
		"submit-without-blog":        post("submit-spam", "api_key=KEY:blog&comment_content=x"),
		"submit-key-unknown":         post("submit-spam", "api_key=aaaaaaaaaaaa&blog=https%3A%2F%2Fblog.example"),
		"deactivate":                 post("deactivate", "key=KEY:blog&blog=https%3A%2F%2Fblog.example"),
		"deactivate-key-unknown":     post("deactivate", "key=aaaaaaaaaaaa&blog=https%3A%2F%2Fblog.example"),
		"token":                      post("token", "api_key=KEY:blog"),
		"token-without-key":          post("token", ""),
		"stats":                      post("get-stats", "api_key=KEY:blog&blog=https%3A%2F%2Fblog.example&from=6-months"),
		"subscription":               post("get-subscription", "key=KEY:blog&blog=https%3A%2F%2Fblog.example"),
		"usage-limit":                {"GET", "/1.2/usage-limit?api_key=KEY:blog", "", nil},
		"usage-limit-extended":       {"POST", "/1.2/usage-limit", "api_key=KEY:blog&extended=true", nil},
		"usage-limit-key-unknown":    {"GET", "/1.2/usage-limit?api_key=aaaaaaaaaaaa", "", nil},
		"key-sites":                  {"GET", "/1.2/key-sites?api_key=KEY:blog", "", nil},
		"key-sites-of-a-month":       {"GET", "/1.2/key-sites?api_key=KEY:blog&month=2022-09&limit=10&offset=3&order=spam", "", nil},
		"key-sites-csv":              {"POST", "/1.2/key-sites", "api_key=KEY:blog&format=csv", nil},
		"key-sites-bad-month":        {"GET", "/1.2/key-sites?api_key=KEY:blog&month=september", "", nil},
		"key-sites-bad-limit":        {"GET", "/1.2/key-sites?api_key=KEY:blog&limit=-1", "", nil},
		"key-sites-bad-order":        {"GET", "/1.2/key-sites?api_key=KEY:blog&order=name", "", nil},
		"key-sites-bad-format":       {"GET", "/1.2/key-sites?api_key=KEY:blog&format=xml", "", nil},
		"call-unknown":               post("roll-web", "api_key=KEY:blog"),
		"call-unknown-by-path":       {"POST", "/k/KEY:blog/1.1/roll-web", "", nil},
		"verb-unknown":               {"GET", checkPath, "", nil},
	}
}

// multipart writes a form in parts.
func multipart(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(&b, "--b0\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", pairs[i], pairs[i+1])
	}
	return b.String() + "--b0--\r\n"
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range exchanges() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := setup(t) // of its own: what others leave behind would show, and like texts are copies
			got := describe(h, c, h.do(t, c))
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What differs from run to run: ids and the months of today.
var (
	ids    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	months = regexp.MustCompile(`20[0-9]{2}-[0-9]{2}`)
)

// describe writes a request and its answer as a reviewer wants to read them.
func describe(h *house, c call, w *httptest.ResponseRecorder) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\n", c.method, c.path)
	for _, name := range slices.Sorted(maps.Keys(c.header)) {
		fmt.Fprintf(&b, "%s: %s\n", name, c.header[name])
	}
	if sent := c.body; len(sent) > 1000 {
		fmt.Fprintf(&b, "\n%s… (%d bytes)\n", sent[:60], len(sent))
	} else if sent != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.ReplaceAll(sent, "\r", ""))
	}
	fmt.Fprintf(&b, "\n-> %d\n", w.Code)
	for _, name := range slices.Sorted(maps.Keys(w.Header())) {
		switch name {
		case "X-Content-Type-Options", "Content-Security-Policy", "Cross-Origin-Resource-Policy", "X-Request-Id", "Content-Length":
		default:
			fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(w.Header()[name], ", "))
		}
	}
	answer := ids.ReplaceAllString(w.Body.String(), "<id>")
	if !strings.Contains(c.path, "month=2022") {
		answer = months.ReplaceAllString(answer, "<month>")
	}
	fmt.Fprintf(&b, "\n%s\n", strings.ReplaceAll(answer, "…"+h.key["blog"][8:], "…<last4>"))
	return ids.ReplaceAllString(b.String(), "<id>")
}

// Errors carry the header that clients throw at, successes must not.
func TestOnlyErrorsHelp(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for name, c := range exchanges() {
		w := h.do(t, c)
		help := ""
		for k, v := range w.Header() {
			if strings.HasPrefix(strings.ToLower(k), "x-akismet-debug") || strings.HasPrefix(strings.ToLower(k), "x-akismet-alert") || strings.EqualFold(k, "X-akismet-error") {
				help += strings.Join(v, "")
			}
		}
		failed := w.Code >= 400 || w.Body.String() == "invalid"
		if failed != (help != "") {
			t.Errorf("%s: %d %q comes with %q", name, w.Code, w.Body, help)
		}
	}
}
