package sqlite

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// claimable selects what a person ($2) may take at a time ($5) of a site ($4):
// nothing that they escalated or skipped, or that was sent elsewhere than to
// them or to the queue that they named ($6), or stands in a section that is not
// theirs ($9 = all are, $10).
const claimable = `site = $4
	AND merged_into = ''
	AND (claim_until IS NULL OR claim_until <= $5)
	AND escalated_by <> $2
	AND (assignee = $2 OR assignee = '' AND queue = $6)
	AND ($9 OR section IN (SELECT value FROM json_each($10)))
	AND NOT EXISTS (
		SELECT 1 FROM review_skips k
		WHERE k.comment_id = review_items.comment_id AND k.actor = $2 AND k.until > $5)`

// claimSQL leases the most urgent items that nobody holds; its last condition
// may leave the hard ones out.
const claimSQL = `UPDATE review_items SET claim_token = $1, claimed_by = $2, claim_until = $3
	WHERE comment_id IN (
		SELECT comment_id FROM review_items WHERE ` + claimable + ` AND (hard <= $7)
		ORDER BY urgency DESC, comment_id LIMIT $8)`

// ClaimReviews implements [store.Reviews].
func (s *Store) ClaimReviews(ctx context.Context, c models.ClaimRequest, at time.Time) (models.ClaimedItems, error) {
	claim := models.Claim{Token: c.Token, By: c.By, Until: later(at, c.TTL)}
	if claim.Token == "" {
		claim.Token = models.NewID(at)
	}
	err := s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		if c.Comment != "" {
			return claimOne(ctx, t, c, claim, at)
		}
		return claimMore(ctx, t, c, claim, at)
	})
	if err != nil {
		return models.ClaimedItems{}, err
	}
	rows, err := s.query(ctx, itemSelect+`WHERE i.site = $1 AND i.claim_token = $2 AND i.claimed_by = $3 AND i.claim_until > $4
		ORDER BY i.urgency DESC, i.comment_id`, c.Site, claim.Token, c.By, wire.Micros(at))
	items, err := collect(rows, err, scanItem(at))
	return models.ClaimedItems{Claim: claim, Items: items}, err
}

// claimMore keeps what the claim holds and takes as many more as it may.
func claimMore(ctx context.Context, t *tx, c models.ClaimRequest, claim models.Claim, at time.Time) error {
	held, hard, err := keepClaim(ctx, t, c, claim, at)
	if err != nil || c.Keep {
		return err
	}
	want := cursor.Limit(c.Limit) - held
	take := func(n int, hard bool) error {
		if n = min(n, want); n <= 0 {
			return nil
		}
		got, err := t.exec(ctx, claimSQL, claim.Token, claim.By, wire.Micros(claim.Until), c.Site, wire.Micros(at), c.Queue,
			hard, n, c.Sections == nil, wire.List(c.Sections))
		want -= int(got)
		return err
	}
	switch {
	case c.Calm:
		return take(want, false)
	case !c.Mixed:
		return take(want, true)
	}
	if hard == 0 {
		if err := take(1, true); err != nil {
			return err
		}
	}
	if err := take(want, false); err != nil {
		return err
	}
	return take(want, true) // there is nothing else
}

// keepClaim makes what a claim holds last, and tells how many items that are
// and how many of them are hard.
func keepClaim(ctx context.Context, t *tx, c models.ClaimRequest, claim models.Claim, at time.Time) (held, hard int, err error) {
	if c.Token == "" {
		return 0, 0, nil
	}
	_, err = t.exec(ctx, `UPDATE review_items SET claim_until = $5
		WHERE site = $1 AND claim_token = $2 AND claimed_by = $3 AND claim_until > $4`,
		c.Site, claim.Token, claim.By, wire.Micros(at), wire.Micros(claim.Until))
	if err != nil {
		return 0, 0, err
	}
	err = t.row(ctx, `SELECT count(*), count(*) FILTER (WHERE hard) FROM review_items
		WHERE site = $1 AND claim_token = $2 AND claimed_by = $3 AND claim_until > $4`,
		c.Site, claim.Token, claim.By, wire.Micros(at)).Scan(&held, &hard)
	return held, hard, translate(err)
}

// claimOne takes the one item that was asked for, also from another claim of
// the same person.
func claimOne(ctx context.Context, t *tx, c models.ClaimRequest, claim models.Claim, at time.Time) error {
	if _, _, err := keepClaim(ctx, t, c, claim, at); err != nil {
		return err
	}
	var by string
	var until time.Time
	err := t.row(ctx, `SELECT COALESCE(claimed_by, ''), claim_until FROM review_items
		WHERE site = $1 AND comment_id = $2 AND merged_into = ''`, c.Site, c.Comment).Scan(&by, wire.When{T: &until})
	if err != nil {
		return missing(err, "no open review item %s", c.Comment)
	}
	if by != c.By && until.After(at) {
		return models.Errorf(models.Conflict, "%s has it in hand until %s", by, wire.Clock(until))
	}
	_, err = t.exec(ctx, `UPDATE review_items SET claim_token = $1, claimed_by = $2, claim_until = $3 WHERE comment_id = $4`,
		claim.Token, claim.By, wire.Micros(claim.Until), c.Comment)
	return err
}

// ReleaseClaim implements [store.Reviews].
func (s *Store) ReleaseClaim(ctx context.Context, site models.SiteID, token string, at time.Time) error {
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE review_items SET claim_token = NULL, claimed_by = NULL, claim_until = NULL
			WHERE site = $1 AND claim_token = $2 AND claim_until > $3`, site, token, wire.Micros(at))
		if err == nil && n == 0 {
			return models.Errorf(models.Conflict, "the claim is lost")
		}
		return err
	})
}

// SkipReview implements [store.Desk].
func (s *Store) SkipReview(ctx context.Context, r models.SkipRequest, at time.Time) error {
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE review_items SET claim_token = NULL, claimed_by = NULL, claim_until = NULL
			WHERE site = $1 AND comment_id = $2 AND claim_token = $3 AND claim_until > $4`,
			r.Site, r.Comment, r.Claim, wire.Micros(at))
		if err == nil && n == 0 {
			return models.Errorf(models.Conflict, "the claim is lost")
		}
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `INSERT INTO review_skips (comment_id, actor, until) VALUES ($1, $2, $3)
			ON CONFLICT (comment_id, actor) DO UPDATE SET until = $3`, r.Comment, r.By, wire.Micros(r.Until))
		return err
	})
}
