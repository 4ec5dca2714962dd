// Package mirror asks Google's Perspective API what Tamis was asked, while both
// answer, and keeps the two scores side by side: what tamis migrate-scores reads.
// It owns the one thing in this service that sends texts out, hence runs only
// where the operator gave a key for it. It refuses to keep a text (its hash
// stands for it), to delay an answer, and to ask more than Perspective takes:
// what comes while it is busy is let go of and counted.
package mirror

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

const (
	// waiting bounds what may wait to be asked.
	waiting = 256
	timeout = 10 * time.Second
	// pause is how long nothing is asked after a refusal that tells no time.
	pause      = time.Minute
	answerMost = 1 << 20
	// fileMost is where the file ends: some half a million pairs.
	fileMost = 128 << 20
)

// Question is what was answered here.
type Question struct {
	Site      models.SiteID
	Text      string
	Languages []string           // as the caller told; none = to be found
	Scores    map[string]float64 // ours, by the attribute that was asked for
}

// Mirror asks Perspective behind the answers.
type Mirror struct {
	URL    string // the API's address, up to /v1alpha1
	Key    string
	File   string // JSON Lines are added to it
	Client *http.Client
	Log    *slog.Logger
	Now    func() time.Time

	questions chan Question
	dropped   chan struct{}
}

// Open makes a mirror ready to be offered questions; [Mirror.Run] asks them.
func Open(m Mirror) *Mirror {
	m.questions, m.dropped = make(chan Question, waiting), make(chan struct{}, 1)
	return &m
}

// Offer takes a question if there is room, and never waits.
func (m *Mirror) Offer(q Question) {
	if len(q.Scores) == 0 {
		return
	}
	select {
	case m.questions <- q:
	default:
		select {
		case m.dropped <- struct{}{}:
		default:
		}
	}
}

// Run asks until ctx ends. What then waits is let go of: nothing depends on it.
func (m *Mirror) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case q := <-m.questions:
			wait := m.mirror(ctx, q)
			m.tellDropped(ctx)
			if wait > 0 {
				rest(ctx, wait)
			}
		}
	}
}

func (m *Mirror) tellDropped(ctx context.Context) {
	select {
	case <-m.dropped:
		m.Log.WarnContext(ctx, "mirror: more texts than Perspective takes, some were not asked about")
	default:
	}
}

// rest asks nothing for a while, so that a quota is not run against.
func rest(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// mirror asks one question and keeps the pairs; it tells how long to rest.
func (m *Mirror) mirror(ctx context.Context, q Question) time.Duration {
	theirs, wait, err := m.ask(ctx, q)
	if err == nil {
		err = m.keep(q, theirs)
	}
	if err != nil && ctx.Err() == nil {
		// Its text may quote the address with the key in it.
		m.Log.WarnContext(ctx, "mirror: not compared", "site", q.Site, "cause", cause(err))
	}
	return wait
}

func cause(err error) string {
	if known, ok := errors.AsType[*models.Error](err); ok {
		return known.Msg
	}
	return "Perspective can't be reached"
}

// pair is a line of the file, as tamis migrate-scores reads it.
type pair struct {
	ID        string    `json:"id"` // the text's SHA-256
	Lang      string    `json:"lang,omitempty"`
	Attribute string    `json:"attribute"`
	Score     float64   `json:"score"` // Perspective's
	Tamis     float64   `json:"tamis"`
	Site      string    `json:"site"`
	At        time.Time `json:"at"`
}

// analyzed is what is read of an answer.
type analyzed struct {
	Languages       []string
	AttributeScores map[string]struct{ SummaryScore struct{ Value *float64 } }
}

// ask asks Perspective for the attributes that were asked for here.
func (m *Mirror) ask(ctx context.Context, q Question) (analyzed, time.Duration, error) {
	var out analyzed
	attributes := map[string]struct{}{}
	for name := range q.Scores {
		attributes[name] = struct{}{}
	}
	body, err := json.Marshal(map[string]any{
		"comment": map[string]string{"text": q.Text}, "languages": q.Languages, "requestedAttributes": attributes, "doNotStore": true,
	})
	if err != nil {
		return out, 0, fmt.Errorf("request: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	address := strings.TrimRight(m.URL, "/") + "/comments:analyze?key=" + url.QueryEscape(m.Key)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return out, 0, fmt.Errorf("request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := m.Client.Do(req)
	if err != nil {
		return out, time.Second, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, answerMost))
	if err != nil {
		return out, 0, err
	}
	if resp.StatusCode != http.StatusOK {
		return out, restAfter(resp), models.Errorf(models.Unavailable, "Perspective answered %d", resp.StatusCode)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, 0, models.Errorf(models.Malformed, "Perspective's answer can't be read")
	}
	return out, 0, nil
}

// restAfter is how long to ask nothing after a refusal: what is wrong with one
// text alone is no reason to.
func restAfter(resp *http.Response) time.Duration {
	if resp.StatusCode == http.StatusBadRequest {
		return 0
	}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
		return time.Duration(min(s, 3600)) * time.Second
	}
	return pause
}

// keep adds a line for each attribute that both scored.
func (m *Mirror) keep(q Question, theirs analyzed) error {
	var lines bytes.Buffer
	e := json.NewEncoder(&lines)
	one := pair{ID: models.TextHash(q.Text), Site: string(q.Site), At: m.Now().UTC()}
	if len(theirs.Languages) > 0 {
		one.Lang = theirs.Languages[0]
	}
	for _, name := range slices.Sorted(maps.Keys(q.Scores)) {
		value := theirs.AttributeScores[name].SummaryScore.Value
		if value == nil {
			continue
		}
		one.Attribute, one.Score, one.Tamis = name, *value, q.Scores[name]
		if err := e.Encode(one); err != nil {
			return fmt.Errorf("encode: %w", err)
		}
	}
	return m.add(lines.Bytes())
}

func (m *Mirror) add(lines []byte) error {
	file, err := os.OpenFile(m.File, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return models.Errorf(models.Unavailable, "the mirror's file can't be written")
	}
	defer file.Close()
	if at, err := file.Seek(0, io.SeekEnd); err != nil || at > fileMost {
		return models.Errorf(models.TooLarge, "the mirror's file is full: move it away, or take perspective.mirror_key out")
	}
	if _, err := file.Write(lines); err != nil {
		return models.Errorf(models.Unavailable, "the mirror's file can't be written")
	}
	return nil
}
