package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tamis-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "tamis")
	build := exec.Command("go", "build", "-o", binary, "../cmd/tamis")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if runtime.GOARCH == "amd64" {
		build.Env = append(build.Env, "GOEXPERIMENT=simd")
	}
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// process is one running tamis.
type process struct {
	t    testing.TB
	args []string
	env  []string
	data string
	base string // http://host:port, of serve
	cmd  *exec.Cmd
	log  string
	done chan struct{}
}

// start runs tamis with args in a data folder, ended when the test ends.
func start(t testing.TB, data string, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, args: args, data: data}
	addr := freeAddr(t)
	p.base = "http://" + addr
	p.env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + data, "TAMIS_DATA=" + data, "TAMIS_ADDR=" + addr}, env...)
	p.log = filepath.Join(data, fmt.Sprintf("%s-%s.log", args[0], strings.ReplaceAll(addr, ":", "-")))
	p.run()
	t.Cleanup(p.kill)
	return p
}

func (p *process) run() {
	p.t.Helper()
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	p.cmd = exec.Command(binary, p.args...)
	p.cmd.Env, p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = p.env, p.data, log, log
	p.cmd.SysProcAttr = dieWithUs()
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	done := make(chan struct{})
	cmd := p.cmd
	go func() { _ = cmd.Wait(); close(done) }()
	p.done = done
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// stop asks the process to end and gives its exit code.
func (p *process) stop() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		p.t.Fatalf("SIGTERM: still running after 20 s\n%s", p.output())
	}
	return p.cmd.ProcessState.ExitCode()
}

// ready waits until the service says that it works.
func (p *process) ready() *process {
	p.t.Helper()
	eventually(p.t, 40*time.Second, "readyz", func() error {
		select {
		case <-p.done:
			p.t.Fatalf("ended: %s", p.output())
		default:
		}
		resp, err := http.Get(p.base + "/readyz")
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("readyz: %d", resp.StatusCode)
		}
		return nil
	})
	return p
}

func (p *process) output() string {
	b, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

var keyPattern = regexp.MustCompile(`tam_[0-9A-Za-z]{36}`)

// firstKey is the key that the first start showed.
func (p *process) firstKey() string {
	p.t.Helper()
	found := keyPattern.FindString(p.output())
	if found == "" {
		p.t.Fatalf("the first start shows no key:\n%s", p.output())
	}
	return found
}

// cli runs another tamis on the same settings and gives its standard output.
func (p *process) cli(args ...string) string {
	p.t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env, cmd.Dir = p.env, p.data
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("tamis %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// key makes a key by the command line.
func (p *process) key(site, scopes string) string {
	p.t.Helper()
	var made struct{ Key string }
	if err := json.Unmarshal([]byte(p.cli("key", "create", "--site", site, "--scopes", scopes, "--json")), &made); err != nil {
		p.t.Fatal(err)
	}
	return made.Key
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   map[string]any // nil when it is no JSON object
}

func (a answer) String() string { return fmt.Sprintf("%d %s", a.status, a.raw) }

// at walks into the body: at("verdict", "action").
func (a answer) at(path ...string) any {
	var v any = a.body
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[p]
	}
	return v
}

// client calls a service with one key.
type client struct {
	t    testing.TB
	base string
	key  string
}

func (p *process) as(key string) client { return client{p.t, p.base, key} }

var httpClient = &http.Client{Timeout: 30 * time.Second}

// call sends body (a string raw, anything else as JSON) with header pairs.
func (c client) call(method, path string, body any, header ...string) answer {
	c.t.Helper()
	a, err := c.try(method, path, body, header...)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// try is call for services that may be away.
func (c client) try(method, path string, body any, header ...string) (answer, error) {
	var raw []byte
	switch b := body.(type) {
	case nil:
	case string:
		raw = []byte(b)
	default:
		var err error
		if raw, err = json.Marshal(b); err != nil {
			return answer{}, err
		}
	}
	req, err := http.NewRequest(method, c.base+path, bytes.NewReader(raw))
	if err != nil {
		return answer{}, err
	}
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := httpClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	got := answer{status: resp.StatusCode, header: resp.Header}
	if got.raw, err = io.ReadAll(resp.Body); err != nil {
		return answer{}, err
	}
	_ = json.Unmarshal(got.raw, &got.body)
	return got, nil
}

// judged submits a text and waits for its verdict.
func (c client) judged(text string) answer {
	c.t.Helper()
	a := c.call("POST", "/v1/comments", map[string]any{"text": text}, "Prefer", "wait=10")
	if a.status != http.StatusOK || a.at("verdict", "action") == nil {
		c.t.Fatalf("no verdict in time: %v", a)
	}
	return a
}

// list gives every item of a list, page by page.
func (c client) list(path string) []map[string]any {
	c.t.Helper()
	var all []map[string]any
	for cursor := ""; ; {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		a := c.call("GET", path+sep+"limit=200&cursor="+cursor, nil)
		if a.status != http.StatusOK {
			c.t.Fatalf("GET %s: %v", path, a)
		}
		items, _ := a.body["items"].([]any)
		for _, i := range items {
			all = append(all, i.(map[string]any))
		}
		next, _ := a.body["next"].(string)
		if next == "" || len(items) == 0 {
			return all
		}
		cursor = next
	}
}

// eventually tries until try gives nil, and fails the test after the time given.
func eventually(t testing.TB, within time.Duration, what string, try func() error) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s: %v", what, within, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// runScore gives the lines that `tamis score -` answers, and its exit code.
func runScore(t *testing.T, in []byte) (lines []string, code int) {
	t.Helper()
	cmd := exec.Command(binary, "score", "-")
	cmd.Env = append(os.Environ(), "TAMIS_DATA="+t.TempDir())
	cmd.Dir = t.TempDir()
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n"), cmd.ProcessState.ExitCode()
}
