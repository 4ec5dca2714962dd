package browser

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// say submits a comment and waits for its verdict.
func (f *forum) say(text, author string) string {
	f.t.Helper()
	var kept struct{ ID, Status string }
	f.call("POST", "/v1/comments", map[string]any{"text": text, "author": map[string]string{"id": author, "name": author}}, &kept)
	for deadline := time.Now().Add(20 * time.Second); kept.Status == "pending"; time.Sleep(50 * time.Millisecond) {
		f.call("GET", "/v1/comments/"+kept.ID, nil, &kept)
		if time.Now().After(deadline) {
			f.t.Fatal("no verdict")
		}
	}
	return kept.ID
}

// TestSearch finds comments by words in both languages, decides what is ticked,
// takes it back, and reads one's story.
func TestSearch(t *testing.T) {
	s := shared(t)
	f := newForum(t, s, "trouve")
	f.say("Un été à la plage, retenez-le", "Élodie")
	f.say("Un été pluvieux", "Marc")
	f.say("Rien à voir", "Zoé")
	for lang, words := range map[string]struct{ decided, undo, story, held string }{
		"en": {"Decided: 2", "Take the last act back", "The machine held it", "held"},
		"fr": {"Décidés : 2", "Annuler le dernier acte", "La machine l'a retenu", "retenu"},
	} {
		t.Run(lang, func(t *testing.T) {
			b := open(t, s, look{lang: lang})
			b.cookie("tamis_lang", lang)
			b.signIn(adminEmail, "/comments?site=trouve")
			b.fill("#s-q", "ETE\r")
			b.until("searched", func() bool { return eval[bool](b, `new URLSearchParams(location.search).get("q") === "ETE"`) })
			b.see("plage", "pluvieux")
			if strings.Contains(b.text(), "Rien à voir") {
				t.Error("more than what was asked for is shown")
			}
			b.click("[data-all=item]").click(".wave-bar button[value=spam]")
			b.see(words.decided, words.undo)
			b.click(".undo-wave button")
			b.until("taken back", func() bool { return eval[int](b, `document.querySelectorAll(".found .mark.held").length`) == 1 })
			b.click(".found li:last-child .sample a").at("/comments/").see(words.story, "Élodie")
		})
	}
}

// TestARangeIsDrawnOverTheHistogram selects scores with the pointer, and without
// a script by the bars, which are links.
func TestARangeIsDrawnOverTheHistogram(t *testing.T) {
	s := shared(t)
	f := newForum(t, s, "scores")
	f.say("Merci pour cet article", "Anne")
	f.say("What an idiot you are", "Marc")
	b := open(t, s, look{})
	b.signIn(adminEmail, "/scores?site=scores&score=insult")
	box := eval[[]float64](b, `(() => { const r = document.getElementById("histogram").getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`)
	x := func(share float64) float64 { return box[0] + box[2]*(6+800*share)/812 }
	y := box[1] + box[3]/2
	b.steps("draw",
		chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x(0.8), y, chromedp.ButtonLeft),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x(0.9), y, chromedp.ButtonLeft),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x(1), y, chromedp.ButtonLeft),
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x(1), y, chromedp.ButtonLeft),
	)
	b.at("/scores?").see("From 0.80 to 1.00", "What an idiot", "A decision here reaches 1 comments")
	if strings.Contains(b.text(), "Merci pour") {
		t.Error("what lies elsewhere is shown")
	}
	plain := open(t, s, look{noScript: true})
	plain.signIn(adminEmail, "/scores?site=scores&score=insult")
	if n := eval[int](b, `document.querySelectorAll("#histogram a[href*='min=']").length`); n != 40 {
		t.Errorf("%d bars are links", n)
	}
}

// postbox is an SMTP server that keeps what it is sent.
type postbox struct {
	addr string
	mu   sync.Mutex
	came []string
}

func newPostbox(t *testing.T) *postbox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postbox{addr: l.Addr().String()}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.talk(conn)
		}
	}()
	return p
}

func (p *postbox) talk(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 mail.example ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch strings.ToUpper(strings.TrimSpace(line)) {
		case "DATA":
			say("354 go on")
			var body strings.Builder
			for line, err := in.ReadString('\n'); err == nil && line != ".\r\n"; line, err = in.ReadString('\n') {
				body.WriteString(line)
			}
			p.mu.Lock()
			p.came = append(p.came, body.String())
			p.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 mail.example")
		}
	}
}

