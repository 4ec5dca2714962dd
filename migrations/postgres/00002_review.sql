-- +goose Up
CREATE TABLE review_items (
    comment_id   uuid PRIMARY KEY,
    site         text NOT NULL COLLATE "C",
    urgency      double precision NOT NULL,
    filed_at     timestamptz NOT NULL,
    escalated_by text NOT NULL DEFAULT '' COLLATE "C", -- empty = not escalated
    claim_token  text COLLATE "C",
    claimed_by   text COLLATE "C",
    claim_until  timestamptz
) WITH (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.05,
    autovacuum_vacuum_cost_delay = 0
);

CREATE INDEX review_items_urgent ON review_items (site, urgency DESC, comment_id);
CREATE INDEX review_items_claim ON review_items (claim_token) WHERE claim_token IS NOT NULL;

CREATE TABLE decisions (
    id            text PRIMARY KEY COLLATE "C",
    comment_id    uuid NOT NULL,
    site          text NOT NULL COLLATE "C",
    decision      text NOT NULL,
    actor         text NOT NULL,
    decided_at    timestamptz NOT NULL,
    reason        text NOT NULL,
    note          text NOT NULL,
    status_before text NOT NULL,
    undone_at     timestamptz,
    undone_by     text NOT NULL DEFAULT '',
    previous      text COLLATE "C", -- the decision that stood before
    item_urgency  double precision, -- of the review item it closed, for an undo
    item_filed_at timestamptz,
    item_escalated_by text
);

CREATE INDEX decisions_comment ON decisions (comment_id);

-- What decisions teach. It needs no text, hence outlives it.
CREATE TABLE feedback (
    decision_id text PRIMARY KEY COLLATE "C",
    comment_id  uuid NOT NULL,
    site        text NOT NULL COLLATE "C",
    text_hash   text NOT NULL,
    lang        text NOT NULL,
    scores      text NOT NULL,
    decision    text NOT NULL,
    decided_at  timestamptz NOT NULL,
    standing    boolean NOT NULL
);

CREATE INDEX feedback_oldest ON feedback (site, decided_at, decision_id) WHERE standing;
CREATE INDEX feedback_comment ON feedback (comment_id);
