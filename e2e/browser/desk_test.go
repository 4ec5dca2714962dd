package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/tamis-moderation/tamis/store/storetest"
)

// forum is a site of a test's own, seen from its own tools.
type forum struct {
	t    testing.TB
	s    *service
	site string
	key  string
}

// newForum makes a site where every comment that says "retenez" waits for a
// person, and nothing else does.
func newForum(t testing.TB, s *service, site string) *forum {
	t.Helper()
	s.cli(t, "", "site", "add", site)
	var made struct{ Key string }
	raw := s.cli(t, "", "key", "create", "--site", site, "--scopes", "submit,read,review,admin", "--json")
	if err := json.Unmarshal([]byte(raw), &made); err != nil {
		t.Fatal(err)
	}
	f := &forum{t: t, s: s, site: site, key: made.Key}
	f.call("PUT", "/v1/policy", map[string]any{
		"labels": map[string]any{}, "links": map[string]any{}, "first_comment": map[string]any{}, "reports": map[string]any{},
		"leaks": map[string]any{"hold": false}, "distress": map[string]any{"route": false},
		"words": []any{map[string]any{"name": "essai", "action": "hold", "words": []string{"retenez"}}},
	}, nil)
	return f
}

// call asks the API, of any process of the service.
func (f *forum) call(method, path string, body, answer any) {
	f.t.Helper()
	f.callAt(f.s.base, method, path, body, answer)
}

func (f *forum) callAt(base, method, path string, body, answer any) {
	f.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		f.t.Fatal(err)
	}
	req, err := http.NewRequest(method, base+path, bytes.NewReader(raw))
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+f.key)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Prefer", "wait=10")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer resp.Body.Close()
	var out bytes.Buffer
	if _, err := out.ReadFrom(resp.Body); err != nil || resp.StatusCode >= 300 {
		f.t.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, out.String())
	}
	if answer != nil {
		if err := json.Unmarshal(out.Bytes(), answer); err != nil {
			f.t.Fatal(err)
		}
	}
}

// comment is what of the API's comment these tests look at.
type comment struct {
	ID        string
	Status    string
	Text      string
	Published string `json:"published_text"`
	Decision  *struct{ Decision, By, Note, Assignee, Charter, Message, Wave string }
}

// hold submits texts that will wait, each by an author of its own.
func (f *forum) hold(texts ...string) []string {
	f.t.Helper()
	var ids []string
	for i, text := range texts {
		ids = append(ids, f.submit(map[string]any{
			"text": text + " retenez", "author": map[string]any{"id": fmt.Sprint("author-", i, text), "name": fmt.Sprint("Auteur ", i)},
		}))
	}
	return ids
}

func (f *forum) submit(body map[string]any) string {
	f.t.Helper()
	var c comment
	f.call("POST", "/v1/comments", body, &c)
	if c.Status != "held" {
		f.t.Fatalf("%.80v is %s, want held", body["text"], c.Status)
	}
	return c.ID
}

func (f *forum) get(id string) comment {
	f.t.Helper()
	var c comment
	f.call("GET", "/v1/comments/"+id, nil, &c)
	return c
}

// becomes waits for a comment's status.
func (f *forum) becomes(id, status string) comment {
	f.t.Helper()
	var c comment
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if c = f.get(id); c.Status == status {
			return c
		}
		if time.Now().After(deadline) {
			f.t.Fatalf("comment %s is %s, want %s", id, c.Status, status)
		}
	}
}

// sit signs a moderator in at the desk of a forum.
func (f *forum) sit(email string, l look) *tab {
	f.t.Helper()
	f.s.account(f.t, email, "moderator")
	b := open(f.t, f.s, l)
	b.signIn(email, "/desk?site="+f.site)
	return b
}

// shown is the id of the item on the desk; empty when there is none.
func (b *tab) shown() string {
	b.t.Helper()
	return eval[string](b, `document.querySelector(".hand:not([hidden])")?.dataset.id ?? ""`)
}

// showsOther waits for another item than id, or for none.
func (b *tab) showsOther(id string) string {
	b.t.Helper()
	b.until("another item", func() bool { return b.shown() != id })
	return b.shown()
}

