package v1

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// Library is what is found and counted of judged comments.
type Library interface {
	Spread(ctx context.Context, q models.ScoreQuery) (models.Spread, error)
	// Story gives a comment with what happened to it; audit entries newest first.
	Story(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, models.Story, []models.AuditEntry, error)
	// Export writes comma-separated values and tells how many comments.
	Export(ctx context.Context, q models.CommentQuery, w io.Writer) (int, error)
	Views(ctx context.Context, site models.SiteID, owner string) ([]models.SavedView, error)
	SaveView(ctx context.Context, v models.SavedView) (models.SavedView, error)
	DeleteView(ctx context.Context, site models.SiteID, id, owner string) error
}

// search reads what a list of comments is narrowed by.
func (q *query) search(site models.SiteID) models.CommentQuery {
	want := models.CommentQuery{
		Site: site, Status: q.status(), Label: q.label(), Since: q.since(), Until: q.moment("until"), Cursor: q.cursor(), Limit: q.limit(),
		Words: q.name("words"), Author: q.name("author"), Undecided: q.yes("undecided"), Score: q.scores(),
	}
	if q.values.Has("section") {
		want.Sections = []string{q.name("section")}
	}
	return want
}

// scores is a range of a label's scores; nil where none is asked for.
func (q *query) scores() *models.ScoreRange {
	if !q.values.Has("score") {
		return nil
	}
	r := models.ScoreRange{Label: models.Label(q.values.Get("score")), Max: 1}
	if !r.Label.Valid() {
		q.faultf("score", "must be one of %s", join(models.Labels()))
	}
	r.Min, r.Max = q.probability("min", 0), q.probability("max", 1)
	if r.Min > r.Max {
		q.faultf("min", "must not be above max")
	}
	return &r
}

// probability is a parameter from 0 to 1.
func (q *query) probability(field string, usual float64) float64 {
	raw := q.values.Get(field)
	if raw == "" {
		return usual
	}
	p, err := strconv.ParseFloat(raw, 64)
	if err != nil || !(p >= 0 && p <= 1) {
		q.faultf(field, "must be a number from 0 to 1")
		return usual
	}
	return p
}

// moment is a parameter that is a time.
func (q *query) moment(field string) time.Time {
	raw := q.values.Get(field)
	if raw == "" {
		return time.Time{}
	}
	t, ok := instant(raw)
	if !ok {
		q.faultf(field, "must be a time as in 2026-01-31T15:04:05Z")
	}
	return t
}

// spreadOut is how a label's scores are spread.
type spreadOut struct {
	Label   models.Label `json:"label"`
	Buckets []bucketOut  `json:"buckets"`
}

// bucketOut is a range of scores, and how many comments stand how in it.
type bucketOut struct {
	From     float64 `json:"from"`
	To       float64 `json:"to"`
	Approved int64   `json:"approved"`
	Held     int64   `json:"held"` // and pending
	Rejected int64   `json:"rejected"`
}

// spread counts comments by their score of a label.
//
//	@ID		scores
//	@Summary	Count comments by their score of a label
//	@Tags		comments
//	@Produce	json
//	@Param		label	query		string	true	"The label"	Enums(toxic,severe_toxic,insult,threat,identity_attack,obscene,sexual,spam,distress,leak)
//	@Param		since	query		string	false	"Only received at or after"	Format(date-time)
//	@Param		until	query		string	false	"Only received before"	Format(date-time)
//	@Param		section	query		string	false	"Only of this section"
//	@Param		buckets	query		int		false	"Ranges of equal width"	Enums(1,2,4,5,8,10,20,40)	default(20)
//	@Success	200		{object}	spreadOut
//	@Failure	401,403,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/scores [get]
func (a *API) spread(g *gin.Context) {
	q := queryOf(g)
	want := models.ScoreQuery{
		Site: access.Key(g).Site, Label: q.label(), Since: q.since(), Until: q.moment("until"), Buckets: q.divisor("buckets", 20, models.SpreadBuckets),
	}
	if want.Label == "" {
		q.faultf("label", "must be one of %s", join(models.Labels()))
	}
	if q.values.Has("section") {
		want.Sections = []string{q.name("section")}
	}
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Library.Spread(g.Request.Context(), want)
	if err != nil {
		problem.Write(g, err)
		return
	}
	out := spreadOut{Label: want.Label}
	for i := range found.Approved {
		n := float64(want.Buckets)
		out.Buckets = append(out.Buckets, bucketOut{float64(i) / n, float64(i+1) / n, found.Approved[i], found.Held[i], found.Rejected[i]})
	}
	respond(g, http.StatusOK, out)
}

