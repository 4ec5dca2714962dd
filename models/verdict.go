package models

import (
	"slices"
	"time"
)

// Span is a piece of the submitted text that speaks for a reason. Begin and End
// are offsets in Unicode code points, End exclusive.
type Span struct {
	Begin   int
	End     int
	Text    string
	Without *float64 // the reason's score once this piece is taken out; nil = not measured, or no lower by itself
}

// Reason is one thing that spoke for a verdict, kept as rule and parameters so
// that each face can word it in its reader's language (see [Reason.Text]).
type Reason struct {
	Rule      string            // a Rule… constant
	Action    Action            // the wish
	Label     Label             // when the rule is about a label
	Score     float64           // when the rule compared one
	Threshold float64           // with this
	Params    map[string]string // what else the wording needs
	Evidence  []Span            // where in the text, when the rule knows
	Shadow    bool              // it spoke but did not count
}

// The rules that speak. Their wording is in wording.go.
const (
	RuleScore        = "score"          // a label's score reached a threshold
	RuleWord         = "word"           // a word list hit; Params list, word
	RuleLinks        = "links"          // too many links; Params count, limit
	RuleHost         = "host"           // a link to a listed host; Params host
	RuleFirstComment = "first_comment"  // the author has nothing approved yet
	RuleDegraded     = "degraded"       // the transformer did not speak; Params cause
	RuleFailed       = "failed"         // scoring failed for good; Params tries
	RuleLeak         = "leak"           // confidential data; Params kind
	RuleDistress     = "distress"       // a person in danger; Params kind
	RuleStructure    = "spam_structure" // what speaks for spam beside the words; Params feature, weight, value
	RuleReports      = "reports"        // readers reported it; Params count, limit
)

// WeightsRef names the learned parameters behind a verdict.
type WeightsRef struct {
	Name   string
	Digest string // hex SHA-256
}

// Verdict is what the machine says of a comment.
type Verdict struct {
	Action        Action
	Scores        Scores
	Labels        []Label // those whose score reached their hold threshold
	Reasons       []Reason
	Lang          string // as judged
	Weights       WeightsRef
	PolicyVersion int64
	Edit          *Edit // nil when none is known
}

// Edit is the smallest change of a text that is known to let it pass or, where
// none is, to make its verdict milder.
type Edit struct {
	Spans  []Span // what to take out
	Action Action // the verdict's action then
}

// Explainable reports whether scoring again can tell which words made v: it
// stops the comment, and a score had a part in that.
func (v *Verdict) Explainable() bool {
	return v.Action != Allow && slices.ContainsFunc(v.Reasons, func(r Reason) bool {
		return r.Rule == RuleScore && !r.Shadow
	})
}

// Assessment is what the scorers say of a text, before any policy.
type Assessment struct {
	Scores   Scores
	Lang     string
	Words    []WordHit // the lexicon's voice
	Signals  []Signal  // leaks and distress
	Features []Feature // the parts of the spam score that are not the text's words
	Weights  WeightsRef
	Degraded string // why the transformer did not speak; empty when it did
}

// WordHit is a word of a lexicon found in a text.
type WordHit struct {
	Label Label
	Span  Span
}

// Judgement is a verdict to be recorded for one leased comment.
type Judgement struct {
	Comment  CommentID
	Site     SiteID
	Revision int64 // of the comment that was judged; another one voids the judgement
	Verdict  Verdict
	Urgency  float64 // of the review item, used when the action is Hold
	Queue    string  // the same: the named queue where it waits; empty = everybody's
	Kin      Kin     // the same
	At       time.Time
}

// History is what policy may know of a comment's author.
type History struct {
	Known    bool  // the site told who the author is
	Approved int64 // comments that stand approved
	Rejected int64 // comments that were rejected
}

// Lease is a batch of pending comments that one worker may judge until Until.
type Lease struct {
	Token    string
	Until    time.Time
	Comments []LeasedComment
}

// LeasedComment is a pending comment with the number of tries that failed before.
type LeasedComment struct {
	Comment
	Tries int
}
