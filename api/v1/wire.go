package v1

import (
	"encoding/json"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/models"
)

// commentOut is a comment as it is shown. An erased one has lost its text and
// what told of its author.
type commentOut struct {
	ID         string          `json:"id,omitempty"` // left out when nothing was kept
	ExternalID *string         `json:"external_id"`
	Status     models.Status   `json:"status"`
	Site       models.SiteID   `json:"site"`
	Text       string          `json:"text"`
	Published  string          `json:"published_text,omitempty"` // what to show in place of text, where a moderator took words out
	Lang       *string         `json:"lang"`                     // as sent, else as detected
	Type       string          `json:"type"`
	Author     authorWire      `json:"author"`
	Context    contextWire     `json:"context"`
	PostedAt   *time.Time      `json:"posted_at"`
	ReceivedAt *time.Time      `json:"received_at"`
	JudgedAt   *time.Time      `json:"judged_at"`
	Verdict    *verdictOut     `json:"verdict"`            // null until judged
	Decision   *decisionOut    `json:"decision,omitempty"` // the last that stands
	Edited     bool            `json:"edited"`
	Revision   int64           `json:"revision"`
	Metadata   json.RawMessage `json:"metadata,omitempty" swaggertype:"object"`
}

// authorWire is who wrote a comment, in both directions.
type authorWire struct {
	ID        string `json:"id,omitempty"`
	Name      string `json:"name,omitempty"`
	Email     string `json:"email,omitempty"`
	URL       string `json:"url,omitempty"`
	IP        string `json:"ip,omitempty"`
	UserAgent string `json:"user_agent,omitempty"`
	Role      string `json:"role,omitempty"`
}

// contextWire is where a comment stands, in both directions.
type contextWire struct {
	Section    string `json:"section,omitempty"` // a part of the site, as the site names it
	URL        string `json:"url,omitempty"`
	Title      string `json:"title,omitempty"`
	ThreadID   string `json:"thread_id,omitempty"`
	ParentID   string `json:"parent_id,omitempty"`
	ParentText string `json:"parent_text,omitempty"`
}

// verdictOut is what the machine says, its reasons worded for the reader.
type verdictOut struct {
	Action        models.Action  `json:"action"`
	Scores        models.Scores  `json:"scores" swaggertype:"object,number"`
	Labels        []models.Label `json:"labels"`
	Reasons       []reasonOut    `json:"reasons"`
	Lang          string         `json:"lang"`
	Weights       weightsOut     `json:"weights"`
	PolicyVersion int64          `json:"policy_version"`
	Edit          *editOut       `json:"edit,omitempty"` // left out when none is known
}

type weightsOut struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// reasonOut is one reason; a shadow one spoke but did not count.
type reasonOut struct {
	Rule      string            `json:"rule"`
	Text      string            `json:"text"`
	Action    models.Action     `json:"action"`
	Label     models.Label      `json:"label,omitempty"`
	Score     *float64          `json:"score,omitempty"`
	Threshold *float64          `json:"threshold,omitempty"`
	Params    map[string]string `json:"params,omitempty"`
	Evidence  []spanOut         `json:"evidence,omitempty"`
	Shadow    bool              `json:"shadow,omitempty"`
}

// spanOut is a piece of the text; offsets are Unicode code points, end exclusive.
type spanOut struct {
	Begin   int      `json:"begin"`
	End     int      `json:"end"`
	Text    string   `json:"text"`
	Without *float64 `json:"without,omitempty"` // the reason's score once this piece is taken out; left out when not measured, or when this piece alone lowers nothing
}

// editOut is the smallest edit known to let the comment pass or, where none is,
// to make the verdict milder: what to take out, and the action then.
type editOut struct {
	Spans  []spanOut     `json:"spans"`
	Action models.Action `json:"action"`
}

