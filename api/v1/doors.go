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

// Doors is how people get in, within what a steward may.
type Doors interface {
	// LinkFor makes the secret of a one-time sign-in link.
	LinkFor(ctx context.Context, by models.Steward, id string) (string, error)
	ResetTOTP(ctx context.Context, by models.Steward, id string) error
	SessionsOf(ctx context.Context, by models.Steward, id string) ([]models.Session, error)
	EndSessionOf(ctx context.Context, by models.Steward, id, session string) error
	// Colleagues are those to whom something of a site can be passed on.
	Colleagues(ctx context.Context, site models.SiteID) ([]models.User, error)
}

// linkOut is a one-time sign-in link.
type linkOut struct {
	Link string `json:"link"`
}

// sessionOut is a browser in which somebody is signed in.
type sessionOut struct {
	ID        string    `json:"id"`
	Method    string    `json:"method" enums:"password,link,openid"`
	Agent     string    `json:"agent"` // what the browser calls itself
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"` // to the minute or so
	ExpiresAt time.Time `json:"expires_at"`
}

func newSessionOut(s models.Session) sessionOut {
	return sessionOut{
		ID: s.ID, Method: s.Method, Agent: s.Agent, CreatedAt: s.CreatedAt.UTC(), SeenAt: s.SeenAt.UTC(), ExpiresAt: s.ExpiresAt.UTC(),
	}
}

// signInLink is a link as the caller knows the service, where the operator did
// not say how browsers do.
func (a *API) signInLink(g *gin.Context, secret string) string {
	return models.SignInAddress(a.PublicURL, g.Request.Host, secret)
}

// linkPerson makes a link for somebody who can't sign in any more.
//
//	@ID			linkPerson
//	@Summary		Make a one-time sign-in link; it is shown once
//	@Description	It works once, within a day, and lets its bearer set a new password. A second step is still asked for.
//	@Tags			people
//	@Produce		json
//	@Param			id	path		string	true	"The person's id"
//	@Success		201	{object}	linkOut
//	@Failure		401,403,404,409,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/people/{id}/link [post]
func (a *API) linkPerson(g *gin.Context) {
	id, err := plainID(g, "person")
	if err != nil {
		problem.Write(g, err)
		return
	}
	secret, err := a.Doors.LinkFor(g.Request.Context(), access.Key(g).Steward(), id)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusCreated, linkOut{a.signInLink(g, secret)})
}

// endSecondStep is for somebody who lost telephone and recovery codes.
//
//	@ID		endSecondStep
//	@Summary	Remove the second step of somebody who lost it
//	@Tags		people
//	@Param		id	path	string	true	"The person's id"
//	@Success	204
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/people/{id}/second-step [delete]
func (a *API) endSecondStep(g *gin.Context) {
	id, err := plainID(g, "person")
	if err != nil {
		problem.Write(g, err)
		return
	}
	if err := a.Doors.ResetTOTP(g.Request.Context(), access.Key(g).Steward(), id); err != nil {
		problem.Write(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}

// sessions lists where a person is signed in.
//
//	@ID		listSessions
//	@Summary	List where a person is signed in
//	@Tags		people
//	@Produce	json
//	@Param		id	path		string	true	"The person's id"
//	@Success	200	{object}	page[sessionOut]
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/people/{id}/sessions [get]
func (a *API) sessions(g *gin.Context) {
	id, err := plainID(g, "person")
	if err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Doors.SessionsOf(g.Request.Context(), access.Key(g).Steward(), id)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf(found, newSessionOut))
}

// endSession signs a person out of one browser.
//
//	@ID		endSession
//	@Summary	Sign a person out of one browser
//	@Tags		people
//	@Param		id		path	string	true	"The person's id"
//	@Param		session	path	string	true	"The session's id"
//	@Success	204
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/people/{id}/sessions/{session} [delete]
func (a *API) endSession(g *gin.Context) {
	id, err := plainID(g, "person")
	if err != nil {
		problem.Write(g, err)
		return
	}
	session, err := plain(g, "session", "session")
	if err != nil {
		problem.Write(g, err)
		return
	}
	if err := a.Doors.EndSessionOf(g.Request.Context(), access.Key(g).Steward(), id, session); err != nil {
		problem.Write(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}

// colleagueOut is somebody to whom a comment can be passed on.
type colleagueOut struct {
	Actor string `json:"actor"` // for assignee and owner, as in user:anne@blog.example
	Name  string `json:"name"`
}

// colleagues lists to whom comments can be passed on.
//
//	@ID		listColleagues
//	@Summary	List to whom comments can be passed on
//	@Tags		review
//	@Produce	json
//	@Success	200	{object}	page[colleagueOut]
//	@Failure	401,403,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/review/colleagues [get]
func (a *API) colleagues(g *gin.Context) {
	found, err := a.Doors.Colleagues(g.Request.Context(), access.Key(g).Site)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf(found, func(u models.User) colleagueOut { return colleagueOut{u.Actor(), u.Shown()} }))
}
