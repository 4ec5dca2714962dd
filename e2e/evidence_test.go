package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const insulting = "Merci pour l'article. Quel gros imbécile, cet abruti de Bernard."

// TestAStoppedCommentGetsItsEvidence: soon after the verdict, by itself, and
// the same that a check finds when asked.
func TestAStoppedCommentGetsItsEvidence(t *testing.T) {
	t.Parallel()
	inEachHouse(t, func(t *testing.T, h *house) {
		c := h.as(h.firstKey())
		held := c.judged(insulting)
		if held.at("verdict", "action") == "allow" {
			t.Fatalf("nothing to explain: %v", held)
		}
		var stored answer
		eventually(t, 20*time.Second, "evidence", func() error {
			stored = c.call("GET", "/v1/comments/"+held.body["id"].(string), nil)
			if len(measured(stored.at("verdict"))) == 0 {
				return fmt.Errorf("%v", stored)
			}
			return nil
		})
		if stored.body["revision"] != held.body["revision"] {
			t.Errorf("revision %v, was %v: evidence is no change of the comment", stored.body["revision"], held.body["revision"])
		}
		checkEvidence(t, stored.at("verdict"))
		checked := c.call("POST", "/v1/check", map[string]any{"text": insulting, "explain": true})
		if checked.status != http.StatusOK {
			t.Fatalf("check: %v", checked)
		}
		checkEvidence(t, checked.body)
		if got, want := fmt.Sprint(measured(checked.body)), fmt.Sprint(measured(stored.at("verdict"))); got != want {
			t.Errorf("a check finds %s, the store has %s", got, want)
		}
		if plain := c.call("POST", "/v1/check", map[string]any{"text": insulting}); len(measured(plain.body)) != 0 {
			t.Errorf("evidence that nobody asked for: %v", plain)
		}
	})
}

// measured gives the pieces of a verdict that have a score without them.
func measured(verdict any) []map[string]any {
	var out []map[string]any
	v, _ := verdict.(map[string]any)
	reasons, _ := v["reasons"].([]any)
	for _, r := range reasons {
		evidence, _ := r.(map[string]any)["evidence"].([]any)
		for _, e := range evidence {
			if span := e.(map[string]any); span["without"] != nil {
				out = append(out, span)
			}
		}
	}
	return out
}

func checkEvidence(t *testing.T, verdict any) {
	t.Helper()
	text := []rune(insulting)
	var named []string
	for _, span := range measured(verdict) {
		begin, end := int(span["begin"].(float64)), int(span["end"].(float64))
		if got := string(text[begin:end]); got != span["text"] {
			t.Errorf("at %d:%d stands %q, not %v", begin, end, got, span["text"])
		}
		named = append(named, span["text"].(string))
	}
	if all := strings.Join(named, " "); !strings.Contains(all, "imbécile") && !strings.Contains(all, "abruti") {
		t.Errorf("named %q, want one of the insults", named)
	}
	edit, _ := verdict.(map[string]any)["edit"].(map[string]any)
	if edit == nil || edit["action"] == verdict.(map[string]any)["action"] {
		t.Errorf("edit %v, want one that changes the action", edit)
	}
}
