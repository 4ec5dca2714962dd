// Package review is the people's side of Tamis: claim, release, decide, undo,
// escalate, and what callers teach from outside (Lessons). It owns the leases'
// length and what may be asked; it refuses pages and wires, and leaves
// atomicity to the store.
package review

import (
	"context"
	"fmt"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

const (
	// DefaultTTL is how long a claim holds unless asked otherwise: time to read
	// a page of comments, short enough that a closed laptop blocks nobody.
	DefaultTTL = 10 * time.Minute
	maxTTL     = time.Hour
	maxClaim   = 50

	maxNote = 2000 // bytes of a reason or a note
)

// Desk is where people decide.
type Desk struct {
	Store   store.Reviews
	Now     func() time.Time
	Changed func() // told that events were filed
}

// Items lists a site's open items, most urgent first.
func (d *Desk) Items(ctx context.Context, q models.ReviewQuery) (models.Page[models.ReviewItem], error) {
	return d.Store.ReviewItems(ctx, q, d.Now())
}

// Claim leases the most urgent free items to one person.
func (d *Desk) Claim(ctx context.Context, c models.ClaimRequest) (models.ClaimedItems, error) {
	if c.Limit < 1 || c.Limit > maxClaim {
		return models.ClaimedItems{}, models.Fields(models.FieldError{Field: "limit", Detail: fmt.Sprintf("must be between 1 and %d", maxClaim)})
	}
	if c.TTL <= 0 {
		c.TTL = DefaultTTL
	}
	c.TTL = min(c.TTL, maxTTL)
	items, err := d.Store.ClaimReviews(ctx, c, d.Now())
	if err != nil {
		return models.ClaimedItems{}, fmt.Errorf("claim: %w", err)
	}
	return items, nil
}

// Release gives the undecided items of a claim back.
func (d *Desk) Release(ctx context.Context, site models.SiteID, token string) error {
	if err := d.Store.ReleaseClaim(ctx, site, token, d.Now()); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return nil
}

// Decide records what a person decided, and what it teaches.
func (d *Desk) Decide(ctx context.Context, r models.DecisionRequest) (models.Decision, error) {
	if err := validate(r); err != nil {
		return models.Decision{}, err
	}
	now := d.Now()
	made, err := d.Store.RecordDecision(ctx, models.Decision{
		ID: models.NewID(now), Comment: r.Comment, Site: r.Site, Decision: r.Decision,
		By: r.By, At: now, Reason: r.Reason, Note: r.Note,
	}, r.Claim)
	if err != nil {
		return models.Decision{}, fmt.Errorf("decide: %w", err)
	}
	d.Changed()
	return made, nil
}

// Undo takes a decision back and restores what stood before it.
func (d *Desk) Undo(ctx context.Context, u models.UndoRequest) (models.Decision, error) {
	undone, err := d.Store.UndoDecision(ctx, u, d.Now())
	if err != nil {
		return models.Decision{}, fmt.Errorf("undo: %w", err)
	}
	d.Changed()
	return undone, nil
}

func validate(r models.DecisionRequest) error {
	var faults []models.FieldError
	if !r.Decision.Valid() {
		faults = append(faults, models.FieldError{Field: "decision", Detail: "must be approve, reject, spam or escalate"})
	}
	for field, value := range map[string]string{"reason": r.Reason, "note": r.Note} {
		if len(value) > maxNote {
			faults = append(faults, models.FieldError{Field: field, Detail: fmt.Sprintf("is %d bytes long, the limit is %d", len(value), maxNote)})
		}
	}
	if len(faults) > 0 {
		return models.Fields(faults...)
	}
	return nil
}
