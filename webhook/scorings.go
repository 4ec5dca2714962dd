package webhook

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// Scorings tells the scores of texts that were sent to be scored, at the address
// that their caller named: once, or again on the schedule of webhooks.
type Scorings struct {
	Store  store.Scorings
	Client *http.Client
	Guard  *Guard
	Peers  *Peers
	// Word scores a text and words the answer, by [models.Scoring].Wire.
	Word map[string]func(ctx context.Context, s models.Scoring) (Words, error)
	Log  *slog.Logger
	Now  func() time.Time
}

// TellDue makes one attempt at each scoring that is due, a batch at a time and
// side by side; it tells how many it tried.
func (s *Scorings) TellDue(ctx context.Context) (int, error) {
	due, err := s.Store.LeaseScorings(ctx, batch, scoringTTL, s.Now())
	if err != nil {
		return 0, fmt.Errorf("tell scores: %w", err)
	}
	var wg sync.WaitGroup
	for _, one := range due {
		wg.Go(func() { s.tell(ctx, one) })
	}
	wg.Wait()
	return len(due), nil
}

// scoringTTL outlasts a batch of texts to be scored and one attempt at each.
const scoringTTL = 4 * attemptTimeout

func (s *Scorings) tell(ctx context.Context, one models.DueScoring) {
	status, asked, err := s.attempt(ctx, one)
	if ctx.Err() != nil {
		return // the service stops; the lease ends by itself
	}
	next := again(one.Tries, status, asked, err, s.Now())
	// Its own error may quote the address, hence is not logged.
	s.Log.InfoContext(ctx, "scores told", "scoring", one.ID, "site", one.Site, "wire", one.Wire,
		"status", status, "attempt", one.Tries+1, "failed", err != nil, "again", !next.IsZero())
	ended := s.Store.EndScoring(ctx, one.ID, one.Token, next)
	if ended != nil {
		s.Log.WarnContext(ctx, "scores told, not recorded, will be repeated", "scoring", one.ID, "err", ended)
	}
}

func (s *Scorings) attempt(ctx context.Context, one models.DueScoring) (int, time.Duration, error) {
	word, ok := s.Word[one.Wire]
	if !ok {
		return 0, 0, fmt.Errorf("the wire %q has no scorings", one.Wire)
	}
	if err := s.Peers.Check(one.Site, one.Callback); err != nil {
		return 0, 0, err // the operator may have taken it off the list since
	}
	ctx, cancel := context.WithTimeout(ctx, scoringTTL-attemptTimeout)
	defer cancel()
	words, err := word(ctx, one.Scoring)
	if err != nil {
		return 0, 0, fmt.Errorf("score: %w", err)
	}
	words.Header = s.Peers.credentials(one, s.Now(), words.Body)
	return post(ctx, caller{s.Client, s.Guard, s.Now}, one.Callback, words)
}

// credentials says who calls: a token for addresses that the operator named,
// and a signature where the site has a secret.
func (p *Peers) credentials(one models.DueScoring, now time.Time, body []byte) map[string]string {
	header := map[string]string{}
	if token := p.Tokens[one.Site]; token != "" && p.named(one.Site, one.Callback) {
		header["Authorization"] = token
	}
	if secrets := p.Secrets[one.Site]; len(secrets) > 0 {
		header["webhook-id"] = one.ID
		header["webhook-timestamp"] = strconv.FormatInt(now.Unix(), 10)
		header["webhook-signature"] = Sign(secrets, one.ID, now, body)
	}
	return header
}
