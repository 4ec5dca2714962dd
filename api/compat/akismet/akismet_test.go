package akismet_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/api/compat/akismet"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/storetest"
)

const thanks = "Thanks for making the web a better place."

func TestTheJudgementIsThatOfACheck(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for _, text := range []string{"Thank you for this", "what an idiot", "my shop is open"} {
		want, err := h.judge.Assess(t.Context(), models.Comment{Site: "blog", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		h.ask(t, "comment-check", nil, "blog", "comment_content", text)
		i := slices.IndexFunc(h.comments(t, "blog"), func(c models.Comment) bool { return c.Text == text })
		if i < 0 {
			t.Fatalf("%q was not kept", text)
		}
		if diff := cmp.Diff(h.comments(t, "blog")[i].Verdict.Scores, want.Scores); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestWhatIsKeptOfAForm(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.ask(t, "comment-check", nil, "blog", "comment_content", "Thank you", "comment_author", "Élodie", "comment_author_email", "e@example.com",
		"comment_author_url", "https://e.example", "user_agent", "Mozilla", "permalink", "https://blog.example/a", "comment_type", "reply",
		"comment_post_ID", "12", "comment_parent", "7", "user_ID", "0", "comment_date_gmt", "2026-01-31 15:04:05", "honeypot_field_name", "fax", "fax", "x")
	got := h.comments(t, "blog")
	if len(got) != 1 {
		t.Fatalf("got %d comments", len(got))
	}
	author := models.Author{Name: "Élodie", Email: "e@example.com", URL: "https://e.example", IP: "192.0.2.7", UserAgent: "Mozilla"}
	context := models.Context{URL: "https://blog.example/a", ThreadID: "12", ParentID: "7"}
	if diff := cmp.Diff([]any{got[0].Author, got[0].Context, got[0].Type, string(got[0].Metadata), got[0].PostedAt},
		[]any{author, context, "reply", `{"honeypot":"x"}`, time.Date(2026, 1, 31, 15, 4, 5, 0, time.UTC)}); diff != "" {
		t.Error(diff)
	}
	if got[0].Status != models.Held {
		t.Errorf("a filled trap is %s", got[0].Status)
	}
}

func TestOtherCharsetsAreRead(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"declared":            "&blog_charset=ISO-8859-1&comment_content=d%E9j%E0+vu",
		"not declared":        "&comment_content=d%E9j%E0+vu",
		"declared, not meant": "&blog_charset=ISO-8859-1&comment_content=d%C3%A9j%C3%A0+vu",
		"unknown":             "&blog_charset=klingon&comment_content=d%E9j%E0+vu",
		"NUL characters":      "&comment_content=d%00%E9j%E0+vu",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := setup(t)
			h.do(t, call{"POST", checkPath, form("blog") + body, nil})
			if got := h.comments(t, "blog"); len(got) != 1 || got[0].Text != "déjà vu" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func (h *house) decide(t *testing.T, id models.CommentID, kind models.DecisionKind) {
	t.Helper()
	if _, err := h.desk.Decide(t.Context(), models.DecisionRequest{Comment: id, Site: "blog", Decision: kind, By: "user:anne"}); err != nil {
		t.Fatal(err)
	}
}

func TestWordPressCarriesThePersonsVerdictHome(t *testing.T) {
	t.Parallel()
	for kind, want := range map[models.DecisionKind]string{models.DecideApprove: "false", models.DecideReject: "true", models.DecideSpam: "true"} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			h := setup(t)
			sent := []string{"comment_content", "what an <b>idiot</b>", "comment_author", "Bob", "permalink", "https://blog.example/a"}
			word, header := h.ask(t, "comment-check", wp, "blog", sent...)
			if word != "pending" {
				t.Fatalf("got %q", word)
			}
			again := append(slices.Clone(sent), "recheck_reason", "recheck_queue")
			again[1] = "what an idiot  " // as the blog's filters left it
			for range 3 {
				h.clock.pass(20 * time.Minute)
				if word, _ := h.ask(t, "comment-check", wp, "blog", again...); word != "pending" {
					t.Errorf("still held: got %q", word)
				}
			}
			h.decide(t, models.CommentID(header.Get("X-akismet-guid")), kind)
			word, header = h.ask(t, "comment-check", wp, "blog", again...)
			if word != want || header.Get("X-akismet-pro-tip") != "" {
				t.Errorf("decided: got %q %v, want %q", word, header, want)
			}
			if n := len(h.comments(t, "blog")); n != 1 {
				t.Errorf("%d comments kept, want 1", n)
			}
		})
	}
}

func TestACallbackIsFiled(t *testing.T) {
	t.Parallel()
	h := setup(t)
	word, header := h.ask(t, "comment-check", nil, "blog", "comment_content", "what an idiot", "callback", "https://blog.example/back")
	id := models.CommentID(header.Get("X-akismet-guid"))
	if word != "false" || header.Get("X-akismet-recheck-after") != "120" {
		t.Errorf("got %q %v", word, header)
	}
	h.ask(t, "comment-check", nil, "blog", "comment_content", "another idiot", "callback", "http://10.0.0.1/back")
	h.decide(t, id, models.DecideReject)
	due, err := h.db.LeaseCallbacks(t.Context(), 10, time.Minute, h.clock.now().Add(time.Hour))
	if err != nil || len(due) != 1 || due[0].Comment != id || due[0].Callback != "https://blog.example/back" {
		t.Fatalf("due %+v, %v", due, err)
	}
	media, body := akismet.Callback(due[0])
	if media != "application/x-www-form-urlencoded" || string(body) != "guid="+string(id)+"&result=true" {
		t.Errorf("got %s %s", media, body)
	}
	due[0].Status = models.Approved
	if _, body := akismet.Callback(due[0]); !strings.HasSuffix(string(body), "result=false") {
		t.Errorf("got %s", body)
	}
}

func TestARepeatedFormIsTheSameComment(t *testing.T) {
	t.Parallel()
	h := setup(t)
	sent := []string{"comment_content", "Thank you", "comment_author", "Anna", "permalink", "https://blog.example/a"}
	_, first := h.ask(t, "comment-check", nil, "blog", sent...)
	_, second := h.ask(t, "comment-check", nil, "blog", sent...)
	if a, b := first.Get("X-akismet-guid"), second.Get("X-akismet-guid"); a == "" || a != b {
		t.Errorf("repeated at once: %s, then %s", a, b)
	}
	elsewhere := append(slices.Clone(sent), "permalink", "https://blog.example/b")
	h.ask(t, "comment-check", nil, "blog", elsewhere...)
	h.clock.pass(time.Hour)
	h.ask(t, "comment-check", nil, "blog", sent...)
	if n := len(h.comments(t, "blog")); n != 3 {
		t.Errorf("on another page, and an hour later: %d comments in all, want 3", n)
	}
}

func TestFeedbackFindsTheCheck(t *testing.T) {
	t.Parallel()
	sent := []string{"comment_content", "a <i>fine</i> day", "comment_author", "Anna", "comment_author_email", "Anna@example.com", "permalink", "https://blog.example/a"}
	tests := map[string]func(guid string) []string{
		"by its guid":             func(guid string) []string { return []string{"guid", guid} },
		"by the plugin's guid":    func(guid string) []string { return []string{"akismet_guid", guid, "comment_content", "edited"} },
		"by its fields":           func(string) []string { return sent },
		"by its fields, dressed":  func(string) []string { return append(slices.Clone(sent), "comment_content", "A fine day!") },
		"by its fields, no page":  func(string) []string { return slices.Clone(sent[:6]) },
		"with a guid of nobody's": func(string) []string { return append(slices.Clone(sent), "guid", models.NewID(time.Now())) },
	}
	for name, fields := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := setup(t)
			_, header := h.ask(t, "comment-check", nil, "blog", sent...)
			guid := header.Get("X-akismet-guid")
			for range 2 { // a repeated call is one decision
				if word, _ := h.ask(t, "submit-spam", nil, "blog", fields(guid)...); word != thanks {
					t.Fatalf("got %q", word)
				}
			}
			got := h.feedback(t, "blog")
			if len(got) != 1 || string(got[0].Comment) != guid || got[0].Decision != models.DecideSpam {
				t.Fatalf("learned %+v", got)
			}
			if c := h.comments(t, "blog")[0]; c.Status != models.Rejected || !strings.HasPrefix(c.Decision.By, "key:") {
				t.Errorf("the comment is %s, by %+v", c.Status, c.Decision)
			}
			if word, _ := h.ask(t, "submit-ham", nil, "blog", fields(guid)...); word != thanks {
				t.Fatalf("got %q", word)
			}
			if got := h.feedback(t, "blog"); len(got) != 1 || got[0].Decision != models.DecideApprove {
				t.Errorf("learned %+v", got)
			}
		})
	}
}

