package review

import (
	"context"
	"fmt"
	"slices"

	"github.com/tamis-moderation/tamis/models"
)

const (
	shownPrecedents = 5
	// nearPrecedents is among how many of the same label the closest are chosen.
	nearPrecedents = 20
	shownStory     = 5
	shownThread    = 4 // on each side
	shownReports   = 5
)

// Around gathers what a person wants to see beside a comment before they
// decide. It is bounded, however long threads, stories and queues are.
func (d *Desk) Around(ctx context.Context, c models.Comment) (models.Around, error) {
	var out models.Around
	for _, look := range []func() error{
		func() (err error) {
			out.Waves, err = d.Store.WavesOf(ctx, c.Site, c.ID)
			return err
		},
		func() (err error) {
			out.Precedents, err = d.precedents(ctx, c)
			return err
		},
		func() (err error) {
			out.Author, err = d.Store.AuthorStory(ctx, c.Site, c.AuthorKey(), c.ID, shownStory)
			return err
		},
		func() (err error) {
			out.Thread, err = d.Store.Thread(ctx, models.ThreadQuery{
				Site: c.Site, Key: c.ThreadKey(), Around: c.ReceivedAt, Limit: shownThread,
			})
			return err
		},
		func() (err error) {
			out.Reports, out.Readers, err = d.Store.Reports(ctx, c.Site, c.ID, shownReports)
			return err
		},
		func() (err error) {
			out.Triage, err = d.Store.TriageOf(ctx, c.Site, c.ID)
			return err
		},
		func() (err error) {
			out.Parent, err = d.parent(ctx, c)
			return err
		},
	} {
		if err := look(); err != nil {
			return models.Around{}, fmt.Errorf("around: %w", err)
		}
	}
	out.Suggested = Suggest(c.Text)
	return out, nil
}

// parent gives the comment that c answers; nil when it is not kept.
func (d *Desk) parent(ctx context.Context, c models.Comment) (*models.Comment, error) {
	if c.Context.ParentID == "" {
		return nil, nil
	}
	found, err := d.Store.CommentByExternalID(ctx, c.Site, c.Context.ParentID)
	if err != nil {
		return nil, unless(err, models.NotFound)
	}
	return &found, nil
}

// precedents gives how comments like c were decided: those of nearly the same
// words first, then those of its first label, the closest scores first.
func (d *Desk) precedents(ctx context.Context, c models.Comment) ([]models.Precedent, error) {
	q := models.PrecedentQuery{Site: c.Site, Comment: c.ID, Limit: shownPrecedents}
	alike, err := d.Store.Precedents(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []models.Precedent
	for _, p := range alike {
		out = append(out, models.Precedent{Comment: p, SameWords: true})
	}
	if c.Verdict == nil || len(c.Verdict.Labels) == 0 || len(out) >= shownPrecedents {
		return out, nil
	}
	q.Label, q.Limit = c.Verdict.Labels[0], nearPrecedents
	labelled, err := d.Store.Precedents(ctx, q)
	if err != nil {
		return nil, err
	}
	var near []models.Precedent
	for _, p := range labelled {
		if p.Verdict == nil || slices.ContainsFunc(out, func(o models.Precedent) bool { return o.ID == p.ID }) {
			continue
		}
		near = append(near, models.Precedent{Comment: p, Distance: models.ScoreDistance(c.Verdict.Scores, p.Verdict.Scores)})
	}
	slices.SortStableFunc(near, func(a, b models.Precedent) int {
		switch {
		case a.Distance < b.Distance:
			return -1
		case a.Distance > b.Distance:
			return 1
		}
		return 0
	})
	return append(out, near[:min(len(near), shownPrecedents-len(out))]...), nil
}
