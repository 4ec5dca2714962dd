package v1

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// reportIn is a reader's flag.
type reportIn struct {
	Reason   string `json:"reason" validate:"required"`
	Reporter string `json:"reporter,omitempty"` // the site's id of the reader; one flag a reader counts
}

// reportOut tells how many readers flagged the comment so far.
type reportOut struct {
	Reports int `json:"reports"`
}

// report records a reader's flag.
//
//	@ID		reportComment
//	@Summary	Report a comment, for a reader
//	@Tags		comments
//	@Accept		json
//	@Produce	json
//	@Param		id				path		string		true	"The comment's id"
//	@Param		body			body		reportIn	true	"The flag"
//	@Param		Idempotency-Key	header		string		false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	200				{object}	reportOut
//	@Failure	400,401,403,404,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/comments/{id}/reports [post]
func (a *API) report(g *gin.Context) {
	id, err := commentID(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	var in reportIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	if err := inputFaults(needed("reason", &in.Reason, maxShort), short("reporter", &in.Reporter, maxShort)); err != nil {
		problem.Write(g, err)
		return
	}
	n, err := a.Comments.Report(g.Request.Context(), models.Report{
		Comment: id, Site: access.Key(g).Site, Reason: in.Reason, Reporter: in.Reporter, At: a.Now().UTC(),
	})
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, reportOut{Reports: n})
}
