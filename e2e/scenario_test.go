package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/tamis-moderation/tamis/store/storetest"
)

// house is a running Tamis, in one process or in many.
type house struct {
	*process
	workers []*process
}

// inEachHouse plays a scenario on one small box, and on PostgreSQL + Redis with
// a worker of its own.
func inEachHouse(t *testing.T, play func(t *testing.T, h *house), env ...string) {
	t.Helper()
	t.Run("one box", func(t *testing.T) {
		t.Parallel()
		play(t, &house{process: start(t, t.TempDir(), env, "serve").ready()})
	})
	t.Run("PostgreSQL and Redis", func(t *testing.T) {
		t.Parallel()
		env := append([]string{"TAMIS_DATABASE=" + storetest.Postgres(t), "TAMIS_REDIS=" + storetest.Redis(t)}, env...)
		h := &house{process: start(t, t.TempDir(), env, "serve").ready()}
		h.workers = []*process{start(t, t.TempDir(), env, "worker")}
		play(t, h)
	})
}

func TestACommentIsJudgedAndSettled(t *testing.T) {
	t.Parallel()
	inbox := newInbox(t)
	inEachHouse(t, func(t *testing.T, h *house) {
		c := h.as(h.firstKey())
		secret := hookUp(t, c, inbox.URL+"/"+t.Name())

		for text, want := range map[string]string{
			"Espèce de connard, ferme ta gueule et crève.":                               "strict",
			"You are a worthless idiot and I hope you die.":                              "strict",
			"Merci pour cet article, je ne suis pas d'accord mais c'est bien argumenté.": "allow",
			"I disagree with the second point, but thank you for explaining it.":         "allow",
		} {
			got := c.judged(text).at("verdict", "action")
			if (got == "allow") != (want == "allow") {
				t.Errorf("%q: %v, want %s", text, got, want)
			}
		}
		if put := c.call("PUT", "/v1/policy", policyThatHolds("tournesol")); put.status != http.StatusOK {
			t.Fatalf("policy: %v", put)
		}
		var held answer
		eventually(t, 6*time.Second, "the new policy holds", func() error {
			held = c.judged(fmt.Sprintf("Un tournesol dans mon jardin %d", time.Now().UnixNano()))
			if held.at("verdict", "action") != "hold" {
				return fmt.Errorf("%v", held)
			}
			return nil
		})
		settle(t, c, inbox, secret, held.body["id"].(string))
	}, "TAMIS_WEBHOOKS_ALLOW=127.0.0.0/8")
}

// settle claims, escalates, decides and takes back, and watches the site hear of it.
func settle(t *testing.T, c client, in *inbox, secret, id string) {
	t.Helper()
	claim := c.call("POST", "/v1/review/claims", map[string]any{"limit": 50})
	if claim.status != http.StatusOK && claim.status != http.StatusCreated {
		t.Fatalf("claim: %v", claim)
	}
	token, _ := claim.body["token"].(string)
	if !strings.Contains(string(claim.raw), id) {
		t.Fatalf("the claim lacks the held comment %s: %v", id, claim)
	}
	if again := c.call("POST", "/v1/review/claims", map[string]any{"limit": 50}); strings.Contains(string(again.raw), id) {
		t.Errorf("claimed twice: %v", again)
	}
	lost := c.call("POST", "/v1/review/items/"+id+"/decision", map[string]any{"decision": "reject", "claim": "0198d7a2-0000-7000-8000-000000000000"})
	if lost.status != http.StatusConflict {
		t.Errorf("decision on another's claim: %v, want 409", lost)
	}
	made := c.call("POST", "/v1/review/items/"+id+"/decision", map[string]any{"decision": "approve", "reason": "jardinage", "claim": token})
	if made.status != http.StatusOK && made.status != http.StatusCreated {
		t.Fatalf("decision: %v", made)
	}
	wantStatus(t, c, id, "approved")
	if undo := c.call("POST", "/v1/review/decisions/"+made.body["id"].(string)+"/undo", map[string]any{}); undo.status != http.StatusOK {
		t.Fatalf("undo: %v", undo)
	}
	wantStatus(t, c, id, "held")
	if own := c.call("POST", "/v1/comments/"+id+"/decision", map[string]any{"decision": "spam"}); own.status != http.StatusOK && own.status != http.StatusCreated {
		t.Fatalf("the site's own decision: %v", own)
	}
	wantStatus(t, c, id, "rejected")

	want := []string{"comment.judged", "comment.decided", "comment.undone", "comment.decided"}
	// The feed may trail transactions that still run: it never shows an event
	// before one that could yet come in front of it.
	eventually(t, 15*time.Second, "feed", func() error {
		var feed []string
		for _, e := range c.list("/v1/events") {
			if e["comment"].(map[string]any)["id"] == id {
				feed = append(feed, e["type"].(string))
			}
		}
		if strings.Join(feed, " ") != strings.Join(want, " ") {
			return fmt.Errorf("%v, want %v", feed, want)
		}
		return nil
	})
	eventually(t, 15*time.Second, "webhooks", func() error {
		got := in.about(t, secret, id)
		if len(got) < len(want) {
			return fmt.Errorf("%d of %d came", len(got), len(want))
		}
		return nil
	})
}

