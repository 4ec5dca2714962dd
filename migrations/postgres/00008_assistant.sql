-- +goose Up
-- Texts to be scored and told of at an address that the caller named. A row
-- goes, text and all, once its scores were told or given up. due_at is both the
-- time from which it may be leased and the end of the lease.
CREATE TABLE scorings (
    id          text PRIMARY KEY COLLATE "C",
    site        text NOT NULL COLLATE "C",
    wire        text NOT NULL,
    callback    text NOT NULL,
    text        text NOT NULL,
    detail      text NOT NULL DEFAULT '{}', -- what the wire needs to word its answer
    filed_at    timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    lease_token text COLLATE "C",
    tries       integer NOT NULL DEFAULT 0
);

CREATE INDEX scorings_due ON scorings (due_at, id);

-- A standing trace is told again with each decision.
ALTER TABLE traces ADD COLUMN standing boolean NOT NULL DEFAULT FALSE;
