package models

import "time"

// ReviewItem is a held comment that waits for a person.
type ReviewItem struct {
	Comment   Comment
	Urgency   float64 // the highest comes first; policy.Urgency makes it
	FiledAt   time.Time
	Escalated bool
	Claim     *Claim // nil when nobody holds it
}

// Claim is a lease of review items to one person.
type Claim struct {
	Token string
	By    string
	Until time.Time
}

// ClaimedItems is what a claim got.
type ClaimedItems struct {
	Claim
	Items []ReviewItem
}

// ReviewQuery selects the open review items of a site, most urgent first.
type ReviewQuery struct {
	Site   SiteID
	Cursor string
	Limit  int
}

// ClaimRequest asks for the most urgent items that nobody holds.
type ClaimRequest struct {
	Site  SiteID
	By    string
	Limit int
	TTL   time.Duration
}

// DecisionKind is what a person decides.
type DecisionKind string

// The decisions. Spam rejects and labels as spam; Escalate keeps the comment
// held for somebody else.
const (
	DecideApprove  DecisionKind = "approve"
	DecideReject   DecisionKind = "reject"
	DecideSpam     DecisionKind = "spam"
	DecideEscalate DecisionKind = "escalate"
)

// Valid reports whether k is one of the decisions.
func (k DecisionKind) Valid() bool {
	switch k {
	case DecideApprove, DecideReject, DecideSpam, DecideEscalate:
		return true
	}
	return false
}

// Status is the comment's status once a person decided k.
func (k DecisionKind) Status() Status {
	switch k {
	case DecideApprove:
		return Approved
	case DecideEscalate:
		return Held
	default:
		return Rejected
	}
}

// Decision is what a person decided about a comment, and whether it stands.
type Decision struct {
	ID       string
	Comment  CommentID
	Site     SiteID
	Decision DecisionKind
	By       string
	At       time.Time
	Reason   string
	Note     string
	Before   Status    // the status that an undo restores
	UndoneAt time.Time // zero while it stands
	UndoneBy string
}

// DecisionRequest asks to decide a comment. Claim is the token of the lease on
// its review item; empty for a decision from the site's own tools.
type DecisionRequest struct {
	Comment  CommentID
	Site     SiteID
	Decision DecisionKind
	By       string
	Reason   string
	Note     string
	Claim    string
}

// UndoRequest asks to take a decision back.
type UndoRequest struct {
	Decision string
	Site     SiteID
	By       string
}

// Feedback is what one decision, or one lesson of a foreign wire, teaches: it needs no stored text.
type Feedback struct {
	ID        string    // the decision's, or a name of its own
	Comment   CommentID // empty when the comment was never kept
	Site      SiteID
	Section   string
	TextHash  string
	Lang      string
	Scores    Scores
	Decision  DecisionKind
	Suggested Scores // what each label should have scored, where a caller said so
	At        time.Time
}
