-- +goose Up
-- How often was tried what may be tried only so often, such as to sign in.
CREATE TABLE tries (
    key      text PRIMARY KEY COLLATE "C", -- hash of who tries what
    whole_at timestamptz NOT NULL -- when all tries are given back
);

CREATE INDEX tries_whole ON tries (whole_at);
