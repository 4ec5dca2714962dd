package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/tamis-moderation/tamis/models"
)

// retryAfter is when a caller may try again once the database was away.
const retryAfter = 2 * time.Second

// translate words an error of the driver as one of ours. What is ours already
// passes.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*models.Error](err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return models.Wrap(models.Unavailable, err, "the request was cancelled")
	}
	if errors.Is(err, sql.ErrConnDone) {
		return away(err)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return byCode(e)
	}
	return fmt.Errorf("sqlite: %w", err)
}

// isBusy reports that another process held the file.
func isBusy(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

func byCode(e *sqlite.Error) error {
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return models.Wrap(models.Conflict, e, "it exists already")
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH:
		return models.Wrap(models.Invalid, e, "the database refuses a value")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_PROTOCOL:
		return away(e)
	}
	return fmt.Errorf("sqlite: %w", e)
}

func away(err error) error {
	return &models.Error{
		Kind: models.Unavailable, Msg: "the database is not available", RetryAfter: retryAfter, Err: err,
	}
}

// missing is NotFound, worded, when a query found no row.
func missing(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return models.Errorf(models.NotFound, format, args...)
	}
	return translate(err)
}
