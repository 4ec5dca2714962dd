package mail_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/mail"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
)

// server is an SMTP server that keeps what it is sent, or refuses it.
type server struct {
	addr   string
	mu     sync.Mutex
	refuse bool
	came   []string
}

func newServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{addr: l.Addr().String()}
	var wg sync.WaitGroup
	t.Cleanup(func() { l.Close(); wg.Wait() })
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { s.talk(conn) })
		}
	})
	return s
}

func (s *server) talk(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 mail.example ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "EHLO"):
			say("250 mail.example")
		case verb == "DATA":
			say("354 go on")
			var body strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil || line == ".\r\n" {
					break
				}
				body.WriteString(line)
			}
			s.mu.Lock()
			if s.refuse {
				say("451 later, please")
			} else {
				s.came = append(s.came, body.String())
				say("250 taken")
			}
			s.mu.Unlock()
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// letters gives what came: each with its plain part.
func (s *server) letters(t *testing.T) []letter {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []letter
	for _, raw := range s.came {
		m, err := netmail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil {
			t.Fatal(err)
		}
		l := letter{to: m.Header.Get("To"), subject: subject, id: m.Header.Get("Message-Id"), parts: map[string]string{}}
		_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		for r := multipart.NewReader(m.Body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(quotedprintable.NewReader(p))
			if err != nil {
				t.Fatal(err)
			}
			kind, _, _ := strings.Cut(p.Header.Get("Content-Type"), ";")
			l.parts[kind] = strings.ReplaceAll(string(body), "\r\n", "\n")
		}
		out = append(out, l)
	}
	return out
}

type letter struct {
	to, subject, id string
	parts           map[string]string
}

// house is the room over a real store, with a clock that tests move.
type house struct {
	t      *testing.T
	db     store.Store
	mail   *mail.Service
	server *server
	at     time.Time
	log    *strings.Builder
}

func (h *house) now() time.Time { return h.at }

func setup(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, db: storetest.New(t), server: newServer(t), at: time.Date(2026, 11, 25, 6, 30, 0, 0, time.UTC), log: &strings.Builder{}}
	users := &admin.Users{Store: h.db, Now: h.now}
	h.mail = &mail.Service{
		Store: h.db, Link: users.Link, Base: "https://tamis.example", Locale: "en", Hour: 7, Changed: func() {}, Now: h.now,
		Log:  slog.New(slog.NewJSONHandler(h.log, nil)),
		Post: &mail.SMTP{Addr: h.server.addr, From: "Tamis <tamis@example.org>", TLS: "none"},
	}
	for _, id := range []models.SiteID{"blog", "shop"} {
		if err := h.db.AddSite(t.Context(), models.Site{ID: id, Name: "The " + string(id), Locale: "en", CreatedAt: h.at}, "test"); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *house) person(email string, role models.Role, scope ...models.SiteScope) models.User {
	h.t.Helper()
	u := models.User{ID: "id-" + email, Email: email, Name: "Anne", Role: role, Scope: scope, CreatedAt: h.at}
	if err := h.db.AddUser(h.t.Context(), u, "test"); err != nil {
		h.t.Fatal(err)
	}
	return u
}

func (h *house) wish(u models.User, site models.SiteID, digest, alerts bool) {
	h.t.Helper()
	if err := h.mail.SetWish(h.t.Context(), u, models.MailWish{Site: site, Digest: digest, Alerts: alerts}); err != nil {
		h.t.Fatal(err)
	}
}

