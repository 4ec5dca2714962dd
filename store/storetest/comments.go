package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

var commentClaims = []claim{
	{"a comment comes back whole, in UTC to the microsecond", commentComesBack},
	{"a comment of which little is told comes back as empty as it came", commentComesBackEmpty},
	{"an unknown comment is not found", unknownComment},
	{"the same submission again changes nothing", sameSubmission},
	{"another text under a known external id is an edit", submissionAsEdit},
	{"external ids differ by case", externalIDCase},
	{"the same external id twice in a batch makes one comment", twiceInABatch},
	{"a comment that can't be kept fails alone", badRowFailsAlone},
	{"an id that another site uses is refused", idOfAnotherSite},
	{"many callers add at once and each gets its own answer", concurrentAdds},
	{"a cancelled context keeps nothing and says unavailable", cancelledAdd},
	{"a list pages through ties without gap or repeat", listPages},
	{"a list selects by status, label and time", listSelects},
	{"a cursor of another query is refused", forgedCursors},
	{"an edit makes a comment pending again", editMakesPending},
	{"an edit forgets a language that was found, not one that was told", editLanguage},
	{"an erasure leaves no text", erasure},
	{"an erased comment refuses everything", erasedRefuses},
	{"readers' flags hold an approved comment, once each", reportsHold},
	{"readers' flags do not overrule a person", reportsAndDecisions},
	{"an author's history counts what stands", authorHistory},
	{"ids that are judged are told from those that wait", judgedIDs},
}

func full(b *bundle) models.Comment {
	c := b.fresh("a", strings.Repeat("é😀\u200d", models.MaxTextRunes/3)+"zz")
	c.ExternalID, c.Lang, c.Type = "42", "fr", "reply"
	c.Author = models.Author{
		ID: "7", Name: "Zoé \"Z\" <b>", Email: "Zoe@Example.org", URL: "https://example.org/?a=1&b=2",
		IP: "2001:db8::1", UserAgent: "curl/8", Role: "subscriber",
	}
	c.Context = models.Context{URL: "https://e.org/p", Title: "Où ?", ThreadID: "t", ParentID: "p", ParentText: "Bonjour"}
	c.PostedAt = base.Add(-time.Hour)
	c.Metadata = []byte(`{"k": [1, null]}`)
	return c
}

func commentComesBack(b *bundle) {
	c := b.add(full(b))
	want := c
	want.Status, want.Revision = models.Pending, 1
	want.ReceivedAt = c.ReceivedAt.UTC().Truncate(time.Microsecond)
	want.PostedAt = c.PostedAt.UTC().Truncate(time.Microsecond)
	if diff := cmp.Diff(b.get(c), want); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	b.judge(c, verdict(models.Reject), 0)
	v := verdict(models.Reject)
	want.Status, want.Revision, want.Verdict = models.Rejected, 2, &v
	want.JudgedAt = base.Add(time.Hour).UTC().Truncate(time.Microsecond)
	if diff := cmp.Diff(b.get(c), want); diff != "" {
		b.Errorf("judged: got - want +:\n%s", diff)
	}
	if loc := b.get(c).ReceivedAt.Location(); loc != time.UTC {
		b.Errorf("got times in %v, want UTC", loc)
	}
}

func commentComesBackEmpty(b *bundle) {
	c := b.add(b.fresh("a", "x"))
	second := b.add(b.fresh("a", "x")) // no external id is not an external id
	got := b.get(c)
	equal(b, "external id", got.ExternalID, "")
	equal(b, "metadata is nil", got.Metadata == nil, true)
	equal(b, "posted at", got.PostedAt, time.Time{})
	equal(b, "judged at", got.JudgedAt, time.Time{})
	equal(b, "author", got.Author, models.Author{})
	equal(b, "verdict is nil", got.Verdict == nil, true)
	equal(b, "second", b.get(second).ID, second.ID)
}

func unknownComment(b *bundle) {
	known := b.add(b.fresh("a", "x"))
	for name, id := range map[string]models.CommentID{
		"unknown":    models.CommentID(models.NewID(base)),
		"not a uuid": "42",
		"empty":      "",
		"upper case": models.CommentID(strings.ToUpper(string(known.ID))),
		"hostile":    "' OR 1=1 --",
	} {
		_, err := b.s.Comment(b.ctx, "a", id)
		if models.KindOf(err) != models.NotFound {
			b.Errorf("%s: got %v, want not found", name, err)
		}
	}
	equal(b, "found", b.get(known).ID, known.ID)
}

