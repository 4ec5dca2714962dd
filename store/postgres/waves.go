package postgres

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// waveColumns are the columns of kin that make waves.
var waveColumns = map[models.WaveKind]string{
	models.WaveText: "family", models.WaveHost: "host", models.WaveNetwork: "network", models.WaveAuthor: "author",
}

// recentKin is among how many of the latest open items waves are looked for:
// what comes together comes close together.
const recentKin = 5_000

// Waves implements [store.Desk].
func (s *Store) Waves(ctx context.Context, site models.SiteID, limit int) ([]models.Wave, error) {
	rows, err := s.query(ctx, groupsSQL(), site, recentKin)
	found, err := collect(rows, err, func(r scanner) (models.Wave, error) {
		var w models.Wave
		err := r.Scan(&w.Kind, &w.Key, &w.Size)
		return w, err
	})
	if err != nil {
		return nil, err
	}
	var out []models.Wave
	for _, w := range wire.Largest(found, limit) {
		column := waveColumns[w.Kind]
		err := s.row(ctx, `SELECT count(*), min(filed_at), max(filed_at) FROM (
				SELECT filed_at FROM kin WHERE site = $1 AND open AND `+column+` = $2
				ORDER BY filed_at LIMIT `+strconv.Itoa(models.MaxWave)+`) w`, site, w.Key).
			Scan(&w.Size, wire.When{T: &w.Oldest}, wire.When{T: &w.Newest})
		if err != nil {
			return nil, translate(err)
		}
		w.Sample, err = waveSample(ctx, s, site, w)
		if models.KindOf(translate(err)) == models.NotFound || w.Size < w.Kind.Least() {
			continue // it was decided while we looked
		}
		if err != nil {
			return nil, translate(err)
		}
		out = append(out, w)
	}
	return out, nil
}

// groupsSQL counts what the latest open items have in common, kind by kind.
func groupsSQL() string {
	var parts []string
	for _, kind := range models.WaveKinds() {
		column := waveColumns[kind]
		parts = append(parts, `SELECT '`+string(kind)+`' AS kind, `+column+` AS key, count(*) AS size FROM latest
			WHERE `+column+` IS NOT NULL GROUP BY `+column+` HAVING count(*) >= `+strconv.Itoa(kind.Least()))
	}
	return `WITH latest AS MATERIALIZED (
			SELECT family, host, network, author FROM kin WHERE site = $1 AND open ORDER BY filed_at DESC LIMIT $2) ` +
		strings.Join(parts, ` UNION ALL `)
}

func scanWave(kind models.WaveKind) func(scanner) (models.Wave, error) {
	return func(r scanner) (models.Wave, error) {
		w := models.Wave{Kind: kind}
		err := r.Scan(&w.Key, &w.Size, wire.When{T: &w.Oldest}, wire.When{T: &w.Newest})
		return w, err
	}
}

// waveSample gives one comment of a wave: the latest.
func waveSample(ctx context.Context, q querier, site models.SiteID, w models.Wave) (models.Comment, error) {
	c, err := scanComment(q.row(ctx, commentSelect+`WHERE c.id = (SELECT comment_id FROM kin
		WHERE site = $1 AND open AND `+waveColumns[w.Kind]+` = $2 ORDER BY filed_at DESC LIMIT 1)`, site, w.Key))
	if err != nil {
		return c, missing(err, "no such wave")
	}
	return c, nil
}

