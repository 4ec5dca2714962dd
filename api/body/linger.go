package body

import (
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// What is thrown away of a refused body, so that its sender, who may still be
// writing, reads the answer rather than a reset.
const (
	lingerBytes = 16 << 20
	lingerTime  = time.Second
	servedByGo  = 256 << 10 // net/http itself throws that much away
)

// Linger is a handler that goes around all others. After a refusal it sends
// the answer and discards, for a moment, what the sender goes on writing.
func Linger(g *gin.Context) {
	g.Next()
	told := g.Request.ContentLength
	if g.Writer.Status() < http.StatusBadRequest || told >= 0 && told <= servedByGo || g.GetHeader("Expect") != "" {
		return
	}
	g.Writer.Flush()
	if err := http.NewResponseController(g.Writer).SetReadDeadline(time.Now().Add(lingerTime)); err != nil {
		return
	}
	_, _ = io.CopyN(io.Discard, g.Request.Body, lingerBytes) // the answer is out: nothing here can fail
}
