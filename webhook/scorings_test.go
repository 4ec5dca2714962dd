package webhook_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/webhook"
)

// tray holds due scorings and remembers how each ended.
type tray struct {
	due []models.DueScoring
	mu  sync.Mutex
	end map[string]time.Time
}

func (*tray) AddScoring(context.Context, models.Scoring) error { return nil }

func (s *tray) LeaseScorings(context.Context, int, time.Duration, time.Time) ([]models.DueScoring, error) {
	return s.due, nil
}

func (s *tray) EndScoring(_ context.Context, id, token string, retryAt time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if token != "t0ken" {
		return models.Errorf(models.Conflict, "the lease is lost")
	}
	s.end[id] = retryAt
	return nil
}

func scoring(id, site, url string, tries int) models.DueScoring {
	return models.DueScoring{
		Scoring: models.Scoring{ID: id, Site: models.SiteID(site), Wire: "assistant", Callback: url, Text: id},
		Token:   "t0ken", Tries: tries,
	}
}

// heard is one post that came.
type heard struct {
	path   string
	header http.Header
	body   []byte
}

func TestScoresAreToldToThoseWhoMayHear(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	came := map[string]heard{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		mu.Lock()
		came[string(raw)] = heard{r.URL.Path, r.Header, raw}
		mu.Unlock()
		if strings.HasSuffix(r.URL.Path, "/busy") {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	secret := webhook.NewSecret()
	guard := newGuard(t, strings.TrimPrefix(server.URL, "http://"))
	s := &tray{end: map[string]time.Time{}, due: []models.DueScoring{
		scoring("named", "blog", server.URL+"/api/scores/1", 0),
		scoring("busy", "blog", server.URL+"/api/busy", 0),
		scoring("given-up", "blog", server.URL+"/api/busy", 9),
		scoring("not-named", "blog", server.URL+"/other", 0),
		scoring("signed", "signed", server.URL+"/anywhere", 0),
		scoring("neither", "bare", server.URL+"/api/scores/1", 0),
		scoring("private", "signed", "http://127.0.0.1:1/x", 0),
		scoring("not-scored", "blog", server.URL+"/api/scores/1", 0),
	}}
	now := time.Now()
	told := &webhook.Scorings{
		Store: s, Client: guard.Client(), Guard: guard, Log: quiet, Now: func() time.Time { return now },
		Peers: &webhook.Peers{
			Guard: guard, Named: map[models.SiteID][]string{"blog": {server.URL + "/api"}, "signed": {server.URL + "/api"}},
			Secrets: map[models.SiteID][]string{"signed": {secret}},
			Tokens:  map[models.SiteID]string{"blog": "JWT t1", "signed": "t2", "bare": "t3"},
		},
		Word: map[string]func(context.Context, models.Scoring) (webhook.Words, error){
			"assistant": func(_ context.Context, s models.Scoring) (webhook.Words, error) {
				if s.Text == "not-scored" {
					return webhook.Words{}, errors.New("no weights")
				}
				return webhook.Words{ContentType: "application/json", Body: []byte(s.Text)}, nil
			},
		},
	}
	if n, err := told.TellDue(t.Context()); n != len(s.due) || err != nil {
		t.Fatalf("got %d, %v", n, err)
	}
	for id, token := range map[string]string{"named": "JWT t1", "busy": "JWT t1", "given-up": "JWT t1", "signed": ""} {
		if got, ok := came[id]; !ok || got.header.Get("Authorization") != token || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: came %v with %q", id, ok, got.header.Get("Authorization"))
		}
	}
	if len(came) != 4 {
		t.Errorf("%d posts came", len(came))
	}
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := verifier.Verify(came["signed"].body, came["signed"].header); err != nil {
		t.Errorf("signature: %v", err)
	}
	for id, again := range map[string]bool{
		"named": false, "busy": true, "given-up": false, "not-named": true, "signed": false, "neither": true, "private": true, "not-scored": true,
	} {
		if at, ended := s.end[id]; !ended || at.After(now) != again {
			t.Errorf("%s: again at %v, ended %v", id, at, ended)
		}
	}
}
