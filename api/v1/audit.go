package v1

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// Logbook is the log of who did what.
type Logbook interface {
	Entries(ctx context.Context, q models.AuditQuery) (models.Page[models.AuditEntry], error)
}

// auditOut is one line of the log.
type auditOut struct {
	ID      string            `json:"id"`
	At      time.Time         `json:"at"`
	Actor   string            `json:"actor"` // key:ID, user:EMAIL, cli, or tamis for the machine
	Act     string            `json:"act"`
	Subject string            `json:"subject"`
	Detail  map[string]string `json:"detail"`
}

func newAuditOut(e models.AuditEntry) auditOut {
	out := auditOut{ID: e.ID, At: e.At.UTC(), Actor: e.Actor, Act: e.Act, Subject: e.Subject, Detail: e.Detail}
	if out.Detail == nil {
		out.Detail = map[string]string{}
	}
	return out
}

// audit lists who did what on the site.
//
//	@ID			listAudit
//	@Summary		List who did what
//	@Description	Newest first. Entries can't be changed.
//	@Tags			administration
//	@Produce		json
//	@Param			actor	query		string	false	"By whom: key:ID, user:EMAIL, cli, tamis"
//	@Param			act		query		string	false	"What was done, or its beginning up to a dot: key.revoked, key."
//	@Param			subject	query		string	false	"The id of what it was done to"
//	@Param			since	query		string	false	"At or after"	Format(date-time)
//	@Param			until	query		string	false	"Before"		Format(date-time)
//	@Param			cursor	query		string	false	"The next of the page before"
//	@Param			limit	query		int		false	"How many"	minimum(1)	maximum(200)	default(50)
//	@Success		200		{object}	page[auditOut]
//	@Failure		401,403,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/audit [get]
func (a *API) audit(g *gin.Context) {
	q := queryOf(g)
	asked := models.AuditQuery{
		Site: access.Key(g).Site, Actor: q.name("actor"), Act: q.name("act"), Subject: q.name("subject"),
		Since: q.instant("since"), Until: q.instant("until"), Cursor: q.cursor(), Limit: q.limit(),
	}
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Logbook.Entries(g.Request.Context(), asked)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, pageOf(found, newAuditOut))
}
