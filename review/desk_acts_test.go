package review_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/review"
)

func (b *bundle) request(i int, kind models.DecisionKind) models.DecisionRequest {
	return models.DecisionRequest{Comment: b.held[i], Site: "blog", Decision: kind, By: "user:anne"}
}

func TestTheStackGoesBackStepByStepAndAWaveIsOneStep(t *testing.T) {
	t.Parallel()
	b := setup(t, 4)
	ctx := t.Context()
	step := func() { b.at = b.at.Add(time.Second) }
	if _, err := b.Decide(ctx, b.request(0, models.DecideReject)); err != nil {
		t.Fatal(err)
	}
	step()
	w := models.WaveRequest{Items: b.held[1:3], DecisionRequest: b.request(0, models.DecideSpam)}
	if out, err := b.DecideWave(ctx, w); err != nil || len(out.Decisions) != 2 {
		t.Fatalf("got %+v, %v", out, err)
	}
	step()
	if _, err := b.Decide(ctx, b.request(3, models.DecideApprove)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 2, 1} {
		step()
		if out, err := b.UndoLast(ctx, "blog", "user:anne"); err != nil || len(out.Decisions) != want {
			t.Errorf("took back %d, %v, want %d", len(out.Decisions), err, want)
		}
	}
	if _, err := b.UndoLast(ctx, "blog", "user:anne"); models.KindOf(err) != models.NotFound {
		t.Errorf("with nothing left: %v, want NotFound", err)
	}
	if q, err := b.Queue(ctx, models.QueueQuery{Site: "blog", By: "user:anne", Limit: 9}); err != nil || q.Waiting != 4 {
		t.Errorf("waiting %d, %v, want all four", q.Waiting, err)
	}
}

