package postgres

import (
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

const (
	// floorLife is how long a floor holds. What came below it by another
	// process's clock, or by a lease whose transaction was undone, is found
	// when it ends.
	floorLife = 30 * time.Second
	// floorMargin is how far the floor stays behind what was leased, for
	// comments that other processes commit late.
	floorMargin = 5 * time.Second
)

// floor is the due time below which no comment waits, as far as this process
// knows. Looking for work starts there: the dead rows of what was judged before
// (which VACUUM can't remove while somebody holds an old snapshot) are not
// walked over again and again.
type floor struct {
	mu    sync.Mutex
	at    time.Time // zero = unknown
	until time.Time // by the machine's clock
	life  int       // grows with each end of a floor
	looks map[*look]struct{}
}

// look is one search for work under way.
type look struct {
	low  time.Time // the lowest due time that came in since it began; zero = none
	life int       // of the floor from which it began
}

// begin starts a search and tells from where.
func (f *floor) begin(now time.Time) (*look, pgtype.Timestamptz) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.After(f.until) {
		f.at, f.until = time.Time{}, now.Add(floorLife)
		f.life++
	}
	l := &look{life: f.life}
	if f.looks == nil {
		f.looks = map[*look]struct{}{}
	}
	f.looks[l] = struct{}{}
	if f.at.IsZero() {
		return l, pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}
	}
	return l, pgtype.Timestamptz{Time: f.at, Valid: true}
}

// end finishes a search. Everything due before reached is leased; zero means
// that the search failed and says nothing.
func (f *floor) end(l *look, reached time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.looks, l)
	if reached.IsZero() || l.life != f.life {
		return // from a floor that ended, it did not see what was below
	}
	reached = reached.Add(-floorMargin)
	if !l.low.IsZero() && l.low.Before(reached) {
		reached = l.low
	}
	if reached.After(f.at) {
		f.at = reached
	}
}

// lower tells that a comment waits since due.
func (f *floor) lower(due time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if due.Before(f.at) {
		f.at = due
	}
	for l := range f.looks {
		if l.low.IsZero() || due.Before(l.low) {
			l.low = due
		}
	}
}
