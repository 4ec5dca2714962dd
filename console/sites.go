package console

import (
	"context"
	"net/http"

	"github.com/tamis-moderation/tamis/models"
)

// SiteActs administers tenants.
type SiteActs interface {
	Add(ctx context.Context, id, name, locale, by string) (models.Site, error)
	Change(ctx context.Context, site models.Site, by string) (models.Site, error)
}

func (c *Console) sitesRoutes() []route {
	return []route{
		{"GET /settings/sites", models.ActSites, c.sitesPage},
		{"POST /settings/sites", models.ActSites, c.addSite},
		{"POST /settings/sites/change", models.ActSites, c.changeSite},
	}
}

type sitesData struct {
	New    models.Site
	Faults map[string]string
}

func (c *Console) sitesPage(w http.ResponseWriter, r *http.Request) error {
	return c.render(w, r, "sites", sitesData{New: models.Site{Locale: viewOf(r).Lang}})
}

func (c *Console) addSite(w http.ResponseWriter, r *http.Request) error {
	want := models.Site{ID: models.SiteID(r.PostFormValue("id")), Name: r.PostFormValue("name"), Locale: r.PostFormValue("locale")}
	made, err := c.deps.SiteActs.Add(r.Context(), string(want.ID), want.Name, want.Locale, viewOf(r).by())
	data := sitesData{New: want, Faults: faults(err)}
	if models.KindOf(err) == models.Conflict {
		data.Faults = map[string]string{"site_taken": ""}
	}
	if data.Faults != nil {
		return c.renderAs(w, r, http.StatusUnprocessableEntity, "sites", data)
	}
	if err != nil {
		return err
	}
	c.flash(w, r, "sites.added", "Name", made.Name)
	return c.back(w, r, "/settings/sites?site="+string(made.ID))
}

// changeSite changes the site that the form names, which is the page's.
func (c *Console) changeSite(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	site := v.Site
	site.Name, site.Locale, site.KeepText = r.PostFormValue("name"), r.PostFormValue("locale"), r.PostFormValue("keep_text") != ""
	site, err := c.deps.SiteActs.Change(r.Context(), site, v.by())
	if err != nil {
		return err
	}
	c.flash(w, r, "sites.changed", "Name", site.Name)
	return c.back(w, r, "/settings/sites")
}
