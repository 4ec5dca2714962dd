-- +goose Up
-- What foreign wires need: how a caller that knows no id of ours would name a
-- comment again (print), and the address that hears once of its end. due_at is
-- both the time from which a callback may be leased and the end of the lease;
-- NULL where nobody asked for one, or where it was told.
CREATE TABLE traces (
    comment_id  TEXT PRIMARY KEY NOT NULL,
    site        TEXT NOT NULL,
    wire        TEXT NOT NULL,
    print       TEXT NOT NULL,
    traced_at   INTEGER NOT NULL,
    callback    TEXT NOT NULL DEFAULT '',
    due_at      INTEGER,
    lease_token TEXT,
    tries       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX traces_print ON traces (site, print, traced_at DESC);
CREATE INDEX traces_due ON traces (due_at, comment_id) WHERE due_at IS NOT NULL;

-- A JSON object, so that a wire's own settings need no column each.
ALTER TABLE keys ADD COLUMN options TEXT NOT NULL DEFAULT '{}';

-- Feedback of a text that was never kept has the empty comment_id.
ALTER TABLE feedback ADD COLUMN section TEXT NOT NULL DEFAULT '';
ALTER TABLE feedback ADD COLUMN suggested TEXT NOT NULL DEFAULT '{}';
