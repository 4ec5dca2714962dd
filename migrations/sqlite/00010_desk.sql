-- +goose Up
-- What a decision says beside its kind. cuts are offsets, never text. The
-- decisions of one act share a wave, by which they are undone together.
ALTER TABLE decisions ADD COLUMN charter TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN message TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN cuts TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN queue TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN wave TEXT;
ALTER TABLE decisions ADD COLUMN item_queue TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN item_assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN item_merged_into TEXT NOT NULL DEFAULT '';

CREATE INDEX decisions_stack ON decisions (site, actor, decided_at DESC, id DESC) WHERE undone_at IS NULL;
CREATE INDEX decisions_recent ON decisions (site, decided_at DESC) WHERE undone_at IS NULL;
CREATE INDEX decisions_wave ON decisions (wave) WHERE wave IS NOT NULL;

-- An item that was merged into another waits with it, and is decided with it.
ALTER TABLE review_items ADD COLUMN queue TEXT NOT NULL DEFAULT '';
ALTER TABLE review_items ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE review_items ADD COLUMN hard INTEGER NOT NULL DEFAULT 0;
ALTER TABLE review_items ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
ALTER TABLE review_items ADD COLUMN section TEXT NOT NULL DEFAULT '';

CREATE INDEX review_items_merged ON review_items (merged_into) WHERE merged_into <> '';

CREATE TABLE review_skips (
    comment_id TEXT NOT NULL,
    actor      TEXT NOT NULL,
    until      INTEGER NOT NULL,
    PRIMARY KEY (comment_id, actor)
) WITHOUT ROWID;

CREATE INDEX review_skips_age ON review_skips (until);

-- What relates the comments that wait, or waited, for a person. family is that
-- of nearly the same words: NULL until there is a second.
CREATE TABLE kin (
    comment_id TEXT PRIMARY KEY NOT NULL,
    site       TEXT NOT NULL,
    filed_at   INTEGER NOT NULL,
    open       INTEGER NOT NULL,
    family     TEXT,
    same       TEXT,
    host       TEXT,
    network    TEXT,
    author     TEXT,
    signature  BLOB
) WITHOUT ROWID;

CREATE INDEX kin_family ON kin (site, family, open, filed_at DESC) WHERE family IS NOT NULL;
CREATE INDEX kin_open_family ON kin (site, family, filed_at) WHERE open AND family IS NOT NULL;
CREATE INDEX kin_open_host ON kin (site, host, filed_at) WHERE open AND host IS NOT NULL;
CREATE INDEX kin_open_network ON kin (site, network, filed_at) WHERE open AND network IS NOT NULL;
CREATE INDEX kin_open_author ON kin (site, author, filed_at) WHERE open AND author IS NOT NULL;
-- Covers the search for waves among the latest.
CREATE INDEX kin_open_latest ON kin (site, filed_at DESC, family, host, network, author) WHERE open;
CREATE INDEX kin_open_same ON kin (site, same) WHERE open AND same IS NOT NULL;

-- The latest comment that was filed under each band of a signature.
CREATE TABLE kin_bands (
    site       TEXT NOT NULL,
    band       INTEGER NOT NULL,
    comment_id TEXT NOT NULL,
    PRIMARY KEY (site, band)
) WITHOUT ROWID;

CREATE INDEX kin_bands_comment ON kin_bands (comment_id);

-- What a comment is, whether or not it may stand.
CREATE TABLE triage (
    comment_id  TEXT PRIMARY KEY NOT NULL,
    site        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    queue       TEXT NOT NULL DEFAULT '',
    owner       TEXT NOT NULL DEFAULT '',
    due_at      INTEGER,
    answered_at INTEGER,
    answered_by TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    actor       TEXT NOT NULL,
    set_at      INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX triage_newest ON triage (site, set_at DESC, comment_id);
CREATE INDEX triage_due ON triage (site, due_at, comment_id) WHERE due_at IS NOT NULL AND answered_at IS NULL;

-- The conversation that a comment is in.
ALTER TABLE comments ADD COLUMN thread_key TEXT;
CREATE INDEX comments_thread ON comments (site, thread_key, received_at DESC) WHERE thread_key IS NOT NULL;
