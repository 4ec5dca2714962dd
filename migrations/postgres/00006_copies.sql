-- +goose Up
-- What tells copies of a text and comments in quick succession. Comments from
-- before have no text_key and no address_key: the day in which copies count has
-- passed over them soon enough.
ALTER TABLE comments
    ADD COLUMN text_key text COLLATE "C", -- of the folded text; NULL = too short to tell
    ADD COLUMN address_key text COLLATE "C";

CREATE INDEX comments_copies ON comments (site, text_key, received_at) WHERE text_key IS NOT NULL;
CREATE INDEX comments_address ON comments (site, address_key, received_at) WHERE address_key IS NOT NULL;

-- Serves an author's history, as comments_author did, and their latest comments.
CREATE INDEX comments_author_newest ON comments (site, author_key, received_at DESC, status) WHERE author_key IS NOT NULL;
DROP INDEX comments_author;
