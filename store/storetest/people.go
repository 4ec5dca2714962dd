package storetest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

var peopleClaims = []claim{
	{"a session comes back by its hash until it is over", sessionLife},
	{"a touched session holds longer and never goes back", sessionTouch},
	{"a session is listed to its owner and ended by its owner alone", sessionList},
	{"another password ends sessions and links", sessionPassword},
	{"an account that has no access has no session", sessionDisabled},
	{"a recovery code works once", recoveryCodes},
	{"twenty uses of a recovery code: one works", recoveryRace},
	{"twenty changes of an account: none is lost", concurrentChanges},
	{"somebody is left who administers every site", keptAdmin},
	{"a book is kept in versions, one after the other", bookVersions},
	{"a site changes its name and keeps its birth", siteUpdate},
	{"versions of a policy are listed newest first", policyHistory},
	{"the audit log is searched by who, what, whom and when", auditSearch},
	{"what is over is purged", purgeSessions},
	{"tries are counted, come back with time and are forgiven", tryLimits},
	{"a hundred tries at once: as many as the limit allows", tryRace},
	{"counts of tries that came back are purged", purgeTries},
}

// person makes an account.
func (b *bundle) person(id string) models.User {
	b.Helper()
	u := models.User{ID: id, Email: id + "@e.org", Role: models.RoleModerator, CreatedAt: base}
	b.ok(b.s.AddUser(b.ctx, u, "cli"))
	return u
}

// signIn makes a session of a person that holds an hour.
func (b *bundle) signIn(user, id string, stage models.Stage) models.Session {
	b.Helper()
	n := models.Session{
		ID: id, Hash: "hash-" + id, User: user, Stage: stage, Method: "password", Agent: "Firefox · Linux",
		CreatedAt: trim(base), SeenAt: trim(base), ExpiresAt: trim(base.Add(time.Hour)),
	}
	b.ok(b.s.AddSession(b.ctx, n))
	return n
}

func (b *bundle) over(hash string, at time.Time) {
	b.Helper()
	_, _, err := b.s.SessionByHash(b.ctx, hash, at)
	b.kind(err, models.NotFound)
}

func sessionLife(b *bundle) {
	u := b.person("u1")
	want := b.signIn("u1", "s1", models.StageFull)
	b.signIn("u1", "s2", models.StageCode)
	got, who, err := b.s.SessionByHash(b.ctx, "hash-s1", base.Add(59*time.Minute))
	b.ok(err)
	if diff := cmp.Diff(got, want); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	equal(b, "whose", who.Email, u.Email)
	b.over("hash-s1", base.Add(time.Hour))
	b.over("HASH-S1", base)
	b.kind(b.s.AddSession(b.ctx, models.Session{ID: "s3", Hash: "x", User: "u9", CreatedAt: base}), models.NotFound)
	b.kind(b.s.AddSession(b.ctx, want), models.Conflict)
	if diff := cmp.Diff(b.acts(""), []string{"cli user.created", "user:u1@e.org user.signed_in"}); diff != "" {
		b.Errorf("audit: got - want +:\n%s", diff)
	}
}

func keptAdmin(b *bundle) {
	b.person("u1")
	for _, u := range []models.User{
		{ID: "a1"}, {ID: "a2"}, {ID: "bound", Scope: []models.SiteScope{{Site: "blog"}}}, {ID: "ends", ExpiresAt: base.Add(time.Hour)},
	} {
		u.Email, u.Role, u.CreatedAt = u.ID+"@e.org", models.RoleAdmin, base
		b.ok(b.s.AddUser(b.ctx, u, "cli"))
	}
	disable := func(id string, kept bool) error {
		_, err := b.s.ChangeUser(b.ctx, models.UserChange{User: id, Act: "user.disabled", By: "cli", At: base, Kept: kept}, func(u *models.User) error {
			u.DisabledAt = base
			return nil
		})
		return err
	}
	b.ok(disable("u1", true))
	var both sync.WaitGroup
	var refused atomic.Int32
	for _, id := range []string{"a1", "a2"} {
		both.Go(func() {
			err := disable(id, true)
			if err != nil {
				b.kind(err, models.Conflict)
				refused.Add(1)
			}
		})
	}
	both.Wait()
	equal(b, "refused of two at once", refused.Load(), int32(1))
	left := 0
	all, err := b.s.ListUsers(b.ctx)
	b.ok(err)
	for _, u := range all {
		if u.Keeps() {
			left++
		}
	}
	equal(b, "left", left, 1)
	b.ok(disable("a1", false))
	b.ok(disable("a2", false))
}

