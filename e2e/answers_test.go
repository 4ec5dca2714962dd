package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestScoresComeBack plays a conversationai-moderator that sends comments to be
// scored, and is away when the first answers come.
func TestScoresComeBack(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	heard := map[string]string{} // by path
	var away atomic.Bool
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away.Load() || r.Header.Get("Authorization") != "JWT of-tamis" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		raw, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		heard[r.URL.Path] = string(raw)
	}))
	t.Cleanup(backend.Close)
	inEachHouse(t, func(t *testing.T, h *house) {
		key := h.firstKey()
		sent := func(path string) answer {
			return client{t, h.base, ""}.call("POST", "/api/score-comment", map[string]any{
				"comment": map[string]any{"commentId": 7, "plainText": "😀 Merci. What an idiot you are!"}, "includeSummaryScores": true,
				"links": map[string]string{"callback": backend.URL + path},
			}, "Authorization", key)
		}
		path := "/api/assistant/scores/" + h.base[7:]
		if a := sent(path); a.status != http.StatusOK || string(a.raw) != "{\"status\":\"ok\"}\n" {
			t.Fatalf("got %v", a)
		}
		if a := sent("/elsewhere"); a.status != http.StatusForbidden {
			t.Errorf("an address that nobody named: %v", a)
		}
		var got struct {
			Scores map[string][]struct {
				Score      float64
				Begin, End int
			}
			SummaryScores map[string]float64
		}
		eventually(t, 15*time.Second, "scores", func() error {
			mu.Lock()
			defer mu.Unlock()
			if heard[path] == "" {
				return fmt.Errorf("heard of %d", len(heard))
			}
			return json.Unmarshal([]byte(heard[path]), &got)
		})
		insult := got.Scores["INSULT"]
		if len(insult) != 2 || insult[0].Begin != 0 || insult[0].End != 9 || insult[1].Begin != 10 || insult[1].End != 32 || insult[1].Score < insult[0].Score {
			t.Errorf("got %+v", insult)
		}
		want := h.as(key).call("POST", "/v1/check", map[string]string{"text": "😀 Merci. What an idiot you are!"})
		if w, ok := want.at("scores", "insult").(float64); !ok || !alike(w, got.SummaryScores["INSULT"]) {
			t.Errorf("got %v, a check says %v", got.SummaryScores["INSULT"], want)
		}
	}, "TAMIS_WEBHOOKS_ALLOW=127.0.0.0/8", "TAMIS_ASSISTANT_CALLBACKS=default="+backend.URL+"/api", "TAMIS_ASSISTANT_TOKENS=default=JWT of-tamis")
}

// TestAcknowledgedScoresOutliveAPowerCut: what was acknowledged is told, after a
// kill and after the caller was away.
func TestAcknowledgedScoresOutliveAPowerCut(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	var heard atomic.Int64
	away.Store(true)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if away.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		heard.Add(1)
	}))
	t.Cleanup(backend.Close)
	p := start(t, t.TempDir(), []string{"TAMIS_WEBHOOKS_ALLOW=127.0.0.0/8", "TAMIS_ASSISTANT_CALLBACKS=default=" + backend.URL}, "serve").ready()
	key := p.firstKey()
	for i := range 20 {
		a := p.as(key).call("POST", "/api/score-comment", map[string]any{
			"comment": map[string]any{"plainText": "Thank you"}, "links": map[string]string{"callback": fmt.Sprintf("%s/%d", backend.URL, i)},
		})
		if a.status != http.StatusOK {
			t.Fatalf("got %v", a)
		}
	}
	p.kill()
	away.Store(false)
	p.run()
	p.ready()
	eventually(t, 100*time.Second, "all twenty", func() error { // what was under way waits for its lease's end
		if n := heard.Load(); n < 20 {
			return fmt.Errorf("heard of %d", n)
		}
		return nil
	})
}

// coralServer is Coral's API with one story.
type coralServer struct {
	mu    sync.Mutex
	nodes []map[string]any
	told  []string
}

func (c *coralServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Query     string
		Variables struct{ Comment string }
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil || r.URL.Path != "/api/graphql" || r.Header.Get("Authorization") != "Bearer moderators-token" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for verb := range strings.SplitSeq("approveComment rejectComment", " ") {
		if strings.Contains(in.Query, verb+"(") {
			c.told = append(c.told, verb+" "+in.Variables.Comment)
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{
		"comments": map[string]any{"nodes": c.nodes, "pageInfo": map[string]any{"hasNextPage": false}},
	}})
}

