package clients

import (
	"errors"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	commentanalyzer "google.golang.org/api/commentanalyzer/v1alpha1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
)

const (
	insult = "You are a stupid idiot, shut up."
	praise = "Thank you for this article, it was a pleasure to read."
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-5 }

func TestGoogleGoClient(t *testing.T) {
	t.Parallel()
	key := running.key(t)
	s, err := commentanalyzer.NewService(t.Context(), option.WithEndpoint(running.base+"/"), option.WithAPIKey(key))
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Comments.Analyze(&commentanalyzer.AnalyzeCommentRequest{
		Comment: &commentanalyzer.TextEntry{Text: "😀 " + insult + " " + praise}, Languages: []string{"en"}, SpanAnnotations: true, ClientToken: "t1",
		RequestedAttributes: map[string]commentanalyzer.AttributeParameters{"TOXICITY": {}, "INSULT": {ScoreThreshold: 0}},
	}).Do()
	if err != nil {
		t.Fatal(err)
	}
	want := running.check(t, key, "😀 "+insult+" "+praise)
	toxicity := got.AttributeScores["TOXICITY"]
	t.Logf("TOXICITY %v, spans %d", toxicity.SummaryScore.Value, len(toxicity.SpanScores))
	if !near(toxicity.SummaryScore.Value, want["toxic"]) || !near(got.AttributeScores["INSULT"].SummaryScore.Value, want["insult"]) || got.ClientToken != "t1" {
		t.Errorf("got %+v, want %v", got, want)
	}
	if spans := toxicity.SpanScores; len(spans) != 2 || spans[0].End != 35 || spans[1].Begin != 36 || spans[0].Score.Value <= spans[1].Score.Value {
		t.Errorf("spans %+v %+v", spans[0], spans[len(spans)-1])
	}
	_, err = s.Comments.Suggestscore(&commentanalyzer.SuggestCommentScoreRequest{
		Comment:         &commentanalyzer.TextEntry{Text: insult},
		AttributeScores: map[string]commentanalyzer.AttributeScores{"TOXICITY": {SummaryScore: &commentanalyzer.Score{Value: 1}}},
	}).Do()
	if err != nil {
		t.Errorf("suggestscore: %v", err)
	}
	_, err = s.Comments.Analyze(&commentanalyzer.AnalyzeCommentRequest{
		Comment: &commentanalyzer.TextEntry{Text: insult}, RequestedAttributes: map[string]commentanalyzer.AttributeParameters{"RUDENESS": {}},
	}).Do()
	if e, ok := errors.AsType[*googleapi.Error](err); !ok || e.Code != http.StatusBadRequest || e.Message != "Unknown requested attribute: RUDENESS" || len(e.Details) != 1 {
		t.Errorf("an unknown attribute: %v", err)
	}
}

func TestGoogleGoClientWithARevokedKey(t *testing.T) {
	t.Parallel()
	s, err := commentanalyzer.NewService(t.Context(), option.WithEndpoint(running.base+"/"), option.WithAPIKey("AIzaNotOurs"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Comments.Analyze(&commentanalyzer.AnalyzeCommentRequest{Comment: &commentanalyzer.TextEntry{Text: insult}}).Do()
	if e, ok := errors.AsType[*googleapi.Error](err); !ok || !strings.Contains(e.Message, "API key not valid") {
		t.Errorf("got %v", err)
	}
}

func TestConversationAINodeClient(t *testing.T) {
	t.Parallel()
	key := running.key(t)
	var got struct {
		Defaults, Chosen map[string]float64
		Refused          string
	}
	script(t, &got, "node", "perspective.mjs", running.base, key, insult)
	want := running.check(t, key, insult)
	if len(got.Defaults) != 2 || !near(got.Defaults["TOXICITY"], want["toxic"]) || !near(got.Defaults["SPAM"], want["spam"]) {
		t.Errorf("defaults %v, want %v", got.Defaults, want)
	}
	if len(got.Chosen) != 1 || !near(got.Chosen["THREAT"], want["threat"]) || !strings.Contains(got.Refused, "400") {
		t.Errorf("got %+v", got)
	}
}

func TestGooglePythonClient(t *testing.T) {
	t.Parallel()
	key := running.key(t)
	var got struct {
		Analyzed struct {
			AttributeScores map[string]struct{ SummaryScore struct{ Value float64 } }
		}
		Suggested struct{ ClientToken string }
		Refused   struct {
			Status int
			Reason string
		}
	}
	python := filepath.Join(".venv", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("%v: make test-clients installs it", err)
	}
	script(t, &got, python, "perspective.py", running.base, key, insult)
	want := running.check(t, key, insult)
	if v := got.Analyzed.AttributeScores["TOXICITY"].SummaryScore.Value; !near(v, want["toxic"]) {
		t.Errorf("got %v, want %v", v, want["toxic"])
	}
	if got.Suggested.ClientToken != "c1" || got.Refused.Status != 400 || got.Refused.Reason != "Comment must be non-empty." {
		t.Errorf("got %+v", got)
	}
}
