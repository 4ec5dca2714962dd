package postgres

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// LeasePending implements [store.Judgements].
func (s *Store) LeasePending(ctx context.Context, limit int, ttl time.Duration, at time.Time) (models.Lease, error) {
	look, from := s.floor.begin(time.Now())
	lease, reached, err := s.lease(ctx, ttl, at, `WITH due AS (
			SELECT comment_id, due_at FROM pending
			WHERE due_at >= $5 AND due_at <= $3
			ORDER BY due_at, comment_id LIMIT $4 FOR UPDATE SKIP LOCKED
		), `, limit, from)
	if err != nil {
		s.floor.end(look, time.Time{})
		return models.Lease{}, err
	}
	if len(lease.Comments) < limit {
		reached = at
	}
	s.floor.end(look, reached)
	return lease, nil
}

// LeaseComments implements [store.Judgements].
func (s *Store) LeaseComments(
	ctx context.Context, ids []models.CommentID, ttl time.Duration, at time.Time,
) (models.Lease, error) {
	if ids = known(ids); len(ids) == 0 {
		return models.Lease{}, nil
	}
	lease, _, err := s.lease(ctx, ttl, at, `WITH due AS (
			SELECT comment_id, due_at FROM pending
			WHERE comment_id = ANY($4::uuid[]) AND (lease_token IS NULL OR due_at <= $3)
			ORDER BY comment_id FOR UPDATE SKIP LOCKED
		), `, ids)
	return lease, err
}

// lease takes the rows of pending that due names, and tells the latest due time
// among them. In due $3 is the time, args come from $4 on. A lease that ran out
// counts as a failed try: its holder may have died of the comment.
func (s *Store) lease(
	ctx context.Context, ttl time.Duration, at time.Time, due string, args ...any,
) (lease models.Lease, reached time.Time, err error) {
	token, until := models.NewID(at), later(at, ttl)
	var taken []models.LeasedComment
	err = s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		reached = time.Time{}
		rows, err := t.query(ctx, due+`taken AS (
				UPDATE pending SET
					lease_token = $1,
					due_at = $2,
					tries = tries + (lease_token IS NOT NULL)::int
				WHERE comment_id = ANY(ARRAY(SELECT comment_id FROM due))
				RETURNING comment_id, tries
			)
			SELECT due.due_at, taken.tries, `+commentColumns+`
			FROM taken
			JOIN due ON due.comment_id = taken.comment_id
			JOIN comments c ON c.id = taken.comment_id
			LEFT JOIN decisions d ON d.id = c.decision_id
			ORDER BY c.received_at, c.id`,
			append([]any{token, until, wire.Stamp(at)}, args...)...)
		taken, err = collect(rows, err, func(r scanner) (models.LeasedComment, error) {
			var l models.LeasedComment
			var was time.Time
			var err error
			l.Comment, err = scanComment(r, &was, &l.Tries)
			if was.After(reached) {
				reached = was
			}
			return l, err
		})
		return err
	})
	if err != nil || len(taken) == 0 {
		return models.Lease{}, time.Time{}, err
	}
	return models.Lease{Token: token, Until: until, Comments: taken}, reached, nil
}

// RenewLease implements [store.Judgements].
func (s *Store) RenewLease(ctx context.Context, token string, until time.Time) error {
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE pending SET due_at = $2 WHERE lease_token = $1`, token, wire.Stamp(until))
		if err == nil && n == 0 {
			return models.Errorf(models.Conflict, "the lease is lost")
		}
		return err
	})
}

// ReleaseLease implements [store.Judgements].
func (s *Store) ReleaseLease(ctx context.Context, token string, failed []models.CommentID, retryAt time.Time) error {
	err := s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE pending
			SET lease_token = NULL, due_at = $2, tries = tries + (comment_id = ANY($3::uuid[]))::int
			WHERE lease_token = $1`, token, wire.Stamp(retryAt), known(failed))
		return err
	})
	s.floor.lower(retryAt)
	return err
}

