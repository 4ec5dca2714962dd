// Package problem words errors for HTTP: RFC 9457 documents made from
// models.Error by one table. It refuses to show a cause: Msg and Fields reach
// the caller, Err stays for the log.
package problem

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/models"
)

// MediaType is what a problem document is sent as.
const MediaType = "application/problem+json"

// Document is a problem as it is sent.
type Document struct {
	Type     string  `json:"type"`               // a stable name: urn:tamis:problem: and the kind
	Title    string  `json:"title"`              // the kind in words
	Status   int     `json:"status"`             // the HTTP status
	Detail   string  `json:"detail,omitempty"`   // what happened this time
	Instance string  `json:"instance,omitempty"` // the request's id, as in X-Request-Id and the log
	Errors   []Field `json:"errors,omitempty"`   // where fields are at fault
}

// Field is one fault of one field of the input.
type Field struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// answer is how one kind of error is told.
type answer struct {
	status int
	title  string
}

// answers is the whole mapping; a kind left out is told as internal.
var answers = map[models.Kind]answer{
	models.Internal:     {http.StatusInternalServerError, "Something went wrong here"},
	models.Invalid:      {http.StatusUnprocessableEntity, "The input is not valid"},
	models.Malformed:    {http.StatusBadRequest, "The request can't be read"},
	models.TooLarge:     {http.StatusRequestEntityTooLarge, "The input is too large"},
	models.NotFound:     {http.StatusNotFound, "There is no such thing"},
	models.Conflict:     {http.StatusConflict, "It is in another state"},
	models.Unauthorized: {http.StatusUnauthorized, "A valid key is needed"},
	models.Forbidden:    {http.StatusForbidden, "The key has no such scope"},
	models.TooMany:      {http.StatusTooManyRequests, "Too many requests"},
	models.Unavailable:  {http.StatusServiceUnavailable, "A part is away"},
}

// patience is what Retry-After says when the error itself knows nothing.
var patience = map[models.Kind]time.Duration{
	models.TooMany:     time.Second,
	models.Unavailable: 5 * time.Second,
}

// The keys under which a request carries what its log line needs.
const (
	causeKey   = "problem.cause"
	requestKey = "problem.request"
)

// Of makes the document for err.
func Of(err error) Document {
	kind := models.KindOf(err)
	a, ok := answers[kind]
	if !ok {
		kind, a = models.Internal, answers[models.Internal]
	}
	d := Document{Type: "urn:tamis:problem:" + kind.String(), Title: a.title, Status: a.status}
	e, known := errors.AsType[*models.Error](err)
	if kind == models.Internal || !known {
		return d
	}
	d.Detail = e.Msg
	for _, f := range e.Fields {
		d.Errors = append(d.Errors, Field(f))
	}
	return d
}

// Write answers with the problem that err is, and ends the request's handlers.
// The error is logged once, on the request's own log line.
func Write(g *gin.Context, err error) {
	if wait := RetryAfter(err); wait > 0 {
		g.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	Note(g, err)
	send(g, Of(err))
}

// Note keeps err for the request's log line, where a foreign wire words it.
func Note(g *gin.Context, err error) { g.Set(causeKey, err) }

// WriteStatus answers with a fault of HTTP itself, for which models has no
// kind: an unknown method, an unsupported media type.
func WriteStatus(g *gin.Context, status int, name, detail string) {
	send(g, Document{Type: "urn:tamis:problem:" + name, Title: http.StatusText(status), Status: status, Detail: detail})
}

// RetryAfter tells how long a caller should wait before it tries again; 0 when
// trying again won't help.
func RetryAfter(err error) time.Duration {
	kind := models.KindOf(err)
	if _, waits := patience[kind]; !waits {
		return 0
	}
	if e, ok := errors.AsType[*models.Error](err); ok && e.RetryAfter > 0 {
		return e.RetryAfter
	}
	return patience[kind]
}

// Cause gives the error that the request was answered with, for its log line.
func Cause(g *gin.Context) error {
	err, _ := g.Value(causeKey).(error)
	return err
}

// Identify gives the request the id that its problems and its log line carry.
func Identify(g *gin.Context, id string) { g.Set(requestKey, id) }

// RequestID is the id given by [Identify].
func RequestID(g *gin.Context) string { return g.GetString(requestKey) }

func send(g *gin.Context, d Document) {
	if id := RequestID(g); id != "" {
		d.Instance = "urn:tamis:request:" + id
	}
	raw, err := json.Marshal(d)
	if err != nil { // strings and numbers alone: it can't be
		raw = []byte(`{"status":500}`)
	}
	g.Abort()
	g.Data(d.Status, MediaType, raw)
}
