-- +goose Up
CREATE TABLE sites (
    id         TEXT PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    locale     TEXT NOT NULL,
    keep_text  INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE keys (
    id           TEXT PRIMARY KEY NOT NULL,
    site         TEXT NOT NULL,
    name         TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE,
    last4        TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    wire         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at   INTEGER,
    revoked_at   INTEGER
);

CREATE INDEX keys_site ON keys (site, created_at, id);

CREATE TABLE users (
    id            TEXT PRIMARY KEY NOT NULL,
    email         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    disabled_at   INTEGER
);

CREATE TABLE sign_in_links (
    hash       TEXT PRIMARY KEY NOT NULL,
    user_id    TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
);

CREATE TABLE policies (
    site    TEXT NOT NULL,
    version INTEGER NOT NULL,
    ruleset TEXT NOT NULL,
    actor   TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (site, version)
);

CREATE TABLE audit (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL,
    site        TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    act         TEXT NOT NULL,
    subject     TEXT NOT NULL,
    detail      TEXT NOT NULL
);

CREATE INDEX audit_newest ON audit (site, seq DESC);
CREATE INDEX audit_age ON audit (happened_at);

CREATE TABLE idempotency (
    site         TEXT NOT NULL,
    key          TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    begun_at     INTEGER NOT NULL,
    done         INTEGER NOT NULL DEFAULT 0,
    status       INTEGER NOT NULL DEFAULT 0,
    content_type TEXT NOT NULL DEFAULT '',
    location     TEXT NOT NULL DEFAULT '',
    body         BLOB,
    PRIMARY KEY (site, key)
);

CREATE INDEX idempotency_age ON idempotency (begun_at);
