package console

import (
	"context"
	"net/http"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Keyring administers API keys.
type Keyring interface {
	Keys(ctx context.Context, site models.SiteID) ([]models.Key, error)
	CreateKey(ctx context.Context, k models.Key, by string) (secret string, made models.Key, err error)
	RevokeKey(ctx context.Context, site models.SiteID, id, by string) error
}

func (c *Console) keysRoutes() []route {
	return []route{
		{"GET /settings/keys", models.ActKeys, c.keysPage},
		{"POST /settings/keys", models.ActKeys, c.createKey},
		{"POST /settings/keys/{id}/revoke", models.ActKeys, c.revokeKey},
	}
}

type keysData struct {
	Keys   []models.Key
	Scopes []models.Scope
	HoldAs []string
	Secret string // of the key just made, shown this once
	New    models.Key
	Faults map[string]string
}

func (c *Console) keysPage(w http.ResponseWriter, r *http.Request) error {
	return c.showKeys(w, r, http.StatusOK, keysData{New: models.Key{Scopes: []models.Scope{models.ScopeSubmit, models.ScopeRead}}})
}

func (c *Console) showKeys(w http.ResponseWriter, r *http.Request, status int, data keysData) error {
	var err error
	if data.Keys, err = c.deps.Keyring.Keys(r.Context(), viewOf(r).Site.ID); err != nil {
		return err
	}
	data.Scopes, data.HoldAs = models.Scopes(), models.HoldAsWords()
	return c.renderAs(w, r, status, "keys", data)
}

// createKey answers with the page itself and no redirect: the secret is kept
// nowhere that a second page could find it.
func (c *Console) createKey(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	want := models.Key{
		Site: v.Site.ID, Name: r.PostFormValue("name"), Wire: r.PostFormValue("wire"),
		Options: models.KeyOptions{Strict: r.PostFormValue("strict") != "", HoldAs: r.PostFormValue("hold_as")},
	}
	for _, s := range r.PostForm["scopes"] {
		want.Scopes = append(want.Scopes, models.Scope(s))
	}
	var err error
	if want.ExpiresAt, err = dayOf(r, "expires_at"); err == nil {
		var secret string
		if secret, _, err = c.deps.Keyring.CreateKey(r.Context(), want, v.by()); err == nil {
			return c.showKeys(w, r, http.StatusOK, keysData{Secret: secret, New: models.Key{Scopes: want.Scopes}})
		}
	}
	if found := faults(err); found != nil {
		return c.showKeys(w, r, http.StatusUnprocessableEntity, keysData{New: want, Faults: found})
	}
	return err
}

func (c *Console) revokeKey(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	if err := c.deps.Keyring.RevokeKey(r.Context(), v.Site.ID, r.PathValue("id"), v.by()); err != nil {
		return err
	}
	c.flash(w, r, "apikeys.revoked_flash")
	return c.back(w, r, "/settings/keys")
}

// dayOf reads a date field: its last second, in UTC. Empty is zero.
func dayOf(r *http.Request, field string) (time.Time, error) {
	value := r.FormValue(field)
	if value == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return time.Time{}, models.Fields(models.FieldError{Field: field, Detail: "is not a date like 2026-12-31"})
	}
	return day.AddDate(0, 0, 1).Add(-time.Second), nil
}
