-- +goose Up
-- One writer at a time: the order of seq is the order of the commits, so
-- nothing appears behind a cursor that was handed out.
CREATE TABLE events (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    type        TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    site        TEXT NOT NULL,
    comment_id  TEXT NOT NULL,
    external_id TEXT NOT NULL,
    status      TEXT NOT NULL,
    labels      TEXT NOT NULL,
    revision    INTEGER NOT NULL
);

CREATE INDEX events_feed ON events (site, seq);
CREATE INDEX events_age ON events (happened_at);

CREATE TABLE webhooks (
    id             TEXT PRIMARY KEY NOT NULL,
    site           TEXT NOT NULL,
    url            TEXT NOT NULL,
    secrets        TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    failing_since  INTEGER,
    disabled_at    INTEGER,
    disabled_cause TEXT NOT NULL DEFAULT ''
);

CREATE INDEX webhooks_site ON webhooks (site);

-- A delivery carries its event, so that it outlives the feed. due_at is both
-- the time of the next attempt and the end of the lease that holds it; those of
-- a disabled endpoint are parked, out of the way of the others.
CREATE TABLE deliveries (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    webhook     TEXT NOT NULL,
    site        TEXT NOT NULL,
    event       TEXT NOT NULL,
    state       TEXT NOT NULL,
    parked      INTEGER NOT NULL DEFAULT 0,
    attempts    INTEGER NOT NULL DEFAULT 0,
    filed_at    INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    lease_token TEXT,
    last_status INTEGER NOT NULL DEFAULT 0,
    last_error  TEXT NOT NULL DEFAULT '',
    done_at     INTEGER
);

CREATE INDEX deliveries_due ON deliveries (due_at, seq) WHERE state = 'due' AND NOT parked;
CREATE INDEX deliveries_webhook ON deliveries (webhook, seq DESC);
CREATE INDEX deliveries_done ON deliveries (done_at) WHERE state <> 'due';
