package review

import (
	"context"
	"fmt"

	"github.com/tamis-moderation/tamis/models"
)

// Waves lists groups of open items that have something in common.
func (d *Desk) Waves(ctx context.Context, site models.SiteID, limit int) ([]models.Wave, error) {
	return d.Store.Waves(ctx, site, limit)
}

// WaveItems gives the open items of a wave, oldest first.
func (d *Desk) WaveItems(ctx context.Context, site models.SiteID, kind models.WaveKind, key string) ([]models.ReviewItem, error) {
	return d.Store.WaveItems(ctx, site, kind, key, models.MaxWave, d.Now())
}

// DecideWave decides the named items in one act. It names them, rather than
// what they have in common, so that nothing is decided that nobody saw.
func (d *Desk) DecideWave(ctx context.Context, w models.WaveRequest) (models.WaveOutcome, error) {
	if len(w.Items) == 0 || len(w.Items) > models.MaxWave {
		return models.WaveOutcome{}, models.Fields(models.FieldError{Field: "items", Detail: fmt.Sprintf("must be 1 to %d", models.MaxWave)})
	}
	if w.Decision == models.DecideEdit {
		return models.WaveOutcome{}, models.Fields(models.FieldError{Field: "decision", Detail: "must not be edit: each text has its own pieces"})
	}
	if err := validate(w.DecisionRequest); err != nil {
		return models.WaveOutcome{}, err
	}
	now := d.Now()
	if w.ID == "" {
		w.ID = models.NewID(now)
	}
	out, err := d.Store.RecordWave(ctx, w, now)
	if err != nil {
		return models.WaveOutcome{}, fmt.Errorf("decide wave: %w", err)
	}
	d.Changed()
	return out, nil
}

// UndoWave takes back what of a wave still stands.
func (d *Desk) UndoWave(ctx context.Context, u models.UndoRequest) (models.WaveOutcome, error) {
	out, err := d.Store.UndoWave(ctx, u, d.Now())
	if err != nil {
		return models.WaveOutcome{}, fmt.Errorf("undo wave: %w", err)
	}
	d.Changed()
	return out, nil
}
