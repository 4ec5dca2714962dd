package storetest

import (
	"context"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

var countClaims = []claim{
	{"copies of a text are counted, in the site and within a day", countsCopies},
	{"an edit and an erasure change what a comment is a copy of", countsAfterChange},
	{"comments of an author or address within a minute are counted once each", countsRecent},
	{"an author's approved comments are counted among the latest hundred", countsApproved},
	{"no count goes beyond a hundred", countsAreBounded},
	{"nothing is counted for nobody and for a text without a key", countsOfNothing},
	{"counts of a cancelled context are unavailable", countsCancelled},
	{"the languages of a site are those of its approved comments", siteLanguages},
}

// counts asks of one comment.
func (b *bundle) counts(c models.Comment) models.SpamCounts {
	b.Helper()
	got, err := b.s.SpamCounts(b.ctx, []models.Comment{c})
	b.ok(err)
	if len(got) != 1 {
		b.Fatalf("got %d answers for one comment", len(got))
	}
	return got[0]
}

// keyed makes a comment with a text key.
func (b *bundle) keyed(site models.SiteID, key string) models.Comment {
	c := b.fresh(site, "a text that is long enough")
	c.TextKey = key
	return c
}

func countsCopies(b *bundle) {
	first := b.add(b.keyed("a", "k"))
	second, other, elsewhere := b.keyed("a", "k"), b.keyed("a", "another"), b.keyed("b", "k")
	old := b.keyed("a", "k")
	old.ReceivedAt = first.ReceivedAt.Add(-25 * time.Hour)
	for _, c := range []models.Comment{second, other, elsewhere, old} {
		b.add(c)
	}
	check := b.keyed("a", "k")
	check.ID = "" // not kept
	asked := []models.Comment{first, elsewhere, second, other, check, old}
	got, err := b.s.SpamCounts(b.ctx, asked)
	b.ok(err)
	// What came since counts too: of a flood that waits, each is held.
	want := []models.SpamCounts{{Copies: 1}, {}, {Copies: 1}, {}, {Copies: 2}, {Copies: 2}}
	if diff := cmp.Diff(got, want); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
}

func countsAfterChange(b *bundle) {
	first, second, third := b.add(b.keyed("a", "k")), b.add(b.keyed("a", "k")), b.add(b.keyed("a", "k"))
	equal(b, "before", b.counts(first).Copies, 2)
	_, err := b.s.EditComment(b.ctx, "a", second.ID, models.CommentEdit{Text: "another text", TextKey: "l"}, base)
	b.ok(err)
	b.ok(b.s.EraseComment(b.ctx, "a", third.ID, "key:k", base))
	equal(b, "after", b.counts(first).Copies, 0)
	second.TextKey = "l"
	again := b.keyed("a", "l")
	equal(b, "of the edited text", b.counts(again).Copies, 1)
}

func countsRecent(b *bundle) {
	at := base
	post := func(after time.Duration, id, ip string) models.Comment {
		c := b.fresh("a", "x")
		c.ReceivedAt, c.Author = at.Add(after), models.Author{ID: id, IP: ip}
		return b.add(c)
	}
	post(-61*time.Second, "7", "192.0.2.1")
	post(-30*time.Second, "7", "192.0.2.1")
	post(-20*time.Second, "7", "192.0.2.9")
	post(-10*time.Second, "8", "::ffff:192.0.2.1")
	post(-5*time.Second, "8", "192.0.2.2")
	last := post(0, "7", "192.0.2.1")
	post(time.Second, "7", "192.0.2.1")
	equal(b, "of both", b.counts(last).Recent, 3)
	v6 := post(time.Hour, "1", "2001:db8::1")
	next := v6
	next.ID, next.Author = "", models.Author{ID: "2", IP: "2001:db8::ffff:1"}
	equal(b, "of the same network", b.counts(next).Recent, 1)
	next.Site = "b"
	equal(b, "elsewhere", b.counts(next).Recent, 0)
	nobody := b.fresh("a", "x")
	nobody.ReceivedAt, nobody.Author.IP = at, "not an address"
	equal(b, "of nobody", b.counts(nobody).Recent, 0)
}

func countsApproved(b *bundle) {
	var last models.Comment
	for i, action := range []models.Action{models.Allow, models.Hold, models.Allow, models.Reject} {
		last = b.fresh("a", fmt.Sprint(i))
		last.Author = models.Author{ID: "7"}
		b.add(last)
		b.judge(last, verdict(action), 0)
	}
	equal(b, "approved", b.counts(last).Approved, 2)
	last.Site = "b"
	equal(b, "elsewhere", b.counts(last).Approved, 0)
}

func countsAreBounded(b *bundle) {
	var comments []models.Comment
	for range 120 {
		c := b.keyed("a", "k")
		c.ReceivedAt, c.Author.ID = base, "7"
		comments = append(comments, c)
	}
	_, err := b.s.AddComments(b.ctx, comments)
	b.ok(err)
	equal(b, "counts", b.counts(comments[0]), models.SpamCounts{Copies: 100, Recent: 100})
}

func countsOfNothing(b *bundle) {
	b.add(b.fresh("a", "x"))
	equal(b, "counts", b.counts(b.fresh("a", "x")), models.SpamCounts{})
	got, err := b.s.SpamCounts(b.ctx, nil)
	b.ok(err)
	equal(b, "answers for none", len(got), 0)
}

func countsCancelled(b *bundle) {
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	_, err := b.s.SpamCounts(ctx, []models.Comment{b.keyed("a", "k")})
	b.kind(err, models.Unavailable)
	_, err = b.s.Languages(ctx, "a")
	b.kind(err, models.Unavailable)
}

func siteLanguages(b *bundle) {
	b.judged("a", "found", models.Allow) // as French
	b.judged("a", "found", models.Allow)
	b.judged("a", "held", models.Hold)
	b.judged("b", "elsewhere", models.Allow)
	told := b.fresh("a", "told")
	told.Lang = "en-GB"
	b.add(told)
	b.judge(told, verdict(models.Allow), 0)
	got, err := b.s.Languages(b.ctx, "a")
	b.ok(err)
	if diff := cmp.Diff(got, map[string]int{"fr": 2, "en-GB": 1}); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	got, err = b.s.Languages(b.ctx, "nobody")
	b.ok(err)
	equal(b, "languages of an empty site", len(got), 0)
}
