package models

import (
	"slices"
	"time"
)

// Hard reports whether reading a comment may hurt: what it is said to hold is
// a threat, hatred, sexual, severe, or a person in danger. A verdict of nil is
// not hard.
func (v *Verdict) Hard() bool {
	return v != nil && slices.ContainsFunc(v.Reasons, func(r Reason) bool {
		if r.Shadow {
			return false
		}
		switch r.Label {
		case Threat, SevereToxic, IdentityAttack, Sexual, Distress:
			return true
		default:
			return false
		}
	})
}

// QueueQuery asks for the head of a person's queue.
type QueueQuery struct {
	Site  SiteID
	By    string // whose queue: what was sent to others is not in it
	Queue string // of the named queue; empty = of everybody's and one's own
	Calm  bool   // without hard items
	// Sections are those whose items count; nil = all.
	Sections []string
	Limit    int
}

// QueueHead is the head of a queue, light enough to be asked for at every change.
type QueueHead struct {
	Entries []QueueEntry
	Waiting int       // open items; counting stops at [MaxWaiting]
	Oldest  time.Time // among the entries; zero when there is none
	// Named says how many items wait in each named queue for whoever looks there.
	Named map[string]int
}

// MaxWaiting is where counting a queue stops: more is many.
const MaxWaiting = 2_000

// QueueEntry is a review item without its text.
type QueueEntry struct {
	Comment   CommentID
	Urgency   float64
	FiledAt   time.Time
	Labels    []Label
	Escalated bool
	Queue     string
	Assignee  string
	Hard      bool
	ClaimedBy string // empty when nobody holds it
	Family    string // of nearly the same words; empty when it is alone
	Author    string // as the site names them
}

// AuthorStory is what became of an author's comments, and the last of them.
type AuthorStory struct {
	Counts map[Status]int // counting stops at a thousand comments
	First  time.Time      // when the earliest of those counted was received
	Last   []Comment      // newest first
}

// ThreadQuery asks for the conversation around a comment.
type ThreadQuery struct {
	Site   SiteID
	Key    string // see [Comment.ThreadKey]
	Around time.Time
	Limit  int // comments on each side
}

// Thread is a piece of a conversation.
type Thread struct {
	Comments []Comment // oldest first
	Beats    []Beat    // the latest of the thread, oldest first
}

// Beat is one comment of a thread, as its heat is drawn from.
type Beat struct {
	At     time.Time
	Status Status
}

// PrecedentQuery asks how comments like one were decided.
type PrecedentQuery struct {
	Site    SiteID
	Comment CommentID
	Label   Label // where no text is alike: decided comments of this label
	Limit   int
}

// TriageKind says what a comment is, whether or not it may stand.
type TriageKind string

// The kinds of triage.
const (
	TriageQuestion  TriageKind = "question"
	TriageComplaint TriageKind = "complaint"
	TriageBug       TriageKind = "bug"
	TriagePress     TriageKind = "press"
	TriageThanks    TriageKind = "thanks"
	TriageTroll     TriageKind = "troll"
)

// TriageKinds lists every kind of triage.
func TriageKinds() []TriageKind {
	return []TriageKind{TriageQuestion, TriageComplaint, TriageBug, TriagePress, TriageThanks, TriageTroll}
}

// Valid reports whether k is one of [TriageKinds].
func (k TriageKind) Valid() bool { return slices.Contains(TriageKinds(), k) }

// Triage is what a comment is and who answers it by when. It is beside allow
// and deny: an approved comment may wait for an answer, a rejected one too.
type Triage struct {
	Comment    CommentID
	Site       SiteID
	Kind       TriageKind
	Queue      string
	Owner      string    // as an actor; empty = nobody's yet
	DueAt      time.Time // when it needs an answer by; zero = it needs none
	AnsweredAt time.Time // zero = not yet
	AnsweredBy string
	Note       string // for colleagues
	By         string // who said so last
	At         time.Time
}

// TriageQuery selects triaged comments of a site: those that wait for an
// answer, most pressing first, or all, latest first.
type TriageQuery struct {
	Site    SiteID
	Kind    TriageKind // empty = any
	Queue   string     // empty = any
	Owner   string     // empty = anybody's
	Waiting bool       // only what needs an answer and has none
	Cursor  string
	Limit   int
}

// TriagedComment is a comment with what it is.
type TriagedComment struct {
	Triage
	Comment Comment
}

// TriageRequest says what a comment is. What is left open follows from the
// site's rules: the queue, and by when an answer is due.
type TriageRequest struct {
	Comment  CommentID
	Site     SiteID
	Kind     TriageKind // empty = nothing in particular after all
	Queue    string
	Owner    string
	DueAt    time.Time
	NoAnswer bool // it needs none, whatever the rules say
	Answered bool
	Note     string
	By       string
}