// TestFortyItemsByKeyboard decides forty items, one key each, and measures from
// the key until the next item is painted.
func TestFortyItemsByKeyboard(t *testing.T) {
	f := newForum(t, start(t), "forty")
	var texts []string
	for i := range 40 {
		texts = append(texts, fmt.Sprintf("Commentaire numéro %d, sur un sujet à lui %d", i, i*7919))
	}
	ids := f.hold(texts...)
	b := f.sit("ana@example.org", look{})
	b.until("the first item", func() bool { return b.shown() != "" })
	eval[bool](b, `window.took = []; addEventListener("keydown", (e) => {
		const t0 = performance.now(), at = () => document.querySelector(".hand:not([hidden])")?.dataset.id, was = at();
		const look = () => {
			if (at() === was || !at() && document.querySelector("#all-done").hidden) { requestAnimationFrame(look); return; }
			requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => took.push(performance.now() - t0); c.port2.postMessage(0); });
		};
		requestAnimationFrame(look);
	}, true), true`)
	began := time.Now()
	for i := range ids {
		time.Sleep(300 * time.Millisecond) // nobody reads faster
		b.press([]string{"a", "r", "s", "h"}[i%4])
		b.until("the next item", func() bool {
			return eval[bool](b, fmt.Sprintf(`took.length > %d || !document.querySelector("#all-done").hidden`, i))
		})
	}
	total := time.Since(began)
	b.see("Nothing waits for you")
	var took []float64
	for _, ms := range eval[[]float64](b, `took`) {
		took = append(took, ms)
	}
	slices.Sort(took)
	median, p95 := took[len(took)/2], took[len(took)*95/100]
	t.Logf("forty items in %.1f s; key to next item painted: median %.1f ms, p95 %.1f ms, most %.1f ms", total.Seconds(), median, p95, took[len(took)-1])
	if total > time.Minute {
		t.Errorf("forty items took %v", total)
	}
	counts := map[string]int{}
	for _, id := range ids {
		c := f.get(id)
		if c.Decision == nil {
			t.Fatalf("%s was not decided", id)
		}
		counts[c.Decision.Decision]++
	}
	for _, kind := range []string{"approve", "reject", "spam", "hold"} {
		if counts[kind] != 10 {
			t.Errorf("%s: %d, want 10", kind, counts[kind])
		}
	}
}

func TestUndoGoesBackManySteps(t *testing.T) {
	f := newForum(t, shared(t), "undo")
	f.hold("Le premier de ces textes", "Un deuxième, bien autre", "Et puis un troisième encore")
	b := f.sit("undo@example.org", look{})
	var seen []string
	for _, key := range []string{"a", "r", "s"} {
		id := b.shown()
		seen = append(seen, id)
		b.press(key)
		b.showsOther(id)
	}
	b.see("Nothing waits for you")
	f.becomes(seen[2], "rejected")
	for i := range seen {
		id := seen[len(seen)-1-i]
		b.press("z")
		b.until("it comes back", func() bool { return b.shown() == id })
		f.becomes(id, "held")
	}
	b.press("z")
	b.see("There is nothing of yours to take back.")
}

func TestEditOutPublishesTheRest(t *testing.T) {
	f := newForum(t, shared(t), "edit")
	id := f.hold("Franchement 😀, l'accueil est lamentable, mais le fond est juste :")[0]
	b := f.sit("edit@example.org", look{})
	b.until("shown", func() bool { return b.shown() == id })
	b.press("e").see("Select the words to take out")
	// The marked word is struck at once; two more words are selected.
	eval[bool](b, `(() => {
		const text = document.querySelector(".hand .said [data-b]").firstChild, at = text.data.indexOf("lamentable");
		const r = document.createRange(); r.setStart(text, at); r.setEnd(text, at + 10);
		getSelection().removeAllRanges(); getSelection().addRange(r); return true })()`)
	b.press("e")
	c := f.becomes(id, "approved")
	if want := "Franchement 😀, l'accueil est […], mais le fond est juste : […]"; c.Published != want {
		t.Errorf("published %q, want %q", c.Published, want)
	}
	if !strings.Contains(c.Text, "lamentable") {
		t.Error("the original is lost")
	}
}

