package v1_test

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// The desk's roles answer what is asked of the one site that there is.
type (
	handsRole  struct{ h *house }
	wavesRole  struct{ h *house }
	triageRole struct{ h *house }
)

func (r handsRole) Queue(_ context.Context, q models.QueueQuery) (models.QueueHead, error) {
	return models.QueueHead{Waiting: 18, Oldest: noon, Named: map[string]int{"press": 3}, Entries: []models.QueueEntry{
		{Comment: commentID, Urgency: 1.5, FiledAt: noon, Labels: []models.Label{models.Threat}, Hard: true, ClaimedBy: "user:anne@example.com"},
		{Comment: otherID, Urgency: 1, FiledAt: noon, Author: "Zoé", Family: "f1", Escalated: true, Queue: q.Queue},
	}}, nil
}

func (r handsRole) Item(_ context.Context, s models.SiteID, id models.CommentID) (models.ReviewItem, error) {
	if s != site || id != commentID {
		return models.ReviewItem{}, models.Errorf(models.NotFound, "no open review item %s", id)
	}
	found := item(nil)
	found.Repeats, found.Assignee = 2, "user:anne@example.com"
	return found, nil
}

func (r handsRole) Skip(_ context.Context, s models.SkipRequest) error {
	if s.Claim != "t0ken" {
		return models.Errorf(models.Conflict, "the claim is lost")
	}
	return nil
}

func (r handsRole) Stack(_ context.Context, s models.SiteID, by string, _ int) ([]models.Decision, error) {
	return []models.Decision{{
		ID: decision, Comment: commentID, Site: s, Decision: models.DecideEdit, By: by, At: noon,
		Reminder: models.Reminder{Charter: "Attaquez les idées.", Message: "Dites-le autrement ?"}, Cuts: []models.Cut{{Begin: 5, End: 13}},
	}}, nil
}

func (r handsRole) UndoLast(_ context.Context, s models.SiteID, by string) (models.WaveOutcome, error) {
	return outcome(s, by), nil
}

func outcome(s models.SiteID, by string) models.WaveOutcome {
	return models.WaveOutcome{
		Wave: "w1", Decisions: []models.Decision{{ID: decision, Comment: commentID, Site: s, Decision: models.DecideSpam, By: by, At: noon, Wave: "w1"}},
		Skipped: map[models.CommentID]string{otherID: "user:anne@example.com has it in hand"},
	}
}

func (r wavesRole) Waves(context.Context, models.SiteID, int) ([]models.Wave, error) {
	return []models.Wave{{Kind: models.WaveText, Key: "f1", Size: 14, Oldest: noon, Newest: noon.Add(time.Hour), Sample: heldComment(commentID)}}, nil
}

func (r wavesRole) WaveItems(context.Context, models.SiteID, models.WaveKind, string) ([]models.ReviewItem, error) {
	return []models.ReviewItem{item(nil)}, nil
}

func (r wavesRole) DecideWave(_ context.Context, w models.WaveRequest) (models.WaveOutcome, error) {
	return outcome(w.Site, w.By), nil
}

func (r wavesRole) UndoWave(_ context.Context, u models.UndoRequest) (models.WaveOutcome, error) {
	return outcome(u.Site, u.By), nil
}

func (r triageRole) Around(context.Context, models.Comment) (models.Around, error) {
	decided := heldComment(otherID)
	decided.Decision = &models.Decision{
		ID: decision, Comment: otherID, Site: site, Decision: models.DecideEdit, By: "user:anne@example.com", At: noon,
		Cuts: []models.Cut{{Begin: 5, End: 13}},
	}
	decided.Status = models.Approved
	parent := pendingComment(otherID)
	t := triage()
	return models.Around{
		Waves:      []models.Wave{{Kind: models.WaveHost, Key: "casino.example", Size: 3, Oldest: noon, Newest: noon}},
		Precedents: []models.Precedent{{Comment: decided, SameWords: true}},
		Author:     models.AuthorStory{Counts: map[models.Status]int{models.Approved: 2, models.Held: 1}, First: noon, Last: []models.Comment{decided}},
		Thread:     models.Thread{Comments: []models.Comment{heldComment(commentID)}, Beats: []models.Beat{{At: noon, Status: models.Held}}},
		Parent:     &parent, Reports: []models.Report{{Reporter: "r1", Reason: "insulte", At: noon}}, Readers: 3,
		Triage: &t, Suggested: models.TriageQuestion,
	}, nil
}

func triage() models.Triage {
	return models.Triage{
		Comment: commentID, Site: site, Kind: models.TriageQuestion, Queue: "sav", Owner: "user:anne@example.com",
		DueAt: noon.Add(24 * time.Hour), By: "key:all", At: noon,
	}
}

func (r triageRole) SetTriage(_ context.Context, t models.TriageRequest) (*models.Triage, error) {
	if t.Kind == "" {
		return nil, nil
	}
	made := triage()
	made.Kind, made.Note = t.Kind, t.Note
	if t.NoAnswer {
		made.DueAt = time.Time{}
	}
	if t.Answered {
		made.AnsweredAt, made.AnsweredBy = noon, t.By
	}
	return &made, nil
}

func (r triageRole) Triaged(context.Context, models.TriageQuery) (models.Page[models.TriagedComment], error) {
	return models.Page[models.TriagedComment]{Items: []models.TriagedComment{{Triage: triage(), Comment: heldComment(commentID)}}, Next: "abc"}, nil
}