// decisionOut is what a person decided.
type decisionOut struct {
	ID       string              `json:"id"`
	Comment  models.CommentID    `json:"comment"`
	Decision models.DecisionKind `json:"decision"`
	By       string              `json:"by"`
	At       time.Time           `json:"at"`
	Reason   string              `json:"reason"`
	Note     string              `json:"note"`
	Charter  string              `json:"charter,omitempty"` // the sentence of the charter that is recalled to the author
	Message  string              `json:"message,omitempty"` // a few words to the author
	Cuts     []cutIO             `json:"cuts,omitempty"`    // of an edit: what is not published
	Queue    string              `json:"queue,omitempty"`
	Assignee string              `json:"assignee,omitempty"`
	Wave     string              `json:"wave,omitempty"` // shared by the decisions of one act
	UndoneAt *time.Time          `json:"undone_at,omitempty"`
}

// wireComment gives what turns comments into answers for the reader of g.
func (a *API) wireComment(g *gin.Context) func(models.Comment) commentOut {
	lang := a.reader(g)
	return func(c models.Comment) commentOut { return newCommentOut(c, lang) }
}

func newCommentOut(c models.Comment, lang string) commentOut {
	out := commentOut{
		ID: string(c.ID), ExternalID: orNull(c.ExternalID), Status: c.Status, Site: c.Site,
		Text: c.Text, Lang: orNull(c.Lang), Type: c.Type,
		Author: authorWire(c.Author), Context: contextWire(c.Context),
		PostedAt: timeOrNull(c.PostedAt), ReceivedAt: timeOrNull(c.ReceivedAt), JudgedAt: timeOrNull(c.JudgedAt),
		Edited: c.Edited, Revision: c.Revision,
	}
	if out.Type == "" {
		out.Type = "comment"
	}
	if json.Valid(c.Metadata) {
		out.Metadata = c.Metadata
	}
	if c.Verdict != nil {
		v := newVerdictOut(*c.Verdict, lang)
		out.Verdict = &v
	}
	if c.Decision != nil {
		d := newDecisionOut(*c.Decision)
		out.Decision = &d
	}
	if published := c.Published(); published != c.Text {
		out.Published = published
	}
	return out
}

func newVerdictOut(v models.Verdict, lang string) verdictOut {
	out := verdictOut{
		Action: v.Action, Scores: v.Scores, Labels: v.Labels, Lang: v.Lang,
		Weights: weightsOut(v.Weights), PolicyVersion: v.PolicyVersion,
		Reasons: each(v.Reasons, func(r models.Reason) reasonOut { return newReasonOut(r, lang) }),
	}
	if v.Edit != nil {
		out.Edit = &editOut{Spans: each(v.Edit.Spans, newSpanOut), Action: v.Edit.Action}
	}
	if out.Scores == nil {
		out.Scores = models.Scores{}
	}
	if out.Labels == nil {
		out.Labels = []models.Label{}
	}
	return out
}

func newReasonOut(r models.Reason, lang string) reasonOut {
	out := reasonOut{
		Rule: r.Rule, Text: r.Text(lang), Action: r.Action, Label: r.Label, Params: r.Params,
		Evidence: each(r.Evidence, newSpanOut), Shadow: r.Shadow,
	}
	if r.Rule == models.RuleScore {
		out.Score, out.Threshold = &r.Score, &r.Threshold
	}
	return out
}

func newSpanOut(s models.Span) spanOut { return spanOut(s) }

func newDecisionOut(d models.Decision) decisionOut {
	return decisionOut{
		ID: d.ID, Comment: d.Comment, Decision: d.Decision, By: d.By, At: d.At.UTC(),
		Reason: d.Reason, Note: d.Note, Charter: d.Charter, Message: d.Message,
		Cuts: each(d.Cuts, func(c models.Cut) cutIO { return cutIO(c) }), Queue: d.Queue, Assignee: d.Assignee, Wave: d.Wave,
		UndoneAt: timeOrNull(d.UndoneAt),
	}
}

// orNull shows what is not told as null.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
