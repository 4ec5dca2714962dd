package v1_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

func TestWaiting(t *testing.T) {
	t.Parallel()
	inTime := func(_ context.Context, _ models.SiteID, id models.CommentID) (models.Comment, error) {
		return heldComment(id), nil
	}
	tooLate := func(_ context.Context, _ models.SiteID, id models.CommentID) (models.Comment, error) {
		return pendingComment(id), nil
	}
	away := func(context.Context, models.SiteID, models.CommentID) (models.Comment, error) {
		return models.Comment{}, models.Errorf(models.Unavailable, "the database is away")
	}
	tests := map[string]struct {
		prefer  string
		await   func(context.Context, models.SiteID, models.CommentID) (models.Comment, error)
		status  int
		applied string
	}{
		"no preference":                  {"", inTime, 202, ""},
		"a verdict in time":              {"wait=3", inTime, 200, "wait=3"},
		"one preference of several":      {`respond-async, wait="3"; x=1`, inTime, 200, "wait=3"},
		"more than can be had":           {"wait=9999", inTime, 200, "wait=10"},
		"no verdict in time":             {"wait=3", tooLate, 202, "wait=3"},
		"a wait of nothing":              {"wait=0", inTime, 202, ""},
		"a wait below nothing":           {"wait=-1", inTime, 202, ""},
		"a wait that is no number":       {"wait=soon", inTime, 202, ""},
		"durable, though waiting failed": {"wait=3", away, 202, "wait=3"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.await = tt.await
			w := h.do(t, call{"POST", comments, `{"text":"ok"}`, map[string]string{"Prefer": tt.prefer}})
			if w.Code != tt.status || w.Header().Get("Preference-Applied") != tt.applied {
				t.Errorf("got %d, applied %q; want %d, %q", w.Code, w.Header().Get("Preference-Applied"), tt.status, tt.applied)
			}
			if got := w.Header().Get("Location"); got != theOne {
				t.Errorf("got location %q", got)
			}
		})
	}
}

func TestAwaitEndsWhenThePreferenceDoes(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.await = func(ctx context.Context, _ models.SiteID, id models.CommentID) (models.Comment, error) {
		end, ok := ctx.Deadline()
		if left := time.Until(end); !ok || left > 2*time.Second || left < time.Second {
			t.Errorf("got %v to wait, want 2 s", left)
		}
		return pendingComment(id), nil
	}
	h.do(t, call{"POST", comments, `{"text":"ok"}`, map[string]string{"Prefer": "wait=2"}})
}

