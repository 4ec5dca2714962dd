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

// checkTimeout bounds how long a check may take.
const checkTimeout = maxWait * time.Second

// explainIn is what a check may ask besides what it is about.
type explainIn struct {
	Explain bool `json:"explain,omitempty"` // with the evidence that needs scoring again
}

// checkDoc is the body of a check as it is documented. It is read in its two
// parts, so that faults name fields as the sender wrote them.
type checkDoc struct { //nolint:unused // the OpenAPI document is made from it
	commentIn
	explainIn
}

// check judges a comment and keeps nothing.
//
//	@ID		check
//	@Summary	Judge a comment and keep nothing
//	@Tags		comments
//	@Accept		json
//	@Produce	json
//	@Param		body			body		checkDoc	true	"The comment"
//	@Param		Accept-Language	header		string	false	"fr or en: the language of the reasons"
//	@Success	200				{object}	verdictOut
//	@Failure	400,401,403,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/check [post]
func (a *API) check(g *gin.Context) {
	var in commentIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	var how explainIn
	if err := decode(g, &how); err != nil {
		problem.Write(g, err)
		return
	}
	c, err := in.comment(access.Key(g).Site)
	if err != nil {
		problem.Write(g, err)
		return
	}
	v, err := a.assess(g, c, how.Explain)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newVerdictOut(v, a.reader(g)))
}

func (a *API) assess(g *gin.Context, c models.Comment, explain bool) (models.Verdict, error) {
	ctx, cancel := context.WithTimeout(g.Request.Context(), checkTimeout)
	defer cancel()
	v, err := a.Moderator.Assess(ctx, c)
	if err == nil && explain && a.Explainer != nil {
		v, err = a.Explainer.Explain(ctx, c, v)
	}
	if err != nil {
		return models.Verdict{}, inTime(ctx, err)
	}
	return v, nil
}
