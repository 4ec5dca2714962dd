-- +goose Up
ALTER TABLE users ADD COLUMN scope TEXT NOT NULL DEFAULT '[]'; -- sites and sections; empty = all
ALTER TABLE users ADD COLUMN expires_at INTEGER;
ALTER TABLE users ADD COLUMN locale TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN totp_secret TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0; -- of the last code that was used

-- Who is signed in. The token itself is in the browser alone.
CREATE TABLE sessions (
    hash       TEXT PRIMARY KEY NOT NULL,
    id         TEXT NOT NULL UNIQUE,
    user_id    TEXT NOT NULL,
    stage      TEXT NOT NULL,
    method     TEXT NOT NULL,
    agent      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);

CREATE INDEX sessions_user ON sessions (user_id, seen_at);
CREATE INDEX sessions_age ON sessions (expires_at);

CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL,
    hash    TEXT NOT NULL,
    PRIMARY KEY (user_id, hash)
) WITHOUT ROWID;

-- Charter, replies and queues of a site, one document a version.
CREATE TABLE site_books (
    site    TEXT NOT NULL,
    version INTEGER NOT NULL,
    book    TEXT NOT NULL,
    actor   TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (site, version)
);

CREATE INDEX audit_actor ON audit (site, actor, seq DESC);
CREATE INDEX audit_subject ON audit (site, subject, seq DESC);
