package e2e

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestWhatWasJudgedIsFound searches, counts and exports over HTTP, and decides
// what was found as one act.
func TestWhatWasJudgedIsFound(t *testing.T) {
	t.Parallel()
	inEachHouse(t, func(t *testing.T, h *house) {
		c := h.as(h.firstKey())
		h.cli("site", "add", "other", "--site-locale", "en")
		other := h.as(h.key("other", "submit,read"))
		one := c.call("POST", "/v1/comments", map[string]any{
			"text": "L'ÉTÉ dernier à Nîmes, quel plaisir", "author": map[string]string{"id": "u1", "name": "Élodie"}, "context": map[string]string{"section": "voyages"},
		}, "Prefer", "wait=10")
		if one.at("verdict") == nil {
			t.Fatalf("no verdict: %v", one)
		}
		c.judged("=1+1, un été de calculs")
		other.judged("Un été ailleurs")
		find := func(query string) []string {
			var texts []string
			for _, item := range c.list("/v1/comments?" + query) {
				texts = append(texts, item["text"].(string))
			}
			return texts
		}
		for query, want := range map[string]int{
			"words=ete":                              2,
			"words=" + url.QueryEscape(`"à nimes"`):  1,
			"words=ete&section=voyages":              1,
			"author=elodie":                          1,
			"words=ete&status=rejected":              0,
			"score=insult&max=1&words=ete":           2,
			"words=ete&until=2020-01-01T00:00:00Z":   0,
			"words=" + url.QueryEscape("drop table"): 0,
		} {
			if got := find(query); len(got) != want {
				t.Errorf("%s: found %q, want %d", query, got, want)
			}
		}
		id := one.body["id"].(string)
		wave := c.call("POST", "/v1/review/waves", map[string]any{"items": []string{id}, "decision": "reject", "settled": true})
		if wave.status != http.StatusOK || len(find("words=ete&status=rejected")) != 1 {
			t.Fatalf("decided: %v", wave)
		}
		if undone := c.call("POST", "/v1/review/waves/"+wave.body["wave"].(string)+"/undo", nil); undone.status != http.StatusOK || len(find("words=ete&status=approved")) != 2 {
			t.Errorf("undone: %v", undone)
		}
		story := c.call("GET", "/v1/comments/"+id+"/story", nil)
		if decisions, _ := story.body["decisions"].([]any); len(decisions) != 1 || story.at("comment", "id") != id {
			t.Errorf("story: %v", story)
		}
		if foreign := other.call("GET", "/v1/comments/"+id+"/story", nil); foreign.status != http.StatusNotFound {
			t.Errorf("another site's story: %v", foreign)
		}
		spread := c.call("GET", "/v1/scores?label=insult&buckets=2", nil)
		if buckets, _ := spread.body["buckets"].([]any); len(buckets) != 2 || buckets[0].(map[string]any)["approved"] != 2.0 {
			t.Errorf("spread: %v", spread)
		}
		rows, err := csv.NewReader(strings.NewReader(string(c.call("GET", "/v1/comments.csv?words=calculs", nil).raw))).ReadAll()
		if err != nil || len(rows) != 2 || !strings.Contains(strings.Join(rows[1], "|"), "|'=1+1") {
			t.Errorf("file: %q, %v", rows, err)
		}
		c.call("PATCH", "/v1/comments/"+id, map[string]string{"text": "Un hiver à Nîmes"})
		if erased := c.call("DELETE", "/v1/comments/"+id, nil); erased.status != http.StatusNoContent {
			t.Fatalf("erase: %v", erased)
		}
		if got := append(find("words=nimes"), find("author=elodie")...); len(got) != 0 {
			t.Errorf("an erased comment is found: %q", got)
		}
	})
}
