package v1_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tamis-moderation/tamis/api/problem"

	"github.com/tamis-moderation/tamis/models"
)

// The list of interface.md, "What bad input gets", through the door: one clear
// problem that names the field, and nothing reaches the house.
func TestBadInput(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", models.MaxTextRunes+1)
	deep := strings.Repeat("[", 65) + strings.Repeat("]", 65)
	tests := map[string]struct {
		call
		status int
		field  string // empty = none is at fault
	}{
		"empty text":                         {call{"POST", comments, `{"text":""}`, nil}, 422, "text"},
		"no text":                            {call{"POST", comments, `{}`, nil}, 422, "text"},
		"null text":                          {call{"POST", comments, `{"text":null}`, nil}, 422, "text"},
		"blank text":                         {call{"POST", comments, `{"text":" \t\n"}`, nil}, 422, "text"},
		"a text nobody can see":              {call{"POST", comments, `{"text":"\u200b\u2060\ufeff"}`, nil}, 422, "text"},
		"NUL alone":                          {call{"POST", comments, `{"text":"\u0000"}`, nil}, 422, "text"},
		"text over the limit":                {call{"POST", comments, `{"text":"` + long + `"}`, nil}, 413, "text"},
		"body over the limit":                {call{"POST", comments, `{"text":"` + strings.Repeat("a", 1<<20) + `"}`, nil}, 413, ""},
		"batch over the limit":               {call{"POST", comments + "/batch", `{"comments":["` + strings.Repeat("a", 8<<20) + `"]}`, nil}, 413, ""},
		"no body":                            {call{"POST", comments, "", nil}, 400, ""},
		"not JSON":                           {call{"POST", comments, `{oops`, nil}, 400, ""},
		"cut short":                          {call{"POST", comments, `{"text":"a`, nil}, 400, ""},
		"trailing data":                      {call{"POST", comments, `{"text":"ok"} x`, nil}, 400, ""},
		"two objects":                        {call{"POST", comments, `{"text":"ok"}{"text":"ok"}`, nil}, 400, ""},
		"an array":                           {call{"POST", comments, `[{"text":"ok"}]`, nil}, 400, ""},
		"null":                               {call{"POST", comments, `null`, nil}, 400, ""},
		"NaN":                                {call{"POST", comments, `{"text":"ok","n":NaN}`, nil}, 400, ""},
		"text of a wrong type":               {call{"POST", comments, `{"text":5}`, nil}, 400, "text"},
		"a field inside of a wrong type":     {call{"POST", comments, `{"text":"ok","author":{"id":7}}`, nil}, 400, "author.id"},
		"author of a wrong type":             {call{"POST", comments, `{"text":"ok","author":"me"}`, nil}, 400, "author"},
		"do_not_store of a wrong type":       {call{"POST", comments, `{"text":"ok","do_not_store":"yes"}`, nil}, 400, "do_not_store"},
		"too deep":                           {call{"POST", comments, `{"text":"ok","x":` + deep + `}`, nil}, 400, ""},
		"too deep after an escaped quote":    {call{"POST", comments, `{"text":"a\\\"[","x":` + deep + `}`, nil}, 400, ""},
		"invalid UTF-8":                      {call{"POST", comments, "{\"text\":\"\xff\xfe\"}", nil}, 400, ""},
		"overlong UTF-8":                     {call{"POST", comments, "{\"text\":\"\xc0\xaf\"}", nil}, 400, ""},
		"UTF-16":                             {call{"POST", comments, "\xff\xfe{\x00}\x00", nil}, 400, ""},
		"a byte order mark":                  {call{"POST", comments, "\ufeff{\"text\":\"ok\"}", nil}, 400, ""},
		"metadata that is no object":         {call{"POST", comments, `{"text":"ok","metadata":[1]}`, nil}, 422, "metadata"},
		"metadata over its limit":            {call{"POST", comments, `{"text":"ok","metadata":{"a":"` + strings.Repeat("b", 9000) + `"}}`, nil}, 422, "metadata"},
		"a time that is none":                {call{"POST", comments, `{"text":"ok","posted_at":"2026-02-30T00:00:00Z"}`, nil}, 422, "posted_at"},
		"a leap second":                      {call{"POST", comments, `{"text":"ok","posted_at":"2026-06-30T23:59:60Z"}`, nil}, 422, "posted_at"},
		"the year 0":                         {call{"POST", comments, `{"text":"ok","posted_at":"0000-01-01T00:00:00Z"}`, nil}, 422, "posted_at"},
		"an author's name over its limit":    {call{"POST", comments, `{"text":"ok","author":{"name":"` + strings.Repeat("n", 600) + `"}}`, nil}, 422, "author.name"},
		"an external id over its limit":      {call{"POST", comments, `{"text":"ok","external_id":"` + strings.Repeat("n", 600) + `"}`, nil}, 422, "external_id"},
		"a form":                             {call{"POST", comments, `text=ok`, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, 415, ""},
		"another charset":                    {call{"POST", comments, `{}`, map[string]string{"Content-Type": "application/json; charset=iso-8859-1"}}, 415, ""},
		"a compressed body":                  {call{"POST", comments, "\x1f\x8b", map[string]string{"Content-Encoding": "gzip"}}, 415, ""},
		"an idempotency key over its limit":  {call{"POST", comments, `{"text":"ok"}`, map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}}, 422, "Idempotency-Key"},
		"an idempotency key of spaces":       {call{"POST", comments, `{"text":"ok"}`, map[string]string{"Idempotency-Key": "  "}}, 422, "Idempotency-Key"},
		"an empty batch":                     {call{"POST", comments + "/batch", `{"comments":[]}`, nil}, 422, "comments"},
		"a batch without its list":           {call{"POST", comments + "/batch", `{}`, nil}, 422, "comments"},
		"a batch of 257":                     {call{"POST", comments + "/batch", `{"comments":[` + strings.Repeat(`{"text":"ok"},`, 256) + `{"text":"ok"}]}`, nil}, 422, "comments"},
		"a batch that is no list":            {call{"POST", comments + "/batch", `{"comments":"all"}`, nil}, 400, "comments"},
		"check: blank":                       {call{"POST", "/v1/check", `{"text":" "}`, nil}, 422, "text"},
		"check: explain of a wrong type":     {call{"POST", "/v1/check", `{"text":"ok","explain":1}`, nil}, 400, "explain"},
		"edit: blank":                        {call{"PATCH", theOne, `{"text":""}`, nil}, 422, "text"},
		"edit: language over its limit":      {call{"PATCH", theOne, `{"text":"ok","lang":"` + strings.Repeat("x", 36) + `"}`, nil}, 422, "lang"},
		"report: reason over its limit":      {call{"POST", theOne + "/reports", `{"reason":"` + strings.Repeat("x", 513) + `"}`, nil}, 422, "reason"},
		"a comment's id that is none":        {call{"GET", comments + "/nope", "", nil}, 404, ""},
		"a comment's id in capitals":         {call{"GET", comments + "/" + strings.ToUpper(string(commentID)), "", nil}, 404, ""},
		"a path that climbs":                 {call{"GET", comments + "/..%2f..%2fetc%2fpasswd", "", nil}, 404, ""},
		"another site's comment":             {call{"GET", comments + "/" + string(otherID), "", nil}, 404, ""},
		"list: unknown status":               {call{"GET", comments + "?status=lost", "", nil}, 422, "status"},
		"list: unknown label":                {call{"GET", comments + "?label=rude", "", nil}, 422, "label"},
		"list: no time":                      {call{"GET", comments + "?since=yesterday", "", nil}, 422, "since"},
		"list: limit of 0":                   {call{"GET", comments + "?limit=0", "", nil}, 422, "limit"},
		"list: limit of 201":                 {call{"GET", comments + "?limit=201", "", nil}, 422, "limit"},
		"list: limit of 1e1":                 {call{"GET", comments + "?limit=1e1", "", nil}, 422, "limit"},
		"list: a cursor of bad bytes":        {call{"GET", comments + "?cursor=%ff", "", nil}, 422, "cursor"},
		"list: a cursor with NUL":            {call{"GET", comments + "?cursor=a%00", "", nil}, 422, "cursor"},
		"list: a cursor of two kilobytes":    {call{"GET", comments + "?cursor=" + strings.Repeat("c", 2048), "", nil}, 422, "cursor"},
		"items: limit of a word":             {call{"GET", "/v1/review/items?limit=all", "", nil}, 422, "limit"},
		"events: limit below":                {call{"GET", "/v1/events?limit=-1", "", nil}, 422, "limit"},
		"claim: too many":                    {call{"POST", "/v1/review/claims", `{"limit":101}`, nil}, 422, "limit"},
		"claim: half a one":                  {call{"POST", "/v1/review/claims", `{"limit":1.5}`, nil}, 400, "limit"},
		"claim: a huge number":               {call{"POST", "/v1/review/claims", `{"limit":1e999}`, nil}, 400, "limit"},
		"decision: unknown":                  {call{"POST", theOne + "/decision", `{"decision":"ban"}`, nil}, 422, "decision"},
		"decision: note over its limit":      {call{"POST", theOne + "/decision", `{"decision":"approve","note":"` + strings.Repeat("x", 4097) + `"}`, nil}, 422, "note"},
		"decision: no claim on an item":      {call{"POST", "/v1/review/items/" + string(commentID) + "/decision", `{"decision":"approve"}`, nil}, 422, "claim"},
		"policy: not JSON":                   {call{"PUT", "/v1/policy", `labels: {}`, nil}, 400, ""},
		"policy: If-Match that is no ETag":   {call{"PUT", "/v1/policy", `{"labels":{}}`, map[string]string{"If-Match": "soon"}}, 422, "If-Match"},
		"key: no scopes":                     {call{"POST", "/v1/keys", `{}`, nil}, 422, "scopes"},
		"key: unknown scope":                 {call{"POST", "/v1/keys", `{"scopes":["read","fly"]}`, nil}, 422, "scopes[1]"},
		"key: scopes of a wrong type":        {call{"POST", "/v1/keys", `{"scopes":"read"}`, nil}, 400, "scopes"},
		"webhook: no address":                {call{"POST", "/v1/webhooks", `{}`, nil}, 422, "url"},
		"webhook: blank address":             {call{"PATCH", "/v1/webhooks/h1", `{"url":" "}`, nil}, 422, "url"},
		"replay: no time":                    {call{"POST", "/v1/webhooks/h1/replay", `{"since":"noon"}`, nil}, 422, "since"},
		"an unknown address":                 {call{"GET", "/v2/comments", "", nil}, 404, ""},
		"a method that the address lacks":    {call{"DELETE", "/v1/policy", "", nil}, 405, ""},
		"a trailing slash":                   {call{"GET", "/v1/policy/", "", nil}, 404, ""},
		"an id of two kilobytes":             {call{"DELETE", "/v1/keys/" + strings.Repeat("k", 2048), "", nil}, 404, ""},
		"an id with a line break in it":      {call{"DELETE", "/v1/keys/a%0ab", "", nil}, 404, ""},
		"do_not_store without waiting":       {call{"POST", comments, `{"text":"ok","do_not_store":true}`, nil}, 422, "do_not_store"},
		"do_not_store with a wait of 0":      {call{"POST", comments, `{"text":"ok","do_not_store":true}`, map[string]string{"Prefer": "wait=0"}}, 422, "do_not_store"},
		"do_not_store with a wait of a word": {call{"POST", comments, `{"text":"ok","do_not_store":true}`, map[string]string{"Prefer": "wait=long"}}, 422, "do_not_store"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.submit = func(context.Context, models.Comment) (models.Submitted, error) {
				t.Error("it reached the house")
				return models.Submitted{}, nil
			}
			w := h.do(t, tt.call)
			var d problem.Document
			if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
				t.Fatalf("%d %s: %v", w.Code, w.Body, err)
			}
			if w.Code != tt.status || d.Status != tt.status || w.Header().Get("Content-Type") != problem.MediaType {
				t.Errorf("got %d (%d) %s, want a problem of %d", w.Code, d.Status, w.Header().Get("Content-Type"), tt.status)
			}
			if d.Type == "" || d.Title == "" || d.Detail == "" {
				t.Errorf("the problem says too little: %s", w.Body)
			}
			if tt.field == "" {
				if len(d.Errors) > 0 {
					t.Errorf("got faults %v, want none", d.Errors)
				}
				return
			}
			if len(d.Errors) != 1 || d.Errors[0].Field != tt.field || d.Errors[0].Detail == "" {
				t.Errorf("got faults %v, want one of %s", d.Errors, tt.field)
			}
		})
	}
}

func TestSeveralFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	w := newHouse().do(t, call{"POST", comments, `{"text":"ok","posted_at":"x","metadata":1,"type":"` + strings.Repeat("t", 65) + `"}`, nil})
	for _, field := range []string{`"posted_at"`, `"metadata"`, `"type"`} {
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `"field":`+field) {
			t.Errorf("got %d %s, want a fault of %s", w.Code, w.Body, field)
		}
	}
}

func TestOddInputThatIsTaken(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("é", models.MaxTextRunes)
	tests := map[string]struct {
		body string
		want func(models.Comment) bool
	}{
		"NUL is removed":           {`{"text":"a\u0000b","author":{"name":"\u0000n"}}`, func(c models.Comment) bool { return c.Text == "ab" && c.Author.Name == "n" }},
		"a lone surrogate":         {`{"text":"\ud800 hi"}`, func(c models.Comment) bool { return c.Text == "\ufffd hi" }},
		"a pair of surrogates":     {`{"text":"\ud83d\udc4d"}`, func(c models.Comment) bool { return c.Text == "👍" }},
		"unknown fields":           {`{"text":"ok","colour":{"r":[1,2]},"n":1e999}`, func(c models.Comment) bool { return c.Text == "ok" }},
		"a field twice":            {`{"text":"first","text":"second"}`, func(c models.Comment) bool { return c.Text == "second" }},
		"the longest text":         {`{"text":"` + full + `"}`, func(c models.Comment) bool { return c.Text == full }},
		"brackets inside a string": {`{"text":"` + strings.Repeat("[", 500) + `"}`, func(c models.Comment) bool { return len(c.Text) == 500 }},
		"special tokens":           {`{"text":"[SEP] [MASK] <s>"}`, func(c models.Comment) bool { return c.Text == "[SEP] [MASK] <s>" }},
		"nulls for what is unsaid": {`{"text":"ok","author":null,"posted_at":null,"metadata":null}`, func(c models.Comment) bool { return c.Metadata == nil && c.PostedAt.IsZero() }},
		"the deepest body":         {`{"text":"ok","x":` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + `}`, func(c models.Comment) bool { return c.Text == "ok" }},
		"big numbers in metadata": {`{"text":"ok","metadata":{"n":12345678901234567890,"s":"a\u0000\ud800\u00e9"}}`, func(c models.Comment) bool {
			return string(c.Metadata) == `{"n":12345678901234567890,"s":"a`+"\ufffd"+`é"}`
		}},
		"spaces around":         {"\n {\"text\":\"ok\"} \n", func(c models.Comment) bool { return c.Text == "ok" }},
		"a time with an offset": {`{"text":"ok","posted_at":"2026-01-01T01:00:00+01:00"}`, func(c models.Comment) bool { return c.PostedAt.String() == "2026-01-01 00:00:00 +0000 UTC" }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			var got models.Comment
			h.submit = func(_ context.Context, c models.Comment) (models.Submitted, error) {
				got = c
				return models.Submitted{ID: commentID, Status: models.Pending}, nil
			}
			if w := h.do(t, call{"POST", comments, tt.body, nil}); w.Code != http.StatusAccepted {
				t.Fatalf("got %d %s", w.Code, w.Body)
			}
			if !tt.want(got) {
				t.Errorf("got %+v", got)
			}
			if got.Site != site {
				t.Errorf("got site %q, want the key's", got.Site)
			}
		})
	}
}

func TestQueriesReachTheHouse(t *testing.T) {
	t.Parallel()
	h := newHouse()
	var got models.CommentQuery
	h.comments = func(_ context.Context, q models.CommentQuery) (models.Page[models.Comment], error) {
		got = q
		return models.Page[models.Comment]{}, nil
	}
	w := h.do(t, call{"GET", comments + "?status=held&label=spam&since=2026-01-01T00:00:00%2B01:00&cursor=abc&limit=7", "", nil})
	want := models.CommentQuery{Site: site, Status: models.Held, Label: models.Spam, Since: got.Since, Cursor: "abc", Limit: 7}
	if !cmp.Equal(got, want) || got.Since.String() != "2025-12-31 23:00:00 +0000 UTC" {
		t.Errorf("got %+v", got)
	}
	if body := strings.TrimSpace(w.Body.String()); body != `{"items":[],"next":null}` {
		t.Errorf("an empty page is %s", body)
	}
}
