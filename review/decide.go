package review

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/models"
)

// maxCuts is how many pieces an edit may take out.
const maxCuts = 100

// Decide records what a person decided, and what it teaches.
func (d *Desk) Decide(ctx context.Context, r models.DecisionRequest) (models.Decision, error) {
	if err := validate(r); err != nil {
		return models.Decision{}, err
	}
	if r.Decision == models.DecideEdit {
		if err := d.checkCuts(ctx, r); err != nil {
			return models.Decision{}, fmt.Errorf("decide: %w", err)
		}
	}
	now := d.Now()
	id := r.ID
	if !models.ValidID(id) {
		id = models.NewID(now)
	}
	made, err := d.Store.RecordDecision(ctx, models.Decision{
		ID: id, Comment: r.Comment, Site: r.Site, Decision: r.Decision,
		By: r.By, At: now, Reason: r.Reason, Note: r.Note, Reminder: r.Reminder,
		Cuts: r.Cuts, Queue: r.Queue, Assignee: r.Assignee,
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

// Stack lists what a person decided and what still stands, the latest first.
func (d *Desk) Stack(ctx context.Context, site models.SiteID, by string, limit int) ([]models.Decision, error) {
	return d.Store.StandingDecisions(ctx, site, by, limit)
}

// UndoLast takes the latest standing act of a person back: a decision, or a
// wave as one. Asked again it takes back the one before.
func (d *Desk) UndoLast(ctx context.Context, site models.SiteID, by string) (models.WaveOutcome, error) {
	stack, err := d.Stack(ctx, site, by, 1)
	if err != nil {
		return models.WaveOutcome{}, fmt.Errorf("undo: %w", err)
	}
	if len(stack) == 0 {
		return models.WaveOutcome{}, models.Errorf(models.NotFound, "there is nothing to take back")
	}
	last := stack[0]
	if last.Wave != "" {
		return d.UndoWave(ctx, models.UndoRequest{Decision: last.Wave, Site: site, By: by})
	}
	undone, err := d.Undo(ctx, models.UndoRequest{Decision: last.ID, Site: site, By: by})
	return models.WaveOutcome{Decisions: []models.Decision{undone}}, err
}

// checkCuts tells what is wrong with the pieces that an edit takes out.
func (d *Desk) checkCuts(ctx context.Context, r models.DecisionRequest) error {
	c, err := d.Store.Comment(ctx, r.Site, r.Comment)
	if err != nil {
		return err
	}
	n := utf8.RuneCountInString(c.Text)
	for _, cut := range r.Cuts {
		if cut.Begin < 0 || cut.End <= cut.Begin || cut.End > n {
			return models.Fields(models.FieldError{Field: "cuts", Detail: fmt.Sprintf("must lie within the %d characters of the text", n)})
		}
	}
	left := strings.ReplaceAll(models.CutText(c.Text, r.Cuts), models.CutMark, "")
	if models.ValidateText("text", left) != nil {
		return models.Fields(models.FieldError{Field: "cuts", Detail: "leave nothing of the text: reject it instead"})
	}
	return nil
}

func validate(r models.DecisionRequest) error {
	var faults []models.FieldError
	fault := func(field, detail string) { faults = append(faults, models.FieldError{Field: field, Detail: detail}) }
	if !r.Decision.Valid() {
		fault("decision", "must be approve, edit, hold, reject, spam or escalate")
	}
	for field, value := range map[string]string{
		"reason": r.Reason, "note": r.Note, "charter": r.Charter, "message": r.Message, "queue": r.Queue, "assignee": r.Assignee,
	} {
		if len(value) > maxNote {
			fault(field, fmt.Sprintf("is %d bytes long, the limit is %d", len(value), maxNote))
		}
	}
	edits := r.Decision == models.DecideEdit
	switch {
	case edits && (len(r.Cuts) == 0 || len(r.Cuts) > maxCuts):
		fault("cuts", fmt.Sprintf("must be 1 to %d pieces", maxCuts))
	case !edits && len(r.Cuts) > 0:
		fault("cuts", "go with the decision edit alone")
	}
	if r.Decision != models.DecideEscalate && r.Queue+r.Assignee != "" {
		fault("assignee", "and queue go with the decision escalate alone")
	}
	if r.Assignee != "" && r.Assignee == r.By {
		fault("assignee", "must be somebody else")
	}
	if len(faults) > 0 {
		return models.Fields(faults...)
	}
	return nil
}
