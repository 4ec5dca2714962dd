package v1_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/api/compat/akismet"
	"github.com/tamis-moderation/tamis/api/compat/assistant"
	"github.com/tamis-moderation/tamis/api/compat/coral"
	"github.com/tamis-moderation/tamis/api/compat/openai"
	"github.com/tamis-moderation/tamis/api/compat/perspective"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/models"
)

// The clock and the names that every test speaks of.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const (
	site      = models.SiteID("blog.example")
	commentID = models.CommentID("0190a000-0000-7000-8000-000000000001")
	otherID   = models.CommentID("0190a000-0000-7000-8000-000000000002")
	decision  = "0190a000-0000-7000-8000-00000000000d"
)

// house is everything behind the door, each act a function that a test may
// replace.
type house struct {
	submit      func(context.Context, models.Comment) (models.Submitted, error)
	submitBatch func(context.Context, []models.Comment) ([]models.Submitted, error)
	await       func(context.Context, models.SiteID, models.CommentID) (models.Comment, error)
	assess      func(context.Context, models.Comment) (models.Verdict, error)
	explain     func(context.Context, models.Comment, models.Verdict) (models.Verdict, error)
	comment     func(context.Context, models.SiteID, models.CommentID) (models.Comment, error)
	comments    func(context.Context, models.CommentQuery) (models.Page[models.Comment], error)
	edit        func(context.Context, models.SiteID, models.CommentID, models.CommentEdit) (models.Comment, error)
	report      func(context.Context, models.Report) (int, error)
	claim       func(context.Context, models.ClaimRequest) (models.ClaimedItems, error)
	release     func(context.Context, models.SiteID, string) error
	decide      func(context.Context, models.DecisionRequest) (models.Decision, error)
	undo        func(context.Context, models.UndoRequest) (models.Decision, error)
	setPolicy   func(context.Context, models.SiteID, []byte, int64, string) (models.Policy, error)
	createKey   func(context.Context, models.Key, string) (string, models.Key, error)
	replay      func(context.Context, models.SiteID, string, string, time.Time) (int, error)
	update      func(context.Context, models.SiteID, string, *string, *bool, string) (models.Webhook, error)
	begin       func(context.Context, models.IdempotentRequest) (*models.SavedResponse, error)
	end         func(context.Context, models.IdempotentRequest, *models.SavedResponse) error
	state       api.State
	locale      string
	rate        float64
	log         io.Writer
}

