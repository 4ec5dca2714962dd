// Package storetest is the suite that every keeper passes, and what other
// rooms' tests need of a store: a real one in a scratch folder, one whose named
// act fails, and real servers. It is for tests alone and never shipped.
package storetest

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/sqlite"
)

// New gives an empty SQLite store that goes with the test.
func New(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "tamis.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Run runs the suite; open gives an empty store with its schema made.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, part := range [][]claim{
		commentClaims, countClaims, judgementClaims, reviewClaims, outboxClaims, adminClaims, upkeepClaims, isolationClaims,
		traceClaims, scoringClaims, libraryClaims, mailClaims, peopleClaims, deskClaims, waveClaims, triageClaims,
	} {
		for _, c := range part {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.check(&bundle{TB: t, ctx: t.Context(), s: open(t)})
			})
		}
	}
}

// claim is one promise of the contract.
type claim struct {
	name  string
	check func(b *bundle)
}

// base is the time at which the suite's story starts: not a whole second, and
// not in UTC, so that a keeper that forgets either is found.
var base = time.Date(2026, 3, 1, 12, 0, 0, 123_456_789, time.FixedZone("CET", 3600))

// bundle is what a claim is checked with.
type bundle struct {
	testing.TB
	ctx   context.Context
	s     store.Store
	count int
}

// ok ends the test when an act failed.
func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatalf("unexpected error: %v (kind %v)", err, models.KindOf(err))
	}
}

// kind checks the kind of an error.
func (b *bundle) kind(err error, want models.Kind) {
	b.Helper()
	if err == nil {
		b.Errorf("got no error, want kind %v", want)
	} else if got := models.KindOf(err); got != want {
		b.Errorf("got kind %v (%v), want %v", got, err, want)
	}
}

// faulty checks that an error is Invalid and names a field.
func (b *bundle) faulty(err error, field string) {
	b.Helper()
	b.kind(err, models.Invalid)
	if e, ok := err.(*models.Error); ok && (len(e.Fields) != 1 || e.Fields[0].Field != field) {
		b.Errorf("got fields %v, want %s", e.Fields, field)
	}
}