func sameSubmission(b *bundle) {
	c := b.fresh("a", "Bonjour")
	c.ExternalID = "42"
	b.add(c)
	b.judge(c, verdict(models.Allow), 0)
	again := b.fresh("a", "Bonjour")
	again.ExternalID = "42"
	results, err := b.s.AddComments(b.ctx, []models.Comment{again, c})
	b.ok(err)
	want := store.AddResult{ID: c.ID, Status: models.Approved, Outcome: store.Same}
	equal(b, "by external id", results[0], want)
	equal(b, "by id", results[1], want)
	equal(b, "revision", b.get(c).Revision, 2)
	equal(b, "received", b.counters("a")["received"], 1)
}

func submissionAsEdit(b *bundle) {
	c := b.fresh("a", "Bonjour")
	c.ExternalID = "42"
	b.add(c)
	b.judge(c, verdict(models.Hold), 1)
	again := b.fresh("a", "Bonsoir")
	again.ExternalID, again.Author.Name = "42", "Léa"
	results, err := b.s.AddComments(b.ctx, []models.Comment{again})
	b.ok(err)
	equal(b, "result", results[0], store.AddResult{ID: c.ID, Status: models.Pending, Outcome: store.Edited})
	got := b.get(c)
	equal(b, "text", got.Text, "Bonsoir")
	equal(b, "author", got.Author.Name, "Léa")
	equal(b, "edited", got.Edited, true)
	equal(b, "revision", got.Revision, 3)
	_, err = b.s.ReviewItem(b.ctx, "a", c.ID, base)
	b.kind(err, models.NotFound)
}

func externalIDCase(b *bundle) {
	lower, upper := b.fresh("a", "x"), b.fresh("a", "x")
	lower.ExternalID, upper.ExternalID = "post-é", "POST-É"
	results, err := b.s.AddComments(b.ctx, []models.Comment{lower, upper})
	b.ok(err)
	equal(b, "lower", results[0].Outcome, store.Added)
	equal(b, "upper", results[1].Outcome, store.Added)
}

func twiceInABatch(b *bundle) {
	first, second, other := b.fresh("a", "x"), b.fresh("a", "x"), b.fresh("a", "y")
	first.ExternalID, second.ExternalID, other.ExternalID = "1", "1", "1"
	results, err := b.s.AddComments(b.ctx, []models.Comment{first, second, other})
	b.ok(err)
	equal(b, "first", results[0], store.AddResult{ID: first.ID, Status: models.Pending, Outcome: store.Added})
	equal(b, "second", results[1], store.AddResult{ID: first.ID, Status: models.Pending, Outcome: store.Same})
	equal(b, "other", results[2], store.AddResult{ID: first.ID, Status: models.Pending, Outcome: store.Edited})
	equal(b, "text", b.get(first).Text, "y")
}

func badRowFailsAlone(b *bundle) {
	comments := make([]models.Comment, 64)
	for i := range comments {
		comments[i] = b.fresh("a", "fine")
	}
	comments[31].Text = "a\x00b"
	comments[40].ID = "not a uuid"
	results, err := b.s.AddComments(b.ctx, comments)
	b.ok(err)
	for i, r := range results {
		switch i {
		case 31, 40:
			b.kind(r.Err, models.Invalid)
			if r.Err != nil && strings.Contains(r.Err.Error(), "a\x00b") {
				b.Error("the error tells the text")
			}
		default:
			if r.Err != nil || r.ID != comments[i].ID {
				b.Errorf("neighbour %d: got %+v", i, r)
			}
		}
	}
	n, _, err := b.s.PendingStats(b.ctx)
	b.ok(err)
	equal(b, "pending", n, 62)
}

func idOfAnotherSite(b *bundle) {
	c := b.add(b.fresh("a", "x"))
	c.Site = "b"
	results, err := b.s.AddComments(b.ctx, []models.Comment{c})
	b.ok(err)
	b.kind(results[0].Err, models.Conflict)
	_, err = b.s.Comment(b.ctx, "b", c.ID)
	b.kind(err, models.NotFound)
}

