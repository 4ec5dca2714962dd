package review

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

const (
	// present is how long ago somebody was seen who counts as here.
	present = 5 * time.Minute
	// overviewDays is how far back volumes are told.
	overviewDays = 14
)

// Overview tells how a site stands. Only people who see the site are named.
func (l *Library) Overview(ctx context.Context, site models.SiteID, sections []string) (models.Overview, error) {
	now := l.Now()
	var out models.Overview
	var err error
	if out.Shape, err = l.Store.QueueShape(ctx, site, sections, now); err != nil {
		return out, fmt.Errorf("overview: %w", err)
	}
	for _, age := range out.Shape.Ages {
		out.Waiting += age.Grave + age.Rest
	}
	pace := models.UsualPace
	if s := out.Shape.Answered; s > 0 {
		pace = time.Duration(s * float64(time.Second))
	}
	out.Minutes = int((time.Duration(out.Waiting)*pace + time.Minute - 1) / time.Minute)
	people, err := l.Store.Present(ctx, now.Add(-present))
	if err != nil {
		return out, fmt.Errorf("overview: %w", err)
	}
	out.People = slices.DeleteFunc(people, func(p models.Present) bool { return !p.User.Sees(site) })
	for i := overviewDays - 1; i >= 0; i-- {
		at := now.UTC().AddDate(0, 0, -i)
		n, err := l.Store.Counters(ctx, site, at)
		if err != nil {
			return out, fmt.Errorf("overview: %w", err)
		}
		d := models.Day{At: at.Truncate(24 * time.Hour), Received: n["received"], Allowed: n["judged.allow"], Held: n["judged.hold"], Rejected: n["judged.reject"]}
		for _, kind := range models.DecisionKinds() {
			d.Decided += n["decided."+string(kind)]
		}
		out.Days = append(out.Days, d)
	}
	return out, nil
}
