-- +goose Up
-- Texts to be scored and told of at an address that the caller named. A row
-- goes, text and all, once its scores were told or given up. due_at is both the
-- time from which it may be leased and the end of the lease.
CREATE TABLE scorings (
    id          TEXT PRIMARY KEY NOT NULL,
    site        TEXT NOT NULL,
    wire        TEXT NOT NULL,
    callback    TEXT NOT NULL,
    text        TEXT NOT NULL,
    detail      TEXT NOT NULL DEFAULT '{}', -- what the wire needs to word its answer
    filed_at    INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    lease_token TEXT,
    tries       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX scorings_due ON scorings (due_at, id);

-- A standing trace is told again with each decision.
ALTER TABLE traces ADD COLUMN standing INTEGER NOT NULL DEFAULT 0;
