-- +goose Up
-- How many judged comments stand how, by the day on which they were received and
-- by their scores in steps of a fortieth. Every act that moves a comment keeps it.
CREATE TABLE tallies (
    site    text NOT NULL COLLATE "C",
    day     date NOT NULL, -- UTC
    section text NOT NULL COLLATE "C",
    status  text NOT NULL COLLATE "C", -- what is pending again counts as held
    bucket  smallint NOT NULL,
    n_toxic bigint NOT NULL,
    n_severe_toxic bigint NOT NULL,
    n_insult bigint NOT NULL,
    n_threat bigint NOT NULL,
    n_identity_attack bigint NOT NULL,
    n_obscene bigint NOT NULL,
    n_sexual bigint NOT NULL,
    n_spam bigint NOT NULL,
    n_distress bigint NOT NULL,
    n_leak bigint NOT NULL,
    PRIMARY KEY (site, day, section, status, bucket)
) WITH (
    fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 500
);

INSERT INTO tallies (site, day, section, status, bucket, n_toxic, n_severe_toxic, n_insult, n_threat, n_identity_attack, n_obscene, n_sexual, n_spam, n_distress, n_leak)
SELECT l.site, (l.received_at AT TIME ZONE 'UTC')::date, l.section,
    CASE c.status WHEN 'pending' THEN 'held' ELSE c.status END, least(floor(s.score * 40)::int, 39),
    count(*) FILTER (WHERE s.label = 'toxic'),
    count(*) FILTER (WHERE s.label = 'severe_toxic'),
    count(*) FILTER (WHERE s.label = 'insult'),
    count(*) FILTER (WHERE s.label = 'threat'),
    count(*) FILTER (WHERE s.label = 'identity_attack'),
    count(*) FILTER (WHERE s.label = 'obscene'),
    count(*) FILTER (WHERE s.label = 'sexual'),
    count(*) FILTER (WHERE s.label = 'spam'),
    count(*) FILTER (WHERE s.label = 'distress'),
    count(*) FILTER (WHERE s.label = 'leak')
FROM library l JOIN comments c ON c.id = l.comment_id
CROSS JOIN LATERAL (VALUES ('toxic', l.s_toxic), ('severe_toxic', l.s_severe_toxic), ('insult', l.s_insult), ('threat', l.s_threat), ('identity_attack', l.s_identity_attack), ('obscene', l.s_obscene), ('sexual', l.s_sexual), ('spam', l.s_spam), ('distress', l.s_distress), ('leak', l.s_leak)) AS s (label, score)
WHERE s.score IS NOT NULL
GROUP BY 1, 2, 3, 4, 5;
