package problem_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

func TestEveryKindHasItsStatus(t *testing.T) {
	t.Parallel()
	want := map[models.Kind]int{
		models.Internal: 500, models.Invalid: 422, models.Malformed: 400, models.TooLarge: 413, models.NotFound: 404,
		models.Conflict: 409, models.Unauthorized: 401, models.Forbidden: 403, models.TooMany: 429, models.Unavailable: 503,
	}
	for kind := models.Internal; kind <= models.Unavailable; kind++ {
		d := problem.Of(fmt.Errorf("on the way: %w", models.Errorf(kind, "what happened")))
		if d.Status != want[kind] || d.Type != "urn:tamis:problem:"+kind.String() || d.Title == "" {
			t.Errorf("%s: got %+v", kind, d)
		}
		if shown := d.Detail == "what happened"; shown == (kind == models.Internal) {
			t.Errorf("%s: got detail %q", kind, d.Detail)
		}
	}
}

func TestCausesStayInside(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err    error
		status int
		retry  string
	}{
		"a plain error":          {errors.New("secret"), 500, ""},
		"a wrapped cause":        {models.Wrap(models.NotFound, errors.New("secret"), "no such comment"), 404, ""},
		"the context gave up":    {fmt.Errorf("secret: %w", context.DeadlineExceeded), 503, "5"},
		"a part is away":         {models.Wrap(models.Unavailable, os.ErrDeadlineExceeded, "the database is away"), 503, "5"},
		"away for a known time":  {&models.Error{Kind: models.Unavailable, Msg: "later", RetryAfter: 1500 * time.Millisecond}, 503, "2"},
		"too many, unknown time": {models.Errorf(models.TooMany, "slow down"), 429, "1"},
		"a conflict":             {&models.Error{Kind: models.Conflict, Msg: "no", RetryAfter: time.Second}, 409, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			g, _ := gin.CreateTestContext(w)
			problem.Identify(g, "r1")
			problem.Write(g, tt.err)
			var d problem.Document
			if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != tt.status || d.Status != tt.status {
				t.Errorf("got %d %s, %v", w.Code, w.Body, err)
			}
			if strings.Contains(w.Body.String(), "secret") || w.Header().Get("Retry-After") != tt.retry {
				t.Errorf("got %s, retry after %q", w.Body, w.Header().Get("Retry-After"))
			}
			if d.Instance != "urn:tamis:request:r1" || !errors.Is(problem.Cause(g), tt.err) || !g.IsAborted() {
				t.Errorf("instance %q, cause %v", d.Instance, problem.Cause(g))
			}
		})
	}
}

func ExampleOf() {
	err := models.Fields(models.FieldError{Field: "author.email", Detail: "is not an address"})
	raw, _ := json.MarshalIndent(problem.Of(err), "", "  ")
	fmt.Println(string(raw), http.StatusText(problem.Of(err).Status))
	// Output:
	// {
	//   "type": "urn:tamis:problem:invalid",
	//   "title": "The input is not valid",
	//   "status": 422,
	//   "detail": "author.email is not an address",
	//   "errors": [
	//     {
	//       "field": "author.email",
	//       "detail": "is not an address"
	//     }
	//   ]
	// } Unprocessable Entity
}
