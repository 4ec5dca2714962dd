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
	Store   Store
	Now     func() time.Time
	Changed func() // told that events were filed
	// QueueOf names the queue to which a site sends comments of a kind; nil, and
	// an empty name, leave them where they are.
	QueueOf func(ctx context.Context, site models.SiteID, kind models.TriageKind) (string, error)
}

// Store is what the desk asks of a keeper.
type Store interface {
	store.Reviews
	store.Desk
	Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
	CommentByExternalID(ctx context.Context, site models.SiteID, external string) (models.Comment, error)
}

// Items lists a site's open items, most urgent first.
func (d *Desk) Items(ctx context.Context, q models.ReviewQuery) (models.Page[models.ReviewItem], error) {
	return d.Store.ReviewItems(ctx, q, d.Now())
}

// Item gives one open item.
func (d *Desk) Item(ctx context.Context, site models.SiteID, id models.CommentID) (models.ReviewItem, error) {
	return d.Store.ReviewItem(ctx, site, id, d.Now())
}

// Queue gives the head of a person's queue.
func (d *Desk) Queue(ctx context.Context, q models.QueueQuery) (models.QueueHead, error) {
	return d.Store.ReviewQueue(ctx, q, d.Now())
}

// Claim leases the most urgent free items to one person, or goes on with a
// claim: what it holds is held longer, and filled up to the limit.
func (d *Desk) Claim(ctx context.Context, c models.ClaimRequest) (models.ClaimedItems, error) {
	if c.Comment == "" && !c.Keep && (c.Limit < 1 || c.Limit > maxClaim) {
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

// skipLife is how long a skipped item is not offered again to the same person:
// the rest of their day.
const skipLife = 8 * time.Hour

// Skip gives one item back for others to decide.
func (d *Desk) Skip(ctx context.Context, r models.SkipRequest) error {
	now := d.Now()
	if r.Until.IsZero() {
		r.Until = now.Add(skipLife)
	}
	if err := d.Store.SkipReview(ctx, r, now); err != nil {
		return fmt.Errorf("skip: %w", err)
	}
	return nil
}
