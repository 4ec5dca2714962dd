package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/store/storetest"
)

// idleFor is how long idle processes are watched.
const idleFor = 10 * time.Second

// BenchmarkIdle measures what the built binary costs while nothing happens, in
// percent of a core, and its memory.
func BenchmarkIdle(b *testing.B) {
	b.Run("embedded", func(b *testing.B) {
		s := start(b, b.TempDir(), nil, "serve").ready()
		before := cpuSeconds(b, s.cmd.Process.Pid)
		time.Sleep(idleFor)
		b.ReportMetric((cpuSeconds(b, s.cmd.Process.Pid)-before)/idleFor.Seconds()*100, "%-core")
		b.ReportMetric(float64(residentMiB(b, s.cmd.Process.Pid)), "MiB")
		b.ReportMetric(0, "ns/op")
	})
	b.Run("worker-and-redis", func(b *testing.B) {
		env := []string{"TAMIS_DATABASE=" + storetest.Postgres(b), "TAMIS_REDIS=" + storetest.Redis(b)}
		w := start(b, b.TempDir(), env, "worker")
		eventually(b, 30*time.Second, "working", func() error {
			if !strings.Contains(w.output(), `"working"`) {
				return fmt.Errorf("not yet")
			}
			return nil
		})
		time.Sleep(2 * time.Second)
		redis := pidsOf(b, "redis-server")
		sum := func() float64 {
			total := cpuSeconds(b, w.cmd.Process.Pid)
			for _, pid := range redis {
				total += cpuSeconds(b, pid)
			}
			return total
		}
		before := sum()
		time.Sleep(idleFor)
		b.ReportMetric((sum()-before)/idleFor.Seconds()*100, "%-core")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkColdStart measures from starting the built binary to the first verdict.
func BenchmarkColdStart(b *testing.B) {
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		s := start(b, b.TempDir(), nil, "serve")
		for {
			if key := keyPattern.FindString(s.output()); key != "" {
				if a, err := s.as(key).try("POST", "/v1/check", map[string]any{"text": "Bonjour"}); err == nil && a.status == 200 {
					break
				}
			}
			time.Sleep(2 * time.Millisecond)
		}
		took = append(took, time.Since(began))
		s.kill()
	}
	sum := time.Duration(0)
	for _, t := range took {
		sum += t
	}
	b.ReportMetric(sum.Seconds()/float64(len(took)), "s/start")
	b.ReportMetric(0, "ns/op")
}

// cpuSeconds is the CPU time of a process so far (Linux).
func cpuSeconds(b testing.TB, pid int) float64 {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(raw[strings.LastIndex(string(raw), ")")+2:]))
	ticks := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return float64(ticks) / 100
}

func residentMiB(b *testing.B, pid int) int {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		b.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(raw))[1])
	if err != nil {
		b.Fatal(err)
	}
	return pages * os.Getpagesize() >> 20
}

func pidsOf(b *testing.B, name string) []int {
	b.Helper()
	comms, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		b.Fatal(err)
	}
	var pids []int
	for _, c := range comms {
		raw, err := os.ReadFile(c)
		if err == nil && strings.TrimSpace(string(raw)) == name {
			pid, _ := strconv.Atoi(strings.Split(c, "/")[2])
			pids = append(pids, pid)
		}
	}
	return pids
}
