-- +goose Up
-- What a decision says beside its kind. cuts are offsets, never text. The
-- decisions of one act share a wave, by which they are undone together.
ALTER TABLE decisions ADD COLUMN charter text NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN message text NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN cuts text NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN queue text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN assignee text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN wave text COLLATE "C";
ALTER TABLE decisions ADD COLUMN item_queue text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN item_assignee text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN item_merged_into text COLLATE "C" NOT NULL DEFAULT '';

CREATE INDEX decisions_stack ON decisions (site, actor, decided_at DESC, id DESC) WHERE undone_at IS NULL;
CREATE INDEX decisions_recent ON decisions (site, decided_at DESC) WHERE undone_at IS NULL;
CREATE INDEX decisions_wave ON decisions (wave) WHERE wave IS NOT NULL;

-- An item that was merged into another waits with it, and is decided with it.
ALTER TABLE review_items ADD COLUMN queue text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE review_items ADD COLUMN assignee text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE review_items ADD COLUMN hard boolean NOT NULL DEFAULT false;
ALTER TABLE review_items ADD COLUMN merged_into text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE review_items ADD COLUMN section text COLLATE "C" NOT NULL DEFAULT '';

CREATE INDEX review_items_merged ON review_items (merged_into) WHERE merged_into <> '';

CREATE TABLE review_skips (
    comment_id uuid NOT NULL,
    actor      text NOT NULL COLLATE "C",
    until      timestamptz NOT NULL,
    PRIMARY KEY (comment_id, actor)
);

CREATE INDEX review_skips_age ON review_skips (until);

-- What relates the comments that wait, or waited, for a person. family is that
-- of nearly the same words: NULL until there is a second.
CREATE TABLE kin (
    comment_id uuid PRIMARY KEY,
    site       text NOT NULL COLLATE "C",
    filed_at   timestamptz NOT NULL,
    open       boolean NOT NULL,
    family     text COLLATE "C",
    same       text COLLATE "C",
    host       text COLLATE "C",
    network    text COLLATE "C",
    author     text COLLATE "C",
    signature  bytea
);

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
    site       text NOT NULL COLLATE "C",
    band       bigint NOT NULL,
    comment_id uuid NOT NULL,
    PRIMARY KEY (site, band)
);

CREATE INDEX kin_bands_comment ON kin_bands (comment_id);

-- What a comment is, whether or not it may stand.
CREATE TABLE triage (
    comment_id  uuid PRIMARY KEY,
    site        text NOT NULL COLLATE "C",
    kind        text NOT NULL,
    queue       text COLLATE "C" NOT NULL DEFAULT '',
    owner       text COLLATE "C" NOT NULL DEFAULT '',
    due_at      timestamptz,
    answered_at timestamptz,
    answered_by text NOT NULL DEFAULT '',
    note        text NOT NULL DEFAULT '',
    actor       text NOT NULL COLLATE "C",
    set_at      timestamptz NOT NULL
);

CREATE INDEX triage_newest ON triage (site, set_at DESC, comment_id);
CREATE INDEX triage_due ON triage (site, due_at, comment_id) WHERE due_at IS NOT NULL AND answered_at IS NULL;

-- The conversation that a comment is in.
ALTER TABLE comments ADD COLUMN thread_key text COLLATE "C";
CREATE INDEX comments_thread ON comments (site, thread_key, received_at DESC) WHERE thread_key IS NOT NULL;
