package openai_test

import (
	"bytes"
	"encoding/json"
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

const moderations = "/v1/moderations"

// exchanges are requests as clients send them; testdata/<name>.golden holds
// each with its answer.
func exchanges() map[string]call {
	post := func(body string) call { return call{"POST", moderations, body, nil} }
	with := func(body string, header ...string) call {
		h := map[string]string{}
		for i := 0; i+1 < len(header); i += 2 {
			h[header[i]] = header[i+1]
		}
		return call{"POST", moderations, body, h}
	}
	get := func(path string) call { return call{"GET", path, "", nil} }
	return map[string]call{
		"text":                      post(`{"input":"Thank you for this"}`),
		"text-insult":               post(`{"input":"what an idiot","model":"omni-moderation-latest"}`),
		"text-threat":               post(`{"input":"I will kill him"}`),
		"text-hate-with-threat":     post(`{"input":"kill that tribe"}`),
		"text-hate":                 post(`{"input":"that tribe again"}`),
		"text-sexual":               post(`{"input":"all naked here"}`),
		"text-distress":             post(`{"input":"I want to end my life tonight"}`),
		"text-spam-is-no-category":  post(`{"input":"come to my shop"}`),
		"model-of-2024":             post(`{"input":"what an idiot","model":"omni-moderation-2024-09-26"}`),
		"model-of-the-text-family":  post(`{"input":"what an idiot","model":"text-moderation-latest"}`),
		"model-stable":              post(`{"input":"Thank you","model":"text-moderation-stable"}`),
		"model-unknown":             post(`{"input":"Thank you","model":"gpt-4o"}`),
		"model-very-long":           post(`{"input":"Thank you","model":"` + strings.Repeat("m", 300) + `"}`),
		"model-empty":               post(`{"input":"Thank you","model":""}`),
		"model-of-another-type":     post(`{"input":"Thank you","model":7}`),
		"list":                      post(`{"input":["Thank you","what an idiot","I will kill him"]}`),
		"list-of-one":               post(`{"input":["Thank you"]}`),
		"list-empty":                post(`{"input":[]}`),
		"list-with-a-blank":         post(`{"input":["Thank you"," \u200b"]}`),
		"list-with-a-number":        post(`{"input":["Thank you",7]}`),
		"list-of-numbers":           post(`{"input":[1212,318]}`),
		"list-mixed":                post(`{"input":["Thank you",{"type":"text","text":"x"}]}`),
		"list-too-long":             post(`{"input":[` + strings.TrimSuffix(strings.Repeat(`"a",`, 257), ",") + `]}`),
		"parts":                     post(`{"input":[{"type":"text","text":"what an"},{"type":"text","text":"idiot"}]}`),
		"parts-with-image":          post(`{"input":[{"type":"text","text":"Thank you"},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}`),
		"parts-with-data-image":     post(`{"input":[{"type":"text","text":"Thank you"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}`),
		"parts-image-alone":         post(`{"input":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}`),
		"parts-image-without-url":   post(`{"input":[{"type":"image_url","image_url":{}}]}`),
		"parts-of-unknown-type":     post(`{"input":[{"type":"video","video":{}}]}`),
		"parts-with-a-string":       post(`{"input":[{"type":"text","text":"x"},"y"]}`),
		"parts-blank":               post(`{"input":[{"type":"text","text":" "}]}`),
		"input-missing":             post(`{"model":"omni-moderation-latest"}`),
		"input-null":                post(`{"input":null}`),
		"input-empty":               post(`{"input":""}`),
		"input-a-number":            post(`{"input":5}`),
		"input-an-object":           post(`{"input":{"text":"x"}}`),
		"input-too-long":            post(`{"input":"` + strings.Repeat("é", 32_769) + `"}`),
		"input-with-nul-and-halves": post(`{"input":"Thank\u0000 you \ud800"}`),
		"unknown-fields":            post(`{"input":"Thank you","user":"u1","x":{"y":[1]}}`),
		"not-json":                  post(`{oops`),
		"not-an-object":             post(`["x"]`),
		"not-utf8":                  post("{\"input\":\"\xe9\"}"),
		"nothing-sent":              post(``),
		"nested-too-deep":           post(`{"input":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`),
		"body-too-long":             post(`{"input":"` + strings.Repeat("x", 8<<20) + `"}`),
		"sent-as-a-form":            with(`input=x`, "Content-Type", "application/x-www-form-urlencoded"),
		"sent-compressed":           with(`x`, "Content-Encoding", "gzip"),
		"as-the-node-client-sends":  with(`{"input":"Thank you"}`, "User-Agent", "OpenAI/JS 6.49.0", "OpenAI-Organization", "org-1", "OpenAI-Project", "proj-1", "X-Stainless-Lang", "js"),
		"no-key":                    with(`{"input":"x"}`, "Authorization", ""),
		"key-not-as-bearer":         with(`{"input":"x"}`, "Authorization", "Basic eDp5"),
		"key-unknown":               with(`{"input":"x"}`, "Authorization", "Bearer sk-proj-aaaaaaaaaaaaaaaa"),
		"key-unknown-and-short":     with(`{"input":"x"}`, "Authorization", "Bearer sk-1"),
		"key-revoked":               with(`{"input":"x"}`, "Authorization", "Bearer KEY:revoked"),
		"key-without-scope":         with(`{"input":"x"}`, "Authorization", "Bearer KEY:read"),
		"key-of-another-site":       with(`{"input":"Thank you"}`, "Authorization", "Bearer KEY:other"),
		"models":                    get("/v1/models"),
		"models-one":                get("/v1/models/omni-moderation-latest"),
		"models-unknown":            get("/v1/models/gpt-4o"),
		"models-without-key":        {"GET", "/v1/models", "", map[string]string{"Authorization": ""}},
		"models-deeper":             get("/v1/models/a/b"),
		"models-deleted":            {"DELETE", "/v1/models/omni-moderation-latest", "", nil},
		"verb-unknown":              get(moderations),
		"address-unknown":           {"POST", moderations + "/batch", "{}", nil},
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for name, c := range exchanges() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := describe(t, h, c, h.do(t, c))
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

// ids differ from run to run.
var ids = regexp.MustCompile(`modr-[0-9a-f]{32}`)

// describe writes a request and its answer as a reviewer wants to read them.
func describe(t *testing.T, h *house, c call, w *httptest.ResponseRecorder) string {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\n", c.method, c.path)
	for _, name := range slices.Sorted(maps.Keys(c.header)) {
		fmt.Fprintf(&b, "%s: %s\n", name, c.header[name])
	}
	if sent := c.body; len(sent) > 1000 {
		fmt.Fprintf(&b, "\n%s… (%d bytes)\n", sent[:60], len(sent))
	} else if sent != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.ToValidUTF8(sent, "�"))
	}
	fmt.Fprintf(&b, "\n-> %d\n", w.Code)
	for _, name := range slices.Sorted(maps.Keys(w.Header())) {
		switch name {
		case "X-Content-Type-Options", "Content-Security-Policy", "Cross-Origin-Resource-Policy", "Content-Length":
		default:
			fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(w.Header()[name], ", "))
		}
	}
	var answer bytes.Buffer
	if err := json.Indent(&answer, w.Body.Bytes(), "", "  "); err != nil {
		t.Fatalf("%v: %q", err, w.Body)
	}
	said := ids.ReplaceAllString(answer.String(), "modr-<id>")
	for _, secret := range h.key {
		said = strings.ReplaceAll(said, secret[:4]+"***"+secret[len(secret)-4:], "<shortened key>")
	}
	fmt.Fprintf(&b, "\n%s", said)
	return b.String()
}