// TestCoralHearsOfADecision: Coral's phase asks, the answer is to hold, a person
// decides here, changes their mind, and Coral's own API hears of both.
func TestCoralHearsOfADecision(t *testing.T) {
	t.Parallel()
	coral := &coralServer{}
	server := httptest.NewServer(coral)
	t.Cleanup(server.Close)
	inEachHouse(t, func(t *testing.T, h *house) {
		c := h.as(h.firstKey())
		if put := c.call("PUT", "/v1/policy", policyThatHolds("tournesol")); put.status != http.StatusOK {
			t.Fatalf("policy: %v", put)
		}
		author := "author-" + h.base[7:]
		held := coralAsks(c, map[string]any{
			"action": "NEW", "comment": map[string]any{"body": "<div>Un beau tournesol</div>", "parentID": nil},
			"author": map[string]string{"id": author, "role": "COMMENTER"}, "story": map[string]string{"id": "s1", "url": "https://news.example/1"},
		})
		if held.at("status") != "SYSTEM_WITHHELD" {
			t.Fatalf("got %v", held)
		}
		id := "coral-" + author
		coral.mu.Lock()
		coral.nodes = append(coral.nodes, map[string]any{
			"id": id, "body": "<div>Un beau tournesol</div>", "status": "SYSTEM_WITHHELD", "createdAt": time.Now(),
			"author": map[string]string{"id": author}, "revision": map[string]string{"id": "r1"},
		})
		coral.mu.Unlock()
		told := func(want string) {
			eventually(t, 20*time.Second, want, func() error {
				coral.mu.Lock()
				defer coral.mu.Unlock()
				for _, one := range coral.told {
					if one == want+" "+id {
						return nil
					}
				}
				return fmt.Errorf("told %q", coral.told)
			})
		}
		var kept string
		eventually(t, 10*time.Second, "judged", func() error {
			items := c.list("/v1/comments?status=held")
			if len(items) != 1 {
				return fmt.Errorf("%d held", len(items))
			}
			kept, _ = items[0]["id"].(string)
			return nil
		})
		for _, step := range [][2]string{{"approve", "approveComment"}, {"reject", "rejectComment"}} {
			if d := c.call("POST", "/v1/comments/"+kept+"/decision", map[string]string{"decision": step[0]}); d.status != http.StatusOK {
				t.Fatalf("decision: %v", d)
			}
			told(step[1])
		}
	}, "TAMIS_WEBHOOKS_ALLOW=127.0.0.0/8", "TAMIS_CORAL_SECRETS=default="+coralSecret, "TAMIS_CORAL_BUDGET=5000",
		"TAMIS_CORAL_GRAPHQL=default="+server.URL+"/api/graphql", "TAMIS_CORAL_TOKENS=default=moderators-token")
}

// TestTheMirrorKeepsBothScores: Perspective is asked behind the answer, the two
// scores stand in the data folder, tamis migrate-scores reads them.
func TestTheMirrorKeepsBothScores(t *testing.T) {
	t.Parallel()
	google := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("key") != "AIza-fake" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, `{"languages":["en"],"attributeScores":{"TOXICITY":{"summaryScore":{"value":0.8125}}}}`)
	}))
	t.Cleanup(google.Close)
	data := t.TempDir()
	p := start(t, data, []string{
		"TAMIS_WEBHOOKS_ALLOW=127.0.0.0/8", "TAMIS_PERSPECTIVE_MIRROR_KEY=AIza-fake", "TAMIS_PERSPECTIVE_MIRROR_URL=" + google.URL + "/v1alpha1",
	}, "serve").ready()
	const text = "What an idiot you are"
	a := p.as(p.firstKey()).call("POST", "/v1alpha1/comments:analyze", map[string]any{
		"comment": map[string]string{"text": text}, "requestedAttributes": map[string]any{"TOXICITY": map[string]any{}},
	})
	if a.status != http.StatusOK {
		t.Fatalf("got %v", a)
	}
	file := filepath.Join(data, "mirror.jsonl")
	var raw []byte
	eventually(t, 10*time.Second, "both scores", func() error {
		var err error
		raw, err = os.ReadFile(file)
		if err == nil && len(raw) == 0 {
			err = fmt.Errorf("empty")
		}
		return err
	})
	if strings.Contains(string(raw), "idiot") || !strings.Contains(string(raw), `"score":0.8125`) {
		t.Errorf("kept %s", raw)
	}
	if table := p.cli("migrate-scores", file); !strings.Contains(table, "TOXICITY") {
		t.Errorf("migrate-scores says %s", table)
	}
	if warned := p.output(); !strings.Contains(warned, "perspective.mirror_key is set") || strings.Contains(warned, "AIza-fake") {
		t.Errorf("logged %s", warned)
	}
	if doctor := p.cli("doctor"); !strings.Contains(doctor, "mirror") {
		t.Errorf("the doctor says %s", doctor)
	}
}