// WavesOf implements [store.Desk].
func (s *Store) WavesOf(ctx context.Context, site models.SiteID, id models.CommentID) ([]models.Wave, error) {
	if !models.ValidID(string(id)) {
		return nil, nil
	}
	var out []models.Wave
	for _, kind := range models.WaveKinds() {
		column := waveColumns[kind]
		rows, err := s.query(ctx, `SELECT key, count(*), min(filed_at), max(filed_at) FROM (
				SELECT `+column+` AS key, filed_at FROM kin
				WHERE site = $1 AND open AND `+column+` = (
					SELECT `+column+` FROM kin WHERE site = $1 AND open AND comment_id = $2)
				ORDER BY filed_at LIMIT `+strconv.Itoa(models.MaxWave)+`) w
			GROUP BY key HAVING count(*) >= `+strconv.Itoa(kind.Least()), site, id)
		found, err := collect(rows, err, scanWave(kind))
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// WaveItems implements [store.Desk].
func (s *Store) WaveItems(
	ctx context.Context, site models.SiteID, kind models.WaveKind, key string, limit int, at time.Time,
) ([]models.ReviewItem, error) {
	column, ok := waveColumns[kind]
	if !ok {
		return nil, field("kind", "is no kind of wave")
	}
	rows, err := s.query(ctx, itemSelect+`WHERE i.comment_id IN (
			SELECT comment_id FROM kin
			WHERE site = $1 AND open AND `+column+` = $2 ORDER BY filed_at LIMIT $3)
		ORDER BY i.filed_at, i.comment_id`, site, key, min(limit, models.MaxWave))
	return collect(rows, err, scanItem(at))
}

// RecordWave implements [store.Desk].
func (s *Store) RecordWave(ctx context.Context, w models.WaveRequest, at time.Time) (models.WaveOutcome, error) {
	at = wire.Trim(at)
	var out models.WaveOutcome
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		out = models.WaveOutcome{Wave: w.ID, Skipped: map[models.CommentID]string{}}
		known, err := ofWave(ctx, t, w.Site, w.ID)
		if err != nil || len(known) > 0 {
			out.Decisions = known // the same call again, after an answer that got lost
			return err
		}
		for _, id := range w.Items {
			d, why, err := decideInWave(ctx, t, w, id, at)
			if err != nil {
				return err
			}
			if why != "" {
				out.Skipped[id] = why
				continue
			}
			out.Decisions = append(out.Decisions, d)
		}
		return nil
	})
	return out, err
}

// decideInWave decides one item of a wave, or tells why it can't be.
func decideInWave(
	ctx context.Context, t *tx, w models.WaveRequest, id models.CommentID, at time.Time,
) (d models.Decision, why string, err error) {
	c, err := lockedComment(ctx, t, w.Site, id)
	if models.KindOf(err) == models.NotFound {
		return d, "there is no such comment", nil
	}
	if err != nil {
		return d, "", err
	}
	item, err := itemEntry(ctx, t, id)
	if err != nil {
		return d, "", err
	}
	d = wire.InWave(w, id, at)
	switch {
	case item == nil && w.Settled: // no claim can be in its way
	case item == nil && c.Decision != nil:
		return d, c.Decision.By + " decided it already", nil
	case item == nil:
		return d, "it does not wait any more", nil
	case item.claim.Until.After(at) && item.claim.By != w.By:
		return d, item.claim.By + " has it in hand", nil
	}
	if err := mayDecide(&c, item, d, ""); err != nil {
		if w.Settled && models.KindOf(err) == models.Conflict {
			return d, models.MessageOf(err), nil
		}
		return d, "", err
	}
	d, err = decideAll(ctx, t, &c, item, d)
	return d, "", err
}

// ofWave are the decisions of a wave, in their order, repeats last.
func ofWave(ctx context.Context, q querier, site models.SiteID, wave string) ([]models.Decision, error) {
	rows, err := q.query(ctx, `SELECT id FROM decisions WHERE site = $1 AND wave = $2
		ORDER BY item_merged_into <> '', decided_at, id`, site, wave)
	ids, err := collect(rows, err, scanString)
	if err != nil {
		return nil, err
	}
	var out []models.Decision
	for _, id := range ids {
		d, _, err := decision(ctx, q, site, id)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// UndoWave implements [store.Desk].
func (s *Store) UndoWave(ctx context.Context, u models.UndoRequest, at time.Time) (models.WaveOutcome, error) {
	at = wire.Trim(at)
	var out models.WaveOutcome
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		var err error
		out, err = undoStanding(ctx, t, u, at)
		if err == nil && len(out.Decisions)+len(out.Skipped) == 0 {
			return models.Errorf(models.NotFound, "no wave %s", u.Decision)
		}
		return err
	})
	return out, err
}

// undoStanding takes back what stands of a wave, and names what can't be.
func undoStanding(ctx context.Context, t *tx, u models.UndoRequest, at time.Time) (models.WaveOutcome, error) {
	out := models.WaveOutcome{Wave: u.Decision, Skipped: map[models.CommentID]string{}}
	decisions, err := ofWave(ctx, t, u.Site, u.Decision)
	if err != nil {
		return out, err
	}
	for _, d := range decisions {
		c, err := lockedComment(ctx, t, u.Site, d.Comment)
		if err != nil {
			return out, err
		}
		d, before, err := decision(ctx, t, u.Site, d.ID)
		if err != nil {
			return out, err
		}
		if err := mayUndo(&c, d); err != nil {
			out.Skipped[d.Comment] = models.MessageOf(err)
			continue
		}
		d.UndoneAt, d.UndoneBy = at, u.By
		if err := undo(ctx, t, &c, d, before); err != nil {
			return out, err
		}
		out.Decisions = append(out.Decisions, d)
	}
	return out, nil
}
