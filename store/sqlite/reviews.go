package sqlite

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// itemSelect reads review items with their comments, see scanItem.
const itemSelect = `SELECT
	i.urgency,
	i.filed_at,
	i.escalated_by <> '',
	i.queue,
	i.assignee,
	i.hard,
	(SELECT count(*) FROM review_items m WHERE m.merged_into = i.comment_id AND m.merged_into <> ''),
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
			&item.Queue, &item.Assignee, &item.Hard, &item.Repeats, &claim.Token, &claim.By, wire.When{T: &claim.Until})
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
	where.and(`i.site = ? AND i.merged_into = ''`, q.Site)
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
	item, err := scanItem(at)(s.row(ctx, itemSelect+`WHERE i.site = $1 AND i.comment_id = $2`, site, id))
	if err != nil {
		return models.ReviewItem{}, missing(err, "no open review item %s", id)
	}
	return item, nil
}

// RecordDecision implements [store.Reviews].
func (s *Store) RecordDecision(ctx context.Context, d models.Decision, claim string) (models.Decision, error) {
	d.At = wire.Trim(d.At)
	var out models.Decision
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := comment(ctx, t, d.Site, d.Comment)
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
		out, err = decideAll(ctx, t, &c, item, d)
		return err
	})
	return out, err
}

// decideAll takes a decision that may be taken, and with it the repeats that
// were merged into the item.
func decideAll(ctx context.Context, t *tx, c *models.Comment, item *reviewEntry, d models.Decision) (models.Decision, error) {
	d.Before, d.UndoneAt, d.UndoneBy = c.Status, time.Time{}, ""
	var repeats []models.CommentID
	if item != nil && d.Decision != models.DecideEscalate {
		var err error
		if repeats, err = repeatsOf(ctx, t, c.ID); err != nil {
			return d, err
		}
	}
	if len(repeats) > 0 && d.Wave == "" {
		d.Wave = d.ID
	}
	if err := decide(ctx, t, c, item, d); err != nil {
		return d, err
	}
	if err := teach(ctx, t, c, d); err != nil {
		return d, err
	}
	for _, id := range repeats {
		if err := decideRepeat(ctx, t, id, d); err != nil {
			return d, err
		}
	}
	return d, nil
}

// decideRepeat decides a comment that its author sent again. It teaches
// nothing: the text taught already.
func decideRepeat(ctx context.Context, t *tx, id models.CommentID, d models.Decision) error {
	c, err := comment(ctx, t, d.Site, id)
	if err != nil {
		return err
	}
	item, err := itemEntry(ctx, t, id)
	if err != nil {
		return err
	}
	again := wire.Repeat(d, id)
	again.Before = c.Status
	return decide(ctx, t, &c, item, again)
}

// mayDecide tells why a decision can't be taken.
func mayDecide(c *models.Comment, item *reviewEntry, d models.Decision, claim string) error {
	switch {
	case d.ID == "":
		return field("id", "is missing")
	case !d.Decision.Valid():
		return field("decision", "is none of the decisions")
	case c.Status == models.Pending:
		return models.Errorf(models.Conflict, "comment %s has not been judged yet", c.ID)
	case c.Status == models.Erased:
		return erased(c.ID)
	case claim == "" || item != nil && item.claim.Token == claim && item.claim.Until.After(d.At):
		return nil
	case c.Decision != nil && c.Decision.Decision != models.DecideEscalate:
		return models.Errorf(models.Conflict, "%s decided %q already, at %s", c.Decision.By, c.Decision.Decision, wire.Clock(c.Decision.At))
	case c.Decision != nil:
		return models.Errorf(models.Conflict, "%s escalated it already, at %s", c.Decision.By, wire.Clock(c.Decision.At))
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
	if previous != "" {
		if _, err := t.exec(ctx, `UPDATE feedback SET standing = FALSE WHERE decision_id = $1`, previous); err != nil {
			return err
		}
	}
	return changed(ctx, t, change{
		comment: c, event: models.CommentDecided, act: "decision.recorded", at: d.At, actor: d.By,
		count:  "decided." + string(d.Decision),
		detail: map[string]string{"decision": d.ID, "kind": string(d.Decision), "before": string(d.Before)},
	})
}

func keepDecision(ctx context.Context, t *tx, d models.Decision, previous string, item *reviewEntry) error {
	var urgency, filedAt any
	var was reviewEntry
	if item != nil {
		was, urgency, filedAt = *item, item.urgency, wire.Micros(item.filedAt)
	}
	_, err := t.exec(ctx, `INSERT INTO decisions (
			id, comment_id, site, decision, actor, decided_at, reason, note, status_before, previous,
			charter, message, cuts, queue, assignee, wave,
			item_urgency, item_filed_at, item_escalated_by, item_queue, item_assignee, item_merged_into)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		d.ID, d.Comment, d.Site, d.Decision, d.By, wire.Micros(d.At), d.Reason, d.Note, d.Before, wire.Null(previous),
		d.Charter, d.Message, wire.Cuts(d.Cuts), d.Queue, d.Assignee, wire.Null(d.Wave),
		urgency, filedAt, was.escalatedBy, was.queue, was.assignee, was.mergedInto)
	return err
}

