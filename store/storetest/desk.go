package storetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

var deskClaims = []claim{
	{"a claim that goes on keeps what it holds and is filled up", claimGoesOn},
	{"a mixed claim has one hard item in hand, a calm one none", claimMixed},
	{"a person takes from their sections alone", claimSections},
	{"one item can be asked for, and is refused by name when it is taken", claimOneItem},
	{"what was skipped is offered to others, and comes back", skipped},
	{"an escalation goes to a person or to a queue, and no further", sentTo},
	{"a held comment waits where a rule puts it, and comes back when its queue goes", filedDirectly},
	{"a decision keeps its reminder and its cuts", decisionSays},
	{"hold takes an item out of the queue and teaches nothing", holdDecision},
	{"the head of the queue is light, counted and bounded", queueHead},
	{"a person's stack holds what they decided and what stands", undoStack},
	{"precedents are of the same words, else of the same label", precedents},
	{"an author's story counts all and shows the last", authorStory},
	{"a thread shows what stands around a comment", threadAround},
	{"readers' flags are shown to their site", reportsShown},
	{"the pulse changes with every act of the site", pulse},
}

// heldAs is held with a label among the reasons of the verdict.
func (b *bundle) heldAs(label models.Label, urgency float64) models.Comment {
	b.Helper()
	c := b.add(b.fresh("a", fmt.Sprint("held as ", label, urgency)))
	v := verdict(models.Hold)
	v.Labels = []models.Label{label}
	v.Reasons = []models.Reason{{Rule: models.RuleScore, Action: models.Hold, Label: label, Score: 0.9, Threshold: 0.5}}
	b.judge(c, v, urgency)
	return b.get(c)
}

func (b *bundle) claimAs(c models.ClaimRequest, at time.Time) []models.CommentID {
	b.Helper()
	c.Site, c.TTL = "a", time.Minute
	got, err := b.s.ClaimReviews(b.ctx, c, at)
	b.ok(err)
	return itemIDs(got.Items)
}

func (b *bundle) same(what string, got, want any) {
	b.Helper()
	if diff := cmp.Diff(got, want); diff != "" {
		b.Errorf("%s: got - want +:\n%s", what, diff)
	}
}

var later2h = base.Add(2 * time.Hour)

func claimGoesOn(b *bundle) {
	one, two, three := b.held("a", 3), b.held("a", 2), b.held("a", 1)
	mine := models.ClaimRequest{By: "user:z", Limit: 2, Token: "desk"}
	b.same("first", b.claimAs(mine, later2h), []models.CommentID{one.ID, two.ID})
	b.same("again", b.claimAs(mine, later2h.Add(30*time.Second)), []models.CommentID{one.ID, two.ID})
	_, err := b.s.RecordDecision(b.ctx, func() models.Decision {
		d := b.decision(one, models.DecideApprove, "user:z")
		d.At = later2h.Add(80 * time.Second)
		return d
	}(), "desk")
	b.ok(err) // the second call made it last
	b.same("filled up", b.claimAs(mine, later2h.Add(81*time.Second)), []models.CommentID{two.ID, three.ID})
	shorter := models.ClaimRequest{By: "user:z", Token: "desk", Keep: true}
	b.same("kept as it is", b.claimAs(shorter, later2h.Add(81*time.Second)), []models.CommentID{two.ID, three.ID})
	b.same("another's hand", b.claimAs(models.ClaimRequest{By: "user:y", Limit: 2, Token: "desk"}, later2h.Add(82*time.Second)),
		[]models.CommentID(nil))
}

