package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// ReviewQueue implements [store.Desk].
func (s *Store) ReviewQueue(ctx context.Context, q models.QueueQuery, at time.Time) (models.QueueHead, error) {
	where := waiting(q)
	where.and(`(i.assignee = ? OR i.assignee = '' AND i.queue = ?)`, q.By, q.Queue)
	var out models.QueueHead
	err := s.row(ctx, `SELECT count(*) FROM (SELECT 1 FROM review_items i `+where.text+` LIMIT `+
		strconv.Itoa(models.MaxWaiting)+`) waiting`, where.args...).Scan(&out.Waiting)
	if err != nil {
		return models.QueueHead{}, translate(err)
	}
	rows, err := s.query(ctx, `SELECT
			i.comment_id,
			i.urgency,
			i.filed_at,
			c.labels,
			i.escalated_by <> '',
			i.queue,
			i.assignee,
			i.hard,
			COALESCE(i.claimed_by, ''),
			i.claim_until,
			COALESCE(k.family, ''),
			c.author
		FROM review_items i
		JOIN comments c ON c.id = i.comment_id
		LEFT JOIN kin k ON k.comment_id = i.comment_id `+where.text+`
		ORDER BY i.urgency DESC, i.comment_id LIMIT `+strconv.Itoa(cursor.Limit(q.Limit)), where.args...)
	out.Entries, err = collect(rows, err, func(r scanner) (models.QueueEntry, error) {
		var e models.QueueEntry
		var labels string
		var until time.Time
		var author []byte
		err := r.Scan(&e.Comment, &e.Urgency, wire.When{T: &e.FiledAt}, &labels, &e.Escalated, &e.Queue, &e.Assignee,
			&e.Hard, &e.ClaimedBy, wire.When{T: &until}, &e.Family, &author)
		if err != nil {
			return e, err
		}
		if !until.After(at) {
			e.ClaimedBy = ""
		}
		a, err := wire.ParseAuthor(author)
		e.Labels, e.Author = wire.ParseLabels(labels), a.Name
		return e, err
	})
	for _, e := range out.Entries {
		if out.Oldest.IsZero() || e.FiledAt.Before(out.Oldest) {
			out.Oldest = e.FiledAt
		}
	}
	if err != nil {
		return models.QueueHead{}, err
	}
	out.Named, err = s.named(ctx, q)
	return out, err
}

// waiting selects the items, i, that may be in some queue of a person's.
func waiting(q models.QueueQuery) filter {
	where := filter{}
	where.and(`i.site = ? AND i.merged_into = '' AND i.escalated_by <> ?`, q.Site, q.By)
	if q.Sections != nil {
		where.and(`i.section = ANY(?::text[])`, q.Sections)
	}
	if q.Calm {
		where.and(`NOT i.hard`)
	}
	return where
}

// named counts what waits in each named queue for whoever looks there.
func (s *Store) named(ctx context.Context, q models.QueueQuery) (map[string]int, error) {
	where := waiting(q)
	where.and(`i.queue <> '' AND i.assignee = ''`)
	rows, err := s.query(ctx, `SELECT i.queue, count(*) FROM review_items i `+where.text+` GROUP BY i.queue`, where.args...)
	return counted[int](rows, err)
}

// StandingDecisions implements [store.Desk].
func (s *Store) StandingDecisions(
	ctx context.Context, site models.SiteID, by string, limit int,
) ([]models.Decision, error) {
	rows, err := s.query(ctx, commentSelect+`WHERE c.id IN (
			SELECT comment_id FROM decisions
			WHERE site = $1 AND actor = $2 AND undone_at IS NULL
			ORDER BY decided_at DESC, id DESC LIMIT $3)
		AND c.site = $1 AND d.actor = $2 AND c.status <> 'erased'
		ORDER BY d.decided_at DESC, d.id DESC`, site, by, cursor.Limit(limit))
	return collect(rows, err, func(r scanner) (models.Decision, error) {
		c, err := scanComment(r)
		if err != nil {
			return models.Decision{}, err
		}
		return *c.Decision, nil
	})
}

// Pulse implements [store.Desk]: every act leaves an entry in the audit log, and
// one that commits late is among the latest all the same.
func (s *Store) Pulse(ctx context.Context, site models.SiteID) (int64, error) {
	var sum int64
	err := s.row(ctx, `SELECT COALESCE(sum(seq), 0)::bigint FROM (
		SELECT seq FROM audit WHERE site = $1 ORDER BY seq DESC LIMIT 64) latest`, site).Scan(&sum)
	return sum, translate(err)
}
