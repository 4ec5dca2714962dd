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

// siteEdit changes what is given.
type siteEdit struct {
	Name     *string `json:"name,omitempty"`
	Locale   *string `json:"locale,omitempty" enums:"fr,en"` // the language of reasons and of what authors read
	KeepText *bool   `json:"keep_text,omitempty"`            // feedback keeps the text of comments that are not kept otherwise
}

// changeSite changes the settings of the key's own site.
//
//	@ID		changeSite
//	@Summary	Change the site's name, language or what feedback keeps
//	@Tags		administration
//	@Accept		json
//	@Produce	json
//	@Param		id		path		string		true	"The site's id"
//	@Param		body	body		siteEdit	true	"What changes"
//	@Success	200		{object}	siteOut
//	@Failure	400,401,403,404,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/sites/{id} [patch]
func (a *API) changeSite(g *gin.Context) {
	own := access.Key(g).Site
	if g.Param("id") != string(own) {
		problem.Write(g, models.Errorf(models.NotFound, "there is no site of this id"))
		return
	}
	var in siteEdit
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	site, err := a.Sites.Site(g.Request.Context(), own)
	if err == nil {
		err = in.over(&site)
	}
	if err == nil {
		site, err = a.SiteActs.Change(g.Request.Context(), site, access.By(g))
	}
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newSiteOut(site))
}

// over lays what is given over a site.
func (in *siteEdit) over(s *models.Site) error {
	var faults []*models.FieldError
	if in.Name != nil {
		faults = append(faults, short("name", in.Name, maxName))
		s.Name = *in.Name
	}
	if in.Locale != nil {
		faults = append(faults, fault(*in.Locale != "fr" && *in.Locale != "en", "locale", "must be fr or en"))
		s.Locale = *in.Locale
	}
	if in.KeepText != nil {
		s.KeepText = *in.KeepText
	}
	return inputFaults(faults...)
}