func wantStatus(t *testing.T, c client, id, want string) {
	t.Helper()
	if got := c.call("GET", "/v1/comments/"+id, nil); got.at("status") != want {
		t.Errorf("status %v, want %s", got, want)
	}
}

func policyThatHolds(word string) map[string]any {
	return map[string]any{
		"labels":        map[string]any{"toxic": map[string]any{"hold": 0.6, "reject": 0.97}},
		"words":         []any{map[string]any{"name": "essai", "action": "hold", "words": []string{word}}},
		"links":         map[string]any{},
		"first_comment": map[string]any{},
		"reports":       map[string]any{"hold_at": 2},
	}
}

// hookUp adds a webhook and gives its secret.
func hookUp(t *testing.T, c client, url string) string {
	t.Helper()
	a := c.call("POST", "/v1/webhooks", map[string]any{"url": url})
	if a.status != http.StatusCreated {
		t.Fatalf("webhook: %v", a)
	}
	secret, _ := a.body["secret"].(string)
	if !strings.HasPrefix(secret, "whsec_") {
		t.Fatalf("webhook shows no secret: %v", a)
	}
	return secret
}

// inbox is a site that listens.
type inbox struct {
	*httptest.Server
	mu   sync.Mutex
	came []delivery
}

type delivery struct {
	header http.Header
	body   []byte
}

func newInbox(t *testing.T) *inbox {
	t.Helper()
	in := &inbox{}
	in.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		in.mu.Lock()
		defer in.mu.Unlock()
		in.came = append(in.came, delivery{r.Header.Clone(), body})
	}))
	t.Cleanup(in.Close)
	return in
}

// about gives the distinct events about a comment, each checked by the
// reference verifier of Standard Webhooks.
func (in *inbox) about(t *testing.T, secret, id string) map[string]string {
	t.Helper()
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	found := map[string]string{}
	for _, d := range in.came {
		var e struct {
			Type    string
			ID      string
			Comment struct{ ID string }
		}
		if err := json.Unmarshal(d.body, &e); err != nil {
			t.Fatal(err)
		}
		if e.Comment.ID != id {
			continue
		}
		if err := verifier.Verify(d.body, d.header); err != nil {
			t.Errorf("signature of %s: %v", e.ID, err)
		}
		if strings.Contains(string(d.body), "tournesol") {
			t.Errorf("an event carries text: %s", d.body)
		}
		found[e.ID] = e.Type
	}
	return found
}

func TestTwoSitesNeverMeet(t *testing.T) {
	t.Parallel()
	inEachHouse(t, func(t *testing.T, h *house) {
		a := h.as(h.firstKey())
		h.cli("site", "add", "other", "--json")
		b := h.as(h.key("other", "submit,read,review,admin"))
		if put := a.call("PUT", "/v1/policy", policyThatHolds("tournesol")); put.status != http.StatusOK {
			t.Fatalf("policy: %v", put)
		}
		var held answer
		eventually(t, 6*time.Second, "the policy holds", func() error {
			if held = a.judged("Un tournesol"); held.at("status") != "held" {
				return fmt.Errorf("%v", held)
			}
			return nil
		})
		id := held.body["id"].(string)
		token := a.call("POST", "/v1/review/claims", map[string]any{"limit": 1}).body["token"].(string)
		decision := a.call("POST", "/v1/comments/"+id+"/decision", map[string]any{"decision": "reject"}).body["id"].(string)
		hook := a.call("POST", "/v1/webhooks", map[string]any{"url": "https://hooks.example/a"}).body["id"].(string)
		key := a.call("POST", "/v1/keys", map[string]any{"scopes": []string{"read"}}).body["id"].(string)

		for _, r := range []struct {
			method, path string
			body         any
			want         []int
		}{
			{"GET", "/v1/comments/" + id, nil, []int{404}},
			{"PATCH", "/v1/comments/" + id, map[string]any{"text": "x"}, []int{404}},
			{"DELETE", "/v1/comments/" + id, nil, []int{404}},
			{"POST", "/v1/comments/" + id + "/reports", map[string]any{"reason": "x"}, []int{404}},
			{"POST", "/v1/comments/" + id + "/decision", map[string]any{"decision": "approve"}, []int{404}},
			{"POST", "/v1/review/items/" + id + "/decision", map[string]any{"decision": "approve", "claim": token}, []int{404}},
			{"POST", "/v1/review/decisions/" + decision + "/undo", map[string]any{}, []int{404}},
			{"DELETE", "/v1/review/claims/" + token, nil, []int{404, 409}},
			{"PATCH", "/v1/webhooks/" + hook, map[string]any{"enabled": false}, []int{404}},
			{"POST", "/v1/webhooks/" + hook + "/test", map[string]any{}, []int{404}},
			{"GET", "/v1/webhooks/" + hook + "/deliveries", nil, []int{404}},
			{"DELETE", "/v1/webhooks/" + hook, nil, []int{404}},
			{"DELETE", "/v1/keys/" + key, nil, []int{404}},
		} {
			got := b.call(r.method, r.path, r.body)
			ok := false
			for _, w := range r.want {
				ok = ok || got.status == w
			}
			if !ok {
				t.Errorf("%s %s with another site's key: %v, want %v", r.method, r.path, got, r.want)
			}
		}
		for _, path := range []string{"/v1/comments", "/v1/review/items", "/v1/events", "/v1/webhooks"} {
			if items := b.list(path); len(items) != 0 {
				t.Errorf("GET %s shows another site's: %v", path, items)
			}
		}
		if got := a.call("GET", "/v1/comments/"+id, nil); got.at("status") != "rejected" {
			t.Errorf("the owner's comment was touched: %v", got)
		}
		if got := b.call("GET", "/v1/policy", nil); strings.Contains(string(got.raw), "tournesol") {
			t.Errorf("another site's policy: %v", got)
		}
	})
}

