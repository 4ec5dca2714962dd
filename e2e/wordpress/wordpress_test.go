//go:build wordpress

package wordpress

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/webhook"
)

// plugin is what this test is about.
const plugin = "../../integrations/wordpress/tamis"

const (
	courteous = "Merci pour cet article très clair, j’ai appris beaucoup de choses."
	insult    = "You are an idiot, did you even read it?"
	insultFR  = "Quel imbécile, cet auteur."
	spam      = "Buy cheap viagra and casino bonus now!!! http://pills.example http://casino.example CLICK HERE free money"
)

// story prints a test's steps as it goes, and checks them.
type story struct{ t *testing.T }

// tell says what was done and what came of it.
func (s story) tell(done, got, want string) {
	s.t.Helper()
	fmt.Printf("  %-66s %s\n", done, got)
	if got != want {
		s.t.Fatalf("%s: got %s, want %s", done, got, want)
	}
}

// becomes waits for what happens by itself.
func (s story) becomes(done, want string, get func() string) {
	s.t.Helper()
	eventually(s.t, 20*time.Second, done, func() error {
		if got := get(); got != want {
			return fmt.Errorf("got %s, want %s", got, want)
		}
		return nil
	})
	s.tell(done, want, want)
}

// TestPlugins is one test, so that both sites share a database server and files.
func TestPlugins(t *testing.T) {
	db := startDatabase(t)
	root := copyWordPress(t)
	t.Run("the Tamis plugin", func(t *testing.T) { ownPlugin(t, db, root) })
	t.Run("the genuine Akismet plugin", func(t *testing.T) { akismet(t, db, root) })
}

func ownPlugin(t *testing.T, db *database, root string) {
	fmt.Println("WordPress with the Tamis plugin")
	tamis := newService(t)
	tamis.begin()
	s := startSite(t, db, root, "own", "tamis/tamis.php", nil)
	say := story{t}
	admin := s.signIn()
	settings(say, s, tamis, admin)

	thanks := s.post("Anne", courteous)
	say.tell("a visitor posts a courteous comment", s.place(thanks), "published")
	rude := s.post("Bob", insult)
	say.tell("a visitor posts an insult", s.place(rude), "held")
	advert := s.post("Carl", spam)
	say.tell("a visitor posts a spam", s.place(advert), "spam")
	if page := admin.get("/wp-admin/edit-comments.php"); !strings.Contains(page, "<strong>en attente</strong><br>") {
		t.Error("the list of comments does not show the verdict and its reasons")
	}
	decisions(say, s, tamis, admin, thanks, rude)
	news(say, s, tamis)
	away(say, s, tamis, admin)

	theirs := s.meta(advert, "_tamis_id")
	admin.moderate("deletecomment", advert, "?comment_status=spam")
	s.cron("tamis_queue")
	say.tell("the spam is deleted for good: Tamis", tamis.status(theirs), "erased")
	say.tell("PHP's warnings about the plugin", strings.TrimSpace(s.complaints()), "0")
}

// settings fills the settings page in as an administrator does.
func settings(say story, s *site, tamis *service, admin *person) {
	say.t.Helper()
	page := admin.get("/wp-admin/options-general.php?page=tamis")
	say.tell("the settings page speaks English", shows(page, "Address of Tamis"), "yes")
	s.ask("REPLACE INTO wp_options (option_name, option_value) VALUES ('WPLANG', 'fr_CA')")
	page = admin.get("/wp-admin/options-general.php?page=tamis")
	say.tell("… and French", shows(page, "Adresse de Tamis"), "yes")

	form := func(address, key, secret string) url.Values {
		return url.Values{"option_page": {"tamis"}, "action": {"update"}, "_wpnonce": {nonce(say.t, page, "options.php")},
			"_wp_http_referer": {"/wp-admin/options-general.php?page=tamis"}, "tamis[address]": {address},
			"tamis[key]": {key}, "tamis[secret]": {secret}, "tamis[wait]": {"8"}, "tamis[rejected]": {"spam"}}
	}
	saved := admin.send("/wp-admin/options.php", form("ftp://nowhere", "short", "no secret"))
	say.tell("faulty settings are refused, each named", shows(saved, "doit ressembler à", "doit être une clé", "doit commencer par whsec_"), "yes")
	hook := tamis.cli("webhook", "add", s.home+"/index.php?rest_route=/tamis/v1/webhook")
	secret, _ := hook["secret"].(string)
	key := tamis.newKey("--scopes", "submit,review", "--name", "WordPress")
	saved = admin.send("/wp-admin/options.php", form(tamis.base, key, secret))
	if strings.Contains(saved, key) || strings.Contains(saved, secret) {
		say.t.Error("the settings page shows a secret")
	}
	page = admin.get("/wp-admin/options-general.php?page=tamis")
	checked := admin.send("/wp-admin/admin-post.php", url.Values{"action": {"tamis_check"}, "_wpnonce": {nonce(say.t, page, "admin-post.php")}})
	say.tell("address, key and secret are set; the connection is checked", shows(checked, "Tamis répond"), "yes")
}

