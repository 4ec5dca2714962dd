package postgres

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// itemSelect reads review items with their comments, see scanItem.
const itemSelect = `SELECT
	i.urgency,
	i.filed_at,
	i.escalated_by <> '',
	COALESCE(i.claim_token, ''),
	COALESCE(i.claimed_by, ''),
	i.claim_until, ` + commentColumns + `
	FROM review_items i
	JOIN comments c ON c.id = i.comment_id
	LEFT JOIN decisions d ON d.id = c.decision_id `

// scanItem reads a row of itemSelect; a claim that ended before at is no claim.
func scanItem(at time.Time) func(scanner) (models.ReviewItem, error) {
	return func(r scanner) (models.ReviewItem, error) {
		var item models.ReviewItem
		var claim models.Claim
		var err error
		item.Comment, err = scanComment(r, &item.Urgency, wire.When{T: &item.FiledAt}, &item.Escalated,
			&claim.Token, &claim.By, wire.When{T: &claim.Until})
		if claim.Token != "" && claim.Until.After(at) {
			item.Claim = &claim
		}
		return item, err
	}
}

// ReviewItems implements [store.Reviews].
func (s *Store) ReviewItems(
	ctx context.Context, q models.ReviewQuery, at time.Time,
) (models.Page[models.ReviewItem], error) {
	name := []string{"review items", string(q.Site)}
	from, ok, err := cursor.Decode(q.Cursor, name...)
	if err != nil {
		return models.Page[models.ReviewItem]{}, err
	}
	where := filter{}
	where.and(`i.site = ?`, q.Site)
	if ok {
		where.and(`i.urgency <= ? AND (i.urgency < ? OR i.comment_id > ?)`, from.F, from.F, from.ID)
	}
	limit := cursor.Limit(q.Limit)
	rows, err := s.query(ctx, itemSelect+where.text+` ORDER BY i.urgency DESC, i.comment_id LIMIT `+
		strconv.Itoa(limit+1), where.args...)
	items, err := collect(rows, err, scanItem(at))
	return page(items, limit, err, func(i models.ReviewItem) string {
		return cursor.Encode(cursor.Position{F: i.Urgency, ID: string(i.Comment.ID)}, name...)
	})
}

// ReviewItem implements [store.Reviews].
func (s *Store) ReviewItem(
	ctx context.Context, site models.SiteID, id models.CommentID, at time.Time,
) (models.ReviewItem, error) {
	if !models.ValidID(string(id)) {
		return models.ReviewItem{}, models.Errorf(models.NotFound, "no open review item %s", id)
	}
	item, err := scanItem(at)(s.row(ctx, itemSelect+`WHERE i.site = $1 AND i.comment_id = $2`, site, id))
	if err != nil {
		return models.ReviewItem{}, missing(err, "no open review item %s", id)
	}
	return item, nil
}

// claimSQL leases the most urgent items that nobody holds or is about to hold.
const claimSQL = `UPDATE review_items SET claim_token = $1, claimed_by = $2, claim_until = $3
	WHERE comment_id = ANY(ARRAY(
		SELECT comment_id FROM review_items
		WHERE site = $4 AND (claim_until IS NULL OR claim_until <= $5) AND escalated_by <> $2
		ORDER BY urgency DESC, comment_id LIMIT $6 FOR UPDATE SKIP LOCKED))`

// ClaimReviews implements [store.Reviews]. Who escalated an item does not get
// it again: it waits for somebody else.
func (s *Store) ClaimReviews(ctx context.Context, c models.ClaimRequest, at time.Time) (models.ClaimedItems, error) {
	claim := models.Claim{Token: models.NewID(at), By: c.By, Until: later(at, c.TTL)}
	err := s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, claimSQL,
			claim.Token, claim.By, wire.Stamp(claim.Until), c.Site, wire.Stamp(at), cursor.Limit(c.Limit))
		return err
	})
	if err != nil {
		return models.ClaimedItems{}, err
	}
	rows, err := s.query(ctx, itemSelect+`WHERE i.claim_token = $1 ORDER BY i.urgency DESC, i.comment_id`, claim.Token)
	items, err := collect(rows, err, scanItem(at))
	return models.ClaimedItems{Claim: claim, Items: items}, err
}

