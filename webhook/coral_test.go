package webhook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/webhook"
)

// coralNode is a comment as Coral shows it.
type coralNode struct {
	ID        string            `json:"id"`
	Body      string            `json:"body"`
	Status    string            `json:"status"`
	CreatedAt time.Time         `json:"createdAt"`
	Author    map[string]string `json:"author"`
	Revision  map[string]string `json:"revision"`
}

// fakeCoral answers the three documents that Coral is asked, as Coral 9 does.
type fakeCoral struct {
	mu      sync.Mutex
	story   []coralNode // the newest first
	told    []string
	failing string // a status, or "errors"
}

func (f *fakeCoral) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var in struct {
		Query     string
		Variables struct{ Story, After, Comment, Revision string }
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Header.Get("Authorization") != "Bearer t0ken" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	switch f.failing {
	case "away":
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case "errors":
		_, _ = w.Write([]byte(`{"errors":[{"message":"the secret of the comment"}],"data":null}`))
		return
	case "not JSON":
		_, _ = w.Write([]byte(`<html>`))
		return
	}
	reply := func(data any) { _ = json.NewEncoder(w).Encode(map[string]any{"data": data}) }
	switch {
	case strings.Contains(in.Query, "approveComment"), strings.Contains(in.Query, "rejectComment"):
		verb := "reject"
		if strings.Contains(in.Query, "approveComment") {
			verb = "approve"
		}
		f.told = append(f.told, verb+" "+in.Variables.Comment+" "+in.Variables.Revision)
		reply(map[string]any{verb + "Comment": nil})
	case in.Variables.Story != "s1":
		reply(map[string]any{"comments": map[string]any{"nodes": []coralNode{}, "pageInfo": map[string]any{"hasNextPage": false}}})
	default:
		from := 0
		_, _ = fmt.Sscan(in.Variables.After, &from)
		to := min(from+50, len(f.story))
		reply(map[string]any{"comments": map[string]any{
			"nodes":    f.story[from:to],
			"pageInfo": map[string]any{"hasNextPage": to < len(f.story), "endCursor": fmt.Sprint(to)},
		}})
	}
}

func node(id, author, body, status string, at time.Time) coralNode {
	return coralNode{id, body, status, at, map[string]string{"id": author}, map[string]string{"id": "r-" + id}}
}

