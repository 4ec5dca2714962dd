package mail

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	texttemplate "text/template"
	"time"
	"unicode"

	"github.com/tamis-moderation/tamis/models"
)

//go:embed templates
var templates embed.FS

var (
	htmlSheets = template.Must(template.ParseFS(templates, "templates/*.html"))
	textSheets = texttemplate.Must(texttemplate.ParseFS(templates, "templates/*.txt"))
)

const (
	excerptRunes = 400
	usualPace    = 40 * time.Second // that a decision takes
)

// letter is what the templates see as the dot.
type letter struct {
	W       map[string]string // the words of the reader's language
	Name    string
	Site    string
	Waiting int64
	Minutes int64
	Queue   string // both in words
	Items   []letterItem
	More    int
	Desk    string
	Wishes  string
	Link    string // to sign in
	Lang    string
	Subject string
}

// letterItem is a comment in a mail.
type letterItem struct {
	Text   string
	Author string
	Where  string
	Why    string
	Page   string
	Acts   []letterAct
}

type letterAct struct {
	Name string
	Path string
}

// reviews reports whether somebody still decides on a site.
func (s *Service) reviews(u models.User, site models.SiteID) bool {
	return u.Allow(models.ActReview, site, s.Now()) == nil
}

// write words a mail; nil when nothing is left to be told.
func (s *Service) write(ctx context.Context, m models.Mail) (*Message, error) {
	u, err := s.Store.User(ctx, m.User)
	if err != nil && models.KindOf(err) == models.NotFound || err == nil && !u.Live(s.Now()) {
		return nil, nil // whoever is gone gets no mail
	}
	if err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	lang := u.Locale
	if lang == "" {
		lang = s.Locale
	}
	l := &letter{W: words[lang], Lang: lang, Name: u.Shown(), Wishes: s.Base + "/account/mail"}
	if l.W == nil {
		l.W, l.Lang = words["en"], "en"
	}
	if m.Kind == models.MailSignIn {
		secret, err := s.Link(ctx, u.Email, "tamis")
		if err != nil {
			return nil, fmt.Errorf("write mail: %w", err)
		}
		l.Link, l.Subject = s.Base+"/signin?"+url.Values{"token": {secret}}.Encode(), l.W["signin_subject"]
		return l.message(m, u, "signin")
	}
	if !s.reviews(u, m.Site) {
		return nil, nil
	}
	if err := s.fill(ctx, l, m, u); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	if len(l.Items) == 0 {
		return nil, nil
	}
	numbers := strings.NewReplacer("{site}", l.Site, "{n}", strconv.FormatInt(l.Waiting, 10), "{minutes}", strconv.FormatInt(l.Minutes, 10))
	l.Subject, l.Queue = numbers.Replace(l.W[string(m.Kind)+"_subject"]), numbers.Replace(l.W["queue"])
	return l.message(m, u, "comments")
}

// fill adds the site, its queue, and the comments that still wait.
func (s *Service) fill(ctx context.Context, l *letter, m models.Mail, u models.User) error {
	site, err := s.Store.Site(ctx, m.Site)
	if err != nil {
		return err
	}
	l.Site, l.Desk = oneLine(site.Name, 80), s.Base+"/desk?"+url.Values{"site": {string(site.ID)}}.Encode()
	shape, err := s.Store.QueueShape(ctx, m.Site, u.Sections(m.Site), s.Now())
	if err != nil {
		return err
	}
	for _, age := range shape.Ages {
		l.Waiting += age.Grave + age.Rest
	}
	pace := usualPace
	if shape.Answered > 0 {
		pace = time.Duration(shape.Answered * float64(time.Second))
	}
	l.Minutes = int64((time.Duration(l.Waiting)*pace + time.Minute - 1) / time.Minute)
	for _, id := range m.Comments {
		c, err := s.Store.Comment(ctx, m.Site, id)
		if err != nil && models.KindOf(err) == models.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if c.Status != models.Held || !u.SeesSection(m.Site, c.Context.Section) {
			continue
		}
		if len(l.Items) == shown {
			l.More++
			continue
		}
		item, err := s.item(ctx, l, c, u)
		if err != nil {
			return err
		}
		l.Items = append(l.Items, item)
	}
	return nil
}

