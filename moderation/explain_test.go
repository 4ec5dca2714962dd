package moderation_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/policy"
)

// bagOfWords scores a text by the words in it: what each adds to the log odds
// of toxic. Like a network it reads a long text in windows, of which the worst
// counts and each is a row.
type bagOfWords struct {
	weight map[string]float64
	rows   int
	err    error
}

const windowRunes = 300

func windows(text string) []string {
	runes := []rune(text)
	var out []string
	for ; len(runes) > windowRunes; runes = runes[windowRunes:] {
		out = append(out, string(runes[:windowRunes]))
	}
	return append(out, string(runes))
}

func (b *bagOfWords) Rows(in []classifier.Input) int {
	n := 0
	for _, i := range in {
		n += len(windows(i.Text))
	}
	return n
}

func (b *bagOfWords) Assess(_ context.Context, in []classifier.Input) ([]models.Assessment, error) {
	b.rows += b.Rows(in)
	out := make([]models.Assessment, len(in))
	for i := range in {
		out[i] = models.Assessment{Lang: "en", Scores: models.Scores{models.Toxic: b.score(in[i].Text), models.Insult: 0.01}}
	}
	return out, b.err
}

func (b *bagOfWords) score(text string) float64 {
	worst := 0.0
	for _, w := range windows(text) {
		odds := -2.0
		for _, word := range strings.FieldsFunc(w, func(r rune) bool { return strings.ContainsRune(" .,!?'\n", r) }) {
			odds += b.weight[word]
		}
		worst = max(worst, 1/(1+math.Exp(-odds)))
	}
	return worst
}

// heldFromSixty is the default policy, with thresholds that the bag's scores are
// made for.
func heldFromSixty() models.Ruleset {
	r := policy.Default()
	r.Labels[models.Toxic] = models.Thresholds{Hold: 0.60, Reject: 0.97}
	return r
}

// explained judges a text under such a policy and has it explained.
func explained(t *testing.T, b *bagOfWords, text string) (before, after models.Verdict) {
	t.Helper()
	rules := policy.Compile(models.Policy{Ruleset: heldFromSixty()})
	decide := func(c models.Comment, a models.Assessment) models.Verdict {
		return rules.Decide(c, a, models.History{})
	}
	c := models.Comment{Site: "blog", Text: text}
	found, err := b.Assess(t.Context(), []classifier.Input{{Text: text}})
	if err != nil {
		t.Fatal(err)
	}
	before = decide(c, found[0])
	b.rows = 0
	after, err = moderation.Explainer{Assessor: b, Decide: decide}.Explain(t.Context(), c, before)
	if err != nil {
		t.Fatal(err)
	}
	return before, after
}

// named lists the words that the evidence names.
func named(v models.Verdict) []string {
	var out []string
	for _, r := range v.Reasons {
		for _, s := range r.Evidence {
			out = append(out, s.Text)
		}
	}
	return out
}

