package models

import "slices"

// Status is where a comment stands.
type Status string

// The statuses: pending → approved | held | rejected by a judgement;
// held → approved | rejected by a decision; any → erased.
const (
	Pending  Status = "pending"
	Approved Status = "approved"
	Held     Status = "held"
	Rejected Status = "rejected"
	Erased   Status = "erased"
)

// Statuses lists every status.
func Statuses() []Status { return []Status{Pending, Approved, Held, Rejected, Erased} }

// Valid reports whether s is one of [Statuses].
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// Judged reports whether a judgement or a decision stands behind s.
func (s Status) Judged() bool { return s == Approved || s == Held || s == Rejected }

// Final reports whether nothing more is expected to happen by itself.
func (s Status) Final() bool { return s == Approved || s == Rejected || s == Erased }

// Action is what a verdict asks the site to do.
type Action string

// The actions, from mild to strict.
const (
	Allow  Action = "allow"
	Hold   Action = "hold"
	Reject Action = "reject"
)

// Stricter returns the stricter of a and b.
func (a Action) Stricter(b Action) Action {
	if b.rank() > a.rank() {
		return b
	}
	return a
}

// Status is the comment's status once a judgement asked for a.
func (a Action) Status() Status {
	switch a {
	case Reject:
		return Rejected
	case Hold:
		return Held
	default:
		return Approved
	}
}

func (a Action) rank() int {
	return slices.Index([]Action{Allow, Hold, Reject}, a)
}