func TestFeedbackOnTheCommentOfThatPage(t *testing.T) {
	t.Parallel()
	h := setup(t)
	page := func(p string) []string {
		return []string{"comment_content", "Thank you", "comment_author", "Anna", "permalink", "https://blog.example/" + p}
	}
	_, a := h.ask(t, "comment-check", nil, "blog", page("a")...)
	h.ask(t, "comment-check", nil, "blog", page("b")...)
	h.ask(t, "submit-spam", nil, "blog", page("a")...)
	if got := h.feedback(t, "blog"); len(got) != 1 || string(got[0].Comment) != a.Get("X-akismet-guid") {
		t.Errorf("learned %+v", got)
	}
}

func TestFeedbackOnATextThatWasNeverChecked(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for range 2 {
		h.ask(t, "submit-spam", nil, "blog", "comment_content", "my shop", "comment_author", "Bob")
	}
	h.ask(t, "submit-spam", nil, "blog", "comment_content", "my shop", "is_test", "1")
	got := h.feedback(t, "blog")
	if len(got) != 1 || got[0].Comment != "" || got[0].TextHash != models.TextHash("my shop") || got[0].Decision != models.DecideSpam || got[0].Scores[models.Spam] < 0.9 {
		t.Errorf("learned %+v", got)
	}
	if n := len(h.comments(t, "blog")); n != 0 {
		t.Errorf("%d comments kept", n)
	}
}

