package akismet

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/models"
)

const (
	// patience is how long an answer is held back for a verdict; the WordPress
	// plugin gives up after fifteen seconds.
	patience = 8 * time.Second
	// sameAfter is how long a form that comes again is the same request again.
	sameAfter = 5 * time.Minute
	// askAgain is when a client that knows of it asks for the final verdict.
	askAgain = 2 * time.Minute
	// blatant is the score of spam from which a comment may be thrown away unseen.
	blatant = 0.99
)

// check judges a comment.
//
//	@ID			akismetCheck
//	@Summary		Is it spam? (Akismet)
//	@Description	The wire of `comment-check`: `true`, `false`, or `pending` to clients that ask again. The comment is kept and reviewed like one of /v1/comments.
//	@Tags			akismet
//	@Accept			x-www-form-urlencoded
//	@Produce		plain
//	@Param			api_key			formData	string	false	"The key; it may also be the host's first label or part of the path"
//	@Param			blog			formData	string	true	"The blog's address"
//	@Param			user_ip			formData	string	true	"The author's address"
//	@Param			comment_content	formData	string	false	"The text"
//	@Success		200				{string}	string	"true, false, pending; invalid with X-akismet-debug-help"
//	@Failure		429,500,503		{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/1.1/comment-check [post]
func (a *API) check(c call) {
	if err := c.form.checkBlog(); err != nil {
		a.Refuse(c.Context, err)
		return
	}
	if strings.TrimSpace(c.form.get("user_ip")) == "" {
		a.Refuse(c.Context, errNoUserIP)
		return
	}
	if word := c.form.rehearsed(); word != "" {
		c.say(word)
		return
	}
	comment, over := c.form.comment(c.key.Site)
	if models.ValidateText("comment_content", comment.Text) != nil {
		c.say(c.blank()) // nothing to be read
		return
	}
	if c.form.yes("is_test") {
		a.checkOnly(c, comment, over)
		return
	}
	kept, err := a.judged(c, comment, over)
	if err != nil {
		a.Refuse(c.Context, err)
		return
	}
	a.tell(c, kept)
}

// rehearsed gives the answers that test whether a blog is connected; empty for
// any other form.
func (f form) rehearsed() string {
	switch {
	case f.get("comment_author") == "akismet-guaranteed-spam", f.get("comment_author") == "viagra-test-123",
		strings.EqualFold(f.get("comment_author_email"), "akismet-guaranteed-spam@example.com"):
		return sayTrue
	}
	for role := range strings.SplitSeq(f.get("user_role"), ",") {
		if strings.TrimSpace(role) == "administrator" {
			return sayFalse
		}
	}
	return ""
}

// blank is the answer to a form without any text: only a trap speaks.
func (c call) blank() string {
	if c.form.trapped != "" {
		return sayTrue
	}
	return sayFalse
}

// checkOnly judges and keeps nothing, which is what a test asks for.
func (a *API) checkOnly(c call, comment models.Comment, over bool) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), cmp.Or(a.Wait, patience))
	defer cancel()
	comment.ID = ""
	v, err := a.Moderator.Assess(ctx, comment)
	if err != nil {
		a.Refuse(c.Context, err)
		return
	}
	if over || c.form.trapped != "" {
		v.Action = v.Action.Stricter(models.Hold)
	}
	comment.Status, comment.Verdict = v.Action.Status(), &v
	a.word(c, comment)
}

// judged gives the comment of a form as it stands once it was judged: the one
// that is known already, or a new one.
func (a *API) judged(c call, comment models.Comment, over bool) (models.Comment, error) {
	ctx := c.Request.Context()
	trace := models.Trace{Site: c.key.Site, Wire: Wire, Print: printOf(comment), Callback: a.callback(c.form), At: a.Now()}
	kept, err := a.known(ctx, c.form, comment, trace.Print)
	if err != nil {
		return kept, err
	}
	if kept.ID == "" {
		comment.ID = ""
		done, err := a.Moderator.Submit(ctx, comment)
		if err != nil {
			return kept, err
		}
		kept = models.Comment{ID: done.ID, Status: done.Status}
	}
	if kept.Text == "" || trace.Callback != "" {
		trace.Comment = kept.ID
		if err := a.Traces.AddTrace(ctx, trace); err != nil {
			// The comment is safe; only a blog's feedback won't find it.
			a.Log.WarnContext(ctx, "check not traced", "comment", kept.ID, "err", err)
		}
	}
	if kept.Text == "" || kept.Status == models.Pending {
		id := kept.ID
		waiting, cancel := context.WithTimeout(ctx, cmp.Or(a.Wait, patience))
		defer cancel()
		if kept, err = a.Moderator.Await(waiting, c.key.Site, id); err != nil {
			return kept, err
		}
	}
	if kept.Status == models.Approved && kept.Decision == nil {
		switch {
		case over:
			return a.held(c, kept, "the text is longer than "+strconv.Itoa(models.MaxTextRunes)+" characters: only its beginning was kept and judged")
		case c.form.trapped != "":
			return a.held(c, kept, "the field that people don't see was filled in")
		}
	}
	return kept, nil
}

