// Package cursor writes and reads the page tokens of the keepers: a position in
// one list, bound to the query that the list answers. It owns their form and
// their check; it refuses to know what the position means.
package cursor

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"

	"github.com/tamis-moderation/tamis/models"
)

// Position is where a page ended. A list uses the fields that its order needs.
type Position struct {
	N  int64 // a time in microseconds, a sequence number
	M  int64
	F  float64
	ID string
}

const (
	sumSize = 8
	numbers = 3 * 8
)

// Encode makes the token for a position in the list that query names: the
// list's own name and everything that its rows were selected by.
func Encode(p Position, query ...string) string {
	payload := make([]byte, numbers, numbers+len(p.ID))
	binary.BigEndian.PutUint64(payload[0:], uint64(p.N))
	binary.BigEndian.PutUint64(payload[8:], uint64(p.M))
	binary.BigEndian.PutUint64(payload[16:], math.Float64bits(p.F))
	payload = append(payload, p.ID...)
	return base64.RawURLEncoding.EncodeToString(append(check(payload, query), payload...))
}

// Decode reads a token; one that was not made for this query is Invalid. The
// empty token is the list's start: ok is then false.
func Decode(token string, query ...string) (p Position, ok bool, err error) {
	if token == "" {
		return Position{}, false, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < sumSize+numbers {
		return Position{}, false, invalid()
	}
	payload := raw[sumSize:]
	if string(check(payload, query)) != string(raw[:sumSize]) {
		return Position{}, false, invalid()
	}
	return Position{
		N:  int64(binary.BigEndian.Uint64(payload[0:])),
		M:  int64(binary.BigEndian.Uint64(payload[8:])),
		F:  math.Float64frombits(binary.BigEndian.Uint64(payload[16:])),
		ID: string(payload[numbers:]),
	}, true, nil
}

// Limit is a page size within what a list gives: 1 to 200, 50 when not told.
func Limit(n int) int {
	switch {
	case n <= 0:
		return 50
	case n > 200:
		return 200
	default:
		return n
	}
}

// check binds a payload to its query. It guards against mistakes, not against
// somebody who writes tokens by hand: a position gives nobody a row that the
// query alone would not.
func check(payload []byte, query []string) []byte {
	h := sha256.New()
	for _, part := range query {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(part)))
		h.Write(n[:])
		h.Write([]byte(part))
	}
	h.Write(payload)
	return h.Sum(nil)[:sumSize]
}

func invalid() error {
	return models.Fields(models.FieldError{Field: "cursor", Detail: "was not made for this query"})
}
