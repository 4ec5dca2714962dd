package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// reviewEntry is the queue's part of a review item.
type reviewEntry struct {
	urgency     float64
	filedAt     time.Time
	escalatedBy string
	queue       string
	assignee    string
	mergedInto  string // the item of which it is a repeat
	claim       models.Claim
}

// filing is a comment's first way into the queue.
type filing struct {
	reviewEntry
	kin models.Kin
}

// fileNew puts a comment that was just held into the queue of people, beside
// those that it is related to. A repeat of what waits already waits with it.
func fileNew(ctx context.Context, t *tx, c *models.Comment, f filing) error {
	if f.kin.Same != "" {
		err := t.row(ctx, `SELECT comment_id FROM kin WHERE site = $1 AND same = $2 AND open AND comment_id <> $3
			ORDER BY comment_id LIMIT 1`, c.Site, f.kin.Same, c.ID).Scan(&f.mergedInto)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return translate(err)
		}
	}
	if err := fileItem(ctx, t, c, f.reviewEntry); err != nil {
		return err
	}
	return relate(ctx, t, c, f)
}

// fileItem puts a comment, or puts it back, into the queue of people. One for a
// named queue that is gone is everybody's.
func fileItem(ctx context.Context, t *tx, c *models.Comment, e reviewEntry) error {
	if e.queue != "" {
		var err error
		if e.queue, err = stillQueue(ctx, t, c.Site, e.queue); err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, `INSERT INTO review_items (
			comment_id, site, urgency, filed_at, escalated_by, queue, assignee, hard, merged_into, section)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, COALESCE((SELECT context::json ->> 'section' FROM comments WHERE id = $1), ''))
		ON CONFLICT (comment_id) DO UPDATE SET urgency = $3, filed_at = $4, escalated_by = $5, queue = $6, assignee = $7,
			hard = $8, merged_into = $9, section = excluded.section, claim_token = NULL, claimed_by = NULL, claim_until = NULL`,
		c.ID, c.Site, e.urgency, wire.Stamp(e.filedAt), e.escalatedBy, e.queue, e.assignee, c.Verdict.Hard(), e.mergedInto)
	return err
}

// refile gives a comment the item back that it had. One that was a repeat waits
// by itself when what it repeated does not wait any more.
func refile(ctx context.Context, t *tx, c *models.Comment, e reviewEntry) error {
	if e.mergedInto != "" {
		head, err := itemEntry(ctx, t, models.CommentID(e.mergedInto))
		if err != nil {
			return err
		}
		if head == nil {
			e.mergedInto = ""
		}
	}
	if err := fileItem(ctx, t, c, e); err != nil {
		return err
	}
	return openKin(ctx, t, c.ID, e.mergedInto == "")
}

// itemEntry gives the open item of a comment; nil when there is none.
func itemEntry(ctx context.Context, t *tx, id models.CommentID) (*reviewEntry, error) {
	var e reviewEntry
	err := t.row(ctx, `SELECT urgency, filed_at, escalated_by, queue, assignee, merged_into,
			COALESCE(claim_token, ''), COALESCE(claimed_by, ''), claim_until
		FROM review_items WHERE comment_id = $1`, id).Scan(
		&e.urgency, wire.When{T: &e.filedAt}, &e.escalatedBy, &e.queue, &e.assignee, &e.mergedInto,
		&e.claim.Token, &e.claim.By, wire.When{T: &e.claim.Until})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &e, translate(err)
}

// closeItem takes a comment out of the queue; what it is related to stays known.
func closeItem(ctx context.Context, t *tx, id models.CommentID) error {
	if _, err := t.exec(ctx, `DELETE FROM review_items WHERE comment_id = $1`, id); err != nil {
		return err
	}
	return openKin(ctx, t, id, false)
}

// unfile takes a comment out of the queue whose text is no more what it was:
// nothing is related to it any longer, and its repeats wait by themselves.
func unfile(ctx context.Context, t *tx, id models.CommentID) error {
	repeats, err := repeatsOf(ctx, t, id)
	if err != nil {
		return err
	}
	for _, text := range []string{
		`DELETE FROM review_items WHERE comment_id = $1`,
		`DELETE FROM kin WHERE comment_id = $1`,
		`DELETE FROM kin_bands WHERE comment_id = $1`,
		`UPDATE review_items SET merged_into = '' WHERE merged_into = $1 AND merged_into <> ''`,
	} {
		if _, err := t.exec(ctx, text, id); err != nil {
			return err
		}
	}
	for _, id := range repeats {
		if err := openKin(ctx, t, id, true); err != nil {
			return err
		}
	}
	return nil
}