// item words one comment, with links that decide it.
func (s *Service) item(ctx context.Context, l *letter, c models.Comment, u models.User) (letterItem, error) {
	secret, hash := newSecret()
	err := s.Store.AddMailLink(ctx, models.MailLink{Hash: hash, User: u.ID, Site: c.Site, Comment: c.ID, ExpiresAt: s.Now().Add(linkLife)})
	if err != nil {
		return letterItem{}, err
	}
	page := s.Base + "/m/" + secret
	item := letterItem{
		Text: oneLine(masked(c), excerptRunes), Author: oneLine(c.Author.Name, 60), Where: oneLine(c.Context.Title, 100), Page: page,
	}
	if c.Verdict != nil {
		for _, r := range c.Verdict.Reasons {
			if !r.Shadow {
				item.Why = r.Text(l.Lang)
				break
			}
		}
	}
	for _, kind := range []models.DecisionKind{models.DecideApprove, models.DecideHold, models.DecideReject, models.DecideSpam} {
		item.Acts = append(item.Acts, letterAct{Name: l.W[string(kind)], Path: page + "?act=" + string(kind)})
	}
	return item, nil
}

// masked covers what a comment leaks: mail is no place for it.
func masked(c models.Comment) string {
	runes := []rune(c.Text)
	if c.Verdict == nil {
		return c.Text
	}
	for _, r := range c.Verdict.Reasons {
		if r.Rule != models.RuleLeak {
			continue
		}
		for _, e := range r.Evidence {
			for i := max(0, e.Begin); i < min(e.End, len(runes)); i++ {
				runes[i] = '•'
			}
		}
	}
	return string(runes)
}

// oneLine makes somebody else's words harmless in a mail: one line, no marks
// that turn the reading, no more than most.
func oneLine(s string, most int) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func (l *letter) message(m models.Mail, u models.User, sheet string) (*Message, error) {
	var text, html bytes.Buffer
	if err := textSheets.ExecuteTemplate(&text, sheet+".txt", l); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	if err := htmlSheets.ExecuteTemplate(&html, sheet+".html", l); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	return &Message{
		To: u.Email, Name: u.Name, Subject: l.Subject, Text: text.String(), HTML: html.String(), ID: m.ID,
	}, nil
}

// words are all that mails say.
var words = map[string]map[string]string{
	"en": {
		"digest_subject": "{site}: {n} to see", "alert_subject": "{site}: something grave was held",
		"signin_subject": "Your sign-in link for Tamis",
		"hello":          "Hello", "queue": "{site}: {n} to see, about {minutes} min.", "first": "The most urgent:",
		"by": "by", "on": "on", "read": "Read and decide", "desk": "Go to the desk", "more": "and others",
		"approve": "Keep", "hold": "Hold", "reject": "Reject", "spam": "Spam",
		"safe":    "Each link opens a page that asks you once more, works once, and lets you take it back. They end in three days. Don't pass this mail on: its links decide in your name.",
		"wishes":  "Which mails you get",
		"sign_in": "This link signs you in, once. It ends within a day. There you can choose another password.",
		"not_you": "If you didn't ask for it, forget this mail: nothing changes.",
	},
	"fr": {
		"digest_subject": "{site} : {n} à voir", "alert_subject": "{site} : quelque chose de grave a été retenu",
		"signin_subject": "Votre lien de connexion à Tamis",
		"hello":          "Bonjour", "queue": "{site} : {n} à voir, environ {minutes} min.", "first": "Les plus urgents :",
		"by": "par", "on": "sous", "read": "Lire et décider", "desk": "Aller au bureau", "more": "et d'autres",
		"approve": "Garder", "hold": "Retenir", "reject": "Rejeter", "spam": "Spam",
		"safe":    "Chaque lien ouvre une page qui vous redemande, sert une fois, et permet d'annuler. Ils expirent dans trois jours. Ne transférez pas ce message : ses liens décident en votre nom.",
		"wishes":  "Quels messages vous recevez",
		"sign_in": "Ce lien vous connecte, une fois. Il expire dans la journée. Vous pourrez y choisir un autre mot de passe.",
		"not_you": "Si vous n'avez rien demandé, oubliez ce message : rien ne change.",
	},
}
