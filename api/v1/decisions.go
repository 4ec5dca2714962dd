package v1

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// decisionIn is what a person decides.
type decisionIn struct {
	Decision string  `json:"decision" validate:"required" enums:"approve,edit,hold,reject,spam,escalate"`
	Reason   string  `json:"reason,omitempty"`
	Note     string  `json:"note,omitempty"`     // for colleagues
	Charter  string  `json:"charter,omitempty"`  // the sentence of the charter that is recalled to the author
	Message  string  `json:"message,omitempty"`  // a few words to the author
	Cuts     []cutIO `json:"cuts,omitempty"`     // of an edit: what is not published
	Queue    string  `json:"queue,omitempty"`    // of an escalation: where to
	Assignee string  `json:"assignee,omitempty"` // of an escalation: who to, as in user:anne@blog.example
	Claim    string  `json:"claim,omitempty"`    // the token of the claim; needed for a review item
}

// cutIO is a piece of the submitted text that is not published; offsets are
// Unicode code points, end exclusive.
type cutIO struct {
	Begin int `json:"begin" minimum:"0"`
	End   int `json:"end" minimum:"1"`
}

// request makes the request that is meant, or tells every fault.
func (in *decisionIn) request(g *gin.Context, id models.CommentID) (models.DecisionRequest, error) {
	err := inputFaults(
		fault(!models.DecisionKind(in.Decision).Valid(), "decision", "must be one of "+join(models.DecisionKinds())),
		short("reason", &in.Reason, maxShort),
		short("note", &in.Note, maxLong),
		short("charter", &in.Charter, maxLong),
		short("message", &in.Message, maxLong),
		short("queue", &in.Queue, maxShort),
		short("assignee", &in.Assignee, maxShort),
		short("claim", &in.Claim, maxShort),
	)
	var cuts []models.Cut
	for _, c := range in.Cuts {
		cuts = append(cuts, models.Cut(c))
	}
	return models.DecisionRequest{
		Comment: id, Site: access.Key(g).Site, Decision: models.DecisionKind(in.Decision), By: access.By(g),
		Reason: in.Reason, Note: in.Note, Reminder: models.Reminder{Charter: in.Charter, Message: in.Message},
		Cuts: cuts, Queue: in.Queue, Assignee: in.Assignee, Claim: in.Claim,
	}, err
}

// decideComment decides from the site's own tools, with no claim.
//
//	@ID		decideComment
//	@Summary	Decide a comment from the site's own tools
//	@Tags		review
//	@Accept		json
//	@Produce	json
//	@Param		id				path		string		true	"The comment's id"
//	@Param		body			body		decisionIn	true	"The decision"
//	@Param		Idempotency-Key	header		string		false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	200				{object}	decisionOut
//	@Failure	400,401,403,404,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/comments/{id}/decision [post]
func (a *API) decideComment(g *gin.Context) { a.decide(g, false) }

// decideItem decides a claimed review item.
//
//	@ID		decideReviewItem
//	@Summary	Decide a claimed review item
//	@Tags		review
//	@Accept		json
//	@Produce	json
//	@Param		id				path		string		true	"The item's id"
//	@Param		body			body		decisionIn	true	"The decision, with the claim's token"
//	@Param		Idempotency-Key	header		string		false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	200				{object}	decisionOut
//	@Failure	400,401,403,404,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/review/items/{id}/decision [post]
func (a *API) decideItem(g *gin.Context) { a.decide(g, true) }

func (a *API) decide(g *gin.Context, claimed bool) {
	id, err := commentID(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	var in decisionIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	r, err := in.request(g, id)
	if claimed && r.Claim == "" {
		err = also(err, []models.FieldError{{Field: "claim", Detail: "must be the token of a claim on this item"}})
	}
	if err != nil {
		problem.Write(g, err)
		return
	}
	d, err := a.Desk.Decide(g.Request.Context(), r)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newDecisionOut(d))
}

// undo takes a decision back.
//
//	@ID			undoDecision
//	@Summary		Take a decision back
//	@Description	Repeats of the comment that went with it come back too; the rest of a wave stays.
//	@Tags		review
//	@Produce	json
//	@Param		id				path		string	true	"The decision's id"
//	@Param		Idempotency-Key	header		string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	200				{object}	decisionOut
//	@Failure	401,403,404,409,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/review/decisions/{id}/undo [post]
func (a *API) undo(g *gin.Context) {
	id, err := plainID(g, "decision")
	if err != nil {
		problem.Write(g, err)
		return
	}
	d, err := a.Desk.Undo(g.Request.Context(), models.UndoRequest{Decision: id, Site: access.Key(g).Site, By: access.By(g)})
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newDecisionOut(d))
}

// plainID reads an id of the path whose form is its keeper's own; what no
// keeper would make is not there.
func plainID(g *gin.Context, what string) (string, error) { return plain(g, "id", what) }

// plain is plainID for a parameter of another name.
func plain(g *gin.Context, param, what string) (string, error) {
	id := g.Param(param)
	for _, r := range id {
		if r <= ' ' || r > '~' || len(id) > maxShort {
			return "", models.Errorf(models.NotFound, "there is no %s of this id", what)
		}
	}
	return id, nil
}