func claimMixed(b *bundle) {
	threat, hate := b.heldAs(models.Threat, 9), b.heldAs(models.IdentityAttack, 8)
	spam, insult := b.heldAs(models.Spam, 2), b.heldAs(models.Insult, 1)
	b.same("calm", b.claimAs(models.ClaimRequest{By: "user:c", Limit: 1, Token: "c", Calm: true}, later2h), []models.CommentID{spam.ID})
	b.same("mixed", b.claimAs(models.ClaimRequest{By: "user:m", Limit: 2, Token: "m", Mixed: true}, later2h),
		[]models.CommentID{threat.ID, insult.ID})
	b.same("nothing else", b.claimAs(models.ClaimRequest{By: "user:m", Limit: 3, Token: "m", Mixed: true}, later2h),
		[]models.CommentID{threat.ID, hate.ID, insult.ID})
}

func claimSections(b *bundle) {
	in := map[string]models.CommentID{}
	for _, section := range []string{"sport", "news", ""} {
		c := b.fresh("a", "in "+section)
		c.Context.Section = section
		b.add(c)
		b.judge(c, verdict(models.Hold), 1)
		in[section] = c.ID
	}
	q, err := b.s.ReviewQueue(b.ctx, models.QueueQuery{Site: "a", By: "user:z", Limit: 9, Sections: []string{"sport"}}, later2h)
	b.ok(err)
	equal(b, "shown", len(q.Entries) == 1 && q.Entries[0].Comment == in["sport"], true)
	b.same("sport", b.claimAs(models.ClaimRequest{By: "user:z", Limit: 9, Sections: []string{"sport"}}, later2h), []models.CommentID{in["sport"]})
	b.same("none", b.claimAs(models.ClaimRequest{By: "user:y", Limit: 9, Sections: []string{}}, later2h), []models.CommentID(nil))
	equal(b, "all", len(b.claimAs(models.ClaimRequest{By: "user:y", Limit: 9}, later2h)), 2)
}

func claimOneItem(b *bundle) {
	b.held("a", 3)
	low := b.held("a", 1)
	b.same("asked for", b.claimAs(models.ClaimRequest{By: "user:z", Token: "z", Comment: low.ID}, later2h), []models.CommentID{low.ID})
	other := models.ClaimRequest{Site: "a", By: "user:y", Token: "y", Comment: low.ID, TTL: time.Minute}
	_, err := b.s.ClaimReviews(b.ctx, other, later2h)
	b.kind(err, models.Conflict)
	if err != nil && !strings.Contains(err.Error(), "user:z") {
		b.Errorf("%q does not tell who has it", err)
	}
	b.same("from one's other hand", b.claimAs(models.ClaimRequest{By: "user:z", Token: "z2", Comment: low.ID}, later2h), []models.CommentID{low.ID})
	for _, id := range []models.CommentID{"nope", b.judged("a", "fine", models.Allow).ID} {
		other.Comment = id
		_, err = b.s.ClaimReviews(b.ctx, other, later2h)
		b.kind(err, models.NotFound)
	}
	other.Site, other.Comment = "b", low.ID
	_, err = b.s.ClaimReviews(b.ctx, other, later2h)
	b.kind(err, models.NotFound)
}

func skipped(b *bundle) {
	one, two := b.held("a", 2), b.held("a", 1)
	b.same("in hand", b.claimAs(models.ClaimRequest{By: "user:z", Limit: 1, Token: "z"}, later2h), []models.CommentID{one.ID})
	skip := models.SkipRequest{Site: "a", Comment: one.ID, Claim: "z", By: "user:z", Until: later2h.Add(time.Hour)}
	b.ok(b.s.SkipReview(b.ctx, skip, later2h))
	b.kind(b.s.SkipReview(b.ctx, skip, later2h), models.Conflict)
	b.same("the next", b.claimAs(models.ClaimRequest{By: "user:z", Limit: 2, Token: "z"}, later2h), []models.CommentID{two.ID})
	b.same("offered to another", b.claimAs(models.ClaimRequest{By: "user:y", Limit: 1, Token: "y"}, later2h), []models.CommentID{one.ID})
	b.ok(b.s.ReleaseClaim(b.ctx, "a", "y", later2h))
	b.same("asked for", b.claimAs(models.ClaimRequest{By: "user:z", Token: "z", Comment: one.ID}, later2h), []models.CommentID{one.ID, two.ID})
	b.ok(b.s.ReleaseClaim(b.ctx, "a", "z", later2h))
	b.same("back in an hour", b.claimAs(models.ClaimRequest{By: "user:z", Limit: 1}, later2h.Add(time.Hour)), []models.CommentID{one.ID})
}