func TestRemindSendsTheCharterAndAFewWords(t *testing.T) {
	f := newForum(t, shared(t), "remind")
	id := f.hold("Un texte à reprendre")[0]
	b := f.sit("remind@example.org", look{lang: "fr"})
	b.until("shown", func() bool { return b.shown() == id })
	b.press("m")
	if got := eval[string](b, `document.activeElement.value`); got != "" {
		t.Errorf("the key that opens the panel writes %q in it", got)
	}
	b.click(".hand:not([hidden]) [data-reply]")
	b.press("Merci. ")
	b.press("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	c := f.becomes(id, "held")
	b.until("decided", func() bool { c = f.get(id); return c.Decision != nil })
	if c.Decision.Decision != "hold" || c.Decision.Message == "" || c.Decision.Charter == "" {
		t.Errorf("got %+v", c.Decision)
	}
}

func TestAnotherQueueIsAnotherHand(t *testing.T) {
	f := newForum(t, shared(t), "queues")
	ids := f.hold("Le premier qui attend", "Le second qui attend")
	b := f.sit("queues@example.org", look{})
	first := ids[0]
	b.until("shown", func() bool { return b.shown() == first })
	b.press("t").press("Pr").press("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl)) // to the press
	b.until("the second", func() bool { return b.shown() == ids[1] })
	other := f.sit("queues2@example.org", look{})
	other.see("Nothing waits").see("Press (1)")
	other.visit("/desk?queue=press")
	other.until("the first", func() bool { return other.shown() == first })
	b.visit("/desk?queue=press")
	b.see("Nothing waits") // what one passes on oneself is not offered again, nor does the other queue's item stay
	if got := b.shown(); got != "" {
		t.Errorf("%s is shown in a queue in which it is not", got)
	}
	b.visit("/desk")
	b.until("the second again", func() bool { return b.shown() == ids[1] })
}

func TestWaveWithAnException(t *testing.T) {
	f := newForum(t, shared(t), "wave")
	var ids []string
	for i := range 6 {
		ids = append(ids, f.submit(map[string]any{
			"text":   fmt.Sprintf("Offre exceptionnelle de crédit rapide entre particuliers sérieux numéro %d, répondez vite, retenez", i),
			"author": map[string]any{"id": fmt.Sprint("spammer", i), "name": fmt.Sprint("Prêteur ", i)},
		}))
	}
	b := f.sit("wave@example.org", look{})
	b.see("6 of nearly these words")
	b.press("w")
	b.at("/waves/text").see("6 of nearly the same words")
	b.click(".wave-items li:nth-child(2) input[type=checkbox]")
	spared := eval[string](b, `document.querySelector(".wave-items li:nth-child(2) input[type=checkbox]").value`)
	b.press("s").see("5 decided at once.")
	for _, id := range ids {
		want := "rejected"
		if id == spared {
			want = "held"
		}
		f.becomes(id, want)
	}
	b.visit("/desk")
	b.until("the exception", func() bool { return b.shown() == spared })
	b.press("z").see("5 decisions taken back.")
	for _, id := range ids {
		f.becomes(id, "held")
	}
}

func TestTwoModeratorsNeverGetTheSameItem(t *testing.T) {
	f := newForum(t, shared(t), "two")
	var texts []string
	for i := range 8 {
		texts = append(texts, fmt.Sprintf("Sujet %d tout à fait différent des autres %d", i, i*104729))
	}
	f.hold(texts...)
	ana, bob := f.sit("two-a@example.org", look{}), f.sit("two-b@example.org", look{})
	hand := func(b *tab) []string {
		return eval[[]string](b, `[...document.querySelectorAll(".hand")].map((h) => h.dataset.id)`)
	}
	for _, id := range hand(ana) {
		if slices.Contains(hand(bob), id) {
			t.Errorf("both hold %s", id)
		}
	}
	bob.see("two-a@example.org has it")
	// Somebody decides, from the site's own tools, what Ana is reading.
	id := ana.shown()
	f.call("POST", "/v1/comments/"+id+"/decision", map[string]any{"decision": "reject"}, nil)
	ana.press("a").see("the site's own tools was faster: rejected")
	if got := f.get(id); got.Status != "rejected" {
		t.Errorf("it is %s", got.Status)
	}
	ana.until("goes on", func() bool { return ana.shown() != "" && ana.shown() != id })
}

func TestEscalateToAPersonWithANote(t *testing.T) {
	f := newForum(t, shared(t), "passed")
	id := f.hold("Est-ce diffamatoire ?")[0]
	f.s.account(t, "head@example.org", "manager")
	b := f.sit("esc@example.org", look{})
	b.until("shown", func() bool { return b.shown() == id })
	b.press("t")
	b.steps("to whom", chromedp.SetValue(chromedp.CSS(".hand:not([hidden]) select[name=to]"), "user:head@example.org"))
	b.fill(".hand:not([hidden]) textarea[name=note]", "Un avis, s'il vous plaît ?")
	b.press("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	b.see("Nothing waits for you")
	other := f.sit("esc-other@example.org", look{})
	other.see("Nothing waits for you")
	head := open(t, f.s, look{})
	head.signIn("head@example.org", "/desk?site="+f.site)
	head.see("esc@example.org passed this on", "Un avis, s'il vous plaît ?")
	if head.shown() != id {
		t.Errorf("shown %s, want %s", head.shown(), id)
	}
}

func TestTriageFromTheDeskToTheAnswer(t *testing.T) {
	f := newForum(t, shared(t), "triage")
	id := f.hold("Quand rouvrez-vous la boutique ?")[0]
	b := f.sit("triage@example.org", look{})
	b.until("shown", func() bool { return b.shown() == id })
	b.see("It looks like: Question")
	b.press("q").press("1")
	b.until("noted", func() bool { return eval[string](b, `document.querySelector(".triaged").innerText`) != "" })
	b.visit("/triage").see("Quand rouvrez-vous", "Support")
	b.click(".triage-list button[name=answered]").see("Nobody waits for an answer.")
	b.visit("/triage?all=1").see("answered")
}

func TestDeskWithoutScript(t *testing.T) {
	f := newForum(t, shared(t), "noscript")
	ids := f.hold("Premier texte sans script", "Deuxième, différent du premier")
	f.s.account(t, "plain@example.org", "moderator")
	b := open(t, f.s, look{noScript: true})
	b.steps("sign in", chromedp.Navigate(b.base+"/signin"), chromedp.SendKeys(chromedp.CSS("#email"), "plain@example.org"),
		chromedp.SendKeys(chromedp.CSS("#password"), password), chromedp.Click(chromedp.CSS(".button.first")), chromedp.WaitVisible(chromedp.CSS(".bar")))
	b.steps("approve", chromedp.Navigate(b.base+"/desk?site="+f.site), chromedp.Click(chromedp.CSS(".hand:not([hidden]) button[value=approve]")),
		chromedp.WaitVisible(chromedp.CSS(".flash")))
	b.steps("reject", chromedp.Click(chromedp.CSS(".hand:not([hidden]) button[value=reject]")), chromedp.WaitVisible(chromedp.CSS("#all-done")))
	var approved, rejected int
	for _, id := range ids {
		switch f.get(id).Status {
		case "approved":
			approved++
		case "rejected":
			rejected++
		}
	}
	if approved != 1 || rejected != 1 {
		t.Errorf("approved %d, rejected %d", approved, rejected)
	}
	b.steps("undo", chromedp.Click(chromedp.CSS("#all-done form button")), chromedp.WaitVisible(chromedp.CSS(".hand:not([hidden])")))
}

func TestDeskOnAPhone(t *testing.T) {
	f := newForum(t, shared(t), "phone")
	f.hold("Un texte pour le pouce, assez long pour tenir sur plusieurs lignes d'un petit écran")
	b := f.sit("phone@example.org", look{width: 360, lang: "fr"})
	b.see("Garder", "Rappeler", "Pourquoi il est là")
	if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("the page is %d px wider than the phone", over)
	}
	if out := eval[int](b, `[...document.querySelectorAll(".keys-bar .act")].filter((a) => { const r = a.getBoundingClientRect(); return r.right > innerWidth + 1 || r.bottom > innerHeight + 1 || r.height < 40 }).length`); out > 0 {
		t.Errorf("%d buttons are out of the thumb's reach", out)
	}
}

// networkConditions are the parameters of a command that browsers know and the
// protocol's newest description leaves out.
type networkConditions struct {
	Offline bool    `json:"offline"`
	Latency float64 `json:"latency"`
	Down    float64 `json:"downloadThroughput"`
	Up      float64 `json:"uploadThroughput"`
}

var emulateNetwork = cdp.Command[networkConditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"}

// offline cuts the tab off the network, or joins it again.
func (b *tab) offline(off bool) {
	b.t.Helper()
	b.steps("network", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulateNetwork, networkConditions{Offline: off, Down: -1, Up: -1})
		return err
	}))
}

