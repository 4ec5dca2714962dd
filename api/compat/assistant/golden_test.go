package assistant_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const scoreComment = "/api/score-comment"

// asked is a request as the original's backend makes it, with more fields in
// place of its own where the caller has some.
func asked(text, more string) string {
	words, _ := json.Marshal(text) // a string can be written
	return `{"sync":true,"includeSummaryScores":true,` + more + `"comment":{"commentId":7,"plainText":` + string(words) +
		`,"htmlText":"<p>x</p>","links":{"self":"https://osmod.example/api/rest/comments/7"}},` +
		`"article":{"articleId":3,"plainText":"An article","links":{"self":"https://osmod.example/api/rest/articles/3"}},` +
		`"links":{"callback":"https://osmod.example/api/assistant/scores/12"}}`
}

// later is the same without sync, for a callback.
func later(text, callback string) string {
	body := strings.Replace(asked(text, ""), `"sync":true`, `"sync":false`, 1)
	return strings.Replace(body, named+"/assistant/scores/12", callback, 1)
}

// exchanges are requests as clients send them; testdata/<name>.golden holds
// each with its answer.
func exchanges() map[string]call {
	post := func(body string) call { return call{"POST", scoreComment, body, nil} }
	with := func(body string, header ...string) call {
		h := map[string]string{}
		for i := 0; i+1 < len(header); i += 2 {
			h[header[i]] = header[i+1]
		}
		return call{"POST", scoreComment, body, h}
	}
	callback := named + "/assistant/scores/12"
	return map[string]call{
		"sync":                          post(asked("Thank you for this", "")),
		"sync-insult":                   post(asked("what an idiot", "")),
		"sync-sentences":                post(asked("Thank you. What an idiot! Bye.", "")),
		"sync-offsets-beyond-the-bmp":   post(asked("😀 Bravo 👩‍👩‍👧. What an idiot!", "")),
		"sync-accents":                  post(asked("Déjà vu… Quel idiot !", "")),
		"sync-without-summary":          post(strings.Replace(asked("Thank you", ""), `"includeSummaryScores":true,`, "", 1)),
		"sync-text-alone":               post(`{"sync":true,"comment":{"plainText":"you big darn dummy!"}}`),
		"sync-in-reply":                 post(asked("I will kill him", `"inReplyToComment":{"commentId":"5","plainText":"x","htmlText":"x","links":{"self":"y"}},`)),
		"sync-reply-null":               post(asked("Thank you", `"inReplyToComment":null,`)),
		"sync-id-as-a-string":           post(`{"sync":true,"comment":{"commentId":"123","plainText":"all naked here"},"article":{"articleId":"456"}}`),
		"sync-with-nul":                 post(asked("Thank\x00 you. What an idiot", "")),
		"sync-half-a-character":         post(`{"sync":true,"comment":{"plainText":"Good \ud800 day. Idiot"}}`),
		"sync-unknown-fields":           post(asked("Thank you", `"runImmediately":true,"x":{"y":[1]},`)),
		"sync-as-a-bearer":              with(asked("Thank you", ""), "Authorization", "Bearer KEY:blog"),
		"sync-as-plain-text":            with(asked("Thank you", ""), "Content-Type", "text/plain"),
		"later":                         post(later("Thank you", callback)),
		"later-in-a-folder-below":       post(later("Thank you", named+"/v2/scores/1?x=y")),
		"later-signed":                  with(later("Thank you", "https://anybody.example/scores/1"), "Authorization", "KEY:signed"),
		"callback-missing":              post(`{"comment":{"plainText":"Thank you"}}`),
		"callback-null":                 post(`{"comment":{"plainText":"Thank you"},"links":null}`),
		"callback-not-named":            post(later("Thank you", "https://anybody.example/scores/1")),
		"callback-above-what-is-named":  post(later("Thank you", named+"/../admin")),
		"callback-beside-what-is-named": post(later("Thank you", named+"x/scores")),
		"callback-of-another-site":      post(later("Thank you", "https://other.example/scores/1")),
		"callback-on-another-port":      post(later("Thank you", "https://osmod.example:8443/api/scores/1")),
		"callback-with-a-user":          post(later("Thank you", "https://me:pass@osmod.example/api/scores/1")),
		"callback-plain-http":           with(later("Thank you", "http://anybody.example/scores"), "Authorization", "KEY:signed"),
		"callback-private":              with(later("Thank you", "https://127.0.0.1/scores"), "Authorization", "KEY:signed"),
		"callback-to-the-cloud":         with(later("Thank you", "https://169.254.169.254/latest"), "Authorization", "KEY:signed"),
		"callback-no-address":           with(later("Thank you", "::"), "Authorization", "KEY:signed"),
		"text-missing":                  post(`{"sync":true,"comment":{"htmlText":"<p>x</p>"}}`),
		"text-empty":                    post(asked("", "")),
		"text-blank":                    post(asked(" \u200b", "")),
		"text-too-long":                 post(asked(strings.Repeat("é", 32_769), "")),
		"text-a-number":                 post(`{"sync":true,"comment":{"plainText":5}}`),
		"comment-missing":               post(`{"sync":true}`),
		"not-json":                      post(`{oops`),
		"not-an-object":                 post(`["x"]`),
		"not-utf8":                      post("{\"sync\":true,\"comment\":{\"plainText\":\"\xe9\"}}"),
		"nothing-sent":                  post(``),
		"nested-too-deep":               post(`{"comment":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`),
		"body-too-long":                 post(`{"sync":true,"article":{"plainText":"` + strings.Repeat("x", 3<<20) + `"}}`),
		"no-key":                        with(asked("x", ""), "Authorization", ""),
		"key-unknown":                   with(asked("x", ""), "Authorization", "tam_nobody"),
		"key-revoked":                   with(asked("x", ""), "Authorization", "KEY:revoked"),
		"key-without-scope":             with(asked("x", ""), "Authorization", "KEY:read"),
		"verb-unknown":                  {"GET", scoreComment, "", nil},
		"address-unknown":               {"POST", scoreComment + "/1", "{}", nil},
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for name, c := range exchanges() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := describe(t, c, h.do(t, c))
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

// describe writes a request and its answer as a reviewer wants to read them.
func describe(t *testing.T, c call, w *httptest.ResponseRecorder) string {
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
		case "X-Content-Type-Options", "Content-Security-Policy", "Cross-Origin-Resource-Policy", "X-Request-Id", "Content-Length":
		default:
			fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(w.Header()[name], ", "))
		}
	}
	var answer bytes.Buffer
	if err := json.Indent(&answer, w.Body.Bytes(), "", "  "); err != nil {
		t.Fatalf("%v: %q", err, w.Body)
	}
	fmt.Fprintf(&b, "\n%s", answer.String())
	return b.String()
}
