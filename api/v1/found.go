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

// Finds is what a search finds as a whole, and a site at a glance.
type Finds interface {
	// IDs gives what a search selects, and whether there is more than one act decides.
	IDs(ctx context.Context, q models.CommentQuery) (ids []models.CommentID, more bool, err error)
	// DecideFound decides what a search finds and nobody decided yet; Conflict
	// when there are not as many as count.
	DecideFound(ctx context.Context, q models.CommentQuery, count int, w models.WaveRequest) (models.WaveOutcome, error)
	// Overview tells how a site stands; sections nil = all.
	Overview(ctx context.Context, site models.SiteID, sections []string) (models.Overview, error)
}

// foundOut is how much a decision on a search would reach.
type foundOut struct {
	Count int  `json:"count"`
	More  bool `json:"more"` // than one act decides: 500
}

// foundIn decides what a search finds.
type foundIn struct {
	Count    int    `json:"count" validate:"required" minimum:"1" maximum:"500"` // as it was told; another number is a conflict
	Decision string `json:"decision" validate:"required" enums:"approve,hold,reject,spam"`
	Reason   string `json:"reason,omitempty"`
	Note     string `json:"note,omitempty"` // for colleagues
}

// found counts what a search finds and nobody decided yet.
//
//	@ID			countFound
//	@Summary		Count what a search finds and no person decided yet
//	@Description	Takes the parameters of the list of comments. The number is what deciding it asks for.
//	@Tags			review
//	@Produce		json
//	@Param			status	query		string	false	"Only of this status"		Enums(pending,approved,held,rejected,erased)
//	@Param			label	query		string	false	"Only with this label"		Enums(toxic,severe_toxic,insult,threat,identity_attack,obscene,sexual,spam,distress,leak)
//	@Param			since	query		string	false	"Only received at or after"	Format(date-time)
//	@Param			until	query		string	false	"Only received before"	Format(date-time)
//	@Param			words	query		string	false	"Words of the text"
//	@Param			author	query		string	false	"Words of the author's name, address or id"
//	@Param			section	query		string	false	"Only of this section"
//	@Param			score	query		string	false	"A label whose score is bounded by min and max"	Enums(toxic,severe_toxic,insult,threat,identity_attack,obscene,sexual,spam,distress,leak)
//	@Param			min		query		number	false	"Lowest score"	minimum(0)	maximum(1)
//	@Param			max		query		number	false	"Highest score"	minimum(0)	maximum(1)
//	@Success		200		{object}	foundOut
//	@Failure		401,403,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/review/found [get]
func (a *API) found(g *gin.Context) {
	q := queryOf(g)
	want := q.search(access.Key(g).Site)
	want.Undecided = true
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	ids, more, err := a.Finds.IDs(g.Request.Context(), want)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, foundOut{len(ids), more})
}

// decideFound decides what a search finds and nobody decided yet.
//
//	@ID			decideFound
//	@Summary		Decide in one act what a search finds and no person decided yet
//	@Description	Takes the parameters of the list of comments. It is undone as a wave is.
//	@Tags			review
//	@Accept			json
//	@Produce		json
//	@Param			status			query		string	false	"Only of this status"		Enums(pending,approved,held,rejected,erased)
//	@Param			label			query		string	false	"Only with this label"		Enums(toxic,severe_toxic,insult,threat,identity_attack,obscene,sexual,spam,distress,leak)
//	@Param			since			query		string	false	"Only received at or after"	Format(date-time)
//	@Param			until			query		string	false	"Only received before"	Format(date-time)
//	@Param			words			query		string	false	"Words of the text"
//	@Param			author			query		string	false	"Words of the author's name, address or id"
//	@Param			section			query		string	false	"Only of this section"
//	@Param			score			query		string	false	"A label whose score is bounded by min and max"	Enums(toxic,severe_toxic,insult,threat,identity_attack,obscene,sexual,spam,distress,leak)
//	@Param			min				query		number	false	"Lowest score"	minimum(0)	maximum(1)
//	@Param			max				query		number	false	"Highest score"	minimum(0)	maximum(1)
//	@Param			body			body		foundIn	true	"The decision, and how many it is about"
//	@Param			Idempotency-Key	header		string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success		200				{object}	outcomeOut
//	@Failure		400,401,403,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/review/found [post]
func (a *API) decideFound(g *gin.Context) {
	var in foundIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	q := queryOf(g)
	want := q.search(access.Key(g).Site)
	if in.Count < 1 || in.Count > models.MaxWave {
		q.faultf("count", "must be 1 to %d", models.MaxWave)
	}
	r, err := (&decisionIn{Decision: in.Decision, Reason: in.Reason, Note: in.Note}).request(g, "")
	if err = also(err, q.faults); err != nil {
		problem.Write(g, err)
		return
	}
	out, err := a.Finds.DecideFound(g.Request.Context(), want, in.Count, models.WaveRequest{DecisionRequest: r})
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newOutcomeOut(out))
}

// overviewOut is a site at a glance.
type overviewOut struct {
	Waiting  int64        `json:"waiting"`
	Minutes  int          `json:"minutes"`  // that the queue takes one person
	Ages     []ageOut     `json:"ages"`     // of what waits: under an hour, under six, under a day, longer
	Hard     int64        `json:"hard"`     // of what waits, what is hard to read
	Oldest   *time.Time   `json:"oldest"`   // null when nothing waits
	Answered float64      `json:"answered"` // seconds that a decision took, the median of the last hundred; 0: not known
	Present  []presentOut `json:"present"`
	Days     []dayOut     `json:"days"` // the last fourteen, today last
}

// ageOut is one age of the queue, by how grave it is.
type ageOut struct {
	Grave int64 `json:"grave"` // threats, distress and what else is hard
	Rest  int64 `json:"rest"`
}

// presentOut is somebody who is at work.
type presentOut struct {
	Actor  string    `json:"actor"`
	Name   string    `json:"name"`
	SeenAt time.Time `json:"seen_at"`
}

// dayOut is the volume of one day.
type dayOut struct {
	Day      string `json:"day" format:"date"` // UTC
	Received int64  `json:"received"`
	Allowed  int64  `json:"allowed"`
	Held     int64  `json:"held"`
	Rejected int64  `json:"rejected"`
	Decided  int64  `json:"decided"` // by people
}

// overview tells how the site stands.
//
//	@ID		getOverview
//	@Summary	Tell how the site stands: what waits, who is there, the last fourteen days
//	@Tags		comments
//	@Produce	json
//	@Success	200	{object}	overviewOut
//	@Failure	401,403,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/overview [get]
func (a *API) overview(g *gin.Context) {
	o, err := a.Finds.Overview(g.Request.Context(), access.Key(g).Site, nil)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, overviewOut{
		Waiting: o.Waiting, Minutes: o.Minutes, Hard: o.Shape.Hard, Oldest: timeOrNull(o.Shape.Oldest), Answered: o.Shape.Answered,
		Ages: each(o.Shape.Ages[:], func(x models.ShapeAge) ageOut { return ageOut(x) }),
		Present: each(o.People, func(p models.Present) presentOut {
			return presentOut{p.User.Actor(), p.User.Shown(), p.SeenAt.UTC()}
		}),
		Days: each(o.Days, func(d models.Day) dayOut {
			return dayOut{d.At.UTC().Format(time.DateOnly), d.Received, d.Allowed, d.Held, d.Rejected, d.Decided}
		}),
	})
}
