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

const commentsPath = "/v1/comments/"

// submittedOut is the short answer to a submission.
type submittedOut struct {
	ID     models.CommentID `json:"id"`
	Status models.Status    `json:"status"`
}

// submit takes one comment.
//
//	@ID			submitComment
//	@Summary		Submit a comment
//	@Description	Answers 202 once the comment is durable. With `Prefer: wait=N` it answers 200 with the verdict if that comes in time. A known `external_id` with the same text answers the existing comment; with another text it is an edit.
//	@Tags			comments
//	@Accept			json
//	@Produce		json
//	@Param			body			body		commentIn	true	"The comment"
//	@Param			Prefer			header		string		false	"wait=N, in seconds, up to 10"
//	@Param			Idempotency-Key	header		string		false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success		200				{object}	commentOut
//	@Success		202				{object}	submittedOut
//	@Header			202				{string}	Location	"Where the comment is"
//	@Failure		400,401,403,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/comments [post]
func (a *API) submit(g *gin.Context) {
	var in commentIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	c, err := in.comment(access.Key(g).Site)
	if err != nil {
		problem.Write(g, err)
		return
	}
	if in.DoNotStore {
		a.assessOnly(g, c)
		return
	}
	c.ID = derivedID(g)
	done, err := a.Moderator.Submit(g.Request.Context(), c)
	if err == nil {
		err = done.Err
	}
	if err != nil {
		problem.Write(g, err)
		return
	}
	a.answerSubmitted(g, done)
}

// answerSubmitted shows the whole comment when its verdict is there in time,
// and its address otherwise.
func (a *API) answerSubmitted(g *gin.Context, done models.Submitted) {
	location := commentsPath + string(done.ID)
	g.Header("Location", location)
	c, err := a.settled(g, done)
	if err != nil {
		// It is durable all the same: what came of it can be asked later.
		a.Log.WarnContext(g.Request.Context(), "verdict not awaited", "comment", done.ID, "err", err)
	}
	if err != nil || c.Status == models.Pending {
		respond(g, http.StatusAccepted, submittedOut{ID: done.ID, Status: models.Pending})
		return
	}
	keep(g, models.SavedResponse{Status: http.StatusOK, ContentType: mediaType, Location: location})
	respond(g, http.StatusOK, a.wireComment(g)(c))
}

// settled gives the comment as it stands once the caller waited for as long as
// it wants to.
func (a *API) settled(g *gin.Context, done models.Submitted) (models.Comment, error) {
	ctx, site := g.Request.Context(), access.Key(g).Site
	if done.Status != models.Pending {
		return a.Comments.Comment(ctx, site, done.ID)
	}
	wait := preferredWait(g.Request.Header)
	if wait == 0 {
		return models.Comment{Status: models.Pending}, nil
	}
	g.Header("Preference-Applied", applied(wait))
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	return a.Moderator.Await(ctx, site, done.ID)
}

// assessOnly judges a comment that must not be stored. Somebody has to be there
// for the verdict, since nobody can ask for it later.
func (a *API) assessOnly(g *gin.Context, c models.Comment) {
	forget(g)
	wait := preferredWait(g.Request.Header)
	if wait == 0 {
		problem.Write(g, models.Fields(models.FieldError{Field: "do_not_store", Detail: "needs the header Prefer: wait=N"}))
		return
	}
	ctx, cancel := context.WithTimeout(g.Request.Context(), wait)
	defer cancel()
	v, err := a.Moderator.Assess(ctx, c)
	if err != nil {
		problem.Write(g, inTime(ctx, err))
		return
	}
	c.Status, c.Verdict = v.Action.Status(), &v
	g.Header("Preference-Applied", applied(wait))
	respond(g, http.StatusOK, a.wireComment(g)(c))
}

// inTime words the end of the caller's patience.
func inTime(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return &models.Error{Kind: models.Unavailable, Msg: "no verdict in time", RetryAfter: time.Second, Err: err}
}

