package console_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/console"
	"github.com/tamis-moderation/tamis/models"
)

// written adds a judged comment.
func (h *house) written(site models.SiteID, text string, action models.Action, insult float64, change ...func(*models.Comment)) models.Comment {
	h.t.Helper()
	c := models.Comment{ID: models.CommentID(models.NewID(h.now())), Site: site, Text: text, Author: models.Author{ID: "u1", Name: "Zoé"}, ReceivedAt: h.now()}
	for _, f := range change {
		f(&c)
	}
	h.pass(time.Second)
	added, err := h.db.AddComments(h.t.Context(), []models.Comment{c})
	if err != nil || added[0].Err != nil {
		h.t.Fatal(err, added)
	}
	lease, err := h.db.LeaseComments(h.t.Context(), []models.CommentID{c.ID}, time.Minute, h.now())
	if err != nil || len(lease.Comments) != 1 {
		h.t.Fatal(err, lease)
	}
	v := models.Verdict{Action: action, Scores: models.Scores{models.Insult: insult}, Lang: "fr", Weights: models.WeightsRef{Name: "tiny", Digest: "abcdef0123456789"}, PolicyVersion: 7}
	if action != models.Allow {
		v.Labels = []models.Label{models.Insult}
		v.Reasons = []models.Reason{{Rule: models.RuleScore, Action: action, Label: models.Insult, Score: insult, Threshold: 0.6}}
	}
	_, err = h.db.RecordJudgements(h.t.Context(), lease.Token, []models.Judgement{{Comment: c.ID, Site: site, Revision: 1, Verdict: v, Urgency: 1, At: h.now()}})
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func (h *house) status(c models.Comment) models.Status {
	h.t.Helper()
	got, err := h.db.Comment(h.t.Context(), c.Site, c.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return got.Status
}

func section(name string) func(*models.Comment) {
	return func(c *models.Comment) { c.Context.Section = name }
}

func TestSearchFindsInTheSiteAlone(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.written("blog", "Un bel été à la plage", models.Allow, 0.1)
	h.written("blog", "Quel imbécile cet été", models.Hold, 0.9)
	h.written("shop", "Un été en boutique", models.Allow, 0.1)
	b := h.as(models.RoleModerator)
	for search, want := range map[string][]string{
		"q=ETE":                      {"plage", "imbécile"},
		"q=%22bel+%C3%A9t%C3%A9%22":  {"plage"},
		"q=ete&status=held":          {"imbécile"},
		"score=insult&min=0.5":       {"imbécile"},
		"score=insult&max=0,5":       {"plage"},
		"author=zoe&label=insult":    {"imbécile"},
		"q=nothing":                  {},
		"q=%22&until=2000-01-01":     {},
		"undecided=1&q=plage":        {"plage"},
		"site=blog&since=2000-01-01": {"plage", "imbécile"},
	} {
		got := b.get("/comments?" + search)
		got.want(t, search, http.StatusOK)
		for _, word := range []string{"plage", "imbécile", "boutique"} {
			if got.has(word) != slices.Contains(want, word) {
				t.Errorf("%s: %q found %v", search, word, got.has(word))
			}
		}
	}
	b.get("/comments?site=shop&q=ete").want(t, "another site that the person sees", http.StatusOK)
	got := b.get("/comments?site=blog&since=soon&min=2&score=insult")
	got.want(t, "bad fields", http.StatusUnprocessableEntity)
	if !got.has("since") || !got.has("min") {
		t.Errorf("the faults are not told: %s", short(got.body))
	}
}

func TestSectionsBoundWhatIsFoundAndDecided(t *testing.T) {
	t.Parallel()
	h := setup(t)
	mine := h.written("blog", "tomate rouge", models.Allow, 0.2, section("news"))
	theirs := h.written("blog", "tomate verte", models.Allow, 0.2, section("sports"))
	b := h.as(models.RoleModerator, models.SiteScope{Site: "blog", Sections: []string{"news"}})
	got := b.get("/comments?q=tomate")
	if !got.has("rouge") || got.has("verte") {
		t.Errorf("got %s", short(got.body))
	}
	if got := b.get("/comments?q=tomate&section=sports"); got.has("verte") {
		t.Error("a section can be asked for that is not the person's")
	}
	b.get("/comments/"+string(theirs.ID)).want(t, "its page", http.StatusNotFound)
	b.get("/comments/"+string(mine.ID)).want(t, "one's own", http.StatusOK)
	b.post("/comments/decide", "site", "blog", "decision", "reject", "item", string(mine.ID), "item", string(theirs.ID)).want(t, "decide", http.StatusSeeOther)
	if h.status(mine) != models.Rejected || h.status(theirs) != models.Approved {
		t.Errorf("got %s and %s", h.status(mine), h.status(theirs))
	}
	b.get("/comments?site=shop").want(t, "another site", http.StatusNotFound)
}

func TestWhatIsFoundIsDecidedAndTakenBackAsOne(t *testing.T) {
	t.Parallel()
	h := setup(t)
	kept, held, foreign := h.written("blog", "un", models.Allow, 0.1), h.written("blog", "deux", models.Hold, 0.9), h.written("shop", "trois", models.Allow, 0.1)
	b := h.as(models.RoleModerator)
	got := b.post("/comments/decide", "site", "blog", "q", "un", "decision", "spam", "item", string(kept.ID), "item", string(held.ID), "item", string(foreign.ID))
	got.want(t, "decide", http.StatusSeeOther)
	if h.status(kept) != models.Rejected || h.status(held) != models.Rejected || h.status(foreign) != models.Approved {
		t.Errorf("got %s, %s, %s", h.status(kept), h.status(held), h.status(foreign))
	}
	to, err := url.Parse(got.to)
	if err != nil || to.Query().Get("q") != "un" || to.Query().Get("wave") == "" {
		t.Fatalf("leads to %q", got.to)
	}
	after := b.get(got.to)
	if !after.has("Decided: 2. Left as they were: 1") || !after.has("Take the last act back") {
		t.Errorf("it does not tell: %s", short(after.body))
	}
	b.post("/comments/undo", "site", "blog", "wave", to.Query().Get("wave")).want(t, "undo", http.StatusSeeOther)
	if h.status(kept) != models.Approved || h.status(held) != models.Held {
		t.Errorf("after the undo: %s, %s", h.status(kept), h.status(held))
	}
	if got := b.post("/comments/decide", "site", "blog", "decision", "spam"); got.status != http.StatusSeeOther {
		t.Errorf("nothing selected: %d", got.status)
	}
	b.post("/comments/decide", "site", "blog", "decision", "edit", "item", string(kept.ID)).want(t, "no edit of many", http.StatusUnprocessableEntity)
	h.as(models.RoleHelper).post("/comments/decide", "site", "blog", "decision", "spam", "item", string(kept.ID)).want(t, "a helper", http.StatusForbidden)
}

func TestAFormulaInACommentIsNoFormulaInAFile(t *testing.T) {
	t.Parallel()
	h := setup(t)
	for _, text := range []string{"=HYPERLINK(\"http://evil.example\")", "+1 d'accord", "-2", "@SUM(A1)", "\t=1", "normal, avec \"guillemets\"\net ligne"} {
		h.written("blog", text, models.Allow, 0.25)
	}
	h.written("shop", "ailleurs", models.Allow, 0.1)
	got := h.as(models.RoleManager).get("/comments/export?q=&site=blog")
	got.want(t, "export", http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	if err != nil || len(rows) != 7 {
		t.Fatalf("%v: %d rows", err, len(rows))
	}
	text := slices.Index(rows[0], "text")
	for _, row := range rows[1:] {
		if cell := row[text]; strings.ContainsAny(cell[:1], "=+-@\t") {
			t.Errorf("%q runs", cell)
		}
		if strings.Contains(strings.Join(row, " "), "ailleurs") {
			t.Error("another site's comment is in the file")
		}
	}
	if score := rows[1][slices.Index(rows[0], "insult")]; score != "0.2500" {
		t.Errorf("score %q", score)
	}
	h.as(models.RoleModerator).get("/comments/export").want(t, "a moderator", http.StatusForbidden)
}

func TestACommentsPageIsItsWholeStory(t *testing.T) {
	t.Parallel()
	h := setup(t)
	c := h.written("blog", "Quel <b>imbécile</b>", models.Hold, 0.9)
	ctx := t.Context()
	d := models.Decision{ID: models.NewID(h.now()), Comment: c.ID, Site: "blog", Decision: models.DecideReject, By: "user:anne@example.org", At: h.now(), Note: "déjà prévenu"}
	if _, err := h.db.RecordDecision(ctx, d, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := h.db.UndoDecision(ctx, models.UndoRequest{Decision: d.ID, Site: "blog", By: "user:paul@example.org"}, h.now()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.db.AddReport(ctx, models.Report{Comment: c.ID, Site: "blog", Reason: "méchant", At: h.now()}, 0, 0); err != nil {
		t.Fatal(err)
	}
	b := h.as(models.RoleModerator)
	got := b.get("/comments/" + string(c.ID))
	got.want(t, "its page", http.StatusOK)
	for _, words := range []string{
		"It arrived", "The machine held it", "anne@example.org", "déjà prévenu", "That was taken back", "paul@example.org",
		"A reader flagged it", "méchant", "tiny", "abcdef012345", "insult", "0.90", "&lt;b&gt;",
	} {
		if !got.has(words) {
			t.Errorf("it does not say %q", words)
		}
	}
	b.get("/comments/"+models.NewID(h.now())).want(t, "none", http.StatusNotFound)
	b.get("/comments/x").want(t, "no id", http.StatusNotFound)
	foreign := h.written("shop", "x", models.Allow, 0.1)
	b.get("/comments/"+string(foreign.ID)+"?site=blog").want(t, "another site's", http.StatusNotFound)
}

func TestARangeOfScoresIsDecidedOnceSomebodyIsSure(t *testing.T) {
	t.Parallel()
	h := setup(t)
	low, high, done := h.written("blog", "bas", models.Allow, 0.1), h.written("blog", "haut", models.Hold, 0.75), h.written("blog", "fait", models.Hold, 0.76)
	d := models.Decision{ID: models.NewID(h.now()), Comment: done.ID, Site: "blog", Decision: models.DecideApprove, By: "user:z", At: h.now()}
	if _, err := h.db.RecordDecision(t.Context(), d, ""); err != nil {
		t.Fatal(err)
	}
	b := h.as(models.RoleModerator)
	got := b.get("/scores?score=insult&min=0.7&max=0.8")
	got.want(t, "the range", http.StatusOK)
	if !got.has("3 comments by score") || !got.has("haut") || !got.has("fait") || got.has("bas<") || !got.has("A decision here reaches 1 comments") {
		t.Errorf("got %s", got.body)
	}
	fields := []string{"site", "blog", "score", "insult", "min", "0.7", "max", "0.8", "decision", "reject"}
	b.post("/scores/decide", fields...).want(t, "not sure", http.StatusSeeOther)
	b.post("/scores/decide", append(fields, "sure", "1", "count", "2")...).want(t, "another number", http.StatusSeeOther)
	if h.status(high) != models.Held {
		t.Fatal("decided without a yes to the number")
	}
	sure := b.post("/scores/decide", append(fields, "sure", "1", "count", "1")...)
	sure.want(t, "sure", http.StatusSeeOther)
	if h.status(high) != models.Rejected || h.status(low) != models.Approved || h.status(done) != models.Approved {
		t.Errorf("got %s, %s, %s", h.status(high), h.status(low), h.status(done))
	}
	to, err := url.Parse(sure.to)
	if err != nil {
		t.Fatal(err)
	}
	undone := b.post("/comments/undo", "site", "blog", "back", "/scores?score=insult", "wave", to.Query().Get("wave"))
	undone.want(t, "undo", http.StatusSeeOther, "/scores?score=insult")
	if h.status(high) != models.Held {
		t.Errorf("after the undo: %s", h.status(high))
	}
	b.get("/scores").want(t, "no label", http.StatusOK)
	b.get("/scores?score=rude").want(t, "no such label", http.StatusOK)
	b.get("/scores?score=insult&min=9").want(t, "no such score", http.StatusUnprocessableEntity)
}

func TestTheOverviewTellsWhatWaitsAndWhatIsBroken(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleModerator)
	if got := b.get("/overview"); !got.has("Nothing waits") || got.has("Something needs the operator") {
		t.Errorf("an empty house: %s", short(got.body))
	}
	for range 3 {
		h.written("blog", "x", models.Hold, 0.9)
	}
	h.pass(2 * time.Hour)
	got := b.get("/overview")
	for _, words := range []string{"3 to see", "about 2 minutes", "2 h", "1 to 6 h", "Received", "<svg"} {
		if !got.has(words) {
			t.Errorf("it does not say %q", words)
		}
	}
	sick := setup(t, func(d *console.Deps) {
		d.Health = func(context.Context) ([]string, bool) { return []string{"the weights are not loaded"}, false }
	})
	if got := sick.as(models.RoleModerator).get("/overview"); !got.has("the weights are not loaded") {
		t.Error("what is broken is not in sight")
	}
}

func TestViewsAreSavedAndOnesOwn(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleModerator)
	b.post("/comments/views", "site", "blog", "q", "été", "label", "insult", "name", "Insultes d'été", "shared", "1").want(t, "save", http.StatusSeeOther)
	b.post("/comments/views", "site", "blog", "q", "x", "name", "À moi").want(t, "save", http.StatusSeeOther)
	b.post("/comments/views", "site", "blog", "q", "x", "name", " ").want(t, "no name", http.StatusUnprocessableEntity)
	if got := b.get("/comments"); !got.has("Insultes d&#39;été") || !got.has("label=insult") || !got.has("À moi") {
		t.Errorf("got %s", short(got.body))
	}
	other := h.as(models.RoleManager)
	if got := other.get("/comments"); !got.has("Insultes d&#39;été") || got.has("À moi") {
		t.Errorf("a colleague sees %s", short(got.body))
	}
	views, err := h.db.ListViews(t.Context(), "blog", "user:moderator@example.org")
	if err != nil || len(views) != 2 {
		t.Fatal(views, err)
	}
	for _, v := range views {
		other.post("/comments/views/"+v.ID+"/delete", "site", "blog").want(t, "another's", http.StatusNotFound)
		b.post("/comments/views/"+v.ID+"/delete", "site", "blog").want(t, "one's own", http.StatusSeeOther)
	}
}
