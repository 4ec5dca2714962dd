package models

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"
)

// CommentID identifies a comment: a UUID in lower-case text form. A review item
// carries the id of its comment, since a comment waits at most once.
type CommentID string

// SiteID is a site's own short name ("default", "blog.example"), see [Site].
type SiteID string

// NewID returns a UUIDv7 (RFC 9562 § 5.7) made at t, in lower-case text form:
// ids sort by the millisecond they were made in.
func NewID(t time.Time) string {
	var u [16]byte
	_, _ = rand.Read(u[6:]) // never fails: crypto/rand ends the process instead
	binary.BigEndian.PutUint16(u[0:2], uint16(t.UnixMilli()>>32))
	binary.BigEndian.PutUint32(u[2:6], uint32(t.UnixMilli()))
	return formatUUID(u, 7)
}

// DerivedID returns a UUIDv8 (RFC 9562 § 5.8) computed from parts alone: the
// same parts give the same id on every machine, so an act that is repeated
// after a crash finds what it made before.
func DerivedID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return formatUUID([16]byte(h.Sum(nil)), 8)
}

// ValidID reports whether s is a UUID in canonical lower-case text form.
func ValidID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if s[i] != '-' {
				return false
			}
		case !strings.ContainsRune("0123456789abcdef", rune(s[i])):
			return false
		}
	}
	return true
}

func formatUUID(u [16]byte, version byte) string {
	u[6] = u[6]&0x0f | version<<4
	u[8] = u[8]&0x3f | 0x80
	var b [36]byte
	hex.Encode(b[0:8], u[0:4])
	b[8] = '-'
	hex.Encode(b[9:13], u[4:6])
	b[13] = '-'
	hex.Encode(b[14:18], u[6:8])
	b[18] = '-'
	hex.Encode(b[19:23], u[8:10])
	b[23] = '-'
	hex.Encode(b[24:36], u[10:16])
	return string(b[:])
}