// RecordJudgements implements [store.Judgements].
func (s *Store) RecordJudgements(ctx context.Context, token string, js []models.Judgement) ([]bool, error) {
	for _, j := range js {
		if err := wire.CheckVerdict(j.Verdict); err != nil {
			return nil, err
		}
	}
	var counted []bool
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		counted = make([]bool, len(js))
		held, err := heldBy(ctx, t, token, js)
		if err != nil {
			return err
		}
		var valid []*models.Judgement
		var comments []*models.Comment
		for i := range js {
			c, ok := held[js[i].Comment]
			if !ok || c.Site != js[i].Site || c.Revision != js[i].Revision {
				continue
			}
			delete(held, c.ID) // a second judgement of the same comment does not count
			counted[i] = true
			valid, comments = append(valid, &js[i]), append(comments, c)
		}
		if len(valid) == 0 {
			return nil
		}
		return recordAll(ctx, t, valid, comments)
	})
	if err != nil {
		return nil, err
	}
	return counted, nil
}

// heldBy locks the comments of js that are pending and leased by token.
func heldBy(
	ctx context.Context, t *tx, token string, js []models.Judgement,
) (map[models.CommentID]*models.Comment, error) {
	ids := make([]models.CommentID, len(js))
	for i, j := range js {
		ids[i] = j.Comment
	}
	out := map[models.CommentID]*models.Comment{}
	rows, err := t.query(ctx, `SELECT c.id, c.site, COALESCE(c.external_id, ''), c.revision
		FROM comments c JOIN pending p ON p.comment_id = c.id
		WHERE c.id = ANY($1::uuid[]) AND p.lease_token = $2 AND c.status = 'pending'
		ORDER BY c.id FOR UPDATE`, known(ids), token)
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var c models.Comment
		err := r.Scan(&c.ID, &c.Site, &c.ExternalID, &c.Revision)
		out[c.ID] = &c
		return struct{}{}, err
	})
	return out, err
}

// recordAll keeps judgements whose lease and revision hold, each with its
// comment, in a few statements for all of them.
func recordAll(ctx context.Context, t *tx, js []*models.Judgement, comments []*models.Comment) error {
	var (
		ids                              []models.CommentID
		statuses, verdicts, labels, lang []string
		times                            []time.Time
		changes                          []change
		items                            []filing
		heldComments                     []*models.Comment
		unexplained                      []models.CommentID
		since                            []time.Time
		again                            []models.CommentID // that were judged before they were edited
	)
	for i, j := range js {
		c := comments[i]
		if c.Revision == 1 {
			t.count(c.Site, j.At, "received", 1)
		} else {
			again = append(again, c.ID)
		}
		c.Verdict, c.Status, c.Revision = &j.Verdict, j.Verdict.Action.Status(), c.Revision+1
		ids, times = append(ids, c.ID), append(times, j.At)
		statuses, verdicts = append(statuses, string(c.Status)), append(verdicts, wire.Verdict(j.Verdict))
		labels, lang = append(labels, wire.Labels(j.Verdict.Labels)), append(lang, j.Verdict.Lang)
		if j.Verdict.Explainable() {
			unexplained, since = append(unexplained, c.ID), append(since, j.At)
		}
		if c.Status == models.Held {
			heldComments = append(heldComments, c)
			items = append(items, filing{reviewEntry{urgency: j.Urgency, filedAt: j.At, queue: j.Queue}, j.Kin})
		}
		changes = append(changes, change{
			comment: c, event: models.CommentJudged, at: j.At, actor: "tamis",
			count: "judged." + string(j.Verdict.Action), detail: map[string]string{"action": string(j.Verdict.Action)},
		})
	}
	if len(again) > 0 {
		if err := recount(ctx, t, models.Erased, again...); err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, `WITH judged AS (
			SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
				AS u (id, status, verdict, labels, lang, at)
		), dropped AS (
			DELETE FROM pending WHERE comment_id = ANY($1::uuid[])
		)
		UPDATE comments c SET
			status = u.status,
			verdict = u.verdict,
			labels = u.labels,
			judged_at = u.at,
			revision = c.revision + 1,
			lang_found = c.lang_found OR (c.lang = '' AND u.lang <> ''),
			lang = CASE WHEN c.lang = '' THEN u.lang ELSE c.lang END
		FROM judged u WHERE c.id = u.id`, ids, statuses, verdicts, labels, lang, times)
	if err != nil {
		return err
	}
	if err := shelve(ctx, t, comments); err != nil {
		return err
	}
	if err := makeUnexplained(ctx, t, unexplained, since); err != nil {
		return err
	}
	for i, c := range heldComments {
		if err := fileNew(ctx, t, c, items[i]); err != nil {
			return err
		}
	}
	return changedAll(ctx, t, changes)
}

