package openai

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// errorEnvelope is the envelope of every error.
type errorEnvelope struct {
	Error errorOut `json:"error"`
}

// errorOut is an error as the original's clients read it: all four are there.
type errorOut struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param" extensions:"x-nullable"`
	Code    *string `json:"code" extensions:"x-nullable"`
}

// fault is an error in the original's words.
type fault struct {
	status int
	out    errorOut
	cause  error
}

// Error implements error.
func (f fault) Error() string { return f.out.Message }

// Unwrap gives the cause, so that the log tells the kind.
func (f fault) Unwrap() error { return f.cause }

const (
	invalidRequest = "invalid_request_error"
	serverError    = "server_error"
)

// newFault makes a fault; param and code may be empty.
func newFault(status int, param, code, message string) fault {
	kind := models.Invalid
	switch status {
	case http.StatusUnauthorized:
		kind = models.Unauthorized
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		kind = models.NotFound
	}
	f := fault{status: status, cause: models.Errorf(kind, "%s", message)}
	f.out = errorOut{Message: message, Type: invalidRequest, Param: optional(param), Code: optional(code)}
	return f
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// The faults that take no argument.
var (
	errNoKey    = newFault(http.StatusUnauthorized, "", "", "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).")
	errNoInput  = newFault(http.StatusBadRequest, "input", "missing_required_parameter", "Missing required parameter: 'input'.")
	errBadInput = newFault(http.StatusBadRequest, "input", "invalid_type", "Invalid type for 'input': expected one of a string, an array of strings, or an array of objects.")
	errNotJSON  = newFault(http.StatusUnsupportedMediaType, "", "unsupported_content_type", "Unsupported 'Content-Type' header. This API method only accepts uncompressed 'application/json' in UTF-8.")
)

func invalid(param, format string, args ...any) fault {
	return newFault(http.StatusBadRequest, param, "invalid_value", fmt.Sprintf(format, args...))
}

func badElement(i int) fault {
	param := fmt.Sprintf("input[%d]", i)
	return newFault(http.StatusBadRequest, param, "invalid_type", "Invalid type for '"+param+"': all elements must be strings, or all objects.")
}

func tooLong(param string) fault {
	return newFault(http.StatusBadRequest, param, "string_above_max_length", fmt.Sprintf("Invalid '%s': string too long. Expected a string with maximum length %d.", param, models.MaxTextRunes))
}

func tooMany(n int) fault {
	return newFault(http.StatusBadRequest, "input", "array_above_max_length", fmt.Sprintf("Invalid 'input': array too long. Expected an array with maximum length %d, but got an array with length %d instead.", maxInputs, n))
}

func noModel(name string) fault {
	if r := []rune(name); len(r) > 64 {
		name = string(r[:64]) + "…"
	}
	return newFault(http.StatusNotFound, "model", "model_not_found", fmt.Sprintf("The model '%s' does not exist or you do not have access to it.", name))
}

// badKey shows of a key what tells its owner which one it was.
func badKey(key string, cause error) fault {
	shown := "***"
	if len(key) >= 16 && len(key) < 256 && strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) < 0 {
		shown = key[:4] + "***" + key[len(key)-4:]
	}
	f := newFault(http.StatusUnauthorized, "", "invalid_api_key", "Incorrect API key provided: "+shown+". Keys are made with tamis key create.")
	f.cause = cause
	return f
}

// told is how one kind of failure is told.
type told struct {
	status  int
	message string // empty = the error's own
	kind    string
	code    string
}

// kinds is the whole mapping of our failures to the original's.
var kinds = map[models.Kind]told{
	models.Internal:     {http.StatusInternalServerError, "The server had an error while processing your request.", serverError, ""},
	models.Invalid:      {http.StatusBadRequest, "", invalidRequest, "invalid_value"},
	models.Malformed:    {http.StatusBadRequest, "", invalidRequest, ""},
	models.TooLarge:     {http.StatusRequestEntityTooLarge, "", invalidRequest, "request_too_large"},
	models.NotFound:     {http.StatusNotFound, "", invalidRequest, ""},
	models.Conflict:     {http.StatusConflict, "", invalidRequest, ""},
	models.Unauthorized: {http.StatusUnauthorized, "", invalidRequest, "invalid_api_key"},
	models.Forbidden:    {http.StatusForbidden, "", invalidRequest, "missing_scope"},
	models.TooMany:      {http.StatusTooManyRequests, "", "requests", "rate_limit_exceeded"},
	models.Unavailable:  {http.StatusServiceUnavailable, "The server is currently unable to judge. Please try again later.", serverError, "service_unavailable"},
}

// outOf words err as the original would.
func outOf(err error) (int, errorOut) {
	if f, ok := errors.AsType[fault](err); ok {
		return f.status, f.out
	}
	t, ok := kinds[models.KindOf(err)]
	if !ok {
		t = kinds[models.Internal]
	}
	out := errorOut{Message: t.message, Type: t.kind, Code: optional(t.code)}
	if e, known := errors.AsType[*models.Error](err); known && t.message == "" {
		out.Message = e.Msg
		if len(e.Fields) > 0 {
			out.Param = optional(e.Fields[0].Field)
		}
	}
	return t.status, out
}

// Refuse implements compat.Wire.
func (a *API) Refuse(g *gin.Context, err error) {
	if g.FullPath() == "" && models.KindOf(err) == models.NotFound { // the router's own
		err = a.misdirected(g)
	}
	if wait := problem.RetryAfter(err); wait > 0 {
		g.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	problem.Note(g, err)
	g.Abort()
	status, out := outOf(err)
	respond(g, status, errorEnvelope{out})
}

// misdirected tells an address that takes another method from one that is none.
func (a *API) misdirected(g *gin.Context) error {
	path := g.Request.URL.Path
	switch rest := strings.TrimPrefix(path, modelsPath); {
	case path == moderationsPath, path == modelsPath, rest != path && strings.Count(rest, "/") == 1 && len(rest) > 1:
		return newFault(http.StatusMethodNotAllowed, "", "", "Invalid method for URL.")
	default:
		return newFault(http.StatusNotFound, "", "", "Invalid URL.")
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

func respond(g *gin.Context, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil { // strings and finite numbers alone: it can't be
		g.Status(http.StatusInternalServerError)
		return
	}
	g.Data(status, "application/json", b.Bytes())
}