func sessionTouch(b *bundle) {
	b.person("u1")
	b.signIn("u1", "s1", models.StageFull)
	b.ok(b.s.TouchSession(b.ctx, "hash-s1", base.Add(30*time.Minute), base.Add(2*time.Hour)))
	b.ok(b.s.TouchSession(b.ctx, "hash-s1", base.Add(10*time.Minute), base.Add(20*time.Minute)))
	b.ok(b.s.TouchSession(b.ctx, "unknown", base, base))
	got, _, err := b.s.SessionByHash(b.ctx, "hash-s1", base.Add(90*time.Minute))
	b.ok(err)
	equal(b, "seen", got.SeenAt, trim(base.Add(30*time.Minute)))
	equal(b, "until", got.ExpiresAt, trim(base.Add(2*time.Hour)))
}

func sessionList(b *bundle) {
	b.person("u1")
	b.person("u2")
	for _, id := range []string{"s1", "s2"} {
		b.signIn("u1", id, models.StageFull)
	}
	b.signIn("u1", "half", models.StageCode)
	b.signIn("u2", "other", models.StageFull)
	b.ok(b.s.TouchSession(b.ctx, "hash-s1", base.Add(time.Minute), base.Add(time.Hour)))
	ids := func(at time.Time) (out []string) {
		list, err := b.s.ListSessions(b.ctx, "u1", at)
		b.ok(err)
		for _, s := range list {
			out = append(out, s.ID)
		}
		return out
	}
	if diff := cmp.Diff(ids(base), []string{"s1", "s2"}); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	equal(b, "over", len(ids(base.Add(time.Hour))), 0)
	b.kind(b.s.EndSession(b.ctx, "u2", "s1", "user:u2@e.org", base), models.NotFound)
	b.ok(b.s.EndSession(b.ctx, "u1", "s1", "user:u1@e.org", base))
	b.kind(b.s.EndSession(b.ctx, "u1", "s1", "user:u1@e.org", base), models.NotFound)
	b.over("hash-s1", base)
	_, _, err := b.s.SessionByHash(b.ctx, "hash-s2", base)
	b.ok(err)
}

func sessionPassword(b *bundle) {
	b.person("u1")
	b.person("u2")
	b.signIn("u1", "s1", models.StageFull)
	b.signIn("u2", "s2", models.StageFull)
	link := models.SignInLink{Hash: "l", User: "u1", ExpiresAt: base.Add(time.Hour)}
	b.ok(b.s.AddSignInLink(b.ctx, link, "cli", base))
	change := models.UserChange{User: "u1", Act: "user.renamed", By: "cli", At: base}
	_, err := b.s.ChangeUser(b.ctx, change, func(u *models.User) error { u.Name = "Ute"; return nil })
	b.ok(err)
	_, _, err = b.s.SessionByHash(b.ctx, "hash-s1", base)
	b.ok(err)
	_, err = b.s.ChangeUser(b.ctx, change, func(u *models.User) error { u.PasswordHash = "h"; return nil })
	b.ok(err)
	b.over("hash-s1", base)
	_, err = b.s.UseSignInLink(b.ctx, "l", base)
	b.kind(err, models.NotFound)
	_, _, err = b.s.SessionByHash(b.ctx, "hash-s2", base)
	b.ok(err)
}

