package storetest

import (
	"fmt"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

var waveClaims = []claim{
	{"comments of nearly the same words are one family", families},
	{"a comment that is like two families makes them one", familiesJoin},
	{"waves are by words, by host, by network and by author, in one site", waveKinds},
	{"a wave is decided in one act, and again is the same act", waveDecided},
	{"a wave leaves what others hold or decided, and names it", waveSkips},
	{"a wave is undone as one, what changed since apart", waveUndone},
	{"a repeat waits with what it repeats and goes with it", repeats},
	{"a repeat waits by itself once what it repeats is gone", repeatAlone},
	{"an erasure leaves no sketch of the text", kinErased},
}

// signature sketches a text of some family; the last n places are its own.
func signature(family, own int) models.Signature {
	s := make(models.Signature, models.SignatureSize)
	for i := range s {
		s[i] = uint32(1000*family + i)
		if i >= models.SignatureSize-own {
			s[i] += uint32(7919 * (own + 1))
		}
	}
	return s
}

// heldKin is a comment held with what relates it to others.
func (b *bundle) heldKin(site models.SiteID, text string, k models.Kin) models.Comment {
	b.Helper()
	c := b.add(b.fresh(site, text))
	token := b.lease(c.ID)
	counted, err := b.s.RecordJudgements(b.ctx, token, []models.Judgement{{
		Comment: c.ID, Site: c.Site, Revision: 1, Verdict: verdict(models.Hold), Urgency: 1, Kin: k,
		At: base.Add(time.Hour + time.Duration(b.count)*time.Second),
	}})
	b.ok(err)
	if !counted[0] {
		b.Fatal("the judgement did not count")
	}
	return b.get(c)
}

// wave makes n comments of one family.
func (b *bundle) wave(site models.SiteID, n int) []models.CommentID {
	b.Helper()
	var out []models.CommentID
	for i := range n {
		out = append(out, b.heldKin(site, fmt.Sprint("wave ", i), models.Kin{Signature: signature(1, i%4)}).ID)
	}
	return out
}

func (b *bundle) wavesOf(id models.CommentID) []models.Wave {
	b.Helper()
	got, err := b.s.WavesOf(b.ctx, "a", id)
	b.ok(err)
	return got
}

func (b *bundle) waveItems(w models.Wave) []models.CommentID {
	b.Helper()
	got, err := b.s.WaveItems(b.ctx, "a", w.Kind, w.Key, 100, later2h)
	b.ok(err)
	return itemIDs(got)
}

func families(b *bundle) {
	ids := b.wave("a", 3)
	stranger := b.heldKin("a", "else", models.Kin{Signature: signature(2, 0)})
	far := b.heldKin("a", "far", models.Kin{Signature: signature(1, 26)}) // shares bands, but too little else
	b.wave("b", 2)
	equal(b, "alone", len(b.wavesOf(stranger.ID)), 0)
	equal(b, "far", len(b.wavesOf(far.ID)), 0)
	waves := b.wavesOf(ids[1])
	if len(waves) != 1 || waves[0].Kind != models.WaveText || waves[0].Size != 3 {
		b.Fatalf("got %+v", waves)
	}
	b.same("members", b.waveItems(waves[0]), ids)
	all, err := b.s.Waves(b.ctx, "a", 10)
	b.ok(err)
	equal(b, "waves", len(all), 1)
	equal(b, "sample", all[0].Sample.ID, ids[2])
	b.decide(models.Comment{ID: ids[0], Site: "a"}, models.DecideReject, "user:z")
	equal(b, "open ones", b.wavesOf(ids[1])[0].Size, 2)
	equal(b, "the decided one", len(b.wavesOf(ids[0])), 0)
	q, err := b.s.ReviewQueue(b.ctx, models.QueueQuery{Site: "a", By: "user:z", Limit: 9}, later2h)
	b.ok(err)
	named := 0
	for _, e := range q.Entries {
		if e.Family == all[0].Key {
			named++
		}
	}
	equal(b, "named in the queue", named, 2)
}

func familiesJoin(b *bundle) {
	half := signature(1, 0)
	for i := models.SignatureSize / 2; i < models.SignatureSize; i++ {
		half[i] = signature(2, 0)[i]
	}
	b.heldKin("a", "1", models.Kin{Signature: signature(1, 0)})
	b.heldKin("a", "1b", models.Kin{Signature: signature(1, 1)})
	b.heldKin("a", "2", models.Kin{Signature: signature(2, 0)})
	b.heldKin("a", "2b", models.Kin{Signature: signature(2, 1)})
	both := b.heldKin("a", "both", models.Kin{Signature: half})
	waves := b.wavesOf(both.ID)
	if len(waves) != 1 || waves[0].Size != 5 {
		b.Errorf("got %+v, want one of five", waves)
	}
}

func waveKinds(b *bundle) {
	for i := range 3 {
		b.heldKin("a", fmt.Sprint("kin ", i), models.Kin{Host: "casino.example", Network: "n", Author: "u"})
		b.heldKin("b", fmt.Sprint("kin ", i), models.Kin{Host: "casino.example"})
	}
	lone := b.heldKin("a", "few", models.Kin{Host: "other.example", Author: "v"})
	b.heldKin("a", "few", models.Kin{Host: "other.example"})
	all, err := b.s.Waves(b.ctx, "a", 10)
	b.ok(err)
	var kinds []models.WaveKind
	for _, w := range all {
		kinds = append(kinds, w.Kind)
		equal(b, "size", w.Size, 3)
	}
	b.same("kinds", kinds, []models.WaveKind{models.WaveHost, models.WaveNetwork, models.WaveAuthor})
	equal(b, "two are no campaign", len(b.wavesOf(lone.ID)), 0)
	_, err = b.s.WaveItems(b.ctx, "a", "weather", "x", 10, later2h)
	b.faulty(err, "kind")
	items, err := b.s.WaveItems(b.ctx, "b", models.WaveNetwork, "n", 10, later2h)
	b.ok(err)
	equal(b, "of another site", len(items), 0)
}

func (b *bundle) waveRequest(id string, items []models.CommentID, kind models.DecisionKind) models.WaveRequest {
	return models.WaveRequest{ID: id, Items: items, DecisionRequest: models.DecisionRequest{
		Site: "a", By: "user:z", Decision: kind, Reason: "pub",
	}}
}

func waveDecided(b *bundle) {
	ids := b.wave("a", 4)
	spared := ids[2]
	w := b.waveRequest("w1", []models.CommentID{ids[0], ids[1], ids[3]}, models.DecideSpam)
	out, err := b.s.RecordWave(b.ctx, w, later2h)
	b.ok(err)
	equal(b, "decided", len(out.Decisions), 3)
	equal(b, "skipped", len(out.Skipped), 0)
	for _, d := range out.Decisions {
		equal(b, "wave", d.Wave, "w1")
		c := b.get(models.Comment{ID: d.Comment, Site: "a"})
		b.same("status and reason", []any{c.Status, c.Decision.Reason}, []any{models.Rejected, "pub"})
	}
	equal(b, "the exception", b.get(models.Comment{ID: spared, Site: "a"}).Status, models.Held)
	events := len(b.types("a"))
	again, err := b.s.RecordWave(b.ctx, w, later2h)
	b.ok(err)
	equal(b, "again", len(again.Decisions), 3)
	equal(b, "announced once", len(b.types("a")), events)
}

func waveSkips(b *bundle) {
	ids := b.wave("a", 3)
	b.claimAs(models.ClaimRequest{By: "user:y", Token: "y", Comment: ids[0]}, later2h)
	b.decide(models.Comment{ID: ids[1], Site: "a"}, models.DecideApprove, "user:x")
	other := b.wave("b", 1)[0]
	out, err := b.s.RecordWave(b.ctx, b.waveRequest("w1", append(ids, other, "nope"), models.DecideReject), later2h)
	b.ok(err)
	equal(b, "decided", len(out.Decisions), 1)
	b.same("why not", out.Skipped, map[models.CommentID]string{
		ids[0]: "user:y has it in hand", ids[1]: "user:x decided it already",
		other: "there is no such comment", "nope": "there is no such comment",
	})
	equal(b, "another site's", b.get(models.Comment{ID: other, Site: "b"}).Status, models.Held)
}

func waveUndone(b *bundle) {
	ids := b.wave("a", 3)
	_, err := b.s.RecordWave(b.ctx, b.waveRequest("w1", ids, models.DecideReject), later2h)
	b.ok(err)
	b.decide(models.Comment{ID: ids[0], Site: "a"}, models.DecideApprove, "user:y")
	_, err = b.s.UndoWave(b.ctx, models.UndoRequest{Decision: "w1", Site: "b", By: "user:z"}, later2h)
	b.kind(err, models.NotFound)
	out, err := b.s.UndoWave(b.ctx, models.UndoRequest{Decision: "w1", Site: "a", By: "user:z"}, later2h)
	b.ok(err)
	equal(b, "undone", len(out.Decisions), 2)
	equal(b, "left", len(out.Skipped), 1)
	for i, want := range []models.Status{models.Approved, models.Held, models.Held} {
		equal(b, "status", b.get(models.Comment{ID: ids[i], Site: "a"}).Status, want)
	}
	waves := b.wavesOf(ids[1])
	equal(b, "a wave again", len(waves) == 1 && waves[0].Size == 2, true)
}

func repeats(b *bundle) {
	same := models.Kin{Same: "u7 said this", Author: "u7"}
	head, copy1, copy2 := b.heldKin("a", "x", same), b.heldKin("a", "x", same), b.heldKin("a", "x", same)
	b.heldKin("b", "x", same)
	q, err := b.s.ReviewItems(b.ctx, models.ReviewQuery{Site: "a"}, later2h)
	b.ok(err)
	b.same("in the queue", itemIDs(q.Items), []models.CommentID{head.ID})
	equal(b, "repeats", q.Items[0].Repeats, 2)
	b.same("claimed", b.claimAs(models.ClaimRequest{By: "user:z", Limit: 9}, later2h), []models.CommentID{head.ID})
	d := b.decide(head, models.DecideApprove, "user:z")
	equal(b, "a wave", d.Wave, d.ID)
	for _, c := range []models.Comment{copy1, copy2} {
		got := b.get(c)
		b.same("not published twice", []any{got.Status, got.Decision.Reason, got.Decision.Wave}, []any{models.Rejected, "repeat", d.ID})
	}
	feedback, err := b.s.Feedback(b.ctx, "a", "", 10)
	b.ok(err)
	equal(b, "taught once", len(feedback.Items), 1)
	_, err = b.s.UndoDecision(b.ctx, models.UndoRequest{Decision: d.ID, Site: "a", By: "user:z"}, later2h)
	b.ok(err)
	q, err = b.s.ReviewItems(b.ctx, models.ReviewQuery{Site: "a"}, later2h)
	b.ok(err)
	b.same("back in the queue", itemIDs(q.Items), []models.CommentID{head.ID})
	equal(b, "with its repeats", q.Items[0].Repeats, 2)
	b.decide(head, models.DecideSpam, "user:z")
	equal(b, "decided alike", b.get(copy1).Decision.Decision, models.DecideSpam)
}

func repeatAlone(b *bundle) {
	same := models.Kin{Same: "u7 said this"}
	head, repeat := b.heldKin("a", "x", same), b.heldKin("a", "x", same)
	_, err := b.s.EditComment(b.ctx, "a", head.ID, models.CommentEdit{Text: "y"}, later2h)
	b.ok(err)
	q, err := b.s.ReviewItems(b.ctx, models.ReviewQuery{Site: "a"}, later2h)
	b.ok(err)
	b.same("in the queue", itemIDs(q.Items), []models.CommentID{repeat.ID})
	third := b.heldKin("a", "x", same)
	b.decide(repeat, models.DecideReject, "user:z")
	equal(b, "the next repeat has a new head", b.get(third).Status, models.Rejected)
}

func kinErased(b *bundle) {
	ids := b.wave("a", 2)
	b.ok(b.s.EraseComment(b.ctx, "a", ids[0], "cli", later2h))
	equal(b, "the other one's wave", len(b.wavesOf(ids[1])), 0)
	third := b.heldKin("a", "third", models.Kin{Signature: signature(1, 0)})
	waves := b.wavesOf(third.ID)
	equal(b, "without the erased one", len(waves) == 1 && waves[0].Size == 2, true)
}
