package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeVersion is the version that .ci/need puts in the user's cache.
const axeVersion = "4.14.1"

func axe(t testing.TB) string {
	t.Helper()
	path := os.Getenv("TAMIS_TEST_AXE")
	if path == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		path = filepath.Join(cache, "tamis", "axe-core-"+axeVersion, "axe.min.js")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("the accessibility tests need axe-core: run .ci/need, or set TAMIS_TEST_AXE to axe.min.js (%v)", err)
	}
	return string(raw)
}

// runAxe gives what axe-core finds; its argument are axe's options.
const runAxe = `axe.run(document, Object.assign({resultTypes: ["violations"]}, %s)).then(r => r.violations.map(v =>
	v.id + ": " + v.help + " → " + v.nodes.map(n => n.target.join(" ") + " (" + n.failureSummary.split("\n").slice(1, 2).join("").trim() + ")").slice(0, 4).join(" | ")))`

// otherTheme waits until colours that fade have arrived.
const otherTheme = `(document.documentElement.dataset.theme = %q, new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => {
	document.getAnimations().forEach(a => { try { a.finish() } catch { a.cancel() } }); r(true) }))))`

// Every page, in both languages and both themes. What a theme changes is colour:
// the second theme is looked at for contrast alone, on the same page.
func TestPagesAreAccessible(t *testing.T) {
	lookOverAll(t, shared(t), pages())
}

func lookOverAll(t *testing.T, s *service, all []shown) {
	t.Helper()
	script := axe(t)
	for lang, themes := range map[string][2]string{"fr": {"light", "dark"}, "en": {"dark", "light"}} {
		t.Run(lang, func(t *testing.T) {
			out, in := open(t, s, look{lang: lang, theme: themes[0]}), open(t, s, look{lang: lang, theme: themes[0]})
			in.cookie("tamis_lang", lang)
			in.signIn(adminEmail, "/account")
			for _, p := range all {
				b := in
				if p.out {
					b = out
				}
				p.show(t, b)
				lookOver(t, b, p, lang, themes, script)
			}
		})
	}
}

func lookOver(t *testing.T, b *tab, p shown, lang string, themes [2]string, script string) {
	t.Helper()
	if got := eval[string](b, `document.documentElement.lang`); got != lang {
		t.Errorf("%s is in %s, want %s", p.name, got, lang)
	}
	if refused := eval[[]string](b, `window.refused`); len(refused) > 0 {
		t.Errorf("%s asks for what its policy refuses: %s", p.name, strings.Join(refused, "\n"))
	}
	if shifted := eval[float64](b, `window.shifted`); shifted > 0.01 {
		t.Errorf("%s moves while it is read: layout shift %.3f\n\t%s", p.name, shifted, strings.Join(eval[[]string](b, `window.moved`), "\n\t"))
	}
	b.steps("axe", chromedp.Evaluate[chromedp.Void](script))
	found := eval[[]string](b, fmt.Sprintf(runAxe, "{}"))
	eval[bool](b, fmt.Sprintf(otherTheme, themes[1]))
	found = append(found, eval[[]string](b, fmt.Sprintf(runAxe, `{runOnly: ["color-contrast"]}`))...)
	if len(found) > 0 {
		t.Errorf("%s:\n\t%s", p.name, strings.Join(found, "\n\t"))
	}
}

// A phone 360 pixels wide scrolls down and never sideways.
func TestPagesFitAPhone(t *testing.T) {
	s := shared(t)
	out, in := open(t, s, look{lang: "fr", width: 360}), open(t, s, look{lang: "fr", width: 360})
	in.signIn(adminEmail, "/account")
	for _, p := range pages() {
		b := in
		if p.out {
			b = out
		}
		p.show(t, b)
		if wide := eval[int](b, `document.scrollingElement.scrollWidth`); wide > 360 {
			worst := eval[[]string](b, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 361 && !e.closest(".table, pre")).map(e => e.outerHTML.slice(0, 120)).slice(0, 4)`)
			t.Errorf("%s is %d pixels wide: %s", p.name, wide, strings.Join(worst, "\n"))
		}
		if small := eval[[]string](b, `[...document.querySelectorAll("button, a.button, summary, select, input:not([type=hidden])")].filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.height < 24 || r.width < 24) && !(e.type === "checkbox") && e.checkVisibility({visibilityProperty: true}) && getComputedStyle(e).clipPath === "none" }).map(e => e.outerHTML.slice(0, 100))`); len(small) > 0 {
			t.Errorf("%s has targets below 24 pixels: %s", p.name, strings.Join(small, "\n"))
		}
	}
}
