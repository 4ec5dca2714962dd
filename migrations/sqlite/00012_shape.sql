-- +goose Up
-- What the overview counts of a queue, without a look at its items.
CREATE INDEX review_items_shape ON review_items (site, filed_at, hard, section) WHERE merged_into = '';
