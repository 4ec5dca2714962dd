package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// runners start an example of each kind. What needs an interpreter that not
// every machine has is run where TAMIS_EXAMPLES=all says so: make test-clients.
func runners() map[string][]string {
	all := map[string][]string{"sh": {"sh"}, "go": {"go", "run"}}
	if os.Getenv("TAMIS_EXAMPLES") == "all" {
		all["php"], all["python"], all["js"] = []string{"php"}, []string{"python3"}, []string{"node"}
	}
	return all
}

var exampleBlock = regexp.MustCompile("(?ms)^```(\\w+) (\\w+\\.\\w+)\n(.*?)^```$")

// example is one block of the page, written out.
type example struct {
	run  []string
	file string
}

// examples takes the blocks of docs/integrations/examples.md whose language is run.
func examples(t *testing.T) map[string]example {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "docs", "integrations", "examples.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir, found, kinds := t.TempDir(), map[string]example{}, runners()
	seen := map[string]int{}
	for _, m := range exampleBlock.FindAllStringSubmatch(string(page), -1) {
		seen[m[1]]++
		run, ok := kinds[m[1]]
		if !ok {
			continue
		}
		file := filepath.Join(dir, m[2])
		if err := os.WriteFile(file, []byte(m[3]), 0o600); err != nil {
			t.Fatal(err)
		}
		found[m[2]] = example{run, file}
	}
	for _, kind := range []string{"sh", "php", "python", "js", "go"} {
		if seen[kind] != 2 {
			t.Errorf("the page has %d examples in %s, want 2", seen[kind], kind)
		}
	}
	return found
}

// say runs an example and gives what it printed.
func (e example) say(stdin string, env ...string) (string, error) {
	cmd := exec.Command(e.run[0], append(e.run[1:], e.file)...)
	cmd.Env = append(os.Environ(), append([]string{"GOWORK=off", "GOFLAGS="}, env...)...)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w\n%s%s", err, out, stderr.String())
	}
	return string(out), err
}

func TestExamplesOfThePage(t *testing.T) {
	t.Parallel()
	type delivery struct {
		header http.Header
		body   string
	}
	came := make(chan delivery, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		came <- delivery{r.Header, string(raw)}
	}))
	t.Cleanup(receiver.Close)
	p := start(t, t.TempDir(), []string{"TAMIS_WEBHOOKS_ALLOW=127.0.0.0/8"}, "serve").ready()
	c := p.as(p.firstKey())
	secret := hookUp(t, c, receiver.URL+"/hook")
	key := p.key("default", "submit,read,review")
	all := examples(t)
	for name, e := range all {
		if !strings.HasPrefix(name, "comments.") {
			continue
		}
		said, err := e.say("", "TAMIS_URL="+p.base, "TAMIS_KEY="+key)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.Contains(said, "approve") || !strings.Contains(said, "hold") && !strings.Contains(said, "reject") {
			t.Errorf("%s said %s", name, said)
		}
		t.Logf("%s: %s", name, strings.ReplaceAll(strings.TrimSpace(said), "\n", " | "))
	}
	approved := c.list("/v1/comments?status=approved")
	if want := len(all) / 2; len(approved) != want {
		t.Errorf("%d comments stand approved, want %d", len(approved), want)
	}
	var d delivery
	select {
	case d = <-came:
	case <-time.After(20 * time.Second):
		t.Fatal("no delivery came")
	}
	for name, e := range all {
		if !strings.HasPrefix(name, "webhook.") {
			continue
		}
		env := []string{
			"WEBHOOK_SECRET=" + secret, "WEBHOOK_ID=" + d.header.Get("webhook-id"),
			"WEBHOOK_TIMESTAMP=" + d.header.Get("webhook-timestamp"), "WEBHOOK_SIGNATURE=v1,b2xk " + d.header.Get("webhook-signature"),
		}
		if said, err := e.say(d.body, env...); err != nil || said != "genuine\n" {
			t.Errorf("%s: a genuine one: %q, %v", name, said, err)
		}
		for what, forged := range map[string]struct{ body, set string }{
			"another body":        {d.body + " ", ""},
			"another id":          {d.body, "WEBHOOK_ID=e1"},
			"an old time":         {d.body, "WEBHOOK_TIMESTAMP=1700000000"},
			"no signature at all": {d.body, "WEBHOOK_SIGNATURE="},
		} {
			if said, err := e.say(forged.body, append(env, forged.set)...); err == nil || said != "forged\n" {
				t.Errorf("%s: %s: %q, %v", name, what, said, err)
			}
		}
		t.Logf("%s: tells a genuine delivery from four forged ones", name)
	}
}
