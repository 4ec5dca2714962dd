package perspective_test

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

func TestScoresAreThoseOfACheck(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for _, text := range []string{"Quel imbécile", "Achetez ici http://a.example http://b.example http://c.example", "Bonjour à tous"} {
		v, err := h.judge.Assess(t.Context(), models.Comment{Site: "blog", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(map[string]any{
			"comment": map[string]string{"text": text}, "requestedAttributes": map[string]any{"TOXICITY": nil, "INSULT": nil, "SPAM": nil},
		})
		if err != nil {
			t.Fatal(err)
		}
		var out struct {
			AttributeScores map[string]struct{ SummaryScore struct{ Value float64 } }
		}
		w := h.do(t, call{"POST", analyze, string(body), nil})
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
		for name, label := range map[string]models.Label{"TOXICITY": models.Toxic, "INSULT": models.Insult, "SPAM": models.Spam} {
			if got, want := out.AttributeScores[name].SummaryScore.Value, v.Scores[label]; float32(got) != float32(want) {
				t.Errorf("%q: %s %v, want %v", text, name, got, want)
			}
		}
	}
}

func TestNothingIsKeptOfAnAnalysis(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.do(t, call{"POST", analyze, `{"comment":{"text":"Quel imbécile"},"requestedAttributes":{"TOXICITY":{}}}`, nil})
	list, err := h.db.ListComments(t.Context(), models.CommentQuery{Site: "blog"})
	if err != nil || len(list.Items) != 0 || len(h.feedback(t, "blog")) != 0 {
		t.Errorf("kept %v, %v", list.Items, err)
	}
	counted, err := h.db.Counters(t.Context(), "blog", time.Now())
	if diff := cmp.Diff(counted, map[string]int64{"measured": 1}); diff != "" || err != nil {
		t.Errorf("counted: %s %v", diff, err)
	}
}

func TestSuggestionsBecomeLabels(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		scores   string
		decision models.DecisionKind
		want     models.Scores
	}{
		"toxic": {`{"TOXICITY":{"summaryScore":{"value":1}},"INSULT":{"summaryScore":{"value":0}}}`, models.DecideReject, models.Scores{models.Toxic: 1, models.Insult: 0}},
		"spam":  {`{"SPAM":{"summaryScore":{"value":1}}}`, models.DecideSpam, models.Scores{models.Spam: 1}},
		"fine":  {`{"TOXICITY_EXPERIMENTAL":{"summaryScore":{"value":0,"type":"PROBABILITY"}}}`, models.DecideApprove, models.Scores{models.Toxic: 0}},
		"both":  {`{"SPAM":{"summaryScore":{"value":1}},"THREAT":{"summaryScore":{"value":0.75}}}`, models.DecideReject, models.Scores{models.Spam: 1, models.Threat: 0.75}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := setup(t)
			for range 2 { // a repeated call is one label
				w := h.do(t, call{"POST", suggest, `{"comment":{"text":"Quel imbécile"},"communityId":"sports","languages":["fr"],"attributeScores":` + tt.scores + `}`, nil})
				if w.Code != http.StatusOK {
					t.Fatalf("got %d %s", w.Code, w.Body)
				}
			}
			got := h.feedback(t, "blog")
			if len(got) != 1 || got[0].Decision != tt.decision || got[0].Section != "sports" || got[0].Lang != "fr" ||
				got[0].TextHash != models.TextHash("Quel imbécile") || got[0].Comment != "" || got[0].Scores[models.Toxic] != 0.875 {
				t.Fatalf("got %+v", got)
			}
			if diff := cmp.Diff(got[0].Suggested, tt.want); diff != "" {
				t.Error(diff)
			}
			if other := h.feedback(t, "other"); len(other) != 0 {
				t.Errorf("the other site learned %+v", other)
			}
		})
	}
}

