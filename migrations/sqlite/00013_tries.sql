-- +goose Up
-- How often was tried what may be tried only so often, such as to sign in.
CREATE TABLE tries (
    key      TEXT PRIMARY KEY NOT NULL, -- hash of who tries what
    whole_at INTEGER NOT NULL -- when all tries are given back
) WITHOUT ROWID;

CREATE INDEX tries_whole ON tries (whole_at);
