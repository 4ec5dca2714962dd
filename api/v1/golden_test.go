package v1_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/openapi"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	comments = "/v1/comments"
	theOne   = comments + "/" + string(commentID)
)

// exchanges has each route at least once; file testdata/<name>.golden is the
// answer.
func exchanges() map[string]call {
	return map[string]call{
		"submit":                       {"POST", comments, `{"text":"Bonjour","external_id":"a1","author":{"id":"u7"},"posted_at":"2026-01-01T00:00:00Z","metadata":{"n":1}}`, nil},
		"submit-and-wait":              {"POST", comments, `{"text":"Quel imbécile"}`, map[string]string{"Prefer": "wait=5"}},
		"submit-do-not-store":          {"POST", comments, `{"text":"Quel imbécile","do_not_store":true}`, map[string]string{"Prefer": "wait=5"}},
		"submit-blank":                 {"POST", comments, `{"text":" \u200b "}`, nil},
		"submit-not-json":              {"POST", comments, `{oops`, nil},
		"submit-unknown-key":           {"POST", comments, `{"text":"x"}`, map[string]string{"Authorization": "Bearer tam_nope"}},
		"submit-without-scope":         {"POST", comments, `{"text":"x"}`, map[string]string{"Authorization": "Bearer tam_read"}},
		"submit-database-away":         {"POST", comments, `{"text":"x"}`, map[string]string{"Authorization": "Bearer tam_away"}},
		"batch":                        {"POST", comments + "/batch", `{"comments":[{"text":"Bonjour"},{"text":""},{"text":5},"x",{"text":"ok","do_not_store":true},{"text":"ok","author":{"name":1}}]}`, nil},
		"check":                        {"POST", "/v1/check", `{"text":"Quel imbécile"}`, nil},
		"check-explained-in-english":   {"POST", "/v1/check", `{"text":"Quel imbécile","explain":true}`, map[string]string{"Accept-Language": "en-GB,fr;q=0.2"}},
		"comment":                      {"GET", theOne, "", nil},
		"comment-of-nobody":            {"GET", comments + "/nope", "", nil},
		"comments":                     {"GET", comments + "?status=held&label=insult&since=2026-01-01T00:00:00Z&limit=2", "", nil},
		"comments-bad-query":           {"GET", comments + "?status=lost&label=rude&since=yesterday&limit=0", "", nil},
		"comments-found":               {"GET", comments + "?words=imb%C3%A9cile&author=zo%C3%A9&section=sports&score=insult&min=0.5&max=1&undecided=true&until=2026-12-01T00:00:00Z", "", nil},
		"comments-found-badly":         {"GET", comments + "?score=rude&min=2&max=x&until=soon&undecided=perhaps", "", nil},
		"comments-exported":            {"GET", comments + ".csv?status=held", "", nil},
		"story":                        {"GET", theOne + "/story", "", nil},
		"story-of-nobody":              {"GET", comments + "/nope/story", "", nil},
		"scores":                       {"GET", "/v1/scores?label=insult&buckets=4&since=2026-01-01T00:00:00Z", "", nil},
		"scores-badly":                 {"GET", "/v1/scores?buckets=0", "", nil},
		"views":                        {"GET", "/v1/views", "", nil},
		"view-saved":                   {"POST", "/v1/views", `{"name":"Insultes","query":"label=insult","shared":true}`, nil},
		"view-deleted":                 {"DELETE", "/v1/views/v1", "", nil},
		"wave-of-settled":              {"POST", "/v1/review/waves", `{"items":["` + string(commentID) + `"],"decision":"reject","settled":true}`, nil},
		"edit":                         {"PATCH", theOne, `{"text":"Mieux ainsi","lang":"fr"}`, nil},
		"erase":                        {"DELETE", theOne, "", nil},
		"report":                       {"POST", theOne + "/reports", `{"reason":"insulte","reporter":"r1"}`, nil},
		"report-without-reason":        {"POST", theOne + "/reports", `{}`, nil},
		"decide-comment":               {"POST", theOne + "/decision", `{"decision":"approve","note":"vu"}`, nil},
		"decide-item":                  {"POST", "/v1/review/items/" + string(commentID) + "/decision", `{"decision":"spam","reason":"pub","claim":"t0ken"}`, nil},
		"decide-item-badly":            {"POST", "/v1/review/items/" + string(commentID) + "/decision", `{"decision":"ban"}`, nil},
		"edit-out":                     {"POST", theOne + "/decision", `{"decision":"edit","cuts":[{"begin":5,"end":13}],"charter":"Attaquez les idées.","message":"Dites-le autrement ?"}`, nil},
		"escalate-to-anne":             {"POST", theOne + "/decision", `{"decision":"escalate","assignee":"user:anne@example.com","queue":"legal","note":"diffamation ?"}`, nil},
		"claim-goes-on":                {"POST", "/v1/review/claims", `{"limit":3,"token":"t0ken","mixed":true,"queue":"legal"}`, nil},
		"queue":                        {"GET", "/v1/review/queue?queue=legal&calm=true&limit=2", "", nil},
		"queue-bad-query":              {"GET", "/v1/review/queue?calm=perhaps&limit=0", "", nil},
		"item":                         {"GET", "/v1/review/items/" + string(commentID), "", nil},
		"item-of-nobody":               {"GET", "/v1/review/items/" + string(otherID), "", nil},
		"skip":                         {"POST", "/v1/review/items/" + string(commentID) + "/skip", `{"claim":"t0ken"}`, nil},
		"skip-a-lost-claim":            {"POST", "/v1/review/items/" + string(commentID) + "/skip", `{"claim":"lost"}`, nil},
		"own-decisions":                {"GET", "/v1/review/decisions", "", nil},
		"undo-last":                    {"POST", "/v1/review/decisions/undo", "", nil},
		"waves":                        {"GET", "/v1/review/waves", "", nil},
		"wave-items":                   {"GET", "/v1/review/waves/items?kind=text&key=f1", "", nil},
		"wave-items-bad-query":         {"GET", "/v1/review/waves/items?kind=weather", "", nil},
		"wave-decided":                 {"POST", "/v1/review/waves", `{"items":["` + string(commentID) + `","` + string(otherID) + `"],"decision":"spam","reason":"pub"}`, nil},
		"wave-of-nothing":              {"POST", "/v1/review/waves", `{"items":[],"decision":"bury"}`, nil},
		"wave-undone":                  {"POST", "/v1/review/waves/w1/undo", "", nil},
		"around":                       {"GET", theOne + "/around", "", nil},
		"triage-set":                   {"PUT", theOne + "/triage", `{"kind":"question","answered":true,"note":"rappelé"}`, nil},
		"triage-taken-away":            {"PUT", theOne + "/triage", `{}`, nil},
		"triage-badly":                 {"PUT", theOne + "/triage", `{"kind":"rumour","due_at":"soon"}`, nil},
		"triage":                       {"GET", "/v1/triage?kind=question&waiting=true", "", nil},
		"undo":                         {"POST", "/v1/review/decisions/" + decision + "/undo", "", nil},
		"items":                        {"GET", "/v1/review/items", "", nil},
		"claim":                        {"POST", "/v1/review/claims", `{"limit":1}`, nil},
		"release":                      {"DELETE", "/v1/review/claims/t0ken", "", nil},
		"events":                       {"GET", "/v1/events", "", nil},
		"book":                         {"GET", "/v1/book", "", nil},
		"book-set":                     {"PUT", "/v1/book", `{"charter":[{"id":"ideas","text":{"en":"Argue with ideas."}}],"replies":[],"queues":[{"id":"q","name":{"fr":"Presse"},"topics":["press"]}]}`, map[string]string{"If-Match": `"3"`}},
		"book-set-as-shown":            {"PUT", "/v1/book", `{"version":3,"book":{"charter":[],"replies":[],"queues":[]}}`, nil},
		"book-changed-since":           {"PUT", "/v1/book", `{"charter":[],"replies":[],"queues":[]}`, map[string]string{"If-Match": `"2"`}},
		"book-faulty":                  {"PUT", "/v1/book", `{"charter":[{"id":"a","text":{}},{"id":"a","text":{"en":"x"},"labels":["rude"]}],"replies":[],"queues":[]}`, nil},
		"audit":                        {"GET", "/v1/audit?actor=user:anne@example.org&act=key.&subject=k1&since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z&limit=1", "", nil},
		"audit-bad-query":              {"GET", "/v1/audit?since=yesterday&limit=0", "", nil},
		"policy":                       {"GET", "/v1/policy", "", nil},
		"policy-set":                   {"PUT", "/v1/policy", `{"labels":{"toxic":{"hold":0.6}}}`, map[string]string{"If-Match": `"3"`}},
		"policy-schema":                {"GET", "/v1/policy/schema", "", nil},
		"sites":                        {"GET", "/v1/sites", "", nil},
		"site-changed":                 {"PATCH", "/v1/sites/blog.example", `{"name":"Le journal","keep_text":true}`, nil},
		"site-changed-badly":           {"PATCH", "/v1/sites/blog.example", `{"name":"` + strings.Repeat("n", 81) + `","locale":"de"}`, nil},
		"site-of-others":               {"PATCH", "/v1/sites/shop.example", `{"name":"Le journal"}`, nil},
		"policy-versions":              {"GET", "/v1/policy/versions", "", nil},
		"policy-version":               {"GET", "/v1/policy/versions/1", "", nil},
		"policy-version-that-is-none":  {"GET", "/v1/policy/versions/first", "", nil},
		"policy-restored":              {"POST", "/v1/policy/versions/1/restore", "", nil},
		"policy-restored-from-nowhere": {"POST", "/v1/policy/versions/9/restore", "", nil},
		"overview":                     {"GET", "/v1/overview", "", nil},
		"found":                        {"GET", "/v1/review/found?score=toxic&min=0.5&status=held", "", nil},
		"found-badly":                  {"GET", "/v1/review/found?score=rude&min=2", "", nil},
		"found-decided":                {"POST", "/v1/review/found?score=toxic&min=0.5", `{"count":2,"decision":"reject","reason":"trop"}`, nil},
		"found-decided-badly":          {"POST", "/v1/review/found?score=rude", `{"count":501,"decision":"ban"}`, nil},
		"found-more-than-told":         {"POST", "/v1/review/found?score=toxic&min=0.5", `{"count":1,"decision":"reject"}`, nil},
		"colleagues":                   {"GET", "/v1/review/colleagues", "", nil},
		"people":                       {"GET", "/v1/people", "", nil},
		"person":                       {"GET", "/v1/people/p1", "", nil},
		"person-of-others":             {"GET", "/v1/people/p9", "", nil},
		"person-invited":               {"POST", "/v1/people", `{"email":"zoe@example.com","role":"helper","scope":[{"site":"blog.example","sections":["sports"]}],"expires_at":"2030-01-01T00:00:00Z"}`, nil},
		"person-invited-badly":         {"POST", "/v1/people", `{"email":" ","role":"king","scope":[{"site":"blog.example","sections":[""]}],"expires_at":"2020-01-01T00:00:00Z"}`, nil},
		"person-changed":               {"PATCH", "/v1/people/p1", `{"role":"auditor","name":"Anne B.","expires_at":""}`, nil},
		"person-changed-badly":         {"PATCH", "/v1/people/p1", `{"role":"king","scope":[],"expires_at":"soon"}`, nil},
		"person-disabled":              {"POST", "/v1/people/p1/disable", "", nil},
		"person-enabled":               {"POST", "/v1/people/p1/enable", "", nil},
		"person-linked":                {"POST", "/v1/people/p1/link", "", nil},
		"person-without-second-step":   {"DELETE", "/v1/people/p1/second-step", "", nil},
		"sessions":                     {"GET", "/v1/people/p1/sessions", "", nil},
		"session-ended":                {"DELETE", "/v1/people/p1/sessions/s1", "", nil},
		"keys":                         {"GET", "/v1/keys", "", nil},
		"key-created":                  {"POST", "/v1/keys", `{"name":"blog","scopes":["submit","read"],"wire":"akismet","hold_as":"false","strict":true,"expires_at":"2030-01-01T00:00:00Z"}`, nil},
		"key-badly":                    {"POST", "/v1/keys", `{"scopes":["submit","fly"],"wire":"telex","hold_as":"maybe","expires_at":"2020-01-01T00:00:00Z"}`, nil},
		"key-revoked":                  {"DELETE", "/v1/keys/k9", "", nil},
		"webhooks":                     {"GET", "/v1/webhooks", "", nil},
		"webhook-added":                {"POST", "/v1/webhooks", `{"url":"https://blog.example/in"}`, nil},
		"webhook-changed":              {"PATCH", "/v1/webhooks/h1", `{"enabled":false}`, nil},
		"webhook-deleted":              {"DELETE", "/v1/webhooks/h1", "", nil},
		"webhook-rotated":              {"POST", "/v1/webhooks/h1/rotate", "", nil},
		"webhook-tested":               {"POST", "/v1/webhooks/h1/test", "", nil},
		"webhook-replayed":             {"POST", "/v1/webhooks/h1/replay", `{"since":"2026-01-01T00:00:00Z"}`, nil},
		"deliveries":                   {"GET", "/v1/webhooks/h1/deliveries", "", nil},
		"healthz":                      {"GET", "/healthz", "", nil},
		"readyz":                       {"GET", "/readyz", "", nil},
		"text-too-long":                {"PATCH", theOne, `{"text":"` + strings.Repeat("a", models.MaxTextRunes+1) + `"}`, nil},
		"body-of-another-type":         {"POST", comments, `text=x`, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}},
		"idempotency-key-too-long":     {"POST", comments, `{"text":"x"}`, map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}},
		"do-not-store-without-waiting": {"POST", comments, `{"text":"x","do_not_store":true}`, nil},
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range exchanges() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := describe(t, newHouse().do(t, c))
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

