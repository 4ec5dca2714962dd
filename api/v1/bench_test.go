package v1_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

// submission is a comment of two kilobytes, as a blog sends it.
func submission() string {
	text := strings.Repeat("Je ne suis pas d'accord, très bien argumenté. ", 42)
	return `{"external_id":"a1","text":"` + text + `","author":{"id":"u7","name":"Marc"},"context":{"url":"https://blog.example/x"}}`
}

// BenchmarkSubmit is what the door costs; BenchmarkEcho is its yardstick.
func BenchmarkSubmit(b *testing.B) {
	door, body := newHouse().handler(b), submission()
	for b.Loop() {
		w := httptest.NewRecorder()
		door.ServeHTTP(w, call{"POST", comments, body, nil}.request())
		if w.Code != http.StatusAccepted {
			b.Fatal(w.Code)
		}
	}
}

func BenchmarkEcho(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	e, body := gin.New(), submission()
	e.POST(comments, func(g *gin.Context) {
		raw, err := io.ReadAll(g.Request.Body)
		if err != nil {
			b.Error(err)
		}
		g.Data(http.StatusOK, "application/json", raw)
	})
	for b.Loop() {
		e.ServeHTTP(httptest.NewRecorder(), call{"POST", comments, body, nil}.request())
	}
}
