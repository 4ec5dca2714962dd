package v1

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// eventOut is one change: ids and labels, never text.
type eventOut struct {
	Type    models.EventType `json:"type"`
	ID      string           `json:"id"`
	At      time.Time        `json:"at"`
	Site    models.SiteID    `json:"site"`
	Comment *eventComment    `json:"comment"` // null for a test
}

// eventComment is the comment that changed. Of two events about it, the one of
// the higher revision tells how it stands.
type eventComment struct {
	ID         models.CommentID `json:"id"`
	ExternalID *string          `json:"external_id"`
	Status     models.Status    `json:"status"`
	Labels     []models.Label   `json:"labels"`
	Revision   int64            `json:"revision"`
}

func newEventOut(e models.Event) eventOut {
	out := eventOut{Type: e.Type, ID: e.ID, At: e.At.UTC(), Site: e.Site}
	if e.Comment == "" {
		return out
	}
	out.Comment = &eventComment{
		ID: e.Comment, ExternalID: orNull(e.ExternalID), Status: e.Status, Labels: e.Labels, Revision: e.Revision,
	}
	if e.Labels == nil {
		out.Comment.Labels = []models.Label{}
	}
	return out
}

// events feeds sites that can't receive webhooks.
//
//	@ID			listEvents
//	@Summary		Read the events of the site
//	@Description	Oldest first. `next` is where to go on, later too: keep it.
//	@Tags			comments
//	@Produce		json
//	@Param			cursor	query		string	false	"The next of the page before"
//	@Param			limit	query		int		false	"How many"	minimum(1)	maximum(200)	default(50)
//	@Success		200		{object}	page[eventOut]
//	@Failure		401,403,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/events [get]
func (a *API) events(g *gin.Context) {
	q := queryOf(g)
	cursor, limit := q.cursor(), q.limit()
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Feed.Events(g.Request.Context(), access.Key(g).Site, cursor, limit)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, pageOf(found, newEventOut))
}
