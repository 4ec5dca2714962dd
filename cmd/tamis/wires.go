package main

import (
	"context"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/api/compat/akismet"
	"github.com/tamis-moderation/tamis/api/compat/coral"
	"github.com/tamis-moderation/tamis/api/compat/openai"
	"github.com/tamis-moderation/tamis/api/compat/perspective"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/review"
	"github.com/tamis-moderation/tamis/webhook"
)

// wires hands the use cases to the foreign wires.
func (h *house) wires(desk *review.Desk) []compat.Wire {
	lessons := &review.Lessons{Desk: desk, Store: h.store, Score: h.score}
	sites := &admin.Sites{Store: h.store, Now: time.Now}
	return []compat.Wire{
		&perspective.API{
			Measure: h.measure, Learn: lessons.Learn, PublicURL: h.config.PublicURL,
			Locale: func(ctx context.Context, id models.SiteID) string {
				site, err := sites.Site(ctx, id)
				if err != nil {
					return "" // the wire has a default of its own
				}
				return site.Locale
			},
		},
		&akismet.API{
			Moderator: h.moderation, Desk: wireDesk{desk, lessons}, Traces: h.store, Tally: h.moderation,
			Callable: h.guard.CheckURL, Now: time.Now, Log: h.log,
		},
		&openai.API{Assess: h.moderation.Assess, Now: time.Now},
		&coral.API{
			Moderator: h.moderation, Requests: &admin.Requests{Store: h.store, Now: time.Now}, Log: h.log,
			Secrets: bySite(h.config.Coral.Secrets), Budget: time.Duration(h.config.Coral.Budget) * time.Millisecond,
		},
	}
}

// callbacks gives what tells callers of foreign wires of a comment's end.
func (h *house) callbacks() *webhook.Callbacks {
	return &webhook.Callbacks{
		Store: h.store, Client: h.guard.Client(), Guard: h.guard, Log: h.log, Now: time.Now,
		Wires: map[string]func(models.DueCallback) webhook.Words{
			akismet.Wire: func(d models.DueCallback) webhook.Words {
				contentType, body := akismet.Callback(d)
				return webhook.Words{ContentType: contentType, Body: body}
			},
		},
	}
}

// bySite reads a setting of SITE=VALUE pairs.
func bySite(pairs []string) map[models.SiteID][]string {
	all := map[models.SiteID][]string{}
	for _, pair := range pairs {
		site, value, _ := strings.Cut(pair, "=")
		all[models.SiteID(site)] = append(all[models.SiteID(site)], value)
	}
	return all
}

func (h *house) measure(ctx context.Context, c models.Comment, pieces []string) (perspective.Measured, error) {
	m, err := h.moderation.Measure(ctx, c, pieces)
	return perspective.Measured(m), err
}

func (h *house) score(ctx context.Context, c models.Comment) (models.Assessment, error) {
	m, err := h.moderation.Measure(ctx, c, nil)
	return m.Assessment, err
}

// wireDesk joins what people decide here and what they teach from elsewhere.
type wireDesk struct {
	*review.Desk
	lessons *review.Lessons
}

// Learn implements [akismet.Desk].
func (d wireDesk) Learn(ctx context.Context, l models.Lesson) (string, error) {
	return d.lessons.Learn(ctx, l)
}
