package v1

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// deliveryOut is one event on its way to one webhook.
type deliveryOut struct {
	ID         string               `json:"id"`
	Event      eventOut             `json:"event"`
	State      models.DeliveryState `json:"state"`
	Attempts   int                  `json:"attempts"`
	NextAt     *time.Time           `json:"next_at"`
	LastStatus *int                 `json:"last_status"` // null when no answer came
	LastError  *string              `json:"last_error"`
	DoneAt     *time.Time           `json:"done_at"`
}

// replayIn asks to send again: one delivery, or all that failed since a time.
type replayIn struct {
	Delivery string `json:"delivery,omitempty"`
	Since    string `json:"since,omitempty" format:"date-time"`
}

// replayOut tells how many deliveries are due again.
type replayOut struct {
	Replayed int `json:"replayed"`
}

// acceptedOut says that something was set going.
type acceptedOut struct {
	Status string `json:"status"`
}

func newDeliveryOut(d models.Delivery) deliveryOut {
	out := deliveryOut{
		ID: d.ID, Event: newEventOut(d.Event), State: d.State, Attempts: d.Attempts,
		LastError: orNull(d.LastError), DoneAt: timeOrNull(d.DoneAt),
	}
	if d.State == models.DeliveryDue {
		out.NextAt = timeOrNull(d.NextAt)
	}
	if d.LastStatus != 0 {
		out.LastStatus = &d.LastStatus
	}
	return out
}

// deliveries lists what a webhook was sent, newest first.
//
//	@ID		listDeliveries
//	@Summary	List a webhook's deliveries, newest first
//	@Tags		administration
//	@Produce	json
//	@Param		id		path		string	true	"The webhook's id"
//	@Param		cursor	query		string	false	"The next of the page before"
//	@Param		limit	query		int		false	"How many"	minimum(1)	maximum(200)	default(50)
//	@Success	200		{object}	page[deliveryOut]
//	@Failure	401,403,404,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/webhooks/{id}/deliveries [get]
func (a *API) deliveries(g *gin.Context) {
	id, err := plainID(g, "webhook")
	if err != nil {
		problem.Write(g, err)
		return
	}
	q := queryOf(g)
	cursor, limit := q.cursor(), q.limit()
	if err := q.err(); err != nil {
		problem.Write(g, err)
		return
	}
	found, err := a.HookActs.Deliveries(g.Request.Context(), access.Key(g).Site, id, cursor, limit)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, pageOf(found, newDeliveryOut))
}

// rotateSecret makes a secret; for a while the older one signs beside it.
//
//	@ID		rotateWebhookSecret
//	@Summary	Make a webhook a fresh secret, shown once
//	@Tags		administration
//	@Produce	json
//	@Param		id	path		string	true	"The webhook's id"
//	@Success	200	{object}	webhookOut
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/webhooks/{id}/rotate [post]
func (a *API) rotateSecret(g *gin.Context) {
	id, err := plainID(g, "webhook")
	if err != nil {
		problem.Write(g, err)
		return
	}
	w, err := a.HookActs.RotateSecret(g.Request.Context(), access.Key(g).Site, id, access.By(g))
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, withSecret(w))
}

// testWebhook sends a webhook.test event.
//
//	@ID		testWebhook
//	@Summary	Send a webhook a test event
//	@Tags		administration
//	@Produce	json
//	@Param		id				path		string	true	"The webhook's id"
//	@Param		Idempotency-Key	header		string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	202				{object}	acceptedOut
//	@Failure	401,403,404,409,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/webhooks/{id}/test [post]
func (a *API) testWebhook(g *gin.Context) {
	id, err := plainID(g, "webhook")
	if err != nil {
		problem.Write(g, err)
		return
	}
	if err := a.HookActs.TestWebhook(g.Request.Context(), access.Key(g).Site, id, access.By(g)); err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusAccepted, acceptedOut{Status: "due"})
}

// replayDeliveries sends again.
//
//	@ID		replayDeliveries
//	@Summary	Send deliveries again
//	@Tags		administration
//	@Accept		json
//	@Produce	json
//	@Param		id				path		string		true	"The webhook's id"
//	@Param		body			body		replayIn	false	"Which; all that failed when left out"
//	@Param		Idempotency-Key	header		string		false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	202				{object}	replayOut
//	@Failure	400,401,403,404,409,413,415,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/webhooks/{id}/replay [post]
func (a *API) replayDeliveries(g *gin.Context) {
	id, err := plainID(g, "webhook")
	if err != nil {
		problem.Write(g, err)
		return
	}
	var in replayIn
	if err := decodeIfAny(g, &in); err != nil {
		problem.Write(g, err)
		return
	}
	since, ok := instant(in.Since)
	err = inputFaults(
		short("delivery", &in.Delivery, maxShort),
		fault(in.Since != "" && !ok, "since", "must be a time as in 2026-01-31T15:04:05Z"),
	)
	if err != nil {
		problem.Write(g, err)
		return
	}
	n, err := a.HookActs.Replay(g.Request.Context(), access.Key(g).Site, id, in.Delivery, since)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusAccepted, replayOut{Replayed: n})
}