// kept submits and judges a comment, as the site's own tools do.
func (h *house) kept(t *testing.T, site models.SiteID, external, text string) models.Comment {
	t.Helper()
	now := time.Now()
	c := models.Comment{ID: models.CommentID(models.NewID(now)), Site: site, ExternalID: external, Text: text, ReceivedAt: now}
	if _, err := h.db.AddComments(t.Context(), []models.Comment{c}); err != nil {
		t.Fatal(err)
	}
	lease, err := h.db.LeaseComments(t.Context(), []models.CommentID{c.ID}, time.Minute, now)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.db.RecordJudgements(t.Context(), lease.Token, []models.Judgement{{
		Comment: c.ID, Site: site, Revision: 1, Verdict: models.Verdict{Action: models.Hold, Lang: "fr"}, At: now,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (h *house) status(t *testing.T, c models.Comment) models.Status {
	t.Helper()
	got, err := h.db.Comment(t.Context(), c.Site, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return got.Status
}

func TestASuggestionDecidesTheCommentThatCoralNames(t *testing.T) {
	t.Parallel()
	h := setup(t)
	mine, theirs := h.kept(t, "blog", "42", "Quel imbécile"), h.kept(t, "other", "42", "Quel imbécile")
	byToken := `{"comment":{"text":"Quel imbécile"},"attributeScores":{"TOXICITY":{"summaryScore":{"value":1}}},"clientToken":"comment:42"}`
	byContext := `{"comment":{"text":"Quel imbécile"},"attributeScores":{"TOXICITY":{"summaryScore":{"value":0}}},"context":{"entries":[{"text":"{\"Coral_comment_id\":\"42\"}"}]}}`
	for _, step := range []struct {
		body string
		want models.Status
	}{{byToken, models.Rejected}, {byToken, models.Rejected}, {byContext, models.Approved}} {
		if w := h.do(t, call{"POST", suggest, step.body, nil}); w.Code != http.StatusOK {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
		if got := h.status(t, mine); got != step.want {
			t.Errorf("got %s, want %s", got, step.want)
		}
	}
	if got := h.status(t, theirs); got != models.Held {
		t.Errorf("another site's comment is %s", got)
	}
	if got := h.feedback(t, "blog"); len(got) != 1 || got[0].Comment != mine.ID || got[0].Decision != models.DecideApprove {
		t.Errorf("learned %+v", got)
	}
}

func TestARevokedKeyEndsAtOnce(t *testing.T) {
	t.Parallel()
	h := setup(t)
	made := h.makeKey(t, "brief", models.Key{Site: "blog", Scopes: []models.Scope{models.ScopeSubmit}})
	ask := call{"POST", "/v1alpha1/comments:analyze?key=KEY:brief", `{"comment":{"text":"Bonjour à tous"},"requestedAttributes":{"TOXICITY":{}}}`, nil}
	if w := h.do(t, ask); w.Code != http.StatusOK {
		t.Fatalf("got %d", w.Code)
	}
	if err := h.keys.RevokeKey(t.Context(), "blog", made.ID, "test"); err != nil {
		t.Fatal(err)
	}
	if w := h.do(t, ask); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "API_KEY_INVALID") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestFailuresInTheOriginalsWords(t *testing.T) {
	t.Parallel()
	ask := call{"POST", analyze, `{"comment":{"text":"Bonjour à tous"},"requestedAttributes":{"TOXICITY":{}}}`, nil}
	tests := map[string]struct {
		prepare func(h *house)
		status  int
		word    string
		retry   bool
	}{
		"the scorer is away":           {func(h *house) { h.stub.err = models.Errorf(models.Unavailable, "away") }, 503, "UNAVAILABLE", true},
		"the scorer fails":             {func(h *house) { h.stub.err = errors.New("secret cause") }, 500, "INTERNAL", false},
		"the weights are not loaded":   {func(h *house) { h.stub.degraded, h.stub.lacks = "x", models.Toxic }, 503, "UNAVAILABLE", true},
		"the weights lack the label":   {func(h *house) { h.stub.lacks = models.Toxic }, 400, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE", false},
		"the key is over its rate":     {func(h *house) { h.door = h.open(t, 0.001); h.do(t, ask) }, 429, "RESOURCE_EXHAUSTED", true},
		"the address failed too often": {func(h *house) { failKeys(t, h) }, 429, "RESOURCE_EXHAUSTED", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := setup(t)
			tt.prepare(h)
			c := ask
			if strings.Contains(name, "address") {
				c.path = "/v1alpha1/comments:analyze?key=nope"
			}
			w := h.do(t, c)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.word) || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
			if got := w.Header().Get("Retry-After") != ""; got != tt.retry {
				t.Errorf("Retry-After told: %v, want %v", got, tt.retry)
			}
		})
	}
}

func failKeys(t *testing.T, h *house) {
	t.Helper()
	for range 60 {
		h.do(t, call{"POST", "/v1alpha1/comments:analyze?key=nope", "{}", nil})
	}
}

func TestDiscoveryNamesOurAddress(t *testing.T) {
	t.Parallel()
	h := setup(t)
	r := httptest.NewRequest(http.MethodGet, "/$discovery/rest?version=v1alpha1", nil)
	for host, want := range map[string]string{"moderation.example:8443": "http://moderation.example:8443/", `x"><y`: "http://localhost/"} {
		r.Host = host
		w := httptest.NewRecorder()
		h.door.ServeHTTP(w, r)
		var doc struct {
			RootURL, BaseURL, ServicePath string
			Resources                     map[string]struct {
				Methods map[string]struct{ Path string }
			}
			Schemas map[string]any
		}
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.RootURL != want || doc.BaseURL != want || doc.Resources["comments"].Methods["analyze"].Path != "v1alpha1/comments:analyze" || len(doc.Schemas) < 10 {
			t.Errorf("host %q: got %+v", host, doc)
		}
		if strings.Contains(w.Body.String(), "invalid/") {
			t.Error("the placeholder is still there")
		}
	}
}

func TestAnalysesAreTold(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.do(t, call{"POST", "/v1alpha1/comments:analyze?key=KEY:blog", `{"comment":{"text":"<p>Quel idiot</p>","type":"HTML"},"languages":["fr"],
		"requestedAttributes":{"TOXICITY":{"scoreThreshold":1},"FLIRTATION":{}},"dropUnsupportedAttributes":true}`, nil})
	h.do(t, call{"POST", "/v1alpha1/comments:analyze?key=KEY:blog", `{"comment":{"text":""},"requestedAttributes":{"TOXICITY":{}}}`, nil})
	if len(h.told) != 1 {
		t.Fatalf("told %+v", h.told)
	}
	got := h.told[0]
	if got.Site != "blog" || strings.TrimSpace(got.Text) != "Quel idiot" || len(got.Languages) != 1 || len(got.Scores) != 1 || got.Scores["TOXICITY"] == 0 {
		t.Errorf("told %+v", got)
	}
}

// Whatever is sent, the answer is JSON of a status that is the sender's, and
// spans lie in the text, in order.
func FuzzAnalyze(f *testing.F) {
	for _, c := range exchanges() {
		if len(c.body) < 2000 {
			f.Add(c.body)
		}
	}
	h := setup(f)
	f.Fuzz(func(t *testing.T, body string) {
		for _, path := range []string{analyze, strict, suggest} {
			w := h.do(t, call{"POST", path, body, nil})
			if w.Code != http.StatusOK && w.Code != http.StatusBadRequest || !json.Valid(w.Body.Bytes()) || !utf8.Valid(w.Body.Bytes()) {
				t.Fatalf("got %d %q", w.Code, w.Body)
			}
		}
	})
}

// BenchmarkAnalyze is what the wire costs with a scorer that costs next to nothing.
func BenchmarkAnalyze(b *testing.B) {
	h := setup(b)
	text := strings.Repeat("Je ne suis pas d'accord, très bien argumenté. ", 42)
	body := `{"comment":{"text":"` + text + `"},"languages":["fr"],"requestedAttributes":{"TOXICITY":{},"INSULT":{},"THREAT":{}}}`
	for b.Loop() {
		if w := h.do(b, call{"POST", analyze, body, nil}); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

func TestGoldensCoverEveryErrorType(t *testing.T) {
	t.Parallel()
	h := setup(t)
	missing := map[string]bool{}
	for _, word := range []string{
		"COMMENT_EMPTY", "COMMENT_TOO_LONG", "NO_REQUESTED_ATTRIBUTES", "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
		"LANGUAGE_DETECTION_FAILED", "INVALID_REQUEST", "API_KEY_INVALID", "PERMISSION_DENIED", "NOT_FOUND", "google.rpc.BadRequest",
	} {
		missing[word] = true
	}
	for _, c := range exchanges() {
		answer := h.do(t, c).Body.String()
		maps.DeleteFunc(missing, func(word string, _ bool) bool { return strings.Contains(answer, word) })
	}
	if len(missing) > 0 {
		t.Errorf("no exchange ends in %v", missing)
	}
}