// divisor is a parameter that divides a whole number.
func (q *query) divisor(field string, usual, of int) int {
	raw := q.values.Get(field)
	if raw == "" {
		return usual
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < 1 || of%n != 0 {
		q.faultf(field, "must be a whole number that divides %d", of)
		return usual
	}
	return n
}

// wholeStoryOut is all that happened to a comment.
type wholeStoryOut struct {
	Comment    commentOut    `json:"comment"`
	Entries    []auditOut    `json:"entries"`   // who did what, the newest first
	Decisions  []decisionOut `json:"decisions"` // undone ones too, the oldest first
	Reports    []reportedOut `json:"reports"`
	Deliveries []deliveryOut `json:"deliveries"` // of its events to webhooks
}

// reportedOut is a reader's flag.
type reportedOut struct {
	At       time.Time `json:"at"`
	Reporter string    `json:"reporter,omitempty"`
	Reason   string    `json:"reason"`
}

// story tells all that happened to a comment.
//
//	@ID		commentStory
//	@Summary	All that happened to a comment
//	@Tags		comments
//	@Produce	json
//	@Param		id				path		string	true	"The comment's id"
//	@Param		Accept-Language	header		string	false	"fr or en: the language of the reasons"
//	@Success	200				{object}	wholeStoryOut
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/comments/{id}/story [get]
func (a *API) story(g *gin.Context) {
	id, err := commentID(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	c, s, entries, err := a.Library.Story(g.Request.Context(), access.Key(g).Site, id)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, wholeStoryOut{
		Comment:   a.wireComment(g)(c),
		Entries:   each(entries, newAuditOut),
		Decisions: each(s.Decisions, newDecisionOut),
		Reports: each(s.Reports, func(r models.Report) reportedOut {
			return reportedOut{At: r.At.UTC(), Reporter: r.Reporter, Reason: r.Reason}
		}),
		Deliveries: each(s.Deliveries, newDeliveryOut),
	})
}

// export writes comments as comma-separated values.
//
//	@ID			exportComments
//	@Summary		Export comments as comma-separated values
//	@Description	Takes the parameters of the list. Cells that a spreadsheet would take for a formula begin with an apostrophe. 100,000 comments at most.
//	@Tags			comments
//	@Produce		text/csv
//	@Param			status		query		string	false	"Only of this status"		Enums(pending,approved,held,rejected,erased)
//	@Param			label		query		string	false	"Only with this label"
//	@Param			since		query		string	false	"Only received at or after"	Format(date-time)
//	@Param			until		query		string	false	"Only received before"	Format(date-time)
//	@Param			words		query		string	false	"Words of the text"
//	@Param			author		query		string	false	"The author's name, address or id"
//	@Param			section		query		string	false	"Only of this section"
//	@Param			score		query		string	false	"A label whose score is bounded by min and max"
//	@Param			min			query		number	false	"Lowest score"
//	@Param			max			query		number	false	"Highest score"
//	@Param			undecided	query		bool	false	"Only what no person decided"
//	@Success		200			{string}	string	"The file"
//	@Failure		401,403,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/comments.csv [get]
func (a *API) export(g *gin.Context) {
	q := queryOf(g)
	want := q.search(access.Key(g).Site)
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	w := &lazyFile{g: g}
	if _, err := a.Library.Export(g.Request.Context(), want, w); err != nil {
		if !w.begun {
			problem.Write(g, err)
			return
		}
		problem.Note(g, err)
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
}

// lazyFile sets the headers of a file with its first byte, so that an error
// before can still be told.
type lazyFile struct {
	g     *gin.Context
	begun bool
}

// Write implements [io.Writer].
func (f *lazyFile) Write(p []byte) (int, error) {
	if !f.begun {
		f.begun = true
		f.g.Header("Content-Type", "text/csv; charset=utf-8")
		f.g.Header("Content-Disposition", `attachment; filename="comments.csv"`)
		f.g.Status(http.StatusOK)
	}
	return f.g.Writer.Write(p)
}
