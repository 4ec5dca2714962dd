package assistant_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/storetest"
)

// scores is an answer as the original's backend takes it.
type scores struct {
	Scores map[string][]struct {
		Score      float64
		Begin, End int
	}
	SummaryScores map[string]float64
	Error         string
}

func TestARequestIsKeptBeforeItIsAcknowledged(t *testing.T) {
	t.Parallel()
	h := setup(t)
	callback := named + "/assistant/scores/12"
	for range 2 { // a retry is the same request
		if w := h.do(t, call{"POST", scoreComment, later("What an idiot. Bye.", callback), nil}); w.Code != http.StatusOK {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	due := h.due(t)
	if len(due) != 1 || due[0].Site != "blog" || due[0].Text != "What an idiot. Bye." || due[0].Callback != callback || h.changed.Load() != 2 {
		t.Fatalf("kept %+v", due)
	}
	contentType, body, err := h.wire.Answer(t.Context(), due[0].Scoring)
	if err != nil || contentType != "application/json" {
		t.Fatal(contentType, err)
	}
	var got, sync scores
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	w := h.do(t, call{"POST", scoreComment, asked("What an idiot. Bye.", ""), nil})
	if err := json.Unmarshal(w.Body.Bytes(), &sync); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, sync); diff != "" {
		t.Errorf("posted back - answered at once +:\n%s", diff)
	}
}

func TestWhatCantBeKeptIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	h := setupOn(t, storetest.Fail(storetest.New(t), "AddScoring", models.Errorf(models.Unavailable, "away")))
	w := h.do(t, call{"POST", scoreComment, later("Thank you", named+"/1"), nil})
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || h.changed.Load() != 0 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestWeightsThatAreAwayAreTold(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]stub{
		"the transformer": {degraded: "no weights"},
		"all of them":     {err: models.Errorf(models.Unavailable, "away")},
		"a fault":         {err: fmt.Errorf("at the comment %q", "Thank you")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := setup(t)
			*h.stub = s
			w := h.do(t, call{"POST", scoreComment, asked("Thank you", ""), nil})
			if w.Code < 500 || strings.Contains(w.Body.String(), "Thank you") || !strings.Contains(w.Body.String(), "Assistant error") {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
			if _, _, err := h.wire.Answer(t.Context(), models.Scoring{Site: "blog", Text: "Thank you", Detail: "{}"}); err == nil {
				t.Error("posted scores that are none")
			}
		})
	}
}

func TestSitesAreApart(t *testing.T) {
	t.Parallel()
	h := setup(t)
	body := later("Thank you", "https://other.example/scores/1")
	if w := h.do(t, call{"POST", scoreComment, body, nil}); w.Code != http.StatusForbidden {
		t.Errorf("the blog calls the other's address: %d %s", w.Code, w.Body)
	}
	if w := h.do(t, call{"POST", scoreComment, body, map[string]string{"Authorization": "KEY:other"}}); w.Code != http.StatusOK {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if due := h.due(t); len(due) != 1 || due[0].Site != "other" {
		t.Errorf("kept %+v", due)
	}
}

func TestKeysAreLimited(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.door = h.open(t, 1)
	ask := call{"POST", scoreComment, asked("Thank you", ""), nil}
	h.do(t, ask)
	w := h.do(t, ask)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), `"error"`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// names is what the original's schema takes as the name of an attribute.
var names = regexp.MustCompile(`^[A-Z_]+$`)

// Whatever is sent, the answer is JSON of a status that is the sender's, and
// spans lie in order within the text.
func FuzzScore(f *testing.F) {
	for _, c := range exchanges() {
		if c.method == "POST" && len(c.body) < 2000 {
			f.Add(c.body)
		}
	}
	h := setup(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := h.do(t, call{"POST", scoreComment, body, nil})
		var out scores
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || !utf8.Valid(w.Body.Bytes()) {
			t.Fatalf("%v: %q", err, w.Body)
		}
		if w.Code >= 500 || w.Code != http.StatusOK && out.Error == "" {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
		for name, spans := range out.Scores {
			last := 0
			for _, s := range spans {
				if !names.MatchString(name) || s.Begin < last || s.End <= s.Begin || s.Score < 0 || s.Score > 1 {
					t.Fatalf("%s: %+v", name, spans)
				}
				last = s.End
			}
			if last > len(utf16.Encode([]rune(body))) {
				t.Fatalf("%s ends at %d", name, last)
			}
		}
	})
}