// ReleaseClaim implements [store.Reviews].
func (s *Store) ReleaseClaim(ctx context.Context, site models.SiteID, token string, at time.Time) error {
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE review_items SET claim_token = NULL, claimed_by = NULL, claim_until = NULL
			WHERE site = $1 AND claim_token = $2 AND claim_until > $3`, site, token, wire.Stamp(at))
		if err == nil && n == 0 {
			return models.Errorf(models.Conflict, "the claim is lost")
		}
		return err
	})
}

// reviewEntry is the queue's part of a review item.
type reviewEntry struct {
	urgency     float64
	filedAt     time.Time
	escalatedBy string
	claim       models.Claim
}

// fileItem puts a comment, or puts it back, into the queue of people.
func fileItem(ctx context.Context, t *tx, c *models.Comment, e reviewEntry) error {
	return fileItems(ctx, t, []*models.Comment{c}, []reviewEntry{e})
}

// fileItems is fileItem for many, each with the entry of the same place.
func fileItems(ctx context.Context, t *tx, comments []*models.Comment, entries []reviewEntry) error {
	if len(comments) == 0 {
		return nil
	}
	var ids []models.CommentID
	var sites, escalated []string
	var urgencies []float64
	var filed []time.Time
	for i, c := range comments {
		ids, sites = append(ids, c.ID), append(sites, string(c.Site))
		urgencies, filed = append(urgencies, entries[i].urgency), append(filed, entries[i].filedAt)
		escalated = append(escalated, entries[i].escalatedBy)
	}
	_, err := t.exec(ctx, `INSERT INTO review_items (comment_id, site, urgency, filed_at, escalated_by)
		SELECT * FROM unnest($1::uuid[], $2::text[], $3::float8[], $4::timestamptz[], $5::text[])
		ON CONFLICT (comment_id) DO UPDATE SET
			urgency = excluded.urgency,
			filed_at = excluded.filed_at,
			escalated_by = excluded.escalated_by,
			claim_token = NULL,
			claimed_by = NULL,
			claim_until = NULL`, ids, sites, urgencies, filed, escalated)
	return err
}

// itemEntry gives the open item of a comment; nil when there is none.
func itemEntry(ctx context.Context, t *tx, id models.CommentID) (*reviewEntry, error) {
	var e reviewEntry
	err := t.row(ctx, `SELECT urgency, filed_at, escalated_by, COALESCE(claim_token, ''), claim_until
		FROM review_items WHERE comment_id = $1`, id).Scan(
		&e.urgency, wire.When{T: &e.filedAt}, &e.escalatedBy, &e.claim.Token, wire.When{T: &e.claim.Until})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &e, translate(err)
}

// RecordDecision implements [store.Reviews].
func (s *Store) RecordDecision(ctx context.Context, d models.Decision, claim string) (models.Decision, error) {
	d.At = wire.Trim(d.At)
	var out models.Decision
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := lockedComment(ctx, t, d.Site, d.Comment)
		if err != nil {
			return err
		}
		known, _, err := decision(ctx, t, d.Site, d.ID)
		if err == nil && known.Comment == d.Comment && known.Decision == d.Decision {
			out = known // the same call again, after an answer that got lost
			return nil
		}
		item, err := itemEntry(ctx, t, c.ID)
		if err != nil {
			return err
		}
		if err := mayDecide(&c, item, d, claim); err != nil {
			return err
		}
		out = d
		out.Before, out.UndoneAt, out.UndoneBy = c.Status, time.Time{}, ""
		return decide(ctx, t, &c, item, out)
	})
	return out, err
}

// mayDecide tells why a decision can't be taken.
func mayDecide(c *models.Comment, item *reviewEntry, d models.Decision, claim string) error {
	switch {
	case d.ID == "":
		return field("id", "is missing")
	case !d.Decision.Valid():
		return field("decision", "is not approve, reject, spam or escalate")
	case c.Status == models.Pending:
		return models.Errorf(models.Conflict, "comment %s has not been judged yet", c.ID)
	case c.Status == models.Erased:
		return erased(c.ID)
	case claim == "" || item != nil && item.claim.Token == claim && item.claim.Until.After(d.At):
		return nil
	case c.Decision != nil && c.Decision.Decision != models.DecideEscalate:
		return models.Errorf(models.Conflict, "%s decided %q already", c.Decision.By, c.Decision.Decision)
	case c.Decision != nil:
		return models.Errorf(models.Conflict, "%s escalated it already", c.Decision.By)
	}
	return models.Errorf(models.Conflict, "the claim is lost")
}

// decide applies a decision that may be taken.
func decide(ctx context.Context, t *tx, c *models.Comment, item *reviewEntry, d models.Decision) error {
	previous := ""
	if c.Decision != nil {
		previous = c.Decision.ID
	}
	if err := keepDecision(ctx, t, d, previous, item); err != nil {
		return err
	}
	c.Decision, c.Status, c.Revision = &d, d.Decision.Status(), c.Revision+1
	if err := keepStatus(ctx, t, c); err != nil {
		return err
	}
	if err := moveItem(ctx, t, c, item, d); err != nil {
		return err
	}
	if err := callAgain(ctx, t, c.ID, d.At); err != nil {
		return err
	}
	if err := teach(ctx, t, c, d, previous); err != nil {
		return err
	}
	return changed(ctx, t, change{
		comment: c, event: models.CommentDecided, act: "decision.recorded", at: d.At, actor: d.By,
		count:  "decided." + string(d.Decision),
		detail: map[string]string{"decision": d.ID, "kind": string(d.Decision), "before": string(d.Before)},
	})
}

func keepDecision(ctx context.Context, t *tx, d models.Decision, previous string, item *reviewEntry) error {
	var urgency, filedAt, escalatedBy any
	if item != nil {
		urgency, filedAt, escalatedBy = item.urgency, wire.Stamp(item.filedAt), item.escalatedBy
	}
	_, err := t.exec(ctx, `INSERT INTO decisions (
			id, comment_id, site, decision, actor, decided_at, reason, note, status_before, previous,
			item_urgency, item_filed_at, item_escalated_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		d.ID, d.Comment, d.Site, d.Decision, d.By, wire.Stamp(d.At), d.Reason, d.Note, d.Before,
		wire.Null(previous), urgency, filedAt, escalatedBy)
	return err
}

