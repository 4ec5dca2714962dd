package wire

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

type verdict struct {
	Action        models.Action  `json:"action"`
	Scores        models.Scores  `json:"scores,omitempty"`
	Labels        []models.Label `json:"labels,omitempty"`
	Reasons       []reason       `json:"reasons,omitempty"`
	Lang          string         `json:"lang,omitempty"`
	WeightsName   string         `json:"weights,omitempty"`
	WeightsDigest string         `json:"digest,omitempty"`
	PolicyVersion int64          `json:"policy_version"`
	Edit          *edit          `json:"edit,omitempty"`
}

type reason struct {
	Rule      string            `json:"rule"`
	Action    models.Action     `json:"action,omitempty"`
	Label     models.Label      `json:"label,omitempty"`
	Score     float64           `json:"score,omitempty"`
	Threshold float64           `json:"threshold,omitempty"`
	Params    map[string]string `json:"params,omitempty"`
	Evidence  []span            `json:"evidence,omitempty"`
	Shadow    bool              `json:"shadow,omitempty"`
}

type span struct {
	Begin   int      `json:"begin"`
	End     int      `json:"end"`
	Text    string   `json:"text,omitempty"`
	Without *float64 `json:"without,omitempty"`
}

type edit struct {
	Spans  []span        `json:"spans,omitempty"`
	Action models.Action `json:"action"`
}

// CheckVerdict refuses what no document can hold: scores that are no numbers.
func CheckVerdict(v models.Verdict) error {
	for label, p := range v.Scores {
		if math.IsNaN(p) || math.IsInf(p, 0) {
			return models.Fields(models.FieldError{Field: "verdict.scores." + string(label), Detail: "is not a number"})
		}
	}
	for _, r := range v.Reasons {
		if math.IsNaN(r.Score+r.Threshold) || math.IsInf(r.Score+r.Threshold, 0) {
			return models.Fields(models.FieldError{Field: "verdict.reasons", Detail: "carry a score that is not a number"})
		}
		for _, s := range r.Evidence {
			if s.Without != nil && (math.IsNaN(*s.Without) || math.IsInf(*s.Without, 0)) {
				return models.Fields(models.FieldError{Field: "verdict.reasons.evidence", Detail: "carry a score that is not a number"})
			}
		}
	}
	return nil
}

// Verdict is the document of a verdict.
func Verdict(v models.Verdict) string {
	doc := verdict{
		Action: v.Action, Scores: v.Scores, Labels: v.Labels, Lang: v.Lang,
		WeightsName: v.Weights.Name, WeightsDigest: v.Weights.Digest, PolicyVersion: v.PolicyVersion,
	}
	for _, r := range v.Reasons {
		doc.Reasons = append(doc.Reasons, reason{
			Rule: r.Rule, Action: r.Action, Label: r.Label, Score: r.Score, Threshold: r.Threshold,
			Params: r.Params, Evidence: spans(r.Evidence), Shadow: r.Shadow,
		})
	}
	if v.Edit != nil {
		doc.Edit = &edit{Spans: spans(v.Edit.Spans), Action: v.Edit.Action}
	}
	return encode(doc)
}

// ParseVerdict reads what [Verdict] wrote; nil when there is none.
func ParseVerdict(doc []byte) (*models.Verdict, error) {
	if len(doc) == 0 {
		return nil, nil
	}
	v, err := decode[verdict]("verdict", doc)
	if err != nil {
		return nil, err
	}
	out := &models.Verdict{
		Action: v.Action, Scores: v.Scores, Labels: v.Labels, Lang: v.Lang,
		Weights: models.WeightsRef{Name: v.WeightsName, Digest: v.WeightsDigest}, PolicyVersion: v.PolicyVersion,
	}
	for _, r := range v.Reasons {
		out.Reasons = append(out.Reasons, models.Reason{
			Rule: r.Rule, Action: r.Action, Label: r.Label, Score: r.Score, Threshold: r.Threshold,
			Params: r.Params, Evidence: parseSpans(r.Evidence), Shadow: r.Shadow,
		})
	}
	if v.Edit != nil {
		out.Edit = &models.Edit{Spans: parseSpans(v.Edit.Spans), Action: v.Edit.Action}
	}
	return out, nil
}

// Bare is v without anything that quotes the text: what an erasure leaves.
func Bare(v *models.Verdict) *models.Verdict {
	if v == nil {
		return nil
	}
	out := *v
	out.Edit = nil
	out.Reasons = slices.Clone(v.Reasons)
	for i := range out.Reasons {
		out.Reasons[i].Evidence = nil
		if out.Reasons[i].Rule != models.RuleReports {
			out.Reasons[i].Params = nil
		}
	}
	return &out
}

// LabelsOf are the labels under which a comment is listed and announced: its
// verdict's, and spam once a person said so.
func LabelsOf(v *models.Verdict, decided models.DecisionKind) []models.Label {
	var out []models.Label
	if v != nil {
		out = slices.Clone(v.Labels)
	}
	if decided == models.DecideSpam && !slices.Contains(out, models.Spam) {
		out = append(out, models.Spam)
	}
	return out
}

func spans(in []models.Span) []span {
	var out []span
	for _, s := range in {
		out = append(out, span(s))
	}
	return out
}

func parseSpans(in []span) []models.Span {
	var out []models.Span
	for _, s := range in {
		out = append(out, models.Span(s))
	}
	return out
}

type event struct {
	ID         string           `json:"id"`
	Type       models.EventType `json:"type"`
	At         int64            `json:"at"`
	Comment    models.CommentID `json:"comment,omitempty"`
	ExternalID string           `json:"external_id,omitempty"`
	Status     models.Status    `json:"status,omitempty"`
	Labels     []models.Label   `json:"labels,omitempty"`
	Revision   int64            `json:"revision,omitempty"`
}

// Event is the document of an event on its way to a webhook; its site is the
// delivery's.
func Event(e models.Event) string {
	return encode(event{
		ID: e.ID, Type: e.Type, At: e.At.UnixMicro(), Comment: e.Comment, ExternalID: e.ExternalID,
		Status: e.Status, Labels: e.Labels, Revision: e.Revision,
	})
}

// ParseEvent reads what [Event] wrote.
func ParseEvent(doc []byte, site models.SiteID) (models.Event, error) {
	e, err := decode[event]("event", doc)
	return models.Event{
		ID: e.ID, Type: e.Type, At: time.UnixMicro(e.At).UTC(), Site: site, Comment: e.Comment,
		ExternalID: e.ExternalID, Status: e.Status, Labels: e.Labels, Revision: e.Revision,
	}, err
}

// ReportsReason is why readers' flags hold a comment.
func ReportsReason(count, limit int) models.Reason {
	return models.Reason{
		Rule: models.RuleReports, Action: models.Hold,
		Params: map[string]string{"count": strconv.Itoa(count), "limit": strconv.Itoa(limit)},
	}
}

// WithReason is v with one more reason; v may be nil.
func WithReason(v *models.Verdict, r models.Reason) models.Verdict {
	var out models.Verdict
	if v != nil {
		out = *v
	}
	out.Reasons = append(slices.Clone(out.Reasons), r)
	return out
}