// describe writes an answer as a reviewer wants to read it: what differs from
// answer to answer.
func describe(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d\n", w.Code)
	for _, name := range slices.Sorted(maps.Keys(w.Header())) {
		switch name {
		case "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy",
			"Cross-Origin-Resource-Policy", "X-Request-Id", "Cache-Control":
		default:
			fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(w.Header()[name], ", "))
		}
	}
	if w.Body.Len() > 0 {
		b.WriteByte('\n')
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
			return b.String() + w.Body.String()
		}
		if err := json.Indent(&b, bytes.TrimSpace(w.Body.Bytes()), "", "  "); err != nil {
			t.Fatal(err)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// document loads the committed OpenAPI document.
func document(t *testing.T) (*openapi3.T, routers.Router) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(openapi.JSON())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatalf("the document is not valid: %v", err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// What is documented is what is answered, and what is documented as a body is
// what is taken.
func TestAnswersAreAsDocumented(t *testing.T) {
	t.Parallel()
	_, router := document(t)
	for name, c := range exchanges() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := c.request()
			if c.body != "" && r.Header.Get("Content-Type") == "" {
				r.Header.Set("Content-Type", "application/json")
			}
			route, params, err := router.FindRoute(r)
			if err != nil {
				t.Fatal(err)
			}
			in := &openapi3filter.RequestValidationInput{
				Request: r, PathParams: params, Route: route,
				Options: &openapi3filter.Options{
					AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true,
				},
			}
			w := newHouse().do(t, c)
			if w.Code < http.StatusBadRequest && name != "batch" { // its bad items are its point
				if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil {
					t.Errorf("a good request is not as documented: %v", err)
				}
			}
			out := &openapi3filter.ResponseValidationInput{
				RequestValidationInput: in, Status: w.Code, Header: w.Header(), Options: in.Options,
			}
			if w.Body.Len() > 0 {
				out.SetBodyBytes(w.Body.Bytes())
			}
			if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
				t.Errorf("the answer is not as documented: %v", err)
			}
		})
	}
}

