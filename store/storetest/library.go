package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

var libraryClaims = []claim{
	{"words are found whatever their case and accents, in their site", wordsFound},
	{"what is typed is never taken for syntax", wordsTyped},
	{"an edit is found by its new words, an erased and a purged comment by none", wordsGone},
	{"a search turns its pages, and keeps to sections, scores and times", searchPages},
	{"a common word is found among the latest and behind them, in its site", commonWord},
	{"scores are spread over buckets and statuses", scoresSpread},
	{"what is kept of a spread follows every act", spreadKept},
	{"a comment's story has its decisions, reports and deliveries", storyTold},
	{"views are the owner's, or shared", viewsKept},
	{"a queue's shape tells age, severity and pace", queueShaped},
	{"the ages of a queue's shape meet without gap or overlap", shapeEdges},
	{"a wave of settled ones decides what does not wait, and is undone as one", settledWave},
	{"who was seen lately is present", whoIsPresent},
}

// found lists the ids of a search.
func (b *bundle) found(q models.CommentQuery) []models.CommentID {
	b.Helper()
	page, err := b.s.ListComments(b.ctx, q)
	b.ok(err)
	var ids []models.CommentID
	for _, c := range page.Items {
		ids = append(ids, c.ID)
	}
	return ids
}

func (b *bundle) finds(what string, q models.CommentQuery, want ...models.CommentID) {
	b.Helper()
	if diff := cmp.Diff(b.found(q), want); diff != "" {
		b.Errorf("%s: got - want +:\n%s", what, diff)
	}
}

// written adds a judged comment of somebody.
func (b *bundle) written(site models.SiteID, text string, who models.Author, scores models.Scores, section string) models.Comment {
	b.Helper()
	c := b.fresh(site, text)
	c.Author, c.Context.Section = who, section
	b.add(c)
	b.judge(c, models.Verdict{Action: models.Allow, Scores: scores}, 1)
	return c
}

func wordsFound(b *bundle) {
	elodie := models.Author{ID: "u7", Name: "Élodie Rœmer", Email: "elo.r@example.org"}
	one := b.written("a", "L'ÉTÉ dernier, j'ai mangé des œufs à Nîmes", elodie, nil, "")
	two := b.written("a", "Un été pluvieux", models.Author{Name: "Marc"}, nil, "")
	b.written("b", "Un été ailleurs", elodie, nil, "")
	b.add(b.fresh("a", "été, mais pas encore jugé"))
	b.finds("accents and case", models.CommentQuery{Site: "a", Words: "ete"}, two.ID, one.ID)
	b.finds("typed with accents", models.CommentQuery{Site: "a", Words: "ÉTÉ Nîmes"}, one.ID)
	b.finds("a beginning", models.CommentQuery{Site: "a", Words: "pluv"}, two.ID)
	b.finds("no middle", models.CommentQuery{Site: "a", Words: "luvieux"})
	b.finds("a phrase", models.CommentQuery{Site: "a", Words: `"été pluvieux"`}, two.ID)
	b.finds("a phrase in another order", models.CommentQuery{Site: "a", Words: `"pluvieux été"`})
	b.finds("a phrase has whole words", models.CommentQuery{Site: "a", Words: `"été pluv"`})
	b.finds("an author", models.CommentQuery{Site: "a", Author: "elodie"}, one.ID)
	b.finds("an address", models.CommentQuery{Site: "a", Author: "elo.r@example.org"}, one.ID)
	b.finds("author and words", models.CommentQuery{Site: "a", Author: "marc", Words: "ete"}, two.ID)
	b.finds("an author's name is no word of the text", models.CommentQuery{Site: "a", Words: "marc"})
	b.finds("with a status", models.CommentQuery{Site: "a", Words: "ete", Status: models.Held})
	b.finds("two sites", models.CommentQuery{Site: "c", Words: "ete"})
}