func TestTheWordsThatMadeTheVerdict(t *testing.T) {
	t.Parallel()
	filler := strings.Repeat("there is nothing to see here. ", 3)
	long := strings.Repeat("a sentence that says nothing much. ", 40)
	for name, test := range map[string]struct {
		text string
		want []string
		edit bool
	}{
		"one word":                            {"you are vile today", []string{"vile"}, true},
		"the only word":                       {"vile", []string{"vile"}, false},
		"two words, either of which suffices": {"so vile and so rotten", []string{"vile", "rotten"}, true},
		"a word behind an accent and emoji":   {"été 🙂 vile !", []string{"vile"}, true},
		"a French elision":                    {"va donc l'horreur", []string{"horreur"}, true},
		"two words that only together count":  {"meh and bleh said he", []string{"meh"}, true},
		"the first of many":                   {"vile " + filler + filler, []string{"vile"}, true},
		"in the middle of many":               {filler + "you vile man. " + filler, []string{"vile"}, true},
		"in one window of several":            {long + "you vile man. " + long, []string{"vile"}, true},
		"in two windows of several":           {"a vile man. " + long[:700] + "a rotten one", []string{"vile", "rotten"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &bagOfWords{weight: map[string]float64{"vile": 2.6, "rotten": 2.6, "horreur": 3, "meh": 1.3, "bleh": 1.25}}
			before, after := explained(t, b, test.text)
			if before.Action != models.Hold {
				t.Fatalf("%s: nothing to explain", before.Action)
			}
			if diff := cmp.Diff(named(after), test.want); diff != "" {
				t.Errorf("got - want +:\n%s", diff)
			}
			if got := after.Edit != nil; got != test.edit {
				t.Errorf("an edit: %v, want %v", got, test.edit)
			}
			if after.Edit != nil && after.Edit.Action != models.Allow {
				t.Errorf("the edit makes it %s", after.Edit.Action)
			}
			if b.rows > 40 {
				t.Errorf("%d rows", b.rows)
			}
		})
	}
}

func TestWithoutIsTheScoreWithoutTheWord(t *testing.T) {
	t.Parallel()
	b := &bagOfWords{weight: map[string]float64{"vile": 4}}
	_, after := explained(t, b, "you are vile today")
	got := after.Reasons[0].Evidence[0]
	want := b.score("you are today")
	if diff := cmp.Diff(got, models.Span{Begin: 8, End: 12, Text: "vile", Without: &want}); diff != "" {
		t.Errorf("got - want +:\n%s", diff)
	}
}

// TestEvidenceHolds: whatever the text, spans lie in it and say what stands
// there, an edit does what it says, and forty rows are never exceeded.
func TestEvidenceHolds(t *testing.T) {
	t.Parallel()
	draw := rand.New(rand.NewPCG(3, 4))
	vocabulary := []string{
		"vile", "rotten", "meh", "bleh", "the", "of", "l'été,", "🙂🙂", "https://vile.example/a", "\u6c49\u5b57\u548c", "\u200bx",
		"f*ck", "(so)", "—", "…", "!!!", "e\u0301", "\n\n", "\x00", "end.", "fils-de-x",
	}
	b := &bagOfWords{weight: map[string]float64{"vile": 3, "rotten": 3, "meh": 1.5, "bleh": 1.2, "f*ck": 3, "\u6c49\u5b57\u548c": 2.5, "end": 0.4}}
	flips, stopped := 0, 0
	for n := range 400 {
		words := make([]string, 1+draw.IntN([]int{6, 30, 90, 900}[n%4]))
		for i := range words {
			words[i] = vocabulary[min(draw.IntN(len(vocabulary)), draw.IntN(2*len(vocabulary)))%len(vocabulary)]
			if draw.IntN(3) > 0 {
				words[i] = "word"
			}
		}
		c := models.Comment{Text: strings.Join(words, " ")}
		c.Clean()
		if c.Validate() != nil {
			continue
		}
		before, after := explained(t, b, c.Text)
		if b.rows > 40 {
			t.Fatalf("%d rows for %q", b.rows, c.Text)
		}
		if !before.Explainable() {
			continue
		}
		stopped++
		checkSpans(t, c.Text, after)
		if after.Edit == nil {
			continue
		}
		flips++
		if len(windows(c.Text)) > 1 {
			continue // these windows have hard edges: a space moves them
		}
		rules := policy.Compile(models.Policy{Ruleset: heldFromSixty()})
		text := cutOut(c.Text, after.Edit.Spans)
		a := models.Assessment{Scores: models.Scores{models.Toxic: b.score(text)}}
		if got := rules.Decide(models.Comment{Text: text}, a, models.History{}).Action; got != after.Edit.Action {
			t.Errorf("the edit %+v of %q makes it %s, not %s", after.Edit, c.Text, got, after.Edit.Action)
		}
	}
	if stopped < 100 || flips*2 < stopped {
		t.Errorf("an edit for %d of %d stopped texts", flips, stopped)
	}
}

