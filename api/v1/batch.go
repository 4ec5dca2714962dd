package v1

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// maxBatch is how many comments one request may carry.
const maxBatch = 256

// batchIn keeps its comments raw, so that one that can't be read costs the
// others nothing.
type batchIn struct {
	Comments []json.RawMessage `json:"comments" validate:"required"`
}

// batchDoc is batchIn as it is documented.
type batchDoc struct { //nolint:unused // the OpenAPI document is made from it
	Comments []commentIn `json:"comments" validate:"required" minItems:"1" maxItems:"256"`
}

// batchOut answers each comment in the order sent.
type batchOut struct {
	Results []resultOut `json:"results"`
}

// resultOut is what became of one comment: its id and status, or its problem.
type resultOut struct {
	Index   int               `json:"index"`
	ID      models.CommentID  `json:"id,omitempty"`
	Status  models.Status     `json:"status,omitempty"`
	Problem *problem.Document `json:"problem,omitempty"`
}

// submitBatch takes up to 256 comments; one that is refused costs the others
// nothing.
//
//	@ID			submitBatch
//	@Summary		Submit up to 256 comments
//	@Description	Each result has the comment's id and status, or its problem, in the order sent.
//	@Tags			comments
//	@Accept			json
//	@Produce		json
//	@Param			body			body		batchDoc	true	"The comments"
//	@Param			Idempotency-Key	header		string		false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success		202				{object}	batchOut
//	@Failure		400,401,403,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/comments/batch [post]
func (a *API) submitBatch(g *gin.Context) {
	raw, err := body.Read(g, body.BatchLimit)
	if err != nil {
		problem.Write(g, err)
		return
	}
	var in batchIn
	if err := body.Decode(raw, &in); err != nil {
		problem.Write(g, err)
		return
	}
	if n := len(in.Comments); n < 1 || n > maxBatch {
		detail := fmt.Sprintf("must hold 1 to %d comments, not %d", maxBatch, n)
		problem.Write(g, models.Fields(models.FieldError{Field: "comments", Detail: detail}))
		return
	}
	b := readBatch(g, in.Comments)
	if err := a.submitGood(g, b); err != nil {
		problem.Write(g, err)
		return
	}
	if b.unsettled() {
		forget(g) // a repetition may do better
	}
	respond(g, http.StatusAccepted, batchOut{Results: b.results})
}

// batch is what became of each comment of a request so far.
type batch struct {
	results []resultOut
	good    []models.Comment
	indexes []int // of good, in results
}

// readBatch sorts the comments that can be submitted from those that can't.
func readBatch(g *gin.Context, raws []json.RawMessage) *batch {
	b := &batch{results: make([]resultOut, len(raws))}
	for i, raw := range raws {
		b.results[i].Index = i
		c, err := readItem(raw, access.Key(g).Site)
		if err != nil {
			b.refuse(i, err)
			continue
		}
		c.ID = derivedID(g, strconv.Itoa(i))
		b.good = append(b.good, c)
		b.indexes = append(b.indexes, i)
	}
	return b
}

func readItem(raw json.RawMessage, site models.SiteID) (models.Comment, error) {
	var in commentIn
	if err := body.Decode(raw, &in); err != nil {
		return models.Comment{}, err
	}
	if in.DoNotStore {
		return models.Comment{}, models.Fields(models.FieldError{Field: "do_not_store", Detail: "can't be asked for in a batch"})
	}
	return in.comment(site)
}

// submitGood submits what can be, in one call.
func (a *API) submitGood(g *gin.Context, b *batch) error {
	if len(b.good) == 0 {
		return nil
	}
	done, err := a.Moderator.SubmitBatch(g.Request.Context(), b.good)
	if err != nil {
		return err
	}
	if len(done) != len(b.good) {
		return fmt.Errorf("submit batch: %d results for %d comments", len(done), len(b.good))
	}
	for n, d := range done {
		i := b.indexes[n]
		if d.Err != nil {
			b.refuse(i, d.Err)
			continue
		}
		b.results[i].ID, b.results[i].Status = d.ID, d.Status
	}
	return nil
}

// refuse tells the problem of one comment, its fields named from the top.
func (b *batch) refuse(i int, err error) {
	at := fmt.Sprintf("comments[%d]", i)
	if e, ok := errors.AsType[*models.Error](err); ok {
		named := *e
		named.Fields = each(e.Fields, func(f models.FieldError) models.FieldError {
			f.Field = at + "." + f.Field
			return f
		})
		if e.Kind == models.Malformed && len(e.Fields) == 0 {
			named.Msg = at + " can't be read: a JSON object is needed"
			named.Fields = []models.FieldError{{Field: at, Detail: "must be a JSON object"}}
		}
		err = &named
	}
	d := problem.Of(err)
	b.results[i].Problem = &d
}

// unsettled reports whether a comment was refused for a reason that may pass.
func (b *batch) unsettled() bool {
	for _, r := range b.results {
		if r.Problem != nil && (r.Problem.Status >= http.StatusInternalServerError || r.Problem.Status == http.StatusTooManyRequests) {
			return true
		}
	}
	return false
}