// decisions has a moderator of the blog click.
func decisions(say story, s *site, tamis *service, admin *person, thanks, rude string) {
	say.t.Helper()
	admin.moderate("approvecomment", rude, "")
	say.tell("the moderator approves the insult", s.place(rude), "published")
	theirs := s.meta(rude, "_tamis_id")
	say.tell("… which is a label in Tamis", tamis.labels(theirs), "approve")
	admin.moderate("spamcomment", thanks, "")
	say.tell("the moderator files the courteous one as spam: label", tamis.labels(s.meta(thanks, "_tamis_id")), "spam")
	admin.moderate("unspamcomment", thanks, "?comment_status=spam")
	say.tell("… and thinks better of it", s.place(thanks), "published")
	say.tell("… which is the label that stands", lastOf(tamis.labels(s.meta(thanks, "_tamis_id"))), "approve")
	admin.moderate("unapprovecomment", rude, "")
	say.tell("the moderator takes the insult back: in Tamis it is", tamis.status(theirs), "held")
	admin.moderate("trashcomment", rude, "")
	say.tell("… and throws it away: label", lastOf(tamis.labels(theirs)), "reject")
}

// news has a moderator decide in Tamis.
func news(say story, s *site, tamis *service) {
	say.t.Helper()
	id := s.post("Denis", insultFR)
	say.tell("a visitor posts another insult", s.place(id), "held")
	theirs := s.meta(id, "_tamis_id")
	tamis.call("POST", "/v1/comments/"+theirs+"/decision", `{"decision":"approve"}`)
	say.becomes("it is approved in Tamis; the webhook says so to WordPress", "published", func() string { return s.place(id) })
	tamis.call("POST", "/v1/comments/"+theirs+"/decision", `{"decision":"spam"}`)
	say.becomes("it is filed as spam in Tamis", "spam", func() string { return s.place(id) })

	event := []byte(`{"type":"comment.decided","id":"e1","at":"2099-01-01T00:00:00Z","comment":{"id":"` + theirs +
		`","external_id":"wordpress:` + strings.TrimPrefix(s.home, "http://") + ":" + id + `","status":"approved","labels":[],"revision":999}}`)
	say.tell("a forged webhook", s.hear(event, webhook.NewSecret(), time.Now()), "401")
	secret := regexp.MustCompile(`whsec_[^"]+`).FindString(s.ask("SELECT option_value FROM wp_options WHERE option_name = 'tamis'"))
	say.tell("a webhook of ten minutes ago, with the true secret", s.hear(event, secret, time.Now().Add(-10*time.Minute)), "401")
	old := bytes.Replace(event, []byte("999"), []byte("1"), 1)
	say.tell("an event older than what is known", s.hear(old, secret, time.Now()), "200")
	say.tell("… after all of which the comment is", s.place(id), "spam")
}

// hear sends the site an event and tells how it was answered.
func (s *site) hear(event []byte, secret string, at time.Time) string {
	s.t.Helper()
	req, err := http.NewRequest(http.MethodPost, s.home+"/index.php?rest_route=/tamis/v1/webhook", bytes.NewReader(event))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("webhook-id", "e1")
	req.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	req.Header.Set("webhook-signature", webhook.Sign([]string{secret}, "e1", at, event))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	return strconv.Itoa(resp.StatusCode)
}

// away takes the service away and brings it back.
func away(say story, s *site, tamis *service, admin *person) {
	say.t.Helper()
	known := s.post("Emma", "Très bonne idée, je vais essayer ce week-end.")
	say.tell("a visitor posts a courteous comment", s.place(known), "published")
	tamis.end()
	thanks := s.post("Fanny", "Bravo et merci, c’est exactement ce que je cherchais.")
	say.tell("Tamis is stopped; a visitor posts a courteous comment", s.place(thanks), "held")
	rude := s.post("Gil", "What an idiot the author of this is.")
	say.tell("… an insult", s.place(rude), "held")
	advert := s.post("Hugo", spam+" http://more.example")
	say.tell("… a spam", s.place(advert), "held")
	saved := s.post("Ines", "You idiot, nobody asked you.")
	admin.moderate("approvecomment", saved, "")
	say.tell("the moderator approves one of them meanwhile", s.place(saved), "published")
	admin.moderate("spamcomment", known, "")
	say.tell("… and files the one from before as spam", s.place(known), "spam")
	s.cron("tamis_queue")
	say.tell("WP-Cron asks in vain: the courteous one stays", s.place(thanks), "held")

	tamis.begin()
	s.cron("tamis_queue")
	say.becomes("Tamis is back, WP-Cron asks again: the courteous one", "published", func() string { return s.place(thanks) })
	say.tell("… the insult", s.place(rude), "held")
	say.becomes("… the spam", "spam", func() string { return s.place(advert) })
	say.tell("… what the moderator approved", s.place(saved), "published")
	say.becomes("… which is a label in Tamis", "approve", func() string { return tamis.labels(s.meta(saved, "_tamis_id")) })
	say.tell("… as is what was filed as spam", tamis.labels(s.meta(known, "_tamis_id")), "spam")
}

