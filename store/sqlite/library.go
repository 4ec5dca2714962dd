package sqlite

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// Spread implements [store.Library].
func (s *Store) Spread(ctx context.Context, q models.ScoreQuery) (models.Spread, error) {
	if !q.Label.Valid() {
		return models.Spread{}, field("label", "is no label")
	}
	if q.Buckets < 1 || models.SpreadBuckets%q.Buckets != 0 {
		return models.Spread{}, field("buckets", "must divide "+strconv.Itoa(models.SpreadBuckets))
	}
	out := wire.NewSpread(q.Buckets)
	days, ends := wire.WholeDays(q)
	for _, part := range days {
		if err := s.addDays(ctx, out, part); err != nil {
			return models.Spread{}, err
		}
	}
	for _, part := range ends {
		if err := s.addRows(ctx, out, part); err != nil {
			return models.Spread{}, err
		}
	}
	return out, nil
}

// addDays adds whole days, by the counts that are kept of them.
func (s *Store) addDays(ctx context.Context, out models.Spread, q models.ScoreQuery) error {
	where := filter{}
	where.and(`site = ?`, q.Site)
	if !q.Since.IsZero() {
		where.and(`day >= ?`, q.Since.Format(time.DateOnly))
	}
	if !q.Until.IsZero() {
		where.and(`day < ?`, q.Until.Format(time.DateOnly))
	}
	if q.Sections != nil {
		where.and(`section IN (SELECT value FROM json_each(?))`, wire.List(q.Sections))
	}
	return s.addTo(ctx, out, `SELECT bucket, status, sum(`+wire.TallyColumn(q.Label)+`) FROM tallies `+where.text+`
		GROUP BY 1, 2`, where.args...)
}

// addRows adds a part of a day, by its comments.
func (s *Store) addRows(ctx context.Context, out models.Spread, q models.ScoreQuery) error {
	column := `l.` + wire.ScoreColumn(q.Label)
	where := filter{}
	where.and(`l.site = ?`, q.Site)
	where.and(column + ` IS NOT NULL`)
	if !q.Since.IsZero() {
		where.and(`l.received_at >= ?`, wire.Micros(q.Since))
	}
	if !q.Until.IsZero() {
		where.and(`l.received_at < ?`, wire.Micros(q.Until))
	}
	if q.Sections != nil {
		where.and(`l.section IN (SELECT value FROM json_each(?))`, wire.List(q.Sections))
	}
	n := strconv.Itoa(models.SpreadBuckets)
	return s.addTo(ctx, out, `SELECT min(CAST(`+column+` * `+n+` AS INTEGER), `+n+` - 1), c.status, count(*)
		FROM library l JOIN comments c ON c.id = l.comment_id `+where.text+`
		GROUP BY 1, 2`, where.args...)
}

func (s *Store) addTo(ctx context.Context, out models.Spread, text string, args ...any) error {
	rows, err := s.query(ctx, text, args...)
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var bucket int
		var status models.Status
		var n int64
		if err := r.Scan(&bucket, &status, &n); err != nil {
			return struct{}{}, err
		}
		wire.AddTo(out, bucket, status, n)
		return struct{}{}, nil
	})
	return err
}

// CommentStory implements [store.Library].
func (s *Store) CommentStory(ctx context.Context, site models.SiteID, id models.CommentID) (models.Story, error) {
	if _, err := comment(ctx, s, site, id); err != nil {
		return models.Story{}, err
	}
	var out models.Story
	rows, err := s.query(ctx, `SELECT id FROM decisions WHERE site = $1 AND comment_id = $2 ORDER BY decided_at, id LIMIT 200`, site, id)
	ids, err := collect(rows, err, scanString)
	if err != nil {
		return out, err
	}
	for _, one := range ids {
		d, _, err := decision(ctx, s, site, one)
		if err != nil {
			return out, err
		}
		out.Decisions = append(out.Decisions, d)
	}
	rows, err = s.query(ctx, `SELECT reporter, reason, reported_at FROM reports WHERE comment_id = $1
		ORDER BY reported_at, reporter LIMIT 200`, id)
	out.Reports, err = collect(rows, err, func(r scanner) (models.Report, error) {
		one := models.Report{Comment: id, Site: site}
		err := r.Scan(&one.Reporter, &one.Reason, wire.When{T: &one.At})
		return one, err
	})
	if err != nil {
		return out, err
	}
	rows, err = s.query(ctx, `SELECT id, webhook, event, state, attempts, due_at, last_status, last_error, done_at
		FROM deliveries WHERE site = $1 AND json_extract(event, '$.comment') = $2 ORDER BY seq LIMIT 200`, site, string(id))
	out.Deliveries, err = collect(rows, err, func(r scanner) (models.Delivery, error) {
		d := models.Delivery{Site: site}
		var event []byte
		err := r.Scan(&d.ID, &d.Webhook, &event, &d.State, &d.Attempts, wire.When{T: &d.NextAt}, &d.LastStatus, &d.LastError,
			wire.When{T: &d.DoneAt})
		if err != nil {
			return d, err
		}
		d.Event, err = wire.ParseEvent(event, site)
		return d, err
	})
	return out, err
}

