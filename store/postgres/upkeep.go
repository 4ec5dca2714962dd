package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// count names a counter of a site's day.
type count struct {
	site models.SiteID
	day  string
	name string
}

// count adds to a counter when the act ends.
func (t *tx) count(site models.SiteID, at time.Time, name string, n int64) {
	if t.counts == nil {
		t.counts = map[count]int64{}
	}
	t.counts[count{site, at.UTC().Format(time.DateOnly), name}] += n
}

// flushCounts writes the counters of an act, last and in one order for all, so
// that they are locked for a moment only and never crosswise.
func (t *tx) flushCounts(ctx context.Context) error {
	if len(t.counts) == 0 {
		return nil
	}
	var sites, days, names []string
	var ns []int64
	for c, n := range t.counts {
		sites, days, names, ns = append(sites, string(c.site)), append(days, c.day), append(names, c.name), append(ns, n)
	}
	_, err := t.exec(ctx, `INSERT INTO counters (site, day, name, shard, n)
		SELECT site, day::date, name, $5, n
		FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS u (site, day, name, n)
		ORDER BY site, day, name
		ON CONFLICT (site, day, name, shard) DO UPDATE SET n = counters.n + excluded.n`,
		sites, days, names, ns, shard())
	return err
}

// Ping implements [store.Upkeep].
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return translate(s.row(ctx, `SELECT 1`).Scan(&one))
}

// Clock implements [store.Upkeep].
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	var at time.Time
	err := s.row(ctx, `SELECT clock_timestamp()`).Scan(&at)
	return at.UTC(), translate(err)
}

// Count implements [store.Upkeep].
func (s *Store) Count(ctx context.Context, site models.SiteID, name string, n int64, at time.Time) error {
	return s.write(ctx, func(_ context.Context, t *tx) error {
		t.count(site, at, name, n)
		return nil
	})
}

// Counters implements [store.Upkeep].
func (s *Store) Counters(ctx context.Context, site models.SiteID, day time.Time) (map[string]int64, error) {
	rows, err := s.query(ctx, `SELECT name, sum(n)::bigint FROM counters WHERE site = $1 AND day = $2::text::date GROUP BY name`,
		site, day.UTC().Format(time.DateOnly))
	return counted[int64](rows, err)
}