func TestSitesKeepApart(t *testing.T) {
	t.Parallel()
	h := setup(t)
	sent := []string{"comment_content", "what an idiot", "comment_author", "Bob"}
	_, header := h.ask(t, "comment-check", wp, "blog", sent...)
	guid := header.Get("X-akismet-guid")
	h.ask(t, "submit-spam", nil, "other", append(slices.Clone(sent), "guid", guid)...)
	h.ask(t, "submit-spam", nil, "other", "guid", guid)
	if c := h.comments(t, "blog")[0]; c.Status != models.Held || c.Decision != nil {
		t.Errorf("another site decided: %+v", c)
	}
	if got := h.feedback(t, "blog"); len(got) != 0 {
		t.Errorf("another site taught: %+v", got)
	}
	h.ask(t, "comment-check", wp, "other", append(slices.Clone(sent), "recheck_reason", "recheck", "guid", guid)...)
	theirs := h.comments(t, "other")
	if len(theirs) != 1 || string(theirs[0].ID) == guid {
		t.Errorf("the other site keeps %+v", theirs)
	}
	if w := h.do(t, call{"GET", "/1.2/key-sites?api_key=KEY:blog", "", nil}); !strings.Contains(w.Body.String(), `"api_calls":"1"`) || strings.Contains(w.Body.String(), "other") {
		t.Errorf("got %s", w.Body)
	}
}

func TestNothingIsKeptOfATest(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.ask(t, "comment-check", nil, "blog", "comment_content", "my shop", "is_test", "true")
	h.ask(t, "comment-check", nil, "blog", "comment_content", "my shop", "comment_author", "akismet-guaranteed-spam")
	h.ask(t, "comment-check", nil, "blog", "comment_content", "my shop", "user_role", "editor, administrator")
	if n := len(h.comments(t, "blog")); n != 0 {
		t.Errorf("%d comments kept", n)
	}
}

func TestTheOverlongIsHeld(t *testing.T) {
	t.Parallel()
	h := setup(t)
	long := strings.Repeat("a fine day é ", 3000)
	if word, _ := h.ask(t, "comment-check", wp, "blog", "comment_content", long); word != "pending" {
		t.Errorf("got %q", word)
	}
	items, err := h.desk.Items(t.Context(), models.ReviewQuery{Site: "blog"})
	if err != nil || len(items.Items) != 1 || utf8.RuneCountInString(items.Items[0].Comment.Text) != models.MaxTextRunes {
		t.Errorf("for review: %d, %v", len(items.Items), err)
	}
	if word, _ := h.ask(t, "comment-check", wp, "blog", "comment_content", "vile "+long); word != "true" {
		t.Errorf("overlong and vile: got %q", word)
	}
	if word, _ := h.ask(t, "comment-check", wp, "blog", "comment_content", long, "is_test", "1"); word != "pending" {
		t.Errorf("as a test: got %q", word)
	}
}

