// Package body reads what callers send as JSON. It owns the limits on size and
// depth, and the wording of what can't be read; it refuses to judge what was
// said, which is the handlers' part.
//
// It is strict where two readers could understand two things (encoding,
// trailing data, types) and lenient where nothing is lost: unknown fields are
// passed over, a lone surrogate becomes U+FFFD.
package body

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// The limits of bodies, in bytes.
const (
	Limit      = 1 << 20
	BatchLimit = 8 << 20
)

// maxDepth is how deep arrays and objects may nest.
const maxDepth = 64

const readKey = "body.read"

// Read gives the whole body of a request. It may be called again: the body is
// kept with the request. A body over the limit is refused without reading on.
func Read(g *gin.Context, limit int64) ([]byte, error) {
	if raw, ok := g.Value(readKey).([]byte); ok {
		return raw, nil
	}
	if g.Request.ContentLength > limit {
		g.Header("Connection", "close")
		return nil, tooLarge(limit)
	}
	raw, err := slurp(http.MaxBytesReader(g.Writer, g.Request.Body, limit), g.Request.ContentLength)
	if err != nil {
		if _, over := errors.AsType[*http.MaxBytesError](err); over {
			return nil, tooLarge(limit)
		}
		return nil, models.Wrap(models.Malformed, err, "the body ended early")
	}
	g.Set(readKey, raw)
	return raw, nil
}

// slurp reads all of r, in one piece when its length was told truly.
func slurp(r io.Reader, told int64) ([]byte, error) {
	if told <= 0 {
		return io.ReadAll(r)
	}
	raw := make([]byte, told)
	n, err := io.ReadFull(r, raw)
	return raw[:n], err
}

func tooLarge(limit int64) error {
	return models.Errorf(models.TooLarge, "the body is over the limit of %d bytes", limit)
}

// IsJSON reports whether the body may be read as JSON: it says so, or says
// nothing, and it isn't compressed.
func IsJSON(h http.Header) bool {
	if e := h.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return false
	}
	told := h.Get("Content-Type")
	if told == "" || told == "application/json" {
		return true
	}
	media, params, err := mime.ParseMediaType(told)
	if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
		return false
	}
	charset := params["charset"]
	return charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "us-ascii")
}

// lenient takes what loses nothing. Invalid UTF-8 outside of escapes is refused
// before; inside, a lone surrogate becomes U+FFFD.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// Decode reads one JSON object into v. Faults are Malformed and name the field
// where there is one. The decoder is the one proposed for Go's standard library
// as encoding/json/v2: it reads a submission two (all escapes) to six times (none)
// as fast as version 1, which was a fifth of what a submission costs.
func Decode(raw []byte, v any) error {
	if err := Check(raw); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, v, lenient); err != nil {
		return wordOf(err)
	}
	return nil
}

// Check looks at the shape alone: UTF-8, one object, not too deep.
func Check(raw []byte) error {
	if !utf8.Valid(raw) {
		return models.Errorf(models.Malformed, "the body is not valid UTF-8")
	}
	trimmed := bytes.TrimLeft(raw, " \t\r\n")
	if len(trimmed) == 0 {
		return models.Errorf(models.Malformed, "the body is empty: a JSON object is needed")
	}
	if trimmed[0] != '{' {
		return models.Errorf(models.Malformed, "the body is not a JSON object")
	}
	if tooDeep(raw) {
		return models.Errorf(models.Malformed, "the body nests deeper than %d levels", maxDepth)
	}
	return nil
}

// tooDeep counts open brackets in one pass, without those inside strings. It
// may be wrong only about what is no JSON anyway.
func tooDeep(raw []byte) bool {
	depth := 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '{', '[':
			if depth++; depth > maxDepth {
				return true
			}
		case '}', ']':
			depth--
		case '"':
			i = endOfString(raw, i+1)
		}
	}
	return false
}

// endOfString gives the index of the quote that closes the string begun before i.
func endOfString(raw []byte, i int) int {
	for {
		quote := bytes.IndexByte(raw[i:], '"')
		if quote < 0 {
			return len(raw)
		}
		end := i + quote
		escapes := 0
		for end-1-escapes >= i && raw[end-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return end
		}
		i = end + 1
	}
}

// wordOf words a decoder's error without showing what was sent.
func wordOf(err error) error {
	if e, ok := errors.AsType[*json.SemanticError](err); ok && e.GoType != nil {
		field := pathOf(e.JSONPointer)
		detail := fmt.Sprintf("must be %s, not %s", nameOf(e.GoType), kinds[e.JSONKind])
		return &models.Error{
			Kind: models.Malformed, Msg: field + " " + detail, Err: err,
			Fields: []models.FieldError{{Field: field, Detail: detail}},
		}
	}
	if e, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return models.Wrap(models.Malformed, err, fmt.Sprintf("the body is not JSON: it breaks at byte %d", e.ByteOffset))
	}
	return models.Wrap(models.Malformed, err, "the body is not JSON")
}

// pathOf writes a pointer as the sender would: names with dots, indexes in brackets.
func pathOf(p jsontext.Pointer) string {
	var b strings.Builder
	for step := range p.Tokens() {
		switch {
		case strings.Trim(step, "0123456789") == "":
			b.WriteString("[" + step + "]")
		case b.Len() > 0:
			b.WriteString("." + step)
		default:
			b.WriteString(step)
		}
	}
	if b.Len() == 0 {
		return "(document)"
	}
	return b.String()
}

// kinds words what was sent.
var kinds = map[jsontext.Kind]string{
	'n': "null", 't': "true or false", 'f': "true or false", '"': "a string", '0': "a number", '{': "an object", '[': "an array",
}

// nameOf words a Go type for somebody who writes JSON.
func nameOf(t reflect.Type) string {
	switch t.Kind() { //nolint:exhaustive // what is left is whole numbers
	case reflect.Pointer:
		return nameOf(t.Elem())
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Float64, reflect.Float32:
		return "a number"
	default:
		return "a whole number"
	}
}

// RequireJSON is a handler that lets pass bodies that may be read as JSON.
func RequireJSON(g *gin.Context) {
	if !IsJSON(g.Request.Header) {
		g.Header("Accept-Post", "application/json")
		problem.WriteStatus(g, http.StatusUnsupportedMediaType, "unsupported-media-type", "the body must be application/json in UTF-8, not compressed")
	}
}