func TestALostConnectionLosesNoDecision(t *testing.T) {
	f := newForum(t, shared(t), "lost")
	f.hold("Décidé pendant la coupure", "Et celui d'après, bien différent")
	b := f.sit("lost@example.org", look{})
	first := b.shown()
	b.offline(true)
	b.press("a").see("The connection was lost, so nothing was decided.")
	if got := f.get(first).Status; got != "held" {
		t.Errorf("it is %s", got)
	}
	second := b.shown()
	b.press("r")
	b.offline(false)
	b.until("sent again", func() bool {
		eval[bool](b, `document.querySelector("#unsent").hidden || (document.querySelector("#unsent button").click(), true)`)
		return f.get(first).Status == "approved"
	})
	f.becomes(second, "rejected")
}

func TestHostileTextIsHarmlessAndReadable(t *testing.T) {
	f := newForum(t, shared(t), "hostile")
	zalgo := "h" + strings.Repeat("\u0301\u0330\u0489", 60) + "e" + strings.Repeat("\u0336", 80) + "llo"
	texts := map[string]string{
		"html":  `<script>window.pwned = 1</script><img src=x onerror="window.pwned = 2"><b>gras</b> </article></main>`,
		"bidi":  "droite \u202e ehcuag \u2066 caché \u2069 fin",
		"zalgo": zalgo,
		"emoji": strings.Repeat("👩‍👩‍👧‍👦", 1400) + strings.Repeat("😀", 200),
		"long":  strings.Repeat("x", 32_000),
	}
	b := f.sit("hostile@example.org", look{width: 360})
	for name, text := range texts {
		id := f.submit(map[string]any{
			"text": text + " retenez",
			"author": map[string]any{
				"id": name, "name": `<script>window.pwned = 3</script>` + "\u202e" + zalgo[:200], "url": "javascript:window.pwned=4",
			},
			"context": map[string]any{"url": "javascript:window.pwned=5", "title": strings.Repeat("titre", 300) + `"><script>window.pwned = 6</script>`},
		})
		b.visit("/desk?item=" + id)
		b.until(name, func() bool { return b.shown() == id })
		if pwned := eval[bool](b, `"pwned" in window`); pwned {
			t.Fatalf("%s: its script ran", name)
		}
		if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%s: the page is %d px wider than the screen", name, over)
		}
		if js := eval[int](b, `document.querySelectorAll("main a[href^=javascript], main script, main img").length`); js != 0 {
			t.Errorf("%s: %d elements of its own", name, js)
		}
		b.see("Why it is here")
		b.press("a")
		f.becomes(id, "approved")
	}
}