func TestNotJudgedInTimeWaitsLikeAHeldOne(t *testing.T) {
	t.Parallel()
	h := setupOn(t, storetest.New(t), 0, time.Millisecond)
	h.queue.asleep = true
	if word, _ := h.ask(t, "comment-check", wp, "blog", "comment_content", "Thank you"); word != "pending" {
		t.Errorf("WordPress: got %q", word)
	}
	if word, _ := h.ask(t, "comment-check", nil, "ham", "comment_content", "Thank you too"); word != "false" {
		t.Errorf("hold_as false: got %q", word)
	}
	if _, err := h.judge.JudgePending(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if word, _ := h.ask(t, "comment-check", wp, "blog", "comment_content", "Thank you", "recheck_reason", "recheck"); word != "false" {
		t.Errorf("once judged: got %q", word)
	}
}

func TestFailuresInTheWiresWords(t *testing.T) {
	t.Parallel()
	away := models.Wrap(models.Unavailable, http.ErrServerClosed, "the database is away")
	tests := map[string]struct {
		act    string
		rate   float64
		status int
		body   string
		retry  string
	}{
		"the store is away": {act: "AddComments", status: 503, body: "error", retry: "5"},
		"it can't be read":  {act: "Traced", status: 503, body: "error", retry: "5"},
		"over the rate":     {rate: 0.001, status: 429, body: "invalid", retry: "1000"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.New(t)
			h := setupOn(t, db, tt.rate, 0)
			if tt.act != "" {
				h = setupOn(t, storetest.Fail(storetest.New(t), tt.act, away), 0, 0)
			}
			c := call{"POST", checkPath, form("blog", "comment_content", "Thank you"), nil}
			if tt.rate > 0 {
				h.do(t, c)
			}
			w := h.do(t, c)
			if w.Code != tt.status || w.Body.String() != tt.body || w.Header().Get("Retry-After") != tt.retry || received(w).Get("X-akismet-debug-help") == "" {
				t.Errorf("got %d %q %v", w.Code, w.Body, w.Header())
			}
		})
	}
}

func TestALostTraceCostsNoVerdict(t *testing.T) {
	t.Parallel()
	h := setupOn(t, storetest.Fail(storetest.New(t), "AddTrace", http.ErrServerClosed), 0, 0)
	if word, _ := h.ask(t, "comment-check", nil, "blog", "comment_content", "my shop"); word != "true" {
		t.Errorf("got %q", word)
	}
}

func TestCountsOfAMonth(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for _, text := range []string{"Thank you", "my shop", "casino", "what an idiot"} {
		h.ask(t, "comment-check", nil, "blog", "comment_content", text)
	}
	h.ask(t, "submit-spam", nil, "blog", "comment_content", "Thank you")
	h.ask(t, "submit-ham", nil, "blog", "comment_content", "my shop")
	var usage struct{ Usage int }
	if err := json.Unmarshal(h.do(t, call{"GET", "/1.2/usage-limit?api_key=KEY:blog", "", nil}).Body.Bytes(), &usage); err != nil || usage.Usage != 4 {
		t.Errorf("usage %+v, %v", usage, err)
	}
	w := h.do(t, call{"GET", "/1.2/key-sites?api_key=KEY:blog&format=csv&month=" + h.clock.now().Format("2006-01"), "", nil})
	if !strings.HasSuffix(w.Body.String(), "\nblog,4,2,1,1,1,false\n") {
		t.Errorf("got %s", w.Body)
	}
	for query, want := range map[string]string{"filter=BLO": `"total":1`, "filter=x": `"total":0`, "offset=1": `[]`} {
		if w := h.do(t, call{"GET", "/1.2/key-sites?api_key=KEY:blog&" + query, "", nil}); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: got %s", query, w.Body)
		}
	}
	var stats struct {
		Spam, Ham int
		Accuracy  string
	}
	if err := json.Unmarshal(h.do(t, call{"POST", "/1.1/get-stats", "api_key=KEY:blog&from=all", nil}).Body.Bytes(), &stats); err != nil || stats.Spam != 2 || stats.Ham != 1 || stats.Accuracy != "33.33" {
		t.Errorf("stats %+v, %v", stats, err)
	}
}

// Whatever is sent, the answer is one of the wire's words.
func FuzzCheck(f *testing.F) {
	for _, c := range exchanges() {
		if len(c.body) < 1000 && c.method == "POST" {
			f.Add(c.body, c.header["Content-Type"])
		}
	}
	h := setup(f)
	f.Fuzz(func(t *testing.T, body, contentType string) {
		if strings.ContainsFunc(contentType, func(r rune) bool { return r < ' ' || r > '~' }) {
			return // no HTTP server hands that on
		}
		for _, path := range []string{checkPath, "/1.1/submit-spam", "/1.2/key-sites"} {
			w := h.do(t, call{"POST", path + "?api_key=KEY:blog&is_test=1", body, map[string]string{"Content-Type": contentType}})
			if w.Code != http.StatusOK && w.Code != http.StatusTooManyRequests || w.Body.Len() == 0 || !utf8.Valid(w.Body.Bytes()) {
				t.Fatalf("%s: got %d %q", path, w.Code, w.Body)
			}
		}
	})
}
