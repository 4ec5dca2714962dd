package admin_test

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// bundle is a store with a clock that tests move.
type bundle struct {
	db   store.Store
	mu   sync.Mutex
	at   time.Time
	keys *admin.Keys
}

func (b *bundle) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at
}

func (b *bundle) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = b.at.Add(d)
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{db: storetest.New(t), at: time.Now().UTC().Truncate(time.Microsecond)}
	b.keys = admin.NewKeys(b.db, b.now, quiet)
	sites := &admin.Sites{Store: b.db, Now: b.now}
	if _, err := sites.Add(t.Context(), "blog", "", "fr", "test"); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestFirstStartMakesOneSite(t *testing.T) {
	t.Parallel()
	sites := &admin.Sites{Store: storetest.New(t), Now: time.Now}
	for try, want := range []bool{true, false} {
		made, err := sites.FirstStart(t.Context(), "fr")
		if err != nil || made != want {
			t.Errorf("start %d: made %v, %v, want %v", try+1, made, err, want)
		}
	}
	if got, err := sites.Site(t.Context(), "default"); err != nil || got.Locale != "fr" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestSitesThatAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sites := &admin.Sites{Store: b.db, Now: b.now}
	for name, tt := range map[string]struct {
		id, locale string
		want       models.Kind
	}{
		"taken":             {"blog", "fr", models.Conflict},
		"upper case":        {"Blog2", "fr", models.Invalid},
		"a path":            {"../etc", "fr", models.Invalid},
		"empty":             {"", "fr", models.Invalid},
		"too long":          {strings.Repeat("a", 64), "fr", models.Invalid},
		"a locale we lack":  {"b2", "de", models.Invalid},
		"starts with a dot": {".b", "en", models.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := sites.Add(t.Context(), tt.id, "", tt.locale, "test"); models.KindOf(err) != tt.want {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func (b *bundle) create(t *testing.T, want models.Key) (string, models.Key) {
	t.Helper()
	secret, made, err := b.keys.CreateKey(t.Context(), want, "test")
	if err != nil {
		t.Fatal(err)
	}
	return secret, made
}

func TestAKeyIsKnownByItsHashAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	secret, made := b.create(t, models.Key{Site: "blog", Scopes: []models.Scope{models.ScopeRead}})
	if !regexp.MustCompile(`^tam_[0-9A-Za-z]{36}$`).MatchString(secret) {
		t.Errorf("the key %q has another form", secret)
	}
	got, err := b.keys.Authenticate(t.Context(), secret)
	if err != nil || got.ID != made.ID || !got.Has(models.ScopeRead) || got.Has(models.ScopeAdmin) {
		t.Errorf("got %+v, %v", got, err)
	}
	kept, err := b.db.ListKeys(t.Context(), "blog")
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	if strings.Contains(fmt.Sprintf("%+v", kept[0]), secret[4:30]) {
		t.Error("the store holds the secret")
	}
}

func TestKeysThatDoNotWork(t *testing.T) {
	t.Parallel()
	b := setup(t)
	good, _ := b.create(t, models.Key{Site: "blog", Scopes: models.Scopes()})
	last := byte('x')
	if good[len(good)-1] == last {
		last = 'y'
	}
	for name, key := range map[string]string{
		"empty": "", "another prefix": "tom_" + good[4:], "mistyped": good[:len(good)-1] + string(last),
		"cut short": good[:20], "longer": good + "a", "well formed and unknown": "000000000000",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := b.keys.Authenticate(t.Context(), key); models.KindOf(err) != models.Unauthorized {
				t.Errorf("got %v, want Unauthorized", err)
			}
		})
	}
}

func TestARevokedKeyEnds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	secret, made := b.create(t, models.Key{Site: "blog", Scopes: models.Scopes()})
	elsewhere := admin.NewKeys(b.db, b.now, quiet) // another process
	for _, k := range []*admin.Keys{b.keys, elsewhere} {
		if _, err := k.Authenticate(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.keys.RevokeKey(t.Context(), "other", made.ID, "test"); models.KindOf(err) != models.NotFound {
		t.Errorf("another site revokes it: %v", err)
	}
	if err := b.keys.RevokeKey(t.Context(), "blog", made.ID, "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.keys.Authenticate(t.Context(), secret); models.KindOf(err) != models.Unauthorized {
		t.Errorf("here: %v, want Unauthorized at once", err)
	}
	b.pass(5 * time.Second)
	if _, err := elsewhere.Authenticate(t.Context(), secret); models.KindOf(err) != models.Unauthorized {
		t.Errorf("elsewhere: %v, want Unauthorized within five seconds", err)
	}
}

func TestAKeyExpires(t *testing.T) {
	t.Parallel()
	b := setup(t)
	secret, _ := b.create(t, models.Key{Site: "blog", Scopes: models.Scopes(), ExpiresAt: b.now().Add(time.Hour)})
	if _, err := b.keys.Authenticate(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	b.pass(time.Hour)
	if _, err := b.keys.Authenticate(t.Context(), secret); models.KindOf(err) != models.Unauthorized {
		t.Errorf("got %v, want Unauthorized", err)
	}
}

func TestADatabaseThatIsAwayIsNoWrongKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	secret, _ := b.create(t, models.Key{Site: "blog", Scopes: models.Scopes()})
	away := models.Errorf(models.Unavailable, "away")
	keys := admin.NewKeys(storetest.Fail(b.db, "KeyByHash", away), b.now, quiet)
	if _, err := keys.Authenticate(t.Context(), secret); !errors.Is(err, away) {
		t.Errorf("got %v, want %v", err, away)
	}
}

func TestLastUseIsWrittenDown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	secret, _ := b.create(t, models.Key{Site: "blog", Scopes: models.Scopes()})
	if _, err := b.keys.Authenticate(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	if _, err := b.keys.Touch(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept, err := b.keys.Keys(t.Context(), "blog")
	if err != nil || kept[0].LastUsedAt.IsZero() {
		t.Errorf("got %+v, %v", kept, err)
	}
}

func TestAKeyOfAkismetsClients(t *testing.T) {
	t.Parallel()
	b := setup(t)
	want := models.KeyOptions{HoldAs: models.HoldAsRecheck, Strict: true}
	secret, _ := b.create(t, models.Key{Site: "blog", Scopes: models.Scopes(), Wire: "akismet", Options: want})
	// It travels as a DNS label too, which has one case.
	if !regexp.MustCompile(`^[0-9a-z]{12}$`).MatchString(secret) {
		t.Errorf("got %q", secret)
	}
	if k, err := b.keys.Authenticate(t.Context(), secret); err != nil || k.Options != want {
		t.Errorf("got %+v, %v", k, err)
	}
}

func TestKeysThatAreNotMade(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, want := range map[string]models.Key{
		"no scope":         {Site: "blog"},
		"unknown scope":    {Site: "blog", Scopes: []models.Scope{"root"}},
		"unknown answer":   {Site: "blog", Scopes: models.Scopes(), Options: models.KeyOptions{HoldAs: "maybe"}},
		"unknown wire":     {Site: "blog", Scopes: models.Scopes(), Wire: "telegraph"},
		"ended already":    {Site: "blog", Scopes: models.Scopes(), ExpiresAt: b.now().Add(-time.Hour)},
		"name beyond need": {Site: "blog", Scopes: models.Scopes(), Name: strings.Repeat("n", 300)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := b.keys.CreateKey(t.Context(), want, "test"); models.KindOf(err) != models.Invalid {
				t.Errorf("got %v, want Invalid", err)
			}
		})
	}
	if _, _, err := b.keys.CreateKey(t.Context(), models.Key{Site: "nowhere", Scopes: models.Scopes()}, "test"); models.KindOf(err) != models.NotFound {
		t.Errorf("a key of no site: %v, want NotFound", err)
	}
}

func TestPoliciesAreVersioned(t *testing.T) {
	t.Parallel()
	b := setup(t)
	p := &admin.Policies{Store: b.db, Now: b.now}
	if got, err := p.Policy(t.Context(), "blog"); err != nil || got.Version != 0 || len(got.Ruleset.Labels) == 0 {
		t.Fatalf("default: %+v, %v", got, err)
	}
	raw := []byte(`{"labels":{"toxic":{"hold":0.4}},"links":{},"first_comment":{},"reports":{}}`)
	first, err := p.SetPolicy(t.Context(), "blog", raw, 0, "test")
	if err != nil || first.Version != 1 {
		t.Fatalf("got %+v, %v", first, err)
	}
	if _, err := p.SetPolicy(t.Context(), "blog", raw, 0, "test"); models.KindOf(err) != models.Conflict {
		t.Errorf("from an older version: %v, want Conflict", err)
	}
	if _, err := p.SetPolicy(t.Context(), "blog", []byte(`{"labels":{"toxic":{"hold":4}}}`), -1, "test"); models.KindOf(err) != models.Invalid {
		t.Errorf("faulty: %v, want Invalid", err)
	}
	if got, err := p.SetPolicy(t.Context(), "blog", raw, -1, "test"); err != nil || got.Version != 2 {
		t.Errorf("whatever is there: %+v, %v", got, err)
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	users := &admin.Users{Store: b.db, Now: b.now}
	made, err := users.Add(t.Context(), " Anne@Example.ORG ", "Anne", models.RoleModerator, "test")
	if err != nil || made.Email != "anne@example.org" {
		t.Fatalf("got %+v, %v", made, err)
	}
	if _, err := users.Add(t.Context(), "anne@example.org", "", models.RoleAdmin, "test"); models.KindOf(err) != models.Conflict {
		t.Errorf("twice: %v, want Conflict", err)
	}
	for name, err := range map[string]error{
		"no address": second(users.Add(t.Context(), "anne", "", models.RoleAdmin, "test")),
		"no role":    second(users.Add(t.Context(), "b@example.org", "", "king", "test")),
		"password":   users.SetPassword(t.Context(), "anne@example.org", "short", "test"),
	} {
		if models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
	if err := users.SetPassword(t.Context(), "anne@example.org", "correct horse", "test"); err != nil {
		t.Fatal(err)
	}
	kept, err := b.db.UserByEmail(t.Context(), "anne@example.org")
	if err != nil || !strings.HasPrefix(kept.PasswordHash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("got %+v, %v", kept, err)
	}
	if secret, err := users.Link(t.Context(), "anne@example.org", "test"); err != nil || len(secret) < 40 {
		t.Errorf("link %q, %v", secret, err)
	}
	if err := users.Disable(t.Context(), "anne@example.org", "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := users.Link(t.Context(), "anne@example.org", "test"); models.KindOf(err) != models.Conflict {
		t.Errorf("a link for a disabled account: %v, want Conflict", err)
	}
	if _, err := users.Link(t.Context(), "nobody@example.org", "test"); models.KindOf(err) != models.NotFound {
		t.Errorf("a link for nobody: %v, want NotFound", err)
	}
}

func second[T any](_ T, err error) error { return err }