// twin runs a second process on the same data.
func twin(t testing.TB, s *service, env ...string) *service {
	t.Helper()
	other, err := launch(s.data, env...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.kill)
	return other
}

// hire starts a process that judges, which a service with Redis leaves to others.
func (s *service) hire(t testing.TB) {
	t.Helper()
	worker := exec.Command(binary, "worker")
	worker.Env, worker.Dir = s.env, s.data
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = worker.Process.Kill()
		_ = worker.Wait()
	})
}

func TestAChangeInOneProcessReachesThePagesOfAnother(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { changeReachesAnother(t) })
	t.Run("postgres", func(t *testing.T) {
		changeReachesAnother(t, "TAMIS_DATABASE="+storetest.Postgres(t), "TAMIS_REDIS="+storetest.Redis(t))
	})
}

func changeReachesAnother(t *testing.T, env ...string) {
	t.Helper()
	one := start(t, env...)
	two := twin(t, one, env...)
	if len(env) > 0 {
		one.hire(t)
	}
	f := newForum(t, one, "live")
	f.hold("Déjà là quand la page s'ouvre")
	b := f.sit("live@example.org", look{})
	lines := func() int { return eval[int](b, `document.querySelectorAll(".queue li[data-id]").length`) }
	b.until("one waits", func() bool { return lines() == 1 })
	var c comment
	f.callAt(two.base, "POST", "/v1/comments", map[string]any{"text": "Arrivé par l'autre processus, retenez"}, &c)
	b.until("the other's comment slides in", func() bool { return lines() == 2 })
	f.callAt(two.base, "POST", "/v1/comments/"+c.ID+"/decision", map[string]any{"decision": "approve"}, nil)
	b.until("and goes", func() bool { return lines() == 1 })
	// A stop does not wait for the streams.
	began := time.Now()
	if err := one.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-one.done:
		t.Logf("stopped within %v, with a stream open", time.Since(began).Round(time.Millisecond))
	case <-time.After(6 * time.Second):
		t.Error("SIGTERM: the stream kept the process")
	}
}

