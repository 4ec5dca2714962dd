package v1

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

const maxName = 80

// wireAkismet is the one foreign wire that needs keys of its own form.
const wireAkismet = "akismet"

// keyOut is a key without its secret; Key is shown when it is made, and never
// again.
type keyOut struct {
	ID         string         `json:"id"`
	Key        string         `json:"key,omitempty"`
	Site       models.SiteID  `json:"site"`
	Name       string         `json:"name"`
	Last4      string         `json:"last4"`
	Scopes     []models.Scope `json:"scopes"`
	Wire       *string        `json:"wire"`
	Strict     bool           `json:"strict,omitempty"`  // on the Perspective wire
	HoldAs     *string        `json:"hold_as,omitempty"` // on the Akismet wire
	CreatedAt  time.Time      `json:"created_at"`
	LastUsedAt *time.Time     `json:"last_used_at"`
	ExpiresAt  *time.Time     `json:"expires_at"`
	RevokedAt  *time.Time     `json:"revoked_at"`
}

// keyIn asks for a key of the same site.
type keyIn struct {
	Name      string   `json:"name,omitempty"`
	Scopes    []string `json:"scopes" validate:"required" enums:"submit,read,review,admin"`
	Wire      string   `json:"wire,omitempty" enums:"akismet"`
	Strict    bool     `json:"strict,omitempty"`                                     // the Perspective wire refuses what the original refused
	HoldAs    string   `json:"hold_as,omitempty" enums:"true,false,recheck,pending"` // what Akismet clients hear of a held comment
	ExpiresAt string   `json:"expires_at,omitempty" format:"date-time"`
}

func newKeyOut(k models.Key) keyOut {
	out := keyOut{
		ID: k.ID, Site: k.Site, Name: k.Name, Last4: k.Last4, Scopes: k.Scopes, Wire: orNull(k.Wire),
		Strict: k.Options.Strict, HoldAs: orNull(k.Options.HoldAs), CreatedAt: k.CreatedAt.UTC(),
		LastUsedAt: timeOrNull(k.LastUsedAt), ExpiresAt: timeOrNull(k.ExpiresAt), RevokedAt: timeOrNull(k.RevokedAt),
	}
	if out.Scopes == nil {
		out.Scopes = []models.Scope{}
	}
	return out
}

// key makes the key that is meant, or tells every fault.
func (in *keyIn) key(site models.SiteID, now time.Time) (models.Key, error) {
	k := models.Key{Site: site, Wire: in.Wire, Options: models.KeyOptions{Strict: in.Strict, HoldAs: in.HoldAs}}
	faults := []*models.FieldError{
		short("name", &in.Name, maxName),
		fault(len(in.Scopes) == 0, "scopes", "must name at least one scope"),
		fault(in.Wire != "" && in.Wire != wireAkismet, "wire", "must be akismet, or left out"),
		fault(in.HoldAs != "" && !slices.Contains(models.HoldAsWords(), in.HoldAs), "hold_as", "must be one of "+join(models.HoldAsWords())),
	}
	for i, raw := range in.Scopes {
		scope := models.Scope(raw)
		known := models.Key{Scopes: models.Scopes()}.Has(scope)
		faults = append(faults, fault(!known, fmt.Sprintf("scopes[%d]", i), "must be one of "+join(models.Scopes())))
		if known && !k.Has(scope) {
			k.Scopes = append(k.Scopes, scope)
		}
	}
	if in.ExpiresAt != "" {
		at, ok := instant(in.ExpiresAt)
		faults = append(faults, fault(!ok || !at.After(now), "expires_at", "must be a time to come, as in 2030-01-31T15:04:05Z"))
		k.ExpiresAt = at
	}
	k.Name = in.Name
	return k, inputFaults(faults...)
}

// keys lists the site's keys.
//
//	@ID		listKeys
//	@Summary	List keys
//	@Tags		administration
//	@Produce	json
//	@Success	200	{object}	page[keyOut]
//	@Failure	401,403,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/keys [get]
func (a *API) keys(g *gin.Context) {
	found, err := a.Keyring.Keys(g.Request.Context(), access.Key(g).Site)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf(found, newKeyOut))
}

// createKey makes a key; the answer alone shows it.
//
//	@ID		createKey
//	@Summary	Make a key; it is shown once
//	@Tags		administration
//	@Accept		json
//	@Produce	json
//	@Param		body	body		keyIn	true	"What it may do"
//	@Success	201		{object}	keyOut
//	@Failure	400,401,403,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/keys [post]
func (a *API) createKey(g *gin.Context) {
	var in keyIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	k, err := in.key(access.Key(g).Site, a.Now())
	if err != nil {
		problem.Write(g, err)
		return
	}
	secret, made, err := a.Keyring.CreateKey(g.Request.Context(), k, access.By(g))
	if err != nil {
		problem.Write(g, err)
		return
	}
	out := newKeyOut(made)
	out.Key = secret
	respond(g, http.StatusCreated, out)
}

// revokeKey ends a key.
//
//	@ID		revokeKey
//	@Summary	Revoke a key
//	@Tags		administration
//	@Param		id	path	string	true	"The key's id"
//	@Success	204
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/keys/{id} [delete]
func (a *API) revokeKey(g *gin.Context) {
	id, err := plainID(g, "key")
	if err != nil {
		problem.Write(g, err)
		return
	}
	if err := a.Keyring.RevokeKey(g.Request.Context(), access.Key(g).Site, id, access.By(g)); err != nil {
		problem.Write(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}