// makeUnexplained puts stopped comments at the end of the queue for evidence.
func makeUnexplained(ctx context.Context, t *tx, ids []models.CommentID, since []time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := t.exec(ctx, `INSERT INTO unexplained (comment_id, due_at)
		SELECT id, at FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at)
		ON CONFLICT (comment_id) DO UPDATE SET due_at = EXCLUDED.due_at, tries = 0`, ids, since)
	return err
}

// WaitingComments implements [store.Judgements].
func (s *Store) WaitingComments(ctx context.Context, before time.Time, limit int) ([]models.CommentID, error) {
	rows, err := s.query(ctx, `SELECT comment_id FROM pending WHERE due_at < $1 ORDER BY due_at, comment_id LIMIT $2`,
		wire.Stamp(before), limit)
	return collect(rows, err, scanID)
}

// maxExplainTries is how often a comment is leased for its evidence.
const maxExplainTries = 3

// LeaseUnexplained implements [store.Judgements].
func (s *Store) LeaseUnexplained(
	ctx context.Context, limit int, ttl time.Duration, at time.Time,
) ([]models.Comment, error) {
	var due bool
	err := s.row(ctx, `SELECT EXISTS (SELECT 1 FROM unexplained WHERE due_at <= $1)`, wire.Stamp(at)).Scan(&due)
	if err != nil || !due {
		return nil, translate(err) // the common case needs no transaction
	}
	var taken []models.Comment
	err = s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		if err := dropExplained(ctx, t, at); err != nil {
			return err
		}
		rows, err := t.query(ctx, `WITH due AS (
				SELECT comment_id, due_at FROM unexplained
				WHERE due_at <= $1 AND tries < $2
				ORDER BY due_at, comment_id LIMIT $3 FOR UPDATE SKIP LOCKED
			), taken AS (
				UPDATE unexplained SET due_at = $4, tries = tries + 1
				WHERE comment_id = ANY(ARRAY(SELECT comment_id FROM due))
				RETURNING comment_id
			)
			SELECT `+commentColumns+`
			FROM taken
			JOIN due ON due.comment_id = taken.comment_id
			JOIN comments c ON c.id = taken.comment_id
			LEFT JOIN decisions d ON d.id = c.decision_id
			WHERE c.status IN ('held', 'rejected')
			ORDER BY due.due_at, c.id`,
			wire.Stamp(at), maxExplainTries, limit, later(at, ttl))
		taken, err = collect(rows, err, plainComment)
		return err
	})
	return taken, err
}

// dropExplained forgets what nobody has to explain any more: comments given up,
// and those that were approved, edited or erased since.
func dropExplained(ctx context.Context, t *tx, at time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM unexplained WHERE comment_id IN (
			SELECT u.comment_id FROM unexplained u
			WHERE u.due_at <= $1 AND (u.tries >= $2 OR NOT EXISTS (
				SELECT 1 FROM comments c WHERE c.id = u.comment_id AND c.status IN ('held', 'rejected')))
			ORDER BY u.due_at, u.comment_id LIMIT 256 FOR UPDATE SKIP LOCKED)`, wire.Stamp(at), maxExplainTries)
	return err
}

// RecordEvidence implements [store.Judgements].
func (s *Store) RecordEvidence(ctx context.Context, j models.Judgement) error {
	if err := wire.CheckVerdict(j.Verdict); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE comments SET verdict = $4
			WHERE site = $1 AND id = $2 AND revision = $3 AND status IN ('held', 'rejected')`,
			j.Site, j.Comment, j.Revision, wire.Verdict(j.Verdict))
		if err != nil {
			return err
		}
		if n == 0 {
			if _, err := comment(ctx, t, j.Site, j.Comment); err != nil {
				return err
			}
			return models.Errorf(models.Conflict, "comment %s changed meanwhile", j.Comment)
		}
		_, err = t.exec(ctx, `DELETE FROM unexplained WHERE comment_id = $1`, j.Comment)
		return err
	})
}

// PendingStats implements [store.Judgements].
func (s *Store) PendingStats(ctx context.Context) (int64, time.Time, error) {
	var count int64
	var oldest time.Time
	err := s.row(ctx, `SELECT count(*), min(since) FROM pending`).Scan(&count, wire.When{T: &oldest})
	return count, oldest, translate(err)
}
