package webhook

import (
	"encoding/json"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// eventBody is the payload of a delivery: ids and labels, never text.
type eventBody struct {
	Type    models.EventType `json:"type"`
	ID      string           `json:"id"`
	At      time.Time        `json:"at"`
	Site    models.SiteID    `json:"site"`
	Comment *eventComment    `json:"comment,omitempty"`
}

type eventComment struct {
	ID         models.CommentID `json:"id"`
	ExternalID *string          `json:"external_id"`
	Status     models.Status    `json:"status"`
	Labels     []models.Label   `json:"labels"`
	Revision   int64            `json:"revision"`
}

func encode(e models.Event) ([]byte, error) {
	body := eventBody{Type: e.Type, ID: e.ID, At: e.At.UTC(), Site: e.Site}
	if e.Comment != "" {
		c := &eventComment{ID: e.Comment, Status: e.Status, Labels: e.Labels, Revision: e.Revision}
		if c.Labels == nil {
			c.Labels = []models.Label{}
		}
		if e.ExternalID != "" {
			c.ExternalID = &e.ExternalID
		}
		body.Comment = c
	}
	return json.Marshal(body)
}
