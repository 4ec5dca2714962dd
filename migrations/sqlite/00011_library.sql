-- +goose Up
-- What a judged comment is found by: one narrow row each, with its scores, and an
-- index of its words and of its author's names. An erasure takes both along.
CREATE TABLE library (
    doc         INTEGER PRIMARY KEY,
    comment_id  TEXT NOT NULL UNIQUE,
    site        TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    section     TEXT NOT NULL,
    s_toxic REAL,
    s_severe_toxic REAL,
    s_insult REAL,
    s_threat REAL,
    s_identity_attack REAL,
    s_obscene REAL,
    s_sexual REAL,
    s_spam REAL,
    s_distress REAL,
    s_leak REAL
);

CREATE INDEX library_newest ON library (site, received_at DESC, comment_id DESC);

CREATE VIRTUAL TABLE library_words USING fts5 (
    text, author, content = '', contentless_delete = 1, prefix = '3', tokenize = "unicode61 remove_diacritics 2"
);

INSERT INTO library (comment_id, site, received_at, section, s_toxic, s_severe_toxic, s_insult, s_threat, s_identity_attack, s_obscene, s_sexual, s_spam, s_distress, s_leak)
SELECT id, site, received_at, COALESCE(json_extract(context, '$.section'), ''),
    json_extract(verdict, '$.scores.toxic'),
    json_extract(verdict, '$.scores.severe_toxic'),
    json_extract(verdict, '$.scores.insult'),
    json_extract(verdict, '$.scores.threat'),
    json_extract(verdict, '$.scores.identity_attack'),
    json_extract(verdict, '$.scores.obscene'),
    json_extract(verdict, '$.scores.sexual'),
    json_extract(verdict, '$.scores.spam'),
    json_extract(verdict, '$.scores.distress'),
    json_extract(verdict, '$.scores.leak')
FROM comments WHERE verdict IS NOT NULL AND status <> 'erased';

INSERT INTO library_words (rowid, text, author)
SELECT l.doc, c.text, concat_ws(' ', json_extract(c.author, '$.name'), json_extract(c.author, '$.email'), json_extract(c.author, '$.id'))
FROM library l JOIN comments c ON c.id = l.comment_id;

-- Searches that people gave a name.
CREATE TABLE saved_views (
    id         TEXT PRIMARY KEY NOT NULL,
    site       TEXT NOT NULL,
    owner      TEXT NOT NULL, -- an actor
    name       TEXT NOT NULL,
    query      TEXT NOT NULL, -- as in an address
    shared     INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX saved_views_site ON saved_views (site, name, id);

-- A comment's deliveries, for its page.
CREATE INDEX deliveries_comment ON deliveries (json_extract(event, '$.comment'));

CREATE INDEX sessions_seen ON sessions (seen_at);

-- What is to be sent by mail: whom to and about what, not the words themselves.
-- due_at is both the time of the next attempt and the end of the lease; NULL once
-- it was sent or given up.
CREATE TABLE mails (
    id          TEXT PRIMARY KEY NOT NULL,
    kind        TEXT NOT NULL,
    user_id     TEXT NOT NULL,
    site        TEXT NOT NULL DEFAULT '',
    comments    TEXT NOT NULL DEFAULT '[]',
    more        INTEGER NOT NULL DEFAULT 0,
    filed_at    INTEGER NOT NULL,
    due_at      INTEGER,
    lease_token TEXT,
    tries       INTEGER NOT NULL DEFAULT 0,
    sent_at     INTEGER
) WITHOUT ROWID;

CREATE INDEX mails_due ON mails (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX mails_recent ON mails (user_id, kind, filed_at);
CREATE INDEX mails_age ON mails (filed_at);

-- Links in mails that decide a comment, each once. The secret is in the mail alone.
CREATE TABLE mail_links (
    hash       TEXT PRIMARY KEY NOT NULL,
    user_id    TEXT NOT NULL,
    site       TEXT NOT NULL,
    comment_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    used_for   TEXT NOT NULL DEFAULT '', -- the decision that it made
    undone_at  INTEGER
) WITHOUT ROWID;

CREATE INDEX mail_links_age ON mail_links (expires_at);

-- Who wants which mails about which site.
CREATE TABLE mail_wishes (
    user_id TEXT NOT NULL,
    site    TEXT NOT NULL,
    digest  INTEGER NOT NULL,
    alerts  INTEGER NOT NULL,
    PRIMARY KEY (user_id, site)
) WITHOUT ROWID;
