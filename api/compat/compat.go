// Package compat holds what the foreign wires of the packages below it share.
// Each of them translates a protocol that other software already speaks, and
// decides nothing: it owns its shapes, its errors and its mapping, and answers
// in its original's words and status, never in ours. Judging, deciding and
// learning are the same acts that /v1 calls, handed in by cmd.
package compat

import (
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
)

// Wire is a foreign protocol, mounted beside /v1.
type Wire interface {
	// Routes puts the wire's routes on r; keys come in through door.
	Routes(r gin.IRouter, door *access.Door)
	// Owns reports whether an address is the wire's, also where no route is.
	Owns(path string) bool
	// Refuse answers a request with err in the wire's own words, keeps the error
	// for the log, and ends the request's handlers.
	Refuse(g *gin.Context, err error)
}

// UTF16 counts the UTF-16 code units of s, which is how browsers and Java count.
func UTF16(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i, n = i+1, n+1
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i, n = i+size, n+1
		if r > 0xFFFF {
			n++
		}
	}
	return n
}
