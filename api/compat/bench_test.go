package compat_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/api/compat/akismet"
	"github.com/tamis-moderation/tamis/api/compat/openai"
	"github.com/tamis-moderation/tamis/api/compat/perspective"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/models"
)

// idle is everything behind the doors, and does nothing.
type idle struct {
	v1.Keyring
	pause time.Duration // how long a judgement takes
}

var allowed = models.Verdict{Action: models.Allow, Scores: models.Scores{models.Toxic: 0.1, models.Insult: 0.1, models.Threat: 0.1}, Lang: "fr"}

func (idle) Authenticate(context.Context, string) (models.Key, error) {
	return models.Key{ID: "k", Site: "blog", Scopes: models.Scopes()}, nil
}

func (i idle) Submit(context.Context, models.Comment) (models.Submitted, error) {
	return models.Submitted{ID: "0190a000-0000-7000-8000-000000000001", Status: models.Pending}, nil
}

func (i idle) SubmitBatch(context.Context, []models.Comment) ([]models.Submitted, error) {
	return nil, nil
}

func (i idle) Await(_ context.Context, site models.SiteID, id models.CommentID) (models.Comment, error) {
	time.Sleep(i.pause)
	return models.Comment{ID: id, Site: site, Status: models.Approved, Text: "x", Verdict: &allowed}, nil
}

func (idle) Assess(context.Context, models.Comment) (models.Verdict, error) { return allowed, nil }

func (idle) Decide(context.Context, models.DecisionRequest) (models.Decision, error) {
	return models.Decision{}, nil
}

func (idle) Learn(context.Context, models.Lesson) (string, error)     { return "fr", nil }
func (idle) AddTrace(context.Context, models.Trace) error             { return nil }
func (idle) Count(context.Context, models.SiteID, ...string)          {}
func (idle) Site(context.Context, models.SiteID) (models.Site, error) { return models.Site{}, nil }

func (idle) Traced(context.Context, models.SiteID, string, int) ([]models.Comment, error) {
	return nil, nil
}

func (idle) Comment(context.Context, models.SiteID, models.CommentID) (models.Comment, error) {
	return models.Comment{}, nil
}

func (idle) Month(context.Context, models.SiteID, time.Time) (map[string]int64, error) {
	return nil, nil
}

func door(t testing.TB, i idle) http.Handler {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	h, err := api.New(api.Deps{
		V1: v1.API{Moderator: i, Keyring: i, Sites: i}, Now: time.Now, Log: quiet,
		Wires: []compat.Wire{
			&perspective.API{
				Measure: func(_ context.Context, _ models.Comment, pieces []string) (perspective.Measured, error) {
					return perspective.Measured{
						Assessment: models.Assessment{Scores: allowed.Scores, Lang: "fr"},
						Pieces:     slices.Repeat([]models.Scores{allowed.Scores}, len(pieces)),
					}, nil
				},
			},
			&akismet.API{Moderator: i, Desk: i, Traces: i, Tally: i, Now: time.Now, Log: quiet},
			&openai.API{Assess: i.Assess, Now: time.Now},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

var (
	text = strings.Repeat("Je ne suis pas d'accord, très bien argumenté. ", 42)
	form = url.Values{
		"api_key": {"k"}, "blog": {"https://blog.example"}, "user_ip": {"192.0.2.7"}, "user_agent": {"Mozilla/5.0"},
		"comment_content": {text}, "comment_author": {"Anna"}, "comment_author_email": {"a@example.com"},
		"HTTP_ACCEPT": {"text/html"}, "SERVER_NAME": {"blog.example"}, "POST_comment": {text},
	}.Encode()
)

// requests are one comment of two kilobytes on each wire.
func requests() map[string]func() *http.Request {
	post := func(path, mediaType, body string) func() *http.Request {
		return func() *http.Request {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
			r.Header.Set("Content-Type", mediaType)
			r.Header.Set("Authorization", "Bearer k")
			return r
		}
	}
	ask := `{"comment":{"text":"` + text + `"},"languages":["fr"],"requestedAttributes":{"TOXICITY":{},"INSULT":{},"THREAT":{}}`
	return map[string]func() *http.Request{
		"check":                 post("/v1/check", "application/json", `{"text":"`+text+`"}`),
		"perspective":           post("/v1alpha1/comments:analyze", "application/json", ask+"}"),
		"perspective-sentences": post("/v1alpha1/comments:analyze", "application/json", ask+`,"spanAnnotations":true}`),
		"akismet":               post("/1.1/comment-check", "application/x-www-form-urlencoded", form),
		"openai":                post("/v1/moderations", "application/json", `{"input":"`+text+`"}`),
	}
}

// BenchmarkWires is what each wire costs with all that it calls for free; check
// is their yardstick.
func BenchmarkWires(b *testing.B) {
	h := door(b, idle{})
	all := requests()
	for _, name := range []string{"check", "perspective", "perspective-sentences", "akismet", "openai"} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				w, began := httptest.NewRecorder(), time.Now()
				h.ServeHTTP(w, all[name]())
				took = append(took, time.Since(began))
				if w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
		})
	}
}

// BenchmarkTwoHundredChecks is the slowest percent of 200 Akismet checks at
// once, by the time of one alone, where a judgement takes 20 ms.
func BenchmarkTwoHundredChecks(b *testing.B) {
	server := httptest.NewServer(door(b, idle{pause: 20 * time.Millisecond}))
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200}}
	one := func() time.Duration {
		began := time.Now()
		resp, err := client.Post(server.URL+"/1.1/comment-check", "application/x-www-form-urlencoded", strings.NewReader(form))
		if err != nil {
			b.Error(err)
			return 0
		}
		defer resp.Body.Close()
		_, _ = io.Copy(io.Discard, resp.Body)
		return time.Since(began)
	}
	crowd := func() (took []time.Duration) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 200 {
			wg.Go(func() {
				for range 5 {
					d := one()
					mu.Lock()
					took = append(took, d)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		return took
	}
	crowd() // opens the connections
	for b.Loop() {
		var alone []time.Duration
		for range 20 {
			alone = append(alone, one())
		}
		together := crowd()
		slices.Sort(alone)
		slices.Sort(together)
		b.ReportMetric(float64(together[len(together)*99/100])/float64(alone[len(alone)/2]), "p99/alone")
	}
}
