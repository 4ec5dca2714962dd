package moderation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
)

// Measured is what the scorers say of a comment, without policy.
type Measured struct {
	models.Assessment
	Pieces []models.Scores // of each piece, in order
}

// Measure gives the scores of a comment and of pieces of its text, found in one
// batch. The comment's are those of [Service.Assess]; nothing is kept but a
// counter. Pieces are judged in the language told for the whole, each for itself.
func (s *Service) Measure(ctx context.Context, c models.Comment, pieces []string) (Measured, error) {
	c.Clean()
	if err := c.Validate(); err != nil {
		return Measured{}, err
	}
	inputs := []classifier.Input{input(c)}
	for _, p := range pieces {
		inputs = append(inputs, classifier.Input{Text: strings.ReplaceAll(p, "\x00", ""), Lang: c.Lang})
	}
	found, err := s.Assessor.Assess(ctx, inputs)
	if err != nil {
		return Measured{}, fmt.Errorf("measure: %w", err)
	}
	if c.ReceivedAt.IsZero() {
		c.ReceivedAt = s.Now()
	}
	around, err := s.company(ctx, []models.Comment{c})
	if err != nil {
		return Measured{}, fmt.Errorf("measure: %w", err)
	}
	m := Measured{Assessment: examined(found[0], c, around[0])}
	for i := range pieces {
		piece := c
		piece.Text = inputs[i+1].Text
		m.Pieces = append(m.Pieces, examined(found[i+1], piece, classifier.SpamContext{}).Scores)
	}
	s.count(ctx, c.Site, "measured")
	return m, nil
}

// examined adds what the structure of a text says.
func examined(a models.Assessment, c models.Comment, around classifier.SpamContext) models.Assessment {
	classifier.Examine(&a, &c, around)
	return a
}

// Count adds one to each of a site's counters of the day. A counter that can't
// be written stops nobody.
func (s *Service) Count(ctx context.Context, site models.SiteID, names ...string) {
	for _, name := range names {
		s.count(ctx, site, name)
	}
}

func (s *Service) count(ctx context.Context, site models.SiteID, name string) {
	if err := s.Store.Count(ctx, site, name, 1, s.Now()); err != nil {
		s.Log.WarnContext(ctx, "not counted", "site", site, "counter", name, "err", err)
	}
}

// Month sums a site's counters over a calendar month (UTC), up to today.
func (s *Service) Month(ctx context.Context, site models.SiteID, month time.Time) (map[string]int64, error) {
	sum := map[string]int64{}
	month = month.UTC()
	first := time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, time.UTC)
	for day := first; day.Month() == first.Month() && !day.After(s.Now()); day = day.AddDate(0, 0, 1) {
		counters, err := s.Store.Counters(ctx, site, day)
		if err != nil {
			return nil, fmt.Errorf("counters: %w", err)
		}
		for name, n := range counters {
			sum[name] += n
		}
	}
	return sum, nil
}
