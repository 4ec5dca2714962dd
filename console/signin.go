package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Doors lets people in and shows them out.
type Doors interface {
	// ByPassword, ByLink and ByCode give the token of a session, or of one that
	// waits for its second factor.
	ByPassword(ctx context.Context, email, password string, v models.Visitor) (string, models.Session, error)
	ByLink(ctx context.Context, secret string, v models.Visitor) (string, models.Session, error)
	ByOpenID(ctx context.Context, email string, v models.Visitor) (string, models.Session, error)
	ByCode(ctx context.Context, half models.Session, code string, v models.Visitor) (string, models.Session, error)
	// Session tells whose a token is, NotFound when it is nobody's.
	Session(ctx context.Context, token string) (models.Session, models.User, error)
	Sessions(ctx context.Context, user string) ([]models.Session, error)
	End(ctx context.Context, user models.User, id string) error
	ChangePassword(ctx context.Context, c models.PasswordChange) error
	CheckPassword(ctx context.Context, u models.User, password string) error
	// NewTOTP makes a secret for an authenticator app, TOTPAddress its address
	// for a QR code; SetTOTP keeps it and gives the recovery codes.
	NewTOTP() string
	TOTPAddress(secret, email string) string
	SetTOTP(ctx context.Context, u models.User, secret, code string) ([]string, error)
	EndTOTP(ctx context.Context, user, by string) error
}

// cookieLong is how long a browser keeps a session's cookie; the session itself
// may be over before.
const cookieLong = 14 * 24 * time.Hour

func (c *Console) signinRoutes() []route {
	return []route{
		{"GET /signin", "", c.signinPage},
		{"POST /signin", "", c.signin},
		{"POST /signin/link", "", c.signinLink},
		{"GET /signin/code", "", c.codePage},
		{"POST /signin/code", "", c.signinCode},
		{"POST /signout", "", c.signout},
	}
}

// signinData is what the sign-in page shows.
type signinData struct {
	Token  string // of a one-time link
	Email  string
	Back   string
	Ended  bool
	OpenID string // the provider's name
	Error  string
	Wait   int // seconds until the next try
}

// signinPage never spends a link: programs that read mail open what is in it.
func (c *Console) signinPage(w http.ResponseWriter, r *http.Request) error {
	v, q := viewOf(r), r.URL.Query()
	if v.User.ID != "" && q.Get("token") == "" {
		http.Redirect(w, r, orHome(q.Get("back")), http.StatusSeeOther)
		return nil
	}
	return c.render(w, r, "signin", signinData{
		Token: q.Get("token"), Back: localPath(q.Get("back")), Ended: q.Get("ended") != "", OpenID: c.deps.OpenID.Name,
	})
}

func (c *Console) signin(w http.ResponseWriter, r *http.Request) error {
	email := r.PostFormValue("email")
	token, session, err := c.deps.Doors.ByPassword(r.Context(), email, r.PostFormValue("password"), c.visitor(r))
	return c.welcome(w, r, token, session, err, signinData{Email: email, Back: localPath(r.PostFormValue("back"))})
}

func (c *Console) signinLink(w http.ResponseWriter, r *http.Request) error {
	token, session, err := c.deps.Doors.ByLink(r.Context(), r.PostFormValue("token"), c.visitor(r))
	return c.welcome(w, r, token, session, err, signinData{Back: localPath(r.PostFormValue("back"))})
}

// welcome ends a step of signing in: in, on to the second factor, or back to
// the form with a sentence.
func (c *Console) welcome(w http.ResponseWriter, r *http.Request, token string, s models.Session, err error, form signinData) error {
	v := viewOf(r)
	form.OpenID = c.deps.OpenID.Name
	switch models.KindOf(err) {
	case models.Unauthorized:
		form.Error = v.T("signin.wrong")
		if s.Method == "" && r.URL.Path == "/signin/link" {
			form.Error = v.T("signin.link_over")
		}
		return c.renderAs(w, r, http.StatusUnauthorized, "signin", form)
	case models.TooMany:
		form.Error = v.T("signin.too_many")
		if e, ok := errors.AsType[*models.Error](err); ok {
			form.Wait = int(e.RetryAfter.Seconds()) + 1
		}
		return c.renderAs(w, r, http.StatusTooManyRequests, "signin", form)
	}
	if err != nil {
		return err
	}
	c.setCookie(w, cookieSession, token, cookieLong)
	to := orHome(form.Back)
	if s.Stage == models.StageCode {
		to = "/signin/code"
		if form.Back != "" {
			to += "?" + url.Values{"back": {form.Back}}.Encode()
		}
	} else if s.Method == "link" {
		to = "/account/password?" + url.Values{"back": {form.Back}}.Encode()
	}
	return c.back(w, r, to)
}

func (c *Console) codePage(w http.ResponseWriter, r *http.Request) error {
	if viewOf(r).half.ID == "" {
		return errSignedOut
	}
	return c.render(w, r, "code", signinData{Back: localPath(r.URL.Query().Get("back"))})
}

func (c *Console) signinCode(w http.ResponseWriter, r *http.Request) error {
	v, back := viewOf(r), localPath(r.PostFormValue("back"))
	if v.half.ID == "" {
		return errSignedOut
	}
	token, s, err := c.deps.Doors.ByCode(r.Context(), v.half, r.PostFormValue("code"), c.visitor(r))
	form := signinData{Back: back}
	switch models.KindOf(err) {
	case models.Invalid:
		form.Error = v.T("signin.code_wrong")
		return c.renderAs(w, r, http.StatusUnprocessableEntity, "code", form)
	case models.TooMany:
		form.Error = v.T("signin.too_many")
		return c.renderAs(w, r, http.StatusTooManyRequests, "code", form)
	}
	return c.welcome(w, r, token, s, err, form)
}

func (c *Console) signout(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	if v.User.ID != "" {
		err := c.deps.Doors.End(r.Context(), v.User, v.Session.ID)
		if err != nil && models.KindOf(err) != models.NotFound {
			return err
		}
	}
	c.setCookie(w, cookieSession, "", 0)
	c.flash(w, r, "signin.bye")
	return c.back(w, r, "/signin")
}

func (c *Console) visitor(r *http.Request) models.Visitor {
	return models.Visitor{Address: c.deps.Address(r), Agent: agent(r.UserAgent())}
}

// orHome is a way back, or the first page.
func orHome(back string) string {
	if back = localPath(back); back != "" {
		return back
	}
	return "/"
}
