package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// deskDecide takes one decision. To the page's script it answers with the next
// items; without it the next page shows them.
func (c *Console) deskDecide(w http.ResponseWriter, r *http.Request) error {
	want, err := c.decisionOf(r)
	if err != nil {
		return err
	}
	if _, err := c.deps.Desk.Decisions.Decide(r.Context(), want); err != nil {
		return c.lost(w, r, want.Comment, err)
	}
	s := c.seatOf(r)
	if isPartial(r) {
		items, err := c.claim(r, s, models.ClaimRequest{Limit: ahead})
		if err != nil {
			return err
		}
		return c.moreHands(w, r, s, items.Items)
	}
	c.flash(w, r, "desk.done."+string(want.Decision))
	return c.back(w, r, deskPath(s.queue))
}

func deskPath(queue string) string {
	if queue == "" {
		return "/desk"
	}
	return "/desk?queue=" + url.QueryEscape(queue)
}

// decisionOf reads what was decided from the form.
func (c *Console) decisionOf(r *http.Request) (models.DecisionRequest, error) {
	v := viewOf(r)
	d := models.DecisionRequest{
		Comment: models.CommentID(r.PostFormValue("comment")), Site: v.Site.ID, By: v.by(),
		Decision: models.DecisionKind(r.PostFormValue("decision")), Claim: r.PostFormValue("claim"),
		Note: strings.TrimSpace(r.PostFormValue("note")), ID: r.PostFormValue("id"),
	}
	if d.Claim == "" {
		d.Claim = "none" // the desk decides what it holds, and nothing else
	}
	switch d.Decision {
	case "remind":
		d.Decision = models.DecideReject
		if r.PostFormValue("outcome") == "hold" {
			d.Decision = models.DecideHold
		}
		d.Message = strings.TrimSpace(r.PostFormValue("message"))
		book, err := c.deps.Desk.Book(r.Context(), v.Site.ID)
		if err != nil {
			return d, err
		}
		sentence, _ := book.Book.Sentence(r.PostFormValue("sentence"))
		d.Charter = sentence.Text.In(v.Site.Locale) // its author reads the site's language
	case models.DecideEdit:
		d.Cuts = cutsOf(r)
	case models.DecideEscalate:
		// The note goes to one place: "queue:legal" or "user:anne@blog.example".
		if to, ok := strings.CutPrefix(r.PostFormValue("to"), "queue:"); ok {
			d.Queue = to
		} else {
			d.Assignee = r.PostFormValue("to")
		}
	}
	return d, nil
}

// cutsOf reads pieces to take out, written as in 5-13.
func cutsOf(r *http.Request) []models.Cut {
	var out []models.Cut
	for _, value := range r.PostForm["cut"] {
		begin, end, ok := strings.Cut(value, "-")
		b, err := strconv.Atoi(begin)
		e, err2 := strconv.Atoi(end)
		if ok && err == nil && err2 == nil {
			out = append(out, models.Cut{Begin: b, End: e})
		}
	}
	return out
}

// lost answers an act on an item that somebody else decided or has in hand: who
// it was, what they did, and when.
func (c *Console) lost(w http.ResponseWriter, r *http.Request, id models.CommentID, cause error) error {
	kind := models.KindOf(cause)
	if kind != models.Conflict && kind != models.NotFound {
		return cause
	}
	v := viewOf(r)
	words := v.T("desk.lost.claim")
	comment, err := c.deps.Desk.Texts.Comment(r.Context(), v.Site.ID, id)
	if err == nil && comment.Decision != nil {
		names, err := c.names(r.Context())
		if err != nil {
			return err
		}
		d := comment.Decision
		words = v.T("desk.lost.decided", "Who", names.of(v, d.By), "What", v.T("decided."+string(d.Decision)),
			"When", c.ago(v.Lang, d.At))
	} else if item, err := c.deps.Desk.Hands.Item(r.Context(), v.Site.ID, id); err == nil && item.Claim != nil && item.Claim.By != v.by() {
		names, err := c.names(r.Context())
		if err != nil {
			return err
		}
		words = v.T("desk.lost.held", "Who", names.of(v, item.Claim.By))
	}
	if isPartial(r) {
		return c.renderPart(w, r, http.StatusConflict, "desk", "lost", deskData{Claim: words})
	}
	c.flashWords(w, words)
	return c.back(w, r, deskPath(c.seatOf(r).queue))
}

