package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

func (c *Console) teamRoutes() []route {
	return []route{
		{"GET /settings/team", models.ActTeam, c.teamPage},
		{"POST /settings/team", models.ActTeam, c.invite},
		{"GET /settings/team/{id}", models.ActTeam, c.colleaguePage},
		{"POST /settings/team/{id}", models.ActTeam, c.changeColleague},
		{"POST /settings/team/{id}/link", models.ActTeam, c.linkColleague},
		{"POST /settings/team/{id}/access", models.ActTeam, c.switchColleague},
		{"POST /settings/team/{id}/totp", models.ActTeam, c.resetTOTP},
		{"POST /settings/team/{id}/sessions/{session}/end", models.ActTeam, c.signOutColleague},
	}
}

type teamData struct {
	Team   []models.User
	Roles  []models.Role // that the person may give
	Person models.User   // as the form has it
	Link   string        // one-time, shown this once
	Faults map[string]string

	Sessions []models.Session // of the person
}

func (c *Console) teamPage(w http.ResponseWriter, r *http.Request) error {
	return c.showTeam(w, r, http.StatusOK, teamData{Person: models.User{Role: models.RoleModerator}})
}

func (c *Console) showTeam(w http.ResponseWriter, r *http.Request, status int, data teamData) error {
	var err error
	if data.Team, err = c.deps.People.Team(r.Context(), viewOf(r).steward()); err != nil {
		return err
	}
	data.Roles = givable(viewOf(r).User)
	return c.renderAs(w, r, status, "team", data)
}

func givable(by models.User) []models.Role {
	return slices.DeleteFunc(models.Roles(), func(role models.Role) bool {
		return by.Role != models.RoleAdmin && !by.Role.Outranks(role)
	})
}

func (c *Console) invite(w http.ResponseWriter, r *http.Request) error {
	want, err := personOf(r)
	var made models.User
	var secret string
	if err == nil {
		made, secret, err = c.deps.People.Invite(r.Context(), viewOf(r).steward(), want)
	}
	found := faults(err)
	if models.KindOf(err) == models.Conflict {
		found = map[string]string{"email_taken": ""}
	}
	if found != nil {
		return c.showTeam(w, r, http.StatusUnprocessableEntity, teamData{Person: want, Faults: found})
	}
	if err != nil {
		return err
	}
	return c.showTeam(w, r, http.StatusOK, teamData{
		Person: models.User{Role: models.RoleModerator}, Link: c.link(r, secret), Faults: map[string]string{"made": made.Email},
	})
}

func (c *Console) colleaguePage(w http.ResponseWriter, r *http.Request) error {
	return c.showColleague(w, r, http.StatusOK, teamData{})
}

func (c *Console) showColleague(w http.ResponseWriter, r *http.Request, status int, data teamData) error {
	found, err := c.deps.People.Colleague(r.Context(), viewOf(r).steward(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if data.Person.ID == "" {
		data.Person = found
	}
	if data.Sessions, err = c.deps.People.SessionsOf(r.Context(), viewOf(r).steward(), found.ID); err != nil {
		return err
	}
	data.Roles = givable(viewOf(r).User)
	return c.renderAs(w, r, status, "colleague", data)
}

func (c *Console) changeColleague(w http.ResponseWriter, r *http.Request) error {
	want, err := personOf(r)
	want.ID = r.PathValue("id")
	if err == nil {
		err = c.deps.People.ChangeColleague(r.Context(), viewOf(r).steward(), want.ID, want)
	}
	if found := faults(err); found != nil {
		return c.showColleague(w, r, http.StatusUnprocessableEntity, teamData{Person: want, Faults: found})
	}
	if err != nil {
		return err
	}
	c.flash(w, r, "team.changed")
	return c.back(w, r, "/settings/team/"+url.PathEscape(want.ID))
}

func (c *Console) linkColleague(w http.ResponseWriter, r *http.Request) error {
	secret, err := c.deps.People.LinkFor(r.Context(), viewOf(r).steward(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return c.showColleague(w, r, http.StatusOK, teamData{Link: c.link(r, secret)})
}

func (c *Console) switchColleague(w http.ResponseWriter, r *http.Request) error {
	on := r.PostFormValue("on") != ""
	if err := c.deps.People.SetAccess(r.Context(), viewOf(r).steward(), r.PathValue("id"), on); err != nil {
		return err
	}
	c.flash(w, r, map[bool]string{true: "team.enabled", false: "team.disabled"}[on])
	return c.back(w, r, "/settings/team/"+url.PathEscape(r.PathValue("id")))
}

// resetTOTP is for somebody who lost telephone and recovery codes.
func (c *Console) resetTOTP(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := c.deps.People.ResetTOTP(r.Context(), viewOf(r).steward(), id); err != nil {
		return err
	}
	c.flash(w, r, "team.totp_off")
	return c.back(w, r, "/settings/team/"+url.PathEscape(id))
}

// signOutColleague ends one of a colleague's sessions.
func (c *Console) signOutColleague(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := c.deps.People.EndSessionOf(r.Context(), viewOf(r).steward(), id, r.PathValue("session")); err != nil {
		return err
	}
	c.flash(w, r, "account.session_ended")
	return c.back(w, r, "/settings/team/"+url.PathEscape(id))
}

// personOf reads the form of an account. A site that is ticked without sections
// is the whole site; no site ticked is every site.
func personOf(r *http.Request) (models.User, error) {
	u := models.User{Email: r.PostFormValue("email"), Name: strings.TrimSpace(r.PostFormValue("name")), Role: models.Role(r.PostFormValue("role"))}
	for _, site := range r.PostForm["scope"] {
		s := models.SiteScope{Site: models.SiteID(site)}
		for section := range strings.SplitSeq(r.PostFormValue("sections."+site), ",") {
			if section = strings.TrimSpace(section); section != "" {
				s.Sections = append(s.Sections, section)
			}
		}
		u.Scope = append(u.Scope, s)
	}
	var err error
	u.ExpiresAt, err = dayOf(r, "expires_at")
	return u, err
}

// link is the address of a one-time link, as the person's browser knows the service.
func (c *Console) link(r *http.Request, secret string) string {
	return models.SignInAddress(c.deps.PublicURL, r.Host, secret)
}

// ScopeOf gives what a person has of a site, for the form's ticks.
func (d teamData) ScopeOf(site models.SiteID) *scopeTick {
	for _, s := range d.Person.Scope {
		if s.Site == site {
			return &scopeTick{Sections: strings.Join(s.Sections, ", ")}
		}
	}
	return nil
}

type scopeTick struct{ Sections string }