// keepStatus keeps the status, the revision and the standing decision of c.
func keepStatus(ctx context.Context, t *tx, c *models.Comment) error {
	var id string
	var kind models.DecisionKind
	if c.Decision != nil {
		id, kind = c.Decision.ID, c.Decision.Decision
	}
	_, err := t.exec(ctx, `UPDATE comments SET status = $2, revision = $3, decision_id = $4, labels = $5 WHERE id = $1`,
		c.ID, c.Status, c.Revision, wire.Null(id), wire.Labels(wire.LabelsOf(c.Verdict, kind)))
	return err
}

// moveItem closes a comment's item, or gives it to somebody else.
func moveItem(ctx context.Context, t *tx, c *models.Comment, item *reviewEntry, d models.Decision) error {
	if d.Decision != models.DecideEscalate {
		return closeItem(ctx, t, c.ID)
	}
	if item == nil {
		// Nothing says how urgent it is: a person thought that it is, hence
		// first in the queue.
		item = &reviewEntry{filedAt: d.At}
		err := t.row(ctx, `SELECT COALESCE(max(urgency), 0) FROM review_items WHERE site = $1`, c.Site).Scan(&item.urgency)
		if err != nil {
			return translate(err)
		}
	}
	return fileItem(ctx, t, c, reviewEntry{urgency: item.urgency, filedAt: item.filedAt, escalatedBy: d.By})
}

func closeItem(ctx context.Context, t *tx, id models.CommentID) error {
	_, err := t.exec(ctx, `DELETE FROM review_items WHERE comment_id = $1`, id)
	return err
}

