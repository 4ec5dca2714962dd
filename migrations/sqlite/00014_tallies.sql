-- +goose Up
-- How many judged comments stand how, by the day on which they were received and
-- by their scores in steps of a fortieth. Every act that moves a comment keeps it.
CREATE TABLE tallies (
    site    TEXT NOT NULL,
    day     TEXT NOT NULL, -- 2006-01-02, UTC
    section TEXT NOT NULL,
    status  TEXT NOT NULL, -- what is pending again counts as held
    bucket  INTEGER NOT NULL,
    n_toxic INTEGER NOT NULL,
    n_severe_toxic INTEGER NOT NULL,
    n_insult INTEGER NOT NULL,
    n_threat INTEGER NOT NULL,
    n_identity_attack INTEGER NOT NULL,
    n_obscene INTEGER NOT NULL,
    n_sexual INTEGER NOT NULL,
    n_spam INTEGER NOT NULL,
    n_distress INTEGER NOT NULL,
    n_leak INTEGER NOT NULL,
    PRIMARY KEY (site, day, section, status, bucket)
) WITHOUT ROWID;

INSERT INTO tallies (site, day, section, status, bucket, n_toxic, n_severe_toxic, n_insult, n_threat, n_identity_attack, n_obscene, n_sexual, n_spam, n_distress, n_leak)
SELECT l.site, date(l.received_at / 1000000, 'unixepoch'), l.section,
    CASE c.status WHEN 'pending' THEN 'held' ELSE c.status END, min(CAST(s.score * 40 AS INTEGER), 39),
    sum(label = 'toxic'),
    sum(label = 'severe_toxic'),
    sum(label = 'insult'),
    sum(label = 'threat'),
    sum(label = 'identity_attack'),
    sum(label = 'obscene'),
    sum(label = 'sexual'),
    sum(label = 'spam'),
    sum(label = 'distress'),
    sum(label = 'leak')
FROM library l JOIN comments c ON c.id = l.comment_id JOIN (
    SELECT comment_id, 'toxic' AS label, s_toxic AS score FROM library
    UNION ALL SELECT comment_id, 'severe_toxic', s_severe_toxic FROM library
    UNION ALL SELECT comment_id, 'insult', s_insult FROM library
    UNION ALL SELECT comment_id, 'threat', s_threat FROM library
    UNION ALL SELECT comment_id, 'identity_attack', s_identity_attack FROM library
    UNION ALL SELECT comment_id, 'obscene', s_obscene FROM library
    UNION ALL SELECT comment_id, 'sexual', s_sexual FROM library
    UNION ALL SELECT comment_id, 'spam', s_spam FROM library
    UNION ALL SELECT comment_id, 'distress', s_distress FROM library
    UNION ALL SELECT comment_id, 'leak', s_leak FROM library
) s ON s.comment_id = l.comment_id AND s.score IS NOT NULL
GROUP BY 1, 2, 3, 4, 5;
