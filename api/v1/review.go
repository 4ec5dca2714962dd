package v1

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// How many items one claim may take.
const (
	defaultClaim = 10
	maxClaim     = 100
)

// itemOut is a held comment that waits for a person. Its id is the comment's.
type itemOut struct {
	ID        models.CommentID `json:"id"`
	Comment   commentOut       `json:"comment"`
	Urgency   float64          `json:"urgency"` // the highest comes first
	FiledAt   time.Time        `json:"filed_at"`
	Escalated bool             `json:"escalated"`
	Queue     string           `json:"queue,omitempty"`    // where it was sent to
	Assignee  string           `json:"assignee,omitempty"` // who it was sent to
	Hard      bool             `json:"hard"`               // reading it may hurt
	Repeats   int              `json:"repeats"`            // how often its author sent it again; they are decided with it
	Claim     *claimOut        `json:"claim,omitempty"`    // left out when nobody holds it
}

// claimOut is who holds an item. The token is shown to its holder alone.
type claimOut struct {
	Token string    `json:"token,omitempty"`
	By    string    `json:"by"`
	Until time.Time `json:"until"`
}

// claimIn asks for items.
type claimIn struct {
	Limit *int   `json:"limit,omitempty" minimum:"1" maximum:"100" default:"10"`
	Token string `json:"token,omitempty"` // of the claim to go on with: it holds what it has longer and is filled up
	Item  string `json:"item,omitempty"`  // this item alone, instead of the most urgent
	Queue string `json:"queue,omitempty"` // of this named queue
	Mixed bool   `json:"mixed,omitempty"` // one hard item at a time while there are others
	Calm  bool   `json:"calm,omitempty"`  // no hard items
}

// claimedOut is what a claim got.
type claimedOut struct {
	Token string    `json:"token"`
	Until time.Time `json:"until"`
	Items []itemOut `json:"items"`
}

// wireItem gives what turns review items into answers for the reader of g.
func (a *API) wireItem(g *gin.Context) func(models.ReviewItem) itemOut {
	wire, by := a.wireComment(g), access.By(g)
	return func(i models.ReviewItem) itemOut {
		out := itemOut{
			ID: i.Comment.ID, Comment: wire(i.Comment), Urgency: i.Urgency, FiledAt: i.FiledAt.UTC(), Escalated: i.Escalated,
			Queue: i.Queue, Assignee: i.Assignee, Hard: i.Hard, Repeats: i.Repeats,
		}
		if i.Claim == nil {
			return out
		}
		out.Claim = &claimOut{By: i.Claim.By, Until: i.Claim.Until.UTC()}
		if i.Claim.By == by {
			out.Claim.Token = i.Claim.Token
		}
		return out
	}
}

// items shows the queue.
//
//	@ID		listReviewItems
//	@Summary	List the review queue, most urgent first
//	@Tags		review
//	@Produce	json
//	@Param		cursor			query		string	false	"The next of the page before"
//	@Param		limit			query		int		false	"How many"	minimum(1)	maximum(200)	default(50)
//	@Param		Accept-Language	header		string	false	"fr or en: the language of the reasons"
//	@Success	200				{object}	page[itemOut]
//	@Failure	401,403,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/review/items [get]
func (a *API) items(g *gin.Context) {
	q := queryOf(g)
	want := models.ReviewQuery{Site: access.Key(g).Site, Cursor: q.cursor(), Limit: q.limit()}
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Desk.Items(g.Request.Context(), want)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, pageOf(found, a.wireItem(g)))
}

// claim leases the most urgent items that nobody holds.
//
//	@ID			claimReviewItems
//	@Summary		Claim the most urgent items
//	@Description	Nobody else gets them until the lease ends, they are decided or they are released.
//	@Tags			review
//	@Accept			json
//	@Produce		json
//	@Param			body	body		claimIn	false	"How many; may be left out"
//	@Success		200		{object}	claimedOut
//	@Failure		400,401,403,404,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/review/claims [post]
func (a *API) claim(g *gin.Context) {
	var in claimIn
	if err := decodeIfAny(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	limit := defaultClaim
	if in.Limit != nil {
		limit = *in.Limit
	}
	err := inputFaults(
		fault(limit < 1 || limit > maxClaim, "limit", fmt.Sprintf("must be from 1 to %d", maxClaim)),
		short("token", &in.Token, maxShort), short("item", &in.Item, maxShort), short("queue", &in.Queue, maxShort),
	)
	if err != nil {
		problem.Write(g, err)
		return
	}
	got, err := a.Desk.Claim(g.Request.Context(), models.ClaimRequest{
		Site: access.Key(g).Site, By: access.By(g), Limit: limit, Token: in.Token, Comment: models.CommentID(in.Item),
		Queue: in.Queue, Mixed: in.Mixed, Calm: in.Calm,
	})
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, claimedOut{Token: got.Token, Until: got.Until.UTC(), Items: each(got.Items, a.wireItem(g))})
}

// release gives the items of a claim back.
//
//	@ID		releaseClaim
//	@Summary	Give the items of a claim back
//	@Tags		review
//	@Param		token	path	string	true	"The claim's token"
//	@Success	204
//	@Failure	401,403,409,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/review/claims/{token} [delete]
func (a *API) release(g *gin.Context) {
	if err := a.Desk.Release(g.Request.Context(), access.Key(g).Site, g.Param("token")); err != nil {
		problem.Write(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}