// teach keeps what a decision teaches, in place of the one that it replaces.
func teach(ctx context.Context, t *tx, c *models.Comment, d models.Decision, previous string) error {
	if previous != "" {
		if _, err := t.exec(ctx, `UPDATE feedback SET standing = FALSE WHERE decision_id = $1`, previous); err != nil {
			return err
		}
	}
	if d.Decision == models.DecideEscalate {
		return nil
	}
	var scores models.Scores
	if c.Verdict != nil {
		scores = c.Verdict.Scores
	}
	_, err := t.exec(ctx, `INSERT INTO feedback (
			decision_id, comment_id, site, section, text_hash, lang, scores, decision, decided_at, standing)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, TRUE)`,
		d.ID, c.ID, c.Site, c.Context.Section, models.TextHash(c.Text), c.Lang, wire.Scores(scores), d.Decision,
		wire.Stamp(d.At))
	return err
}

// UndoDecision implements [store.Reviews].
func (s *Store) UndoDecision(ctx context.Context, u models.UndoRequest, at time.Time) (models.Decision, error) {
	at = wire.Trim(at)
	var out models.Decision
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		d, _, err := decision(ctx, t, u.Site, u.Decision)
		if err != nil {
			return err
		}
		c, err := lockedComment(ctx, t, u.Site, d.Comment)
		if err != nil {
			return err
		}
		// Behind the lock it is what it is.
		d, before, err := decision(ctx, t, u.Site, u.Decision)
		if err != nil {
			return err
		}
		if err := mayUndo(&c, d); err != nil {
			return err
		}
		d.UndoneAt, d.UndoneBy = at, u.By
		out = d
		return undo(ctx, t, &c, d, before)
	})
	return out, err
}

// mayUndo tells why a decision can't be taken back.
func mayUndo(c *models.Comment, d models.Decision) error {
	switch {
	case c.Status == models.Erased:
		return erased(c.ID)
	case !d.UndoneAt.IsZero():
		return models.Errorf(models.Conflict, "%s undid it already", d.UndoneBy)
	case c.Decision == nil:
		return models.Errorf(models.Conflict, "comment %s was edited since", c.ID)
	case c.Decision.ID != d.ID:
		return models.Errorf(models.Conflict, "%s decided %q since", c.Decision.By, c.Decision.Decision)
	}
	return nil
}

// standing is what a decision took the place of.
type standing struct {
	previous string
	item     *reviewEntry // nil when no item was open
}

// undo takes a decision back that may be.
func undo(ctx context.Context, t *tx, c *models.Comment, d models.Decision, before standing) error {
	_, err := t.exec(ctx, `UPDATE decisions SET undone_at = $2, undone_by = $3 WHERE id = $1`,
		d.ID, wire.Stamp(d.UndoneAt), d.UndoneBy)
	if err != nil {
		return err
	}
	if err := unteach(ctx, t, d, before.previous); err != nil {
		return err
	}
	c.Decision, c.Status, c.Revision = nil, d.Before, c.Revision+1
	if before.previous != "" {
		p, _, err := decision(ctx, t, c.Site, before.previous)
		if err != nil {
			return err
		}
		c.Decision = &p
	}
	if err := keepStatus(ctx, t, c); err != nil {
		return err
	}
	if err := restoreItem(ctx, t, c, before.item); err != nil {
		return err
	}
	if err := callAgain(ctx, t, c.ID, d.UndoneAt); err != nil {
		return err
	}
	return changed(ctx, t, change{
		comment: c, event: models.CommentUndone, act: "decision.undone", at: d.UndoneAt, actor: d.UndoneBy,
		count: "undone", detail: map[string]string{"decision": d.ID, "kind": string(d.Decision)},
	})
}

func unteach(ctx context.Context, t *tx, d models.Decision, previous string) error {
	if _, err := t.exec(ctx, `DELETE FROM feedback WHERE decision_id = $1`, d.ID); err != nil {
		return err
	}
	_, err := t.exec(ctx, `UPDATE feedback SET standing = TRUE WHERE decision_id = $1`, previous)
	return err
}

// restoreItem gives a comment the review item that it had, or none.
func restoreItem(ctx context.Context, t *tx, c *models.Comment, item *reviewEntry) error {
	if c.Status != models.Held || item == nil {
		return closeItem(ctx, t, c.ID)
	}
	return fileItem(ctx, t, c, *item)
}

