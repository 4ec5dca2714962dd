package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tamis-moderation/tamis/models"
)

// retryAfter is when a caller may try again once the database was away.
const retryAfter = 2 * time.Second

// unsentError is a failure before anything of the act was sent.
type unsentError struct{ err error }

// Error gives the cause.
func (e *unsentError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *unsentError) Unwrap() error { return e.err }

// passing reports whether an act that failed may succeed when it runs again: it
// lost a race, or had a connection that died while it was idle.
func passing(err error, try int) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code {
		case "40001", "40P01": // serialization failure, deadlock
			return true
		case "57P01", "57P02": // the server ended this connection
			return unsent(err) && try == 0
		}
		return false
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return false
	}
	return unsent(err) && try == 0
}

func unsent(err error) bool {
	_, ok := errors.AsType[*unsentError](err)
	return ok || pgconn.SafeToRetry(err)
}

// translate words an error of the driver as one of ours. What is ours already
// passes.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*models.Error](err); ok {
		return err
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return byCode(e)
	}
	if errors.Is(err, context.Canceled) {
		return models.Wrap(models.Unavailable, err, "the request was cancelled")
	}
	if lost(err) {
		return away(err)
	}
	return fmt.Errorf("postgres: %w", err)
}

// lost reports whether err speaks of the connection.
func lost(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err) || unsent(err) || err.Error() == "conn closed" ||
		err.Error() == "closed pool"
}

// byCode judges by SQLSTATE. The database's own message may quote a value,
// hence it never becomes ours.
func byCode(e *pgconn.PgError) error {
	switch e.Code {
	case "23505": // unique violation
		return models.Wrap(models.Conflict, cause(e), "it exists already")
	case "25006", "55P03", "57014", "40001", "40P01": // read-only, lock or statement timeout, races lost too often
		return away(cause(e))
	}
	switch e.Code[:2] {
	case "22", "23", "54": // data, constraint, program limit
		return models.Wrap(models.Invalid, cause(e), "the database refuses a value")
	case "08", "53", "57", "58": // connection, resources, operator, system
		return away(cause(e))
	}
	return fmt.Errorf("postgres: %w", cause(e))
}

// cause is e without what may quote a comment's text: its detail and, for
// refused values, its message.
func cause(e *pgconn.PgError) error {
	if e.Code[:2] == "22" || e.Code[:2] == "23" {
		return fmt.Errorf("SQLSTATE %s, constraint %q", e.Code, e.ConstraintName)
	}
	return &pgconn.PgError{Severity: e.Severity, Code: e.Code, Message: e.Message}
}

func away(err error) error {
	return &models.Error{
		Kind: models.Unavailable, Msg: "the database is not available", RetryAfter: retryAfter, Err: err,
	}
}

// missing is NotFound, worded, when a query found no row.
func missing(err error, format string, args ...any) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return models.Errorf(models.NotFound, format, args...)
	}
	return translate(err)
}
