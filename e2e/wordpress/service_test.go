//go:build wordpress

package wordpress

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// service is one running tamis, which can be ended and started again.
type service struct {
	t      *testing.T
	binary string
	data   string
	base   string
	env    []string
	key    string // may do everything
	cmd    *exec.Cmd
}

// newService gives a service that listens from begin on.
func newService(t *testing.T) *service {
	t.Helper()
	binary := os.Getenv("TAMIS_BINARY")
	if binary == "" {
		binary = "../../bin/tamis"
	}
	binary, err := filepath.Abs(binary)
	if err != nil {
		t.Fatal(err)
	}
	addr := freeAddr(t)
	s := &service{t: t, binary: binary, data: openDir(t), base: "http://" + addr}
	s.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.data, "TAMIS_DATA=" + s.data, "TAMIS_ADDR=" + addr,
		"TAMIS_WEBHOOKS_ALLOW=127.0.0.1/32"}
	return s
}

// begin starts it and waits until it is ready.
func (s *service) begin() {
	s.t.Helper()
	log, err := os.OpenFile(filepath.Join(s.data, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	s.cmd = exec.Command(s.binary, "serve")
	s.cmd.Env, s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.env, s.data, log, log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("%v: make test-wordpress builds it", err)
	}
	cmd := s.cmd
	s.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	eventually(s.t, 60*time.Second, "Tamis", func() error {
		resp, err := http.Get(s.base + "/readyz")
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("readyz: %d", resp.StatusCode)
		}
		return nil
	})
	if s.key != "" {
		return
	}
	s.key = s.newKey("--scopes", "submit,read,review,admin")
	// What the machine only suspects is held: the test is of the way, not of the weights.
	s.call("PUT", "/v1/policy", `{"labels":{"toxic":{"hold":0.6},"insult":{"hold":0.6},"spam":{"hold":0.6,"reject":0.9}}}`)
}

// end ends it as an operator would.
func (s *service) end() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	_ = s.cmd.Wait()
}

func (s *service) cli(args ...string) map[string]any {
	s.t.Helper()
	cmd := exec.Command(s.binary, append(args, "--json")...)
	cmd.Env, cmd.Dir = s.env, s.data
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("tamis %s: %v", strings.Join(args, " "), err)
	}
	var made map[string]any
	if err := json.Unmarshal(out, &made); err != nil {
		s.t.Fatal(err)
	}
	return made
}

func (s *service) newKey(args ...string) string {
	s.t.Helper()
	key, _ := s.cli(append([]string{"key", "create"}, args...)...)["key"].(string)
	return key
}

// call makes a call that must succeed and gives its answer.
func (s *service) call(method, path, body string) map[string]any {
	s.t.Helper()
	req, err := http.NewRequest(method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	if resp.StatusCode > 299 {
		s.t.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, raw)
	}
	var out map[string]any
	_ = json.Unmarshal(raw, &out)
	return out
}

// status tells how a comment stands in the service.
func (s *service) status(id string) string {
	s.t.Helper()
	status, _ := s.call("GET", "/v1/comments/"+id, "")["status"].(string)
	return status
}

// labels are the decisions on a comment that the service has to learn from.
func (s *service) labels(id string) string {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.data, "tamis.db")+"?mode=ro")
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT decision FROM feedback WHERE comment_id = ? AND standing ORDER BY decided_at", id)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return strings.Join(all, ", ")
}

// idOf finds a comment of the service by its text.
func (s *service) idOf(text string) string {
	s.t.Helper()
	items, _ := s.call("GET", "/v1/comments?limit=200", "")["items"].([]any)
	for _, i := range items {
		if c, _ := i.(map[string]any); c["text"] == text {
			return c["id"].(string)
		}
	}
	s.t.Fatal("the service does not know the comment")
	return ""
}
