-- +goose Up
-- Wide rows: read one by one or by page. What queues up lives in pending and
-- review_items, so that a lease never rewrites two kilobytes of text.
CREATE TABLE comments (
    id          uuid PRIMARY KEY,
    site        text NOT NULL COLLATE "C",
    external_id text COLLATE "C",
    text        text NOT NULL,
    lang        text NOT NULL DEFAULT '',
    lang_found  boolean NOT NULL DEFAULT false, -- lang comes from a verdict, not from the site
    type        text NOT NULL DEFAULT '',
    author      text NOT NULL DEFAULT '{}',
    author_key  text COLLATE "C",
    context     text NOT NULL DEFAULT '{}',
    metadata    bytea,
    posted_at   timestamptz,
    received_at timestamptz NOT NULL,
    judged_at   timestamptz,
    status      text NOT NULL COLLATE "C",
    revision    bigint NOT NULL,
    edited      boolean NOT NULL DEFAULT false,
    verdict     text,
    labels      text NOT NULL DEFAULT '',
    decision_id text COLLATE "C" -- the decision that stands
) WITH (
    fillfactor = 90,
    autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.05
);

CREATE UNIQUE INDEX comments_external ON comments (site, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX comments_newest ON comments (site, received_at DESC, id DESC);
CREATE INDEX comments_status ON comments (site, status, received_at DESC, id DESC);
CREATE INDEX comments_labelled ON comments (site, received_at DESC, id DESC) WHERE labels <> '';
CREATE INDEX comments_author ON comments (site, author_key, status) WHERE author_key IS NOT NULL;

-- Narrow rows, one a comment that waits for its judgement. due_at is both the
-- time from which it may be leased and the end of the lease that holds it.
CREATE TABLE pending (
    comment_id  uuid PRIMARY KEY,
    since       timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    lease_token text COLLATE "C",
    tries       integer NOT NULL DEFAULT 0
) WITH (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.05,
    autovacuum_vacuum_cost_delay = 0
);

CREATE INDEX pending_due ON pending (due_at, comment_id);
CREATE INDEX pending_lease ON pending (lease_token) WHERE lease_token IS NOT NULL;

CREATE TABLE reports (
    comment_id  uuid NOT NULL,
    reporter    text NOT NULL COLLATE "C",
    reason      text NOT NULL,
    reported_at timestamptz NOT NULL,
    PRIMARY KEY (comment_id, reporter)
);

-- Many transactions count at once: each takes one of the shards.
CREATE TABLE counters (
    site  text NOT NULL COLLATE "C",
    day   date NOT NULL,
    name  text NOT NULL COLLATE "C",
    shard smallint NOT NULL,
    n     bigint NOT NULL,
    PRIMARY KEY (site, day, name, shard)
) WITH (
    fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000
);
