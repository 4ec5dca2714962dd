-- +goose Up
-- Narrow rows, one a stopped comment whose verdict has no evidence yet. due_at
-- is both the time from which it may be leased and the end of the lease.
CREATE TABLE unexplained (
    comment_id uuid PRIMARY KEY,
    due_at     timestamptz NOT NULL,
    tries      integer NOT NULL DEFAULT 0
) WITH (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000
);

CREATE INDEX unexplained_due ON unexplained (due_at, comment_id);