// repeatsOf are the items that were merged into one, oldest first.
func repeatsOf(ctx context.Context, t *tx, id models.CommentID) ([]models.CommentID, error) {
	rows, err := t.query(ctx, `SELECT comment_id FROM review_items WHERE merged_into = $1 AND merged_into <> '' ORDER BY filed_at, comment_id`, id)
	return collect(rows, err, scanID)
}

// openKin notes whether a comment waits, for those who look for its like.
func openKin(ctx context.Context, t *tx, id models.CommentID, open bool) error {
	_, err := t.exec(ctx, `UPDATE kin SET open = $2 WHERE comment_id = $1`, id, open)
	return err
}

const (
	// kinLife is how long after it was filed a comment is still looked at by
	// those that come: a campaign seldom rests for a month.
	kinLife = 30 * 24 * time.Hour
	// alike is from which share of common words on two texts are of one family.
	alike = 0.4
)

// relate keeps what a comment has in common with others, and makes it one of
// the family of those that say nearly the same.
func relate(ctx context.Context, t *tx, c *models.Comment, f filing) error {
	k, bands := f.kin, f.kin.Signature.Bands()
	family, err := joinFamily(ctx, t, c, f, bands)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO kin (
			comment_id, site, filed_at, open, family, same, host, network, author, signature)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (comment_id) DO UPDATE SET filed_at = $3, open = $4, family = $5, same = $6, host = $7, network = $8,
			author = $9, signature = $10`,
		c.ID, c.Site, wire.Stamp(f.filedAt), f.mergedInto == "", wire.Null(family), wire.Null(k.Same), wire.Null(k.Host),
		wire.Null(k.Network), wire.Null(k.Author), wire.Blob(k.Signature.Bytes()))
	if err != nil || len(bands) == 0 {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO kin_bands (site, band, comment_id) SELECT DISTINCT $1::text, band, $2::uuid
		FROM unnest($3::bigint[]) AS u (band) ORDER BY band
		ON CONFLICT (site, band) DO UPDATE SET comment_id = excluded.comment_id`, c.Site, c.ID, bands)
	return err
}

// relative is a comment that shares a band with another.
type relative struct {
	id        string
	family    string // empty while it is alone
	signature models.Signature
}

// joinFamily gives the family of the comments that say nearly the same, which
// becomes one where there were several; empty when there is no such comment.
func joinFamily(ctx context.Context, t *tx, c *models.Comment, f filing, bands []int64) (string, error) {
	if len(bands) == 0 {
		return "", nil
	}
	rows, err := t.query(ctx, `SELECT DISTINCT k.comment_id, COALESCE(k.family, ''), k.signature
		FROM kin_bands b JOIN kin k ON k.comment_id = b.comment_id
		WHERE b.site = $1 AND b.band = ANY($2::bigint[]) AND k.filed_at > $3 AND k.comment_id <> $4
		ORDER BY k.comment_id`,
		c.Site, bands, wire.Stamp(f.filedAt.Add(-kinLife)), c.ID)
	found, err := collect(rows, err, func(r scanner) (relative, error) {
		var rel relative
		var signature []byte
		err := r.Scan(&rel.id, &rel.family, &signature)
		rel.signature = models.ParseSignature(signature)
		return rel, err
	})
	if err != nil {
		return "", err
	}
	family := ""
	for _, rel := range found {
		if rel.signature.Alike(f.kin.Signature) < alike {
			continue
		}
		switch {
		case family == "" && rel.family != "":
			family = rel.family
		case family == "":
			family = rel.id
			_, err = t.exec(ctx, `UPDATE kin SET family = $2 WHERE comment_id = $1`, rel.id, family)
		case rel.family == "":
			_, err = t.exec(ctx, `UPDATE kin SET family = $2 WHERE comment_id = $1`, rel.id, family)
		case rel.family != family:
			_, err = t.exec(ctx, `UPDATE kin SET family = $3 WHERE site = $1 AND family = $2`, c.Site, rel.family, family)
		}
		if err != nil {
			return "", err
		}
	}
	return family, nil
}