func akismet(t *testing.T, db *database, root string) {
	fmt.Println("WordPress with the genuine Akismet plugin, sent to Tamis by a must-use plugin")
	tamis := newService(t)
	tamis.begin()
	key := tamis.newKey("--scopes", "submit,review", "--wire", "akismet")
	s := startSite(t, db, root, "akismet", "akismet/akismet.php", []string{"../../integrations/wordpress/mu-plugins/akismet-to-tamis.php"},
		"TAMIS_ADDRESS="+tamis.base, "WPCOM_API_KEY="+key)
	say := story{t}
	admin := s.signIn()
	fmt.Printf("  %-66s %s\n", "the version of the Akismet plugin", versionOf(t))

	thanks := s.post("Anne", courteous)
	say.tell("a visitor posts a courteous comment", s.place(thanks), "published")
	rude := s.post("Bob", insult)
	say.tell("a visitor posts an insult", s.place(rude), "held")
	advert := s.post("Carl", spam)
	say.tell("a visitor posts a spam", s.place(advert), "spam")

	admin.moderate("unspamcomment", advert, "?comment_status=spam")
	say.tell("the moderator takes it out of the spam folder: label", tamis.labels(tamis.idOf(spam)), "approve")
	admin.moderate("spamcomment", thanks, "")
	say.tell("the moderator files the courteous one as spam: label", tamis.labels(tamis.idOf(courteous)), "spam")
	tamis.call("POST", "/v1/comments/"+tamis.idOf(insult)+"/decision", `{"decision":"approve"}`)
	s.cron("akismet_schedule_cron_recheck")
	say.tell("the insult is approved in Tamis; Akismet asks again by WP-Cron", s.place(rude), "published")

	tamis.end()
	late := s.post("Fanny", "Bravo et merci, c’est exactement ce que je cherchais.")
	say.tell("Tamis is stopped; a visitor posts a courteous comment", s.place(late), "held")
	lateSpam := s.post("Hugo", spam+" http://more.example")
	say.tell("… a spam", s.place(lateSpam), "held")
	tamis.begin()
	s.cron("akismet_schedule_cron_recheck")
	say.tell("Tamis is back, WP-Cron asks again: the courteous one", s.place(late), "published")
	say.tell("… the spam", s.place(lateSpam), "spam")
	say.tell("PHP's warnings about the must-use plugin", strings.TrimSpace(s.complaints()), "0")
}

// moderate follows the link that the list of comments shows.
func (p *person) moderate(action, id, view string) {
	p.s.t.Helper()
	page := html.UnescapeString(p.get("/wp-admin/edit-comments.php" + view))
	link := regexp.MustCompile(`comment\.php\?c=` + id + `&action=` + action + `&_wpnonce=[0-9a-f]+`).FindString(page)
	if link == "" {
		p.s.t.Fatalf("the list of comments offers no %s of %s", action, id)
	}
	p.get("/wp-admin/" + link)
}

// nonce finds the one of the form that goes to action.
func nonce(t *testing.T, page, action string) string {
	t.Helper()
	_, form, _ := strings.Cut(page, action+`"`)
	found := regexp.MustCompile(`name="_wpnonce" value="([0-9a-f]+)"`).FindStringSubmatch(form)
	if found == nil {
		t.Fatalf("no form that goes to %s:\n%.3000s", action, page)
	}
	return found[1]
}

// shows tells whether a page holds all the words.
func shows(page string, words ...string) string {
	page = html.UnescapeString(page)
	for _, w := range words {
		if !strings.Contains(page, w) {
			return "no: " + w
		}
	}
	return "yes"
}

// TestFrenchIsWhole finds words of the plugin that have no French.
func TestFrenchIsWhole(t *testing.T) {
	french, err := os.ReadFile(plugin + "/languages/tamis-fr_FR.po")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(plugin + "/*/*.php")
	if err != nil {
		t.Fatal(err)
	}
	called := regexp.MustCompile(`(?:__|esc_html__|esc_html_e|_n)\(\s*'([^']+)'`)
	words := 0
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range called.FindAllSubmatch(code, -1) {
			words++
			if !regexp.MustCompile(`msgid "` + regexp.QuoteMeta(string(call[1])) + `"\n(msgid_plural .*\n)?msgstr(\[0\])? ".`).Match(french) {
				t.Errorf("%s: no French for %q", filepath.Base(file), call[1])
			}
		}
	}
	if words < 30 {
		t.Errorf("only %d words were found", words)
	}
}

func lastOf(list string) string { return list[strings.LastIndex(list, " ")+1:] }

// versionOf tells which Akismet plugin the distribution has.
func versionOf(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(stock + "/wp-content/plugins/akismet/akismet.php")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`AKISMET_VERSION', '([0-9.]+)'`).FindSubmatch(raw)
	if found == nil {
		t.Fatal("the Akismet plugin tells no version")
	}
	return string(found[1])
}
