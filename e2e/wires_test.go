package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// attributes are Perspective's names of our labels.
var attributes = map[string]string{
	"TOXICITY": "toxic", "SEVERE_TOXICITY": "severe_toxic", "INSULT": "insult", "THREAT": "threat",
	"IDENTITY_ATTACK": "identity_attack", "PROFANITY": "obscene", "SEXUALLY_EXPLICIT": "sexual", "SPAM": "spam",
}

// akismetForm posts a form of Akismet's clients and gives the word that came back.
func (c client) akismetForm(call, agent string, pairs ...string) answer {
	c.t.Helper()
	v := url.Values{"blog": {"https://blog.example"}, "user_ip": {"192.0.2.7"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return c.call("POST", "/1.1/"+call, v.Encode(), "Content-Type", "application/x-www-form-urlencoded", "User-Agent", agent)
}

const (
	wordpress = "WordPress/6.1 | Akismet/5.0.2"
	library   = "Library/1.0"
)

// TestWiresJudgeAlike compares the scores of every wire with those of a check.
// `make proof-wires` does the same with 500 rows of the corpus.
func TestWiresJudgeAlike(t *testing.T) {
	t.Parallel()
	rows := readRows(t, filepath.Join("testdata", "labelled.jsonl"))
	judgeAlike(t, rows[:min(len(rows), 40)])
}

func judgeAlike(t *testing.T, rows []labelled) {
	t.Helper()
	h := start(t, t.TempDir(), nil, "serve").ready()
	c := h.as(h.firstKey())
	compared := 0
	for _, r := range rows {
		if strings.TrimSpace(r.Text) == "" {
			continue
		}
		want, _ := c.call("POST", "/v1/check", map[string]any{"text": r.Text}).at("scores").(map[string]any)
		ask := map[string]any{"comment": map[string]any{"text": r.Text}, "requestedAttributes": map[string]any{}, "doNotStore": true}
		for name, label := range attributes {
			if _, ok := want[label]; ok {
				ask["requestedAttributes"].(map[string]any)[name] = map[string]any{}
			}
		}
		p := c.call("POST", "/v1alpha1/comments:analyze", ask)
		a := c.akismetForm("comment-check", library, "comment_content", r.Text, "comment_author", fmt.Sprint("row ", compared))
		kept, _ := c.call("GET", "/v1/comments/"+a.header.Get("X-Akismet-Guid"), nil).at("verdict", "scores").(map[string]any)
		for name, label := range attributes {
			if _, ok := want[label]; !ok {
				continue
			}
			score := want[label].(float64)
			if got, ok := p.at("attributeScores", name, "summaryScore", "value").(float64); !ok || !alike(got, score) {
				t.Errorf("Perspective: %s %v, want %v", name, got, score)
			}
			if got, ok := kept[label].(float64); label != "spam" && (!ok || !alike(got, score)) { // spam knows author and speed
				t.Errorf("Akismet: %s %v, want %v", label, got, score)
			}
			compared++
		}
	}
	if compared == 0 {
		t.Fatal("nothing was compared")
	}
	t.Logf("%d scores compared over %d texts", compared, len(rows))
}

// alike tells whether two scores are one: Perspective's wire has 32 bits, and
// who shares a batch moves the network's sums in their last bits.
func alike(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

// TestAHeldCommentComesHome follows a person's verdict to blogs that speak
// Akismet: by the plugin's own asking again, and by a callback.
func TestAHeldCommentComesHome(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	called := map[string]string{} // by guid
	inbox := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		called[r.PostFormValue("guid")] += r.PostFormValue("result")
	}))
	t.Cleanup(inbox.Close)
	inEachHouse(t, func(t *testing.T, h *house) {
		c := h.as(h.firstKey())
		if put := c.call("PUT", "/v1/policy", policyThatHolds("tournesol")); put.status != http.StatusOK {
			t.Fatalf("policy: %v", put)
		}
		held := c.akismetForm("comment-check", wordpress, "comment_content", "Un beau tournesol", "comment_author", "Anne")
		if string(held.raw) != "pending" {
			t.Fatalf("held: %v", held)
		}
		waiting := c.akismetForm("comment-check", library, "comment_content", "Un autre tournesol", "callback", inbox.URL+"/"+h.base[7:])
		if string(waiting.raw) != "false" || waiting.header.Get("X-Akismet-Recheck-After") == "" {
			t.Fatalf("with a callback: %v %v", waiting, waiting.header)
		}
		for guid, decision := range map[string]string{held.header.Get("X-Akismet-Guid"): "approve", waiting.header.Get("X-Akismet-Guid"): "reject"} {
			if d := c.call("POST", "/v1/comments/"+guid+"/decision", map[string]string{"decision": decision}); d.status != http.StatusOK {
				t.Fatalf("decision: %v", d)
			}
		}
		again := c.akismetForm("comment-check", wordpress, "comment_content", "Un beau tournesol", "comment_author", "Anne", "recheck_reason", "recheck_queue")
		if string(again.raw) != "false" {
			t.Errorf("asked again: %v", again)
		}
		eventually(t, 15*time.Second, "callback", func() error {
			mu.Lock()
			defer mu.Unlock()
			if got := called[waiting.header.Get("X-Akismet-Guid")]; got != "true" {
				return fmt.Errorf("heard %q", got)
			}
			return nil
		})
	}, "TAMIS_WEBHOOKS_ALLOW=127.0.0.0/8")
}

func TestWiresKeepSitesApartAndKeysEnd(t *testing.T) {
	t.Parallel()
	h := start(t, t.TempDir(), nil, "serve").ready()
	h.cli("site", "add", "other", "--site-locale", "en")
	key := strings.TrimSpace(h.cli("key", "create", "--site", "other", "--scopes", "submit,read", "--wire", "akismet"))
	mine, theirs := h.as(h.firstKey()), h.as(key)
	a := mine.akismetForm("comment-check", library, "comment_content", "A fine day, thank you", "comment_author", "Anna")
	guid := a.header.Get("X-Akismet-Guid")
	if got := theirs.akismetForm("submit-spam", library, "guid", guid, "comment_content", "A fine day, thank you"); string(got.raw) != "Thanks for making the web a better place." {
		t.Errorf("feedback: %v", got)
	}
	if c := mine.call("GET", "/v1/comments/"+guid, nil); c.at("status") != "approved" {
		t.Errorf("another site's feedback: %v", c)
	}
	if c := theirs.call("GET", "/v1/comments/"+guid, nil); c.status != http.StatusNotFound {
		t.Errorf("another site's comment: %v", c)
	}
	id := keyID(t, h, "other")
	h.cli("key", "revoke", id, "--site", "other")
	eventually(t, 5*time.Second, "the key ends on each wire", func() error {
		words := string(theirs.akismetForm("verify-key", library).raw)
		words += " " + fmt.Sprint(theirs.call("POST", "/v1alpha1/comments:analyze", map[string]any{}).status)
		if words != "invalid 400" {
			return fmt.Errorf("got %s", words)
		}
		return nil
	})
}

// keyID gives the id of a site's one key.
func keyID(t *testing.T, h *process, site string) string {
	t.Helper()
	var keys []struct{ ID string }
	err := json.Unmarshal([]byte(h.cli("key", "list", "--site", site, "--json")), &keys)
	if err != nil || len(keys) != 1 {
		t.Fatalf("got %v, %v", keys, err)
	}
	return keys[0].ID
}