// known finds the comment of a form that comes again: by its guid, or by its
// print when the form says so or came just before.
func (a *API) known(ctx context.Context, f form, comment models.Comment, trace string) (models.Comment, error) {
	if comment.ID != "" {
		kept, err := a.Traces.Comment(ctx, comment.Site, comment.ID)
		if err == nil && kept.Text == comment.Text {
			return kept, nil
		}
		if err != nil && models.KindOf(err) != models.NotFound {
			return models.Comment{}, err
		}
	}
	found, err := a.Traces.Traced(ctx, comment.Site, trace, 20)
	if err != nil {
		return models.Comment{}, err
	}
	for _, kept := range found {
		page := kept.Context.URL == comment.Context.URL || comment.Context.URL == ""
		if page && (f.get("recheck_reason") != "" || a.Now().Sub(kept.ReceivedAt) < sameAfter) {
			return kept, nil
		}
	}
	return models.Comment{}, nil
}

// held takes a comment before a person that the wire knows more of than its
// judgement did.
func (a *API) held(c call, kept models.Comment, reason string) (models.Comment, error) {
	_, err := a.Desk.Decide(c.Request.Context(), models.DecisionRequest{
		Comment: kept.ID, Site: kept.Site, Decision: models.DecideEscalate, By: access.By(c.Context), Reason: reason,
	})
	if err != nil {
		return kept, err
	}
	kept.Status = models.Held
	return kept, nil
}

// callback is the address that wants to hear of the final verdict; empty for
// one that may not be called.
func (a *API) callback(f form) string {
	raw := strings.TrimSpace(f.get("callback"))
	if raw == "" || a.Callable(raw) != nil {
		return ""
	}
	return raw
}

// tell words what stands, and counts it.
func (a *API) tell(c call, kept models.Comment) {
	c.set(guid, string(kept.ID))
	counter := map[models.Status]string{
		models.Approved: countHam, models.Rejected: countSpam, models.Held: countHeld, models.Pending: countHeld,
	}[kept.Status]
	if counter != "" {
		a.Tally.Count(c.Request.Context(), c.key.Site, counter)
	}
	a.word(c, kept)
}

// word says what a comment's status means in the one word that a client knows.
func (a *API) word(c call, kept models.Comment) {
	switch kept.Status {
	case models.Approved:
		c.say(sayFalse)
	case models.Rejected, models.Erased:
		if v := kept.Verdict; v != nil && kept.Decision == nil && v.Action == models.Reject && v.Scores[models.Spam] >= blatant {
			c.set(proTip, "discard")
		}
		c.say(sayTrue)
	default:
		a.wordHeld(c)
	}
}

// wordHeld tells of a comment that waits for a person, in the way by which the
// client hears of that person's verdict: the WordPress plugin asks again after
// any word but the two it knows; a caller with a callback is called; any other
// gets what its key says.
func (a *API) wordHeld(c call) {
	how := cmp.Or(c.key.Options.HoldAs, models.HoldAsSpam)
	switch {
	case wordpress(c.GetHeader("User-Agent")):
		how = models.HoldAsPending
	case a.callback(c.form) != "":
		how = models.HoldAsRecheck
	}
	switch how {
	case models.HoldAsPending:
		c.say(sayPending)
	case models.HoldAsRecheck:
		c.set(recheckAfter, strconv.Itoa(int(askAgain.Seconds())))
		c.say(sayFalse)
	default:
		c.say(how)
	}
}

// wordpress reports whether a client is the WordPress plugin.
func wordpress(agent string) bool {
	return strings.HasPrefix(agent, "WordPress/") && strings.Contains(agent, "Akismet/")
}

// Callback words a final verdict for the address that a check named: the guid
// and the word of the check's own answer.
func Callback(d models.DueCallback) (contentType string, body []byte) {
	result := sayTrue
	if d.Status == models.Approved {
		result = sayFalse
	}
	return "application/x-www-form-urlencoded", []byte(url.Values{"guid": {string(d.Comment)}, "result": {result}}.Encode())
}
