package storetest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

var adminClaims = []claim{
	{"a site comes back and can't be made twice", siteLife},
	{"a key comes back by its hash and is revoked once", keyLife},
	{"the last use of a key only goes forward", keyTouch},
	{"a user comes back by e-mail in any case", userLife},
	{"a sign-in link works once, in time, for who may sign in", signInLink},
	{"a policy is kept in versions, one after the other", policyVersions},
	{"twenty people change a policy: one wins", concurrentPolicies},
	{"the audit log is listed newest first", auditList},
	{"the first answer under a key is given again", idempotentReplay},
	{"a request in hand is refused until its holder is taken for dead", idempotentInHand},
	{"twenty requests under one key: one runs", idempotentRace},
}

func trim(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func siteLife(b *bundle) {
	site := models.Site{ID: "blog.example", Name: "Blög", Locale: "en", KeepText: true, CreatedAt: base}
	b.ok(b.s.AddSite(b.ctx, site, "cli"))
	b.kind(b.s.AddSite(b.ctx, site, "cli"), models.Conflict)
	b.site("a")
	site.CreatedAt = trim(site.CreatedAt)
	got, err := b.s.Site(b.ctx, "blog.example")
	b.ok(err)
	equal(b, "site", got, site)
	_, err = b.s.Site(b.ctx, "BLOG.example")
	b.kind(err, models.NotFound)
	list, err := b.s.ListSites(b.ctx)
	b.ok(err)
	equal(b, "listed by id", len(list) == 2 && list[0].ID == "a" && list[1] == site, true)
	if diff := cmp.Diff(b.acts("blog.example"), []string{"cli site.created"}); diff != "" {
		b.Errorf("audit: got - want +:\n%s", diff)
	}
}

func keyLife(b *bundle) {
	b.site("a")
	k := models.Key{
		ID: "k1", Site: "a", Name: "blog", Hash: "aa11", Last4: "wxyz", Scopes: []models.Scope{"submit", "read"},
		Wire: "akismet", Options: models.KeyOptions{Strict: true, HoldAs: models.HoldAsHam}, CreatedAt: base, ExpiresAt: base.Add(time.Hour),
	}
	b.ok(b.s.AddKey(b.ctx, k, "user:z"))
	b.kind(b.s.AddKey(b.ctx, k, "user:z"), models.Conflict)
	k.CreatedAt, k.ExpiresAt = trim(k.CreatedAt), trim(k.ExpiresAt)
	got, err := b.s.KeyByHash(b.ctx, "aa11")
	b.ok(err)
	if diff := cmp.Diff(got, k); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	_, err = b.s.KeyByHash(b.ctx, "AA11")
	b.kind(err, models.NotFound)
	for range 2 {
		b.ok(b.s.RevokeKey(b.ctx, "a", "k1", "user:z", base.Add(time.Minute)))
	}
	b.kind(b.s.RevokeKey(b.ctx, "a", "k2", "user:z", base), models.NotFound)
	k.RevokedAt = trim(base.Add(time.Minute))
	list, err := b.s.ListKeys(b.ctx, "a")
	b.ok(err)
	if diff := cmp.Diff(list, []models.Key{k}); diff != "" {
		b.Errorf("listed - want +:\n%s", diff)
	}
	want := []string{"cli site.created", "user:z key.created", "user:z key.revoked"}
	if diff := cmp.Diff(b.acts("a"), want); diff != "" {
		b.Errorf("audit: got - want +:\n%s", diff)
	}
	k.ID, k.Hash, k.Site = "k3", "cc", "nowhere"
	b.kind(b.s.AddKey(b.ctx, k, "user:z"), models.NotFound)
}

func keyTouch(b *bundle) {
	b.site("a")
	b.ok(b.s.AddKey(b.ctx, models.Key{ID: "k1", Site: "a", Hash: "aa", CreatedAt: base}, "cli"))
	b.ok(b.s.TouchKeys(b.ctx, nil))
	b.ok(b.s.TouchKeys(b.ctx, map[string]time.Time{"k1": base.Add(time.Hour), "unknown": base}))
	b.ok(b.s.TouchKeys(b.ctx, map[string]time.Time{"k1": base.Add(time.Minute)}))
	k, err := b.s.KeyByHash(b.ctx, "aa")
	b.ok(err)
	equal(b, "last used", k.LastUsedAt, trim(base.Add(time.Hour)))
}

func userLife(b *bundle) {
	u := models.User{ID: "u1", Email: "Zoe@Example.org", Name: "Zoé", Role: models.RoleAdmin, CreatedAt: base}
	b.ok(b.s.AddUser(b.ctx, u, "cli"))
	u.ID = "u2"
	b.kind(b.s.AddUser(b.ctx, u, "cli"), models.Conflict)
	u.ID, u.Email, u.CreatedAt = "u1", "zoe@example.org", trim(base)
	got, err := b.s.UserByEmail(b.ctx, "ZOE@example.org")
	b.ok(err)
	if diff := cmp.Diff(got, u); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	_, err = b.s.UserByEmail(b.ctx, "nobody@example.org")
	b.kind(err, models.NotFound)
	u.Role, u.PasswordHash, u.DisabledAt = models.RoleHelper, "$argon2id$…", trim(base.Add(time.Hour))
	u.Name, u.Locale, u.ExpiresAt, u.TOTPSecret, u.TOTPStep = "Zoé B.", "fr", trim(base.Add(2*time.Hour)), "ABCD", 1<<40
	u.Scope = []models.SiteScope{{Site: "a"}, {Site: "b", Sections: []string{"sport", "é"}}}
	change := models.UserChange{User: "u1", Act: "user.disabled", By: "user:y", At: base}
	changed, err := b.s.ChangeUser(b.ctx, change, become(u))
	b.ok(err)
	if diff := cmp.Diff(changed, u); diff != "" {
		b.Errorf("changed - want +:\n%s", diff)
	}
	refusal := models.Errorf(models.Forbidden, "no")
	_, err = b.s.ChangeUser(b.ctx, change, func(x *models.User) error { x.Name = "other"; return refusal })
	b.kind(err, models.Forbidden)
	list, err := b.s.ListUsers(b.ctx)
	b.ok(err)
	if diff := cmp.Diff(list, []models.User{u}); diff != "" {
		b.Errorf("listed - want +:\n%s", diff)
	}
	change.User = "u9"
	_, err = b.s.ChangeUser(b.ctx, change, become(u))
	b.kind(err, models.NotFound)
	got, err = b.s.User(b.ctx, "u1")
	b.ok(err)
	equal(b, "by id", got.Email, u.Email)
	_, err = b.s.User(b.ctx, "u9")
	b.kind(err, models.NotFound)
	if diff := cmp.Diff(b.acts(""), []string{"cli user.created", "user:y user.disabled"}); diff != "" {
		b.Errorf("audit: got - want +:\n%s", diff)
	}
}

// become makes an account as u is.
func become(u models.User) func(*models.User) error {
	return func(x *models.User) error {
		*x = u
		return nil
	}
}

func signInLink(b *bundle) {
	u := models.User{ID: "u1", Email: "z@e.org", Role: models.RoleAdmin, CreatedAt: base}
	b.ok(b.s.AddUser(b.ctx, u, "cli"))
	end := base.Add(time.Hour)
	for _, hash := range []string{"once", "late", "disabled"} {
		b.ok(b.s.AddSignInLink(b.ctx, models.SignInLink{Hash: hash, User: "u1", ExpiresAt: end}, "cli", base))
	}
	b.kind(b.s.AddSignInLink(b.ctx, models.SignInLink{Hash: "x", User: "u9", ExpiresAt: end}, "cli", base), models.NotFound)
	got, err := b.s.UseSignInLink(b.ctx, "once", base)
	b.ok(err)
	equal(b, "user", got.ID, "u1")
	_, err = b.s.UseSignInLink(b.ctx, "once", base)
	b.kind(err, models.NotFound)
	_, err = b.s.UseSignInLink(b.ctx, "late", end)
	b.kind(err, models.NotFound)
	_, err = b.s.UseSignInLink(b.ctx, "unknown", base)
	b.kind(err, models.NotFound)
	u.ExpiresAt = base.Add(time.Minute)
	_, err = b.s.ChangeUser(b.ctx, models.UserChange{User: "u1", At: base}, become(u))
	b.ok(err)
	b.ok(b.s.AddSignInLink(b.ctx, models.SignInLink{Hash: "ended", User: "u1", ExpiresAt: end}, "cli", base))
	_, err = b.s.UseSignInLink(b.ctx, "ended", base.Add(time.Minute))
	b.kind(err, models.NotFound)
	u.DisabledAt, u.ExpiresAt = base, time.Time{}
	_, err = b.s.ChangeUser(b.ctx, models.UserChange{User: "u1", At: base}, become(u))
	b.ok(err)
	_, err = b.s.UseSignInLink(b.ctx, "disabled", base)
	b.kind(err, models.NotFound)
}

func policyVersions(b *bundle) {
	b.site("a")
	_, err := b.s.Policy(b.ctx, "a")
	b.kind(err, models.NotFound)
	p := models.Policy{Site: "a", By: "user:z", At: base, Ruleset: models.Ruleset{
		Labels: map[models.Label]models.Thresholds{models.Toxic: {Hold: 0.5, Reject: 0.95}},
		Words:  []models.WordList{{Name: "zut", Action: "hold", Words: []string{"zut", "flûte"}}},
	}}
	for base := range int64(2) {
		version, err := b.s.AddPolicy(b.ctx, p, base)
		b.ok(err)
		equal(b, "version", version, base+1)
		p.Ruleset.Reports.HoldAt = 3
	}
	for _, base := range []int64{0, 1, 3, -1} {
		_, err := b.s.AddPolicy(b.ctx, p, base)
		b.kind(err, models.Conflict)
	}
	p.Version, p.At = 2, trim(base)
	got, err := b.s.Policy(b.ctx, "a")
	b.ok(err)
	if diff := cmp.Diff(got, p); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	first, err := b.s.PolicyVersion(b.ctx, "a", 1)
	b.ok(err)
	equal(b, "first", first.Ruleset.Reports.HoldAt, 0)
	_, err = b.s.PolicyVersion(b.ctx, "a", 3)
	b.kind(err, models.NotFound)
	p.Site = "nowhere"
	_, err = b.s.AddPolicy(b.ctx, p, 0)
	b.kind(err, models.NotFound)
}

func concurrentPolicies(b *bundle) {
	b.site("a")
	var won atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, err := b.s.AddPolicy(b.ctx, models.Policy{Site: "a", By: "user:z", At: base}, 0)
			if err == nil {
				won.Add(1)
				return
			}
			b.kind(err, models.Conflict)
		})
	}
	wg.Wait()
	equal(b, "won", won.Load(), 1)
}

