package models

import (
	"slices"
	"time"
)

// UsualPace is how long a decision takes where a site's own pace is not known.
const UsualPace = 25 * time.Second

// ReviewItem is a held comment that waits for a person.
type ReviewItem struct {
	Comment   Comment
	Urgency   float64 // the highest comes first; policy.Urgency makes it
	FiledAt   time.Time
	Escalated bool
	Queue     string // the named queue it was sent to; empty = everybody's
	Assignee  string // the person it was sent to, as an actor; empty = nobody's
	Hard      bool   // see [Verdict.Hard]
	Repeats   int    // how often its author sent the same text again meanwhile; decided with it
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
	Site    SiteID
	By      string
	Limit   int
	TTL     time.Duration
	Token   string    // of the claim to go on with: what it holds is kept and counts; empty = a new claim
	Keep    bool      // what the claim holds is held until TTL from now, and nothing is added
	Comment CommentID // this one alone, whatever its urgency and whoever skipped it; empty = the most urgent
	Queue   string    // of the named queue; empty = of everybody's and one's own
	Mixed   bool      // no more than one hard item in hand while there are others
	Calm    bool      // no hard items at all
	// Sections are those from which the person may take; nil = all.
	Sections []string
}

// SkipRequest gives one item of a claim back, not to be offered to the same
// person before Until.
type SkipRequest struct {
	Site    SiteID
	Comment CommentID
	Claim   string
	By      string
	Until   time.Time
}

// DecisionKind is what a person decides.
type DecisionKind string

// The decisions. Spam rejects and labels as spam; Edit approves what is left
// once the cuts are taken out; Hold keeps the comment held and out of the queue
// until its author edits it or somebody decides it; Escalate keeps it held for
// somebody else.
const (
	DecideApprove  DecisionKind = "approve"
	DecideEdit     DecisionKind = "edit"
	DecideHold     DecisionKind = "hold"
	DecideReject   DecisionKind = "reject"
	DecideSpam     DecisionKind = "spam"
	DecideEscalate DecisionKind = "escalate"
)

// DecisionKinds lists every decision.
func DecisionKinds() []DecisionKind {
	return []DecisionKind{DecideApprove, DecideEdit, DecideHold, DecideReject, DecideSpam, DecideEscalate}
}

// Valid reports whether k is one of [DecisionKinds].
func (k DecisionKind) Valid() bool { return slices.Contains(DecisionKinds(), k) }

// Status is the comment's status once a person decided k.
func (k DecisionKind) Status() Status {
	switch k {
	case DecideApprove, DecideEdit:
		return Approved
	case DecideHold, DecideEscalate:
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
	Note     string // for colleagues
	Reminder
	Cuts     []Cut     // of an edit: what is not published
	Queue    string    // of an escalation: where to
	Assignee string    // of an escalation: who to, as an actor
	Wave     string    // the decisions of one act share it; empty = taken alone
	Before   Status    // the status that an undo restores
	UndoneAt time.Time // zero while it stands
	UndoneBy string
}

// Reminder is what a decision says to the comment's author.
type Reminder struct {
	Charter string // the sentence of the charter that it recalls
	Message string // a few words of the moderator's own
}

// Cut is a piece of a text that is not published. Begin and End are offsets in
// Unicode code points of the submitted text, End exclusive.
type Cut struct{ Begin, End int }

// DecisionRequest asks to decide a comment. Claim is the token of the lease on
// its review item; empty for a decision from the site's own tools.
type DecisionRequest struct {
	ID       string // of the decision to be, so that a request sent twice is one; empty = made here
	Comment  CommentID
	Site     SiteID
	Decision DecisionKind
	By       string
	Reason   string
	Note     string
	Reminder
	Cuts     []Cut
	Queue    string
	Assignee string
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