func concurrentAdds(b *bundle) {
	const callers = 20
	comments := make([]models.Comment, callers)
	for i := range comments {
		comments[i] = b.fresh("a", fmt.Sprintf("text %d", i))
		comments[i].ExternalID = fmt.Sprint(i / 2) // each twice, with another text
	}
	results := make([]store.AddResult, callers)
	var wg sync.WaitGroup
	for i := range comments {
		wg.Go(func() {
			r, err := b.s.AddComments(b.ctx, comments[i:i+1])
			if err != nil {
				b.Error(err)
				return
			}
			results[i] = r[0]
		})
	}
	wg.Wait()
	for i := 0; i < callers; i += 2 {
		equal(b, "one comment for both", results[i].ID, results[i+1].ID)
		outcomes := []store.Outcome{results[i].Outcome, results[i+1].Outcome}
		slices.Sort(outcomes)
		if !slices.Equal(outcomes, []store.Outcome{store.Added, store.Edited}) {
			b.Errorf("pair %d: got outcomes %v", i/2, outcomes)
		}
	}
	n, _, err := b.s.PendingStats(b.ctx)
	b.ok(err)
	equal(b, "pending", n, callers/2)
}

func cancelledAdd(b *bundle) {
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	c := b.fresh("a", "x")
	_, err := b.s.AddComments(ctx, []models.Comment{c})
	b.kind(err, models.Unavailable)
	_, err = b.s.Comment(b.ctx, "a", c.ID)
	b.kind(err, models.NotFound)
	_, err = b.s.Comment(ctx, "a", c.ID)
	b.kind(err, models.Unavailable)
	_, err = b.s.EditComment(ctx, "a", c.ID, models.CommentEdit{Text: "y"}, base)
	b.kind(err, models.Unavailable)
}

