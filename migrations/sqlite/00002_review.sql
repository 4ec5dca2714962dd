-- +goose Up
CREATE TABLE review_items (
    comment_id   TEXT PRIMARY KEY NOT NULL,
    site         TEXT NOT NULL,
    urgency      REAL NOT NULL,
    filed_at     INTEGER NOT NULL,
    escalated_by TEXT NOT NULL DEFAULT '', -- empty = not escalated
    claim_token  TEXT,
    claimed_by   TEXT,
    claim_until  INTEGER
) WITHOUT ROWID;

CREATE INDEX review_items_urgent ON review_items (site, urgency DESC, comment_id);
CREATE INDEX review_items_claim ON review_items (claim_token) WHERE claim_token IS NOT NULL;

CREATE TABLE decisions (
    id            TEXT PRIMARY KEY NOT NULL,
    comment_id    TEXT NOT NULL,
    site          TEXT NOT NULL,
    decision      TEXT NOT NULL,
    actor         TEXT NOT NULL,
    decided_at    INTEGER NOT NULL,
    reason        TEXT NOT NULL,
    note          TEXT NOT NULL,
    status_before TEXT NOT NULL,
    undone_at     INTEGER,
    undone_by     TEXT NOT NULL DEFAULT '',
    previous      TEXT, -- the decision that stood before
    item_urgency  REAL, -- of the review item it closed, for an undo
    item_filed_at INTEGER,
    item_escalated_by TEXT
);

CREATE INDEX decisions_comment ON decisions (comment_id);

-- What decisions teach. It needs no text, hence outlives it.
CREATE TABLE feedback (
    decision_id TEXT PRIMARY KEY NOT NULL,
    comment_id  TEXT NOT NULL,
    site        TEXT NOT NULL,
    text_hash   TEXT NOT NULL,
    lang        TEXT NOT NULL,
    scores      TEXT NOT NULL,
    decision    TEXT NOT NULL,
    decided_at  INTEGER NOT NULL,
    standing    INTEGER NOT NULL
);

CREATE INDEX feedback_oldest ON feedback (site, decided_at, decision_id) WHERE standing;
CREATE INDEX feedback_comment ON feedback (comment_id);