// newHouse is a house in which all goes well.
func newHouse() *house {
	return &house{
		submit: func(_ context.Context, c models.Comment) (models.Submitted, error) {
			if c.ID == "" {
				c.ID = commentID
			}
			return models.Submitted{ID: c.ID, Status: models.Pending}, nil
		},
		submitBatch: func(_ context.Context, cs []models.Comment) ([]models.Submitted, error) {
			done := make([]models.Submitted, len(cs))
			for i := range cs {
				done[i] = models.Submitted{ID: commentID, Status: models.Pending}
			}
			return done, nil
		},
		await: func(_ context.Context, _ models.SiteID, id models.CommentID) (models.Comment, error) {
			return heldComment(id), nil
		},
		assess: func(context.Context, models.Comment) (models.Verdict, error) { return holdVerdict(), nil },
		explain: func(_ context.Context, _ models.Comment, v models.Verdict) (models.Verdict, error) {
			without := 0.31
			v.Reasons[0].Evidence = []models.Span{{Begin: 0, End: 4, Text: "Quel", Without: &without}, {Begin: 5, End: 13, Text: "imbécile"}}
			v.Edit = &models.Edit{Spans: []models.Span{{Begin: 5, End: 13, Text: "imbécile"}}, Action: models.Allow}
			return v, nil
		},
		comment: func(_ context.Context, s models.SiteID, id models.CommentID) (models.Comment, error) {
			if s != site || id != commentID {
				return models.Comment{}, models.Errorf(models.NotFound, "there is no comment of this id")
			}
			return heldComment(id), nil
		},
		comments: func(context.Context, models.CommentQuery) (models.Page[models.Comment], error) {
			return models.Page[models.Comment]{Items: []models.Comment{heldComment(commentID), pendingComment(otherID)}, Next: "abc"}, nil
		},
		edit: func(_ context.Context, _ models.SiteID, id models.CommentID, e models.CommentEdit) (models.Comment, error) {
			c := pendingComment(id)
			c.Text, c.Lang, c.Edited, c.Revision = e.Text, e.Lang, true, 2
			return c, nil
		},
		report:  func(context.Context, models.Report) (int, error) { return 2, nil },
		release: func(context.Context, models.SiteID, string) error { return nil },
		claim: func(_ context.Context, c models.ClaimRequest) (models.ClaimedItems, error) {
			claim := models.Claim{Token: "t0ken", By: c.By, Until: noon.Add(10 * time.Minute)}
			return models.ClaimedItems{Claim: claim, Items: []models.ReviewItem{item(&claim)}}, nil
		},
		decide: func(_ context.Context, r models.DecisionRequest) (models.Decision, error) {
			return models.Decision{
				ID: decision, Comment: r.Comment, Site: r.Site, Decision: r.Decision, By: r.By, At: noon, Reason: r.Reason, Note: r.Note,
				Reminder: r.Reminder, Cuts: r.Cuts, Queue: r.Queue, Assignee: r.Assignee,
			}, nil
		},
		undo: func(_ context.Context, u models.UndoRequest) (models.Decision, error) {
			return models.Decision{ID: u.Decision, Comment: commentID, Site: u.Site, Decision: models.DecideReject, By: u.By, At: noon, UndoneAt: noon}, nil
		},
		setPolicy: func(_ context.Context, s models.SiteID, _ []byte, _ int64, by string) (models.Policy, error) {
			return models.Policy{Site: s, Version: 4, Ruleset: ruleset(), By: by, At: noon}, nil
		},
		createKey: func(_ context.Context, k models.Key, _ string) (string, models.Key, error) {
			k.ID, k.Last4, k.CreatedAt = "k9", "wxyz", noon
			return "tam_shownonce", k, nil
		},
		replay: func(context.Context, models.SiteID, string, string, time.Time) (int, error) { return 3, nil },
		update: func(_ context.Context, _ models.SiteID, id string, url *string, enabled *bool, _ string) (models.Webhook, error) {
			w := hook(id)
			if url != nil {
				w.URL = *url
			}
			if enabled != nil && !*enabled {
				w.DisabledAt, w.DisabledCause = noon, "by hand"
			}
			return w, nil
		},
		begin:  func(context.Context, models.IdempotentRequest) (*models.SavedResponse, error) { return nil, nil },
		end:    func(context.Context, models.IdempotentRequest, *models.SavedResponse) error { return nil },
		state:  api.State{Status: api.OK},
		locale: "fr",
		log:    io.Discard,
	}
}

func ruleset() models.Ruleset {
	return models.Ruleset{
		Labels:  map[models.Label]models.Thresholds{models.Toxic: {Hold: 0.6, Reject: 0.97}},
		Words:   []models.WordList{{Name: "pills", Action: "reject", Words: []string{"viagra"}}},
		Reports: models.ReportRule{HoldAt: 3},
	}
}

func holdVerdict() models.Verdict {
	return models.Verdict{
		Action: models.Hold, Scores: models.Scores{models.Toxic: 0.81, models.Insult: 0.91}, Labels: []models.Label{models.Insult},
		Reasons: []models.Reason{
			{Rule: models.RuleScore, Action: models.Hold, Label: models.Insult, Score: 0.91, Threshold: 0.6, Evidence: []models.Span{{Begin: 5, End: 13, Text: "imbécile"}}},
			{Rule: models.RuleWord, Action: models.Reject, Shadow: true, Params: map[string]string{"list": "essai", "word": "marc"}},
		},
		Lang: "fr", Weights: models.WeightsRef{Name: "seed", Digest: "abc123"}, PolicyVersion: 3,
	}
}

func pendingComment(id models.CommentID) models.Comment {
	return models.Comment{ID: id, Site: site, Text: "Quel imbécile, ce Marc !", ReceivedAt: noon, Status: models.Pending, Revision: 1}
}