// find waits for a mail with what the pattern finds in it.
func (p *postbox) find(t *testing.T, pattern *regexp.Regexp) string {
	t.Helper()
	for deadline := time.Now().Add(40 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		p.mu.Lock()
		for _, raw := range p.came {
			unfolded := strings.ReplaceAll(raw, "=\r\n", "") // quoted-printable
			for part := range strings.SplitSeq(raw, "\r\n\r\n") {
				if plain, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(part, "\r\n", "")); err == nil {
					unfolded += string(plain)
				}
			}
			if m := pattern.FindStringSubmatch(unfolded); m != nil {
				p.mu.Unlock()
				return m[1]
			}
		}
		n := len(p.came)
		p.mu.Unlock()
		if time.Now().After(deadline) {
			t.Fatalf("%d mails came, none with %v", n, pattern)
		}
	}
}

// mailed starts a service that mails a digest of one held comment, and gives the
// address of that comment's link in it.
func mailed(t *testing.T) (box *postbox, s *service, f *forum, id, link string) {
	t.Helper()
	box = newPostbox(t)
	s = start(t, "TAMIS_SMTP_ADDR="+box.addr, "TAMIS_SMTP_FROM=tamis@example.org", "TAMIS_SMTP_TLS=none", "TAMIS_SMTP_DIGEST_HOUR=0")
	s.account(t, adminEmail, "admin")
	f = newForum(t, s, "courrier")
	id = f.say("Retenez ceci, je vous prie", "Marc")
	b := open(t, s, look{})
	b.signIn(adminEmail, "/account").click("a[href='/account/mail']").at("/account/mail")
	b.click("input[name=digest][value=courrier]").click("main .button.first").see("Your choice is saved")
	return box, s, f, id, "/m/" + box.find(t, regexp.MustCompile(`/m/([0-9a-f]{64})`))
}

// mailPages are the pages around mails.
func mailPages(link string) []shown {
	return []shown{
		{name: "mail", path: "/account/mail"}, {name: "mail-link", path: link + "?act=reject", out: true}, {name: "mail-link-wrong", path: "/m/0", out: true},
	}
}

// TestALinkInAMail: the digest comes, what opens links by itself decides
// nothing, a person decides from a phone without signing in, and takes it back.
func TestALinkInAMail(t *testing.T) {
	box, s, f, id, link := mailed(t)
	for range 5 {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			req, err := http.NewRequest(method, s.base+link+"?act=reject", nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("%s: %d", method, resp.StatusCode)
			}
		}
	}
	status := func() string {
		var c struct{ Status string }
		f.call("GET", "/v1/comments/"+id, nil, &c)
		return c.Status
	}
	if got := status(); got != "held" {
		t.Fatalf("a scanner decided: %s", got)
	}
	lookOverAll(t, s, mailPages(link))
	for _, l := range []look{{width: 360, high: 740, lang: "fr"}} {
		phone := open(t, s, l)
		phone.visit(link+"?act=reject").see("ceci, je vous prie", "Oui : Refuser")
		if wide := eval[int](phone, `document.documentElement.scrollWidth`); wide > 360 {
			t.Errorf("%d pixels wide on a phone", wide)
		}
		phone.click(".mail-acts .button.first")
		phone.until("rejected", func() bool { return eval[bool](phone, `!!document.querySelector(".opened .mark.rejected")`) })
		if got := status(); got != "rejected" {
			t.Errorf("decided: %s", got)
		}
		phone.click("form[action$='/undo'] button").see("Annulé")
		if got := status(); got != "held" {
			t.Errorf("taken back: %s", got)
		}
		if strings.Contains(phone.text(), "Oui :") || eval[int](phone, `document.querySelectorAll(".mail-acts").length`) != 0 {
			t.Error("the link decides twice")
		}
	}
	// A lost password: the link comes by mail, and signs in.
	lost := open(t, s, look{})
	lost.visit("/signin").click("details summary").fill("#mail-to", adminEmail).click("details button").see("a link is on its way")
	token := box.find(t, regexp.MustCompile(`/signin\?token=([0-9A-Za-z=]+)`))
	lost.visit("/signin?token=" + strings.TrimPrefix(token, "3D")).click("main .button.first")
	lost.until("signed in", func() bool { return !strings.Contains(lost.where(), "/signin") })
	if where := lost.where(); !strings.Contains(where, "/account/password") {
		t.Error(fmt.Sprint("leads to ", where))
	}
}
