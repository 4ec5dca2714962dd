package browser

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tamis-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "tamis")
	build := exec.Command("go", "build", "-o", binary, "../../cmd/tamis")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if runtime.GOARCH == "amd64" {
		build.Env = append(build.Env, "GOEXPERIMENT=simd")
	}
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	defer closeBrowser()
	defer closeShared()
	return m.Run()
}

// service is one running `tamis serve --demo`.
type service struct {
	base string
	data string
	env  []string
	cmd  *exec.Cmd
	done chan struct{}
	out  *bytes.Buffer
	mu   *sync.Mutex
}

// start runs a service of the test's own.
func start(t testing.TB, env ...string) *service {
	t.Helper()
	s, err := launch(t.TempDir(), env...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	return s
}

// shared is the service of the tests that change nothing that others see, with
// its administrator. It ends with the package.
var (
	sharedMu sync.Mutex
	sharedOf *service
)

func shared(t testing.TB) *service {
	t.Helper()
	sharedMu.Lock()
	defer sharedMu.Unlock()
	if sharedOf == nil {
		dir, err := os.MkdirTemp("", "tamis-browser-data-")
		if err != nil {
			t.Fatal(err)
		}
		s, err := launch(dir)
		if err != nil {
			t.Fatal(err)
		}
		s.account(t, adminEmail, "admin")
		sharedOf = s
	}
	return sharedOf
}

func closeShared() {
	if sharedOf != nil {
		sharedOf.kill()
		_ = os.RemoveAll(sharedOf.data)
	}
}

const (
	adminEmail = "camille@example.org"
	password   = "correct horse battery"
)

// locked is a buffer that a process writes while a test reads.
type locked struct {
	mu  *sync.Mutex
	out *bytes.Buffer
}

func (l locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(b)
}

func launch(data string, env ...string) (*service, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := listener.Addr().String()
	listener.Close()
	s := &service{base: "http://" + addr, data: data, done: make(chan struct{}), out: &bytes.Buffer{}, mu: &sync.Mutex{}}
	s.env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + data, "TAMIS_DATA=" + data, "TAMIS_ADDR=" + addr}, env...)
	s.cmd = exec.Command(binary, "serve", "--demo")
	s.cmd.Env, s.cmd.Dir = s.env, data
	s.cmd.Stdout, s.cmd.Stderr = locked{s.mu, s.out}, locked{s.mu, s.out}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = s.cmd.Wait(); close(s.done) }()
	for deadline := time.Now().Add(40 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		resp, err := http.Get(s.base + "/readyz")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return s, nil
			}
		}
		if time.Now().After(deadline) {
			s.kill()
			return nil, fmt.Errorf("the service does not come up: %v\n%s", err, s.output())
		}
	}
}

func (s *service) kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

func (s *service) output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

var linkPattern = regexp.MustCompile(`http://\S+/signin\?token=\S+`)

// firstLink is the sign-in link that the first start showed.
func (s *service) firstLink(t testing.TB) string {
	t.Helper()
	found := linkPattern.FindString(s.output())
	if found == "" {
		t.Fatalf("the first start shows no link:\n%s", s.output())
	}
	return strings.TrimPrefix(found, s.base)
}

// cli runs another tamis on the same settings.
func (s *service) cli(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env, cmd.Dir, cmd.Stdin = s.env, s.data, strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tamis %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// account makes a person with a password.
func (s *service) account(t testing.TB, email, role string) {
	t.Helper()
	s.cli(t, "", "user", "add", email, "--role", role)
	s.cli(t, password+"\n", "user", "passwd", email)
}