func sessionDisabled(b *bundle) {
	b.person("u1")
	b.signIn("u1", "s1", models.StageFull)
	change := models.UserChange{User: "u1", At: base}
	_, err := b.s.ChangeUser(b.ctx, change, func(u *models.User) error { u.ExpiresAt = base.Add(time.Minute); return nil })
	b.ok(err)
	_, _, err = b.s.SessionByHash(b.ctx, "hash-s1", base.Add(59*time.Second))
	b.ok(err)
	b.over("hash-s1", base.Add(time.Minute))
	_, err = b.s.ChangeUser(b.ctx, change, func(u *models.User) error { u.DisabledAt = base; return nil })
	b.ok(err)
	b.over("hash-s1", base)
	equal(b, "changes that are not worth an entry", len(b.acts("")), 2)
}

func recoveryCodes(b *bundle) {
	b.person("u1")
	b.ok(b.s.SetRecoveryCodes(b.ctx, "u1", []string{"a", "b"}))
	_, err := b.s.UseRecoveryCode(b.ctx, "u2", "a", base)
	b.kind(err, models.NotFound)
	left, err := b.s.UseRecoveryCode(b.ctx, "u1", "a", base)
	b.ok(err)
	equal(b, "left", left, 1)
	_, err = b.s.UseRecoveryCode(b.ctx, "u1", "a", base)
	b.kind(err, models.NotFound)
	b.ok(b.s.SetRecoveryCodes(b.ctx, "u1", []string{"c"}))
	_, err = b.s.UseRecoveryCode(b.ctx, "u1", "b", base)
	b.kind(err, models.NotFound)
	b.ok(b.s.SetRecoveryCodes(b.ctx, "u1", nil))
	_, err = b.s.UseRecoveryCode(b.ctx, "u1", "c", base)
	b.kind(err, models.NotFound)
}

func recoveryRace(b *bundle) {
	b.person("u1")
	b.ok(b.s.SetRecoveryCodes(b.ctx, "u1", []string{"a"}))
	var worked atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := b.s.UseRecoveryCode(b.ctx, "u1", "a", base); err == nil {
				worked.Add(1)
			}
		})
	}
	wg.Wait()
	equal(b, "worked", worked.Load(), 1)
}

func concurrentChanges(b *bundle) {
	b.person("u1")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, err := b.s.ChangeUser(b.ctx, models.UserChange{User: "u1", At: base}, func(u *models.User) error {
				u.TOTPStep++
				return nil
			})
			b.ok(err)
		})
	}
	wg.Wait()
	u, err := b.s.User(b.ctx, "u1")
	b.ok(err)
	equal(b, "steps", u.TOTPStep, 20)
}

func bookVersions(b *bundle) {
	b.site("a")
	b.site("b")
	_, err := b.s.Book(b.ctx, "a")
	b.kind(err, models.NotFound)
	n := models.SiteBook{Site: "a", By: "user:z", At: trim(base), Book: models.Book{
		Charter: []models.Sentence{{ID: "c1", Text: models.Words{FR: "Été", EN: "Summer"}, Labels: []models.Label{models.Insult}}},
		Replies: []models.Reply{{ID: "r1", Name: models.Words{EN: "Thanks"}, Text: models.Words{EN: "Thank you."}, Sentence: "c1"}},
		Queues:  []models.NamedQueue{{ID: "q1", Name: models.Words{FR: "Presse"}, Topics: []string{"press"}, People: []string{"z@e.org"}}},
	}}
	for base := range int64(2) {
		version, err := b.s.AddBook(b.ctx, n, base)
		b.ok(err)
		equal(b, "version", version, base+1)
		n.Book.Charter[0].Text.EN = "Winter"
	}
	for _, base := range []int64{0, 1, 3} {
		_, err := b.s.AddBook(b.ctx, n, base)
		b.kind(err, models.Conflict)
	}
	n.Version = 2
	got, err := b.s.Book(b.ctx, "a")
	b.ok(err)
	if diff := cmp.Diff(got, n); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	_, err = b.s.Book(b.ctx, "b")
	b.kind(err, models.NotFound)
	n.Site = "nowhere"
	_, err = b.s.AddBook(b.ctx, n, 0)
	b.kind(err, models.NotFound)
}

