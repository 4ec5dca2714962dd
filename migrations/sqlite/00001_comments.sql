-- +goose Up
-- Wide rows: read one by one or by page. What queues up lives in pending and
-- review_items, so that a lease never rewrites two kilobytes of text. Times are
-- microseconds since 1970, UTC.
CREATE TABLE comments (
    id          TEXT PRIMARY KEY NOT NULL,
    site        TEXT NOT NULL,
    external_id TEXT,
    text        TEXT NOT NULL,
    lang        TEXT NOT NULL DEFAULT '',
    lang_found  INTEGER NOT NULL DEFAULT 0, -- lang comes from a verdict, not from the site
    type        TEXT NOT NULL DEFAULT '',
    author      TEXT NOT NULL DEFAULT '{}',
    author_key  TEXT,
    context     TEXT NOT NULL DEFAULT '{}',
    metadata    BLOB,
    posted_at   INTEGER,
    received_at INTEGER NOT NULL,
    judged_at   INTEGER,
    status      TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    edited      INTEGER NOT NULL DEFAULT 0,
    verdict     TEXT,
    labels      TEXT NOT NULL DEFAULT '',
    decision_id TEXT -- the decision that stands
);

CREATE UNIQUE INDEX comments_external ON comments (site, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX comments_newest ON comments (site, received_at DESC, id DESC);
CREATE INDEX comments_status ON comments (site, status, received_at DESC, id DESC);
CREATE INDEX comments_labelled ON comments (site, received_at DESC, id DESC) WHERE labels <> '';
CREATE INDEX comments_author ON comments (site, author_key, status) WHERE author_key IS NOT NULL;

-- Narrow rows, one a comment that waits for its judgement. due_at is both the
-- time from which it may be leased and the end of the lease that holds it.
CREATE TABLE pending (
    comment_id  TEXT PRIMARY KEY NOT NULL,
    since       INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    lease_token TEXT,
    tries       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX pending_due ON pending (due_at, comment_id);
CREATE INDEX pending_lease ON pending (lease_token) WHERE lease_token IS NOT NULL;

CREATE TABLE reports (
    comment_id  TEXT NOT NULL,
    reporter    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    reported_at INTEGER NOT NULL,
    PRIMARY KEY (comment_id, reporter)
) WITHOUT ROWID;

CREATE TABLE counters (
    site TEXT NOT NULL,
    day  TEXT NOT NULL, -- 2006-01-02, UTC
    name TEXT NOT NULL,
    n    INTEGER NOT NULL,
    PRIMARY KEY (site, day, name)
) WITHOUT ROWID;
