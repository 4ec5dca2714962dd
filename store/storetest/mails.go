package storetest

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

var mailClaims = []claim{
	{"a mail is filed once and leased to one", mailLeased},
	{"a mail ends for good, or comes again", mailEnds},
	{"a link decides once, and what it decided is taken back once", linkDecides},
	{"a link is nothing once its time is over, its comment erased or decided", linkEnds},
	{"wishes are kept for each site", wishesKept},
}

func (b *bundle) mail(id string) models.Mail {
	b.Helper()
	m := models.Mail{
		ID: id, Kind: models.MailDigest, User: "u1", Site: "a", Comments: []models.CommentID{"c1", "c2"}, More: 3,
		FiledAt: base,
	}
	added, err := b.s.AddMail(b.ctx, m)
	b.ok(err)
	equal(b, "added", added, true)
	m.FiledAt = trim(base)
	return m
}

func (b *bundle) leaseMails(at time.Time) []models.DueMail {
	b.Helper()
	due, err := b.s.LeaseMails(b.ctx, 10, time.Minute, at)
	b.ok(err)
	return due
}

func mailLeased(b *bundle) {
	want := b.mail("m1")
	again, err := b.s.AddMail(b.ctx, want)
	b.ok(err)
	equal(b, "filed twice", again, false)
	at := base.Add(time.Hour)
	equal(b, "before its time", len(b.leaseMails(base.Add(-time.Second))), 0)
	due := b.leaseMails(at)
	if len(due) != 1 {
		b.Fatalf("got %d mails", len(due))
	}
	if diff := cmp.Diff(due[0], models.DueMail{Mail: want, Token: due[0].Token}); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	equal(b, "leased to one", len(b.leaseMails(at)), 0)
	later := b.leaseMails(at.Add(2 * time.Minute))
	equal(b, "its holder died", len(later) == 1 && later[0].Tries == 1, true)
	b.kind(b.s.EndMail(b.ctx, "m1", due[0].Token, at, time.Time{}), models.Conflict)
}

func mailEnds(b *bundle) {
	b.mail("m1")
	at := base.Add(time.Hour)
	due := b.leaseMails(at)
	b.ok(b.s.EndMail(b.ctx, "m1", due[0].Token, time.Time{}, at.Add(time.Hour)))
	equal(b, "before its time", len(b.leaseMails(at.Add(30*time.Minute))), 0)
	due = b.leaseMails(at.Add(2 * time.Hour))
	equal(b, "after it", len(due) == 1 && due[0].Tries == 1, true)
	b.ok(b.s.EndMail(b.ctx, "m1", due[0].Token, at, time.Time{}))
	equal(b, "sent", len(b.leaseMails(at.Add(1000*time.Hour))), 0)
	recent, err := b.s.RecentMails(b.ctx, "u1", models.MailDigest, base.Add(-time.Hour))
	b.ok(err)
	equal(b, "remembered", len(recent) == 1 && recent[0].SentAt.Equal(trim(at)), true)
	for _, q := range []struct {
		user  string
		kind  models.MailKind
		since time.Time
	}{{"u2", models.MailDigest, base}, {"u1", models.MailAlert, base}, {"u1", models.MailDigest, base.Add(time.Hour)}} {
		recent, err := b.s.RecentMails(b.ctx, q.user, q.kind, q.since)
		b.ok(err)
		equal(b, "another's", len(recent), 0)
	}
}

func (b *bundle) link(hash string, c models.Comment) models.MailLink {
	b.Helper()
	l := models.MailLink{Hash: hash, User: "u1", Site: c.Site, Comment: c.ID, ExpiresAt: base.Add(100 * time.Hour)}
	b.ok(b.s.AddMailLink(b.ctx, l))
	return l
}

func linkDecides(b *bundle) {
	c := b.held("a", 1)
	b.link("h1", c)
	got, err := b.s.MailLink(b.ctx, "h1", base)
	b.ok(err)
	equal(b, "fresh", got.UsedAt.IsZero() && got.Comment == c.ID && got.Site == "a", true)
	d := b.decision(models.Comment{ID: "another", Site: "b"}, models.DecideApprove, "user:z")
	made, err := b.s.UseMailLink(b.ctx, "h1", d)
	b.ok(err)
	equal(b, "the link's comment, whatever was named", made.Comment == c.ID && made.Site == "a" && made.Before == models.Held, true)
	equal(b, "approved", b.get(c).Status, models.Approved)
	_, err = b.s.UseMailLink(b.ctx, "h1", b.decision(c, models.DecideReject, "user:z"))
	b.kind(err, models.Conflict)
	equal(b, "still approved", b.get(c).Status, models.Approved)
	got, err = b.s.MailLink(b.ctx, "h1", base)
	b.ok(err)
	equal(b, "spent for", got.UsedFor, made.ID)
	b.ok(b.s.EndMailLink(b.ctx, "h1", base.Add(4*time.Hour)))
	b.kind(b.s.EndMailLink(b.ctx, "h1", base.Add(4*time.Hour)), models.Conflict)
}

func linkEnds(b *bundle) {
	c := b.held("a", 1)
	b.link("h1", c)
	_, err := b.s.MailLink(b.ctx, "h1", base.Add(101*time.Hour))
	b.kind(err, models.NotFound)
	_, err = b.s.MailLink(b.ctx, "h2", base)
	b.kind(err, models.NotFound)
	late := b.decision(c, models.DecideApprove, "user:z")
	late.At = base.Add(101 * time.Hour)
	_, err = b.s.UseMailLink(b.ctx, "h1", late)
	b.kind(err, models.NotFound)
	b.kind(b.s.EndMailLink(b.ctx, "h1", base), models.Conflict)
	b.decide(c, models.DecideReject, "user:y")
	_, err = b.s.UseMailLink(b.ctx, "h1", b.decision(c, models.DecideApprove, "user:z"))
	b.kind(err, models.Conflict)
	equal(b, "as it was decided", b.get(c).Status, models.Rejected)
	b.ok(b.s.EraseComment(b.ctx, "a", c.ID, "cli", base.Add(5*time.Hour)))
	_, err = b.s.MailLink(b.ctx, "h1", base)
	b.kind(err, models.NotFound)
	foreign := models.MailLink{Hash: "h3", User: "u1", Site: "b", Comment: c.ID, ExpiresAt: base}
	b.kind(b.s.AddMailLink(b.ctx, foreign), models.NotFound)
}

func wishesKept(b *bundle) {
	b.site("a")
	b.site("b")
	b.ok(b.s.SetMailWish(b.ctx, models.MailWish{User: "u1", Site: "a", Digest: true}))
	b.ok(b.s.SetMailWish(b.ctx, models.MailWish{User: "u1", Site: "a", Alerts: true}))
	b.ok(b.s.SetMailWish(b.ctx, models.MailWish{User: "u1", Site: "b"}))
	b.ok(b.s.SetMailWish(b.ctx, models.MailWish{User: "u2", Site: "b", Digest: true, Alerts: true}))
	b.kind(b.s.SetMailWish(b.ctx, models.MailWish{User: "u1", Site: "nowhere"}), models.NotFound)
	mine, err := b.s.MailWishes(b.ctx, "u1")
	b.ok(err)
	if diff := cmp.Diff(mine, []models.MailWish{{User: "u1", Site: "a", Alerts: true}, {User: "u1", Site: "b"}}); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	all, err := b.s.MailWishes(b.ctx, "")
	b.ok(err)
	equal(b, "who wants any", len(all), 2)
}
