package moderation_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/store/storetest"
)

// features lists what a stored comment's verdict says of its structure.
func (b bundle) features(t *testing.T, id models.CommentID) []string {
	t.Helper()
	c, err := b.Comment(t.Context(), "blog", id)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range c.Verdict.Reasons {
		if r.Rule == models.RuleStructure {
			out = append(out, r.Params["feature"]+" "+r.Params["value"])
		}
	}
	return out
}

func (b bundle) judge(t *testing.T) {
	t.Helper()
	for {
		n, err := b.JudgePending(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// post submits a comment of an author from an address, a second after the last.
func (b bundle) post(t *testing.T, text string, author models.Author) models.CommentID {
	t.Helper()
	b.clock.pass(time.Second)
	got, err := b.Submit(t.Context(), models.Comment{Site: "blog", Text: text, Author: author})
	if err != nil {
		t.Fatal(err)
	}
	return got.ID
}

func TestCopiesAreHeldEachOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var ids []models.CommentID
	for i, text := range []string{
		"What a lovely blog, do come and see mine!", "What a LOVELY blog — do come, and see mine",
		"What a lo\u200bvely blog, do come and see mine!!", "Ｗhat a lovély blog, do come and see mine",
		"what a lovely blog do come and see mine", "What a lovely blog, do come & and see mine",
	} {
		ids = append(ids, b.post(t, text, models.Author{ID: fmt.Sprint(i)}))
	}
	other := b.post(t, "What a lovely blog, do come and see us!", models.Author{ID: "99"})
	b.judge(t)
	for _, id := range ids {
		if got := b.status(t, id); got != models.Held {
			t.Errorf("%s stands as %s, want held", id, got)
		}
		if got := b.features(t, id); !slices.Equal(got, []string{"copies 5"}) {
			t.Errorf("got %q, want copies", got)
		}
	}
	if got := b.status(t, other); got != models.Approved {
		t.Errorf("another text stands as %s", got)
	}
	got, err := b.Assess(t.Context(), models.Comment{Site: "blog", Text: "what a lovely blog, do come and see mine"})
	if err != nil || got.Action != models.Hold {
		t.Errorf("asked to check a copy: got %s, %v", got.Action, err)
	}
	_, err = b.Edit(t.Context(), "blog", ids[0], models.CommentEdit{Text: "I wrote something else after all"})
	if err != nil {
		t.Fatal(err)
	}
	b.judge(t)
	if got := b.status(t, ids[0]); got != models.Approved {
		t.Errorf("edited, it stands as %s", got)
	}
}

func TestThanksAreSaidByMany(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var ids []models.CommentID
	for i := range 8 {
		ids = append(ids, b.post(t, "Merci pour cet article !", models.Author{ID: fmt.Sprint(i)}))
	}
	b.judge(t)
	for _, id := range ids {
		if got := b.status(t, id); got != models.Approved {
			t.Fatalf("thanks stand as %s", got)
		}
	}
}

func TestSpeedOfPosting(t *testing.T) {
	t.Parallel()
	b := setup(t)
	robot := models.Author{IP: "2001:db8::7"}
	var last models.CommentID
	for i := range 12 {
		last = b.post(t, fmt.Sprint("number ", i), robot)
	}
	person := b.post(t, "I am somebody else", models.Author{IP: "192.0.2.1"})
	b.judge(t)
	if got := b.status(t, last); got != models.Held {
		t.Errorf("the twelfth within a minute stands as %s", got)
	}
	if got := b.features(t, last); !slices.Equal(got, []string{"speed 12"}) {
		t.Errorf("got %q, want its speed", got)
	}
	if got := b.status(t, person); got != models.Approved {
		t.Errorf("somebody else's stands as %s", got)
	}

	old := b.clock.Now().Add(-time.Hour)
	var imported []models.Comment
	for i := range 12 {
		imported = append(imported, models.Comment{
			Site: "blog", Text: fmt.Sprint("imported ", i), Author: models.Author{IP: "2001:db8:1::7"}, PostedAt: old,
		})
	}
	added, err := b.SubmitBatch(t.Context(), imported)
	if err != nil {
		t.Fatal(err)
	}
	b.judge(t)
	if got := b.status(t, added[11].ID); got != models.Approved {
		t.Errorf("an imported comment stands as %s: it was not posted now", got)
	}
}

// spamScorer finds everything a little like spam, in the language told.
type spamScorer struct{ scorer }

func (*spamScorer) Assess(_ context.Context, in []classifier.Input) ([]models.Assessment, error) {
	out := make([]models.Assessment, len(in))
	for i := range in {
		out[i] = models.Assessment{Lang: in[i].Lang, Scores: models.Scores{models.Spam: 0.5}}
	}
	return out, nil
}

func TestLanguageUnlikeTheSites(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		french, english int
		want            models.Status
	}{
		"a French site":       {20, 0, models.Held},
		"nearly French":       {27, 3, models.Held},
		"both are at home":    {15, 5, models.Approved},
		"too few to tell":     {12, 0, models.Approved},
		"an English one":      {0, 20, models.Approved},
		"nothing is approved": {0, 0, models.Approved},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.Assessor = &spamScorer{}
			submit := func(lang string) models.CommentID {
				b.clock.pass(time.Minute)
				got, err := b.Submit(t.Context(), models.Comment{Site: "blog", Text: "Short", Lang: lang})
				if err != nil {
					t.Fatal(err)
				}
				return got.ID
			}
			for range tt.french {
				submit("fr")
			}
			for range tt.english {
				submit("en-GB")
			}
			b.judge(t)
			b.clock.pass(11 * time.Minute) // what was known of an empty site is forgotten
			id := submit("en")
			b.judge(t)
			if got := b.status(t, id); got != tt.want {
				t.Errorf("English stands as %s, want %s", got, tt.want)
			}
		})
	}
}

