package perspective

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

const mediaType = "application/json; charset=UTF-8"

// errorEnvelope is the envelope of every error.
type errorEnvelope struct {
	Error errorOut `json:"error"`
}

// errorOut is an error as Google's clients read it.
type errorOut struct {
	Code    int           `json:"code"`    // the HTTP status
	Message string        `json:"message"` // as the original words it
	Status  string        `json:"status"`  // INVALID_ARGUMENT, PERMISSION_DENIED, …
	Details []errorDetail `json:"details,omitempty"`
}

// errorDetail is one detail of an error, of any of the types that the original has.
type errorDetail struct {
	Type            string            `json:"@type"`
	ErrorType       string            `json:"errorType,omitempty"`
	NotSupported    *notSupported     `json:"languageNotSupportedByAttributeError,omitempty"`
	Reason          string            `json:"reason,omitempty"`
	Domain          string            `json:"domain,omitempty"`
	Metadata        map[string]string `json:"metadata,omitempty"`
	FieldViolations []fieldViolation  `json:"fieldViolations,omitempty"`
}

// notSupported names the attribute that clients drop before they try again.
type notSupported struct {
	RequestedLanguages []string `json:"requestedLanguages,omitempty"`
	DetectedLanguages  []string `json:"detectedLanguages,omitempty"`
	Attribute          string   `json:"attribute"`
}

type fieldViolation struct {
	Field       string `json:"field,omitempty"`
	Description string `json:"description"`
}

// fault is an error in the original's words.
type fault struct{ out errorOut }

// Error implements error.
func (f fault) Error() string { return f.out.Message }

const (
	detailType = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
	infoType   = "type.googleapis.com/google.rpc.ErrorInfo"
	badRequest = "type.googleapis.com/google.rpc.BadRequest"
	service    = "commentanalyzer.googleapis.com"

	invalidArgument = "INVALID_ARGUMENT"
	invalidRequest  = "INVALID_REQUEST"
)

// refusal is a 400 with one of the API's own error types.
func refusal(errorType, format string, args ...any) fault {
	return fault{errorOut{
		Code: http.StatusBadRequest, Message: fmt.Sprintf(format, args...), Status: invalidArgument,
		Details: []errorDetail{{Type: detailType, ErrorType: errorType}},
	}}
}

// The refusals that take no argument.
var (
	errNoKey = fault{errorOut{
		Code: http.StatusForbidden, Status: "PERMISSION_DENIED",
		Message: "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
	}}
	errEmptyComment = refusal("COMMENT_EMPTY", "Comment must be non-empty.")
	errTooLong      = refusal("COMMENT_TOO_LONG", "Comment text too long.")
	errNoAttributes = refusal("NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes")
	errNoLanguage   = refusal("LANGUAGE_DETECTION_FAILED", "Unable to detect language")
	errPlainOnly    = refusal(invalidRequest, "Currently, only 'PLAIN_TEXT' comments are supported")
	errUnknownType  = refusal(invalidRequest, "Unknown text type")
	errBothContexts = refusal(invalidRequest, "Context can have either entries or article_and_parent_comment, but both fields were populated.")
	errLongContext  = refusal(invalidRequest, "Context entry is too long.")
	errNoScores     = refusal(invalidRequest, "Missing attribute_scores")
)

func unknownAttribute(name string) fault {
	return refusal(invalidRequest, "Unknown requested attribute: %s", shortened(name))
}

func unknownScoreType(scoreType, attribute string) fault {
	return refusal(invalidRequest, "Requested score type %s is not supported by attribute %s", shortened(scoreType), attribute)
}

func languageNotSupported(attribute string, requested, detected []string) fault {
	named := requested
	if len(named) == 0 {
		named = detected
	}
	f := refusal("LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE", "Attribute %s does not support request languages: %s", attribute, strings.Join(named, ", "))
	f.out.Details[0].NotSupported = &notSupported{RequestedLanguages: requested, DetectedLanguages: detected, Attribute: attribute}
	return f
}

// shortened keeps what a caller made up from filling an answer.
func shortened(s string) string {
	if r := []rune(s); len(r) > 64 {
		return string(r[:64]) + "…"
	}
	return s
}

// kinds is the whole mapping of our failures to the original's.
var kinds = map[models.Kind]errorOut{
	models.Internal:     {http.StatusInternalServerError, "Internal error encountered.", "INTERNAL", nil},
	models.Invalid:      {http.StatusBadRequest, "", invalidArgument, nil},
	models.Malformed:    {http.StatusBadRequest, "", invalidArgument, nil},
	models.TooLarge:     {http.StatusBadRequest, fmt.Sprintf("Request payload size exceeds the limit: %d bytes.", bodyLimit), invalidArgument, nil},
	models.NotFound:     {http.StatusNotFound, "Requested entity was not found.", "NOT_FOUND", nil},
	models.Conflict:     {http.StatusConflict, "", "ABORTED", nil},
	models.Unauthorized: {http.StatusBadRequest, "API key not valid. Please pass a valid API key.", invalidArgument, []errorDetail{{Type: infoType, Reason: "API_KEY_INVALID", Domain: "googleapis.com", Metadata: map[string]string{"service": service}}}},
	models.Forbidden:    {http.StatusForbidden, "", "PERMISSION_DENIED", nil},
	models.TooMany:      {http.StatusTooManyRequests, "Quota exceeded for quota metric 'Analysis requests (AnalyzeComment)' and limit 'Analysis requests (AnalyzeComment) per minute' of service '" + service + "'.", "RESOURCE_EXHAUSTED", []errorDetail{{Type: infoType, Reason: "RATE_LIMIT_EXCEEDED", Domain: "googleapis.com", Metadata: map[string]string{"service": service}}}},
	models.Unavailable:  {http.StatusServiceUnavailable, "The service is currently unavailable.", "UNAVAILABLE", nil},
}

// outOf words err as the original would.
func outOf(err error) errorOut {
	if f, ok := errors.AsType[fault](err); ok {
		return f.out
	}
	out, ok := kinds[models.KindOf(err)]
	if !ok {
		return kinds[models.Internal]
	}
	e, known := errors.AsType[*models.Error](err)
	if out.Message != "" || !known {
		return out
	}
	out.Message = e.Msg
	if e.Kind == models.Malformed || e.Kind == models.Invalid {
		out.Message = "Invalid JSON payload received. " + e.Msg
		violation := fieldViolation{Description: out.Message}
		if len(e.Fields) > 0 {
			violation.Field = e.Fields[0].Field
		}
		out.Details = []errorDetail{{Type: badRequest, FieldViolations: []fieldViolation{violation}}}
	}
	return out
}

// Refuse implements compat.Wire.
func (a *API) Refuse(g *gin.Context, err error) {
	if wait := problem.RetryAfter(err); wait > 0 {
		g.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	problem.Note(g, err)
	g.Abort()
	out := outOf(err)
	respond(g, out.Code, errorEnvelope{out})
}

func respond(g *gin.Context, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", pretty(g))
	if err := e.Encode(v); err != nil { // strings and finite numbers alone: it can't be
		g.Status(http.StatusInternalServerError)
		return
	}
	g.Data(status, mediaType, b.Bytes())
}

// pretty is the indent that the caller asked for: none unless it did.
func pretty(g *gin.Context) string {
	if v := g.Query("prettyPrint"); v == "true" || v == "1" {
		return "  "
	}
	return ""
}
