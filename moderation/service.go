// Package moderation is the machine's side of Tamis: it takes comments in
// (Submit), finds what to think of a text (Assess), settles what waits (Judge)
// and finds the words behind a verdict (Explain). It owns the order of these
// steps and what happens when one fails; it refuses HTTP, queues, SQL and the
// weighing of scores, which is policy's.
package moderation

import (
	"context"
	"log/slog"
	"time"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// Store is what moderation asks of a keeper.
type Store interface {
	store.Comments
	store.Judgements
	Policy(ctx context.Context, site models.SiteID) (models.Policy, error)
	PolicyVersion(ctx context.Context, site models.SiteID, version int64) (models.Policy, error)
	Book(ctx context.Context, site models.SiteID) (models.SiteBook, error)
	Count(ctx context.Context, site models.SiteID, name string, n int64, at time.Time) error
	Counters(ctx context.Context, site models.SiteID, day time.Time) (map[string]int64, error)
}

// Assessor finds scores, language and words for a batch of texts. An error is
// the whole batch's; classifier.Ensemble is the one that serves.
type Assessor interface {
	Assess(ctx context.Context, in []classifier.Input) ([]models.Assessment, error)
	// Rows tells what assessing a batch costs, in rows of the network.
	Rows(in []classifier.Input) int
}

// Queue hears that comments wait. It is a hint and can't fail: what it drops,
// the sweeper finds again in the store.
type Queue interface {
	Enqueue(ids ...models.CommentID)
}

// Service does the machine's acts. All fields are needed save Observe.
type Service struct {
	Store    Store
	Assessor Assessor
	Queue    Queue
	Waiters  *Waiters
	Policies *Policies
	Spoken   *Spoken
	Log      *slog.Logger
	Now      func() time.Time
	// Changed is told that events were filed, so that their delivery need not
	// wait for a tick.
	Changed func()
	// Observe hears of every judgement that counted and how long the comment
	// waited for it; nil = nobody listens.
	Observe func(j models.Judgement, waited time.Duration)
}