func sentTo(b *bundle) {
	toAnne, toLegal, free := b.held("a", 3), b.held("a", 2), b.held("a", 1)
	for c, d := range map[models.CommentID]models.Decision{
		toAnne.ID:  {Assignee: "user:anne", Note: "yours?"},
		toLegal.ID: {Queue: "legal"},
	} {
		sent := b.decision(models.Comment{ID: c, Site: "a"}, models.DecideEscalate, "user:z")
		sent.Assignee, sent.Queue, sent.Note = d.Assignee, d.Queue, d.Note
		_, err := b.s.RecordDecision(b.ctx, sent, "")
		b.ok(err)
	}
	claim := func(by, queue string) []models.CommentID {
		got := b.claimAs(models.ClaimRequest{By: by, Limit: 5, Token: by + queue, Queue: queue}, later2h.Add(time.Hour))
		if len(got) > 0 {
			b.ok(b.s.ReleaseClaim(b.ctx, "a", by+queue, later2h.Add(time.Hour)))
		}
		return got
	}
	b.same("anybody", claim("user:y", ""), []models.CommentID{free.ID})
	b.same("who sent them", claim("user:z", "legal"), []models.CommentID(nil))
	b.same("anne", claim("user:anne", ""), []models.CommentID{toAnne.ID, free.ID})
	b.same("the queue", claim("user:y", "legal"), []models.CommentID{toLegal.ID})
	item, err := b.s.ReviewItem(b.ctx, "a", toAnne.ID, later2h)
	b.ok(err)
	b.same("to whom, with what", []string{item.Assignee, item.Comment.Decision.Assignee, item.Comment.Decision.Note},
		[]string{"user:anne", "user:anne", "yours?"})
	d, err := b.s.RecordDecision(b.ctx, b.decision(toLegal, models.DecideReject, "user:y"), "")
	b.ok(err)
	_, err = b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "a", By: "user:y"}, later2h)
	b.ok(err)
	b.same("back where it was", claim("user:y", "legal"), []models.CommentID{toLegal.ID})
}

func filedDirectly(b *bundle) {
	file := func(site models.SiteID, text string) models.CommentID {
		b.Helper()
		c := b.add(b.fresh(site, text))
		_, err := b.s.RecordJudgements(b.ctx, b.lease(c.ID), []models.Judgement{{
			Comment: c.ID, Site: site, Revision: 1, Verdict: verdict(models.Hold), Urgency: 5, Queue: "legal", At: base.Add(time.Hour),
		}})
		b.ok(err)
		return c.ID
	}
	b.site("a")
	b.site("b")
	direct, free, other := file("a", "to legal"), b.held("a", 1), file("b", "to b's legal")
	decided := b.decide(b.get(models.Comment{ID: file("a", "decided there"), Site: "a"}), models.DecideReject, "user:z")
	claim := func(site models.SiteID, queue string) []models.CommentID {
		b.Helper()
		got, err := b.s.ClaimReviews(b.ctx, models.ClaimRequest{Site: site, By: "user:z", Limit: 5, TTL: time.Minute, Queue: queue}, later2h)
		b.ok(err)
		if len(got.Items) > 0 {
			b.ok(b.s.ReleaseClaim(b.ctx, site, got.Token, later2h))
		}
		return itemIDs(got.Items)
	}
	b.same("everybody's", claim("a", ""), []models.CommentID{free.ID})
	b.same("the queue's", claim("a", "legal"), []models.CommentID{direct})
	named := func() map[string]int {
		b.Helper()
		q, err := b.s.ReviewQueue(b.ctx, models.QueueQuery{Site: "a", By: "user:z", Limit: 1}, later2h)
		b.ok(err)
		return q.Named
	}
	b.same("how many", named(), map[string]int{"legal": 1})
	book := models.SiteBook{Site: "a", By: "user:z", At: later2h, Book: models.Book{Queues: []models.NamedQueue{{ID: "legal"}, {ID: "press"}}}}
	_, err := b.s.AddBook(b.ctx, book, 0)
	b.ok(err)
	b.same("the queue is still there", claim("a", "legal"), []models.CommentID{direct})
	book.Book.Queues = book.Book.Queues[1:]
	_, err = b.s.AddBook(b.ctx, book, 1)
	b.ok(err)
	b.same("its queue is gone", claim("a", ""), []models.CommentID{direct, free.ID})
	_, err = b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: decided.ID, Site: "a", By: "user:z"}, later2h)
	b.ok(err)
	b.same("what was decided in it comes back to everybody", claim("a", ""), []models.CommentID{direct, decided.Comment, free.ID})
	late := file("a", "judged as the queue went")
	b.same("what is filed late is everybody's", claim("a", ""), []models.CommentID{direct, decided.Comment, late, free.ID})
	b.same("none is left", named(), map[string]int{})
	b.same("another site's is not", claim("b", "legal"), []models.CommentID{other})
}