func heldComment(id models.CommentID) models.Comment {
	c := pendingComment(id)
	v := holdVerdict()
	c.ExternalID, c.Lang, c.Status, c.JudgedAt, c.Verdict, c.Revision = "a1", "fr", models.Held, noon.Add(time.Second), &v, 2
	c.Author = models.Author{ID: "u7", Name: "Élodie <R.>", Email: "e@example.com"}
	c.Context = models.Context{URL: "https://blog.example/lyon", Title: "Lyon"}
	c.Metadata = []byte(`{"page":12345678901234567890}`)
	return c
}

func item(c *models.Claim) models.ReviewItem {
	return models.ReviewItem{Comment: heldComment(commentID), Urgency: 1.5, FiledAt: noon, Claim: c}
}

func hook(id string) models.Webhook {
	return models.Webhook{ID: id, Site: site, URL: "https://blog.example/hook", Secrets: []string{"whsec_shownonce"}, CreatedAt: noon}
}

func event() models.Event {
	return models.Event{ID: "e1", Type: models.CommentJudged, At: noon, Site: site, Comment: commentID, Status: models.Held, Labels: []models.Label{models.Insult}, Revision: 2}
}

// The house plays each role in turn.
type (
	moderatorRole struct{ h *house }
	explainerRole struct{ h *house }
	commentsRole  struct{ h *house }
	deskRole      struct{ h *house }
	policiesRole  struct{ h *house }
	hooksRole     struct{ h *house }
	keyringRole   struct{ h *house }
	restRole      struct{ h *house } // sites, feed, idempotency and health
)

func (r moderatorRole) Submit(ctx context.Context, c models.Comment) (models.Submitted, error) {
	return r.h.submit(ctx, c)
}

func (r moderatorRole) SubmitBatch(ctx context.Context, cs []models.Comment) ([]models.Submitted, error) {
	return r.h.submitBatch(ctx, cs)
}

func (r moderatorRole) Await(ctx context.Context, s models.SiteID, id models.CommentID) (models.Comment, error) {
	return r.h.await(ctx, s, id)
}

func (r moderatorRole) Assess(ctx context.Context, c models.Comment) (models.Verdict, error) {
	return r.h.assess(ctx, c)
}

func (r explainerRole) Explain(ctx context.Context, c models.Comment, v models.Verdict) (models.Verdict, error) {
	return r.h.explain(ctx, c, v)
}

func (r commentsRole) Comment(ctx context.Context, s models.SiteID, id models.CommentID) (models.Comment, error) {
	return r.h.comment(ctx, s, id)
}

func (r commentsRole) Comments(ctx context.Context, q models.CommentQuery) (models.Page[models.Comment], error) {
	return r.h.comments(ctx, q)
}

func (r commentsRole) Edit(ctx context.Context, s models.SiteID, id models.CommentID, e models.CommentEdit) (models.Comment, error) {
	return r.h.edit(ctx, s, id, e)
}

func (r commentsRole) Erase(ctx context.Context, s models.SiteID, id models.CommentID, _ string) error {
	_, err := r.h.comment(ctx, s, id)
	return err
}

func (r commentsRole) Report(ctx context.Context, rep models.Report) (int, error) {
	return r.h.report(ctx, rep)
}

func (r deskRole) Items(context.Context, models.ReviewQuery) (models.Page[models.ReviewItem], error) {
	mine := &models.Claim{Token: "mine", By: "key:all", Until: noon}
	others := &models.Claim{Token: "secret", By: "user:anne@example.com", Until: noon}
	return models.Page[models.ReviewItem]{Items: []models.ReviewItem{item(nil), item(mine), item(others)}}, nil
}

func (r deskRole) Claim(ctx context.Context, c models.ClaimRequest) (models.ClaimedItems, error) {
	return r.h.claim(ctx, c)
}

func (r deskRole) Release(ctx context.Context, s models.SiteID, token string) error {
	return r.h.release(ctx, s, token)
}

func (r deskRole) Decide(ctx context.Context, d models.DecisionRequest) (models.Decision, error) {
	return r.h.decide(ctx, d)
}

func (r deskRole) Undo(ctx context.Context, u models.UndoRequest) (models.Decision, error) {
	return r.h.undo(ctx, u)
}

func (r policiesRole) Policy(context.Context, models.SiteID) (models.Policy, error) {
	return models.Policy{Site: site, Ruleset: ruleset()}, nil
}

