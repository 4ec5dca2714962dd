package v1

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// triageIn says what a comment is.
type triageIn struct {
	Kind        string `json:"kind,omitempty" enums:"question,complaint,bug,press,thanks,troll"` // left out: nothing in particular after all
	Queue       string `json:"queue,omitempty"`                                                  // left out: as the site's rules say
	Owner       string `json:"owner,omitempty"`                                                  // who answers, as in user:anne@blog.example
	DueAt       string `json:"due_at,omitempty" format:"date-time"`                              // left out: as the kind asks
	NeedsAnswer *bool  `json:"needs_answer,omitempty" default:"true"`                            // false: whatever the kind asks
	Answered    bool   `json:"answered,omitempty"`
	Note        string `json:"note,omitempty"` // for colleagues
}

// triageOut is what a comment is and who answers it by when.
type triageOut struct {
	Kind       models.TriageKind `json:"kind"`
	Queue      string            `json:"queue"`
	Owner      string            `json:"owner"`
	DueAt      *time.Time        `json:"due_at"` // null when it needs no answer
	AnsweredAt *time.Time        `json:"answered_at"`
	AnsweredBy string            `json:"answered_by,omitempty"`
	Note       string            `json:"note"`
	By         string            `json:"by"`
	At         time.Time         `json:"at"`
}

// triagedOut is a comment with what it is.
type triagedOut struct {
	Triage  triageOut  `json:"triage"`
	Comment commentOut `json:"comment"`
}

// triageSet is the answer to having said what a comment is.
type triageSet struct {
	Triage *triageOut `json:"triage"` // null once it is nothing in particular
}

func newTriageOut(t models.Triage) triageOut {
	return triageOut{
		Kind: t.Kind, Queue: t.Queue, Owner: t.Owner, DueAt: timeOrNull(t.DueAt), AnsweredAt: timeOrNull(t.AnsweredAt),
		AnsweredBy: t.AnsweredBy, Note: t.Note, By: t.By, At: t.At.UTC(),
	}
}

func triageOrNull(t *models.Triage) *triageOut {
	if t == nil {
		return nil
	}
	out := newTriageOut(*t)
	return &out
}

// setTriage says what a comment is, whether or not it may stand.
//
//	@ID			setTriage
//	@Summary		Say what a comment is and who answers it by when
//	@Description	It is beside allow and deny: an approved comment may wait for an answer.
//	@Tags			review
//	@Accept			json
//	@Produce		json
//	@Param			id		path		string		true	"The comment's id"
//	@Param			body	body		triageIn	true	"What it is"
//	@Success		200		{object}	triageSet
//	@Failure		400,401,403,404,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/comments/{id}/triage [put]
func (a *API) setTriage(g *gin.Context) {
	id, err := commentID(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	var in triageIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	due, ok := instant(in.DueAt)
	err = inputFaults(
		fault(in.Kind != "" && !models.TriageKind(in.Kind).Valid(), "kind", "must be one of "+join(models.TriageKinds())),
		fault(in.DueAt != "" && !ok, "due_at", "must be a time as in 2026-01-31T15:04:05Z"),
		short("queue", &in.Queue, maxShort), short("owner", &in.Owner, maxShort), short("note", &in.Note, maxLong),
	)
	if err != nil {
		problem.Write(g, err)
		return
	}
	made, err := a.Triage.SetTriage(g.Request.Context(), models.TriageRequest{
		Comment: id, Site: access.Key(g).Site, Kind: models.TriageKind(in.Kind), Queue: in.Queue, Owner: in.Owner, DueAt: due,
		NoAnswer: in.NeedsAnswer != nil && !*in.NeedsAnswer, Answered: in.Answered, Note: in.Note, By: access.By(g),
	})
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, triageSet{triageOrNull(made)})
}

// triaged lists comments by what they are.
//
//	@ID		listTriage
//	@Summary	List comments by what they are, or those that wait for an answer
//	@Tags		review
//	@Produce	json
//	@Param		kind			query		string	false	"Of this kind"	Enums(question,complaint,bug,press,thanks,troll)
//	@Param		queue			query		string	false	"Of this queue"
//	@Param		owner			query		string	false	"Of this person"
//	@Param		waiting			query		bool	false	"What waits for an answer, the most pressing first; else all, the latest first"
//	@Param		cursor			query		string	false	"The next of the page before"
//	@Param		limit			query		int		false	"How many"	minimum(1)	maximum(200)	default(50)
//	@Param		Accept-Language	header		string	false	"fr or en: the language of the reasons"
//	@Success	200				{object}	page[triagedOut]
//	@Failure	401,403,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/triage [get]
func (a *API) triaged(g *gin.Context) {
	q := queryOf(g)
	want := models.TriageQuery{
		Site: access.Key(g).Site, Kind: models.TriageKind(q.name("kind")), Queue: q.name("queue"), Owner: q.name("owner"),
		Waiting: q.yes("waiting"), Cursor: q.cursor(), Limit: q.limit(),
	}
	if want.Kind != "" && !want.Kind.Valid() {
		q.faultf("kind", "must be one of %s", join(models.TriageKinds()))
	}
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Triage.Triaged(g.Request.Context(), want)
	if err != nil {
		problem.Write(g, err)
		return
	}
	wire := a.wireComment(g)
	respond(g, http.StatusOK, pageOf(found, func(t models.TriagedComment) triagedOut {
		return triagedOut{newTriageOut(t.Triage), wire(t.Comment)}
	}))
}