// equal compares two values that == compares.
func equal[T comparable](b *bundle, what string, got, want T) {
	b.Helper()
	if got != want {
		b.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// fresh makes a comment that no store knows, a second later than the one before.
func (b *bundle) fresh(site models.SiteID, text string) models.Comment {
	b.count++
	at := base.Add(time.Duration(b.count) * time.Second)
	return models.Comment{ID: models.CommentID(models.NewID(at)), Site: site, Text: text, ReceivedAt: at}
}

// add keeps a comment as pending.
func (b *bundle) add(c models.Comment) models.Comment {
	b.Helper()
	results, err := b.s.AddComments(b.ctx, []models.Comment{c})
	b.ok(err)
	b.ok(results[0].Err)
	return c
}

// get reads a comment.
func (b *bundle) get(c models.Comment) models.Comment {
	b.Helper()
	got, err := b.s.Comment(b.ctx, c.Site, c.ID)
	b.ok(err)
	return got
}

// lease leases one pending comment and gives the token.
func (b *bundle) lease(id models.CommentID) string {
	b.Helper()
	lease, err := b.s.LeaseComments(b.ctx, []models.CommentID{id}, time.Minute, base.Add(time.Hour))
	b.ok(err)
	if len(lease.Comments) != 1 {
		b.Fatalf("leased %d comments, want 1", len(lease.Comments))
	}
	return lease.Token
}

// judged adds a comment and records a judgement of it.
func (b *bundle) judged(site models.SiteID, text string, action models.Action) models.Comment {
	b.Helper()
	c := b.add(b.fresh(site, text))
	b.judge(c, verdict(action), 1)
	return b.get(c)
}

// judge records a verdict of a pending comment.
func (b *bundle) judge(c models.Comment, v models.Verdict, urgency float64) {
	b.Helper()
	b.judgeAt(base.Add(time.Hour), c, v, urgency)
}

func (b *bundle) judgeAt(at time.Time, c models.Comment, v models.Verdict, urgency float64) {
	b.Helper()
	token := b.lease(c.ID)
	c = b.get(c)
	counted, err := b.s.RecordJudgements(b.ctx, token, []models.Judgement{{
		Comment: c.ID, Site: c.Site, Revision: c.Revision, Verdict: v, Urgency: urgency, At: at,
	}})
	b.ok(err)
	if !counted[0] {
		b.Fatal("the judgement did not count")
	}
}

func verdict(action models.Action) models.Verdict {
	v := models.Verdict{
		Action: action, Scores: models.Scores{models.Toxic: 0.25, models.Spam: 0.5}, Lang: "fr",
		Weights: models.WeightsRef{Name: "tiny", Digest: "ab12"}, PolicyVersion: 3,
	}
	if action != models.Allow {
		v.Labels = []models.Label{models.Toxic, models.SevereToxic}
		v.Reasons = []models.Reason{{
			Rule: models.RuleWord, Action: action, Label: models.Toxic, Score: 0.25, Threshold: 0.125,
			Params:   map[string]string{"word": "zut", "list": "gros mots"},
			Evidence: []models.Span{{Begin: 0, End: 3, Text: "zut"}},
		}}
	}
	return v
}

// decide records a decision with no claim.
func (b *bundle) decide(c models.Comment, kind models.DecisionKind, by string) models.Decision {
	b.Helper()
	d, err := b.s.RecordDecision(b.ctx, b.decision(c, kind, by), "")
	b.ok(err)
	return d
}

// decision makes a decision, each a second after the one before.
func (b *bundle) decision(c models.Comment, kind models.DecisionKind, by string) models.Decision {
	b.count++
	at := base.Add(2*time.Hour + time.Duration(b.count)*time.Second)
	return models.Decision{
		ID: models.NewID(at), Comment: c.ID, Site: c.Site, Decision: kind, By: by, At: at, Reason: "r", Note: "n",
	}
}

// site makes a site.
func (b *bundle) site(id models.SiteID) {
	b.Helper()
	b.ok(b.s.AddSite(b.ctx, models.Site{ID: id, Name: "Site " + string(id), Locale: "fr", CreatedAt: base}, "cli"))
}

// webhook makes a webhook of a site that exists.
func (b *bundle) webhook(site models.SiteID) models.Webhook {
	b.Helper()
	b.count++
	w := models.Webhook{
		ID: fmt.Sprintf("wh-%d", b.count), Site: site, URL: "https://example.org/hook",
		Secrets: []string{"whsec_b", "whsec_a"}, CreatedAt: base,
	}
	b.ok(b.s.AddWebhook(b.ctx, w, "cli"))
	return w
}

// settle waits until the feed shows all that was announced so far: it may lag
// behind a transaction that began before and is not over. An event that comes
// last tells.
func (b *bundle) settle() {
	b.Helper()
	c := b.add(b.fresh("sentinel", "x"))
	b.ok(b.s.EraseComment(b.ctx, c.Site, c.ID, "cli", base))
	token := ""
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		page, err := b.s.Events(b.ctx, c.Site, token, 200)
		b.ok(err)
		for _, e := range page.Items {
			if e.Comment == c.ID {
				return
			}
		}
		token = page.Next
	}
	b.Fatal("the feed does not catch up")
}

// feed gives a site's events, all that were announced.
func (b *bundle) feed(site models.SiteID) []models.Event {
	b.Helper()
	b.settle()
	page, err := b.s.Events(b.ctx, site, "", 200)
	b.ok(err)
	return page.Items
}

// types lists the types of a site's events in their order.
func (b *bundle) types(site models.SiteID) []models.EventType {
	b.Helper()
	var out []models.EventType
	for _, e := range b.feed(site) {
		out = append(out, e.Type)
	}
	return out
}

// acts lists what the audit log of a site says, oldest first.
func (b *bundle) acts(site models.SiteID) []string {
	b.Helper()
	page, err := b.s.AuditEntries(b.ctx, models.AuditQuery{Site: site, Limit: 200})
	b.ok(err)
	var out []string
	for i := len(page.Items) - 1; i >= 0; i-- {
		out = append(out, page.Items[i].Actor+" "+page.Items[i].Act)
	}
	return out
}

// counters reads the counters of the day on which the story plays.
func (b *bundle) counters(site models.SiteID) map[string]int64 {
	b.Helper()
	n, err := b.s.Counters(b.ctx, site, base)
	b.ok(err)
	return n
}