func (r policiesRole) SetPolicy(ctx context.Context, s models.SiteID, raw []byte, base int64, by string) (models.Policy, error) {
	return r.h.setPolicy(ctx, s, raw, base, by)
}

func (r policiesRole) History(_ context.Context, s models.SiteID) ([]models.Policy, error) {
	return []models.Policy{{Site: s, Version: 1, Ruleset: ruleset(), By: "user:anne@example.com", At: noon}}, nil
}

func (r policiesRole) PolicyVersion(_ context.Context, s models.SiteID, version int64) (models.Policy, error) {
	if version != 1 {
		return models.Policy{}, models.Errorf(models.NotFound, "no version %d", version)
	}
	return models.Policy{Site: s, Version: 1, Ruleset: ruleset(), By: "user:anne@example.com", At: noon}, nil
}

func (r policiesRole) Restore(ctx context.Context, s models.SiteID, version int64, by string) (models.Policy, error) {
	was, err := r.PolicyVersion(ctx, s, version)
	was.Version, was.By = 4, by
	return was, err
}

func (r hooksRole) Webhooks(context.Context, models.SiteID) ([]models.Webhook, error) {
	failing := hook("h2")
	failing.FailingSince = noon
	return []models.Webhook{hook("h1"), failing}, nil
}

func (r hooksRole) AddWebhook(_ context.Context, _ models.SiteID, url, _ string) (models.Webhook, error) {
	w := hook("h3")
	w.URL = url
	return w, nil
}

func (r hooksRole) UpdateWebhook(ctx context.Context, s models.SiteID, id string, url *string, enabled *bool, by string) (models.Webhook, error) {
	return r.h.update(ctx, s, id, url, enabled, by)
}

func (r hooksRole) DeleteWebhook(context.Context, models.SiteID, string, string) error { return nil }

func (r hooksRole) RotateSecret(_ context.Context, _ models.SiteID, id, _ string) (models.Webhook, error) {
	return hook(id), nil
}

func (r hooksRole) TestWebhook(context.Context, models.SiteID, string, string) error { return nil }

func (r hooksRole) Deliveries(_ context.Context, _ models.SiteID, id, _ string, _ int) (models.Page[models.Delivery], error) {
	test := models.Event{ID: "e0", Type: models.WebhookTest, At: noon, Site: site}
	return models.Page[models.Delivery]{Items: []models.Delivery{
		{ID: "d2", Webhook: id, Event: event(), State: models.DeliveryDue, Attempts: 1, NextAt: noon.Add(time.Minute), LastError: "timed out"},
		{ID: "d1", Webhook: id, Event: test, State: models.DeliveryDone, Attempts: 1, LastStatus: 204, DoneAt: noon},
	}}, nil
}

func (r hooksRole) Replay(ctx context.Context, s models.SiteID, id, delivery string, since time.Time) (int, error) {
	return r.h.replay(ctx, s, id, delivery, since)
}

// Authenticate knows a key for each scope, one for all, and one for none.
func (r keyringRole) Authenticate(_ context.Context, presented string) (models.Key, error) {
	name, ok := strings.CutPrefix(presented, "tam_")
	k := models.Key{ID: name, Site: site, Last4: "abcd", CreatedAt: noon}
	switch {
	case ok && name == "all":
		k.Scopes = models.Scopes()
	case ok && name == "none":
	case ok && name == "away":
		return models.Key{}, models.Wrap(models.Unavailable, io.ErrUnexpectedEOF, "the database is away")
	case ok && models.Key{Scopes: models.Scopes()}.Has(models.Scope(name)):
		k.Scopes = []models.Scope{models.Scope(name)}
	default:
		return models.Key{}, models.Errorf(models.Unauthorized, "this key is not valid")
	}
	return k, nil
}

func (r keyringRole) Keys(ctx context.Context, _ models.SiteID) ([]models.Key, error) {
	k, err := r.Authenticate(ctx, "tam_all")
	return []models.Key{k}, err
}

func (r keyringRole) CreateKey(ctx context.Context, k models.Key, by string) (string, models.Key, error) {
	return r.h.createKey(ctx, k, by)
}

func (r keyringRole) RevokeKey(context.Context, models.SiteID, string, string) error { return nil }