func TestARevokedKeyEndsEverywhere(t *testing.T) {
	t.Parallel()
	inEachHouse(t, func(t *testing.T, h *house) {
		var made struct{ ID, Key string }
		if err := json.Unmarshal([]byte(h.cli("key", "create", "--scopes", "read", "--json")), &made); err != nil {
			t.Fatal(err)
		}
		c := h.as(made.Key)
		if got := c.call("GET", "/v1/comments", nil); got.status != http.StatusOK {
			t.Fatalf("fresh key: %v", got)
		}
		if got := c.call("POST", "/v1/comments", map[string]any{"text": "x"}); got.status != http.StatusForbidden {
			t.Errorf("a reading key submits: %v, want 403", got)
		}
		h.cli("key", "revoke", made.ID)
		eventually(t, 5*time.Second, "revoked", func() error {
			if got := c.call("GET", "/v1/comments", nil); got.status != http.StatusUnauthorized {
				return fmt.Errorf("%v", got)
			}
			return nil
		})
	})
}

func TestARepeatedRequestIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	inEachHouse(t, func(t *testing.T, h *house) {
		c := h.as(h.firstKey())
		body := map[string]any{"text": "Une seule fois"}
		first := c.call("POST", "/v1/comments", body, "Idempotency-Key", "k1")
		again := c.call("POST", "/v1/comments", body, "Idempotency-Key", "k1")
		if first.status != http.StatusAccepted || string(first.raw) != string(again.raw) || again.header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("first %v, again %v", first, again)
		}
		if other := c.call("POST", "/v1/comments", map[string]any{"text": "Autre chose"}, "Idempotency-Key", "k1"); other.status != http.StatusUnprocessableEntity {
			t.Errorf("another body under the key: %v, want 422", other)
		}
		if n := len(c.list("/v1/comments")); n != 1 {
			t.Errorf("%d comments, want 1", n)
		}
	})
}

func TestReadersSendACommentBackToTheQueue(t *testing.T) {
	t.Parallel()
	inEachHouse(t, func(t *testing.T, h *house) {
		c := h.as(h.firstKey())
		if put := c.call("PUT", "/v1/policy", policyThatHolds("xyz")); put.status != http.StatusOK {
			t.Fatalf("policy: %v", put)
		}
		time.Sleep(3 * time.Second) // the policy is in force everywhere by then
		id := c.judged("Merci pour votre réponse rapide.").body["id"].(string)
		for _, reader := range []string{"r1", "r1"} {
			c.call("POST", "/v1/comments/"+id+"/reports", map[string]any{"reason": "off topic", "reporter": reader})
		}
		wantStatus(t, c, id, "approved")
		c.call("POST", "/v1/comments/"+id+"/reports", map[string]any{"reason": "off topic", "reporter": "r2"})
		wantStatus(t, c, id, "held")
		if items := c.list("/v1/review/items"); len(items) != 1 {
			t.Errorf("queue: %v, want the reported comment", items)
		}
		if gone := c.call("DELETE", "/v1/comments/"+id, nil); gone.status != http.StatusNoContent {
			t.Errorf("erase: %v", gone)
		}
		if got := c.call("GET", "/v1/comments/"+id, nil); got.at("status") != "erased" || strings.Contains(string(got.raw), "rapide") {
			t.Errorf("erased: %v", got)
		}
		if items := c.list("/v1/review/items"); len(items) != 0 {
			t.Errorf("queue: %v, want none", items)
		}
	})
}
