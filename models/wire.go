package models

import "time"

// KeyOptions are what a foreign wire lets its key choose.
type KeyOptions struct {
	// Strict makes the Perspective wire refuse what the original refuses, where
	// it would otherwise answer: languages unknown or not supported, HTML.
	Strict bool
	// HoldAs is what the Akismet wire answers for a held comment to clients that
	// know no third answer; empty = [HoldAsSpam].
	HoldAs string
}

// What a held comment is told as.
const (
	HoldAsSpam    = "true"    // the client's spam folder is its review queue
	HoldAsHam     = "false"   // shown until a person says otherwise
	HoldAsRecheck = "recheck" // false, and to be asked again: for clients that know of it
	HoldAsPending = "pending" // neither: for clients that ask again by themselves
)

// HoldAsWords lists the values that [KeyOptions] takes.
func HoldAsWords() []string { return []string{HoldAsSpam, HoldAsHam, HoldAsRecheck, HoldAsPending} }

// Trace is how a caller who knows no id of ours would name a comment again, and
// whom it wants told of the end.
type Trace struct {
	Comment  CommentID
	Site     SiteID
	Wire     string // the wire it came by
	Print    string // the same for the same comment; see [DerivedID]
	Callback string // the address that hears once of the final verdict; empty = none
	Standing bool   // it hears again with each decision
	Told     bool   // it knows how the comment stands: due with the next decision, not before
	At       time.Time
}

// DueCallback is a callback whose comment came to its end.
type DueCallback struct {
	Trace
	Token  string // of the lease
	Tries  int    // attempts before this one
	Status Status // the comment's
}

// Lesson is what a caller says that a comment should have got: the feedback of
// a foreign wire. Of the ways to name a kept comment the first that is given
// counts: its ID, its ExternalID, Print. What is not kept is learned by its text.
type Lesson struct {
	Comment   Comment // as the caller tells it
	Print     string  // see [Trace]; empty = none
	Decision  DecisionKind
	Suggested Scores // what each label should have scored; nil = not told
	By        string
	Token     string // tells lessons on the same text apart; the same again replaces
}

// Scoring is a text of which nothing is kept but until its scores were told at
// the address that its caller named.
type Scoring struct {
	ID       string // the same for the same request; see [DerivedID]
	Site     SiteID
	Wire     string
	Callback string
	Text     string
	Detail   string // a JSON object: what the wire needs to word its answer
	At       time.Time
}

// DueScoring is a leased scoring.
type DueScoring struct {
	Scoring
	Token string // of the lease
	Tries int    // attempts before this one
}
