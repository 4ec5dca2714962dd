-- +goose Up
-- What a judged comment is found by: one narrow row each, with its scores, and an
-- index of its words and of its author's names. An erasure takes both along.
CREATE TABLE library (
    comment_id  uuid PRIMARY KEY,
    site        text NOT NULL COLLATE "C",
    received_at timestamptz NOT NULL,
    section     text NOT NULL COLLATE "C",
    s_toxic double precision,
    s_severe_toxic double precision,
    s_insult double precision,
    s_threat double precision,
    s_identity_attack double precision,
    s_obscene double precision,
    s_sexual double precision,
    s_spam double precision,
    s_distress double precision,
    s_leak double precision,
    words       tsvector NOT NULL
);

CREATE INDEX library_newest ON library (site, received_at DESC, comment_id DESC);
CREATE INDEX library_words ON library USING gin (words);

INSERT INTO library (comment_id, site, received_at, section, s_toxic, s_severe_toxic, s_insult, s_threat, s_identity_attack, s_obscene, s_sexual, s_spam, s_distress, s_leak, words)
SELECT id, site, received_at, COALESCE(context::jsonb ->> 'section', ''),
    ((verdict::jsonb) -> 'scores' ->> 'toxic')::double precision,
    ((verdict::jsonb) -> 'scores' ->> 'severe_toxic')::double precision,
    ((verdict::jsonb) -> 'scores' ->> 'insult')::double precision,
    ((verdict::jsonb) -> 'scores' ->> 'threat')::double precision,
    ((verdict::jsonb) -> 'scores' ->> 'identity_attack')::double precision,
    ((verdict::jsonb) -> 'scores' ->> 'obscene')::double precision,
    ((verdict::jsonb) -> 'scores' ->> 'sexual')::double precision,
    ((verdict::jsonb) -> 'scores' ->> 'spam')::double precision,
    ((verdict::jsonb) -> 'scores' ->> 'distress')::double precision,
    ((verdict::jsonb) -> 'scores' ->> 'leak')::double precision,
    setweight(to_tsvector('simple', regexp_replace(regexp_replace(normalize(lower(text), NFD), U&'[\0300-\036F]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')), 'A') ||
    setweight(to_tsvector('simple', regexp_replace(regexp_replace(normalize(lower(concat_ws(' ', author::jsonb ->> 'name', author::jsonb ->> 'email', author::jsonb ->> 'id')), NFD), U&'[\0300-\036F]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')), 'B')
FROM comments WHERE verdict IS NOT NULL AND status <> 'erased';

-- Searches that people gave a name.
CREATE TABLE saved_views (
    id         text PRIMARY KEY COLLATE "C",
    site       text NOT NULL COLLATE "C",
    owner      text NOT NULL COLLATE "C", -- an actor
    name       text NOT NULL,
    query      text NOT NULL, -- as in an address
    shared     boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);

CREATE INDEX saved_views_site ON saved_views (site, name, id);

-- A comment's deliveries, for its page.
CREATE INDEX deliveries_comment ON deliveries (((event::jsonb) ->> 'comment'));

CREATE INDEX sessions_seen ON sessions (seen_at);

-- What is to be sent by mail: whom to and about what, not the words themselves.
-- due_at is both the time of the next attempt and the end of the lease; NULL once
-- it was sent or given up.
CREATE TABLE mails (
    id          text PRIMARY KEY COLLATE "C",
    kind        text NOT NULL,
    user_id     text NOT NULL COLLATE "C",
    site        text NOT NULL COLLATE "C" DEFAULT '',
    comments    text NOT NULL DEFAULT '[]',
    more        integer NOT NULL DEFAULT 0,
    filed_at    timestamptz NOT NULL,
    due_at      timestamptz,
    lease_token text COLLATE "C",
    tries       integer NOT NULL DEFAULT 0,
    sent_at     timestamptz
);

CREATE INDEX mails_due ON mails (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX mails_recent ON mails (user_id, kind, filed_at);
CREATE INDEX mails_age ON mails (filed_at);

-- Links in mails that decide a comment, each once. The secret is in the mail alone.
CREATE TABLE mail_links (
    hash       text PRIMARY KEY COLLATE "C",
    user_id    text NOT NULL COLLATE "C",
    site       text NOT NULL COLLATE "C",
    comment_id text NOT NULL COLLATE "C",
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    used_for   text NOT NULL DEFAULT '', -- the decision that it made
    undone_at  timestamptz
);

CREATE INDEX mail_links_age ON mail_links (expires_at);

-- Who wants which mails about which site.
CREATE TABLE mail_wishes (
    user_id text NOT NULL COLLATE "C",
    site    text NOT NULL COLLATE "C",
    digest  boolean NOT NULL,
    alerts  boolean NOT NULL,
    PRIMARY KEY (user_id, site)
);