func wordsTyped(b *bundle) {
	c := b.written("a", `He said: "AND" OR not; 50% off - a_b (c) *`, models.Author{}, nil, "")
	for _, typed := range []string{`"`, `'`, `*`, `AND`, `OR NOT`, `said: "AND"`, `(`, `text : x`, `a_b`, `50%`, `!said & '`, `-said`, `"""`, `\`, "said\x00", `NEAR(said and)`} {
		_, err := b.s.ListComments(b.ctx, models.CommentQuery{Site: "a", Words: typed, Author: typed})
		b.ok(err)
	}
	b.finds("operators are words", models.CommentQuery{Site: "a", Words: `AND or NOT said`}, c.ID)
	b.finds("signs alone find nothing", models.CommentQuery{Site: "a", Words: `%`})
}

func wordsGone(b *bundle) {
	c := b.written("a", "jaune", models.Author{Name: "Anne"}, models.Scores{models.Toxic: 0.5}, "")
	_, err := b.s.EditComment(b.ctx, "a", c.ID, models.CommentEdit{Text: "violet"}, base.Add(3*time.Hour))
	b.ok(err)
	b.judge(b.get(c), models.Verdict{Action: models.Allow, Scores: models.Scores{models.Toxic: 0.75}}, 1)
	b.finds("the old words", models.CommentQuery{Site: "a", Words: "jaune"})
	b.finds("the new words", models.CommentQuery{Site: "a", Words: "violet"}, c.ID)
	b.finds("the new score", models.CommentQuery{Site: "a", Score: &models.ScoreRange{Label: models.Toxic, Min: 0.7, Max: 0.8}}, c.ID)
	b.ok(b.s.EraseComment(b.ctx, "a", c.ID, "cli", base.Add(4*time.Hour)))
	b.finds("erased", models.CommentQuery{Site: "a", Words: "violet"})
	b.finds("erased, by the author", models.CommentQuery{Site: "a", Author: "anne"})
	other := b.written("a", "violet", models.Author{}, nil, "")
	b.purge(store.Purge{Comments: base.Add(5 * time.Hour), Limit: 10})
	b.finds("purged", models.CommentQuery{Site: "a", Words: "violet"})
	b.add(other)
	b.finds("the id is free again", models.CommentQuery{Site: "a", Words: "violet"})
}

func searchPages(b *bundle) {
	var ids []models.CommentID
	for i := range 7 {
		section := "sports"
		if i%2 == 1 {
			section = "news"
		}
		c := b.written("a", "tomate", models.Author{}, models.Scores{models.Insult: float64(i) / 8}, section)
		ids = append([]models.CommentID{c.ID}, ids...)
	}
	q := models.CommentQuery{Site: "a", Words: "tomate", Limit: 3}
	var got []models.CommentID
	for range 4 {
		page, err := b.s.ListComments(b.ctx, q)
		b.ok(err)
		for _, c := range page.Items {
			got = append(got, c.ID)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if diff := cmp.Diff(got, ids); diff != "" {
		b.Errorf("pages: got - want +:\n%s", diff)
	}
	_, err := b.s.ListComments(b.ctx, models.CommentQuery{Site: "a", Words: "tomates", Cursor: "x"})
	b.kind(err, models.Invalid)
	b.finds("a score range, ends included", models.CommentQuery{Site: "a", Score: &models.ScoreRange{Label: models.Insult, Min: 0.25, Max: 0.5}}, ids[2:5]...)
	b.finds("a label without scores", models.CommentQuery{Site: "a", Score: &models.ScoreRange{Label: models.Spam, Max: 1}})
	b.finds("sections", models.CommentQuery{Site: "a", Words: "tom", Sections: []string{"news"}}, ids[1], ids[3], ids[5])
	b.finds("no section", models.CommentQuery{Site: "a", Words: "tom", Sections: []string{}})
	middle := b.get(models.Comment{ID: ids[3], Site: "a"}).ReceivedAt
	b.finds("times, the end left out", models.CommentQuery{Site: "a", Words: "tom", Since: middle, Until: middle.Add(2 * time.Second)}, ids[2], ids[3])
	b.finds("times without words", models.CommentQuery{Site: "a", Until: middle}, ids[4:]...)
	b.decide(models.Comment{ID: ids[0], Site: "a"}, models.DecideReject, "user:z")
	b.finds("undecided", models.CommentQuery{Site: "a", Words: "tom", Undecided: true}, ids[1:]...)
	_, err = b.s.ListComments(b.ctx, models.CommentQuery{Site: "a", Score: &models.ScoreRange{Label: "x", Max: 1}})
	b.kind(err, models.Invalid)
}

// commonWord fills two sites with more comments than a search looks at first.
func commonWord(b *bundle) {
	const many = 2_300
	held := map[models.SiteID][]models.CommentID{} // each hundredth, newest first
	var all []models.Comment
	for i := range many {
		for _, site := range []models.SiteID{"a", "b"} {
			c := b.fresh(site, "tomate verte")
			if i < 5 {
				c.Text = "tomate ancienne"
			}
			if i%100 == 0 {
				held[site] = append([]models.CommentID{c.ID}, held[site]...)
			}
			all = append(all, c)
		}
	}
	for batch := range slices.Chunk(all, 200) {
		b.judgeAll(batch, func(id models.CommentID) models.Action {
			if slices.Contains(held["a"], id) || slices.Contains(held["b"], id) {
				return models.Hold
			}
			return models.Allow
		})
	}
	for _, site := range []models.SiteID{"a", "b"} {
		for _, limit := range []int{10, 50} { // 50: more than are held among the latest
			q := models.CommentQuery{Site: site, Words: "tomate", Status: models.Held, Limit: limit}
			if diff := cmp.Diff(b.everyPage(q), held[site]); diff != "" {
				b.Errorf("held of %s by %d: got - want +:\n%s", site, limit, diff)
			}
		}
		phrase := models.CommentQuery{Site: site, Words: `"tomate verte"`, Status: models.Held, Limit: 10}
		if diff := cmp.Diff(b.everyPage(phrase), held[site][:len(held[site])-1]); diff != "" {
			b.Errorf("a phrase held of %s: got - want +:\n%s", site, diff)
		}
		for _, words := range []string{"ancienne", `"tomate ancienne"`} {
			if n := len(b.found(models.CommentQuery{Site: site, Words: words})); n != 5 {
				b.Errorf("the oldest of %s by %s: %d, want 5", site, words, n)
			}
		}
		if n := len(b.found(models.CommentQuery{Site: site, Words: "tomate ancienne", Author: "personne"})); n != 0 {
			b.Errorf("nobody's of %s: %d, want 0", site, n)
		}
	}
}

// everyPage gives the ids of all pages of a search.
func (b *bundle) everyPage(q models.CommentQuery) (ids []models.CommentID) {
	b.Helper()
	for {
		page, err := b.s.ListComments(b.ctx, q)
		b.ok(err)
		for _, c := range page.Items {
			ids = append(ids, c.ID)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return ids
		}
	}
}

// judgeAll adds comments and judges them.
func (b *bundle) judgeAll(comments []models.Comment, action func(models.CommentID) models.Action) {
	b.Helper()
	_, err := b.s.AddComments(b.ctx, comments)
	b.ok(err)
	var ids []models.CommentID
	var judgements []models.Judgement
	for _, c := range comments {
		ids = append(ids, c.ID)
		judgements = append(judgements, models.Judgement{
			Comment: c.ID, Site: c.Site, Revision: 1, Verdict: verdict(action(c.ID)), Urgency: 1, At: base.Add(time.Hour),
		})
	}
	lease, err := b.s.LeaseComments(b.ctx, ids, time.Minute, base.Add(time.Hour))
	b.ok(err)
	counted, err := b.s.RecordJudgements(b.ctx, lease.Token, judgements)
	b.ok(err)
	if slices.Contains(counted, false) {
		b.Fatal("a judgement did not count")
	}
}

func scoresSpread(b *bundle) {
	var last models.Comment
	for _, p := range []float64{0, 0.05, 0.1, 0.95, 1} {
		last = b.written("a", "x", models.Author{}, models.Scores{models.Spam: p}, "news")
	}
	b.written("a", "x", models.Author{}, models.Scores{models.Toxic: 0.5}, "news")
	b.written("b", "x", models.Author{}, models.Scores{models.Spam: 0.5}, "")
	b.decide(last, models.DecideReject, "user:z")
	spread := func(q models.ScoreQuery) models.Spread {
		s, err := b.s.Spread(b.ctx, q)
		b.ok(err)
		return s
	}
	want := models.Spread{Approved: make([]int64, 10), Held: make([]int64, 10), Rejected: make([]int64, 10)}
	want.Approved[0], want.Approved[1], want.Approved[9], want.Rejected[9] = 2, 1, 1, 1
	if diff := cmp.Diff(spread(models.ScoreQuery{Site: "a", Label: models.Spam, Buckets: 10}), want); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	at := b.get(last).ReceivedAt
	equal(b, "since", spread(models.ScoreQuery{Site: "a", Label: models.Spam, Buckets: 10, Since: at}).Rejected[9], 1)
	equal(b, "until", spread(models.ScoreQuery{Site: "a", Label: models.Spam, Buckets: 10, Until: at}).Rejected[9], 0)
	equal(b, "another section", spread(models.ScoreQuery{Site: "a", Label: models.Spam, Buckets: 10, Sections: []string{"x"}}).Rejected[9], 0)
	_, err := b.s.Spread(b.ctx, models.ScoreQuery{Site: "a", Label: "x; DROP", Buckets: 10})
	b.kind(err, models.Invalid)
	for _, buckets := range []int{0, -1, 3, 80} {
		_, err = b.s.Spread(b.ctx, models.ScoreQuery{Site: "a", Label: models.Spam, Buckets: buckets})
		b.kind(err, models.Invalid)
	}
}

// spreadKept follows comments of two sites through everything that moves them:
// what is kept of whole days is what their comments say, which is what a part of
// a day is counted by.
func spreadKept(b *bundle) {
	day := base.UTC().Truncate(24 * time.Hour)
	var mine []models.Comment
	check := func(after string, want string) {
		b.Helper()
		for _, sections := range [][]string{nil, {"news"}} {
			for _, label := range []models.Label{models.Spam, models.Toxic} {
				q := models.ScoreQuery{Site: "a", Label: label, Buckets: models.SpreadBuckets, Sections: sections}
				kept, err := b.s.Spread(b.ctx, q)
				b.ok(err)
				q.Since, q.Until = day, day.AddDate(0, 0, 1).Add(-time.Microsecond)
				counted, err := b.s.Spread(b.ctx, q)
				b.ok(err)
				if diff := cmp.Diff(kept, counted); diff != "" {
					b.Errorf("%s, %s in %v: kept - counted +:\n%s", after, label, sections, diff)
				}
			}
		}
		q := models.ScoreQuery{Site: "a", Label: models.Spam, Buckets: 1, Since: day, Until: day.AddDate(0, 0, 1)}
		s, err := b.s.Spread(b.ctx, q)
		b.ok(err)
		equal(b, after, fmt.Sprint(s.Approved[0], s.Held[0], s.Rejected[0]), want)
		q.Site = "b"
		s, err = b.s.Spread(b.ctx, q)
		b.ok(err)
		equal(b, after+", elsewhere", fmt.Sprint(s.Approved[0], s.Held[0], s.Rejected[0]), "3 0 0")
	}
	for i := range 3 {
		for _, site := range []models.SiteID{"a", "b"} {
			c := b.written(site, "x", models.Author{ID: "7"}, models.Scores{models.Spam: float64(i) / 2, models.Toxic: 0.3}, "news")
			if site == "a" {
				mine = append(mine, c)
			}
		}
	}
	check("judged", "3 0 0")
	rejected := b.decide(mine[0], models.DecideReject, "user:z")
	check("rejected", "2 0 1")
	b.decide(mine[1], models.DecideHold, "user:z")
	check("put off", "1 1 1")
	_, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: rejected.ID, Site: "a", By: "user:z"}, base.Add(4*time.Hour))
	b.ok(err)
	check("taken back", "2 1 0")
	_, err = b.s.AddReport(b.ctx, models.Report{Comment: mine[2].ID, Site: "a", Reporter: "u1", At: base.Add(time.Hour)}, 1, 1)
	b.ok(err)
	check("reported", "1 2 0")
	_, err = b.s.EditComment(b.ctx, "a", mine[0].ID, models.CommentEdit{Text: "y"}, base.Add(3*time.Hour))
	b.ok(err)
	check("edited", "0 3 0")
	b.judge(b.get(mine[0]), models.Verdict{Action: models.Reject, Scores: models.Scores{models.Spam: 1}}, 1)
	check("judged again", "0 2 1")
	wave := models.WaveRequest{
		ID: models.NewID(base), Settled: true, Items: []models.CommentID{mine[0].ID, mine[1].ID},
		DecisionRequest: models.DecisionRequest{Site: "a", Decision: models.DecideApprove, By: "user:z"},
	}
	_, err = b.s.RecordWave(b.ctx, wave, base.Add(5*time.Hour))
	b.ok(err)
	check("a wave", "2 1 0")
	_, err = b.s.UndoWave(b.ctx, models.UndoRequest{Decision: wave.ID, Site: "a", By: "user:z"}, base.Add(6*time.Hour))
	b.ok(err)
	check("a wave taken back", "0 2 1")
	b.ok(b.s.EraseComment(b.ctx, "a", mine[1].ID, "cli", base.Add(7*time.Hour)))
	check("erased", "0 1 1")
	b.purge(store.Purge{Texts: mine[0].ReceivedAt.Add(time.Microsecond), Limit: 10})
	check("its text purged", "0 1 1") // judged later than that
	b.decide(mine[2], models.DecideApprove, "user:z")
	b.purge(store.Purge{Texts: day.AddDate(0, 0, 1), Limit: 10})
	s, err := b.s.Spread(b.ctx, models.ScoreQuery{Site: "a", Label: models.Spam, Buckets: 1})
	b.ok(err)
	equal(b, "texts purged", fmt.Sprint(s.Approved[0], s.Held[0], s.Rejected[0]), "0 0 0")
	s, err = b.s.Spread(b.ctx, models.ScoreQuery{Site: "b", Label: models.Spam, Buckets: 1})
	b.ok(err)
	equal(b, "elsewhere too", fmt.Sprint(s.Approved[0], s.Held[0], s.Rejected[0]), "0 0 0")
	last := b.written("a", "x", models.Author{}, models.Scores{models.Spam: 1}, "")
	b.purge(store.Purge{Comments: last.ReceivedAt.Add(time.Hour), Limit: 10})
	s, err = b.s.Spread(b.ctx, models.ScoreQuery{Site: "a", Label: models.Spam, Buckets: 1})
	b.ok(err)
	equal(b, "comments purged", fmt.Sprint(s.Approved[0], s.Held[0], s.Rejected[0]), "0 0 0")
}

func storyTold(b *bundle) {
	b.site("a")
	b.webhook("a")
	c := b.judged("a", "zut", models.Reject)
	first := b.decide(c, models.DecideApprove, "user:y")
	_, err := b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: first.ID, Site: "a", By: "user:y"}, base.Add(4*time.Hour))
	b.ok(err)
	b.decide(c, models.DecideSpam, "user:z")
	_, err = b.s.AddReport(b.ctx, models.Report{Comment: c.ID, Site: "a", Reason: "r", Reporter: "u1", At: base}, 0, 0)
	b.ok(err)
	story, err := b.s.CommentStory(b.ctx, "a", c.ID)
	b.ok(err)
	equal(b, "decisions", len(story.Decisions), 2)
	if len(story.Decisions) == 2 {
		equal(b, "undone", story.Decisions[0].UndoneBy+" "+string(story.Decisions[1].Decision), "user:y spam")
	}
	equal(b, "reports", len(story.Reports) == 1 && story.Reports[0].Reporter == "u1", true)
	equal(b, "deliveries", len(story.Deliveries), 4)
	if len(story.Deliveries) > 0 {
		equal(b, "of the comment", story.Deliveries[0].Event.Comment, c.ID)
	}
	_, err = b.s.CommentStory(b.ctx, "b", c.ID)
	b.kind(err, models.NotFound)
}

func viewsKept(b *bundle) {
	b.site("a")
	b.site("b")
	mine := models.SavedView{ID: "v1", Site: "a", Owner: "user:z", Name: "Mine", Query: "q=x", CreatedAt: base}
	shared := models.SavedView{ID: "v2", Site: "a", Owner: "user:y", Name: "All", Query: "q=é&label=spam", Shared: true, CreatedAt: base}
	theirs := models.SavedView{ID: "v3", Site: "a", Owner: "user:y", Name: "Theirs", Query: "q=z", CreatedAt: base}
	for _, v := range []models.SavedView{mine, shared, theirs} {
		b.ok(b.s.AddView(b.ctx, v))
	}
	b.kind(b.s.AddView(b.ctx, mine), models.Conflict)
	list := func(site models.SiteID) []models.SavedView {
		all, err := b.s.ListViews(b.ctx, site, "user:z")
		b.ok(err)
		return all
	}
	mine.CreatedAt, shared.CreatedAt = trim(base), trim(base)
	if diff := cmp.Diff(list("a"), []models.SavedView{shared, mine}); diff != "" {
		b.Errorf("got - want +:\n%s", diff)
	}
	equal(b, "another site", len(list("b")), 0)
	b.kind(b.s.DeleteView(b.ctx, "a", "v2", "user:z"), models.NotFound)
	b.kind(b.s.DeleteView(b.ctx, "b", "v1", "user:z"), models.NotFound)
	b.ok(b.s.DeleteView(b.ctx, "a", "v1", "user:z"))
	equal(b, "deleted", len(list("a")), 1)
}

func queueShaped(b *bundle) {
	now := base.Add(31 * time.Hour)
	b.held("a", 1)
	old, other := b.held("a", 2), b.held("a", 3)
	b.held("b", 1)
	shape, err := b.s.QueueShape(b.ctx, "a", nil, now)
	b.ok(err)
	var total int64
	for _, age := range shape.Ages {
		total += age.Grave + age.Rest
	}
	equal(b, "open", total, 3)
	equal(b, "all of them old", shape.Ages[3].Grave+shape.Ages[3].Rest, 3)
	equal(b, "oldest", shape.Oldest.IsZero(), false)
	young, err := b.s.QueueShape(b.ctx, "a", nil, base.Add(time.Hour+time.Minute))
	b.ok(err)
	equal(b, "young", young.Ages[0].Grave+young.Ages[0].Rest, 3)
	none, err := b.s.QueueShape(b.ctx, "a", []string{"news"}, now)
	b.ok(err)
	equal(b, "in a section", none.Oldest.IsZero(), true)
	b.decide(old, models.DecideApprove, "user:z")
	b.count += 19
	b.decide(other, models.DecideReject, "user:z")
	shape, err = b.s.QueueShape(b.ctx, "a", nil, now)
	b.ok(err)
	equal(b, "seconds a decision", shape.Answered, 20)
}

func shapeEdges(b *bundle) {
	then := trim(base.Add(time.Hour))
	b.heldAs(models.Threat, 1)
	b.held("a", 2)
	b.judgeAt(then.Add(time.Microsecond), b.add(b.fresh("a", "later")), verdict(models.Hold), 1)
	b.held("b", 1)
	older, younger := models.ShapeAge{Grave: 1, Rest: 1}, models.ShapeAge{Rest: 1}
	for edge, want := range map[time.Duration][4]models.ShapeAge{
		time.Hour:      {younger, older, {}, {}},
		6 * time.Hour:  {{}, younger, older, {}},
		24 * time.Hour: {{}, {}, younger, older},
	} {
		shape, err := b.s.QueueShape(b.ctx, "a", nil, then.Add(edge))
		b.ok(err)
		b.same(edge.String(), shape, models.Shape{Ages: want, Hard: 1, Oldest: then})
	}
}

func settledWave(b *bundle) {
	kept, waits := b.judged("a", "zut", models.Allow), b.held("a", 1)
	pending, foreign := b.add(b.fresh("a", "x")), b.judged("b", "zut", models.Allow)
	w := models.WaveRequest{
		ID: models.NewID(base), Settled: true, Items: []models.CommentID{kept.ID, waits.ID, pending.ID, foreign.ID},
		DecisionRequest: models.DecisionRequest{Site: "a", Decision: models.DecideReject, By: "user:z"},
	}
	out, err := b.s.RecordWave(b.ctx, w, base.Add(3*time.Hour))
	b.ok(err)
	equal(b, "decided", len(out.Decisions), 2)
	equal(b, "left and named", len(out.Skipped) == 2 && out.Skipped[pending.ID] != "" && out.Skipped[foreign.ID] != "", true)
	equal(b, "rejected", b.get(kept).Status, models.Rejected)
	undone, err := b.s.UndoWave(b.ctx, models.UndoRequest{Decision: w.ID, Site: "a", By: "user:z"}, base.Add(4*time.Hour))
	b.ok(err)
	equal(b, "undone", len(undone.Decisions), 2)
	equal(b, "as before", string(b.get(kept).Status)+" "+string(b.get(waits).Status), "approved held")
}

func whoIsPresent(b *bundle) {
	for _, id := range []string{"u1", "u2"} {
		b.ok(b.s.AddUser(b.ctx, models.User{ID: id, Email: id + "@example.org", Role: models.RoleModerator, CreatedAt: base}, "cli"))
	}
	seen := func(hash, user string, at time.Time) {
		b.ok(b.s.AddSession(b.ctx, models.Session{
			Hash: hash, ID: hash, User: user, Stage: models.StageFull, Method: "link", CreatedAt: base, SeenAt: at, ExpiresAt: at.Add(time.Hour),
		}))
	}
	seen("h1", "u1", base)
	seen("h2", "u2", base.Add(time.Minute))
	seen("h3", "u2", base.Add(2*time.Minute))
	present, err := b.s.Present(b.ctx, base.Add(30*time.Second))
	b.ok(err)
	if len(present) != 1 || present[0].User.Email != "u2@example.org" || !present[0].SeenAt.Equal(trim(base.Add(2*time.Minute))) {
		b.Errorf("got %+v", present)
	}
}