func siteUpdate(b *bundle) {
	b.site("a")
	want := models.Site{ID: "a", Name: "Blög", Locale: "en", KeepText: true, CreatedAt: base.Add(time.Hour)}
	b.ok(b.s.UpdateSite(b.ctx, want, "user:z", base))
	want.CreatedAt = trim(base)
	got, err := b.s.Site(b.ctx, "a")
	b.ok(err)
	equal(b, "site", got, want)
	want.ID = "b"
	b.kind(b.s.UpdateSite(b.ctx, want, "user:z", base), models.NotFound)
	if diff := cmp.Diff(b.acts("a"), []string{"cli site.created", "user:z site.changed"}); diff != "" {
		b.Errorf("audit: got - want +:\n%s", diff)
	}
}

func policyHistory(b *bundle) {
	b.site("a")
	b.site("b")
	for base := range int64(3) {
		_, err := b.s.AddPolicy(b.ctx, models.Policy{Site: "a", By: "cli", At: trim(time.Unix(base, 0))}, base)
		b.ok(err)
	}
	list, err := b.s.PolicyVersions(b.ctx, "a", 2)
	b.ok(err)
	equal(b, "listed", len(list) == 2 && list[0].Version == 3 && list[1].Version == 2, true)
	list, err = b.s.PolicyVersions(b.ctx, "b", 2)
	b.ok(err)
	equal(b, "of another site", len(list), 0)
}

func auditSearch(b *bundle) {
	b.site("a")
	b.site("b")
	add := func(site models.SiteID, id, by string, at time.Time) {
		b.ok(b.s.AddKey(b.ctx, models.Key{ID: id, Site: site, Hash: "h" + id, CreatedAt: at}, by))
	}
	add("a", "k1", "user:z", base.Add(time.Hour))
	add("a", "k2", "user:y", base.Add(2*time.Hour))
	add("b", "k3", "user:z", base.Add(time.Hour))
	b.ok(b.s.RevokeKey(b.ctx, "a", "k1", "user:y", base.Add(3*time.Hour)))
	for name, tt := range map[string]struct {
		q    models.AuditQuery
		want []string
	}{
		"by whom":     {models.AuditQuery{Actor: "user:z"}, []string{"key.created k1"}},
		"what":        {models.AuditQuery{Act: "key.created"}, []string{"key.created k2", "key.created k1"}},
		"sort of act": {models.AuditQuery{Act: "key."}, []string{"key.revoked k1", "key.created k2", "key.created k1"}},
		"to what":     {models.AuditQuery{Subject: "k1"}, []string{"key.revoked k1", "key.created k1"}},
		"since":       {models.AuditQuery{Since: base.Add(2 * time.Hour)}, []string{"key.revoked k1", "key.created k2"}},
		"until":       {models.AuditQuery{Until: base.Add(time.Hour)}, []string{"site.created a"}},
		"all at once": {models.AuditQuery{Actor: "user:y", Act: "key.", Subject: "k2", Since: base, Until: base.Add(3 * time.Hour)}, []string{"key.created k2"}},
		"no wildcard": {models.AuditQuery{Act: "key_created"}, nil},
	} {
		var got []string
		tt.q.Site, tt.q.Limit = "a", 1
		for {
			page, err := b.s.AuditEntries(b.ctx, tt.q)
			b.ok(err)
			for _, e := range page.Items {
				got = append(got, e.Act+" "+e.Subject)
			}
			if tt.q.Cursor = page.Next; tt.q.Cursor == "" {
				break
			}
		}
		if diff := cmp.Diff(got, tt.want); diff != "" {
			b.Errorf("%s: got - want +:\n%s", name, diff)
		}
	}
	page, err := b.s.AuditEntries(b.ctx, models.AuditQuery{Site: "a", Limit: 1})
	b.ok(err)
	_, err = b.s.AuditEntries(b.ctx, models.AuditQuery{Site: "a", Limit: 1, Actor: "user:z", Cursor: page.Next})
	b.kind(err, models.Invalid)
}