// deskSkip leaves an item to others.
func (c *Console) deskSkip(w http.ResponseWriter, r *http.Request) error {
	v, id := viewOf(r), models.CommentID(r.PostFormValue("comment"))
	err := c.deps.Desk.Hands.Skip(r.Context(), models.SkipRequest{
		Site: v.Site.ID, Comment: id, Claim: r.PostFormValue("claim"), By: v.by(),
	})
	if err != nil {
		return c.lost(w, r, id, err)
	}
	s := c.seatOf(r)
	if isPartial(r) {
		items, err := c.claim(r, s, models.ClaimRequest{Limit: ahead})
		if err != nil {
			return err
		}
		return c.moreHands(w, r, s, items.Items)
	}
	c.flash(w, r, "desk.done.skip")
	return c.back(w, r, deskPath(s.queue))
}

// deskUndo takes the person's latest act back. What comes back lies before them
// again; a wave comes back to the queue as one.
func (c *Console) deskUndo(w http.ResponseWriter, r *http.Request) error {
	v, s := viewOf(r), c.seatOf(r)
	out, err := c.deps.Desk.Decisions.UndoLast(r.Context(), v.Site.ID, v.by())
	if models.KindOf(err) == models.NotFound {
		if isPartial(r) {
			return c.renderPart(w, r, http.StatusConflict, "desk", "lost", deskData{Claim: v.T("desk.undo.nothing")})
		}
		c.flash(w, r, "desk.undo.nothing")
		return c.back(w, r, deskPath(s.queue))
	}
	if err != nil {
		return err
	}
	if len(out.Decisions) == 0 || isPartial(r) && out.Wave != "" {
		c.flashWords(w, v.console.words.count(v.Lang, "desk.undo.wave", len(out.Decisions)))
		return c.back(w, r, "/desk")
	}
	back := out.Decisions[0].Comment
	if !isPartial(r) {
		c.flash(w, r, "desk.undo.done")
		return c.back(w, r, "/desk?item="+string(back))
	}
	got, err := c.claim(r, s, models.ClaimRequest{Comment: back})
	if err != nil {
		return c.lost(w, r, back, err)
	}
	for _, item := range got.Items {
		if item.Comment.ID == back {
			return c.moreHands(w, r, s, []models.ReviewItem{item})
		}
	}
	return c.back(w, r, "/desk")
}

// deskTriage says what a comment is, and who answers it.
func (c *Console) deskTriage(w http.ResponseWriter, r *http.Request) error {
	v, id := viewOf(r), models.CommentID(r.PostFormValue("comment"))
	comment, err := c.deps.Desk.Texts.Comment(r.Context(), v.Site.ID, id)
	if err != nil {
		return err
	}
	if !v.User.SeesSection(v.Site.ID, comment.Context.Section) {
		return models.Errorf(models.NotFound, "no comment %s", id)
	}
	made, err := c.deps.Desk.Triage.SetTriage(r.Context(), models.TriageRequest{
		Comment: id, Site: v.Site.ID, Kind: models.TriageKind(r.PostFormValue("kind")), Queue: r.PostFormValue("to_queue"),
		Owner: r.PostFormValue("owner"), NoAnswer: r.PostFormValue("no_answer") != "", Answered: r.PostFormValue("answered") != "",
		Note: strings.TrimSpace(r.PostFormValue("note")), By: v.by(),
	})
	if err != nil {
		return err
	}
	if !isPartial(r) {
		c.flash(w, r, "triage.done")
		back := localPath(r.Referer())
		if back == "" {
			back = "/triage"
		}
		return c.back(w, r, back)
	}
	names, err := c.names(r.Context())
	if err != nil {
		return err
	}
	h := hand{ReviewItem: models.ReviewItem{Comment: comment}, Triage: made}
	if made != nil && made.Owner != "" {
		h.Owner = names.of(v, made.Owner)
	}
	return c.renderPart(w, r, http.StatusOK, "desk", "triaged", h)
}