func decisionSays(b *bundle) {
	c := b.held("a", 1)
	d := b.decision(c, models.DecideEdit, "user:z")
	d.Reminder = models.Reminder{Charter: "Attaquez les idées.", Message: "Dites-le autrement ?"}
	d.Cuts = []models.Cut{{Begin: 0, End: 2}, {Begin: 3, End: 4}}
	want, err := b.s.RecordDecision(b.ctx, d, "")
	b.ok(err)
	got := b.get(c)
	equal(b, "status", got.Status, models.Approved)
	b.same("kept", *got.Decision, want)
	equal(b, "published", got.Published(), "[…]l[…] 1")
	equal(b, "text", got.Text, "held 1")
	undone, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "a", By: "user:z"}, later2h)
	b.ok(err)
	b.same("cuts of the undone", undone.Cuts, d.Cuts)
	back := b.get(c)
	equal(b, "published after the undo", back.Published(), "held 1")
}

func holdDecision(b *bundle) {
	c := b.held("a", 1)
	d := b.decide(c, models.DecideHold, "user:z")
	equal(b, "status", b.get(c).Status, models.Held)
	_, err := b.s.ReviewItem(b.ctx, "a", c.ID, later2h)
	b.kind(err, models.NotFound)
	feedback, err := b.s.Feedback(b.ctx, "a", "", 10)
	b.ok(err)
	equal(b, "taught", len(feedback.Items), 0)
	_, err = b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "a", By: "user:z"}, later2h)
	b.ok(err)
	_, err = b.s.ReviewItem(b.ctx, "a", c.ID, later2h)
	b.ok(err)
}