// send posts a form from inside a page, as a script of its own would, and gives
// the status.
func (b *tab) send(path, fields string) int {
	b.t.Helper()
	return eval[int](b, fmt.Sprintf(`fetch(%q, { method: "POST", redirect: "manual", headers: { "HX-Request": "true" }, body: new URLSearchParams(%q) }).then((r) => r.status)`, path, fields))
}

func TestWhoMayNotDecideDoesNot(t *testing.T) {
	s := shared(t)
	f, other := newForum(t, s, "may"), newForum(t, s, "may-not")
	id, theirs := f.hold("Un texte que l'aide ne tranche pas")[0], other.hold("Un texte du site d'à côté")[0]
	s.account(t, "helper@example.org", "helper")
	helper := open(t, s, look{})
	helper.signIn("helper@example.org", "/desk?site="+f.site).see("Un texte que l'aide")
	if n := eval[int](helper, `document.querySelectorAll("form.decide").length`); n != 0 {
		t.Errorf("a helper sees %d forms to decide", n)
	}
	if got := helper.send("/desk/decide", "site=may&decision=approve&claim=x&comment="+id); got != http.StatusForbidden {
		t.Errorf("a helper decides: %d", got)
	}
	b := f.sit("may@example.org", look{})
	b.until("shown", func() bool { return b.shown() == id })
	claim := eval[string](b, `document.querySelector("[name=claim]").value`)
	for name, fields := range map[string]string{
		"another site's comment": "decision=approve&comment=" + theirs + "&claim=" + claim,
		"no claim":               "decision=approve&comment=" + id,
		"an unknown comment":     "decision=approve&claim=" + claim + "&comment=nope",
	} {
		if got := b.send("/desk/decide", "site=may&"+fields); got != http.StatusConflict {
			t.Errorf("%s: %d, want 409 and a sentence", name, got)
		}
	}
	if got := b.send("/desk/decide", "site=may&decision=burn&comment="+id+"&claim="+claim); got != http.StatusUnprocessableEntity {
		t.Errorf("no decision: %d", got)
	}
	for fid, g := range map[string]*forum{id: f, theirs: other} {
		if got := g.get(fid).Status; got != "held" {
			t.Errorf("it is %s", got)
		}
	}
	b.cookie("tamis_session", "of-a-session-that-is-over")
	b.press("a").at("/signin").see("Your session has ended.")
}
