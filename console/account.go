package console

import (
	"context"
	"net/http"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// People administers accounts.
type People interface {
	SetLocale(ctx context.Context, user, locale string) error
	SetName(ctx context.Context, who models.User, name string) error
	Team(ctx context.Context, by models.Steward) ([]models.User, error)
	// Colleague gives an account that by may change, else NotFound.
	Colleague(ctx context.Context, by models.Steward, id string) (models.User, error)
	// Invite makes an account and the secret of its first sign-in link.
	Invite(ctx context.Context, by models.Steward, want models.User) (models.User, string, error)
	ChangeColleague(ctx context.Context, by models.Steward, id string, want models.User) error
	SetAccess(ctx context.Context, by models.Steward, id string, works bool) error
	LinkFor(ctx context.Context, by models.Steward, id string) (string, error)
	ResetTOTP(ctx context.Context, by models.Steward, id string) error
	SessionsOf(ctx context.Context, by models.Steward, id string) ([]models.Session, error)
	EndSessionOf(ctx context.Context, by models.Steward, id, session string) error
}

func (c *Console) accountRoutes() []route {
	return []route{
		{"GET /account", models.ActSelf, c.account},
		{"POST /account/name", models.ActSelf, c.setName},
		{"GET /account/password", models.ActSelf, c.passwordPage},
		{"POST /account/password", models.ActSelf, c.setPassword},
		{"POST /account/sessions/{id}/end", models.ActSelf, c.endSession},
	}
}

type accountData struct {
	Sessions []models.Session
}

func (c *Console) account(w http.ResponseWriter, r *http.Request) error {
	sessions, err := c.deps.Doors.Sessions(r.Context(), viewOf(r).User.ID)
	if err != nil {
		return err
	}
	return c.render(w, r, "account", accountData{Sessions: sessions})
}

func (c *Console) setName(w http.ResponseWriter, r *http.Request) error {
	if err := c.deps.People.SetName(r.Context(), viewOf(r).User, strings.TrimSpace(r.PostFormValue("name"))); err != nil {
		return err
	}
	c.flash(w, r, "account.name_kept")
	return c.back(w, r, "/account")
}

func (c *Console) endSession(w http.ResponseWriter, r *http.Request) error {
	if err := c.deps.Doors.End(r.Context(), viewOf(r).User, r.PathValue("id")); err != nil {
		return err
	}
	c.flash(w, r, "account.session_ended")
	return c.back(w, r, "/account")
}

type passwordData struct {
	Back   string
	AskOld bool
	Faults map[string]string
}

// askOld tells whether the old password must be given: who came by a link has
// proved to have the mailbox, and may have forgotten it.
func askOld(v *view) bool { return v.User.PasswordHash != "" && v.Session.Method != "link" }

func (c *Console) passwordPage(w http.ResponseWriter, r *http.Request) error {
	return c.render(w, r, "password", passwordData{Back: localPath(r.URL.Query().Get("back")), AskOld: askOld(viewOf(r))})
}

// setPassword ends every session of the person, and begins this one anew.
func (c *Console) setPassword(w http.ResponseWriter, r *http.Request) error {
	v, password := viewOf(r), r.PostFormValue("password")
	form := passwordData{Back: localPath(r.PostFormValue("back")), AskOld: askOld(v)}
	var err error
	if password != r.PostFormValue("again") {
		err = models.Fields(models.FieldError{Field: "again", Detail: "is not the same"})
	} else {
		err = c.deps.Doors.ChangePassword(r.Context(), models.PasswordChange{
			User: v.User, Password: password, AskOld: form.AskOld, Old: r.PostFormValue("old"),
		})
	}
	if form.Faults = faults(err); form.Faults != nil {
		return c.renderAs(w, r, http.StatusUnprocessableEntity, "password", form)
	}
	if err != nil {
		return err
	}
	token, s, err := c.deps.Doors.ByPassword(r.Context(), v.User.Email, password, c.visitor(r))
	if err != nil {
		return err
	}
	c.flash(w, r, "password.set")
	return c.welcome(w, r, token, s, nil, signinData{Back: form.Back})
}
