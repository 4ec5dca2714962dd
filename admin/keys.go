package admin

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// keyTTL bounds how long a revoked key still works in another process.
const keyTTL = 3 * time.Second

// Keys makes, checks and ends API keys.
type Keys struct {
	Store store.Keys
	Now   func() time.Time
	Log   *slog.Logger

	known *lru.Cache[string, knownKey] // by hash

	mu   sync.Mutex
	used map[string]time.Time // by id, since the last Touch
}

type knownKey struct {
	key   models.Key
	err   error
	until time.Time
}

// NewKeys gives the acts on keys, with a memory for the last thousands used.
func NewKeys(s store.Keys, now func() time.Time, log *slog.Logger) *Keys {
	cache, err := lru.New[string, knownKey](4096)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &Keys{Store: s, Now: now, Log: log, known: cache, used: map[string]time.Time{}}
}

var errNoKey = models.Errorf(models.Unauthorized, "the API key is not valid")

// Authenticate gives the key that a client presented, or Unauthorized.
func (k *Keys) Authenticate(ctx context.Context, presented string) (models.Key, error) {
	if !wellFormed(presented) {
		return models.Key{}, errNoKey
	}
	now := k.Now()
	hash := hashSecret(presented)
	known, ok := k.known.Get(hash)
	if !ok || !now.Before(known.until) {
		key, err := k.Store.KeyByHash(ctx, hash)
		if err != nil && models.KindOf(err) != models.NotFound {
			return models.Key{}, fmt.Errorf("authenticate: %w", err)
		}
		known = knownKey{key, err, now.Add(keyTTL)}
		k.known.Add(hash, known)
	}
	if known.err != nil || !known.key.Live(now) {
		return models.Key{}, errNoKey
	}
	k.mu.Lock()
	k.used[known.key.ID] = now
	k.mu.Unlock()
	return known.key, nil
}

// Touch writes down when keys were last used. It is called now and then.
func (k *Keys) Touch(ctx context.Context) (bool, error) {
	k.mu.Lock()
	used := k.used
	k.used = map[string]time.Time{}
	k.mu.Unlock()
	if len(used) == 0 {
		return false, nil
	}
	return false, k.Store.TouchKeys(ctx, used)
}

// Keys lists a site's keys.
func (k *Keys) Keys(ctx context.Context, site models.SiteID) ([]models.Key, error) {
	return k.Store.ListKeys(ctx, site)
}

// CreateKey makes a key with the site, name, scopes, wire and expiry of want.
// The secret is given here and never again.
func (k *Keys) CreateKey(ctx context.Context, want models.Key, by string) (string, models.Key, error) {
	now := k.Now()
	if err := checkKey(want, now); err != nil {
		return "", models.Key{}, err
	}
	secret := newKey()
	if want.Wire == "akismet" {
		secret = randomOf(lower, wireLength)
	}
	made := want
	made.ID, made.Hash, made.Last4, made.CreatedAt = models.NewID(now), hashSecret(secret), secret[len(secret)-4:], now
	if err := k.Store.AddKey(ctx, made, by); err != nil {
		return "", models.Key{}, fmt.Errorf("create key: %w", err)
	}
	return secret, made, nil
}

// RevokeKey ends a key: here at once, elsewhere within seconds.
func (k *Keys) RevokeKey(ctx context.Context, site models.SiteID, id, by string) error {
	if err := k.Store.RevokeKey(ctx, site, id, by, k.Now()); err != nil {
		return fmt.Errorf("revoke key: %w", err)
	}
	k.known.Purge()
	return nil
}

func checkKey(want models.Key, now time.Time) error {
	var faults []models.FieldError
	if len(want.Scopes) == 0 {
		faults = append(faults, models.FieldError{Field: "scopes", Detail: "must name at least one of submit, read, review, admin"})
	}
	for i, s := range want.Scopes {
		if !slices.Contains(models.Scopes(), s) {
			faults = append(faults, models.FieldError{Field: fmt.Sprintf("scopes[%d]", i), Detail: fmt.Sprintf("%q is not one of submit, read, review, admin", s)})
		}
	}
	if want.Wire != "" && want.Wire != "akismet" {
		faults = append(faults, models.FieldError{Field: "wire", Detail: "must be akismet or left out"})
	}
	if h := want.Options.HoldAs; h != "" && !slices.Contains(models.HoldAsWords(), h) {
		faults = append(faults, models.FieldError{Field: "hold_as", Detail: "must be one of " + strings.Join(models.HoldAsWords(), ", ")})
	}
	if len(want.Name) > 200 {
		faults = append(faults, models.FieldError{Field: "name", Detail: "is longer than 200 bytes"})
	}
	if !want.ExpiresAt.IsZero() && !want.ExpiresAt.After(now) {
		faults = append(faults, models.FieldError{Field: "expires_at", Detail: "is in the past"})
	}
	if len(faults) > 0 {
		return models.Fields(faults...)
	}
	return nil
}
