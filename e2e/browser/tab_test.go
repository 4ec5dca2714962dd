package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The one browser process that all tests share; each has a profile of its own in it.
var (
	browserMu   sync.Mutex
	browserTabs context.Context // whose children are tabs; nil until the browser runs
	browserEnds []func()
)

func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{os.Getenv("TAMIS_TEST_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if mac := "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; exists(mac) {
		return mac
	}
	t.Fatal("the browser tests need chromium: run .ci/need, or set TAMIS_TEST_CHROMIUM to a browser of its family")
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func theBrowser(t testing.TB) context.Context {
	t.Helper()
	browserMu.Lock()
	defer browserMu.Unlock()
	if browserTabs != nil {
		return browserTabs
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // a browser that root starts has none
	}
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	browserTabs, browserEnds = ctx, []func(){end, endAllocator} //nolint:fatcontext // it outlives the test that comes first
	return ctx
}

func closeBrowser() {
	for _, end := range browserEnds {
		end()
	}
}

// tab is a page in a profile of its own: no cookie of another test.
type tab struct {
	t    testing.TB
	ctx  context.Context
	base string
}

// look says how a tab looks at a service.
type look struct {
	lang  string // of the browser; default en
	theme string // auto, light or dark
	width int64  // default 1280
	// high is the height of the window; default 800.
	high     int64
	noScript bool
}

func open(t testing.TB, s *service, l look) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(theBrowser(t), chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	b := &tab{t: t, ctx: ctx, base: s.base}
	if l.width == 0 {
		l.width, l.high = 1280, 800
	}
	if l.high == 0 {
		l.high = 740
	}
	if l.lang == "" {
		l.lang = "en"
	}
	// A tab comes to be with its first action, which must not have a deadline.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	b.steps("open", chromedp.EmulateViewport(l.width, l.high), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchPage})
		return err
	}), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
			Headers: network.Headers{"Accept-Language": l.lang},
		})
		return err
	}))
	if l.theme != "" {
		b.cookie("tamis_theme", l.theme)
	}
	if l.noScript {
		b.steps("no script", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		}))
	}
	return b
}

// watchPage notes what a page should not do: reach for what its policy refuses,
// and move what is being read.
const watchPage = `
window.refused = []; window.shifted = 0; window.moved = [];
document.addEventListener("securitypolicyviolation", e => window.refused.push(e.violatedDirective + " " + e.blockedURI + " " + e.sample));
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) {
	window.shifted += e.value;
	for (const s of e.sources) window.moved.push((s.node?.nodeName || "?") + "." + (s.node?.className?.toString() || s.node?.textContent?.trim().slice(0, 40) || "") +
		" " + [s.previousRect.x, s.previousRect.y, s.previousRect.width, s.previousRect.height].map(Math.round) + " to " +
		[s.currentRect.x, s.currentRect.y, s.currentRect.width, s.currentRect.height].map(Math.round));
} })
	.observe({type: "layout-shift", buffered: true});`

// steps runs actions, within half a minute.
func (b *tab) steps(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v\nat %s", what, err, b.where())
	}
}

func (b *tab) cookie(name, value string) {
	b.t.Helper()
	b.steps("cookie", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.base})
		return err
	}))
}

// visit opens an address of the service.
func (b *tab) visit(path string) *tab {
	b.t.Helper()
	b.steps("visit "+path, chromedp.Navigate(b.base+path))
	return b
}

func (b *tab) click(css string) *tab {
	b.t.Helper()
	b.steps("click "+css, chromedp.Click(chromedp.CSS(css)))
	return b
}

// fill types into a field.
func (b *tab) fill(css, text string) *tab {
	b.t.Helper()
	b.steps("fill "+css, chromedp.WaitVisible(chromedp.CSS(css)),
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).value = ""`, css)), chromedp.SendKeys(chromedp.CSS(css), text))
	return b
}

// press types keys wherever the focus is.
func (b *tab) press(keys string, options ...chromedp.KeyOption) *tab {
	b.t.Helper()
	b.steps("press "+keys, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, r := range keys {
			for _, k := range strokes(r, options) {
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, *k); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	return b
}

// strokes are the events of a key that is pressed: its character belongs to the
// stroke down, so that a script which takes that takes the character too.
func strokes(r rune, options []chromedp.KeyOption) []*input.DispatchKeyEventParams {
	events := kb.Encode(r)
	down := events[0]
	for _, e := range events[1:] {
		if e.Type == kb.KeyChar {
			down.Type, down.Text, down.UnmodifiedText = input.DispatchKeyEventTypeKeyDown, e.Text, e.UnmodifiedText
		}
	}
	events = slices.DeleteFunc(events, func(e *input.DispatchKeyEventParams) bool { return e.Type == kb.KeyChar })
	for _, e := range events {
		for _, o := range options {
			o(e)
		}
	}
	if down.Modifiers&^int64(chromedp.ModifierShift) != 0 {
		down.Text, down.UnmodifiedText = "", ""
	}
	return events
}

// eval gives what a script says.
func eval[T any](b *tab, script string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.200s: %v", script, err)
	}
	return got
}

// see waits until the page shows words.
func (b *tab) see(words ...string) *tab {
	b.t.Helper()
	for _, w := range words {
		b.until(fmt.Sprintf("see %q", w), func() bool { return strings.Contains(b.text(), w) })
	}
	return b
}

// text is what the page shows; empty while it is on its way.
func (b *tab) text() string {
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body ? document.body.innerText.replaceAll("\u00a0", " ") : ""`))
	if err != nil {
		return ""
	}
	return text
}

// at waits until the tab is at a path, with its scripts run.
func (b *tab) at(path string) *tab {
	b.t.Helper()
	b.until("at "+path, func() bool {
		loaded, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.readyState`))
		return err == nil && loaded == "complete" && strings.HasPrefix(strings.TrimPrefix(b.where(), b.base), path)
	})
	return b
}

func (b *tab) where() string {
	at, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return at
}

func (b *tab) until(what string, ok func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("%s: not within 20 s; at %s the page says:\n%.1500s", what, b.where(), b.text())
		}
	}
}

// signIn signs a person in by password, and goes on to a page.
func (b *tab) signIn(email, path string) *tab {
	b.t.Helper()
	b.visit("/signin").fill("#email", email).fill("#password", password)
	b.click(".button.first")
	b.until("signed in", func() bool { return !strings.Contains(b.where(), "/signin") })
	return b.visit(path)
}
