package v1

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// aroundOut is what a person wants to see beside a comment before they decide.
type aroundOut struct {
	Waves      []waveOut         `json:"waves"`      // that it is in, while it waits
	Precedents []precedentOut    `json:"precedents"` // how comments like it were decided
	Author     storyOut          `json:"author"`
	Thread     []commentOut      `json:"thread"` // what stands around it, itself included, oldest first
	Beats      []beatOut         `json:"beats"`  // the latest of the thread, oldest first
	Parent     *commentOut       `json:"parent"` // what it answers, when it is kept
	Reports    []reportShown     `json:"reports"`
	Readers    int               `json:"readers"` // how many reported it
	Triage     *triageOut        `json:"triage"`
	Suggested  models.TriageKind `json:"suggested,omitempty"` // what it looks like
}

// precedentOut is a decided comment like another.
type precedentOut struct {
	Comment   commentOut `json:"comment"`
	SameWords bool       `json:"same_words"` // nearly; else the same label with close scores
	Distance  float64    `json:"distance"`   // between the scores
}

// storyOut is what became of an author's other comments.
type storyOut struct {
	Counts map[models.Status]int `json:"counts" swaggertype:"object,integer"`
	First  *time.Time            `json:"first"`
	Last   []commentOut          `json:"last"`
}

// beatOut is one comment of a thread, as its heat is drawn from.
type beatOut struct {
	At     time.Time     `json:"at"`
	Status models.Status `json:"status"`
}

// reportShown is one reader's flag.
type reportShown struct {
	Reason   string    `json:"reason"`
	Reporter string    `json:"reporter,omitempty"`
	At       time.Time `json:"at"`
}

// around shows what is beside a comment.
//
//	@ID		readAround
//	@Summary	Read what is around a comment: waves, precedents, author, thread, reports
//	@Tags		review
//	@Produce	json
//	@Param		id				path		string	true	"The comment's id"
//	@Param		Accept-Language	header		string	false	"fr or en: the language of the reasons"
//	@Success	200				{object}	aroundOut
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/comments/{id}/around [get]
func (a *API) around(g *gin.Context) {
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
	found, err := a.Triage.Around(g.Request.Context(), c)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, a.newAroundOut(g, found))
}

func (a *API) newAroundOut(g *gin.Context, f models.Around) aroundOut {
	wire := a.wireComment(g)
	out := aroundOut{
		Waves: each(f.Waves, a.wireWave(g)), Thread: each(f.Thread.Comments, wire), Readers: f.Readers,
		Author: storyOut{Counts: f.Author.Counts, First: timeOrNull(f.Author.First), Last: each(f.Author.Last, wire)},
		Precedents: each(f.Precedents, func(p models.Precedent) precedentOut {
			return precedentOut{wire(p.Comment), p.SameWords, p.Distance}
		}),
		Beats:   each(f.Thread.Beats, func(b models.Beat) beatOut { return beatOut{b.At.UTC(), b.Status} }),
		Reports: each(f.Reports, func(r models.Report) reportShown { return reportShown{r.Reason, r.Reporter, r.At.UTC()} }),
		Triage:  triageOrNull(f.Triage), Suggested: f.Suggested,
	}
	if out.Author.Counts == nil {
		out.Author.Counts = map[models.Status]int{}
	}
	if f.Parent != nil {
		parent := wire(*f.Parent)
		out.Parent = &parent
	}
	return out
}