// held adds a comment that waits for a person.
func (h *house) held(site models.SiteID, text string, label models.Label, section string) models.Comment {
	h.t.Helper()
	ctx := h.t.Context()
	c := models.Comment{
		ID: models.CommentID(models.NewID(h.at)), Site: site, Text: text, Author: models.Author{ID: "u", Name: "Zoé\r\nBcc: x@y.example"},
		Context: models.Context{Section: section, Title: "A post"}, ReceivedAt: h.at,
	}
	h.at = h.at.Add(time.Second)
	if _, err := h.db.AddComments(ctx, []models.Comment{c}); err != nil {
		h.t.Fatal(err)
	}
	lease, err := h.db.LeaseComments(ctx, []models.CommentID{c.ID}, time.Minute, h.at)
	if err != nil {
		h.t.Fatal(err)
	}
	v := models.Verdict{Action: models.Hold, Scores: models.Scores{label: 0.9}, Labels: []models.Label{label}, Reasons: []models.Reason{
		{Rule: models.RuleScore, Action: models.Hold, Label: label, Score: 0.9, Threshold: 0.6},
		{Rule: models.RuleLeak, Action: models.Hold, Params: map[string]string{"kind": "iban"}, Evidence: []models.Span{{Begin: 0, End: 4}}},
	}}
	_, err = h.db.RecordJudgements(ctx, lease.Token, []models.Judgement{{Comment: c.ID, Site: site, Revision: 1, Verdict: v, Urgency: 1, At: h.at}})
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// round files and sends what is due.
func (h *house) round() {
	h.t.Helper()
	if _, err := h.mail.FileDue(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.mail.SendDue(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

var linkPattern = regexp.MustCompile(`https://tamis\.example/m/([0-9a-f]{64})`)

func TestADigestComesOnceADayAndHoldsNoSecretOfOthers(t *testing.T) {
	t.Parallel()
	h := setup(t)
	anne := h.person("anne@example.org", models.RoleModerator, models.SiteScope{Site: "blog", Sections: []string{"news"}})
	h.wish(anne, "blog", true, false)
	h.held("blog", "1234 is my number, you <b>oaf</b>\u202e", models.Insult, "news")
	h.held("blog", "of another section", models.Insult, "sports")
	h.held("shop", "of another site", models.Insult, "news")
	h.round()
	if n := len(h.server.letters(t)); n != 0 {
		t.Fatalf("%d before its hour", n)
	}
	h.at = h.at.Add(time.Hour)
	for range 3 {
		h.round()
	}
	letters := h.server.letters(t)
	if len(letters) != 1 {
		t.Fatalf("%d letters", len(letters))
	}
	got := letters[0]
	if !strings.Contains(got.to, "anne@example.org") || got.subject != "The blog: 1 to see" || strings.Contains(got.subject, "\n") {
		t.Errorf("to %q: %q", got.to, got.subject)
	}
	for kind, body := range got.parts {
		if !strings.Contains(body, "••••") || strings.Contains(body, "1234 is") || strings.Contains(body, "another") || strings.Contains(body, "\u202e") || strings.Contains(body, "\nBcc:") {
			t.Errorf("%s: %s", kind, body)
		}
		if !linkPattern.MatchString(body) || !strings.Contains(body, "https://tamis.example/desk?site=blog") {
			t.Errorf("%s has no links: %s", kind, body)
		}
	}
	if html := got.parts["text/html"]; strings.Contains(html, "<b>") || strings.Count(html, "?act=") != 4 {
		t.Errorf("html: %s", html)
	}
	h.at = h.at.Add(24 * time.Hour)
	h.round()
	if n := len(h.server.letters(t)); n != 2 {
		t.Errorf("%d after another day", n)
	}
	if strings.Contains(h.log.String(), "oaf") || strings.Contains(h.log.String(), "anne@") {
		t.Errorf("logged %s", h.log)
	}
}

func TestAnAlertComesAtOnceForWhatIsGrave(t *testing.T) {
	t.Parallel()
	h := setup(t)
	anne := h.person("anne@example.org", models.RoleModerator)
	h.wish(anne, "blog", false, true)
	h.held("blog", "just rude, that one", models.Insult, "")
	h.round()
	if n := len(h.server.letters(t)); n != 0 {
		t.Fatalf("%d for what is not grave", n)
	}
	h.held("blog", "I will find you", models.Threat, "")
	h.round()
	h.held("blog", "I can't go on", models.Distress, "")
	h.round()
	if n := len(h.server.letters(t)); n != 1 {
		t.Fatalf("%d alerts within minutes", n)
	}
	h.at = h.at.Add(20 * time.Minute)
	h.round()
	letters := h.server.letters(t)
	if len(letters) != 2 || !strings.Contains(letters[1].parts["text/plain"], "go on") || strings.Contains(letters[1].parts["text/plain"], "find you") {
		t.Fatalf("got %+v", letters)
	}
	h.at = h.at.Add(20 * time.Minute)
	h.round()
	if n := len(h.server.letters(t)); n != 2 {
		t.Errorf("told again: %d", n)
	}
}

func TestAServerThatRefusesIsTriedAgain(t *testing.T) {
	t.Parallel()
	h := setup(t)
	anne := h.person("anne@example.org", models.RoleModerator)
	h.wish(anne, "blog", true, false)
	c := h.held("blog", "oaf, you oaf", models.Insult, "")
	h.at = h.at.Add(time.Hour)
	h.server.refuse = true
	h.round()
	h.server.refuse = false
	h.round()
	if n := len(h.server.letters(t)); n != 0 {
		t.Fatalf("%d at once", n)
	}
	h.at = h.at.Add(2 * time.Minute)
	h.round()
	if n := len(h.server.letters(t)); n != 1 {
		t.Fatalf("%d after the pause", n)
	}
	other := h.person("paul@example.org", models.RoleModerator)
	h.wish(other, "blog", true, false)
	if _, err := h.mail.FileDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := models.Decision{ID: models.NewID(h.at), Comment: c.ID, Site: "blog", Decision: models.DecideApprove, By: "user:z", At: h.at}
	if _, err := h.db.RecordDecision(t.Context(), d, ""); err != nil {
		t.Fatal(err)
	}
	h.round()
	if n := len(h.server.letters(t)); n != 1 {
		t.Errorf("a mail about what was decided meanwhile: %d", n)
	}
}

func TestALinkDecidesOnceForWhoMayStillDecide(t *testing.T) {
	t.Parallel()
	h := setup(t)
	anne := h.person("anne@example.org", models.RoleModerator)
	h.wish(anne, "blog", true, false)
	c := h.held("blog", "oaf, you oaf", models.Insult, "")
	h.at = h.at.Add(time.Hour)
	h.round()
	secret := linkPattern.FindStringSubmatch(h.server.letters(t)[0].parts["text/plain"])[1]
	ctx := t.Context()
	for range 3 { // as programs that read mail do
		o, err := h.mail.Open(ctx, secret)
		if err != nil || o.Comment.ID != c.ID || o.Comment.Status != models.Held {
			t.Fatal(o, err)
		}
	}
	if _, err := h.mail.Decide(ctx, secret, models.DecideEscalate); models.KindOf(err) != models.Invalid {
		t.Errorf("escalate: %v", err)
	}
	if _, err := h.mail.Undo(ctx, secret); models.KindOf(err) != models.Conflict {
		t.Errorf("undo of nothing: %v", err)
	}
	d, err := h.mail.Decide(ctx, secret, models.DecideReject)
	if err != nil || d.By != "user:anne@example.org" || d.Comment != c.ID {
		t.Fatal(d, err)
	}
	if _, err := h.mail.Decide(ctx, secret, models.DecideApprove); models.KindOf(err) != models.Conflict {
		t.Errorf("twice: %v", err)
	}
	if _, err := h.mail.Undo(ctx, secret); err != nil {
		t.Errorf("undo: %v", err)
	}
	if _, err := h.mail.Undo(ctx, secret); models.KindOf(err) != models.Conflict {
		t.Errorf("undo twice: %v", err)
	}
	if got, err := h.db.Comment(ctx, "blog", c.ID); err != nil || got.Status != models.Held {
		t.Errorf("after the undo: %s, %v", got.Status, err)
	}
	for _, wrong := range []string{"", "x", strings.Repeat("0", 64), secret + " "} {
		if _, err := h.mail.Open(ctx, wrong); models.KindOf(err) != models.NotFound {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	_, err = h.db.ChangeUser(ctx, models.UserChange{User: anne.ID, At: h.at}, func(u *models.User) error { u.DisabledAt = h.at; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.mail.Open(ctx, secret); models.KindOf(err) != models.NotFound {
		t.Errorf("a disabled account: %v", err)
	}
}

func TestALinkEndsAfterThreeDays(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.wish(h.person("anne@example.org", models.RoleModerator), "blog", true, false)
	h.held("blog", "oaf, you oaf", models.Insult, "")
	h.at = h.at.Add(time.Hour)
	h.round()
	secret := linkPattern.FindStringSubmatch(h.server.letters(t)[0].parts["text/plain"])[1]
	h.at = h.at.Add(73 * time.Hour)
	if _, err := h.mail.Decide(t.Context(), secret, models.DecideReject); models.KindOf(err) != models.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestSignInLinksComeByMailAndTellNothing(t *testing.T) {
	t.Parallel()
	h := setup(t)
	h.person("anne@example.org", models.RoleHelper)
	ctx := context.Background()
	for _, email := range []string{" Anne@Example.org ", "nobody@example.org", "", "x\r\ny"} {
		if err := h.mail.SignIn(ctx, email); err != nil {
			t.Errorf("%q: %v", email, err)
		}
	}
	h.round()
	letters := h.server.letters(t)
	if len(letters) != 1 || !strings.Contains(letters[0].parts["text/plain"], "https://tamis.example/signin?token=") {
		t.Fatalf("got %+v", letters)
	}
	for range 10 {
		if err := h.mail.SignIn(ctx, "anne@example.org"); err != nil {
			t.Fatal(err)
		}
		h.at = h.at.Add(time.Second)
	}
	h.round()
	if n := len(h.server.letters(t)); n != 3 {
		t.Errorf("%d mails in an hour", n)
	}
}

func TestWishesAreForWhoMayReview(t *testing.T) {
	t.Parallel()
	h := setup(t)
	anne := h.person("anne@example.org", models.RoleModerator, models.SiteScope{Site: "blog"})
	if err := h.mail.SetWish(t.Context(), anne, models.MailWish{Site: "shop", Digest: true}); err == nil {
		t.Error("of a site that the person does not see")
	}
	if err := h.mail.SetWish(t.Context(), h.person("h@example.org", models.RoleHelper), models.MailWish{Site: "blog", Digest: true}); err == nil {
		t.Error("of a helper")
	}
	h.wish(anne, "blog", true, true)
	got, err := h.mail.Wishes(t.Context(), anne)
	if err != nil || len(got) != 1 || !got[0].Digest || got[0].Site != "blog" {
		t.Errorf("got %+v, %v", got, err)
	}
}
