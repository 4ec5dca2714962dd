package v1

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// People administers the accounts of the console within what a steward may:
// any other account is NotFound.
type People interface {
	Team(ctx context.Context, by models.Steward) ([]models.User, error)
	Colleague(ctx context.Context, by models.Steward, id string) (models.User, error)
	// Invite makes an account and the secret of its first sign-in link.
	Invite(ctx context.Context, by models.Steward, want models.User) (models.User, string, error)
	// ChangeColleague replaces name, role, scope and the end of access.
	ChangeColleague(ctx context.Context, by models.Steward, id string, want models.User) error
	SetAccess(ctx context.Context, by models.Steward, id string, works bool) error
}

// maxSections is how many sections of a site one scope may name.
const maxSections = 100

// personOut is a person of the console, without anything that lets them in.
type personOut struct {
	ID         string          `json:"id"`
	Email      string          `json:"email"`
	Name       string          `json:"name"`
	Role       models.Role     `json:"role" enums:"admin,manager,moderator,helper,auditor"`
	Scope      []siteScopeWire `json:"scope"`
	SecondStep bool            `json:"second_step"` // signing in takes a code of an app
	CreatedAt  time.Time       `json:"created_at"`
	ExpiresAt  *time.Time      `json:"expires_at"`  // null: access does not end by itself
	DisabledAt *time.Time      `json:"disabled_at"` // null while the account works
	Link       string          `json:"link,omitempty"`
}

// siteScopeWire is a site, or some sections of it, in both directions.
type siteScopeWire struct {
	Site     models.SiteID `json:"site" validate:"required"`
	Sections []string      `json:"sections,omitempty" maxItems:"100"` // left out: all of the site
}

// personIn asks for an account.
type personIn struct {
	Email     string          `json:"email" validate:"required"`
	Name      string          `json:"name,omitempty"`
	Role      string          `json:"role" validate:"required" enums:"admin,manager,moderator,helper,auditor"`
	Scope     []siteScopeWire `json:"scope,omitempty"` // left out: the key's whole site
	ExpiresAt string          `json:"expires_at,omitempty" format:"date-time"`
}

// personEdit changes what is given.
type personEdit struct {
	Name      *string          `json:"name,omitempty"`
	Role      *string          `json:"role,omitempty" enums:"admin,manager,moderator,helper,auditor"`
	Scope     *[]siteScopeWire `json:"scope,omitempty"`
	ExpiresAt *string          `json:"expires_at,omitempty"` // as in 2030-01-31T15:04:05Z; empty: access does not end by itself
}

func newPersonOut(u models.User) personOut {
	return personOut{
		ID: u.ID, Email: u.Email, Name: u.Name, Role: u.Role, SecondStep: u.TOTPSecret != "",
		Scope:     each(u.Scope, func(s models.SiteScope) siteScopeWire { return siteScopeWire(s) }),
		CreatedAt: u.CreatedAt.UTC(), ExpiresAt: timeOrNull(u.ExpiresAt), DisabledAt: timeOrNull(u.DisabledAt),
	}
}

// person makes the account that is meant, or tells every fault of its form.
func (in *personIn) person(site models.SiteID, now time.Time) (models.User, error) {
	if len(in.Scope) == 0 {
		in.Scope = []siteScopeWire{{Site: site}}
	}
	edit := personEdit{Name: &in.Name, Role: &in.Role, Scope: &in.Scope, ExpiresAt: &in.ExpiresAt}
	fault := needed("email", &in.Email, maxShort)
	u, err := edit.over(models.User{Email: in.Email}, now)
	if fault != nil {
		err = also(err, []models.FieldError{*fault})
	}
	return u, err
}

// over lays what is given over an account.
func (in *personEdit) over(u models.User, now time.Time) (models.User, error) {
	var faults []*models.FieldError
	if in.Name != nil {
		faults = append(faults, short("name", in.Name, maxName))
		u.Name = *in.Name
	}
	if in.Role != nil {
		u.Role = models.Role(*in.Role)
		faults = append(faults, fault(!slices.Contains(models.Roles(), u.Role), "role", "must be one of "+join(models.Roles())))
	}
	if in.Scope != nil {
		u.Scope = each(*in.Scope, func(s siteScopeWire) models.SiteScope { return models.SiteScope(s) })
		faults = append(faults, scopeFaults(u.Scope)...)
	}
	if in.ExpiresAt != nil {
		at, ok := instant(*in.ExpiresAt)
		faults = append(faults, fault(*in.ExpiresAt != "" && (!ok || !at.After(now)), "expires_at", "must be a time to come, as in 2030-01-31T15:04:05Z"))
		u.ExpiresAt = at
	}
	return u, inputFaults(faults...)
}

