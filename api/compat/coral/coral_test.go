package coral_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/storetest"
)

func TestTheJudgementIsThatOfACheck(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for _, text := range []string{"Thank you for this", "what an idiot", "my shop is open"} {
		want, err := h.judge.Assess(t.Context(), models.Comment{Site: "blog", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		h.do(t, call{"POST", phase, asked("<div>" + text + "</div>"), ""})
		kept := h.comments(t, "blog")
		i := slices.IndexFunc(kept, func(c models.Comment) bool { return c.Text == text })
		if i < 0 || kept[i].Verdict == nil {
			t.Fatalf("%q was not kept and judged", text)
		}
		if diff := cmp.Diff(kept[i].Verdict.Scores, want.Scores); diff != "" || kept[i].Verdict.Action != want.Action {
			t.Errorf("%q: %s %s", text, kept[i].Verdict.Action, diff)
		}
	}
}

func TestWhatIsKeptOfAComment(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.do(t, call{"POST", phase, asked("<p>Thank you,</p><p>L&eacute;a</p>", "parentID", "77aa", "role", "MEMBER", "id", "9d2f"), ""})
	got := h.comments(t, "blog")
	if len(got) != 1 {
		t.Fatalf("got %d comments", len(got))
	}
	diff := cmp.Diff([]any{got[0].Author, got[0].Context, got[0].Type, strings.Fields(got[0].Text)}, []any{
		models.Author{ID: "9d2f", Role: "member"},
		models.Context{Section: "5c5c", URL: "https://news.example/story", ThreadID: "a1b2", ParentID: "77aa"},
		"reply", []string{"Thank", "you,", "Léa"},
	})
	if diff != "" {
		t.Error(diff)
	}
	if other := h.comments(t, "other"); len(other) != 0 {
		t.Errorf("the other site keeps %d", len(other))
	}
}

func TestTheSameBodyGetsTheFirstAnswerAgain(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"held": "what an idiot", "let pass": "Thank you", "rejected": "casino casino"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := setup(t)
			ask := call{"POST", phase, asked(text), ""}
			first := h.do(t, ask)
			kept := h.comments(t, "blog")
			if len(kept) != 1 {
				t.Fatalf("kept %d", len(kept))
			}
			decision := models.Decision{ID: models.NewID(time.Now()), Comment: kept[0].ID, Site: "blog", Decision: models.DecideReject, By: "user:anne", At: time.Now()}
			if _, err := h.db.RecordDecision(t.Context(), decision, ""); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				again := h.do(t, ask)
				if again.Code != first.Code || again.Body.String() != first.Body.String() {
					t.Errorf("got %d %s, first %d %s", again.Code, again.Body, first.Code, first.Body)
				}
			}
			if n := len(h.comments(t, "blog")); n != 1 {
				t.Errorf("%d comments kept, want 1", n)
			}
		})
	}
}

func TestSitesAreApart(t *testing.T) {
	t.Parallel()
	h := setup(t)
	body := asked("what an idiot")
	h.do(t, call{"POST", phase, body, ""})
	w := h.do(t, call{"POST", "/coral/other/moderation", body, sign(body, otherSecret)})
	if w.Code != http.StatusOK || len(h.comments(t, "blog")) != 1 || len(h.comments(t, "other")) != 1 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if a, b := h.comments(t, "blog")[0], h.comments(t, "other")[0]; a.ID == b.ID {
		t.Error("both sites keep one comment")
	}
}

