package v1

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// waveOut is a group of open items with something in common.
type waveOut struct {
	Kind   models.WaveKind `json:"kind" enums:"text,host,network,author"`
	Key    string          `json:"key"`  // opaque; the host itself for a host
	Size   int             `json:"size"` // counting stops at 500
	Oldest time.Time       `json:"oldest"`
	Newest time.Time       `json:"newest"`
	Sample *commentOut     `json:"sample,omitempty"` // one of them, in lists
}

// waveIn decides several items in one act.
type waveIn struct {
	Items    []string `json:"items" validate:"required" minItems:"1" maxItems:"500"` // ids of comments
	Decision string   `json:"decision" validate:"required" enums:"approve,hold,reject,spam,escalate"`
	Reason   string   `json:"reason,omitempty"`
	Note     string   `json:"note,omitempty"`     // for colleagues
	Charter  string   `json:"charter,omitempty"`  // the sentence of the charter that is recalled to the authors
	Message  string   `json:"message,omitempty"`  // a few words to the authors
	Queue    string   `json:"queue,omitempty"`    // of an escalation: where to
	Assignee string   `json:"assignee,omitempty"` // of an escalation: who to
	Settled  bool     `json:"settled,omitempty"`  // what does not wait is decided too
}

// outcomeOut is what became of the items of a wave.
type outcomeOut struct {
	Wave      string        `json:"wave"` // by which it can be undone; empty for a decision that was taken alone
	Decisions []decisionOut `json:"decisions"`
	Skipped   []skippedOut  `json:"skipped"` // what was left as it was
}

type skippedOut struct {
	ID  models.CommentID `json:"id"`
	Why string           `json:"why"`
}

func newOutcomeOut(o models.WaveOutcome) outcomeOut {
	out := outcomeOut{Wave: o.Wave, Decisions: each(o.Decisions, newDecisionOut), Skipped: []skippedOut{}}
	for _, id := range slices.Sorted(maps.Keys(o.Skipped)) {
		out.Skipped = append(out.Skipped, skippedOut{id, o.Skipped[id]})
	}
	return out
}

// wireWave gives what turns waves into answers for the reader of g.
func (a *API) wireWave(g *gin.Context) func(models.Wave) waveOut {
	wire := a.wireComment(g)
	return func(w models.Wave) waveOut {
		out := waveOut{Kind: w.Kind, Key: w.Key, Size: w.Size, Oldest: w.Oldest.UTC(), Newest: w.Newest.UTC()}
		if w.Sample.ID != "" {
			sample := wire(w.Sample)
			out.Sample = &sample
		}
		return out
	}
}

// waves lists groups of open items.
//
//	@ID			listWaves
//	@Summary		List groups of open items that have something in common
//	@Description	Nearly the same words (two or more), links to one host, one network, one author (three or more); the largest of each kind first.
//	@Tags			review
//	@Produce		json
//	@Param			limit			query		int		false	"How many of each kind"	minimum(1)	maximum(200)	default(50)
//	@Param			Accept-Language	header		string	false	"fr or en: the language of the reasons"
//	@Success		200				{object}	page[waveOut]
//	@Failure		401,403,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/review/waves [get]
func (a *API) waves(g *gin.Context) {
	q := queryOf(g)
	limit := q.limit()
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Waves.Waves(g.Request.Context(), access.Key(g).Site, limit)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf(found, a.wireWave(g)))
}

// waveItems lists the open items of a wave.
//
//	@ID		listWaveItems
//	@Summary	List the open items of a wave, oldest first
//	@Tags		review
//	@Produce	json
//	@Param		kind			query		string	true	"What they have in common"	Enums(text,host,network,author)
//	@Param		key				query		string	true	"The wave's key"
//	@Param		Accept-Language	header		string	false	"fr or en: the language of the reasons"
//	@Success	200				{object}	page[itemOut]
//	@Failure	401,403,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/review/waves/items [get]
func (a *API) waveItems(g *gin.Context) {
	q := queryOf(g)
	kind, key := models.WaveKind(q.name("kind")), q.name("key")
	if !slices.Contains(models.WaveKinds(), kind) {
		q.faultf("kind", "must be one of %s", join(models.WaveKinds()))
	}
	if key == "" {
		q.faultf("key", "is missing")
	}
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.Waves.WaveItems(g.Request.Context(), access.Key(g).Site, kind, key)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf(found, a.wireItem(g)))
}

// decideWave decides several items in one act.
//
//	@ID			decideWave
//	@Summary		Decide several items in one act
//	@Description	What does not wait any more, or is held by somebody else, is left as it is and named. No claim is needed.
//	@Tags			review
//	@Accept			json
//	@Produce		json
//	@Param			body			body		waveIn	true	"The items and the decision"
//	@Param			Idempotency-Key	header		string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success		200				{object}	outcomeOut
//	@Failure		400,401,403,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/review/waves [post]
func (a *API) decideWave(g *gin.Context) {
	var in waveIn
	if err := decode(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	d := decisionIn{
		Decision: in.Decision, Reason: in.Reason, Note: in.Note, Charter: in.Charter, Message: in.Message,
		Queue: in.Queue, Assignee: in.Assignee,
	}
	r, err := d.request(g, "")
	if n := len(in.Items); n < 1 || n > models.MaxWave {
		err = also(err, []models.FieldError{{Field: "items", Detail: fmt.Sprintf("must be 1 to %d", models.MaxWave)}})
	}
	if err != nil {
		problem.Write(g, err)
		return
	}
	out, err := a.Waves.DecideWave(g.Request.Context(), models.WaveRequest{
		Items: each(in.Items, func(id string) models.CommentID { return models.CommentID(id) }), DecisionRequest: r, Settled: in.Settled,
	})
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newOutcomeOut(out))
}

// undoWave takes back what of a wave still stands.
//
//	@ID		undoWave
//	@Summary	Take a wave back as one
//	@Tags		review
//	@Produce	json
//	@Param		id				path		string	true	"The wave's id"
//	@Param		Idempotency-Key	header		string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	200				{object}	outcomeOut
//	@Failure	401,403,404,409,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/review/waves/{id}/undo [post]
func (a *API) undoWave(g *gin.Context) {
	id, err := plainID(g, "wave")
	if err != nil {
		problem.Write(g, err)
		return
	}
	out, err := a.Waves.UndoWave(g.Request.Context(), models.UndoRequest{Decision: id, Site: access.Key(g).Site, By: access.By(g)})
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newOutcomeOut(out))
}
