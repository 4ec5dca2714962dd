package clients

import (
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// moderated is what a script of an OpenAI client found.
type moderated struct {
	ID               string
	Flagged          []bool
	Harassment       float64
	Categories       int
	Parts            int
	Warning, Request string
	Models           []string
	BadKey           string
	BadModel         string
	BadInput         string
}

func (got moderated) as(t *testing.T, key string) {
	t.Helper()
	want := running.check(t, key, insult)
	if !slices.Equal(got.Flagged, []bool{false, true}) || got.Categories != 13 || got.Parts != 1 || !near(got.Harassment, max(want["toxic"], want["insult"])) {
		t.Errorf("got %+v, a check says %v", got, want)
	}
	if !strings.HasPrefix(got.ID, "modr-") || got.Request == "" || !strings.Contains(got.Warning, "illicit") || !slices.Contains(got.Models, "omni-moderation-latest") {
		t.Errorf("got %+v", got)
	}
	if got.BadKey != "AuthenticationError 401 invalid_api_key" || got.BadModel != "NotFoundError 404 model_not_found" || !strings.HasPrefix(got.BadInput, "BadRequestError 400") {
		t.Errorf("refused with %q, %q, %q", got.BadKey, got.BadModel, got.BadInput)
	}
}

func TestOpenAINodeClient(t *testing.T) {
	t.Parallel()
	key := running.key(t)
	var got moderated
	script(t, &got, "node", "openai.mjs", running.base, key, praise, insult)
	got.as(t, key)
}

func TestOpenAIPythonClient(t *testing.T) {
	t.Parallel()
	key := running.key(t)
	var got moderated
	script(t, &got, filepath.Join(".venv", "bin", "python"), "moderations.py", running.base, key, praise, insult)
	got.as(t, key)
}

func TestOpenAIGoClient(t *testing.T) {
	t.Parallel()
	key := running.key(t)
	client := openai.NewClient(option.WithBaseURL(running.base+"/v1/"), option.WithAPIKey(key), option.WithMaxRetries(0))
	var response *http.Response
	got, err := client.Moderations.New(t.Context(), openai.ModerationNewParams{
		Model: openai.ModerationModelOmniModerationLatest,
		Input: openai.ModerationNewParamsInputUnion{OfStringArray: []string{praise, insult}},
	}, option.WithResponseInto(&response))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Results) != 2 || got.Results[0].Flagged || !got.Results[1].Flagged || !got.Results[1].Categories.Harassment {
		t.Errorf("got %+v", got.Results)
	}
	want := running.check(t, key, insult)
	if p := got.Results[1].CategoryScores.Harassment; !near(p, max(want["toxic"], want["insult"])) {
		t.Errorf("got %v, a check says %v", p, want)
	}
	t.Logf("openai-go: harassment %v, warning %q", got.Results[1].CategoryScores.Harassment, response.Header.Get("X-Moderation-Warning"))
	models, err := client.Models.List(t.Context())
	if err != nil || len(models.Data) == 0 {
		t.Errorf("models: %v, %v", models, err)
	}
	nobody := openai.NewClient(option.WithBaseURL(running.base+"/v1/"), option.WithAPIKey("sk-nobody"), option.WithMaxRetries(0))
	_, err = nobody.Moderations.New(t.Context(), openai.ModerationNewParams{Input: openai.ModerationNewParamsInputUnion{OfString: openai.String("x")}})
	if refused, ok := errors.AsType[*openai.Error](err); !ok || refused.StatusCode != http.StatusUnauthorized || refused.Code != "invalid_api_key" {
		t.Errorf("got %v", err)
	}
}
