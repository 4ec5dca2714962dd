package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/tamis-moderation/tamis/models"
)

// Mail is what goes by e-mail, and the links in it.
type Mail interface {
	// Open finds what a link leads to and changes nothing.
	Open(ctx context.Context, secret string) (models.OpenedLink, error)
	// Decide takes a decision by a link, Undo takes it back; each once.
	Decide(ctx context.Context, secret string, kind models.DecisionKind) (models.Decision, error)
	Undo(ctx context.Context, secret string) (models.Decision, error)
	// SignIn sends a sign-in link, and tells nobody whether there is an account.
	SignIn(ctx context.Context, email string) error
	Wishes(ctx context.Context, u models.User) ([]models.MailWish, error)
	SetWish(ctx context.Context, u models.User, w models.MailWish) error
}

func (c *Console) mailRoutes() []route {
	if c.deps.Mail == nil {
		return nil
	}
	return []route{
		{"GET /m/{secret}", "", c.opened},
		{"POST /m/{secret}", "", c.decideByMail},
		{"POST /m/{secret}/undo", "", c.undoByMail},
		{"POST /signin/mail", "", c.signinMail},
		{"GET /account/mail", models.ActSelf, c.wishesPage},
		{"POST /account/mail", models.ActSelf, c.setWishes},
	}
}

type openedData struct {
	models.OpenedLink
	Path  string
	Said  said
	By    string
	Why   []models.Reason
	Kinds []models.DecisionKind
	Act   models.DecisionKind // what the link in the mail said
	Waits bool
	Undo  bool
	Desk  string
}

// opened shows the comment that a link is about, with the buttons: programs that
// read mail open links, and must decide nothing.
func (c *Console) opened(w http.ResponseWriter, r *http.Request) error {
	o, err := c.deps.Mail.Open(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	v := viewOf(r)
	if o.User.Locale != "" && v.User.ID == "" {
		v.Lang = o.User.Locale
	}
	data := openedData{
		OpenedLink: o, Path: r.URL.Path, Said: say(o.Comment.Text, o.Comment.Verdict), By: tame(o.Comment.Author.Name),
		Kinds: []models.DecisionKind{models.DecideApprove, models.DecideHold, models.DecideReject, models.DecideSpam},
		Act:   models.DecisionKind(r.URL.Query().Get("act")), Waits: o.Link.UsedAt.IsZero() && o.Comment.Status == models.Held,
	}
	data.Desk = "/desk?" + url.Values{"site": {string(o.Link.Site)}, "item": {string(o.Comment.ID)}}.Encode()
	if !slices.Contains(data.Kinds, data.Act) {
		data.Act = ""
	}
	if o.Comment.Verdict != nil {
		data.Why = slices.DeleteFunc(slices.Clone(o.Comment.Verdict.Reasons), func(r models.Reason) bool { return r.Shadow })
	}
	data.Undo = o.Link.UsedFor != "" && o.Link.UndoneAt.IsZero() && o.Comment.Decision != nil && o.Comment.Decision.ID == o.Link.UsedFor
	return c.render(w, r, "opened", data)
}

func (c *Console) decideByMail(w http.ResponseWriter, r *http.Request) error {
	d, err := c.deps.Mail.Decide(r.Context(), r.PathValue("secret"), models.DecisionKind(r.PostFormValue("decision")))
	if err != nil {
		return err
	}
	c.flash(w, r, "mail.done", "What", viewOf(r).T("decided."+string(d.Decision)))
	return c.back(w, r, "/m/"+r.PathValue("secret"))
}

func (c *Console) undoByMail(w http.ResponseWriter, r *http.Request) error {
	if _, err := c.deps.Mail.Undo(r.Context(), r.PathValue("secret")); err != nil {
		return err
	}
	c.flash(w, r, "mail.undone")
	return c.back(w, r, "/m/"+r.PathValue("secret"))
}

// signinMail answers the same whatever address was typed.
func (c *Console) signinMail(w http.ResponseWriter, r *http.Request) error {
	if err := c.deps.Mail.SignIn(r.Context(), r.PostFormValue("email")); err != nil {
		return err
	}
	c.flash(w, r, "mail.link_sent")
	return c.back(w, r, "/signin")
}

type wishesData struct {
	Wishes []models.MailWish
}

func (c *Console) wishesPage(w http.ResponseWriter, r *http.Request) error {
	wishes, err := c.deps.Mail.Wishes(r.Context(), viewOf(r).User)
	if err != nil {
		return err
	}
	return c.render(w, r, "wishes", wishesData{wishes})
}

func (c *Console) setWishes(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	wishes, err := c.deps.Mail.Wishes(r.Context(), v.User)
	if err != nil {
		return err
	}
	for _, wish := range wishes {
		wish.Digest = slices.Contains(r.PostForm["digest"], string(wish.Site))
		wish.Alerts = slices.Contains(r.PostForm["alerts"], string(wish.Site))
		if err := c.deps.Mail.SetWish(r.Context(), v.User, wish); err != nil {
			return err
		}
	}
	c.flash(w, r, "mail.saved")
	return c.back(w, r, "/account/mail")
}

// MailOn reports whether mail is sent.
func (v *view) MailOn() bool { return v.console.deps.Mail != nil }
