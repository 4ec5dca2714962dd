package v1

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// viewIn is a search to be given a name.
type viewIn struct {
	Name   string `json:"name" validate:"required"`
	Query  string `json:"query" validate:"required"` // parameters of the list, as in an address
	Shared bool   `json:"shared,omitempty"`          // shown to everybody of the site
}

// viewOut is a search with a name.
type viewOut struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Query     string    `json:"query"`
	Shared    bool      `json:"shared"`
	Owner     string    `json:"owner"`
	CreatedAt time.Time `json:"created_at"`
}

func newViewOut(v models.SavedView) viewOut {
	return viewOut{ID: v.ID, Name: v.Name, Query: v.Query, Shared: v.Shared, Owner: v.Owner, CreatedAt: v.CreatedAt.UTC()}
}

// views lists the saved searches that the key sees.
//
//	@ID		listViews
//	@Summary	List saved searches: one's own and shared ones
//	@Tags		comments
//	@Produce	json
//	@Success	200	{object}	page[viewOut]
//	@Failure	401,403,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/views [get]
func (a *API) views(g *gin.Context) {
	found, err := a.Library.Views(g.Request.Context(), access.Key(g).Site, access.By(g))
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf(found, newViewOut))
}

// saveView gives a search a name.
//
//	@ID		saveView
//	@Summary	Save a search under a name
//	@Tags		comments
//	@Accept		json
//	@Produce	json
//	@Param		body			body		viewIn	true	"The search"
//	@Param		Idempotency-Key	header		string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	201				{object}	viewOut
//	@Failure	400,401,403,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/views [post]
func (a *API) saveView(g *gin.Context) {
	var in viewIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	v, err := a.Library.SaveView(g.Request.Context(), models.SavedView{
		Site: access.Key(g).Site, Owner: access.By(g), Name: in.Name, Query: in.Query, Shared: in.Shared,
	})
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusCreated, newViewOut(v))
}

// deleteView deletes one of the key's own saved searches.
//
//	@ID		deleteView
//	@Summary	Delete a saved search of one's own
//	@Tags		comments
//	@Param		id	path	string	true	"The view's id"
//	@Success	204
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/views/{id} [delete]
func (a *API) deleteView(g *gin.Context) {
	if err := a.Library.DeleteView(g.Request.Context(), access.Key(g).Site, g.Param("id"), access.By(g)); err != nil {
		problem.Write(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}
