//go:build peer && linux

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/tamis-moderation/tamis/classifier/transformer/graph"
	"github.com/tamis-moderation/tamis/classifier/transformer/ort/orttest"
	"github.com/tamis-moderation/tamis/classifier/weights"
)

// How the peers are asked.
const (
	peerConnections = 16
	peerRounds      = 3
	peerStarts      = 3
)

// peer is one service of the comparison.
type peer struct {
	name  string
	path  string // of the question
	start func(t *testing.T) (base, key string, pid int, stop func())
}

// TestPeer asks Tamis and a Python service the same over HTTP, turn by turn in
// one run: comments a second of the server's own CPU time, memory, cold start.
// PEER_PYTHON is an interpreter with e2e/peer/requirements.txt.
func TestPeer(t *testing.T) {
	python := os.Getenv("PEER_PYTHON")
	if python == "" {
		t.Fatal("PEER_PYTHON must name a Python with e2e/peer/requirements.txt")
	}
	library, err := orttest.Library()
	if err != nil {
		t.Fatal(err)
	}
	model := peerModel(t)
	onnx := []string{"TAMIS_RUNTIME=onnx", "TAMIS_ONNX_LIBRARY=" + library}
	peers := []peer{
		{"tamis, Go", "/v1/check", startTamis("TAMIS_RUNTIME=go")},
		{"tamis, ONNX fp32", "/v1/check", startTamis(onnx...)},
		{"tamis, ONNX int8", "/v1/check", startTamis(append(onnx, "TAMIS_ONNX_PRECISION=int8")...)},
		{"python, transformers", "/check", startPython(python, model, "torch")},
		{"python, ONNX", "/check", startPython(python, model, "onnx")},
	}
	starts := make([]time.Duration, len(peers))
	for i, p := range peers {
		starts[i] = coldStart(t, p)
	}
	running := make([]*running, len(peers))
	for i, p := range peers {
		running[i] = run(t, p)
	}
	rates := map[int][]rate{}
	for _, tokens := range []int{16, 64} {
		rates[tokens] = turns(t, running, tokens)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "SERVICE\tCOLD START s\tRSS MiB\tPSS MiB\t16 TOKENS /core s\t(/s)\t64 TOKENS /core s\t(/s)")
	for i, r := range running {
		a, b := rates[16][i], rates[64][i]
		fmt.Fprintf(w, "%s\t%.2f\t%d\t%d\t%.0f\t%.0f\t%.0f\t%.0f\n", r.name, starts[i].Seconds(), residentKiB(t, r.pid, "Rss")>>10, residentKiB(t, r.pid, "Pss")>>10, a.core, a.wall, b.core, b.wall)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
}

// peerModel writes the embedded weights as the Python service reads them.
func peerModel(t *testing.T) string {
	t.Helper()
	b, err := weights.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	onnx, err := graph.Write(b, graph.FP32)
	if err != nil {
		t.Fatal(err)
	}
	about, err := json.Marshal(map[string]any{"labels": b.Manifest.Labels, "max_tokens": b.Manifest.MaxTokens, "golden": lowered(b.Golden)})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, raw := range map[string][]byte{"model.onnx": onnx, "labels.json": about, "vocab.txt": []byte(strings.Join(b.Vocab, "\n") + "\n")} {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func lowered(golden []weights.Golden) []map[string]any {
	var out []map[string]any
	for _, g := range golden {
		out = append(out, map[string]any{"ids": g.IDs, "scores": g.Scores})
	}
	return out
}

func startTamis(env ...string) func(*testing.T) (string, string, int, func()) {
	return func(t *testing.T) (string, string, int, func()) {
		t.Helper()
		p := start(t, t.TempDir(), env, "serve")
		for keyPattern.FindString(p.output()) == "" {
			select {
			case <-p.done:
				t.Fatal(p.output())
			case <-time.After(2 * time.Millisecond):
			}
		}
		return p.base, p.firstKey(), p.cmd.Process.Pid, p.kill
	}
}

func startPython(python, model, backend string) func(*testing.T) (string, string, int, func()) {
	return func(t *testing.T) (string, string, int, func()) {
		t.Helper()
		addr := freeAddr(t)
		port := addr[strings.LastIndex(addr, ":")+1:]
		cmd := exec.Command(python, "peer/server.py", "--model", model, "--port", port, "--backend", backend)
		cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = os.Stderr, os.Stderr, dieWithUs()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stop := sync.OnceFunc(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		t.Cleanup(stop)
		return "http://" + addr, "", cmd.Process.Pid, stop
	}
}

// running is a started service.
type running struct {
	peer
	url, key string
	pid      int
	stop     func()
}

// run starts a service and waits for its first answer.
func run(t *testing.T, p peer) *running {
	t.Helper()
	base, key, pid, stop := p.start(t)
	r := &running{p, base + p.path, key, pid, stop}
	for deadline := time.Now().Add(time.Minute); r.ask("Bonjour") != nil; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: no answer: %v", p.name, r.ask("Bonjour"))
		}
	}
	return r
}

func coldStart(t *testing.T, p peer) time.Duration {
	t.Helper()
	var took []time.Duration
	for range peerStarts {
		began := time.Now()
		r := run(t, p)
		took = append(took, time.Since(began))
		r.stop()
	}
	slices.Sort(took)
	return took[len(took)/2]
}

var peerClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: peerConnections}, Timeout: 30 * time.Second}