// AddView implements [store.Library].
func (s *Store) AddView(ctx context.Context, v models.SavedView) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := siteExists(ctx, t, v.Site); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO saved_views (id, site, owner, name, query, shared, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			v.ID, v.Site, v.Owner, v.Name, v.Query, v.Shared, wire.Micros(v.CreatedAt))
		return err
	})
}

// ListViews implements [store.Library].
func (s *Store) ListViews(ctx context.Context, site models.SiteID, owner string) ([]models.SavedView, error) {
	rows, err := s.query(ctx, `SELECT id, site, owner, name, query, shared, created_at FROM saved_views
		WHERE site = $1 AND (owner = $2 OR shared) ORDER BY name, id LIMIT 200`, site, owner)
	return collect(rows, err, func(r scanner) (models.SavedView, error) {
		var v models.SavedView
		err := r.Scan(&v.ID, &v.Site, &v.Owner, &v.Name, &v.Query, &v.Shared, wire.When{T: &v.CreatedAt})
		return v, err
	})
}

// DeleteView implements [store.Library].
func (s *Store) DeleteView(ctx context.Context, site models.SiteID, id, owner string) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `DELETE FROM saved_views WHERE site = $1 AND id = $2 AND owner = $3`, site, id, owner)
		if err == nil && n == 0 {
			return models.Errorf(models.NotFound, "no view %s", id)
		}
		return err
	})
}

// QueueShape implements [store.Library].
func (s *Store) QueueShape(ctx context.Context, site models.SiteID, sections []string, at time.Time) (models.Shape, error) {
	where := filter{}
	where.and(`i.site = ?`, site)
	where.and(`i.merged_into = ''`)
	if sections != nil {
		where.and(`i.section IN (SELECT value FROM json_each(?))`, wire.List(sections))
	}
	text := wire.ShapeText(where.text, len(where.args), `COALESCE(sum(i.hard), 0)`)
	for _, edge := range wire.ShapeEdges(at) {
		where.args = append(where.args, wire.Micros(edge))
	}
	var out models.Shape
	rows, err := s.query(ctx, text, where.args...)
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var age int
		var all, hard int64
		var oldest time.Time
		if err := r.Scan(&age, &all, &hard, wire.When{T: &oldest}); err != nil {
			return struct{}{}, err
		}
		out.Ages[age], out.Hard = models.ShapeAge{Grave: hard, Rest: all - hard}, out.Hard+hard
		if all > 0 {
			out.Oldest = oldest // ages come from the youngest on
		}
		return struct{}{}, nil
	})
	if err != nil {
		return out, err
	}
	out.Answered, err = s.pace(ctx, site)
	return out, err
}

// pace is how long a decision takes: the median time from one decision of a
// person to their next, among the latest hundred, pauses aside.
func (s *Store) pace(ctx context.Context, site models.SiteID) (float64, error) {
	type taken struct {
		by string
		at time.Time
	}
	rows, err := s.query(ctx, `SELECT actor, decided_at FROM decisions
		WHERE site = $1 AND undone_at IS NULL ORDER BY decided_at DESC LIMIT 100`, site)
	latest, err := collect(rows, err, func(r scanner) (taken, error) {
		var one taken
		err := r.Scan(&one.by, wire.When{T: &one.at})
		return one, err
	})
	if err != nil {
		return 0, err
	}
	next := map[string]time.Time{}
	var waits []float64
	for _, one := range latest {
		if later, ok := next[one.by]; ok {
			if d := later.Sub(one.at).Seconds(); d >= 1 && d <= 300 {
				waits = append(waits, d)
			}
		}
		next[one.by] = one.at
	}
	if len(waits) == 0 {
		return 0, nil
	}
	slices.Sort(waits)
	return waits[len(waits)/2], nil
}

// Present implements [store.Library].
func (s *Store) Present(ctx context.Context, since time.Time) ([]models.Present, error) {
	rows, err := s.query(ctx, `SELECT user_id, max(seen_at) FROM sessions WHERE seen_at >= $1 AND stage = ''
		GROUP BY user_id ORDER BY 2 DESC LIMIT 50`, wire.Micros(since))
	type seen struct {
		user string
		at   time.Time
	}
	found, err := collect(rows, err, func(r scanner) (seen, error) {
		var one seen
		err := r.Scan(&one.user, wire.When{T: &one.at})
		return one, err
	})
	if err != nil {
		return nil, err
	}
	var out []models.Present
	for _, one := range found {
		u, err := s.User(ctx, one.user)
		if models.KindOf(err) == models.NotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, models.Present{User: u, SeenAt: one.at})
	}
	return out, nil
}
