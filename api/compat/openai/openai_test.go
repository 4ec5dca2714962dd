package openai_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

// answer is what these tests read of an answer.
type answer struct {
	Results []struct {
		Flagged    bool
		Categories map[string]bool
		Scores     map[string]float64 `json:"category_scores"`
		Verdict    struct {
			Action models.Action
			Scores models.Scores
			Labels []models.Label
		}
	}
}

func (h *house) ask(t testing.TB, input any, header map[string]string) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"input": input})
	if err != nil {
		t.Fatal(err)
	}
	w := h.do(t, call{"POST", moderations, string(body), header})
	var out answer
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	return out
}

func TestTheJudgementIsThatOfACheck(t *testing.T) {
	t.Parallel()
	h := setup(t)
	texts := []string{"Thank you", "what an idiot", "kill that tribe", "my shop http://a.example http://b.example http://c.example", "I want to end my life"}
	out := h.ask(t, texts, nil)
	if len(out.Results) != len(texts) {
		t.Fatalf("got %d results", len(out.Results))
	}
	for i, text := range texts {
		body, err := json.Marshal(map[string]string{"text": text})
		if err != nil {
			t.Fatal(err)
		}
		var want struct {
			Action models.Action
			Scores models.Scores
			Labels []models.Label
		}
		w := h.do(t, call{"POST", "/v1/check", string(body), nil})
		if err := json.Unmarshal(w.Body.Bytes(), &want); err != nil || w.Code != http.StatusOK {
			t.Fatalf("check: got %d %s", w.Code, w.Body)
		}
		got := out.Results[i]
		if diff := cmp.Diff(got.Verdict.Scores, want.Scores); diff != "" || got.Verdict.Action != want.Action || got.Flagged != (want.Action != models.Allow) {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
		if got.Scores["harassment"] != max(want.Scores[models.Toxic], want.Scores[models.Insult]) || got.Scores["violence"] != want.Scores[models.Threat] {
			t.Errorf("%q: categories %v of scores %v", text, got.Scores, want.Scores)
		}
	}
}

func TestNothingIsKept(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.ask(t, "what an idiot", nil)
	list, err := h.db.ListComments(t.Context(), models.CommentQuery{Site: "blog"})
	if err != nil || len(list.Items) != 0 {
		t.Errorf("kept %v, %v", list.Items, err)
	}
	counted, err := h.db.Counters(t.Context(), "blog", time.Now())
	if diff := cmp.Diff(counted, map[string]int64{"checked.hold": 1}); diff != "" || err != nil {
		t.Errorf("counted: %s %v", diff, err)
	}
}

func TestAListIsAnsweredInOrder(t *testing.T) {
	t.Parallel()
	h := setup(t)
	var texts []string
	for i := range 100 {
		texts = append(texts, fmt.Sprintf("comment %d", i))
		if i%7 == 0 {
			texts[i] += " of an idiot"
		}
	}
	for i, r := range h.ask(t, texts, nil).Results {
		if r.Flagged != (i%7 == 0) {
			t.Errorf("result %d: flagged %v", i, r.Flagged)
		}
	}
}

func TestEachSiteHasItsOwnPolicy(t *testing.T) {
	t.Parallel()
	h := setup(t)
	_, err := h.db.AddPolicy(t.Context(), models.Policy{
		Site: "other", At: time.Now(), By: "test",
		Ruleset: models.Ruleset{Labels: map[models.Label]models.Thresholds{models.Insult: {Hold: 0.99}}},
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	const text = "what an idiot"
	mine := h.ask(t, text, nil).Results[0]
	theirs := h.ask(t, text, map[string]string{"Authorization": "Bearer KEY:other"}).Results[0]
	if !mine.Flagged || !mine.Categories["harassment"] || theirs.Flagged || theirs.Categories["harassment"] {
		t.Errorf("got %+v and %+v", mine, theirs)
	}
	if mine.Scores["harassment"] != theirs.Scores["harassment"] {
		t.Errorf("scores differ: %v and %v", mine.Scores, theirs.Scores)
	}
}

func TestARevokedKeyEndsAtOnce(t *testing.T) {
	t.Parallel()
	h := setup(t)
	made := h.makeKey(t, "brief", models.Key{Site: "blog", Scopes: []models.Scope{models.ScopeSubmit}})
	ask := call{"POST", moderations, `{"input":"Thank you"}`, map[string]string{"Authorization": "Bearer KEY:brief"}}
	if w := h.do(t, ask); w.Code != http.StatusOK {
		t.Fatalf("got %d", w.Code)
	}
	if err := h.keys.RevokeKey(t.Context(), "blog", made.ID, "test"); err != nil {
		t.Fatal(err)
	}
	if w := h.do(t, ask); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), "invalid_api_key") || strings.Contains(w.Body.String(), h.key["brief"]) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestFailuresInTheOriginalsWords(t *testing.T) {
	t.Parallel()
	ask := call{"POST", moderations, `{"input":["Thank you","and again"]}`, nil}
	tests := map[string]struct {
		prepare func(t *testing.T, h *house)
		status  int
		word    string
		retry   bool
	}{
		"the scorer is away":     {func(_ *testing.T, h *house) { h.stub.err = models.Errorf(models.Unavailable, "away") }, 503, "server_error", true},
		"the scorer fails":       {func(_ *testing.T, h *house) { h.stub.err = errors.New("secret cause") }, 500, "server_error", false},
		"the key is over a rate": {func(t *testing.T, h *house) { h.door = h.open(t, 0.001); h.do(t, ask) }, 429, "rate_limit_exceeded", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := setup(t)
			tt.prepare(t, h)
			w := h.do(t, ask)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.word) || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
			if got := w.Header().Get("Retry-After") != ""; got != tt.retry {
				t.Errorf("Retry-After told: %v, want %v", got, tt.retry)
			}
		})
	}
}

func TestTheRateIsToldInTheWiresHeaders(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.door = h.open(t, 2)
	w := h.do(t, call{"GET", "/v1/models", "", nil})
	for name, want := range map[string]string{"x-ratelimit-limit-requests": "2", "x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "500ms", "x-request-id": "test"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestALabelThatNoScorerCoversIsNamed(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.stub.lacks = models.Sexual
	w := h.do(t, call{"POST", moderations, `{"input":"all naked here"}`, nil})
	if warning := w.Header().Get("X-Moderation-Warning"); !strings.Contains(warning, "sexual, sexual/minors") {
		t.Errorf("warned of %q", warning)
	}
	if !strings.Contains(w.Body.String(), `"sexual":0`) || !strings.Contains(w.Body.String(), `"sexual":[]`) {
		t.Errorf("got %s", w.Body)
	}
}

// Whatever is sent, the answer is JSON of a status that is the sender's, in
// one of the wire's two shapes.
func FuzzModerations(f *testing.F) {
	for _, c := range exchanges() {
		if c.method == "POST" && len(c.body) < 2000 {
			f.Add(c.body)
		}
	}
	h := setup(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := h.do(t, call{"POST", moderations, body, nil})
		var out struct {
			Results []any
			Error   *struct {
				Message, Type *string
				Param, Code   *string
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || !utf8.Valid(w.Body.Bytes()) {
			t.Fatalf("%v: %q", err, w.Body)
		}
		switch w.Code {
		case http.StatusOK:
			if len(out.Results) == 0 {
				t.Fatalf("no results: %s", w.Body)
			}
		case http.StatusBadRequest, http.StatusNotFound:
			if out.Error == nil || out.Error.Message == nil || out.Error.Type == nil {
				t.Fatalf("got %s", w.Body)
			}
		default:
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	})
}
