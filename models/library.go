package models

import "time"

// ScoreRange selects comments whose score of a label lies in [Min, Max].
type ScoreRange struct {
	Label Label
	Min   float64
	Max   float64
}

// ScoreQuery asks how the scores of a label are spread over a time.
type ScoreQuery struct {
	Site     SiteID
	Label    Label
	Since    time.Time // received at or after; zero = any
	Until    time.Time // received before; zero = any
	Sections []string  // nil = all
	Buckets  int       // of equal width over [0, 1]; a divisor of [SpreadBuckets]
}

// SpreadBuckets is how finely scores are counted.
const SpreadBuckets = 40

// Spread is how scores are spread: for each bucket how many comments stand how.
type Spread struct {
	Approved []int64
	Held     []int64 // pending ones too
	Rejected []int64
}

// SavedView is a search that somebody gave a name.
type SavedView struct {
	ID        string
	Site      SiteID
	Owner     string // an actor
	Name      string
	Query     string // as in an address
	Shared    bool   // shown to everybody of the site
	CreatedAt time.Time
}

// Story is what happened to a comment beside what its audit entries tell.
type Story struct {
	Decisions  []Decision // undone ones too, oldest first
	Reports    []Report   // oldest first
	Deliveries []Delivery // of its events, oldest first
}

// Shape is how a queue looks: open items by how long they wait, and how grave
// they are.
type Shape struct {
	Ages     [4]ShapeAge // under an hour, under six, under a day, longer
	Hard     int64       // of all, those that are hard to read
	Oldest   time.Time   // zero when nothing waits
	Answered float64     // seconds that a decision took, the median of the last hundred; 0 = not known
}

// ShapeAge is one age of a queue, by severity.
type ShapeAge struct {
	Grave int64 // threats, distress, and what else is hard
	Rest  int64
}

// Present is a person who is at work.
type Present struct {
	User   User
	SeenAt time.Time
}

// Overview is a site at a glance.
type Overview struct {
	Shape   Shape
	Waiting int64
	Minutes int // that the queue takes one person at their pace
	People  []Present
	Days    []Day // the oldest first, today last
}

// Day is the volume of one day (UTC).
type Day struct {
	At                                time.Time
	Received, Allowed, Held, Rejected int64
	Decided                           int64 // by people
}
