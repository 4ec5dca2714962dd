package storetest

import (
	"time"

	"github.com/tamis-moderation/tamis/models"
)

var triageClaims = []claim{
	{"triage is kept, replaced and taken away, whatever the status", triageKept},
	{"what waits for an answer is listed by when it is due", triageWaiting},
	{"triage is listed by kind, queue and owner, a page at a time", triageListed},
	{"triage stays in its site and goes with an erasure", triageBounds},
}

func (b *bundle) triage(t models.Triage) models.Triage {
	b.Helper()
	b.count++
	t.Site, t.By, t.At = "a", "user:z", base.Add(time.Duration(b.count)*time.Second)
	b.ok(b.s.SetTriage(b.ctx, t))
	return t
}

func (b *bundle) triaged(q models.TriageQuery) []models.CommentID {
	b.Helper()
	var out []models.CommentID
	if q.Site == "" {
		q.Site = "a"
	}
	for {
		page, err := b.s.ListTriage(b.ctx, q)
		b.ok(err)
		for _, i := range page.Items {
			out = append(out, i.Comment.ID)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return out
		}
	}
}

func triageKept(b *bundle) {
	c := b.judged("a", "Quand rouvrez-vous ?", models.Allow)
	none, err := b.s.TriageOf(b.ctx, "a", c.ID)
	b.ok(err)
	equal(b, "none", none == nil, true)
	want := b.triage(models.Triage{
		Comment: c.ID, Kind: models.TriageQuestion, Queue: "sav", Owner: "user:anne", DueAt: base.Add(24 * time.Hour), Note: "n",
	})
	want.At, want.DueAt = want.At.UTC().Truncate(time.Microsecond), want.DueAt.UTC().Truncate(time.Microsecond)
	got, err := b.s.TriageOf(b.ctx, "a", c.ID)
	b.ok(err)
	b.same("kept", *got, want)
	equal(b, "status", b.get(c).Status, models.Approved)
	want.AnsweredAt, want.AnsweredBy = base.UTC().Truncate(time.Microsecond), "user:anne"
	b.ok(b.s.SetTriage(b.ctx, want))
	got, err = b.s.TriageOf(b.ctx, "a", c.ID)
	b.ok(err)
	b.same("replaced", *got, want)
	b.triage(models.Triage{Comment: c.ID})
	got, err = b.s.TriageOf(b.ctx, "a", c.ID)
	b.ok(err)
	equal(b, "taken away", got == nil, true)
	acts := b.acts("a")
	equal(b, "audited", acts[len(acts)-1], "user:z triage.set")
}

func triageWaiting(b *bundle) {
	late, soon, answered, thanks := b.held("a", 1), b.judged("a", "x", models.Allow), b.held("a", 2), b.held("a", 3)
	b.triage(models.Triage{Comment: late.ID, Kind: models.TriagePress, DueAt: base.Add(48 * time.Hour)})
	b.triage(models.Triage{Comment: soon.ID, Kind: models.TriageBug, DueAt: base.Add(time.Hour)})
	b.triage(models.Triage{Comment: answered.ID, Kind: models.TriageBug, DueAt: base.Add(time.Hour), AnsweredAt: base, AnsweredBy: "user:z"})
	b.triage(models.Triage{Comment: thanks.ID, Kind: models.TriageThanks})
	b.same("waiting", b.triaged(models.TriageQuery{Waiting: true, Limit: 1}), []models.CommentID{soon.ID, late.ID})
	b.same("all", b.triaged(models.TriageQuery{Limit: 3}), []models.CommentID{thanks.ID, answered.ID, soon.ID, late.ID})
}

func triageListed(b *bundle) {
	one, two, three := b.held("a", 1), b.held("a", 2), b.held("a", 3)
	b.triage(models.Triage{Comment: one.ID, Kind: models.TriageBug, Queue: "dev", Owner: "user:anne"})
	b.triage(models.Triage{Comment: two.ID, Kind: models.TriageBug, Queue: "sav", Owner: "user:anne"})
	b.triage(models.Triage{Comment: three.ID, Kind: models.TriageTroll, Queue: "sav"})
	b.same("bugs", b.triaged(models.TriageQuery{Kind: models.TriageBug, Limit: 1}), []models.CommentID{two.ID, one.ID})
	b.same("of a queue", b.triaged(models.TriageQuery{Queue: "sav"}), []models.CommentID{three.ID, two.ID})
	b.same("of an owner", b.triaged(models.TriageQuery{Owner: "user:anne"}), []models.CommentID{two.ID, one.ID})
	b.same("both", b.triaged(models.TriageQuery{Owner: "user:anne", Queue: "dev"}), []models.CommentID{one.ID})
	first, err := b.s.ListTriage(b.ctx, models.TriageQuery{Site: "a", Limit: 1})
	b.ok(err)
	_, err = b.s.ListTriage(b.ctx, models.TriageQuery{Site: "a", Kind: models.TriageBug, Cursor: first.Next, Limit: 1})
	b.kind(err, models.Invalid)
}

func triageBounds(b *bundle) {
	c := b.held("a", 1)
	b.triage(models.Triage{Comment: c.ID, Kind: models.TriageBug})
	b.kind(b.s.SetTriage(b.ctx, models.Triage{Comment: c.ID, Site: "b", Kind: models.TriageBug, By: "x", At: base}), models.NotFound)
	got, err := b.s.TriageOf(b.ctx, "b", c.ID)
	b.ok(err)
	equal(b, "next door", got == nil, true)
	b.same("listed next door", b.triaged(models.TriageQuery{Site: "b"}), []models.CommentID(nil))
	b.ok(b.s.EraseComment(b.ctx, "a", c.ID, "cli", later2h))
	got, err = b.s.TriageOf(b.ctx, "a", c.ID)
	b.ok(err)
	equal(b, "erased", got == nil, true)
	b.kind(b.s.SetTriage(b.ctx, models.Triage{Comment: c.ID, Site: "a", Kind: models.TriageBug, By: "x", At: base}), models.Conflict)
}
