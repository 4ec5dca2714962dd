package clients

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
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// service is the running binary: its address and its settings, for the command line.
type service struct {
	binary, base, host string
	env                []string
	output             string
}

// running is started once for all clients.
var running *service

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "tamis-clients-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	s := &service{binary: filepath.Join(dir, "tamis"), output: filepath.Join(dir, "output")}
	if err := s.build(); err != nil {
		return 0, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	addr := listener.Addr().String()
	listener.Close()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return 0, err
	}
	s.base, s.host = "http://"+addr, "localhost:"+port
	s.env = append(os.Environ(), "TAMIS_DATA="+dir, "TAMIS_ADDR="+addr, "TAMIS_CORAL_SECRETS=default="+coralSecret, "TAMIS_CORAL_BUDGET=5000")
	stop, err := s.start()
	if err != nil {
		return 0, err
	}
	defer stop()
	running = s
	return m.Run(), nil
}

func (s *service) build() error {
	cmd := exec.Command("go", "build", "-o", s.binary, "./cmd/tamis")
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if runtime.GOARCH == "amd64" {
		cmd.Env = append(cmd.Env, "GOEXPERIMENT=simd")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

func (s *service) start() (stop func(), err error) {
	log, err := os.Create(s.output)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(s.binary, "serve")
	cmd.Env, cmd.Stdout, cmd.Stderr = s.env, log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		resp, err := http.Get(s.base + "/readyz")
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return stop, nil
		}
	}
	stop()
	said, _ := os.ReadFile(s.output)
	return nil, fmt.Errorf("the service is not ready:\n%s", said)
}

// cli runs another command on the same settings.
func (s *service) cli(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(s.binary, args...)
	cmd.Env = s.env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tamis %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// key makes a key for clients of a wire.
func (s *service) key(t *testing.T, flags ...string) string {
	t.Helper()
	return s.cli(t, append([]string{"key", "create", "--scopes", "submit"}, flags...)...)
}

// check asks /v1/check, which every wire must agree with.
func (s *service) check(t *testing.T, key, text string) map[string]float64 {
	t.Helper()
	body, err := json.Marshal(map[string]string{"text": text, "lang": "en"})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, s.base+"/v1/check", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var verdict struct{ Scores map[string]float64 }
	if err := json.Unmarshal(raw, &verdict); err != nil || len(verdict.Scores) == 0 {
		t.Fatalf("check: %v: %s", err, raw)
	}
	return verdict.Scores
}

// script runs a program of this folder and reads the one JSON object that it
// prints. What it says besides is shown.
func script(t *testing.T, into any, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s\n%s", name, args[0], err, out, stderr.String())
	}
	t.Logf("%s: %s", args[0], bytes.TrimSpace(out))
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatalf("%s printed %q: %v", args[0], out, err)
	}
}
