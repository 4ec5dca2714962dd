-- +goose Up
-- What foreign wires need: how a caller that knows no id of ours would name a
-- comment again (print), and the address that hears once of its end. due_at is
-- both the time from which a callback may be leased and the end of the lease;
-- NULL where nobody asked for one, or where it was told.
CREATE TABLE traces (
    comment_id  uuid PRIMARY KEY,
    site        text NOT NULL COLLATE "C",
    wire        text NOT NULL,
    print       text NOT NULL COLLATE "C",
    traced_at   timestamptz NOT NULL,
    callback    text NOT NULL DEFAULT '',
    due_at      timestamptz,
    lease_token text COLLATE "C",
    tries       integer NOT NULL DEFAULT 0
);

CREATE INDEX traces_print ON traces (site, print, traced_at DESC);
CREATE INDEX traces_due ON traces (due_at, comment_id) WHERE due_at IS NOT NULL;

-- A JSON object, so that a wire's own settings need no column each.
ALTER TABLE keys ADD COLUMN options text NOT NULL DEFAULT '{}';

-- Feedback of a text that was never kept has no comment_id.
ALTER TABLE feedback ALTER COLUMN comment_id DROP NOT NULL;
ALTER TABLE feedback ADD COLUMN section text NOT NULL DEFAULT '';
ALTER TABLE feedback ADD COLUMN suggested text NOT NULL DEFAULT '{}';
