package perspective_test

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

const (
	analyze = "/v1alpha1/comments:analyze?key=KEY:blog"
	strict  = "/v1alpha1/comments:analyze?key=KEY:strict"
	suggest = "/v1alpha1/comments:suggestscore?key=KEY:blog"
)

// exchanges are requests as clients send them; testdata/<name>.golden holds
// each with its answer.
func exchanges() map[string]call {
	post := func(path, body string) call { return call{"POST", path, body, nil} }
	return map[string]call{
		"as-coral-sends-it":             {"POST", analyze, `{"comment":{"text":"Quel imbécile, ce Marc"},"doNotStore":true,"requestedAttributes":{"TOXICITY":{}},"languages":["fr"]}`, map[string]string{"User-Agent": "Coral Perspective/9.11.0", "Content-Type": "application/json"}},
		"as-the-go-client-sends-it":     post(analyze+"&alt=json&prettyPrint=false", `{"comment":{"text":"You are an idiot"},"requestedAttributes":{"TOXICITY":{}}}`),
		"pretty":                        post(analyze+"&prettyPrint=true", `{"comment":{"text":"You are an idiot"},"requestedAttributes":{"INSULT":{}}}`),
		"production-attributes-fr":      post(analyze, `{"comment":{"text":"Vous êtes un imbécile"},"languages":["fr"],"requestedAttributes":{"TOXICITY":{},"SEVERE_TOXICITY":{},"IDENTITY_ATTACK":{},"INSULT":{},"PROFANITY":{},"THREAT":{}}}`),
		"production-attributes-en":      post(analyze, `{"comment":{"text":"You are an idiot"},"languages":["en"],"requestedAttributes":{"TOXICITY":{},"SEVERE_TOXICITY":{},"IDENTITY_ATTACK":{},"INSULT":{},"PROFANITY":{},"THREAT":{}}}`),
		"experimental-names":            post(analyze, `{"comment":{"text":"Vous êtes un imbécile"},"requestedAttributes":{"TOXICITY_EXPERIMENTAL":{},"INSULT_EXPERIMENTAL":{},"SEXUALLY_EXPLICIT":{},"SPAM":{},"OBSCENE":{},"TOXICITY_FAST":{},"TOXICITY@5":{}}}`),
		"defaults-of-the-node-client":   post(analyze, `{"comment":{"text":"hello there, friend"},"languages":["en"],"requestedAttributes":{"SPAM":{},"TOXICITY":{}},"doNotStore":true}`),
		"attribute-without-label":       post(analyze, `{"comment":{"text":"What a nice day it is"},"languages":["en"],"requestedAttributes":{"FLIRTATION":{},"TOXICITY":{}}}`),
		"attribute-without-label-found": post(analyze, `{"comment":{"text":"Merci pour cet article très clair"},"requestedAttributes":{"NUANCE_EXPERIMENTAL":{}}}`),
		"attributes-dropped":            post(analyze, `{"comment":{"text":"What a nice day it is"},"requestedAttributes":{"FLIRTATION":{},"TOXICITY":{}},"dropUnsupportedAttributes":true}`),
		"attribute-unknown":             post(analyze, `{"comment":{"text":"hello"},"requestedAttributes":{"RUDENESS":{}},"dropUnsupportedAttributes":true}`),
		"attributes-missing":            post(analyze, `{"comment":{"text":"hello"}}`),
		"attributes-empty":              post(analyze, `{"comment":{"text":"hello"},"requestedAttributes":{}}`),
		"score-type-unsupported":        post(analyze, `{"comment":{"text":"hello"},"requestedAttributes":{"TOXICITY":{"scoreType":"PERCENTILE"}}}`),
		"threshold":                     post(analyze, `{"comment":{"text":"Quel imbécile. Merci pour cet article."},"requestedAttributes":{"TOXICITY":{"scoreThreshold":0.5},"THREAT":{"scoreThreshold":0.5}},"spanAnnotations":true}`),
		"sentences-in-utf16":            post(analyze, `{"comment":{"text":"😀 Bien dit ! M. Dupont est un imbécile… Été comme hiver.\nÀ demain"},"languages":["fr"],"requestedAttributes":{"INSULT":{}},"spanAnnotations":true}`),
		"languages-absent":              post(analyze, `{"comment":{"text":"Merci beaucoup pour cette belle analyse"},"requestedAttributes":{"TOXICITY":{}}}`),
		"languages-several":             post(analyze, `{"comment":{"text":"Merci beaucoup pour cette belle analyse"},"languages":["fr","en"],"requestedAttributes":{"TOXICITY":{}}}`),
		"language-of-canada":            post(analyze, `{"comment":{"text":"ok"},"languages":["fr-CA"],"requestedAttributes":{"TOXICITY":{}}}`),
		"language-unsupported":          post(analyze, `{"comment":{"text":"Das ist ein guter Artikel"},"languages":["de"],"requestedAttributes":{"TOXICITY":{}}}`),
		"language-unsupported-strict":   post(strict, `{"comment":{"text":"Das ist ein guter Artikel"},"languages":["de"],"requestedAttributes":{"TOXICITY":{}}}`),
		"language-dropped-strict":       post(strict, `{"comment":{"text":"Das ist ein guter Artikel"},"languages":["de"],"requestedAttributes":{"TOXICITY":{}},"dropUnsupportedAttributes":true}`),
		"experimental-in-french-strict": post(strict, `{"comment":{"text":"Merci beaucoup pour cette belle analyse"},"requestedAttributes":{"SPAM":{}}}`),
		"experimental-english-strict":   post(strict, `{"comment":{"text":"Thank you very much for this"},"requestedAttributes":{"SPAM":{}}}`),
		"undetectable":                  post(analyze, `{"comment":{"text":"👍"},"requestedAttributes":{"TOXICITY":{}}}`),
		"undetectable-strict":           post(strict, `{"comment":{"text":"👍"},"requestedAttributes":{"TOXICITY":{}}}`),
		"comment-missing":               post(analyze, `{"requestedAttributes":{"TOXICITY":{}}}`),
		"comment-empty":                 post(analyze, `{"comment":{"text":""},"requestedAttributes":{"TOXICITY":{}}}`),
		"comment-blank":                 post(analyze, `{"comment":{"text":" \u200b\n"},"requestedAttributes":{"TOXICITY":{}}}`),
		"comment-too-long":              post(analyze, `{"comment":{"text":"`+strings.Repeat("é", 10_240)+`x"},"requestedAttributes":{"TOXICITY":{}}}`),
		"body-too-long":                 post(analyze, `{"comment":{"text":"`+strings.Repeat("x", 3<<20)+`"}}`),
		"html":                          post(analyze, `{"comment":{"text":"<p>Quel <b>imbécile</b>&nbsp;!</p><p>Bonne journée.</p>","type":"HTML"},"languages":["fr"],"requestedAttributes":{"TOXICITY":{}},"spanAnnotations":true}`),
		"html-strict":                   post(strict, `{"comment":{"text":"<p>Quel</p>","type":"HTML"},"requestedAttributes":{"TOXICITY":{}}}`),
		"text-type-unknown":             post(analyze, `{"comment":{"text":"x","type":"MARKDOWN"},"requestedAttributes":{"TOXICITY":{}}}`),
		"both-contexts":                 post(analyze, `{"comment":{"text":"hello"},"requestedAttributes":{"TOXICITY":{}},"context":{"entries":[{"text":"a"}],"articleAndParentComment":{"article":{"text":"a"},"parentComment":{"text":"b"}}}}`),
		"context-entries":               post(analyze, `{"comment":{"text":"hello there, my friend"},"requestedAttributes":{"TOXICITY":{}},"context":{"entries":[{"text":"a"}]},"communityId":"Coral:https://blog.example","sessionId":"1","clientToken":"comment:7"}`),
		"context-too-long":              post(analyze, `{"comment":{"text":"hello"},"requestedAttributes":{"TOXICITY":{}},"context":{"entries":[{"text":"`+strings.Repeat("x", 1<<20+1)+`"}]}}`),
		"unknown-fields":                post(analyze, `{"comment":{"text":"What a nice day it is"},"requestedAttributes":{"TOXICITY":{"x":1}},"x":{"y":[]}}`),
		"not-json":                      post(analyze, `{oops`),
		"not-utf8":                      post(analyze, "{\"comment\":{\"text\":\"\xe9\"}}"),
		"field-of-another-type":         post(analyze, `{"comment":{"text":5},"requestedAttributes":{"TOXICITY":{}}}`),
		"nothing-sent":                  post(analyze, ``),
		"sent-as-plain-text":            {"POST", analyze, `{"comment":{"text":"What a nice day it is"},"requestedAttributes":{"TOXICITY":{}}}`, map[string]string{"Content-Type": "text/plain"}},
		"key-in-a-header":               {"POST", "/v1alpha1/comments:analyze", `{"comment":{"text":"What a nice day it is"},"requestedAttributes":{"TOXICITY":{}}}`, map[string]string{"X-Goog-Api-Key": "KEY:blog"}},
		"key-as-bearer":                 {"POST", "/v1alpha1/comments:analyze", `{"comment":{"text":"What a nice day it is"},"requestedAttributes":{"TOXICITY":{}}}`, map[string]string{"Authorization": "Bearer KEY:blog"}},
		"no-key":                        post("/v1alpha1/comments:analyze", `{}`),
		"key-unknown":                   post("/v1alpha1/comments:analyze?key=AIzaSyNope", `{}`),
		"key-revoked":                   post("/v1alpha1/comments:analyze?key=KEY:revoked", `{}`),
		"key-without-scope":             post("/v1alpha1/comments:analyze?key=KEY:read", `{}`),
		"method-unknown":                post("/v1alpha1/comments:rewrite?key=KEY:blog", `{}`),
		"verb-unknown":                  {"GET", analyze, "", nil},
		"discovery-of-another-version":  {"GET", "/$discovery/rest?version=v2", "", nil},
		"suggest-as-coral-sends-it":     post(suggest, `{"comment":{"text":"Quel imbécile"},"attributeScores":{"TOXICITY":{"summaryScore":{"value":1}}},"clientToken":"comment:42","communityId":"Coral:https://blog.example","context":{"entries":[{"text":"{\"url\":\"https://blog.example/a\",\"Coral_comment_id\":\"42\"}"}]},"languages":["fr"]}`),
		"suggest-detected":              post(suggest, `{"comment":{"text":"Merci beaucoup pour cette belle analyse"},"attributeScores":{"TOXICITY":{"spanScores":[{"begin":0,"end":5,"score":{"value":0}}]}}}`),
		"suggest-nothing":               post(suggest, `{"comment":{"text":"Merci"},"attributeScores":{}}`),
		"suggest-without-score":         post(suggest, `{"comment":{"text":"Merci"},"attributeScores":{"TOXICITY":{}}}`),
		"suggest-out-of-range":          post(suggest, `{"comment":{"text":"Merci"},"attributeScores":{"TOXICITY":{"summaryScore":{"value":1.5}}}}`),
		"suggest-unknown-attribute":     post(suggest, `{"comment":{"text":"Merci"},"attributeScores":{"RUDENESS":{"summaryScore":{"value":1}}}}`),
		"suggest-without-label":         post(suggest, `{"comment":{"text":"Merci"},"attributeScores":{"FLIRTATION":{"summaryScore":{"value":1}}}}`),
		"suggest-empty-comment":         post(suggest, `{"comment":{"text":""},"attributeScores":{"TOXICITY":{"summaryScore":{"value":1}}}}`),
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
		fmt.Fprintf(&b, "\n%s\n", strings.ToValidUTF8(sent, "\\xE9"))
	}
	fmt.Fprintf(&b, "\n-> %d\n", w.Code)
	for _, name := range slices.Sorted(maps.Keys(w.Header())) {
		switch name {
		case "X-Content-Type-Options", "Content-Security-Policy", "Cross-Origin-Resource-Policy", "X-Request-Id":
		default:
			fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(w.Header()[name], ", "))
		}
	}
	b.WriteByte('\n')
	if strings.Contains(c.path, "prettyPrint=true") {
		b.Write(w.Body.Bytes())
		return b.String()
	}
	if err := json.Indent(&b, bytes.TrimSpace(w.Body.Bytes()), "", "  "); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	b.WriteByte('\n')
	return b.String()
}
