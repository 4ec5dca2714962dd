-- +goose Up
ALTER TABLE users ADD COLUMN scope text NOT NULL DEFAULT '[]'; -- sites and sections; empty = all
ALTER TABLE users ADD COLUMN expires_at timestamptz;
ALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN totp_secret text NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN totp_step bigint NOT NULL DEFAULT 0; -- of the last code that was used

-- Who is signed in. The token itself is in the browser alone.
CREATE TABLE sessions (
    hash       text PRIMARY KEY COLLATE "C",
    id         text NOT NULL UNIQUE COLLATE "C",
    user_id    text NOT NULL COLLATE "C",
    stage      text NOT NULL,
    method     text NOT NULL,
    agent      text NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX sessions_user ON sessions (user_id, seen_at);
CREATE INDEX sessions_age ON sessions (expires_at);

CREATE TABLE recovery_codes (
    user_id text NOT NULL COLLATE "C",
    hash    text NOT NULL COLLATE "C",
    PRIMARY KEY (user_id, hash)
);

-- Charter, replies and queues of a site, one document a version.
CREATE TABLE site_books (
    site    text NOT NULL COLLATE "C",
    version bigint NOT NULL,
    book    text NOT NULL,
    actor   text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (site, version)
);

CREATE INDEX audit_actor ON audit (site, actor COLLATE "C", seq DESC);
CREATE INDEX audit_subject ON audit (site, subject COLLATE "C", seq DESC);
