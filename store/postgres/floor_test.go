package postgres

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

func TestFloor(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		story func(f *floor)
		look  time.Time // by the machine's clock
		want  time.Time // zero = from the start
	}{
		"at first": {func(*floor) {}, now, time.Time{}},
		"behind what was leased": {func(f *floor) {
			l, _ := f.begin(now)
			f.end(l, now)
		}, now, now.Add(-floorMargin)},
		"a look that failed says nothing": {func(f *floor) {
			l, _ := f.begin(now)
			f.end(l, time.Time{})
		}, now, time.Time{}},
		"it never falls by a look": {func(f *floor) {
			for _, reached := range []time.Time{now, now.Add(-time.Hour)} {
				l, _ := f.begin(now)
				f.end(l, reached)
			}
		}, now, now.Add(-floorMargin)},
		"a comment that comes late lowers it": {func(f *floor) {
			l, _ := f.begin(now)
			f.end(l, now)
			f.lower(now.Add(-time.Hour))
		}, now, now.Add(-time.Hour)},
		"a comment that comes during a look holds it": {func(f *floor) {
			l, _ := f.begin(now)
			f.lower(now.Add(-time.Hour))
			f.lower(now.Add(-time.Minute))
			f.end(l, now)
		}, now, now.Add(-time.Hour)},
		"a look from before its end says nothing of the next": {func(f *floor) {
			l, _ := f.begin(now)
			f.begin(now.Add(floorLife + 1))
			f.end(l, now)
		}, now.Add(floorLife + 2), time.Time{}},
		"it ends": {func(f *floor) {
			l, _ := f.begin(now)
			f.end(l, now)
		}, now.Add(floorLife + 1), time.Time{}},
	} {
		var f floor
		c.story(&f)
		_, got := f.begin(c.look)
		want := pgtype.Timestamptz{Time: c.want, Valid: true}
		if c.want.IsZero() {
			want = pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}
		}
		if got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}