func (r restRole) Site(_ context.Context, id models.SiteID) (models.Site, error) {
	return models.Site{ID: id, Name: "Le blog", Locale: r.h.locale, CreatedAt: noon}, nil
}

func (r restRole) Change(_ context.Context, s models.Site, _ string) (models.Site, error) {
	return s, nil
}

func (r restRole) Events(context.Context, models.SiteID, string, int) (models.Page[models.Event], error) {
	return models.Page[models.Event]{Items: []models.Event{event()}, Next: "xyz"}, nil
}

func (r restRole) Begin(ctx context.Context, q models.IdempotentRequest) (*models.SavedResponse, error) {
	return r.h.begin(ctx, q)
}

func (r restRole) End(ctx context.Context, q models.IdempotentRequest, s *models.SavedResponse) error {
	return r.h.end(ctx, q, s)
}

func (r restRole) Ready(context.Context) api.State { return r.h.state }

// wires are mounted so that their routes are seen beside ours; their own tests
// call them.
func wires() []compat.Wire {
	return []compat.Wire{&perspective.API{}, &akismet.API{}, &openai.API{}, &coral.API{}, &assistant.API{}}
}

// handler builds the door of h.
func (h *house) handler(t testing.TB) http.Handler {
	t.Helper()
	handler, err := api.New(api.Deps{
		V1: v1.API{
			Moderator: moderatorRole{h}, Explainer: explainerRole{h}, Comments: commentsRole{h}, Desk: deskRole{h}, Hands: handsRole{h}, Waves: wavesRole{h}, Triage: triageRole{h}, Library: libraryRole{h},
			Policies: policiesRole{h}, Books: booksRole{}, Logbook: logRole{}, Schema: []byte(`{"type":"object"}`), Hooks: hooksRole{h}, HookActs: hooksRole{h},
			Keyring: keyringRole{h}, Sites: restRole{h}, SiteActs: restRole{h}, People: peopleRole{}, Doors: peopleRole{}, Finds: findsRole{}, PolicyVersions: policiesRole{h}, Feed: restRole{h}, Idempotency: restRole{h},
		},
		Wires:  wires(),
		Health: restRole{h}, Rate: h.rate, Now: func() time.Time { return noon },
		Log: slog.New(slog.NewJSONHandler(h.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// call is one request; the key of all scopes comes with it unless headers say
// otherwise.
type call struct {
	method, path, body string
	header             map[string]string
}

func (c call) request() *http.Request {
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	r := httptest.NewRequest(c.method, c.path, body)
	r.Header.Set("Authorization", "Bearer tam_all")
	r.Header.Set("X-Request-Id", "test")
	for name, value := range c.header {
		if value == "" {
			r.Header.Del(name)
			continue
		}
		r.Header.Set(name, value)
	}
	return r
}

// do sends c to h.
func (h *house) do(t testing.TB, c call) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.handler(t).ServeHTTP(w, c.request())
	return w
}

type booksRole struct{}

func (booksRole) Book(_ context.Context, site models.SiteID) (models.SiteBook, error) {
	return models.SiteBook{Site: site, Book: models.Book{
		Charter: []models.Sentence{{ID: "ideas", Text: models.Words{FR: "Attaquez les idées.", EN: "Argue with ideas."}, Labels: []models.Label{models.Insult}}},
	}}, nil
}

func (booksRole) SetBook(_ context.Context, site models.SiteID, book models.Book, base int64, by string) (models.SiteBook, error) {
	if base == 2 {
		return models.SiteBook{}, models.Errorf(models.Conflict, "the book is at version 3, not 2")
	}
	if err := book.Validate(); err != nil {
		return models.SiteBook{}, err
	}
	return models.SiteBook{Site: site, Version: 4, Book: book, By: by, At: noon}, nil
}

type logRole struct{}

func (logRole) Entries(_ context.Context, q models.AuditQuery) (models.Page[models.AuditEntry], error) {
	return models.Page[models.AuditEntry]{Next: "more", Items: []models.AuditEntry{
		{ID: "01890a5d-ac96-774b-bcce-b302099a8057", Site: q.Site, At: q.Since, Actor: q.Actor, Act: q.Act + "revoked", Subject: q.Subject},
	}}, nil
}
