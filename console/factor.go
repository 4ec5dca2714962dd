package console

import (
	"net/http"

	"github.com/tamis-moderation/tamis/models"
)

func (c *Console) factorRoutes() []route {
	return []route{
		{"GET /account/code", models.ActSelf, c.factorPage},
		{"POST /account/code", models.ActSelf, c.setFactor},
		{"POST /account/code/off", models.ActSelf, c.endFactor},
	}
}

type factorData struct {
	Secret  string // base32, for the app
	Address string // the same as otpauth://
	Codes   []string
	Faults  map[string]string
}

// factorPage shows a fresh secret. It is not kept before a code proves that the
// app has it, so a page that is left alone changes nothing.
func (c *Console) factorPage(w http.ResponseWriter, r *http.Request) error {
	return c.showFactor(w, r, http.StatusOK, factorData{Secret: c.deps.Doors.NewTOTP()})
}

func (c *Console) showFactor(w http.ResponseWriter, r *http.Request, status int, data factorData) error {
	if data.Secret != "" {
		data.Address = c.deps.Doors.TOTPAddress(data.Secret, viewOf(r).User.Email)
	}
	return c.renderAs(w, r, status, "factor", data)
}

func (c *Console) setFactor(w http.ResponseWriter, r *http.Request) error {
	secret := r.PostFormValue("secret")
	codes, err := c.deps.Doors.SetTOTP(r.Context(), viewOf(r).User, secret, r.PostFormValue("code"))
	if found := faults(err); found != nil {
		return c.showFactor(w, r, http.StatusUnprocessableEntity, factorData{Secret: secret, Faults: found})
	}
	if err != nil {
		return err
	}
	return c.showFactor(w, r, http.StatusOK, factorData{Codes: codes})
}

// endFactor asks for the password: who finds an open browser must not take the
// lock off.
func (c *Console) endFactor(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	if err := c.deps.Doors.CheckPassword(r.Context(), v.User, r.PostFormValue("password")); err != nil {
		if found := faults(err); found != nil {
			return c.showFactor(w, r, http.StatusUnprocessableEntity, factorData{Faults: found})
		}
		return err
	}
	if err := c.deps.Doors.EndTOTP(r.Context(), v.User.ID, v.by()); err != nil {
		return err
	}
	c.flash(w, r, "factor.off_flash")
	return c.back(w, r, "/account")
}
