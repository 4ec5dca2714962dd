package moderation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/normalise"
)

const (
	// minKey is how many letters and digits a text needs for its copies to mean
	// anything: "merci pour cet article" is said by many.
	minKey = 24

	// lateAfter is how long after it was posted a comment may arrive to say
	// anything about speed: what is imported comes at once.
	lateAfter = 10 * time.Minute

	// languageTTL is how long a site's language is taken from memory.
	languageTTL = 10 * time.Minute

	// A site speaks one language when so many of its comments are known and so
	// large a part of them is in it. Elsewhere both are at home.
	minSpoken    = 20
	spokenByMost = 0.9
)

// textKey is what copies of a text have in common: case, accents, hidden
// characters, spaces and signs apart. Empty = too short to tell.
func textKey(text string) string {
	plain := text
	if !ascii(text) {
		plain = normalise.String(text)
	}
	kept := make([]byte, 0, len(plain))
	n := 0
	for _, r := range plain {
		switch {
		case 'A' <= r && r <= 'Z':
			r |= 0x20
		case r < utf8.RuneSelf && (r < 'a' || r > 'z') && (r < '0' || r > '9'):
			continue
		case r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r):
			continue
		}
		kept = utf8.AppendRune(kept, r)
		n++
	}
	if n < minKey {
		return ""
	}
	sum := sha256.Sum256(kept)
	return hex.EncodeToString(sum[:8])
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// company tells what only the store and the site know of comments.
func (s *Service) company(ctx context.Context, comments []models.Comment) ([]classifier.SpamContext, error) {
	for i := range comments {
		c := &comments[i]
		c.TextKey = textKey(c.Text)
	}
	counts, err := s.Store.SpamCounts(ctx, comments)
	if err != nil {
		return nil, fmt.Errorf("company: %w", err)
	}
	out := make([]classifier.SpamContext, len(comments))
	for i, n := range counts {
		c := &comments[i]
		lang, err := s.Spoken.of(ctx, c.Site)
		if err != nil {
			return nil, fmt.Errorf("company: %w", err)
		}
		if !c.PostedAt.IsZero() && c.ReceivedAt.Sub(c.PostedAt) > lateAfter {
			n.Recent = 0
		}
		out[i] = classifier.SpamContext{Copies: n.Copies, Recent: n.Recent, Approved: n.Approved, SiteLang: lang}
	}
	return out, nil
}

// companyBehind is the company as it was when v was made, as far as v tells:
// what came since is no part of the verdict.
func companyBehind(v models.Verdict, now classifier.SpamContext) classifier.SpamContext {
	counted := slices.ContainsFunc(v.Reasons, func(r models.Reason) bool {
		return r.Rule == models.RuleScore && r.Label == models.Spam
	})
	if !counted {
		return now
	}
	then := classifier.SpamContext{Approved: now.Approved}
	for _, r := range v.Reasons {
		if r.Rule != models.RuleStructure {
			continue
		}
		n, _ := strconv.Atoi(r.Params["value"]) // a value that is no number counts nothing
		switch r.Params["feature"] {
		case "copies":
			then.Copies = n
		case "speed":
			then.Recent = n - 1
		case "language":
			then.SiteLang = now.SiteLang
		}
	}
	return then
}

// Spoken gives the language of each site, from memory for up to ten minutes.
// The zero value lacks Load and Now.
type Spoken struct {
	Load func(ctx context.Context, site models.SiteID) (map[string]int, error)
	Now  func() time.Time

	mu    sync.Mutex
	known map[models.SiteID]spokenLanguage
}

type spokenLanguage struct {
	lang  string
	until time.Time
}

// of gives the language that nearly all approved comments of a site are in;
// empty where there is none.
func (l *Spoken) of(ctx context.Context, site models.SiteID) (string, error) {
	now := l.Now()
	l.mu.Lock()
	k, ok := l.known[site]
	l.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.lang, nil
	}
	counts, err := l.Load(ctx, site)
	if err != nil {
		return "", err
	}
	lang := mainLanguage(counts)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known == nil {
		l.known = map[models.SiteID]spokenLanguage{}
	}
	l.known[site] = spokenLanguage{lang, now.Add(languageTTL)}
	return lang, nil
}

func mainLanguage(counts map[string]int) string {
	byBase, all := map[string]int{}, 0
	for tag, n := range counts {
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if base != "" && base != classifier.Undetermined {
			byBase[base] += n
			all += n
		}
	}
	for base, n := range byBase {
		if all >= minSpoken && float64(n) >= spokenByMost*float64(all) {
			return base
		}
	}
	return ""
}
