package coral_test

import (
	"bytes"
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

// exchanges are requests as Coral sends them; testdata/<name>.golden holds each
// with its answer.
func exchanges() map[string]call {
	post := func(body string) call { return call{"POST", phase, body, ""} }
	signed := func(body, signature string) call { return call{"POST", phase, body, signature} }
	some := asked("Thank you for this")
	return map[string]call{
		"courteous":                  post(some),
		"courteous-html":             post(asked("<div>Thank <b>you</b>,<br>dear author</div>")),
		"courteous-reply":            post(asked("Well said", "parentID", "77aa")),
		"courteous-edit":             post(asked("Well said indeed", "action", "EDIT")),
		"courteous-staff":            post(asked("Welcome to all of you", "role", "STAFF")),
		"insult":                     post(asked("what an idiot")),
		"insult-html":                post(asked("<div>what an id<i></i>iot&nbsp;!</div>")),
		"insult-by-staff":            post(asked("you are an idiot, sir", "role", "ADMIN")),
		"vile":                       post(asked("how vile you are")),
		"hate":                       post(asked("that tribe should leave")),
		"spam":                       post(asked("come to my shop")),
		"spam-blatant":               post(asked("casino casino")),
		"spam-and-insult":            post(asked("casino of a vile man")),
		"distress":                   post(asked("I want to end my life tonight")),
		"smaller-than-is-text":       post(asked("2 < 3 and 5 > 4, I <3 it & you")),
		"overlong":                   post(asked(strings.Repeat("fine words. ", 2800))),
		"body-empty":                 post(asked("")),
		"body-blank":                 post(asked("<div><br></div>&nbsp;\u200b")),
		"body-a-picture":             post(asked(`<img src="https://a.example/x.png"/>`)),
		"body-missing":               post(`{"action":"NEW","author":{"id":"1"}}`),
		"body-null":                  post(`{"comment":{"body":null}}`),
		"body-of-another-type":       post(`{"comment":{"body":5}}`),
		"body-with-nul":              post(asked("Thank\x00 you so much")),
		"body-with-half-a-character": post(`{"comment":{"body":"Good \ud800 day"}}`),
		"unknown-fields":             post(asked("Thank you, really", "x", "y")),
		"unknown-action":             post(asked("Thank you, truly", "action", "DANCE")),
		"long-ids":                   post(asked("Thanks to the author", "id", strings.Repeat("é", 400))),
		"not-json":                   post(`{oops`),
		"not-utf8":                   post("{\"comment\":{\"body\":\"\xe9\"}}"),
		"nothing-sent":               post(``),
		"nested-too-deep":            post(`{"comment":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`),
		"body-of-a-megabyte":         post(`{"comment":{"body":"` + strings.Repeat("x", 1<<20) + `"}}`),
		"signed-with-the-old-secret": signed(asked("Thank you all"), sign(asked("Thank you all"), oldSecret)),
		"signed-with-both":           signed(asked("Thank you both"), sign(asked("Thank you both"), "empsec_unknown", oldSecret)),
		"signed-with-spaces":         signed(asked("Thank you two"), strings.ReplaceAll(sign(asked("Thank you two"), "empsec_unknown", secret), ",", ", ")),
		"signed-by-another-site":     signed(some, sign(some, otherSecret)),
		"signed-for-another-body":    signed(some, sign(some+" ", secret)),
		"signed-compact":             signed(some, sign(strings.Join(strings.Fields(some), ""), secret)),
		"signed-in-another-way":      signed(some, strings.Replace(sign(some, secret), "sha256", "sha1", 1)),
		"signed-with-nonsense":       signed(some, "sha256=zz,,=,sha256="),
		"not-signed":                 signed(some, "none"),
		"site-unknown":               {"POST", "/coral/nowhere/moderation", some, ""},
		"site-of-another":            {"POST", "/coral/other/moderation", some, ""},
		"verb-unknown":               {"GET", phase, "", ""},
		"address-unknown":            {"POST", "/coral/blog/webhook", some, ""},
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for name, c := range exchanges() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := describe(c, h.do(t, c))
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
func describe(c call, w *httptest.ResponseRecorder) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\n", c.method, c.path)
	if c.signature != "" {
		fmt.Fprintf(&b, "X-Coral-Signature: %s\n", c.signature)
	}
	if sent := c.body; len(sent) > 2000 {
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
	fmt.Fprintf(&b, "\n%s\n", w.Body)
	return b.String()
}