func TestAnEditPublishesWhatIsLeft(t *testing.T) {
	t.Parallel()
	b := setup(t, 1)
	text := "Bande d’imbéciles 😀, mais le fond est juste."
	c := models.Comment{ID: models.CommentID(models.NewID(b.at)), Site: "blog", Text: text, ReceivedAt: b.at}
	if _, err := b.db.AddComments(t.Context(), []models.Comment{c}); err != nil {
		t.Fatal(err)
	}
	lease, err := b.db.LeaseComments(t.Context(), []models.CommentID{c.ID}, time.Minute, b.at)
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.db.RecordJudgements(t.Context(), lease.Token, []models.Judgement{{
		Comment: c.ID, Site: "blog", Revision: 1, At: b.at, Verdict: models.Verdict{Action: models.Hold},
	}})
	if err != nil {
		t.Fatal(err)
	}
	r := models.DecisionRequest{Comment: c.ID, Site: "blog", Decision: models.DecideEdit, By: "user:anne", Cuts: []models.Cut{{Begin: 0, End: 17}}}
	if _, err := b.Decide(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	got, err := b.db.Comment(t.Context(), "blog", c.ID)
	if err != nil || got.Status != models.Approved || got.Text != text {
		t.Fatalf("got %+v, %v", got, err)
	}
	if want := "[…] 😀, mais le fond est juste."; got.Published() != want {
		t.Errorf("published %q, want %q", got.Published(), want)
	}
}

func TestWhatADecisionMayNotSay(t *testing.T) {
	t.Parallel()
	b := setup(t, 1) // its text is "hm"
	cut := func(cuts ...models.Cut) models.DecisionRequest {
		r := b.request(0, models.DecideEdit)
		r.Cuts = cuts
		return r
	}
	approveWithCuts := cut(models.Cut{Begin: 0, End: 1})
	approveWithCuts.Decision = models.DecideApprove
	toNobody := b.request(0, models.DecideReject)
	toNobody.Queue = "legal"
	toMyself := b.request(0, models.DecideEscalate)
	toMyself.Assignee = "user:anne"
	long := b.request(0, models.DecideReject)
	long.Message = strings.Repeat("x", 2001)
	for name, r := range map[string]models.DecisionRequest{
		"an edit without cuts": cut(), "a cut beyond the text": cut(models.Cut{Begin: 0, End: 3}), "a cut backwards": cut(models.Cut{Begin: 1, End: 1}),
		"a cut of everything": cut(models.Cut{Begin: 0, End: 2}), "cuts of an approval": approveWithCuts,
		"a queue without escalation": toNobody, "an escalation to oneself": toMyself, "a message of a novel": long,
	} {
		if _, err := b.Decide(t.Context(), r); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
	for name, w := range map[string]models.WaveRequest{
		"no items":          {DecisionRequest: b.request(0, models.DecideReject)},
		"an edit of many":   {Items: b.held, DecisionRequest: cut(models.Cut{Begin: 0, End: 1})},
		"no such decision":  {Items: b.held, DecisionRequest: b.request(0, "burn")},
		"more than one act": {Items: make([]models.CommentID, models.MaxWave+1), DecisionRequest: b.request(0, models.DecideReject)},
	} {
		if _, err := b.DecideWave(t.Context(), w); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v, want Invalid", name, err)
		}
	}
}

func TestTriageFollowsTheRulesWhereNobodySaysOtherwise(t *testing.T) {
	t.Parallel()
	b := setup(t, 1)
	b.QueueOf = func(_ context.Context, site models.SiteID, kind models.TriageKind) (string, error) {
		return string(site) + " " + string(kind), nil
	}
	set := func(r models.TriageRequest) *models.Triage {
		t.Helper()
		r.Comment, r.Site, r.By = b.held[0], "blog", "user:anne"
		got, err := b.SetTriage(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := set(models.TriageRequest{Kind: models.TriageQuestion})
	if first.Queue != "blog question" || !first.DueAt.Equal(b.at.Add(24*time.Hour)) {
		t.Errorf("got %+v", first)
	}
	b.at = b.at.Add(time.Hour)
	if again := set(models.TriageRequest{Kind: models.TriageQuestion, Queue: "sav", Owner: "user:bob"}); !again.DueAt.Equal(first.DueAt) || again.Queue != "sav" {
		t.Errorf("said again: %+v", again)
	}
	if answered := set(models.TriageRequest{Kind: models.TriageQuestion, Answered: true}); answered.AnsweredBy != "user:anne" || !answered.AnsweredAt.Equal(b.at) {
		t.Errorf("answered: %+v", answered)
	}
	if thanks := set(models.TriageRequest{Kind: models.TriageThanks}); !thanks.DueAt.IsZero() || !thanks.AnsweredAt.IsZero() {
		t.Errorf("thanks: %+v", thanks)
	}
	if none := set(models.TriageRequest{Kind: models.TriagePress, NoAnswer: true}); !none.DueAt.IsZero() {
		t.Errorf("no answer needed: %+v", none)
	}
	if gone := set(models.TriageRequest{}); gone != nil {
		t.Errorf("taken away: %+v", gone)
	}
	if _, err := b.SetTriage(t.Context(), models.TriageRequest{Comment: b.held[0], Site: "blog", Kind: "rumour"}); models.KindOf(err) != models.Invalid {
		t.Errorf("of no kind: %v, want Invalid", err)
	}
}

func TestSuggestionsReadBothLanguages(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]models.TriageKind{
		"Quand est-ce que la boutique de Nantes rouvre ?": models.TriageQuestion,
		"What exactly is this job? thanks":                models.TriageQuestion,
		"Le formulaire ne marche plus, erreur 500":        models.TriageBug,
		"The page crashes on my phone":                    models.TriageBug,
		"Personne ne répond au SAV depuis lundi":          models.TriageComplaint,
		"Je suis journaliste au Progrès, qui appeler ?":   models.TriagePress,
		"j'ai toujours eu du mal à comprendre, merci":     models.TriageThanks,
		"Une idée stupide, et voici pourquoi.":            "",
	} {
		if got := review.Suggest(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestAroundRanksPrecedentsByTheirScores(t *testing.T) {
	t.Parallel()
	b := setup(t, 0)
	var ids []models.CommentID
	for _, score := range []float64{0.9, 0.6, 0.88} {
		ids = append(ids, b.judged(t, models.Verdict{
			Action: models.Hold, Labels: []models.Label{models.Insult}, Scores: models.Scores{models.Insult: score},
		}))
	}
	for _, id := range ids[1:] {
		if _, err := b.Decide(t.Context(), models.DecisionRequest{Comment: id, Site: "blog", Decision: models.DecideReject, By: "user:anne"}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := b.db.Comment(t.Context(), "blog", ids[0])
	if err != nil {
		t.Fatal(err)
	}
	around, err := b.Around(t.Context(), c)
	if err != nil || len(around.Precedents) != 2 || around.Precedents[0].ID != ids[2] || around.Precedents[0].SameWords {
		t.Errorf("got %+v, %v", around.Precedents, err)
	}
}

func (b *bundle) judged(t *testing.T, v models.Verdict) models.CommentID {
	t.Helper()
	id := models.CommentID(models.NewID(b.at))
	if _, err := b.db.AddComments(t.Context(), []models.Comment{{ID: id, Site: "blog", Text: "hm " + string(id), ReceivedAt: b.at}}); err != nil {
		t.Fatal(err)
	}
	lease, err := b.db.LeaseComments(t.Context(), []models.CommentID{id}, time.Minute, b.at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.db.RecordJudgements(t.Context(), lease.Token, []models.Judgement{{Comment: id, Site: "blog", Revision: 1, At: b.at, Verdict: v}}); err != nil {
		t.Fatal(err)
	}
	return id
}
