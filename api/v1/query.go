package v1

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/models"
)

// The sizes of pages.
const (
	defaultLimit = 50
	maxLimit     = 200
	maxCursor    = 1024 // bytes
)

// query reads the parameters of a list and gathers all their faults.
type query struct {
	values url.Values
	faults []models.FieldError
}

func queryOf(g *gin.Context) *query { return &query{values: g.Request.URL.Query()} }

func (q *query) faultf(field, format string, args ...any) {
	q.faults = append(q.faults, models.FieldError{Field: field, Detail: fmt.Sprintf(format, args...)})
}

// err tells the faults, if there were any.
func (q *query) err() error {
	if len(q.faults) == 0 {
		return nil
	}
	return models.Fields(q.faults...)
}

func (q *query) limit() int {
	raw := q.values.Get("limit")
	if raw == "" {
		return defaultLimit
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < 1 || n > maxLimit {
		q.faultf("limit", "must be a whole number from 1 to %d", maxLimit)
		return defaultLimit
	}
	return n
}

// cursor passes on what an earlier page gave; whether it belongs to this list
// is the keeper's to say.
func (q *query) cursor() string {
	raw := q.values.Get("cursor")
	if len(raw) > maxCursor || !utf8.ValidString(raw) || strings.ContainsRune(raw, 0) {
		q.faultf("cursor", "is not one that a list gave")
		return ""
	}
	return raw
}

func (q *query) status() models.Status {
	s := models.Status(q.values.Get("status"))
	if s != "" && !s.Valid() {
		q.faultf("status", "must be one of %s", join(models.Statuses()))
		return ""
	}
	return s
}

func (q *query) label() models.Label {
	l := models.Label(q.values.Get("label"))
	if l != "" && !l.Valid() {
		q.faultf("label", "must be one of %s", join(models.Labels()))
		return ""
	}
	return l
}

func (q *query) since() time.Time { return q.instant("since") }

func (q *query) instant(field string) time.Time {
	raw := q.values.Get(field)
	if raw == "" {
		return time.Time{}
	}
	t, ok := instant(raw)
	if !ok {
		q.faultf(field, "must be a time as in 2026-01-31T15:04:05Z")
	}
	return t
}

// instant reads a time of RFC 3339 from the years that every keeper can keep. A
// plus sign that arrived as a space is mended.
func instant(raw string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, strings.Replace(raw, " ", "+", 1))
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}, false
	}
	return t.UTC().Truncate(time.Microsecond), true
}

func join[T ~string](values []T) string {
	words := each(values, func(v T) string { return string(v) })
	return strings.Join(words, ", ")
}

// name is a parameter that names something; what no keeper would make is a
// fault.
func (q *query) name(field string) string {
	raw := q.values.Get(field)
	if len(raw) > maxShort || !utf8.ValidString(raw) || strings.ContainsRune(raw, 0) {
		q.faultf(field, "must be a name of up to %d bytes", maxShort)
		return ""
	}
	return raw
}

// yes is a parameter that is true or false; left out it is false.
func (q *query) yes(field string) bool {
	switch q.values.Get(field) {
	case "", "false":
		return false
	case "true":
		return true
	}
	q.faultf(field, "must be true or false")
	return false
}
