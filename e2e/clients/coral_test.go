package clients

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// coralSecret is the signing secret of Coral's phase in this test.
const coralSecret = "empsec_8f14e45fceea167a5a36dedd4bea2543"

// TestCoralPhase replays what Coral 9.11 sends to an external moderation phase:
// the object pretty-printed, signed as it is.
func TestCoralPhase(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		status int
		held   bool
	}{
		"coral-new.json":        {http.StatusNoContent, false},
		"coral-edit-reply.json": {http.StatusNoContent, false},
		"coral-insult.json":     {http.StatusOK, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // Coral may repeat a request
				status, answer := coralPhase(t, body)
				var said struct {
					Status  string
					Actions []struct{ ActionType, Reason string }
				}
				if len(answer) > 0 {
					if err := json.Unmarshal(answer, &said); err != nil {
						t.Fatalf("%v: %s", err, answer)
					}
				}
				t.Logf("%d %s", status, answer)
				held := (said.Status == "SYSTEM_WITHHELD" || said.Status == "REJECTED") && len(said.Actions) == 1 && said.Actions[0].Reason == "COMMENT_DETECTED_TOXIC"
				if status != want.status || held != want.held {
					t.Errorf("got %d %s", status, answer)
				}
			}
		})
	}
}

func coralPhase(t *testing.T, body []byte) (int, []byte) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, running.base+"/coral/default/moderation", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte(coralSecret))
	mac.Write(body)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Coral Moderation/9.11.8")
	req.Header.Set("X-Coral-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, raw
}

// TestCoralPerspectiveFilter replays Coral's toxic filter and its feedback,
// pointed at Tamis by the filter's custom endpoint.
func TestCoralPerspectiveFilter(t *testing.T) {
	t.Parallel()
	key := running.key(t)
	ask := func(call, body string) (int, []byte) {
		req, err := http.NewRequest(http.MethodPost, running.base+"/v1alpha1/"+call+"?key="+key, bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("User-Agent", "Coral Perspective/9.11.8")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, raw
	}
	status, raw := ask("comments:analyze", `{"comment":{"text":"`+insult+`"},"doNotStore":true,"requestedAttributes":{"TOXICITY":{}},"languages":["en"]}`)
	var analyzed struct {
		AttributeScores map[string]struct{ SummaryScore struct{ Value float64 } }
	}
	if err := json.Unmarshal(raw, &analyzed); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s", status, raw)
	}
	if want := running.check(t, key, insult); !near(analyzed.AttributeScores["TOXICITY"].SummaryScore.Value, want["toxic"]) {
		t.Errorf("got %s", raw)
	}
	status, raw = ask("comments:suggestscore", `{"comment":{"text":"`+insult+`"},"attributeScores":{"TOXICITY":{"summaryScore":{"value":1}}},"languages":["en"],
		"communityId":"Coral:https://coral.news.example","clientToken":"comment:77aa","context":{"entries":[{"text":"{\"url\":\"https://news.example\",\"reply_to_id_Coral_comment_id\":\"\",\"Coral_comment_id\":\"77aa\"}"}]}}`)
	t.Logf("feedback: %d %s", status, raw)
	if status != http.StatusOK || !bytes.Contains(raw, []byte("comment:77aa")) {
		t.Errorf("feedback: %d %s", status, raw)
	}
}
