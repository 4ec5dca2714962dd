package akismet

import (
	"github.com/tamis-moderation/tamis/models"
)

// verifyKey tells whether a key works.
//
//	@ID			akismetVerifyKey
//	@Summary		Does the key work? (Akismet)
//	@Tags			akismet
//	@Accept			x-www-form-urlencoded
//	@Produce		plain
//	@Param			key		formData	string	false	"The key"
//	@Param			blog	formData	string	true	"The blog's address"
//	@Success		200		{string}	string	"valid; invalid with X-akismet-debug-help"
//	@Failure		429,500,503	{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/1.1/verify-key [post]
func (a *API) verifyKey(c call) { a.blogged(c, sayValid) }

// deactivate says goodbye. The key goes on working: another blog may use it,
// and who wants it ended revokes it.
//
//	@ID			akismetDeactivate
//	@Summary		A blog no longer asks (Akismet)
//	@Tags			akismet
//	@Accept			x-www-form-urlencoded
//	@Produce		plain
//	@Param			key		formData	string	false	"The key"
//	@Param			blog	formData	string	true	"The blog's address"
//	@Success		200		{string}	string	"deactivated"
//	@Failure		429,500,503	{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/1.1/deactivate [post]
func (a *API) deactivate(c call) { a.blogged(c, "deactivated") }

func (a *API) blogged(c call, word string) {
	if err := c.form.checkBlog(); err != nil {
		a.Refuse(c.Context, err)
		return
	}
	c.say(word)
}

// token names the key without showing it.
//
//	@ID			akismetToken
//	@Summary		A token that names the key (Akismet)
//	@Tags			akismet
//	@Accept			x-www-form-urlencoded
//	@Produce		plain
//	@Param			api_key	formData	string	false	"The key"
//	@Success		200		{string}	string	"An opaque name"
//	@Failure		429,500,503	{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/1.1/token [post]
func (a *API) token(c call) { c.say(models.DerivedID("akismet token", string(c.key.Site), c.key.ID)) }