func auditList(b *bundle) {
	b.site("a")
	var want, got []string
	for range 5 {
		w := b.webhook("a")
		want = append([]string{w.ID}, want...)
	}
	want = append(want, "a")
	q := models.AuditQuery{Site: "a", Limit: 2}
	for {
		page, err := b.s.AuditEntries(b.ctx, q)
		b.ok(err)
		for _, e := range page.Items {
			got = append(got, e.Subject)
			equal(b, "at", e.At, trim(base))
			equal(b, "id", models.ValidID(e.ID), true)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if diff := cmp.Diff(got, want); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
}

func idempotentReplay(b *bundle) {
	r := models.IdempotentRequest{Site: "a", Key: "k", Fingerprint: "f"}
	saved, err := b.s.BeginRequest(b.ctx, r, time.Minute, base)
	b.ok(err)
	equal(b, "first", saved == nil, true)
	answer := models.SavedResponse{Status: 202, ContentType: "application/json", Location: "/v1/x", Body: []byte("{\x00}")}
	b.ok(b.s.EndRequest(b.ctx, r, &answer, base))
	saved, err = b.s.BeginRequest(b.ctx, r, time.Minute, base)
	b.ok(err)
	if diff := cmp.Diff(saved, &answer); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	other := r
	other.Fingerprint = "g"
	_, err = b.s.BeginRequest(b.ctx, other, time.Minute, base)
	b.kind(err, models.Invalid)
	for _, fresh := range []models.IdempotentRequest{
		{Site: "b", Key: "k", Fingerprint: "g"}, {Site: "a", Key: "K", Fingerprint: "g"},
	} {
		saved, err = b.s.BeginRequest(b.ctx, fresh, time.Minute, base)
		b.ok(err)
		equal(b, "another site or key", saved == nil, true)
	}
}

func idempotentInHand(b *bundle) {
	r := models.IdempotentRequest{Site: "a", Key: "k", Fingerprint: "f"}
	_, err := b.s.BeginRequest(b.ctx, r, time.Minute, base)
	b.ok(err)
	_, err = b.s.BeginRequest(b.ctx, r, time.Minute, base.Add(59*time.Second))
	b.kind(err, models.Conflict)
	saved, err := b.s.BeginRequest(b.ctx, r, time.Minute, base.Add(time.Minute))
	b.ok(err)
	equal(b, "taken over", saved == nil, true)
	_, err = b.s.BeginRequest(b.ctx, r, time.Minute, base.Add(90*time.Second))
	b.kind(err, models.Conflict)
	b.ok(b.s.EndRequest(b.ctx, r, nil, base))
	_, err = b.s.BeginRequest(b.ctx, r, time.Minute, base.Add(90*time.Second))
	b.ok(err)
}

func idempotentRace(b *bundle) {
	r := models.IdempotentRequest{Site: "a", Key: "k", Fingerprint: "f"}
	var began atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			saved, err := b.s.BeginRequest(b.ctx, r, time.Minute, base)
			if err != nil {
				b.kind(err, models.Conflict)
				return
			}
			if saved == nil {
				began.Add(1)
			}
		})
	}
	wg.Wait()
	equal(b, "began", began.Load(), 1)
}