func listPages(b *bundle) {
	at := base.Add(time.Minute)
	var want []models.CommentID
	for i := range 11 {
		c := b.fresh("a", "x")
		c.ReceivedAt = at.Add(time.Duration(i/4) * time.Microsecond) // ties
		want = append(want, b.add(c).ID)
	}
	all, err := b.s.ListComments(b.ctx, models.CommentQuery{Site: "a", Limit: 200})
	b.ok(err)
	equal(b, "next of the only page", all.Next, "")
	var got []models.CommentID
	q := models.CommentQuery{Site: "a", Limit: 3}
	for {
		page, err := b.s.ListComments(b.ctx, q)
		b.ok(err)
		for _, c := range page.Items {
			got = append(got, c.ID)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
		b.add(b.fresh("b", "elsewhere"))
	}
	var whole []models.CommentID
	for _, c := range all.Items {
		whole = append(whole, c.ID)
	}
	if diff := cmp.Diff(got, whole); diff != "" {
		b.Errorf("pages - whole list +:\n%s", diff)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(got, want); diff != "" {
		b.Errorf("got - added +:\n%s", diff)
	}
}

func listSelects(b *bundle) {
	waits := b.add(b.fresh("a", "waits"))
	held := b.judged("a", "held", models.Hold)
	fine := b.judged("a", "fine", models.Allow)
	spam := b.judged("a", "spam", models.Hold)
	b.decide(spam, models.DecideSpam, "user:z")
	for name, c := range map[string]struct {
		query models.CommentQuery
		want  []models.CommentID
	}{
		"all":             {models.CommentQuery{}, []models.CommentID{spam.ID, fine.ID, held.ID, waits.ID}},
		"pending":         {models.CommentQuery{Status: models.Pending}, []models.CommentID{waits.ID}},
		"held":            {models.CommentQuery{Status: models.Held}, []models.CommentID{held.ID}},
		"labelled":        {models.CommentQuery{Label: models.SevereToxic}, []models.CommentID{spam.ID, held.ID}},
		"decided as spam": {models.CommentQuery{Label: models.Spam}, []models.CommentID{spam.ID}},
		"label not given": {models.CommentQuery{Label: models.Threat}, nil},
		"since":           {models.CommentQuery{Since: fine.ReceivedAt}, []models.CommentID{spam.ID, fine.ID}},
		"since and held":  {models.CommentQuery{Since: fine.ReceivedAt, Status: models.Held}, nil},
		"held, labelled":  {models.CommentQuery{Status: models.Held, Label: models.Toxic}, []models.CommentID{held.ID}},
	} {
		c.query.Site = "a"
		page, err := b.s.ListComments(b.ctx, c.query)
		b.ok(err)
		var got []models.CommentID
		for _, c := range page.Items {
			got = append(got, c.ID)
		}
		if diff := cmp.Diff(got, c.want, cmpopts.EquateEmpty()); diff != "" {
			b.Errorf("%s: got - want +:\n%s", name, diff)
		}
	}
}

func forgedCursors(b *bundle) {
	for range 3 {
		b.add(b.fresh("a", "x"))
		b.judged("a", "x", models.Hold)
	}
	page, err := b.s.ListComments(b.ctx, models.CommentQuery{Site: "a", Limit: 1})
	b.ok(err)
	items, err := b.s.ReviewItems(b.ctx, models.ReviewQuery{Site: "a", Limit: 1}, base)
	b.ok(err)
	for name, q := range map[string]models.CommentQuery{
		"another site":   {Site: "b", Cursor: page.Next},
		"another status": {Site: "a", Status: models.Held, Cursor: page.Next},
		"another label":  {Site: "a", Label: models.Toxic, Cursor: page.Next},
		"another time":   {Site: "a", Since: base, Cursor: page.Next},
		"another list":   {Site: "a", Cursor: items.Next},
		"cut":            {Site: "a", Cursor: page.Next[:len(page.Next)-4]},
		"longer":         {Site: "a", Cursor: page.Next + "AAAA"},
		"not base64":     {Site: "a", Cursor: "%%%"},
		"hostile":        {Site: "a", Cursor: "' OR 1=1 --"},
	} {
		_, err := b.s.ListComments(b.ctx, q)
		if err == nil {
			b.Errorf("%s: accepted", name)
			continue
		}
		b.faulty(err, "cursor")
	}
	_, err = b.s.ReviewItems(b.ctx, models.ReviewQuery{Site: "a", Cursor: page.Next}, base)
	b.faulty(err, "cursor")
	_, err = b.s.Events(b.ctx, "a", page.Next, 1)
	b.faulty(err, "cursor")
	_, err = b.s.Feedback(b.ctx, "a", "x", 1)
	b.faulty(err, "cursor")
	_, err = b.s.AuditEntries(b.ctx, models.AuditQuery{Site: "a", Cursor: items.Next})
	b.faulty(err, "cursor")
}

func editMakesPending(b *bundle) {
	c := b.judged("a", "zut", models.Hold)
	at := base.Add(3 * time.Hour)
	got, err := b.s.EditComment(b.ctx, "a", c.ID, models.CommentEdit{Text: "flûte", Lang: "fr"}, at)
	b.ok(err)
	if diff := cmp.Diff(got, b.get(c)); diff != "" {
		b.Errorf("answered - kept +:\n%s", diff)
	}
	equal(b, "status", got.Status, models.Pending)
	equal(b, "revision", got.Revision, 3)
	equal(b, "text", got.Text, "flûte")
	equal(b, "verdict is gone", got.Verdict == nil && got.JudgedAt.IsZero(), true)
	_, err = b.s.ReviewItem(b.ctx, "a", c.ID, at)
	b.kind(err, models.NotFound)
	same, err := b.s.EditComment(b.ctx, "a", c.ID, models.CommentEdit{Text: "flûte"}, at)
	b.ok(err)
	equal(b, "revision after the same text", same.Revision, 3)
	lease, err := b.s.LeasePending(b.ctx, 10, time.Minute, at)
	b.ok(err)
	equal(b, "pending again", len(lease.Comments), 1)
	want := []models.EventType{models.CommentJudged, models.CommentEdited}
	if diff := cmp.Diff(b.types("a"), want); diff != "" {
		b.Errorf("events: got - want +:\n%s", diff)
	}
	_, err = b.s.EditComment(b.ctx, "a", models.CommentID(models.NewID(base)), models.CommentEdit{Text: "x"}, at)
	b.kind(err, models.NotFound)
	_, err = b.s.EditComment(b.ctx, "a", c.ID, models.CommentEdit{Text: "a\x00b"}, at)
	b.kind(err, models.Invalid)
	equal(b, "text after a refused edit", b.get(c).Text, "flûte")
}

func editLanguage(b *bundle) {
	found := b.judged("a", "found", models.Allow)
	equal(b, "found", found.Lang, "fr")
	told := b.fresh("a", "told")
	told.Lang = "en-GB"
	b.add(told)
	b.judge(told, verdict(models.Allow), 0)
	equal(b, "told", b.get(told).Lang, "en-GB")
	for name, c := range map[string]struct {
		comment models.Comment
		want    string
	}{
		"found": {found, ""},
		"told":  {told, "en-GB"},
	} {
		got, err := b.s.EditComment(b.ctx, "a", c.comment.ID, models.CommentEdit{Text: "another"}, base)
		b.ok(err)
		equal(b, name, got.Lang, c.want)
	}
}

func erasure(b *bundle) {
	c := b.add(full(b))
	b.judge(c, verdict(models.Hold), 1)
	b.decide(c, models.DecideReject, "user:z")
	_, err := b.s.AddReport(b.ctx, models.Report{Comment: c.ID, Site: "a", Reason: "rude", At: base}, 0, 0)
	b.ok(err)
	at := base.Add(4 * time.Hour)
	for range 2 {
		b.ok(b.s.EraseComment(b.ctx, "a", c.ID, "key:k", at))
	}
	got := b.get(c)
	equal(b, "status", got.Status, models.Erased)
	equal(b, "text", got.Text, "")
	equal(b, "author", got.Author, models.Author{})
	equal(b, "context", got.Context, models.Context{})
	equal(b, "metadata", len(got.Metadata), 0)
	equal(b, "external id", got.ExternalID, "42")
	equal(b, "score", got.Verdict.Scores[models.Toxic], 0.25)
	equal(b, "evidence", len(got.Verdict.Reasons[0].Evidence)+len(got.Verdict.Reasons[0].Params), 0)
	equal(b, "decision", got.Decision.Decision, models.DecideReject)
	equal(b, "revision", got.Revision, 4)
	equal(b, "erased", b.counters("a")["erased"], 1)
	feedback, err := b.s.Feedback(b.ctx, "a", "", 10)
	b.ok(err)
	equal(b, "feedback stays", len(feedback.Items), 1)
	want := []models.EventType{models.CommentJudged, models.CommentDecided, models.CommentErased}
	if diff := cmp.Diff(b.types("a"), want); diff != "" {
		b.Errorf("events: got - want +:\n%s", diff)
	}
	for i, e := range b.feed("a") {
		equal(b, "revision of "+string(e.Type), e.Revision, int64(i+2))
		equal(b, "external id of "+string(e.Type), e.ExternalID, "42")
	}
	h, err := b.s.AuthorHistory(b.ctx, "a", c.AuthorKey())
	b.ok(err)
	equal(b, "history", h, models.History{Known: true})
}

func erasedRefuses(b *bundle) {
	c := b.fresh("a", "x")
	c.ExternalID = "1"
	b.add(c)
	token := b.lease(c.ID)
	b.ok(b.s.EraseComment(b.ctx, "a", c.ID, "cli", base))
	counted, err := b.s.RecordJudgements(b.ctx, token, []models.Judgement{{
		Comment: c.ID, Site: "a", Revision: 2, Verdict: verdict(models.Allow), At: base,
	}})
	b.ok(err)
	equal(b, "judged", counted[0], false)
	_, err = b.s.EditComment(b.ctx, "a", c.ID, models.CommentEdit{Text: "y"}, base)
	b.kind(err, models.Conflict)
	_, err = b.s.RecordDecision(b.ctx, b.decision(c, models.DecideApprove, "user:z"), "")
	b.kind(err, models.Conflict)
	_, err = b.s.AddReport(b.ctx, models.Report{Comment: c.ID, Site: "a", At: base}, 1, 1)
	b.kind(err, models.Conflict)
	results, err := b.s.AddComments(b.ctx, []models.Comment{c})
	b.ok(err)
	b.kind(results[0].Err, models.Conflict)
	equal(b, "told status", results[0].Status, models.Erased)
	equal(b, "status", b.get(c).Status, models.Erased)
	b.kind(b.s.EraseComment(b.ctx, "a", models.CommentID(models.NewID(base)), "cli", base), models.NotFound)
}

func reportsHold(b *bundle) {
	c := b.judged("a", "x", models.Allow)
	at := base.Add(5 * time.Hour)
	for i, step := range []struct {
		reporter string
		readers  int
		status   models.Status
	}{
		{"r1", 1, models.Approved},
		{"r1", 1, models.Approved},
		{"R1", 2, models.Approved},
		{"", 3, models.Held},
		{"r4", 4, models.Held},
	} {
		r := models.Report{Comment: c.ID, Site: "a", Reason: "rude", Reporter: step.reporter, At: at}
		n, err := b.s.AddReport(b.ctx, r, 3, 7.5)
		b.ok(err)
		equal(b, fmt.Sprint("readers at step ", i), n, step.readers)
		equal(b, fmt.Sprint("status at step ", i), b.get(c).Status, step.status)
	}
	item, err := b.s.ReviewItem(b.ctx, "a", c.ID, at)
	b.ok(err)
	equal(b, "urgency", item.Urgency, 7.5)
	reasons := item.Comment.Verdict.Reasons
	equal(b, "rule shown", reasons[len(reasons)-1].Rule, models.RuleReports)
	equal(b, "revision", item.Comment.Revision, 3)
	want := []models.EventType{models.CommentJudged, models.CommentReported}
	if diff := cmp.Diff(b.types("a"), want); diff != "" {
		b.Errorf("events: got - want +:\n%s", diff)
	}
	equal(b, "reported", b.counters("a")["reported"], 4)
	_, err = b.s.AddReport(b.ctx, models.Report{Comment: "nope", Site: "a", At: at}, 3, 1)
	b.kind(err, models.NotFound)
}

func reportsAndDecisions(b *bundle) {
	c := b.judged("a", "x", models.Hold)
	d := b.decide(c, models.DecideApprove, "user:z")
	_, err := b.s.AddReport(b.ctx, models.Report{Comment: c.ID, Site: "a", Reporter: "1", At: base}, 1, 9)
	b.ok(err)
	equal(b, "status after a decision", b.get(c).Status, models.Approved)
	_, err = b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "a", By: "user:z"}, base.Add(4*time.Hour))
	b.ok(err)
	item, err := b.s.ReviewItem(b.ctx, "a", c.ID, base)
	b.ok(err)
	equal(b, "urgency after an undo", item.Urgency, 1)
	off := b.judged("a", "y", models.Allow)
	_, err = b.s.AddReport(b.ctx, models.Report{Comment: off.ID, Site: "a", Reporter: "1", At: base}, 0, 9)
	b.ok(err)
	equal(b, "status with no limit", b.get(off).Status, models.Approved)
}

