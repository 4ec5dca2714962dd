// Package mail renders and sends what goes by e-mail: the day's digest, alerts
// about what is grave, and links to sign in. It owns the words of these mails
// and the links in them by which a comment is decided; it refuses to keep a
// text: what waits to be sent names comments, and is worded when it is sent.
//
// A link decides nothing by being opened, which programs that read mail do: it
// leads to a page with buttons. Its secret is in the mail alone.
package mail

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// Message is a mail ready to be sent.
type Message struct {
	To      string
	Name    string
	Subject string
	Text    string
	HTML    string
	ID      string // the same for the same mail, so that a repeat is seen as one
}

// Post takes messages to where they are sent from.
type Post interface {
	Send(ctx context.Context, m Message) error
}

// Store is what this room asks of a keeper.
type Store interface {
	store.Mails
	User(ctx context.Context, id string) (models.User, error)
	UserByEmail(ctx context.Context, email string) (models.User, error)
	Site(ctx context.Context, id models.SiteID) (models.Site, error)
	ListSites(ctx context.Context) ([]models.Site, error)
	Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
	ReviewItems(ctx context.Context, q models.ReviewQuery, at time.Time) (models.Page[models.ReviewItem], error)
	QueueShape(ctx context.Context, site models.SiteID, sections []string, at time.Time) (models.Shape, error)
	UndoDecision(ctx context.Context, u models.UndoRequest, at time.Time) (models.Decision, error)
}

// Service writes and sends mail.
type Service struct {
	Store Store
	Post  Post
	// Link makes a one-time sign-in link for an address and gives its secret.
	Link    func(ctx context.Context, email, by string) (string, error)
	Base    string // the address of the service as readers see it
	Locale  string // where a reader chose none
	Hour    int    // of the day, UTC, from which digests are sent
	Changed func() // told that events were filed
	Now     func() time.Time
	Log     *slog.Logger
}

const (
	leaseTTL = 2 * time.Minute
	batch    = 16
	linkLife = 72 * time.Hour
)

// pauses are the waits after each failed attempt.
var pauses = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour,
}

// SendDue makes one attempt at each mail that is due, and tells whether there
// was any.
func (s *Service) SendDue(ctx context.Context) (bool, error) {
	due, err := s.Store.LeaseMails(ctx, batch, leaseTTL, s.Now())
	if err != nil {
		return false, fmt.Errorf("send mail: %w", err)
	}
	for _, one := range due {
		s.send(ctx, one)
		if ctx.Err() != nil {
			return false, nil //nolint:nilerr // stopping: the leases end by themselves
		}
	}
	return len(due) > 0, nil
}

func (s *Service) send(ctx context.Context, one models.DueMail) {
	var sent, next time.Time
	m, err := s.write(ctx, one.Mail)
	switch {
	case err == nil && m == nil: // nothing is left to be told
	case err == nil:
		if err = s.Post.Send(ctx, *m); err == nil {
			sent = s.Now()
		}
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil && one.Tries < len(pauses) {
		next = s.Now().Add(pauses[one.Tries])
	}
	// The error of a server may quote the address and the words.
	s.Log.InfoContext(ctx, "mail", "mail", one.ID, "kind", one.Kind, "site", one.Site, "attempt", one.Tries+1,
		"sent", !sent.IsZero(), "failed", err != nil, "again", !next.IsZero())
	if err := s.Store.EndMail(ctx, one.ID, one.Token, sent, next); err != nil {
		s.Log.WarnContext(ctx, "mail not recorded, may be repeated", "mail", one.ID, "err", err)
	}
}

// newSecret makes the secret of a link: 256 bits, as an address carries them.
func newSecret() (secret, hash string) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	secret = hex.EncodeToString(b)
	return secret, hashOf(secret)
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