// keepStatus keeps the status, the revision and the standing decision of c.
func keepStatus(ctx context.Context, t *tx, c *models.Comment) error {
	if err := recount(ctx, t, c.Status, c.ID); err != nil {
		return err
	}
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
	return fileItem(ctx, t, c, reviewEntry{
		urgency: item.urgency, filedAt: item.filedAt, escalatedBy: d.By, queue: d.Queue, assignee: d.Assignee,
	})
}

// teach keeps what a decision teaches. One that is put off teaches nothing.
func teach(ctx context.Context, t *tx, c *models.Comment, d models.Decision) error {
	if d.Decision == models.DecideEscalate || d.Decision == models.DecideHold {
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
		wire.Micros(d.At))
	return err
}

// UndoDecision implements [store.Reviews].
func (s *Store) UndoDecision(ctx context.Context, u models.UndoRequest, at time.Time) (models.Decision, error) {
	at = wire.Trim(at)
	var out models.Decision
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		d, before, err := decision(ctx, t, u.Site, u.Decision)
		if err != nil {
			return err
		}
		c, err := comment(ctx, t, u.Site, d.Comment)
		if err != nil {
			return err
		}
		if err := mayUndo(&c, d); err != nil {
			return err
		}
		d.UndoneAt, d.UndoneBy = at, u.By
		out = d
		if err := undo(ctx, t, &c, d, before); err != nil || d.Wave != d.ID {
			return err
		}
		_, err = undoStanding(ctx, t, models.UndoRequest{Decision: d.Wave, Site: u.Site, By: u.By}, at) // the repeats
		return err
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
		return models.Errorf(models.Conflict, "%s decided %q since, at %s", c.Decision.By, c.Decision.Decision, wire.Clock(c.Decision.At))
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
		d.ID, wire.Micros(d.UndoneAt), d.UndoneBy)
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
	return refile(ctx, t, c, *item)
}

// decision gives one decision and what it took the place of.
func decision(ctx context.Context, q querier, site models.SiteID, id string) (models.Decision, standing, error) {
	d := models.Decision{ID: id, Site: site}
	var (
		before  standing
		item    reviewEntry
		urgency sql.NullFloat64
		cuts    []byte
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
			COALESCE(item_escalated_by, ''),
			charter,
			message,
			cuts,
			queue,
			assignee,
			COALESCE(wave, ''),
			item_queue,
			item_assignee,
			item_merged_into
		FROM decisions WHERE site = $1 AND id = $2`, site, id).Scan(
		&d.Comment, &d.Decision, &d.By, wire.When{T: &d.At}, &d.Reason, &d.Note, &d.Before,
		wire.When{T: &d.UndoneAt}, &d.UndoneBy, &before.previous,
		&urgency, wire.When{T: &item.filedAt}, &item.escalatedBy, &d.Charter, &d.Message, &cuts, &d.Queue, &d.Assignee,
		&d.Wave, &item.queue, &item.assignee, &item.mergedInto)
	if err != nil {
		return models.Decision{}, standing{}, missing(err, "no decision %s", id)
	}
	if d.Cuts, err = wire.ParseCuts(cuts); err != nil {
		return models.Decision{}, standing{}, err
	}
	if urgency.Valid {
		item.urgency = urgency.Float64
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
			VALUES ($1, '', $2, $3, $4, $5, $6, $7, $8, $9, TRUE)
			ON CONFLICT (decision_id) DO UPDATE SET
				section = excluded.section,
				lang = excluded.lang,
				scores = excluded.scores,
				decision = excluded.decision,
				suggested = excluded.suggested,
				decided_at = excluded.decided_at
			WHERE feedback.site = excluded.site AND feedback.text_hash = excluded.text_hash`,
			f.ID, f.Site, f.Section, f.TextHash, f.Lang, wire.Scores(f.Scores), f.Decision, wire.Scores(f.Suggested),
			wire.Micros(f.At))
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
		where.and(`(decided_at, decision_id) > (?, ?)`, from.N, from.ID)
	}
	limit = cursor.Limit(limit)
	rows, err := s.query(ctx, `SELECT
			decision_id, comment_id, section, text_hash, lang, scores, decision, suggested, decided_at
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