func TestNoVerdictWithinTheBudgetHolds(t *testing.T) {
	t.Parallel()
	h := setupOn(t, storetest.New(t), 60*time.Millisecond)
	h.queue.sleep(true)
	ask := call{"POST", phase, asked("Thank you"), ""}
	began := time.Now()
	w := h.do(t, ask)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	const held = `{"status":"SYSTEM_WITHHELD"}`
	if w.Code != http.StatusOK || w.Body.String() != held {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	h.queue.sleep(false)
	if _, err := h.judge.JudgePending(t.Context(), 16); err != nil {
		t.Fatal(err)
	}
	if kept := h.comments(t, "blog"); len(kept) != 1 || kept[0].Status != models.Approved {
		t.Errorf("kept %+v", kept)
	}
	if again := h.do(t, ask); again.Body.String() != held {
		t.Errorf("again: got %d %s", again.Code, again.Body)
	}
}

func TestWhatFailsIsHeld(t *testing.T) {
	t.Parallel()
	away := models.Errorf(models.Unavailable, "away")
	for _, act := range []string{"AddComments", "BeginRequest", "EndRequest", "Comment"} {
		t.Run(act, func(t *testing.T) {
			t.Parallel()
			h := setupOn(t, storetest.Fail(storetest.New(t), act, away), 5*time.Second)
			w := h.do(t, call{"POST", phase, asked("what an idiot"), ""})
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"status":"SYSTEM_WITHHELD"`) {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestCoralIsToldLater(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.tell["blog"] = "https://coral.example/api/graphql"
	for _, text := range []string{"what an idiot", "Thank you", "how vile you are"} {
		h.do(t, call{"POST", phase, asked(text), ""})
	}
	h.do(t, call{"POST", "/coral/other/moderation", asked("what an idiot"), sign(asked("what an idiot"), otherSecret)})
	due := func() []string {
		found, err := h.db.LeaseCallbacks(t.Context(), 10, time.Minute, time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, d := range found {
			told = append(told, string(d.Status)+" "+string(d.Site)+" "+d.Wire+" "+d.Callback)
			if err := h.db.EndCallback(t.Context(), d.Comment, d.Token, time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		return told
	}
	if got := due(); len(got) != 0 {
		t.Errorf("before any decision: %q", got)
	}
	decide := func(site models.SiteID, kind models.DecisionKind) {
		for _, c := range h.comments(t, site) {
			d := models.Decision{ID: models.NewID(time.Now()), Comment: c.ID, Site: site, Decision: kind, By: "user:anne", At: time.Now()}
			if _, err := h.db.RecordDecision(t.Context(), d, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	decide("blog", models.DecideApprove)
	decide("other", models.DecideApprove)
	told := "approved blog coral https://coral.example/api/graphql"
	if diff := cmp.Diff(due(), []string{told, told, told}); diff != "" {
		t.Error(diff)
	}
	decide("blog", models.DecideEscalate)
	if got := due(); len(got) != 0 {
		t.Errorf("held again: %q", got)
	}
}

func TestALateVerdictIsToldToo(t *testing.T) {
	t.Parallel()
	h := setupOn(t, storetest.New(t), 60*time.Millisecond)
	h.tell["blog"] = "https://coral.example/api/graphql"
	h.queue.sleep(true)
	h.do(t, call{"POST", phase, asked("Thank you"), ""})
	h.queue.sleep(false)
	var due []models.DueCallback
	// The work behind the answer goes on: the comment may not be kept yet, nor its trace.
	for start := time.Now(); len(due) == 0 && time.Since(start) < 30*time.Second; time.Sleep(5 * time.Millisecond) {
		if _, err := h.judge.JudgePending(t.Context(), 16); err != nil {
			t.Fatal(err)
		}
		var err error
		if due, err = h.db.LeaseCallbacks(t.Context(), 10, time.Minute, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if len(due) != 1 || due[0].Status != models.Approved {
		t.Errorf("got %+v", due)
	}
}

func TestOverTheRateIsHeld(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.open(t, 1)
	h.do(t, call{"POST", phase, asked("Thank you"), ""})
	w := h.do(t, call{"POST", phase, asked("Thanks again"), ""})
	if w.Code != http.StatusOK || w.Body.String() != `{"status":"SYSTEM_WITHHELD"}` || w.Header().Get("RateLimit") == "" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	body := asked("what an idiot")
	if w := h.do(t, call{"POST", "/coral/other/moderation", body, sign(body, otherSecret)}); !strings.Contains(w.Body.String(), "FLAG") {
		t.Errorf("another site is not judged: %d %s", w.Code, w.Body)
	}
}

func TestGuessesOfTheSecretAreLimited(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for range 40 {
		w := h.do(t, call{"POST", phase, asked("Thank you"), sign(asked("Thank you"), "empsec_unknown")})
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") != "" {
			return
		}
		if w.Code != http.StatusUnauthorized {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	t.Error("forty guesses at once")
}

// Whatever is sent by who has the secret, the answer is no opinion, or one that
// Coral's schema takes.
func FuzzModeration(f *testing.F) {
	for _, c := range exchanges() {
		if c.method == "POST" && len(c.body) < 2000 {
			f.Add(c.body)
		}
	}
	h := setup(f)
	f.Fuzz(func(t *testing.T, body string) {
		w := h.do(t, call{"POST", phase, body, ""})
		if w.Code == http.StatusNoContent && w.Body.Len() == 0 {
			return
		}
		var out struct {
			Status  string
			Actions []struct{ ActionType, Reason string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
			t.Fatalf("got %d %q", w.Code, w.Body)
		}
		if out.Status != "SYSTEM_WITHHELD" && out.Status != "REJECTED" {
			t.Fatalf("got %s", w.Body)
		}
		for _, a := range out.Actions {
			if a.ActionType != "FLAG" || a.Reason != "COMMENT_DETECTED_TOXIC" && a.Reason != "COMMENT_DETECTED_SPAM" {
				t.Fatalf("got %s", w.Body)
			}
		}
	})
}