func authorHistory(b *bundle) {
	author := models.Author{ID: "7"}
	for i, action := range []models.Action{models.Allow, models.Allow, models.Reject, models.Hold} {
		c := b.fresh("a", fmt.Sprint(i))
		c.Author = author
		b.add(c)
		b.judge(c, verdict(action), 0)
	}
	waiting := b.fresh("a", "x")
	waiting.Author = author
	b.add(waiting)
	h, err := b.s.AuthorHistory(b.ctx, "a", waiting.AuthorKey())
	b.ok(err)
	equal(b, "history", h, models.History{Known: true, Approved: 2, Rejected: 1})
	h, err = b.s.AuthorHistory(b.ctx, "b", waiting.AuthorKey())
	b.ok(err)
	equal(b, "elsewhere", h, models.History{Known: true})
	h, err = b.s.AuthorHistory(b.ctx, "a", "")
	b.ok(err)
	equal(b, "nobody", h, models.History{})
}

func judgedIDs(b *bundle) {
	waits := b.add(b.fresh("a", "x"))
	done := b.judged("b", "y", models.Allow)
	gone := b.add(b.fresh("a", "z"))
	b.ok(b.s.EraseComment(b.ctx, "a", gone.ID, "cli", base))
	got, err := b.s.Judged(b.ctx, []models.CommentID{waits.ID, done.ID, gone.ID, "nope"})
	b.ok(err)
	slices.Sort(got)
	want := []models.CommentID{done.ID, gone.ID}
	slices.Sort(want)
	if diff := cmp.Diff(got, want); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
}
