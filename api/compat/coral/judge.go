package coral

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// request is a signed body.
type request struct {
	site models.SiteID
	raw  []byte
}

// print names the body: Coral tells no id of a comment, and the same comment
// of the same author on the same story is the same bytes.
func (r request) print() string {
	sum := sha256.Sum256(r.raw)
	return hex.EncodeToString(sum[:])
}

// settled is an answer that is given once: whoever comes first, verdict or
// clock, has said it for good.
type settled struct{ answer atomic.Pointer[[]byte] }

func (s *settled) settle(answer []byte) []byte {
	s.answer.CompareAndSwap(nil, &answer)
	return *s.answer.Load()
}

// answerBy gives the answer to a request at the latest when the budget ends:
// nil for no opinion. The work behind it goes on, so that nothing is lost of a
// comment whose judgement took longer.
func (a *API) answerBy(g *gin.Context, until time.Time, r request) []byte {
	var s settled
	done := make(chan struct{})
	ctx, cancel := context.WithTimeout(context.WithoutCancel(g.Request.Context()), longest)
	var fault error
	go func() {
		defer cancel()
		defer close(done)
		fault = a.work(ctx, until, r, &s)
		if fault != nil {
			a.Log.WarnContext(ctx, "comment of coral not judged, answered to hold", "site", r.site, "err", fault)
		}
	}()
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-done:
		if fault != nil {
			problem.Note(g, fault)
		}
	case <-timer.C:
	}
	return s.settle(heldAnswer)
}

// margin is kept of the budget for saving the answer.
const margin = 20 * time.Millisecond

// work has a comment judged and settles the answer, unless the clock did. What
// can't be kept, read or judged is settled as held.
func (a *API) work(ctx context.Context, until time.Time, r request, s *settled) error {
	c, over, err := comment(r)
	if err != nil {
		return err
	}
	if c.Text == "" {
		s.settle(nil)
		return nil // nothing to be judged
	}
	key := models.IdempotentRequest{Site: r.site, Key: Wire + ":" + r.print(), Fingerprint: r.print()}
	saved, err := a.Requests.Begin(ctx, key)
	switch {
	case err == nil && saved != nil:
		s.settle(saved.Body)
		return nil
	case err != nil && models.KindOf(err) != models.Conflict:
		return err
	}
	mine := err == nil // else the same body is being answered: the same comment is waited for
	kept, err := a.judged(ctx, until, c)
	answer := heldAnswer
	if err == nil {
		answer = answerOf(kept, over)
	}
	answer = s.settle(answer)
	a.tellLater(ctx, r, kept.ID, bytes.Contains(answer, []byte(withheld)))
	if !mine {
		return err
	}
	if err != nil {
		_ = a.Requests.End(ctx, key, nil) // not kept: it is to be tried again
		return err
	}
	return a.Requests.End(ctx, key, &models.SavedResponse{Status: http.StatusOK, ContentType: "application/json", Body: answer})
}

// tellLater has Coral told of what becomes of a comment: of a held one as soon
// as it is settled, of any other once a person decides it.
func (a *API) tellLater(ctx context.Context, r request, id models.CommentID, held bool) {
	url, ok := a.Tell[r.site]
	if !ok || id == "" {
		return
	}
	err := a.Traces.AddTrace(ctx, models.Trace{
		Comment: id, Site: r.site, Wire: Wire, Print: r.print(), Callback: url, Standing: true, Told: !held, At: time.Now(),
	})
	if err != nil {
		// The comment is safe; it is to be settled in Coral by hand.
		a.Log.WarnContext(ctx, "comment of coral not traced", "comment", id, "err", err)
	}
}

// judged keeps a comment and gives it as it stands when the budget ends.
func (a *API) judged(ctx context.Context, until time.Time, c models.Comment) (models.Comment, error) {
	done, err := a.Moderator.Submit(ctx, c)
	if err != nil {
		return models.Comment{}, err
	}
	waiting, cancel := context.WithDeadline(ctx, until.Add(-margin))
	defer cancel()
	kept, err := a.Moderator.Await(waiting, c.Site, done.ID)
	kept.ID = done.ID // it is kept, also where it can't be read now
	return kept, err
}
