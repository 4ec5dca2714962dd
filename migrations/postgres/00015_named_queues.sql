-- +goose Up
-- How many items wait in each named queue, counted at every change.
CREATE INDEX review_items_named ON review_items (site, queue) WHERE queue <> '';
