package akismet

import (
	"context"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/models"
)

// submitSpam learns that a comment is spam.
//
//	@ID			akismetSubmitSpam
//	@Summary		It is spam (Akismet)
//	@Description	The wire of `submit-spam`: the comment of the check is found by its guid, or by its author and text, and decided as by a moderator. Of a text that was never checked the label alone is kept.
//	@Tags			akismet
//	@Accept			x-www-form-urlencoded
//	@Produce		plain
//	@Param			api_key			formData	string	false	"The key"
//	@Param			blog			formData	string	true	"The blog's address"
//	@Param			comment_content	formData	string	false	"The text"
//	@Success		200				{string}	string	"Thanks for making the web a better place."
//	@Failure		429,500,503		{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/1.1/submit-spam [post]
func (a *API) submitSpam(c call) { a.learn(c, models.DecideSpam, countMissed) }

// submitHam learns that a comment is none.
//
//	@ID			akismetSubmitHam
//	@Summary		It is no spam (Akismet)
//	@Description	The wire of `submit-ham`; see submit-spam.
//	@Tags			akismet
//	@Accept			x-www-form-urlencoded
//	@Produce		plain
//	@Param			api_key			formData	string	false	"The key"
//	@Param			blog			formData	string	true	"The blog's address"
//	@Param			comment_content	formData	string	false	"The text"
//	@Success		200				{string}	string	"Thanks for making the web a better place."
//	@Failure		429,500,503		{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/1.1/submit-ham [post]
func (a *API) submitHam(c call) { a.learn(c, models.DecideApprove, countFalse) }

func (a *API) learn(c call, kind models.DecisionKind, counter string) {
	if err := c.form.checkBlog(); err != nil {
		a.Refuse(c.Context, err)
		return
	}
	comment, _ := c.form.comment(c.key.Site)
	if c.form.yes("is_test") || comment.ID == "" && models.ValidateText("comment_content", comment.Text) != nil {
		c.say(sayThanks) // a test, or nothing to learn from
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	p := printOf(comment)
	_, err := a.Desk.Learn(ctx, models.Lesson{Comment: comment, Print: p, Decision: kind, By: access.By(c.Context), Token: p})
	if err != nil {
		a.Refuse(c.Context, err)
		return
	}
	a.Tally.Count(ctx, c.key.Site, counter)
	c.say(sayThanks)
}