// comment shows one comment.
//
//	@ID		getComment
//	@Summary	Show a comment
//	@Tags		comments
//	@Produce	json
//	@Param		id				path		string	true	"The comment's id"
//	@Param		Accept-Language	header		string	false	"fr or en: the language of the reasons"
//	@Success	200				{object}	commentOut
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/comments/{id} [get]
func (a *API) comment(g *gin.Context) {
	id, err := commentID(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	c, err := a.Comments.Comment(g.Request.Context(), access.Key(g).Site, id)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, a.wireComment(g)(c))
}

// list shows comments, newest first.
//
//	@ID		listComments
//	@Summary	List comments, newest first
//	@Tags		comments
//	@Produce	json
//	@Param		status			query		string	false	"Only of this status"		Enums(pending,approved,held,rejected,erased)
//	@Param		label			query		string	false	"Only with this label"		Enums(toxic,severe_toxic,insult,threat,identity_attack,obscene,sexual,spam,distress,leak)
//	@Param		since			query		string	false	"Only received at or after"	Format(date-time)
//	@Param		until			query		string	false	"Only received before"	Format(date-time)
//	@Param		words			query		string	false	"Words of the text: each whole or a beginning, whatever their case and accents; words in quotes as they stand"
//	@Param		author			query		string	false	"Words of the author's name, address or id"
//	@Param		section			query		string	false	"Only of this section"
//	@Param		score			query		string	false	"A label whose score is bounded by min and max"	Enums(toxic,severe_toxic,insult,threat,identity_attack,obscene,sexual,spam,distress,leak)
//	@Param		min				query		number	false	"Lowest score"	minimum(0)	maximum(1)
//	@Param		max				query		number	false	"Highest score"	minimum(0)	maximum(1)
//	@Param		undecided		query		bool	false	"Only what no person decided"
//	@Param		cursor			query		string	false	"The next of the page before"
//	@Param		limit			query		int		false	"How many"	minimum(1)	maximum(200)	default(50)
//	@Param		Accept-Language	header		string	false	"fr or en: the language of the reasons"
//	@Success	200				{object}	page[commentOut]
//	@Failure	401,403,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/comments [get]
func (a *API) list(g *gin.Context) {
	q := queryOf(g)
	want := q.search(access.Key(g).Site)
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Comments.Comments(g.Request.Context(), want)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, pageOf(found, a.wireComment(g)))
}

// editIn changes a comment's text.
type editIn struct {
	Text string `json:"text" validate:"required"`
	Lang string `json:"lang,omitempty"`
}

// edit replaces a comment's text; it is judged again.
//
//	@ID		editComment
//	@Summary	Edit a comment; it is judged again
//	@Tags		comments
//	@Accept		json
//	@Produce	json
//	@Param		id		path		string	true	"The comment's id"
//	@Param		body	body		editIn	true	"What changes"
//	@Success	200		{object}	commentOut
//	@Failure	400,401,403,404,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/comments/{id} [patch]
func (a *API) edit(g *gin.Context) {
	id, err := commentID(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	var in editIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	edited := models.Comment{Text: in.Text, Lang: in.Lang}
	edited.Clean()
	if err := edited.Validate(); err != nil {
		problem.Write(g, err)
		return
	}
	c, err := a.Comments.Edit(g.Request.Context(), access.Key(g).Site, id, models.CommentEdit{Text: edited.Text, Lang: edited.Lang})
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, a.wireComment(g)(c))
}

// erase removes a comment's text and personal fields for good.
//
//	@ID		eraseComment
//	@Summary	Erase a comment's text and personal fields for good
//	@Tags		comments
//	@Param		id	path	string	true	"The comment's id"
//	@Success	204
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/comments/{id} [delete]
func (a *API) erase(g *gin.Context) {
	id, err := commentID(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	if err := a.Comments.Erase(g.Request.Context(), access.Key(g).Site, id, access.By(g)); err != nil {
		problem.Write(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}

// commentID reads the id of the path. What can't be an id is not there.
func commentID(g *gin.Context) (models.CommentID, error) {
	id := g.Param("id")
	if !models.ValidID(id) {
		return "", models.Errorf(models.NotFound, "there is no comment of this id")
	}
	return models.CommentID(id), nil
}