func (r *running) ask(text string) error {
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		return err
	}
	q, err := http.NewRequest(http.MethodPost, r.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Authorization", "Bearer "+r.key)
	a, err := peerClient.Do(q)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	var answer struct {
		Scores map[string]float64 `json:"scores"`
		Tokens int                `json:"tokens"`
	}
	if err := json.NewDecoder(a.Body).Decode(&answer); err != nil {
		return err
	}
	if a.StatusCode != http.StatusOK || len(answer.Scores) == 0 {
		return fmt.Errorf("status %d, %d scores", a.StatusCode, len(answer.Scores))
	}
	if want := len(strings.Fields(text)); answer.Tokens > 0 && want > 1 && answer.Tokens != want {
		return fmt.Errorf("%d tokens, not %d", answer.Tokens, want)
	}
	return nil
}

// rate is comments a second: of the server's CPU time, and of the clock.
type rate struct{ core, wall float64 }

// turns asks each service in turn, several times over, and gives the medians.
func turns(t *testing.T, services []*running, tokens int) []rate {
	t.Helper()
	all := make([][]rate, len(services))
	for round := range peerRounds + 1 {
		for i, r := range services {
			got := load(t, r, tokens, round)
			if round > 0 { // the first warms up
				all[i] = append(all[i], got)
			}
		}
	}
	out := make([]rate, len(services))
	for i, rounds := range all {
		slices.SortFunc(rounds, func(a, b rate) int {
			if a.core < b.core {
				return -1
			}
			return 1
		})
		out[i] = rounds[len(rounds)/2]
	}
	return out
}

// load sends different texts over several connections.
func load(t *testing.T, r *running, tokens, round int) rate {
	t.Helper()
	n := 6_400 / tokens
	texts := make(chan string, n)
	for i := range n {
		texts <- peerText(tokens, round*n+i)
	}
	close(texts)
	before, began := cpuSeconds(t, r.pid), time.Now()
	var connections sync.WaitGroup
	for range peerConnections {
		connections.Go(func() {
			for text := range texts {
				if err := r.ask(text); err != nil {
					t.Errorf("%s: %v", r.name, err)
				}
			}
		})
	}
	connections.Wait()
	return rate{float64(n) / (cpuSeconds(t, r.pid) - before), float64(n) / time.Since(began).Seconds()}
}

// peerText makes the i-th text of n words that are one token each.
func peerText(n, i int) string {
	words := strings.Fields("le la les un des et ou je tu il on nous vous que qui dans pour sur avec pas the of and to in is it you that for on with as are this")
	out := make([]string, n)
	for j := range out {
		out[j] = words[i%len(words)]
		i = i/len(words) + j*7 + i
	}
	return strings.Join(out, " ")
}

// residentKiB reads a sum of the memory of a process.
func residentKiB(t *testing.T, pid int, what string) int {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, what+":"); ok {
			var kib int
			if _, err := fmt.Sscan(rest, &kib); err != nil {
				t.Fatal(err)
			}
			return kib
		}
	}
	t.Fatalf("no %s", what)
	return 0
}
