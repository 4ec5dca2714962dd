-- +goose Up
CREATE TABLE sites (
    id         text PRIMARY KEY COLLATE "C",
    name       text NOT NULL,
    locale     text NOT NULL,
    keep_text  boolean NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE keys (
    id           text PRIMARY KEY COLLATE "C",
    site         text NOT NULL COLLATE "C",
    name         text NOT NULL,
    hash         text NOT NULL UNIQUE COLLATE "C",
    last4        text NOT NULL,
    scopes       text NOT NULL,
    wire         text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    expires_at   timestamptz,
    revoked_at   timestamptz
);

CREATE INDEX keys_site ON keys (site, created_at, id);

CREATE TABLE users (
    id            text PRIMARY KEY COLLATE "C",
    email         text NOT NULL UNIQUE COLLATE "C",
    name          text NOT NULL,
    role          text NOT NULL,
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz
);

CREATE TABLE sign_in_links (
    hash       text PRIMARY KEY COLLATE "C",
    user_id    text NOT NULL COLLATE "C",
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

CREATE TABLE policies (
    site    text NOT NULL COLLATE "C",
    version bigint NOT NULL,
    ruleset text NOT NULL,
    actor   text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (site, version)
);

CREATE TABLE audit (
    seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          text NOT NULL COLLATE "C",
    site        text NOT NULL COLLATE "C",
    happened_at timestamptz NOT NULL,
    actor       text NOT NULL,
    act         text NOT NULL,
    subject     text NOT NULL,
    detail      text NOT NULL
);

CREATE INDEX audit_newest ON audit (site, seq DESC);
CREATE INDEX audit_age ON audit USING brin (happened_at) WITH (autosummarize = on);

CREATE TABLE idempotency (
    site         text NOT NULL COLLATE "C",
    key          text NOT NULL COLLATE "C",
    fingerprint  text NOT NULL,
    begun_at     timestamptz NOT NULL,
    done         boolean NOT NULL DEFAULT false,
    status       integer NOT NULL DEFAULT 0,
    content_type text NOT NULL DEFAULT '',
    location     text NOT NULL DEFAULT '',
    body         bytea,
    PRIMARY KEY (site, key)
) WITH (autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX idempotency_age ON idempotency (begun_at);