func queueHead(b *bundle) {
	named := b.fresh("a", "held by name")
	named.Author = models.Author{ID: "u7", Name: "Élodie"}
	b.add(named)
	b.judge(named, verdict(models.Hold), 5)
	hard := b.heldAs(models.Threat, 9)
	b.claimAs(models.ClaimRequest{By: "user:y", Limit: 1, Token: "y"}, later2h)
	sent := b.held("a", 7)
	b.decide(sent, models.DecideEscalate, "user:z")
	for _, site := range []models.SiteID{"a", "b"} {
		b.held(site, 1)
	}
	q, err := b.s.ReviewQueue(b.ctx, models.QueueQuery{Site: "a", By: "user:z", Limit: 2}, later2h)
	b.ok(err)
	equal(b, "waiting", q.Waiting, 3)
	equal(b, "shown", len(q.Entries), 2)
	first, second := q.Entries[0], q.Entries[1]
	b.same("first", []any{first.Comment, first.Hard, first.ClaimedBy, first.Labels}, []any{hard.ID, true, "user:y", []models.Label{models.Threat}})
	b.same("second", []any{second.Comment, second.Hard, second.ClaimedBy, second.Author}, []any{named.ID, false, "", "Élodie"})
	equal(b, "oldest", q.Oldest.IsZero(), false)
	q, err = b.s.ReviewQueue(b.ctx, models.QueueQuery{Site: "a", By: "user:y", Limit: 9, Calm: true}, later2h.Add(time.Hour))
	b.ok(err)
	equal(b, "without the hard one, with what another sent on", len(q.Entries), 3)
	equal(b, "sent on", q.Entries[0].Escalated, true)
	q, err = b.s.ReviewQueue(b.ctx, models.QueueQuery{Site: "b", By: "user:z", Limit: 9}, later2h)
	b.ok(err)
	equal(b, "the other site's", len(q.Entries), 1)
}

func undoStack(b *bundle) {
	one, two, three := b.held("a", 1), b.held("a", 2), b.held("a", 3)
	first := b.decide(one, models.DecideApprove, "user:z")
	b.decide(two, models.DecideReject, "user:z")
	b.decide(two, models.DecideApprove, "user:y")
	third := b.decide(three, models.DecideSpam, "user:z")
	ids := func(site models.SiteID, limit int) []string {
		found, err := b.s.StandingDecisions(b.ctx, site, "user:z", limit)
		b.ok(err)
		var out []string
		for _, d := range found {
			out = append(out, d.ID)
		}
		return out
	}
	b.same("the latest first, without what another replaced", ids("a", 9), []string{third.ID, first.ID})
	b.same("one", ids("a", 1), []string{third.ID})
	b.same("of another site", ids("b", 9), []string(nil))
	_, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: third.ID, Site: "a", By: "user:z"}, later2h)
	b.ok(err)
	b.same("after an undo", ids("a", 9), []string{first.ID})
}

func precedents(b *bundle) {
	words := signature(1, 0)
	alike := b.heldKin("a", "one", models.Kin{Signature: words})
	b.decide(alike, models.DecideApprove, "user:z")
	labelled, escalated := b.heldAs(models.Insult, 1), b.heldAs(models.Insult, 2)
	b.decide(labelled, models.DecideReject, "user:z")
	b.decide(escalated, models.DecideEscalate, "user:z")
	b.decide(b.heldAs(models.Spam, 3), models.DecideReject, "user:z")
	now := b.heldKin("a", "two", models.Kin{Signature: words})
	q := models.PrecedentQuery{Site: "a", Comment: now.ID, Label: models.Insult, Limit: 5}
	found, err := b.s.Precedents(b.ctx, q)
	b.ok(err)
	var got []models.CommentID
	for _, c := range found {
		got = append(got, c.ID)
	}
	b.same("precedents", got, []models.CommentID{alike.ID, labelled.ID})
	q.Limit = 1
	found, err = b.s.Precedents(b.ctx, q)
	b.ok(err)
	equal(b, "one", len(found), 1)
	q.Site = "b"
	found, err = b.s.Precedents(b.ctx, q)
	b.ok(err)
	equal(b, "of another site", len(found), 0)
}

func authorStory(b *bundle) {
	var last models.Comment
	for i, action := range []models.Action{models.Allow, models.Allow, models.Reject, models.Hold} {
		last = b.fresh("a", fmt.Sprint("of one author ", i))
		last.Author.ID = "u7"
		b.add(last)
		b.judge(last, verdict(action), 1)
	}
	b.judged("a", "of nobody", models.Allow)
	story, err := b.s.AuthorStory(b.ctx, "a", last.AuthorKey(), last.ID, 2)
	b.ok(err)
	b.same("counts", story.Counts, map[models.Status]int{models.Approved: 2, models.Rejected: 1})
	equal(b, "first", story.First, base.Add(time.Second).UTC().Truncate(time.Microsecond))
	equal(b, "last ones", len(story.Last), 2)
	equal(b, "the latest", story.Last[0].Text, "of one author 2")
	for _, key := range []string{"", "nobody"} {
		story, err = b.s.AuthorStory(b.ctx, "a", key, "", 2)
		b.ok(err)
		equal(b, "of nobody", len(story.Last)+len(story.Counts), 0)
	}
	story, err = b.s.AuthorStory(b.ctx, "b", last.AuthorKey(), "", 2)
	b.ok(err)
	equal(b, "in another site", len(story.Last), 0)
}

