package v1

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// siteOut is a site.
type siteOut struct {
	ID        models.SiteID `json:"id"`
	Name      string        `json:"name"`
	Locale    string        `json:"locale"`
	KeepText  bool          `json:"keep_text"`
	CreatedAt time.Time     `json:"created_at"`
}

func newSiteOut(s models.Site) siteOut {
	return siteOut{ID: s.ID, Name: s.Name, Locale: s.Locale, KeepText: s.KeepText, CreatedAt: s.CreatedAt.UTC()}
}

// sites shows the key's own site: others are none of its business.
//
//	@ID		listSites
//	@Summary	Show the key's own site
//	@Tags		administration
//	@Produce	json
//	@Success	200	{object}	page[siteOut]
//	@Failure	401,403,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/sites [get]
func (a *API) sites(g *gin.Context) {
	s, err := a.Sites.Site(g.Request.Context(), access.Key(g).Site)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf([]models.Site{s}, newSiteOut))
}
