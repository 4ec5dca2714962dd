package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/api/compat/akismet"
	"github.com/tamis-moderation/tamis/api/compat/assistant"
	"github.com/tamis-moderation/tamis/api/compat/coral"
	"github.com/tamis-moderation/tamis/api/compat/openai"
	"github.com/tamis-moderation/tamis/api/compat/perspective"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation/mirror"
	"github.com/tamis-moderation/tamis/review"
	"github.com/tamis-moderation/tamis/webhook"
)

// wires hands the use cases to the foreign wires.
func (h *house) wires(desk *review.Desk) []compat.Wire {
	lessons := &review.Lessons{Desk: desk, Store: h.store, Score: h.score}
	sites := &admin.Sites{Store: h.store, Now: time.Now}
	return []compat.Wire{
		&perspective.API{
			Measure: h.measure, Learn: lessons.Learn, PublicURL: h.config.PublicURL, Answered: h.mirrored(),
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
			Traces: h.store, Tell: oneBySite(h.config.Coral.GraphQL),
		},
		h.assistant(),
	}
}

// assistant gives the wire of conversationai-moderator; serve answers its
// requests, and whoever delivers words its answers.
func (h *house) assistant() *assistant.API {
	return &assistant.API{
		Measure: func(ctx context.Context, c models.Comment, pieces []string) (assistant.Measured, error) {
			m, err := h.moderation.Measure(ctx, c, pieces)
			return assistant.Measured(m), err
		},
		AddScoring: h.store.AddScoring, Callable: h.peers().Check, Changed: h.deliver.Call, Now: time.Now,
	}
}

func (h *house) peers() *webhook.Peers {
	c := h.config.Assistant
	return &webhook.Peers{Guard: h.guard, Named: bySite(c.Callbacks), Secrets: bySite(c.Secrets), Tokens: oneBySite(c.Tokens)}
}

// scorings gives what tells the scores of texts that were sent to be scored.
func (h *house) scorings() *webhook.Scorings {
	wire := h.assistant()
	return &webhook.Scorings{
		Store: h.store, Client: h.guard.Client(), Guard: h.guard, Peers: h.peers(), Log: h.log, Now: time.Now,
		Word: map[string]func(context.Context, models.Scoring) (webhook.Words, error){
			assistant.Wire: func(ctx context.Context, s models.Scoring) (webhook.Words, error) {
				contentType, body, err := wire.Answer(ctx, s)
				return webhook.Words{ContentType: contentType, Body: body}, err
			},
		},
	}
}

// mirrored gives what hears of each analysis where the operator wants
// Perspective asked too; nil else.
func (h *house) mirrored() func(perspective.Analysis) {
	if h.mirror == nil {
		return nil
	}
	return func(a perspective.Analysis) { h.mirror.Offer(mirror.Question(a)) }
}

// openMirror makes the mirror where the operator gave a key for it, and says so:
// it is the one thing that sends texts out.
func (h *house) openMirror() {
	c := h.config
	if c.Perspective.MirrorKey == "" {
		return
	}
	h.log.Warn("perspective.mirror_key is set: each text that comes by the Perspective wire is also sent to another machine", "to", c.Perspective.MirrorURL)
	h.mirror = mirror.Open(mirror.Mirror{
		URL: c.Perspective.MirrorURL, Key: c.Perspective.MirrorKey, File: filepath.Join(c.Data, mirrorFile),
		Client: h.guard.Client(), Log: h.log, Now: time.Now,
	})
}

// mirrorFile lies in the data folder; tamis migrate-scores reads it.
const mirrorFile = "mirror.jsonl"

// callbacks gives what tells callers of foreign wires of a comment's end.
func (h *house) callbacks() *webhook.Callbacks {
	client := h.guard.Client()
	return &webhook.Callbacks{
		Store: h.store, Client: client, Guard: h.guard, Log: h.log, Now: time.Now,
		Tell: map[string]webhook.Teller{
			coral.Wire: (&webhook.Coral{
				Comment: h.store.Comment, Client: client, Guard: h.guard, Tokens: oneBySite(h.config.Coral.Tokens), Now: time.Now,
			}).Tell,
		},
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

// oneBySite is bySite where one value counts, the last.
func oneBySite(pairs []string) map[models.SiteID]string {
	all := map[models.SiteID]string{}
	for site, values := range bySite(pairs) {
		all[site] = values[len(values)-1]
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
