package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
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

// wires are asked in this order: those that keep a comment last, since a copy of
// it is spam by its structure.
var wires = []struct {
	name string
	ask  func(c client, text string, want map[string]any, row int) map[string]any
}{
	{"Perspective", byPerspective}, {"OpenAI", byOpenAI}, {"assistant", byAssistant}, {"Akismet", byAkismet}, {"Coral", byCoral},
}

func judgeAlike(t *testing.T, rows []labelled) {
	t.Helper()
	h := start(t, t.TempDir(), []string{"TAMIS_CORAL_SECRETS=default=" + coralSecret, "TAMIS_CORAL_BUDGET=5000"}, "serve").ready()
	c := h.as(h.firstKey())
	compared := map[string]int{}
	for i, r := range rows {
		if strings.TrimSpace(r.Text) == "" {
			continue
		}
		want, _ := c.call("POST", "/v1/check", map[string]any{"text": r.Text}).at("scores").(map[string]any)
		for _, w := range wires {
			wire, got := w.name, w.ask(c, r.Text, want, i)
			for name, label := range attributes {
				score, ok := want[label].(float64)
				if !ok || label == "spam" && (wire == "Akismet" || wire == "Coral") { // that knows author and speed
					continue
				}
				key := label
				if wire == "Perspective" || wire == "assistant" {
					key = name
				}
				if wire == "assistant" && name == "PROFANITY" {
					key = "OBSCENE"
				}
				if p, ok := got[key].(float64); !ok || !alike(p, score) {
					t.Errorf("%s: %s %v, want %v", wire, label, got[key], score)
				}
				compared[wire]++
			}
		}
	}
	if len(compared) != 5 {
		t.Fatalf("compared: %v", compared)
	}
	t.Logf("scores compared over %d texts: %v", len(rows), compared)
}

func byPerspective(c client, text string, want map[string]any, _ int) map[string]any {
	asked := map[string]any{}
	for name, label := range attributes {
		if _, ok := want[label]; ok {
			asked[name] = map[string]any{}
		}
	}
	p := c.call("POST", "/v1alpha1/comments:analyze", map[string]any{
		"comment": map[string]any{"text": text}, "requestedAttributes": asked, "doNotStore": true,
	})
	scores := map[string]any{}
	for name := range asked {
		scores[name] = p.at("attributeScores", name, "summaryScore", "value")
	}
	return scores
}

func byAkismet(c client, text string, _ map[string]any, row int) map[string]any {
	a := c.akismetForm("comment-check", library, "comment_content", text, "comment_author", fmt.Sprint("row ", row))
	return kept(c, a.header.Get("X-Akismet-Guid"))
}

func byOpenAI(c client, text string, _ map[string]any, _ int) map[string]any {
	a := c.call("POST", "/v1/moderations", map[string]any{"input": text})
	results, _ := a.body["results"].([]any)
	if len(results) != 1 {
		c.t.Fatalf("OpenAI: %v", a)
	}
	result, _ := results[0].(map[string]any)
	scores, _ := answer{body: result}.at("verdict", "scores").(map[string]any)
	return scores
}

const coralSecret = "empsec_0123456789abcdef"

// coralAsks sends Coral's question about a comment in HTML, signed.
func coralAsks(c client, in map[string]any) answer {
	c.t.Helper()
	body, err := json.MarshalIndent(in, "", "  ")
	if err != nil {
		c.t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte(coralSecret))
	mac.Write(body)
	return client{c.t, c.base, ""}.call("POST", "/coral/default/moderation", string(body), "X-Coral-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
}

func byCoral(c client, text string, _ map[string]any, row int) map[string]any {
	coralAsks(c, map[string]any{
		"action": "NEW", "comment": map[string]any{"body": html.EscapeString(text), "parentID": nil},
		"author": map[string]string{"id": fmt.Sprint("row ", row), "role": "COMMENTER"}, "story": map[string]string{"id": "s1"},
	})
	items, _ := c.call("GET", "/v1/comments?limit=1", nil).body["items"].([]any)
	if len(items) != 1 {
		c.t.Fatal("Coral: nothing is kept")
	}
	newest, _ := items[0].(map[string]any)
	id, _ := newest["id"].(string)
	return kept(c, id)
}

func byAssistant(c client, text string, _ map[string]any, _ int) map[string]any {
	a := c.call("POST", "/api/score-comment", map[string]any{
		"sync": true, "includeSummaryScores": true, "comment": map[string]string{"plainText": text},
	})
	scores, _ := a.at("summaryScores").(map[string]any)
	return scores
}

func kept(c client, id string) map[string]any {
	scores, _ := c.call("GET", "/v1/comments/"+id, nil).at("verdict", "scores").(map[string]any)
	return scores
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
