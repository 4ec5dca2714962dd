-- +goose Up
-- Narrow rows, one a stopped comment whose verdict has no evidence yet. due_at
-- is both the time from which it may be leased and the end of the lease.
CREATE TABLE unexplained (
    comment_id TEXT PRIMARY KEY NOT NULL,
    due_at     INTEGER NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX unexplained_due ON unexplained (due_at, comment_id);
