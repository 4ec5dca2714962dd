package v1

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// queueOut is the head of the queue.
type queueOut struct {
	Items   []entryOut     `json:"items"`
	Waiting int            `json:"waiting"` // counting stops at 2,000
	Oldest  *time.Time     `json:"oldest"`  // among the items; null when there is none
	Named   map[string]int `json:"named"`   // how many wait in each named queue
}

// entryOut is a review item without its text.
type entryOut struct {
	ID        models.CommentID `json:"id"`
	Urgency   float64          `json:"urgency"`
	FiledAt   time.Time        `json:"filed_at"`
	Labels    []models.Label   `json:"labels"`
	Author    string           `json:"author,omitempty"`
	Escalated bool             `json:"escalated"`
	Queue     string           `json:"queue,omitempty"`
	Assignee  string           `json:"assignee,omitempty"`
	Hard      bool             `json:"hard"`
	ClaimedBy string           `json:"claimed_by,omitempty"`
	Family    string           `json:"family,omitempty"` // shared by items of nearly the same words: the key of their wave
}

func newEntryOut(e models.QueueEntry) entryOut {
	out := entryOut{
		ID: e.Comment, Urgency: e.Urgency, FiledAt: e.FiledAt.UTC(), Labels: e.Labels, Author: e.Author, Escalated: e.Escalated,
		Queue: e.Queue, Assignee: e.Assignee, Hard: e.Hard, ClaimedBy: e.ClaimedBy, Family: e.Family,
	}
	if out.Labels == nil {
		out.Labels = []models.Label{}
	}
	return out
}

// queue shows the head of the queue, without texts.
//
//	@ID			readQueue
//	@Summary		Read the head of the queue, without texts
//	@Description	Light enough to be asked for at every change. What was sent to a person or to another queue, or was passed on by the key itself, is not in it.
//	@Tags			review
//	@Produce		json
//	@Param			queue	query		string	false	"Of this named queue"
//	@Param			calm	query		bool	false	"Without hard items"
//	@Param			limit	query		int		false	"How many"	minimum(1)	maximum(200)	default(50)
//	@Success		200		{object}	queueOut
//	@Failure		401,403,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/review/queue [get]
func (a *API) queue(g *gin.Context) {
	q := queryOf(g)
	want := models.QueueQuery{
		Site: access.Key(g).Site, By: access.By(g), Queue: q.name("queue"), Calm: q.yes("calm"), Limit: q.limit(),
	}
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	head, err := a.Hands.Queue(g.Request.Context(), want)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, queueOut{
		Items: each(head.Entries, newEntryOut), Waiting: head.Waiting, Oldest: timeOrNull(head.Oldest), Named: head.Named,
	})
}

// item shows one open item.
//
//	@ID		getReviewItem
//	@Summary	Read an open review item
//	@Tags		review
//	@Produce	json
//	@Param		id				path		string	true	"The item's id"
//	@Param		Accept-Language	header		string	false	"fr or en: the language of the reasons"
//	@Success	200				{object}	itemOut
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/review/items/{id} [get]
func (a *API) item(g *gin.Context) {
	id, err := commentID(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Hands.Item(g.Request.Context(), access.Key(g).Site, id)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, a.wireItem(g)(found))
}

// skipIn gives an item back.
type skipIn struct {
	Claim string `json:"claim" validate:"required"` // the token of the claim
}

// skip leaves an item to others.
//
//	@ID		skipReviewItem
//	@Summary	Leave a claimed item to others for the day
//	@Tags		review
//	@Accept		json
//	@Param		id				path	string	true	"The item's id"
//	@Param		body			body	skipIn	true	"The claim"
//	@Param		Idempotency-Key	header	string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	204
//	@Failure	400,401,403,404,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/review/items/{id}/skip [post]
func (a *API) skip(g *gin.Context) {
	id, err := commentID(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	var in skipIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	if err := inputFaults(needed("claim", &in.Claim, maxShort)); err != nil {
		problem.Write(g, err)
		return
	}
	err = a.Hands.Skip(g.Request.Context(), models.SkipRequest{Site: access.Key(g).Site, Comment: id, Claim: in.Claim, By: access.By(g)})
	if err != nil {
		problem.Write(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}

// stack lists the caller's own decisions.
//
//	@ID		listOwnDecisions
//	@Summary	List the key's own decisions that stand, the latest first
//	@Tags		review
//	@Produce	json
//	@Param		limit	query		int	false	"How many"	minimum(1)	maximum(200)	default(50)
//	@Success	200		{object}	page[decisionOut]
//	@Failure	401,403,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/review/decisions [get]
func (a *API) stack(g *gin.Context) {
	q := queryOf(g)
	limit := q.limit()
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Hands.Stack(g.Request.Context(), access.Key(g).Site, access.By(g), limit)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf(found, newDecisionOut))
}

// undoLast takes the caller's latest act back.
//
//	@ID			undoLastDecision
//	@Summary		Take the key's latest decision back
//	@Description	A wave goes back as one. Asked again, it takes back the one before.
//	@Tags			review
//	@Produce		json
//	@Param			Idempotency-Key	header		string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success		200				{object}	outcomeOut
//	@Failure		401,403,404,409,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/review/decisions/undo [post]
func (a *API) undoLast(g *gin.Context) {
	out, err := a.Hands.UndoLast(g.Request.Context(), access.Key(g).Site, access.By(g))
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newOutcomeOut(out))
}