func TestCoralIsToldOfALaterVerdict(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	decided := &models.Decision{Decision: models.DecideApprove}
	kept := models.Comment{
		ID: "c1", Site: "blog", Text: "Quelle  idée !\nVraiment 2 < 3", Author: models.Author{ID: "a1"}, Context: models.Context{ThreadID: "s1"},
		ReceivedAt: now, Status: models.Approved, Decision: decided,
	}
	body := "<p>Quelle id&eacute;e&nbsp;!</p><p>Vraiment 2 &lt; 3</p>"
	tests := map[string]struct {
		change  func(c *models.Comment)
		story   []coralNode
		failing string
		told    []string
		again   bool
		gone    bool
	}{
		"approved by a person": {story: []coralNode{node("x", "a1", body, "SYSTEM_WITHHELD", now)}, told: []string{"approve x r-x"}},
		"rejected by a person": {
			change: func(c *models.Comment) { c.Status = models.Rejected },
			story:  []coralNode{node("x", "a1", body, "APPROVED", now)}, told: []string{"reject x r-x"},
		},
		"the same words twice": {
			story: []coralNode{node("y", "a1", body, "PREMOD", now), node("x", "a1", body, "SYSTEM_WITHHELD", now)},
			told:  []string{"approve y r-y", "approve x r-x"},
		},
		"settled there already": {story: []coralNode{node("x", "a1", body, "APPROVED", now)}},
		"the machine's late word on what waits": {
			change: func(c *models.Comment) { c.Decision = nil }, story: []coralNode{node("x", "a1", body, "SYSTEM_WITHHELD", now)},
			told: []string{"approve x r-x"},
		},
		"the machine does not overrule Coral's people": {
			change: func(c *models.Comment) { c.Decision = nil }, story: []coralNode{node("x", "a1", body, "REJECTED", now)},
		},
		"another author's and other words": {
			story: []coralNode{node("x", "a2", body, "SYSTEM_WITHHELD", now), node("y", "a1", "<p>Autre</p>", "SYSTEM_WITHHELD", now)}, again: true,
		},
		"not there yet":     {again: true},
		"far down the page": {story: append(many(120, now), node("x", "a1", body, "SYSTEM_WITHHELD", now)), told: []string{"approve x r-x"}},
		"older than the comment can be": {
			story: append(many(10, now.Add(-time.Hour)), node("x", "a1", body, "SYSTEM_WITHHELD", now.Add(-2*time.Hour))), again: true,
		},
		"cut here": {
			change: func(c *models.Comment) { c.Text = strings.Repeat("é", models.MaxTextRunes) },
			story:  []coralNode{node("x", "a1", strings.Repeat("é", models.MaxTextRunes+9), "SYSTEM_WITHHELD", now)}, told: []string{"approve x r-x"},
		},
		"away":      {failing: "away", again: true},
		"refused":   {failing: "errors", again: true},
		"not Coral": {failing: "not JSON", again: true},
		"edited here": {
			change: func(c *models.Comment) { c.Decision = &models.Decision{Decision: models.DecideEdit} },
			story:  []coralNode{node("x", "a1", body, "SYSTEM_WITHHELD", now)}, gone: true,
		},
		"erased since":          {change: func(c *models.Comment) { c.Status = models.Erased }, gone: true},
		"a site without tokens": {change: func(c *models.Comment) { c.Site = "other" }, again: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := kept
			if tt.change != nil {
				tt.change(&c)
			}
			fake := &fakeCoral{story: tt.story, failing: tt.failing}
			server := httptest.NewServer(fake)
			defer server.Close()
			guard := newGuard(t, strings.TrimPrefix(server.URL, "http://"))
			coral := &webhook.Coral{
				Comment: func(context.Context, models.SiteID, models.CommentID) (models.Comment, error) { return c, nil },
				Client:  guard.Client(), Guard: guard, Tokens: map[models.SiteID]string{"blog": "t0ken"}, Now: func() time.Time { return now },
			}
			status, _, err := coral.Tell(t.Context(), models.DueCallback{
				Trace: models.Trace{Comment: c.ID, Site: c.Site, Wire: "coral", Callback: server.URL + "/api/graphql"}, Status: c.Status,
			})
			if diff := cmp.Diff(fake.told, tt.told); diff != "" {
				t.Error(diff)
			}
			if (err != nil) != tt.again || tt.gone != (status == http.StatusGone) {
				t.Errorf("got %d, %v", status, err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats what Coral said: %v", err)
			}
		})
	}
}

func many(n int, at time.Time) []coralNode {
	var all []coralNode
	for i := range n {
		all = append(all, node(fmt.Sprint(i), "a9", "<p>x</p>", "NONE", at))
	}
	return all
}

func TestCoralAtAPrivateAddressIsNotCalled(t *testing.T) {
	t.Parallel()
	called := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer server.Close()
	guard := newGuard(t)
	coral := &webhook.Coral{
		Comment: func(context.Context, models.SiteID, models.CommentID) (models.Comment, error) {
			return models.Comment{Status: models.Approved}, nil
		},
		Client: guard.Client(), Guard: guard, Tokens: map[models.SiteID]string{"blog": "t0ken"}, Now: time.Now,
	}
	if _, _, err := coral.Tell(t.Context(), models.DueCallback{Trace: models.Trace{Site: "blog", Callback: server.URL}}); err == nil || called {
		t.Errorf("called %v, %v", called, err)
	}
}