// decision gives one decision and what it took the place of.
func decision(ctx context.Context, q querier, site models.SiteID, id string) (models.Decision, standing, error) {
	d := models.Decision{ID: id, Site: site}
	var (
		before  standing
		item    reviewEntry
		urgency *float64
	)
	err := q.row(ctx, `SELECT
			comment_id,
			decision,
			actor,
			decided_at,
			reason,
			note,
			status_before,
			undone_at,
			undone_by,
			COALESCE(previous, ''),
			item_urgency,
			item_filed_at,
			COALESCE(item_escalated_by, '')
		FROM decisions WHERE site = $1 AND id = $2`, site, id).Scan(
		&d.Comment, &d.Decision, &d.By, wire.When{T: &d.At}, &d.Reason, &d.Note, &d.Before,
		wire.When{T: &d.UndoneAt}, &d.UndoneBy, &before.previous,
		&urgency, wire.When{T: &item.filedAt}, &item.escalatedBy)
	if err != nil {
		return models.Decision{}, standing{}, missing(err, "no decision %s", id)
	}
	if urgency != nil {
		item.urgency = *urgency
		before.item = &item
	}
	return d, before, nil
}

// AddFeedback implements [store.Reviews].
func (s *Store) AddFeedback(ctx context.Context, f models.Feedback, by string) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := siteExists(ctx, t, f.Site); err != nil {
			return err
		}
		n, err := t.exec(ctx, `INSERT INTO feedback (
				decision_id, comment_id, site, section, text_hash, lang, scores, decision, suggested, decided_at, standing)
			VALUES ($1, NULL, $2, $3, $4, $5, $6, $7, $8, $9, TRUE)
			ON CONFLICT (decision_id) DO UPDATE SET
				section = excluded.section,
				lang = excluded.lang,
				scores = excluded.scores,
				decision = excluded.decision,
				suggested = excluded.suggested,
				decided_at = excluded.decided_at
			WHERE feedback.site = excluded.site AND feedback.text_hash = excluded.text_hash`,
			f.ID, f.Site, f.Section, f.TextHash, f.Lang, wire.Scores(f.Scores), f.Decision, wire.Scores(f.Suggested),
			wire.Stamp(f.At))
		if err != nil {
			return err
		}
		if n == 0 {
			return models.Errorf(models.Conflict, "feedback %s is about another text", f.ID)
		}
		return audit(ctx, t, models.AuditEntry{
			Site: f.Site, At: f.At, Actor: by, Act: "feedback.recorded", Subject: f.ID,
			Detail: map[string]string{"kind": string(f.Decision)},
		})
	})
}

// Feedback implements [store.Reviews].
func (s *Store) Feedback(
	ctx context.Context, site models.SiteID, token string, limit int,
) (models.Page[models.Feedback], error) {
	name := []string{"feedback", string(site)}
	from, ok, err := cursor.Decode(token, name...)
	if err != nil {
		return models.Page[models.Feedback]{}, err
	}
	where := filter{}
	where.and(`site = ? AND standing`, site)
	if ok {
		where.and(`(decided_at, decision_id) > (?, ?)`, time.UnixMicro(from.N), from.ID)
	}
	limit = cursor.Limit(limit)
	rows, err := s.query(ctx, `SELECT
			decision_id, COALESCE(comment_id::text, ''), section, text_hash, lang, scores, decision, suggested, decided_at
		FROM feedback `+where.text+` ORDER BY decided_at, decision_id LIMIT `+strconv.Itoa(limit+1), where.args...)
	items, err := collect(rows, err, func(r scanner) (models.Feedback, error) {
		f := models.Feedback{Site: site}
		var scores, suggested []byte
		err := r.Scan(&f.ID, &f.Comment, &f.Section, &f.TextHash, &f.Lang, &scores, &f.Decision, &suggested,
			wire.When{T: &f.At})
		if err != nil {
			return f, err
		}
		if f.Scores, err = wire.ParseScores(scores); err != nil {
			return f, err
		}
		if f.Suggested, err = wire.ParseScores(suggested); len(f.Suggested) == 0 {
			f.Suggested = nil
		}
		return f, err
	})
	return page(items, limit, err, func(f models.Feedback) string {
		return cursor.Encode(cursor.Position{N: f.At.UnixMicro(), ID: f.ID}, name...)
	})
}