func checkSpans(t *testing.T, text string, v models.Verdict) {
	t.Helper()
	runes := []rune(text)
	check := func(spans []models.Span) {
		t.Helper()
		at := 0
		for _, s := range spans {
			if s.Begin < at || s.End <= s.Begin || s.End > len(runes) || string(runes[s.Begin:s.End]) != s.Text {
				t.Fatalf("span %+v of %q", s, text)
			}
			if s.Without != nil && !(*s.Without >= 0 && *s.Without <= 1) {
				t.Fatalf("without: %v", *s.Without)
			}
			at = s.End
		}
	}
	for _, r := range v.Reasons {
		check(r.Evidence)
		for _, s := range r.Evidence {
			if s.Without != nil && *s.Without >= r.Score {
				t.Fatalf("%q lowers no score: %v without it, %v with it", s.Text, *s.Without, r.Score)
			}
		}
	}
	if v.Edit != nil {
		check(v.Edit.Spans)
	}
}

// cutOut takes spans out of a text as a client would.
func cutOut(text string, spans []models.Span) string {
	runes := []rune(text)
	for _, s := range slices.Backward(spans) {
		runes = slices.Delete(runes, s.Begin, s.End)
	}
	return string(runes)
}

func TestWhatNeedsNoEvidence(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]models.Verdict{
		"let through":  {Action: models.Allow, Reasons: []models.Reason{{Rule: models.RuleScore, Shadow: true}}},
		"a list's":     {Action: models.Reject, Reasons: []models.Reason{{Rule: models.RuleWord, Action: models.Reject}}},
		"never scored": {Action: models.Hold, Reasons: []models.Reason{{Rule: models.RuleFailed, Action: models.Hold}}},
		"only in shadow": {Action: models.Hold, Reasons: []models.Reason{
			{Rule: models.RuleLinks, Action: models.Hold}, {Rule: models.RuleScore, Action: models.Hold, Shadow: true},
		}},
	} {
		b := setup(t)
		got, err := b.Explain(t.Context(), models.Comment{Site: "blog", Text: "vile"}, v)
		if diff := cmp.Diff(got, v); diff != "" || err != nil {
			t.Errorf("%s: %v, got - want +:\n%s", name, err, diff)
		}
		if n := len(b.scorer.batches); n != 0 {
			t.Errorf("%s: scored %d times", name, n)
		}
	}
}

func TestOtherWeightsExplainNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	v, err := b.Assess(t.Context(), models.Comment{Site: "blog", Text: "how vile"})
	if err != nil {
		t.Fatal(err)
	}
	v.Weights.Digest = "older"
	got, err := b.Explain(t.Context(), models.Comment{Site: "blog", Text: "how vile"}, v)
	if diff := cmp.Diff(got, v); diff != "" || err != nil {
		t.Errorf("%v, got - want +:\n%s", err, diff)
	}
}

