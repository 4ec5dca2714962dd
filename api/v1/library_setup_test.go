package v1_test

import (
	"context"
	"io"

	"github.com/tamis-moderation/tamis/models"
)

// libraryRole answers about the one comment that there is.
type libraryRole struct{ h *house }

func (r libraryRole) Spread(_ context.Context, q models.ScoreQuery) (models.Spread, error) {
	s := models.Spread{Approved: make([]int64, q.Buckets), Held: make([]int64, q.Buckets), Rejected: make([]int64, q.Buckets)}
	s.Approved[0], s.Held[q.Buckets-1] = 41, 2
	return s, nil
}

func (r libraryRole) Story(_ context.Context, s models.SiteID, id models.CommentID) (models.Comment, models.Story, []models.AuditEntry, error) {
	if s != site || id != commentID {
		return models.Comment{}, models.Story{}, nil, models.Errorf(models.NotFound, "no comment %s", id)
	}
	return heldComment(id), models.Story{
			Decisions:  []models.Decision{{ID: decision, Comment: id, Site: s, Decision: models.DecideApprove, By: "user:anne@example.com", At: noon, UndoneAt: noon}},
			Reports:    []models.Report{{Comment: id, Site: s, Reporter: "r1", Reason: "insulte", At: noon}},
			Deliveries: []models.Delivery{{ID: "d1", Webhook: "h1", Site: s, State: models.DeliveryDone, Attempts: 1, LastStatus: 204, DoneAt: noon, Event: models.Event{ID: "e1", Type: models.CommentJudged, At: noon, Site: s, Comment: id, Status: models.Held, Labels: []models.Label{models.Insult}, Revision: 2}}},
		}, []models.AuditEntry{
			{At: noon, Actor: "tamis", Act: "comment.judged", Detail: map[string]string{"action": "hold"}},
		}, nil
}

func (r libraryRole) Export(_ context.Context, _ models.CommentQuery, w io.Writer) (int, error) {
	return io.WriteString(w, "id,text\n1,bonjour\n")
}

func (r libraryRole) Views(_ context.Context, s models.SiteID, owner string) ([]models.SavedView, error) {
	return []models.SavedView{{ID: "v1", Site: s, Owner: owner, Name: "Insultes", Query: "label=insult", CreatedAt: noon}}, nil
}

func (r libraryRole) SaveView(_ context.Context, v models.SavedView) (models.SavedView, error) {
	v.ID, v.CreatedAt = "v2", noon
	return v, nil
}

func (r libraryRole) DeleteView(context.Context, models.SiteID, string, string) error { return nil }
