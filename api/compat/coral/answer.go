package coral

import (
	"encoding/json"
	"slices"

	"github.com/tamis-moderation/tamis/models"
)

// answerOut is what Coral is told. A status ends its pipeline, "NONE" too,
// which would take a newcomer past the moderation before publication: hence
// no opinion is no answer at all.
type answerOut struct {
	Actions          []actionOut     `json:"actions,omitempty"`
	Status           string          `json:"status" enums:"REJECTED,SYSTEM_WITHHELD"`
	ModerationAction *moderationsOut `json:"moderationAction,omitempty"`
}

// actionOut is a flag; Coral takes these two reasons and drops an answer with another.
type actionOut struct {
	ActionType string `json:"actionType" enums:"FLAG"`
	Reason     string `json:"reason" enums:"COMMENT_DETECTED_TOXIC,COMMENT_DETECTED_SPAM"`
}

// moderationsOut says why a comment was rejected.
type moderationsOut struct {
	RejectionReason reasonOut `json:"rejectionReason"`
}

type reasonOut struct {
	Code string `json:"code" enums:"OFFENSIVE,ABUSIVE,SPAM,BANNED_WORD,HARASSMENT_BULLYING,HATE_SPEECH,OTHER"`
}

const (
	withheld = "SYSTEM_WITHHELD" // Coral's Pending queue
	rejected = "REJECTED"
)

// heldAnswer is what is said when nothing more is known in time.
var heldAnswer = written(answerOut{Status: withheld})

// written writes an answer; strings alone always can be.
func written(a answerOut) []byte {
	raw, _ := json.Marshal(a)
	return raw
}

// answerOf says what a comment's status means to Coral; nil for no opinion.
func answerOf(c models.Comment, over bool) []byte {
	switch {
	case c.Status == models.Approved && (!over || c.Decision != nil):
		return nil
	case c.Status == models.Rejected:
		return written(answerOut{
			Actions: flags(c.Verdict), Status: rejected,
			ModerationAction: &moderationsOut{reasonOut{reason(c.Verdict)}},
		})
	default:
		return written(answerOut{Actions: flags(c.Verdict), Status: withheld})
	}
}

// flags tells moderators what the machine found.
func flags(v *models.Verdict) []actionOut {
	if v == nil {
		return nil
	}
	var found []actionOut
	if slices.ContainsFunc(v.Labels, toxic) {
		found = append(found, actionOut{"FLAG", "COMMENT_DETECTED_TOXIC"})
	}
	if slices.Contains(v.Labels, models.Spam) {
		found = append(found, actionOut{"FLAG", "COMMENT_DETECTED_SPAM"})
	}
	return found
}

// toxic reports whether a label is about how people treat each other.
func toxic(l models.Label) bool {
	return l != models.Spam && l != models.Distress && l != models.Leak
}

// reasons are the codes of Coral by our labels, the gravest first.
var reasons = []struct {
	label models.Label
	code  string
}{
	{models.IdentityAttack, "HATE_SPEECH"},
	{models.Threat, "HARASSMENT_BULLYING"},
	{models.Insult, "ABUSIVE"},
	{models.SevereToxic, "OFFENSIVE"},
	{models.Toxic, "OFFENSIVE"},
	{models.Obscene, "OFFENSIVE"},
	{models.Sexual, "OFFENSIVE"},
	{models.Spam, "SPAM"},
}

// reason is the code of a rejection. Without one Coral would put OTHER itself.
func reason(v *models.Verdict) string {
	if v == nil {
		return "OTHER"
	}
	for _, r := range reasons {
		if slices.Contains(v.Labels, r.label) {
			return r.code
		}
	}
	if slices.ContainsFunc(v.Reasons, func(r models.Reason) bool { return r.Rule == models.RuleWord && r.Action == models.Reject && !r.Shadow }) {
		return "BANNED_WORD"
	}
	return "OTHER"
}
