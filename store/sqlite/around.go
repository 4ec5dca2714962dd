package sqlite

import (
	"context"
	"slices"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

const (
	// recentFamily and recentDecided are among how many of the latest precedents
	// are looked for.
	recentFamily  = 200
	recentDecided = 200
	// maxStory is how many of an author's comments are counted.
	maxStory = 1000
	// maxBeats is how many comments of a thread its heat is drawn from.
	maxBeats = 200
)

// Precedents implements [store.Desk].
func (s *Store) Precedents(ctx context.Context, q models.PrecedentQuery) ([]models.Comment, error) {
	limit := cursor.Limit(q.Limit)
	rows, err := s.query(ctx, commentSelect+`WHERE c.site = $1 AND c.id IN (
			SELECT comment_id FROM kin
			WHERE site = $1 AND family = (SELECT family FROM kin WHERE site = $1 AND comment_id = $2) AND NOT open
			ORDER BY filed_at DESC LIMIT $3)
		AND c.id <> $2 AND d.decision <> 'escalate'
		ORDER BY d.decided_at DESC, d.id LIMIT $4`, q.Site, q.Comment, recentFamily, limit)
	found, err := collect(rows, err, plainComment)
	if err != nil || q.Label == "" || len(found) >= limit {
		return found, err
	}
	rows, err = s.query(ctx, commentSelect+`WHERE c.site = $1 AND c.id IN (
			SELECT comment_id FROM decisions
			WHERE site = $1 AND undone_at IS NULL ORDER BY decided_at DESC LIMIT $3)
		AND c.id <> $2 AND d.decision <> 'escalate' AND instr(c.labels, $4) > 0 AND c.status <> 'erased'
		ORDER BY d.decided_at DESC, d.id LIMIT $5`,
		q.Site, q.Comment, recentDecided, wire.Labels([]models.Label{q.Label}), limit)
	others, err := collect(rows, err, plainComment)
	return wire.Without(found, others, limit), err
}

// AuthorStory implements [store.Desk].
func (s *Store) AuthorStory(
	ctx context.Context, site models.SiteID, authorKey string, except models.CommentID, limit int,
) (models.AuthorStory, error) {
	story := models.AuthorStory{Counts: map[models.Status]int{}}
	if authorKey == "" {
		return story, nil
	}
	rows, err := s.query(ctx, `SELECT status, count(*), min(received_at) FROM (
			SELECT status, received_at FROM comments
			WHERE site = $1 AND author_key = $2 AND id <> $3 ORDER BY received_at DESC LIMIT $4) latest
		GROUP BY status`, site, authorKey, except, maxStory)
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var status models.Status
		var n int
		var first time.Time
		err := r.Scan(&status, &n, wire.When{T: &first})
		story.Counts[status] = n
		if story.First.IsZero() || first.Before(story.First) {
			story.First = first
		}
		return struct{}{}, err
	})
	if err != nil {
		return story, err
	}
	rows, err = s.query(ctx, commentSelect+`WHERE c.site = $1 AND c.author_key = $2 AND c.id <> $3
		ORDER BY c.received_at DESC LIMIT $4`, site, authorKey, except, cursor.Limit(limit))
	story.Last, err = collect(rows, err, plainComment)
	return story, err
}

// Thread implements [store.Desk].
func (s *Store) Thread(ctx context.Context, q models.ThreadQuery) (models.Thread, error) {
	var out models.Thread
	if q.Key == "" {
		return out, nil
	}
	rows, err := s.query(ctx, commentSelect+`WHERE c.site = $1 AND c.thread_key = $2 AND c.received_at <= $3
		ORDER BY c.received_at DESC LIMIT $4`, q.Site, q.Key, wire.Micros(q.Around), cursor.Limit(q.Limit)+1)
	before, err := collect(rows, err, plainComment)
	if err != nil {
		return out, err
	}
	rows, err = s.query(ctx, commentSelect+`WHERE c.site = $1 AND c.thread_key = $2 AND c.received_at > $3
		ORDER BY c.received_at LIMIT $4`, q.Site, q.Key, wire.Micros(q.Around), cursor.Limit(q.Limit))
	after, err := collect(rows, err, plainComment)
	if err != nil {
		return out, err
	}
	slices.Reverse(before)
	out.Comments = slices.Concat(before, after)
	rows, err = s.query(ctx, `SELECT received_at, status FROM comments WHERE site = $1 AND thread_key = $2
		ORDER BY received_at DESC LIMIT $3`, q.Site, q.Key, maxBeats)
	out.Beats, err = collect(rows, err, func(r scanner) (models.Beat, error) {
		var b models.Beat
		err := r.Scan(wire.When{T: &b.At}, &b.Status)
		return b, err
	})
	slices.Reverse(out.Beats)
	return out, err
}

// Reports implements [store.Desk].
func (s *Store) Reports(
	ctx context.Context, site models.SiteID, id models.CommentID, limit int,
) ([]models.Report, int, error) {
	var n int
	err := s.row(ctx, `SELECT count(*) FROM reports r JOIN comments c ON c.id = r.comment_id
		WHERE c.site = $1 AND r.comment_id = $2`, site, id).Scan(&n)
	if err != nil || n == 0 {
		return nil, 0, translate(err)
	}
	rows, err := s.query(ctx, `SELECT r.reporter, r.reason, r.reported_at
		FROM reports r JOIN comments c ON c.id = r.comment_id
		WHERE c.site = $1 AND r.comment_id = $2
		ORDER BY r.reported_at DESC, r.reporter LIMIT $3`, site, id, cursor.Limit(limit))
	found, err := collect(rows, err, func(r scanner) (models.Report, error) {
		report := models.Report{Comment: id, Site: site}
		err := r.Scan(&report.Reporter, &report.Reason, wire.When{T: &report.At})
		return report, err
	})
	return found, n, err
}