func threadAround(b *bundle) {
	var all []models.Comment
	for i := range 6 {
		c := b.fresh("a", fmt.Sprint("in a thread ", i))
		c.Context = models.Context{ThreadID: "lyon", URL: fmt.Sprint("https://blog.example/?page=", i)}
		all = append(all, b.add(c))
	}
	page := b.fresh("a", "on a page")
	page.Context.URL = "https://blog.example/lyon"
	b.add(page)
	b.judge(all[3], verdict(models.Reject), 1)
	b.ok(b.s.EraseComment(b.ctx, "a", all[5].ID, "cli", later2h))
	got, err := b.s.Thread(b.ctx, models.ThreadQuery{Site: "a", Key: all[0].ThreadKey(), Around: all[2].ReceivedAt, Limit: 1})
	b.ok(err)
	var texts []string
	for _, c := range got.Comments {
		texts = append(texts, c.Text)
	}
	b.same("around", texts, []string{"in a thread 1", "in a thread 2", "in a thread 3"})
	equal(b, "beats, the erased one's gone", len(got.Beats), 5)
	equal(b, "oldest first", got.Beats[3].Status, models.Rejected)
	got, err = b.s.Thread(b.ctx, models.ThreadQuery{Site: "a", Key: page.ThreadKey(), Around: page.ReceivedAt, Limit: 3})
	b.ok(err)
	equal(b, "by its page", len(got.Comments), 1)
	for site, key := range map[models.SiteID]string{"a": "", "b": all[0].ThreadKey()} {
		got, err = b.s.Thread(b.ctx, models.ThreadQuery{Site: site, Key: key, Around: later2h, Limit: 3})
		b.ok(err)
		equal(b, "nobody's", len(got.Comments)+len(got.Beats), 0)
	}
}

func reportsShown(b *bundle) {
	c := b.judged("a", "x", models.Allow)
	for i, reader := range []string{"r1", "r2", "r3"} {
		_, err := b.s.AddReport(b.ctx, models.Report{Comment: c.ID, Site: "a", Reporter: reader, Reason: "rude", At: base.Add(time.Duration(i) * time.Minute)}, 0, 0)
		b.ok(err)
	}
	got, n, err := b.s.Reports(b.ctx, "a", c.ID, 2)
	b.ok(err)
	equal(b, "readers", n, 3)
	equal(b, "shown", len(got), 2)
	b.same("the latest", []string{got[0].Reporter, got[0].Reason}, []string{"r3", "rude"})
	_, n, err = b.s.Reports(b.ctx, "b", c.ID, 2)
	b.ok(err)
	equal(b, "to another site", n, 0)
}

func pulse(b *bundle) {
	ask := func(site models.SiteID) int64 {
		n, err := b.s.Pulse(b.ctx, site)
		b.ok(err)
		return n
	}
	none, other := ask("a"), ask("b")
	c := b.held("a", 1)
	filed := ask("a")
	b.decide(c, models.DecideReject, "user:z")
	decided := ask("a")
	b.ok(b.s.SetTriage(b.ctx, models.Triage{Comment: c.ID, Site: "a", Kind: models.TriageTroll, By: "user:z", At: later2h}))
	equal(b, "felt each", none != filed && filed != decided && decided != ask("a"), true)
	equal(b, "felt next door", other, ask("b"))
}
