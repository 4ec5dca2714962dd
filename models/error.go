package models

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of failure an error is; each door (HTTP, foreign wires,
// queue, console, exit code) has one small table from Kind to its own words.
type Kind uint8

// The kinds of failure. Internal is the zero value: an error nobody classed.
const (
	Internal     Kind = iota // a fault of ours
	Invalid                  // the input is well formed and wrong; Fields say where
	Malformed                // the input can't be read at all
	TooLarge                 // the input is over a limit
	NotFound                 // no such thing, or not yours to see
	Conflict                 // it exists already, was decided, or the lease is lost
	Unauthorized             // no key, or one that is not valid
	Forbidden                // a valid key without the scope
	TooMany                  // a rate limit
	Unavailable              // a part is away; try again later
)

// String returns the kind's stable lower-case name, used in problem documents.
func (k Kind) String() string {
	names := [...]string{
		"internal", "invalid", "malformed", "too-large", "not-found", "conflict",
		"unauthorized", "forbidden", "too-many-requests", "unavailable",
	}
	if int(k) < len(names) {
		return names[k]
	}
	return names[Internal]
}

// FieldError is one fault of one input field. Field is a path as the sender
// wrote it ("author.email", "comments[3].text").
type FieldError struct {
	Field  string
	Detail string
}

// Error is the one error type that crosses rooms. Msg may be shown to a
// stranger; Err never leaves the log.
type Error struct {
	Kind       Kind
	Msg        string
	Fields     []FieldError
	RetryAfter time.Duration // when Kind is TooMany or Unavailable; 0 = unknown
	Err        error
}

// Error gives the message and its cause, for logs.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Msg
	}
	return e.Msg + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error of kind k; a %w verb keeps the cause out of Msg's
// reach only if the caller words it so, hence prefer [Wrap] for causes.
func Errorf(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Msg: fmt.Sprintf(format, args...)}
}

// Wrap makes an error of kind k that hides its cause from strangers.
func Wrap(k Kind, err error, msg string) *Error {
	return &Error{Kind: k, Msg: msg, Err: err}
}

// Fields makes an Invalid error that names each faulty field.
func Fields(fields ...FieldError) *Error {
	msg := "the input is not valid"
	if len(fields) > 0 {
		msg = fields[0].Field + " " + fields[0].Detail
	}
	return &Error{Kind: Invalid, Msg: msg, Fields: fields}
}

// KindOf judges err, however wrapped. A cancelled or expired context counts as
// Unavailable; nil and unknown errors are Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Unavailable
	}
	return Internal
}

// MessageOf is what may be told to a stranger about err.
func MessageOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Msg
	}
	return "something went wrong"
}