// TestAListedWordGoesWithTheEdit: what a list rejects stays stopped until its
// word is gone too.
func TestAListedWordGoesWithTheEdit(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rules := heldFromSixty()
	rules.Words = []models.WordList{{Name: "house", Words: []string{"zut"}, Action: "hold"}}
	if _, err := b.db.AddPolicy(t.Context(), models.Policy{Site: "blog", Ruleset: rules, By: "test", At: b.clock.Now()}, 0); err != nil {
		t.Fatal(err)
	}
	c := models.Comment{Site: "blog", Text: "zut how vile"}
	v, err := b.Assess(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if v, err = b.Explain(t.Context(), c, v); err != nil {
		t.Fatal(err)
	}
	want := &models.Edit{Action: models.Allow, Spans: []models.Span{{Begin: 0, End: 3, Text: "zut"}, {Begin: 8, End: 12, Text: "vile"}}}
	if diff := cmp.Diff(v.Edit, want); diff != "" {
		t.Errorf("got - want +:\n%s", diff)
	}
}

func TestStoredCommentsGetTheirEvidence(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.submit(t, "hello", "how vile")
	if more, err := b.ExplainDue(t.Context()); more || err != nil {
		t.Fatalf("while comments are pending: %v, %v", more, err)
	}
	if err := b.JudgeComments(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
	if more, err := b.ExplainDue(t.Context()); !more || err != nil {
		t.Fatalf("got %v, %v, want one explained", more, err)
	}
	if more, err := b.ExplainDue(t.Context()); more || err != nil {
		t.Fatalf("got %v, %v, want nothing more", more, err)
	}
	c, err := b.Comment(t.Context(), "blog", ids[1])
	if err != nil {
		t.Fatal(err)
	}
	if c.Status != models.Held || !slices.Equal(named(*c.Verdict), []string{"vile"}) || c.Verdict.Edit == nil {
		t.Errorf("%s with %+v", c.Status, c.Verdict)
	}
	checked, err := b.Assess(t.Context(), models.Comment{Site: "blog", Text: "how vile"})
	if err != nil {
		t.Fatal(err)
	}
	checked, err = b.Explain(t.Context(), models.Comment{Site: "blog", Text: "how vile"}, checked)
	if diff := cmp.Diff(*c.Verdict, checked); diff != "" || err != nil {
		t.Errorf("%v (-stored +checked):\n%s", err, diff)
	}
}

// TestTheVerdictsOwnPolicyExplainsIt: under the policy that came since, which
// holds everything, no edit would help.
func TestTheVerdictsOwnPolicyExplainsIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	add := func(hold float64, base int64) {
		t.Helper()
		rules := models.Ruleset{Labels: map[models.Label]models.Thresholds{models.Toxic: {Hold: hold}}}
		if _, err := b.db.AddPolicy(t.Context(), models.Policy{Site: "blog", Ruleset: rules, By: "test", At: b.clock.Now()}, base); err != nil {
			t.Fatal(err)
		}
		b.clock.pass(5 * time.Second)
	}
	judged := func() models.CommentID {
		t.Helper()
		id := b.submit(t, "how vile")[0]
		if err := b.JudgeComments(t.Context(), []models.CommentID{id}); err != nil {
			t.Fatal(err)
		}
		return id
	}
	byDefault := judged()
	add(0.5, 0)
	byVersion := judged()
	add(0.001, 1)
	for version, id := range []models.CommentID{byDefault, byVersion} {
		if _, err := b.ExplainDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		c, err := b.Comment(t.Context(), "blog", id)
		if err != nil {
			t.Fatal(err)
		}
		if c.Verdict.Edit == nil || c.Verdict.PolicyVersion != int64(version) {
			t.Errorf("under version %d: %+v", version, c.Verdict)
		}
	}
}

func TestACommentThatCantBeExplainedHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.submit(t, "how vile")[0]
	if err := b.JudgeComments(t.Context(), []models.CommentID{id}); err != nil {
		t.Fatal(err)
	}
	sound := b.Assessor
	b.Assessor = &bagOfWords{err: errors.New("broken")}
	if more, err := b.ExplainDue(t.Context()); !more || err != nil {
		t.Fatalf("got %v, %v: the next comment should have its turn", more, err)
	}
	b.Assessor = sound
	if more, _ := b.ExplainDue(t.Context()); more {
		t.Fatal("the same comment came at once again")
	}
	b.clock.pass(5 * time.Minute)
	if more, err := b.ExplainDue(t.Context()); !more || err != nil {
		t.Fatalf("later: %v, %v", more, err)
	}
	if c, _ := b.Comment(t.Context(), "blog", id); len(named(*c.Verdict)) != 1 {
		t.Errorf("got %+v", c.Verdict)
	}
}
