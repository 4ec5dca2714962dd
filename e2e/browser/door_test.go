package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestFirstSignIn(t *testing.T) {
	s := start(t)
	link := s.firstLink(t)
	for range 2 { // what opens links in mails does not spend it
		resp, err := http.Get(s.base + link)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	b := open(t, s, look{})
	b.visit(link).see("Welcome").click(".button.first")
	b.at("/account/password").see("Choose a password")
	b.fill("#password", "short").fill("#again", "short").click(".button.first")
	if !eval[bool](b, `document.querySelector("#password").validity.tooShort`) {
		t.Error("a short password is not refused by the form")
	}
	b.fill("#password", password).fill("#again", password).click("main .button.first")
	b.see("Your password is set.")
	b.visit("/account").see("admin@localhost")
	b.click(".bar > details:last-of-type > summary").click(".sheet-menu form[action='/signout'] button").see("You are signed out.")
	b.visit(link).click(".button.first").see("This link does not work any more")
	b.fill("#email", "admin@localhost").fill("#password", "wrong horse").click(".button.first").see("The address or the password is not right.")
	if got := eval[string](b, `document.querySelector("#email").value`); got != "admin@localhost" {
		t.Errorf("the address is lost: %q", got)
	}
	b.fill("#password", password).click(".button.first")
	b.until("in", b.inside)
}

func TestSignInWithoutScript(t *testing.T) {
	s := shared(t)
	b := open(t, s, look{lang: "fr", noScript: true, width: 360})
	b.visit("/settings/team").at("/signin?back=")
	b.steps("form", chromedp.SendKeys(chromedp.CSS("#email"), adminEmail), chromedp.SendKeys(chromedp.CSS("#password"), password),
		chromedp.Click(chromedp.CSS(".button.first")), chromedp.WaitVisible(chromedp.CSS("main table")))
	b.at("/settings/team")
	b.steps("try", chromedp.Navigate(b.base+"/try"), chromedp.SendKeys(chromedp.CSS("#try-text"), "Ferme-la, crétin."),
		chromedp.Click(chromedp.CSS("main .button.first")), chromedp.WaitVisible(chromedp.CSS(".verdict .mark.hold, .verdict .mark.reject")))
}

func TestLanguageAndThemeStay(t *testing.T) {
	s := shared(t)
	s.account(t, "lou@example.org", "moderator")
	b := open(t, s, look{lang: "fr-CA,fr;q=0.9"})
	b.visit("/signin").see("Connexion", "Mot de passe")
	b.signIn("lou@example.org", "/account").see("Où vous êtes connecté")
	b.click(".bar > details:last-of-type > summary").click("button[name=lang][value=en]").see("Where you are signed in")
	b.click(".bar > details:last-of-type > summary").click("button[name=theme][value=dark]")
	dark := func() bool {
		return eval[string](b, `getComputedStyle(document.documentElement).colorScheme`) == "dark"
	}
	b.until("dark at once", dark)
	b.until("kept", func() bool {
		b.visit("/account")
		return dark()
	})
	// Another browser of the same person reads what the person chose.
	open(t, s, look{lang: "fr"}).signIn("lou@example.org", "/account").see("Where you are signed in")
}

func TestSessionEndsAndComesBack(t *testing.T) {
	s := shared(t)
	b := open(t, s, look{})
	b.signIn(adminEmail, "/settings/policy").see("From which score")
	b.cookie("tamis_session", "of-a-session-that-is-over")
	b.click("main .save .button").at("/signin").see("Your session has ended.")
	b.fill("#email", adminEmail).fill("#password", password).click(".button.first")
	b.at("/settings/policy").see("From which score")
}

func TestWrongRoleAndOtherSites(t *testing.T) {
	s := shared(t)
	s.account(t, "help@example.org", "helper")
	b := open(t, s, look{lang: "fr"})
	b.signIn("help@example.org", "/settings/policy").see("Votre rôle ne le permet pas")
	b.visit("/try?site=not-mine").see("Il n'y a rien ici")
	if strings.Contains(b.text(), "Clés d'API") {
		t.Error("a helper is shown what a helper may not open")
	}
}

// A page of another site sends a form with the person's cookies.
func TestFormOfAnotherSite(t *testing.T) {
	s := shared(t)
	b := open(t, s, look{})
	b.signIn(adminEmail, "/account")
	form := fmt.Sprintf(`<form method="post" action="%s/settings/sites"><input name="id" value="evil"><input name="locale" value="en"><button>x</button></form>`, s.base)
	b.steps("another site", chromedp.Navigate("data:text/html,"+url.PathEscape(form)), chromedp.Click(chromedp.CSS("button")))
	b.until("refused", func() bool {
		return strings.Contains(b.text(), "nothing was done") || strings.Contains(b.where(), "/signin")
	})
	b.visit("/settings/sites")
	if strings.Contains(b.text(), "evil") {
		t.Error("the site was made")
	}
}

func TestHostileNames(t *testing.T) {
	s := start(t)
	s.account(t, adminEmail, "admin")
	hostile := `"><img src=x onerror="document.title='run'"><script>document.title='run'</script>` + "\u202e" + strings.Repeat("𝔘", 10) + strings.Repeat("W", 50)
	s.cli(t, "", "site", "add", "hostile", "--name", hostile)
	s.cli(t, "", "user", "add", "h@example.org", "--name", hostile, "--role", "helper")
	b := open(t, s, look{width: 360})
	b.signIn(adminEmail, "/settings/sites?site=hostile")
	for _, path := range []string{"/settings/sites", "/settings/team", "/account"} {
		b.visit(path)
		if eval[string](b, `document.title`) == "run" {
			t.Errorf("%s runs what a name says", path)
		}
		if wide := eval[int](b, `document.scrollingElement.scrollWidth`); wide > 360 {
			t.Errorf("%s is broken open to %d pixels", path, wide)
		}
	}
}

func TestKeysOfTheHouse(t *testing.T) {
	s := shared(t)
	b := open(t, s, look{})
	b.signIn(adminEmail, "/account")
	b.press("k", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	b.until("the palette", func() bool { return eval[bool](b, `document.querySelector("#palette").open`) })
	b.press("webho")
	b.until("found", func() bool {
		return eval[bool](b, `document.querySelector("#found a")?.getAttribute("href") === "/settings/webhooks"`)
	})
	b.press("\r").at("/settings/webhooks")
	b.press("?")
	b.until("the list of keys", func() bool { return eval[bool](b, `document.querySelector("#keys").open`) })
	b.press("\u001b")
	b.until("closed", func() bool { return !eval[bool](b, `document.querySelector("#keys").open`) })
	b.fill("#hook-url", "https://example.org/?k")
	if eval[bool](b, `!!document.querySelector("dialog[open]")`) {
		t.Error("typing into a field is taken for a command")
	}
	b.visit("/account").click("[data-dialog=try-dialog]")
	b.fill("#try-text", "Espèce de crétin, ferme-la.").click("#try-dialog .button.first")
	b.see("held for a person")
	b.at("/account")
}

func TestWhatTheOperatorSetsHolds(t *testing.T) {
	s := shared(t)
	s.cli(t, "", "user", "add", "sport@example.org", "--role", "manager", "--site", "default/sport", "--until", "2099-12-31")
	s.cli(t, password+"\n", "user", "passwd", "sport@example.org")
	if list := s.cli(t, "", "user", "list", "--json"); !strings.Contains(list, `"default/sport"`) || !strings.Contains(list, "2099-12-31") {
		t.Errorf("the list: %s", list)
	}
	b := open(t, s, look{})
	b.signIn("sport@example.org", "/settings/policy").see("Your role does not cover this")
	s.cli(t, "", "user", "disable", "sport@example.org")
	b.visit("/account").at("/signin").fill("#email", "sport@example.org").fill("#password", password).click(".button.first")
	b.see("The address or the password is not right.")
	s.cli(t, "", "user", "enable", "sport@example.org")
	b.signIn("sport@example.org", "/account").see("sport@example.org")
}
