package storetest

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// ReviewQueue implements [store.Store].
func (f *failing) ReviewQueue(ctx context.Context, q models.QueueQuery, at time.Time) (models.QueueHead, error) {
	if err := f.fails("ReviewQueue"); err != nil {
		return models.QueueHead{}, err
	}
	return f.Store.ReviewQueue(ctx, q, at)
}

// SkipReview implements [store.Store].
func (f *failing) SkipReview(ctx context.Context, r models.SkipRequest, at time.Time) error {
	if err := f.fails("SkipReview"); err != nil {
		return err
	}
	return f.Store.SkipReview(ctx, r, at)
}

// StandingDecisions implements [store.Store].
func (f *failing) StandingDecisions(ctx context.Context, site models.SiteID, by string, limit int) ([]models.Decision, error) {
	if err := f.fails("StandingDecisions"); err != nil {
		return nil, err
	}
	return f.Store.StandingDecisions(ctx, site, by, limit)
}

// Waves implements [store.Store].
func (f *failing) Waves(ctx context.Context, site models.SiteID, limit int) ([]models.Wave, error) {
	if err := f.fails("Waves"); err != nil {
		return nil, err
	}
	return f.Store.Waves(ctx, site, limit)
}

// WavesOf implements [store.Store].
func (f *failing) WavesOf(ctx context.Context, site models.SiteID, id models.CommentID) ([]models.Wave, error) {
	if err := f.fails("WavesOf"); err != nil {
		return nil, err
	}
	return f.Store.WavesOf(ctx, site, id)
}

// WaveItems implements [store.Store].
func (f *failing) WaveItems(ctx context.Context, site models.SiteID, kind models.WaveKind, key string, limit int, at time.Time) ([]models.ReviewItem, error) {
	if err := f.fails("WaveItems"); err != nil {
		return nil, err
	}
	return f.Store.WaveItems(ctx, site, kind, key, limit, at)
}

// RecordWave implements [store.Store].
func (f *failing) RecordWave(ctx context.Context, w models.WaveRequest, at time.Time) (models.WaveOutcome, error) {
	if err := f.fails("RecordWave"); err != nil {
		return models.WaveOutcome{}, err
	}
	return f.Store.RecordWave(ctx, w, at)
}

// UndoWave implements [store.Store].
func (f *failing) UndoWave(ctx context.Context, u models.UndoRequest, at time.Time) (models.WaveOutcome, error) {
	if err := f.fails("UndoWave"); err != nil {
		return models.WaveOutcome{}, err
	}
	return f.Store.UndoWave(ctx, u, at)
}

// Precedents implements [store.Store].
func (f *failing) Precedents(ctx context.Context, q models.PrecedentQuery) ([]models.Comment, error) {
	if err := f.fails("Precedents"); err != nil {
		return nil, err
	}
	return f.Store.Precedents(ctx, q)
}

// AuthorStory implements [store.Store].
func (f *failing) AuthorStory(ctx context.Context, site models.SiteID, authorKey string, except models.CommentID, limit int) (models.AuthorStory, error) {
	if err := f.fails("AuthorStory"); err != nil {
		return models.AuthorStory{}, err
	}
	return f.Store.AuthorStory(ctx, site, authorKey, except, limit)
}

// Thread implements [store.Store].
func (f *failing) Thread(ctx context.Context, q models.ThreadQuery) (models.Thread, error) {
	if err := f.fails("Thread"); err != nil {
		return models.Thread{}, err
	}
	return f.Store.Thread(ctx, q)
}

// Reports implements [store.Store].
func (f *failing) Reports(ctx context.Context, site models.SiteID, id models.CommentID, limit int) ([]models.Report, int, error) {
	if err := f.fails("Reports"); err != nil {
		return nil, 0, err
	}
	return f.Store.Reports(ctx, site, id, limit)
}

// SetTriage implements [store.Store].
func (f *failing) SetTriage(ctx context.Context, t models.Triage) error {
	if err := f.fails("SetTriage"); err != nil {
		return err
	}
	return f.Store.SetTriage(ctx, t)
}

// TriageOf implements [store.Store].
func (f *failing) TriageOf(ctx context.Context, site models.SiteID, id models.CommentID) (*models.Triage, error) {
	if err := f.fails("TriageOf"); err != nil {
		return nil, err
	}
	return f.Store.TriageOf(ctx, site, id)
}

// ListTriage implements [store.Store].
func (f *failing) ListTriage(ctx context.Context, q models.TriageQuery) (models.Page[models.TriagedComment], error) {
	if err := f.fails("ListTriage"); err != nil {
		return models.Page[models.TriagedComment]{}, err
	}
	return f.Store.ListTriage(ctx, q)
}

// Pulse implements [store.Store].
func (f *failing) Pulse(ctx context.Context, site models.SiteID) (int64, error) {
	if err := f.fails("Pulse"); err != nil {
		return 0, err
	}
	return f.Store.Pulse(ctx, site)
}
