//go:build screenshots

package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestScreenshots writes every page × theme × language × phone and desk.
func TestScreenshots(t *testing.T) {
	t.Run("pages", func(t *testing.T) { shoot(t, shared(t), pages()) })
	t.Run("mails", func(t *testing.T) {
		_, s, _, _, link := mailed(t)
		shoot(t, s, mailPages(link))
	})
}

func shoot(t *testing.T, s *service, all []shown) {
	t.Helper()
	dir := os.Getenv("TAMIS_SCREENS")
	if dir == "" {
		t.Fatal("TAMIS_SCREENS names no folder")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, theme := range []string{"light", "dark"} {
		for _, lang := range []string{"fr", "en"} {
			for _, on := range []struct {
				name        string
				width, high int64
			}{{"desk", 1280, 800}, {"phone", 360, 740}} {
				l := look{lang: lang, theme: theme, width: on.width, high: on.high}
				out, in := open(t, s, l), open(t, s, l)
				in.cookie("tamis_lang", lang)
				in.signIn(adminEmail, "/account")
				for _, p := range all {
					b := in
					if p.out {
						b = out
					}
					p.show(t, b)
					png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
					if err != nil {
						t.Fatal(err)
					}
					file := filepath.Join(dir, fmt.Sprintf("%s-%s-%s-%s.png", p.name, lang, theme, on.name))
					if err := os.WriteFile(file, png, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}