// Purge implements [store.Upkeep]. Each kind goes in a transaction of its own.
func (s *Store) Purge(ctx context.Context, p store.Purge, at time.Time) (int64, error) {
	if p.Limit <= 0 {
		p.Limit = 1000
	}
	var total int64
	for _, kind := range []struct {
		before time.Time
		purge  func(context.Context, *tx, time.Time, int) (int64, error)
	}{
		{p.Texts, purgeTexts},
		{p.Comments, purgeComments},
		{p.Events, purgeEvents},
		{p.Audit, purgeAudit},
		{p.Idempotent, purgeIdempotent},
		{at, purgeLinks},
		{at, purgeMails},
		{at, purgeSkips},
		{at, purgeSessions},
		{at, purgeTries},
	} {
		if kind.before.IsZero() {
			continue
		}
		var n int64
		err := s.writeLong(ctx, func(ctx context.Context, t *tx) error {
			var err error
			n, err = kind.purge(ctx, t, kind.before, p.Limit)
			return err
		})
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// purgeTexts erases settled comments. It announces nothing: a site must not
// take the end of a retention for an erasure that somebody asked for.
func purgeTexts(ctx context.Context, t *tx, before time.Time, limit int) (int64, error) {
	comments, err := settled(ctx, t, limit, `c.status IN ('approved', 'rejected') AND c.received_at < ?
		AND c.judged_at < ?`, wire.Stamp(before), wire.Stamp(before))
	if err != nil {
		return 0, err
	}
	for i := range comments {
		if err := blank(ctx, t, &comments[i]); err != nil {
			return 0, err
		}
	}
	return int64(len(comments)), dropEmpty(ctx, t, before)
}

// purgeComments deletes settled comments with all that hangs on them.
func purgeComments(ctx context.Context, t *tx, before time.Time, limit int) (int64, error) {
	comments, err := settled(ctx, t, limit, `c.status IN ('approved', 'rejected', 'erased') AND c.received_at < ?`,
		wire.Stamp(before))
	if err != nil {
		return 0, err
	}
	ids := make([]models.CommentID, len(comments))
	for i, c := range comments {
		ids[i] = c.ID
	}
	if err := unshelve(ctx, t, ids...); err != nil {
		return 0, err
	}
	for _, text := range []string{
		`DELETE FROM feedback WHERE comment_id = ANY($1::uuid[])`,
		`DELETE FROM decisions WHERE comment_id = ANY($1::uuid[])`,
		`DELETE FROM reports WHERE comment_id = ANY($1::uuid[])`,
		`DELETE FROM traces WHERE comment_id = ANY($1::uuid[])`,
		`DELETE FROM unexplained WHERE comment_id = ANY($1::uuid[])`,
		`DELETE FROM kin WHERE comment_id = ANY($1::uuid[])`,
		`DELETE FROM kin_bands WHERE comment_id = ANY($1::uuid[])`,
		`DELETE FROM triage WHERE comment_id = ANY($1::uuid[])`,
		`DELETE FROM comments WHERE id = ANY($1::uuid[])`,
	} {
		if _, err := t.exec(ctx, text, ids); err != nil {
			return 0, err
		}
	}
	return int64(len(ids)), dropEmpty(ctx, t, before)
}

// settled gives up to limit comments, site by site, so that the indexes that
// start with the site serve.
func settled(ctx context.Context, t *tx, limit int, condition string, args ...any) ([]models.Comment, error) {
	var out []models.Comment
	site := ""
	for len(out) < limit {
		err := t.row(ctx, `SELECT COALESCE(min(site), '') FROM comments WHERE site > $1`, site).Scan(&site)
		if err != nil || site == "" {
			return out, translate(err)
		}
		where := filter{}
		where.and(`c.site = ?`, site)
		where.and(condition, args...)
		where.args = append(where.args, limit-len(out))
		rows, err := t.query(ctx, commentSelect+where.text+` ORDER BY c.received_at LIMIT $`+
			strconv.Itoa(len(where.args))+` FOR UPDATE OF c SKIP LOCKED`, where.args...)
		found, err := collect(rows, err, plainComment)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// purgeEvents deletes events and finished deliveries.
func purgeEvents(ctx context.Context, t *tx, before time.Time, limit int) (int64, error) {
	n, err := t.exec(ctx, `DELETE FROM events WHERE seq IN (
		SELECT seq FROM events WHERE happened_at < $1 ORDER BY happened_at LIMIT $2)`, wire.Stamp(before), limit)
	if err != nil {
		return 0, err
	}
	m, err := t.exec(ctx, `DELETE FROM deliveries WHERE seq IN (
		SELECT seq FROM deliveries WHERE state <> 'due' AND done_at < $1 ORDER BY done_at LIMIT $2)`,
		wire.Stamp(before), limit)
	return n + m, err
}

func purgeAudit(ctx context.Context, t *tx, before time.Time, limit int) (int64, error) {
	return t.exec(ctx, `DELETE FROM audit WHERE seq IN (
		SELECT seq FROM audit WHERE happened_at < $1 ORDER BY happened_at LIMIT $2)`, wire.Stamp(before), limit)
}

func purgeIdempotent(ctx context.Context, t *tx, before time.Time, limit int) (int64, error) {
	return t.exec(ctx, `DELETE FROM idempotency WHERE (site, key) IN (
		SELECT site, key FROM idempotency WHERE begun_at < $1 ORDER BY begun_at LIMIT $2)`, wire.Stamp(before), limit)
}

// purgeLinks deletes sign-in links a day after they ended.
func purgeLinks(ctx context.Context, t *tx, at time.Time, _ int) (int64, error) {
	return t.exec(ctx, `DELETE FROM sign_in_links WHERE expires_at < $1`, wire.Stamp(at.Add(-24*time.Hour)))
}

// purgeSkips deletes what says that somebody did not want an item, once it ended.
func purgeSkips(ctx context.Context, t *tx, at time.Time, _ int) (int64, error) {
	return t.exec(ctx, `DELETE FROM review_skips WHERE until < $1`, wire.Stamp(at))
}

// purgeSessions deletes sessions that are over.
func purgeSessions(ctx context.Context, t *tx, at time.Time, _ int) (int64, error) {
	return t.exec(ctx, `DELETE FROM sessions WHERE expires_at < $1`, wire.Stamp(at))
}

// purgeTries deletes counts of tries that are all given back.
func purgeTries(ctx context.Context, t *tx, at time.Time, limit int) (int64, error) {
	return t.exec(ctx, `DELETE FROM tries WHERE key IN (
		SELECT key FROM tries WHERE whole_at < $1 ORDER BY whole_at LIMIT $2)`, wire.Stamp(at), limit)
}
