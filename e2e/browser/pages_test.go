package browser

import "testing"

// shown is a page that accessibility, phone width and screenshots cover.
type shown struct {
	name string
	path string
	// out means that nobody is signed in.
	out bool
	// prepare brings the page to what is worth seeing; may be nil.
	prepare func(b *tab)
}

// pages lists every page of the console. Who adds a page adds a line.
func pages() []shown {
	return []shown{
		{name: "signin", path: "/signin", out: true},
		{name: "link", path: "/signin?token=abcdef", out: true},
		{name: "desk", path: "/desk"},
		{name: "desk-remind", path: "/desk", prepare: func(b *tab) { b.press("m") }},
		{name: "desk-escalate", path: "/desk", prepare: func(b *tab) { b.press("t") }},
		{name: "desk-edit", path: "/desk", prepare: func(b *tab) { b.press("e") }},
		{name: "desk-empty", path: "/desk?queue=press"},
		{name: "waves", path: "/waves"},
		{name: "triage", path: "/triage"},
		{name: "overview", path: "/overview"},
		{name: "comments", path: "/comments"},
		{name: "comments-found", path: "/comments?q=vous&status=held"},
		{name: "comment", path: "/comments?status=held", prepare: func(b *tab) { b.click(".found a").at("/comments/") }},
		{name: "scores", path: "/scores?score=toxic&min=0.5&max=1"},
		{name: "account", path: "/account"},
		{name: "password", path: "/account/password"},
		{name: "second-step", path: "/account/code"},
		{name: "try", path: "/try", prepare: func(b *tab) {
			b.fill("#try-text", "Espèce de crétin, ferme-la.").click("main .button.first")
			b.until("the verdict", func() bool { return eval[bool](b, `!!document.querySelector("#verdict .mark, section.verdict")`) })
		}},
		{name: "shortcuts", path: "/keys"},
		{name: "find", path: "/find?q="},
		{name: "palette", path: "/account", prepare: func(b *tab) {
			b.click("[data-dialog=palette]")
			b.until("the palette", func() bool { return eval[bool](b, `document.querySelectorAll("#found a").length > 0`) })
		}},
		{name: "menu", path: "/account", prepare: func(b *tab) { b.click(".bar > details:last-of-type > summary") }},
		{name: "charter", path: "/settings/charter"},
		{name: "rules", path: "/settings/policy"},
		{name: "rules-default", path: "/settings/policy/0"},
		{name: "team", path: "/settings/team"},
		{name: "keys", path: "/settings/keys"},
		{name: "webhooks", path: "/settings/webhooks"},
		{name: "log", path: "/settings/audit"},
		{name: "sites", path: "/settings/sites"},
		{name: "nothing", path: "/settings/nothing"},
	}
}

// show brings a tab to a page.
func (p shown) show(t testing.TB, b *tab) {
	t.Helper()
	b.visit(p.path)
	if p.prepare != nil {
		p.prepare(b)
	}
}

func (b *tab) inside() bool { return eval[bool](b, `!!document.querySelector(".places")`) }
