-- +goose Up
-- The feed is read in the order of (xid, seq), and only where every older
-- transaction has ended: so nothing appears behind a cursor that was handed out.
CREATE TABLE events (
    seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id          text NOT NULL UNIQUE COLLATE "C",
    type        text NOT NULL,
    happened_at timestamptz NOT NULL,
    site        text NOT NULL COLLATE "C",
    comment_id  uuid NOT NULL,
    external_id text NOT NULL,
    status      text NOT NULL,
    labels      text NOT NULL,
    revision    bigint NOT NULL
);

CREATE INDEX events_feed ON events (site, xid, seq);
CREATE INDEX events_age ON events USING brin (happened_at) WITH (autosummarize = on);

CREATE TABLE webhooks (
    id             text PRIMARY KEY COLLATE "C",
    site           text NOT NULL COLLATE "C",
    url            text NOT NULL,
    secrets        text NOT NULL,
    created_at     timestamptz NOT NULL,
    failing_since  timestamptz,
    disabled_at    timestamptz,
    disabled_cause text NOT NULL DEFAULT ''
);

CREATE INDEX webhooks_site ON webhooks (site);

-- A delivery carries its event, so that it outlives the feed. due_at is both
-- the time of the next attempt and the end of the lease that holds it; those of
-- a disabled endpoint are parked, out of the way of the others.
CREATE TABLE deliveries (
    seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          text NOT NULL UNIQUE COLLATE "C",
    webhook     text NOT NULL COLLATE "C",
    site        text NOT NULL COLLATE "C",
    event       text NOT NULL,
    state       text NOT NULL,
    parked      boolean NOT NULL DEFAULT false,
    attempts    integer NOT NULL DEFAULT 0,
    filed_at    timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    lease_token text COLLATE "C",
    last_status integer NOT NULL DEFAULT 0,
    last_error  text NOT NULL DEFAULT '',
    done_at     timestamptz
) WITH (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_cost_delay = 0
);

CREATE INDEX deliveries_due ON deliveries (due_at, seq) WHERE state = 'due' AND NOT parked;
CREATE INDEX deliveries_webhook ON deliveries (webhook, seq DESC);
CREATE INDEX deliveries_done ON deliveries (done_at) WHERE state <> 'due';
