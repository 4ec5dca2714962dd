package akismet

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

const plainText = "text/plain; charset=utf-8"

// What the wire says.
const (
	sayTrue    = "true"
	sayFalse   = "false"
	sayPending = "pending"
	sayValid   = "valid"
	sayInvalid = "invalid"
	sayThanks  = "Thanks for making the web a better place." // clients compare every byte
)

// The headers of errors. A success never has them: some clients throw at their
// mere presence.
const (
	debugHelp = "X-akismet-debug-help"
	failure   = "X-akismet-error"
	alertCode = "X-akismet-alert-code"
	alertWord = "X-akismet-alert-msg"
)

// The headers of successes.
const (
	guid         = "X-akismet-guid"
	proTip       = "X-akismet-pro-tip"
	recheckAfter = "X-akismet-recheck-after"
)

// The faults of a form.
var (
	errNoKey      = models.Errorf(models.Unauthorized, `Empty "api_key" value`)
	errNoBlog     = models.Errorf(models.Invalid, `Empty "blog" value`)
	errBadBlog    = models.Errorf(models.Invalid, "We were unable to parse your blog URI")
	errNoUserIP   = models.Errorf(models.Invalid, `Empty "user_ip" value`)
	errBadType    = models.Errorf(models.Malformed, "Unsupported content type: send application/x-www-form-urlencoded")
	errBadForm    = models.Errorf(models.Malformed, "We were unable to read the form")
	errBadMonth   = models.Errorf(models.Invalid, `Invalid "month" value: write YYYY-MM`)
	errBadNumber  = models.Errorf(models.Invalid, `Invalid "limit" or "offset" value`)
	errBadOrder   = models.Errorf(models.Invalid, `Invalid "order" value`)
	errBadPicture = models.Errorf(models.Invalid, `Invalid "format" value: json or csv`)
)

// told is how one kind of failure is told. The original answers 200 to what is
// the caller's fault.
type told struct {
	status int
	body   string
	alert  string // its code, which WordPress shows to administrators
}

var failures = map[models.Kind]told{
	models.Internal:     {http.StatusInternalServerError, "error", ""},
	models.Invalid:      {http.StatusOK, sayInvalid, ""},
	models.Malformed:    {http.StatusOK, sayInvalid, ""},
	models.TooLarge:     {http.StatusOK, sayInvalid, ""},
	models.NotFound:     {http.StatusNotFound, sayInvalid, ""},
	models.Conflict:     {http.StatusOK, sayInvalid, ""},
	models.Unauthorized: {http.StatusOK, sayInvalid, ""},
	models.Forbidden:    {http.StatusOK, sayInvalid, "30001"},
	models.TooMany:      {http.StatusTooManyRequests, sayInvalid, "10504"},
	models.Unavailable:  {http.StatusServiceUnavailable, "error", ""},
}

// Refuse implements compat.Wire.
func (a *API) Refuse(g *gin.Context, err error) {
	problem.Note(g, err)
	g.Abort()
	kind := models.KindOf(err)
	t, ok := failures[kind]
	if !ok {
		kind, t = models.Internal, failures[models.Internal]
	}
	help := helpOf(kind, err)
	h := g.Writer.Header()
	h[debugHelp] = []string{help}
	if kind != models.Unauthorized {
		h[failure] = []string{kind.String()}
	}
	if t.alert != "" {
		h[alertCode], h[alertWord] = []string{t.alert}, []string{help}
	}
	if wait := problem.RetryAfter(err); wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	g.Data(t.status, plainText, []byte(t.body))
}

// helpOf words a failure for a header: one line, nothing of what was sent.
func helpOf(kind models.Kind, err error) string {
	switch e, known := errors.AsType[*models.Error](err); {
	case known && e == errNoKey:
		return e.Msg
	case kind == models.Unauthorized:
		return "Invalid key"
	case known && kind != models.Internal:
		return strings.ReplaceAll(strings.ReplaceAll(e.Msg, "\r", " "), "\n", " ")
	case kind == models.Unavailable:
		return "a part is away"
	default:
		return "something went wrong here"
	}
}

// say answers in the wire's one word.
func (c call) say(word string) { c.Data(http.StatusOK, plainText, []byte(word)) }

// set sets a header in the wire's own spelling.
func (c call) set(name, value string) { c.Writer.Header()[name] = []string{value} }