func purgeSessions(b *bundle) {
	b.person("u1")
	b.signIn("u1", "s1", models.StageFull)
	kept := b.signIn("u1", "s2", models.StageFull)
	b.ok(b.s.TouchSession(b.ctx, kept.Hash, base.Add(time.Minute), base.Add(3*time.Hour)))
	n, err := b.s.Purge(b.ctx, store.Purge{}, base.Add(2*time.Hour))
	b.ok(err)
	equal(b, "purged", n, 1)
	_, _, err = b.s.SessionByHash(b.ctx, kept.Hash, base.Add(2*time.Hour))
	b.ok(err)
}

func tryLimits(b *bundle) {
	base := trim(base)
	wide := models.TryLimit{Key: "wide", Burst: 5, Every: time.Second}
	narrow := models.TryLimit{Key: "narrow", Burst: 2, Every: time.Minute}
	take := func(at time.Time, limits ...models.TryLimit) time.Duration {
		b.Helper()
		wait, err := b.s.TakeTries(b.ctx, limits, at)
		b.ok(err)
		return wait
	}
	equal(b, "first", take(base, wide, narrow), 0)
	equal(b, "second", take(base, narrow, wide), 0)
	equal(b, "third", take(base, wide, narrow), time.Minute)
	equal(b, "a refused try is not counted", take(base.Add(20*time.Second), narrow), 40*time.Second)
	equal(b, "other keys are their own", take(base, models.TryLimit{Key: "NARROW", Burst: 1, Every: time.Minute}), 0)
	equal(b, "one came back", take(base.Add(time.Minute), narrow), 0)
	equal(b, "but one", take(base.Add(time.Minute), narrow), time.Minute)
	for range 2 {
		equal(b, "never more than all come back", take(base.Add(24*time.Hour), narrow), 0)
	}
	equal(b, "and no more", take(base.Add(24*time.Hour), narrow), time.Minute)
	b.ok(b.s.ForgiveTries(b.ctx, []string{"narrow", "nobody"}))
	equal(b, "forgiven", take(base.Add(24*time.Hour), narrow), 0)
	equal(b, "NARROW is not", take(base, models.TryLimit{Key: "NARROW", Burst: 1, Every: time.Minute}), time.Minute)
	b.ok(b.s.ForgiveTries(b.ctx, nil))
}

func tryRace(b *bundle) {
	one := models.TryLimit{Key: "one", Burst: 30, Every: time.Minute}
	var wg sync.WaitGroup
	var allowed atomic.Int32
	for i := range 20 {
		other := models.TryLimit{Key: []string{"a", "z"}[i%2], Burst: 1000, Every: time.Minute}
		wg.Go(func() {
			for range 5 {
				wait, err := b.s.TakeTries(b.ctx, []models.TryLimit{other, one}, base)
				b.ok(err)
				if wait == 0 {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	equal(b, "allowed", allowed.Load(), 30)
}

func purgeTries(b *bundle) {
	base := trim(base)
	limit := models.TryLimit{Key: "k", Burst: 1, Every: time.Hour}
	later := models.TryLimit{Key: "later", Burst: 1, Every: 2 * time.Hour}
	_, err := b.s.TakeTries(b.ctx, []models.TryLimit{limit, later}, base)
	b.ok(err)
	n, err := b.s.Purge(b.ctx, store.Purge{}, base.Add(90*time.Minute))
	b.ok(err)
	equal(b, "purged", n, 1)
	wait, err := b.s.TakeTries(b.ctx, []models.TryLimit{later}, base.Add(90*time.Minute))
	b.ok(err)
	equal(b, "what is still owed stays", wait, 30*time.Minute)
}