func TestAKnownCommentIsAnsweredAsItStands(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.submit = func(context.Context, models.Comment) (models.Submitted, error) {
		return models.Submitted{ID: commentID, Status: models.Held}, nil
	}
	w := h.do(t, call{"POST", comments, `{"text":"ok","external_id":"a1"}`, nil})
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"status":"held"`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestDoNotStoreStoresNothing(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.submit = func(context.Context, models.Comment) (models.Submitted, error) {
		t.Error("it was stored")
		return models.Submitted{}, nil
	}
	h.end = func(_ context.Context, _ models.IdempotentRequest, answer *models.SavedResponse) error {
		if answer != nil {
			t.Errorf("the answer was kept: %s", answer.Body)
		}
		return nil
	}
	c := call{"POST", comments, `{"text":"ok","do_not_store":true}`, map[string]string{"Prefer": "wait=1", "Idempotency-Key": "k"}}
	if w := h.do(t, c); w.Code != http.StatusOK {
		t.Errorf("got %d %s", w.Code, w.Body)
	}

	h.assess = func(ctx context.Context, _ models.Comment) (models.Verdict, error) {
		<-ctx.Done()
		return models.Verdict{}, ctx.Err()
	}
	r := c.request()
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	w := httptest.NewRecorder()
	h.handler(t).ServeHTTP(w, r.WithContext(ctx))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("no verdict in time: got %d", w.Code)
	}
}

// shelf keeps idempotent answers as the store does.
type shelf struct {
	kept map[string]*models.SavedResponse
	open map[string]string // key → fingerprint
}

func newShelf(h *house) *shelf {
	s := &shelf{kept: map[string]*models.SavedResponse{}, open: map[string]string{}}
	h.begin = func(_ context.Context, r models.IdempotentRequest) (*models.SavedResponse, error) {
		was, known := s.open[r.Key]
		switch {
		case known && was != r.Fingerprint:
			return nil, models.Fields(models.FieldError{Field: "Idempotency-Key", Detail: "was used for another request"})
		case known && s.kept[r.Key] == nil:
			return nil, models.Errorf(models.Conflict, "the first request is still in hand")
		}
		s.open[r.Key] = r.Fingerprint
		return s.kept[r.Key], nil
	}
	h.end = func(ctx context.Context, r models.IdempotentRequest, answer *models.SavedResponse) error {
		if answer == nil {
			delete(s.open, r.Key)
		}
		s.kept[r.Key] = answer
		return ctx.Err()
	}
	return s
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	h := newHouse()
	s := newShelf(h)
	var ids []models.CommentID
	h.submit = func(_ context.Context, c models.Comment) (models.Submitted, error) {
		ids = append(ids, c.ID)
		return models.Submitted{ID: c.ID, Status: models.Pending}, nil
	}
	keyed := map[string]string{"Idempotency-Key": "k1"}
	first := h.do(t, call{"POST", comments, `{"text":"ok"}`, keyed})
	again := h.do(t, call{"POST", comments, `{"text":"ok"}`, keyed})
	if first.Code != http.StatusAccepted || again.Code != first.Code {
		t.Fatalf("got %d, then %d", first.Code, again.Code)
	}
	if diff := cmp.Diff(first.Body.String(), again.Body.String()); diff != "" {
		t.Error(diff)
	}
	if again.Header().Get("Idempotent-Replayed") != "true" || first.Header().Get("Idempotent-Replayed") != "" {
		t.Error("the replay is not marked, or the first is")
	}
	if again.Header().Get("Location") != first.Header().Get("Location") || len(ids) != 1 {
		t.Errorf("location %q, %d submissions", again.Header().Get("Location"), len(ids))
	}
	if w := h.do(t, call{"POST", comments, `{"text":"other"}`, keyed}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("another body got %d", w.Code)
	}
	if w := h.do(t, call{"POST", theOne + "/reports", `{"reason":"x"}`, keyed}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("another address got %d", w.Code)
	}
	s.kept["k1"] = nil
	if w := h.do(t, call{"POST", comments, `{"text":"ok"}`, keyed}); w.Code != http.StatusConflict {
		t.Errorf("in flight: got %d", w.Code)
	}
}

func TestARepetitionAfterACrashMakesTheSameComment(t *testing.T) {
	t.Parallel()
	h := newHouse() // it forgets every key: as if it had died before it kept the answer
	var ids []models.CommentID
	h.submit = func(_ context.Context, c models.Comment) (models.Submitted, error) {
		ids = append(ids, c.ID)
		return models.Submitted{ID: c.ID, Status: models.Pending}, nil
	}
	h.submitBatch = func(_ context.Context, cs []models.Comment) ([]models.Submitted, error) {
		for _, c := range cs {
			ids = append(ids, c.ID)
		}
		return make([]models.Submitted, len(cs)), nil
	}
	for range 2 {
		h.do(t, call{"POST", comments, `{"text":"ok"}`, map[string]string{"Idempotency-Key": "k"}})
	}
	h.do(t, call{"POST", comments, `{"text":"ok"}`, map[string]string{"Idempotency-Key": "other"}})
	h.do(t, call{"POST", comments, `{"text":"ok"}`, nil})
	for range 2 {
		h.do(t, call{"POST", comments + "/batch", `{"comments":[{"text":"ok"},{"text":"ok"}]}`, map[string]string{"Idempotency-Key": "b"}})
	}
	if ids[0] != ids[1] || !models.ValidID(string(ids[0])) || ids[0] == ids[2] || ids[3] != "" {
		t.Errorf("single: got %q", ids[:4])
	}
	if ids[4] != ids[6] || ids[5] != ids[7] || ids[4] == ids[5] || !models.ValidID(string(ids[4])) {
		t.Errorf("batch: got %q", ids[4:])
	}
}

func TestOnlySuccessIsKept(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path, body string
		err        error
		kept       bool
	}{
		"a durable comment":      {comments, `{"text":"ok"}`, nil, true},
		"a blank text":           {comments, `{"text":""}`, nil, false},
		"a database away":        {comments, `{"text":"ok"}`, models.Errorf(models.Unavailable, "away"), false},
		"a fault of ours":        {comments, `{"text":"ok"}`, errors.New("boom"), false},
		"a batch with a bad one": {comments + "/batch", `{"comments":[{"text":"ok"},{"text":""}]}`, nil, true},
		"a batch half refused":   {comments + "/batch", `{"comments":[{"text":"ok"}]}`, models.Errorf(models.Unavailable, "away"), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			s := newShelf(h)
			h.submit = func(context.Context, models.Comment) (models.Submitted, error) {
				return models.Submitted{ID: commentID, Status: models.Pending}, tt.err
			}
			h.submitBatch = func(context.Context, []models.Comment) ([]models.Submitted, error) {
				return []models.Submitted{{ID: commentID, Status: models.Pending, Err: tt.err}}, nil
			}
			h.do(t, call{"POST", tt.path, tt.body, map[string]string{"Idempotency-Key": "k"}})
			if _, open := s.open["k"]; (s.kept["k"] != nil) != tt.kept || open != tt.kept {
				t.Errorf("kept %v, open %v; want %v", s.kept["k"], open, tt.kept)
			}
		})
	}
}

// An erased text must not live on in a kept answer.
func TestAKeptAnswerHoldsNoText(t *testing.T) {
	t.Parallel()
	h := newHouse()
	s := newShelf(h)
	h.comment = func(_ context.Context, _ models.SiteID, id models.CommentID) (models.Comment, error) {
		return heldComment(id), nil
	}
	c := call{"POST", comments, `{"text":"Quel imbécile"}`, map[string]string{"Idempotency-Key": "k", "Prefer": "wait=1"}}
	first := h.do(t, c)
	if kept := s.kept["k"]; first.Code != http.StatusOK || kept == nil || len(kept.Body) > 0 {
		t.Fatalf("got %d, kept %+v", first.Code, kept)
	}
	again := h.do(t, c)
	if diff := cmp.Diff(first.Body.String(), again.Body.String()); diff != "" || again.Code != http.StatusOK {
		t.Error(again.Code, diff)
	}
	h.comment = func(_ context.Context, _ models.SiteID, id models.CommentID) (models.Comment, error) {
		return models.Comment{ID: id, Site: site, Status: models.Erased}, nil
	}
	if erased := h.do(t, c); strings.Contains(erased.Body.String(), "imbécile") || !strings.Contains(erased.Body.String(), `"status":"erased"`) {
		t.Errorf("got %s", erased.Body)
	}
}

func TestSecretsAreKeptNowhere(t *testing.T) {
	t.Parallel()
	for _, c := range []call{
		{"POST", "/v1/keys", `{"scopes":["read"]}`, nil},
		{"POST", "/v1/webhooks", `{"url":"https://blog.example/in"}`, nil},
		{"POST", "/v1/webhooks/h1/rotate", "", nil},
	} {
		h := newHouse()
		s := newShelf(h)
		c.header = map[string]string{"Idempotency-Key": "k"}
		w := h.do(t, c)
		if len(s.kept) > 0 || !strings.Contains(w.Body.String(), "shownonce") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: kept %v, answered %s", c.path, s.kept, w.Body)
		}
	}
	for _, path := range []string{"/v1/webhooks", "/v1/keys"} {
		if w := newHouse().do(t, call{"GET", path, "", nil}); strings.Contains(w.Body.String(), "shownonce") {
			t.Errorf("%s shows a secret: %s", path, w.Body)
		}
	}
}

func TestAPanicEndsTheKeyAndTellsNoText(t *testing.T) {
	t.Parallel()
	h := newHouse()
	s := newShelf(h)
	var log bytes.Buffer
	h.log = &log
	h.submit = func(_ context.Context, c models.Comment) (models.Submitted, error) { panic("text: " + c.Text) }
	w := h.do(t, call{"POST", comments, `{"text":"a secret"}`, map[string]string{"Idempotency-Key": "k"}})
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "urn:tamis:request:test") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if _, open := s.open["k"]; open {
		t.Error("the key is still in hand")
	}
	if strings.Contains(log.String()+w.Body.String(), "secret") || !strings.Contains(log.String(), "submit_test.go") {
		t.Errorf("the log tells the text, or not the place: %s", log.String())
	}
}

func TestErrorsAreLoggedOnceAndTheirCauseIsNotShown(t *testing.T) {
	t.Parallel()
	h := newHouse()
	var log bytes.Buffer
	h.log = &log
	h.submit = func(context.Context, models.Comment) (models.Submitted, error) {
		return models.Submitted{}, errors.New("pq: password authentication failed")
	}
	w := h.do(t, call{"POST", comments + "?q=private", `{"text":"ok"}`, nil})
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "password") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	line := log.String()
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, "password authentication") || !strings.Contains(line, `"request":"test"`) {
		t.Errorf("got log %s", line)
	}
	if strings.Contains(line, "private") || strings.Contains(line, "tam_") || !strings.Contains(line, `"route":"/v1/comments"`) {
		t.Errorf("got log %s", line)
	}
}

func TestPolicyChangesAreChecked(t *testing.T) {
	t.Parallel()
	stale := models.Errorf(models.Conflict, "version 4 is the newest")
	tests := map[string]struct {
		body, match string
		err         error
		raw         string
		base        int64
		status      int
	}{
		"a ruleset":               {`{"labels":{}}`, "", nil, `{"labels":{}}`, -1, 200},
		"an answer of GET":        {`{"version":3,"ruleset":{"labels":{}},"by":null}`, `"3"`, nil, `{"labels":{}}`, 3, 200},
		"a weak tag":              {`{"labels":{}}`, `W/"0"`, nil, `{"labels":{}}`, 0, 200},
		"any version":             {`{"labels":{}}`, "*", nil, `{"labels":{}}`, -1, 200},
		"a version that is stale": {`{"labels":{}}`, `"3"`, stale, `{"labels":{}}`, 3, 412},
		"a race without If-Match": {`{"labels":{}}`, "", stale, `{"labels":{}}`, -1, 409},
		"a ruleset with faults":   {`{"labels":{}}`, "", models.Fields(models.FieldError{Field: "labels.toxic.hold", Detail: "is 2"}), `{"labels":{}}`, -1, 422},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.setPolicy = func(_ context.Context, s models.SiteID, raw []byte, base int64, by string) (models.Policy, error) {
				if string(raw) != tt.raw || base != tt.base || s != site || by != "key:all" {
					t.Errorf("got %s, base %d, by %s", raw, base, by)
				}
				return models.Policy{Version: 4}, tt.err
			}
			w := h.do(t, call{"PUT", "/v1/policy", tt.body, map[string]string{"If-Match": tt.match}})
			if w.Code != tt.status || tt.err == nil && w.Header().Get("ETag") != `"4"` {
				t.Errorf("got %d, ETag %s", w.Code, w.Header().Get("ETag"))
			}
		})
	}
}

func TestReasonsAreInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ accept, locale, want string }{
		"the site's":                         {"", "fr", "insulte"},
		"the site's own English":             {"", "en", "insult:"},
		"the reader's":                       {"en", "fr", "insult:"},
		"a region of the reader's":           {"fr-CA,en;q=0.5", "en", "insulte"},
		"one that nobody speaks here":        {"ja", "fr", "insulte"},
		"one that can't be read":             {"!!", "fr", "insulte"},
		"one that is longer than it can be":  {strings.Repeat("en,", 200), "fr", "insulte"},
		"a site that says nothing of itself": {"", "", "insult:"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.locale = tt.locale
			w := h.do(t, call{"GET", theOne, "", map[string]string{"Accept-Language": tt.accept}})
			if !strings.Contains(w.Body.String(), `"text":"`+tt.want) {
				t.Errorf("got %s", w.Body)
			}
		})
	}
}