func scopeFaults(scope []models.SiteScope) []*models.FieldError {
	faults := []*models.FieldError{fault(len(scope) == 0, "scope", "must name a site")}
	for i, s := range scope {
		field := fmt.Sprintf("scope[%d].sections", i)
		faults = append(faults, fault(len(s.Sections) > maxSections, field, fmt.Sprintf("must be up to %d", maxSections)))
		for j := range s.Sections {
			faults = append(faults, needed(fmt.Sprintf("%s[%d]", field, j), &s.Sections[j], maxShort))
		}
	}
	return faults
}

// people lists the accounts that the key may change.
//
//	@ID			listPeople
//	@Summary		List the people of the site
//	@Description	Those whose access lies within the key's site. People of several sites are the operator's.
//	@Tags			people
//	@Produce		json
//	@Success		200	{object}	page[personOut]
//	@Failure		401,403,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/people [get]
func (a *API) people(g *gin.Context) {
	found, err := a.People.Team(g.Request.Context(), access.Key(g).Steward())
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf(found, newPersonOut))
}

// person shows one account.
//
//	@ID		getPerson
//	@Summary	Read a person's account
//	@Tags		people
//	@Produce	json
//	@Param		id	path		string	true	"The person's id"
//	@Success	200	{object}	personOut
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/people/{id} [get]
func (a *API) person(g *gin.Context) {
	id, err := plainID(g, "person")
	if err != nil {
		problem.Write(g, err)
		return
	}
	u, err := a.People.Colleague(g.Request.Context(), access.Key(g).Steward(), id)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newPersonOut(u))
}

// invite makes an account; the answer alone shows its first sign-in link.
//
//	@ID			invitePerson
//	@Summary		Make an account; its first sign-in link is shown once
//	@Description	The link works once, within a day. No mail is sent. An address that has an account in this service, of whatever site, is a conflict.
//	@Tags			people
//	@Accept			json
//	@Produce		json
//	@Param			body	body		personIn	true	"Who, and what they may do"
//	@Success		201		{object}	personOut
//	@Failure		400,401,403,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/people [post]
func (a *API) invite(g *gin.Context) {
	var in personIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	want, err := in.person(access.Key(g).Site, a.Now())
	if err != nil {
		problem.Write(g, err)
		return
	}
	made, secret, err := a.People.Invite(g.Request.Context(), access.Key(g).Steward(), want)
	if err != nil {
		problem.Write(g, err)
		return
	}
	out := newPersonOut(made)
	out.Link = a.signInLink(g, secret)
	g.Header("Location", "/v1/people/"+made.ID)
	respond(g, http.StatusCreated, out)
}

// changePerson changes name, role, scope or the end of access.
//
//	@ID		changePerson
//	@Summary	Change a person's name, role, scope or end of access
//	@Tags		people
//	@Accept		json
//	@Produce	json
//	@Param		id		path		string		true	"The person's id"
//	@Param		body	body		personEdit	true	"What changes"
//	@Success	200		{object}	personOut
//	@Failure	400,401,403,404,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/people/{id} [patch]
func (a *API) changePerson(g *gin.Context) {
	id, err := plainID(g, "person")
	if err != nil {
		problem.Write(g, err)
		return
	}
	var in personEdit
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	ctx, by := g.Request.Context(), access.Key(g).Steward()
	u, err := a.People.Colleague(ctx, by, id)
	if err == nil {
		u, err = in.over(u, a.Now())
	}
	if err == nil {
		err = a.People.ChangeColleague(ctx, by, id, u)
	}
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newPersonOut(u))
}

// disablePerson ends a person's access.
//
//	@ID			disablePerson
//	@Summary		End a person's access
//	@Description	It signs them out everywhere at once. What they decided stays.
//	@Tags			people
//	@Param			id				path	string	true	"The person's id"
//	@Param			Idempotency-Key	header	string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success		204
//	@Failure		401,403,404,409,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/people/{id}/disable [post]
func (a *API) disablePerson(g *gin.Context) { a.setAccess(g, false) }

// enablePerson gives access back.
//
//	@ID		enablePerson
//	@Summary	Give a person their access back
//	@Tags		people
//	@Param		id				path	string	true	"The person's id"
//	@Param		Idempotency-Key	header	string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	204
//	@Failure	401,403,404,409,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/people/{id}/enable [post]
func (a *API) enablePerson(g *gin.Context) { a.setAccess(g, true) }

func (a *API) setAccess(g *gin.Context, works bool) {
	id, err := plainID(g, "person")
	if err != nil {
		problem.Write(g, err)
		return
	}
	if err := a.People.SetAccess(g.Request.Context(), access.Key(g).Steward(), id, works); err != nil {
		problem.Write(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}