// undocumented are pages for people and machines that are no part of the API.
var undocumented = []string{
	"/", "/index.css", "/openapi.json", "/docs", "/docs/start.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/metrics",
}

// ginRoutes lists the routes as the document writes them.
func ginRoutes(t *testing.T) []string {
	t.Helper()
	var routes []string
	for _, r := range api.Routes(newHouse().handler(t)) {
		if slices.Contains(undocumented, r.Path) {
			continue
		}
		steps := strings.Split(strings.ReplaceAll(r.Path, `\:`, ":"), "/")
		for i, s := range steps {
			if name, ok := strings.CutPrefix(s, ":"); ok {
				steps[i] = "{" + name + "}"
			}
		}
		routes = append(routes, r.Method+" "+strings.Join(steps, "/"))
	}
	slices.Sort(routes)
	return routes
}

// ownRoutes lists the routes that are no foreign wire's.
func ownRoutes(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(ginRoutes(t), func(route string) bool {
		_, path, _ := strings.Cut(route, " ")
		return slices.ContainsFunc(wires(), func(w compat.Wire) bool { return w.Owns(path) })
	})
}

func TestEveryRouteIsDocumentedAndEveryDocumentedRouteIsThere(t *testing.T) {
	t.Parallel()
	doc, _ := document(t)
	var documented []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			documented = append(documented, method+" "+path)
		}
	}
	slices.Sort(documented)
	if diff := cmp.Diff(documented, ginRoutes(t)); diff != "" {
		t.Error(diff)
	}
}

func TestEveryRouteHasAGolden(t *testing.T) {
	t.Parallel()
	_, router := document(t)
	seen := map[string]bool{}
	for _, c := range exchanges() {
		route, _, err := router.FindRoute(c.request())
		if err != nil {
			t.Fatal(err)
		}
		seen[route.Method+" "+route.Path] = true
	}
	for _, r := range ownRoutes(t) {
		if !seen[r] {
			t.Errorf("%s has no golden", r)
		}
	}
}