func TestAKnownAuthorIsTrusted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	author := models.Author{ID: "7"}
	for range 3 {
		b.clock.pass(time.Minute)
		b.post(t, "hello", author)
		b.judge(t)
	}
	b.Assessor = &spamScorer{}
	v, err := b.Assess(t.Context(), models.Comment{Site: "blog", Text: "again", Author: author})
	if err != nil || v.Scores[models.Spam] >= 0.5 {
		t.Errorf("got %v, %v: the words alone say 0.5", v.Scores, err)
	}
	v, err = b.Assess(t.Context(), models.Comment{Site: "blog", Text: "again", Author: models.Author{ID: "8"}})
	if err != nil || v.Scores[models.Spam] != 0.5 {
		t.Errorf("got %v, %v for one whom nobody knows", v.Scores, err)
	}
}

func TestTheCompanyIsPartOfTheExplanation(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.Assessor = &spamScorer{}
	text := "What a lovely blog, do come and see mine!"
	b.post(t, text, models.Author{ID: "1"})
	b.post(t, text, models.Author{ID: "2"})
	b.judge(t)
	c := models.Comment{Site: "blog", Text: text, Author: models.Author{ID: "3"}}
	v, err := b.Assess(t.Context(), c)
	if err != nil || v.Action != models.Hold {
		t.Fatalf("got %s, %v", v.Action, err)
	}
	b.post(t, text, models.Author{ID: "4"}) // came since: no part of the verdict
	explained, err := b.Explain(t.Context(), c, v)
	if err != nil || explained.Edit != nil {
		t.Errorf("got edit %+v, %v: no word is what holds it", explained.Edit, err)
	}
}

func TestNoVerdictWithoutTheCounts(t *testing.T) {
	t.Parallel()
	for _, act := range []string{"SpamCounts", "Languages"} {
		away := models.Errorf(models.Unavailable, "away")
		db := storetest.New(t)
		b := setupOn(t, storetest.Fail(db, act, away))
		b.Spoken = &moderation.Spoken{Load: storetest.Fail(db, act, away).Languages, Now: b.clock.Now}
		id := b.submit(t, "hello")[0]
		if _, err := b.JudgePending(t.Context(), 1); !errors.Is(err, away) {
			t.Errorf("%s: judged with %v", act, err)
		}
		if got := b.status(t, id); got != models.Pending {
			t.Errorf("%s: stands as %s, want pending", act, got)
		}
		if _, err := b.Assess(t.Context(), models.Comment{Site: "blog", Text: "hello"}); !errors.Is(err, away) {
			t.Errorf("%s: checked with %v", act, err)
		}
	}
}
