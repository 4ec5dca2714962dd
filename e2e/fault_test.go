package e2e

import (
	"fmt"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/store/storetest"
)

// ledger counts what was acknowledged, found and judged.
type ledger struct {
	acked map[string]bool
}

// submitUntil posts comments over several connections until stop is closed;
// what was acknowledged is kept.
func submitUntil(c client, stop <-chan struct{}, prefix string) ledger {
	l := ledger{acked: map[string]bool{}}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for conn := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(10 * time.Millisecond): // judging is slower than taking in
				}
				a, err := c.try("POST", "/v1/comments", map[string]any{
					"external_id": fmt.Sprintf("%s-%d-%d", prefix, conn, i), "text": fmt.Sprintf("Commentaire %d, une bonne idée.", i),
				})
				if err == nil && a.status == http.StatusAccepted {
					mu.Lock()
					l.acked[a.body["id"].(string)] = true
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return l
}

// settled checks that everything acknowledged is found, judged in time, and
// announced under one event id each.
func (l ledger) settled(t *testing.T, c client, within time.Duration) {
	t.Helper()
	found, judged := 0, 0
	eventually(t, within, "all judged", func() error {
		found, judged = 0, 0
		for _, item := range c.list("/v1/comments") {
			if !l.acked[item["id"].(string)] {
				continue
			}
			found++
			if item["status"] != "pending" {
				judged++
			}
		}
		if judged < len(l.acked) {
			return fmt.Errorf("%d acknowledged, %d found, %d judged", len(l.acked), found, judged)
		}
		return nil
	})
	eventually(t, 15*time.Second, "announced once each", func() error { // the feed may trail
		announced := map[string]int{}
		for _, e := range c.list("/v1/events") {
			if e["type"] == "comment.judged" {
				announced[e["comment"].(map[string]any)["id"].(string)]++
			}
		}
		for id := range l.acked {
			if announced[id] != 1 {
				return fmt.Errorf("comment %s was announced as judged %d times", id, announced[id])
			}
		}
		return nil
	})
	t.Logf("acknowledged %d, found %d, judged %d", len(l.acked), found, judged)
	if len(l.acked) == 0 {
		t.Error("nothing was acknowledged: the test shows nothing")
	}
}

// recovery is how soon work resumes once what was killed is back, and the time
// to judge what piled up meanwhile.
const recovery = 30 * time.Second

func TestNothingIsLostWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil, "serve").ready()
	c := s.as(s.firstKey())
	stop := make(chan struct{})
	done := make(chan ledger)
	go func() { done <- submitUntil(c, stop, "k") }()
	time.Sleep(700 * time.Millisecond)
	s.kill()
	s.run()
	s.ready()
	time.Sleep(300 * time.Millisecond)
	close(stop)
	l := <-done
	l.settled(t, c, recovery)
	if code := s.stop(); code != 0 {
		t.Errorf("SIGTERM: exit %d, want 0\n%s", code, s.output())
	}
}

func TestNothingIsLostWhenTheFleetIsShotAt(t *testing.T) {
	t.Parallel()
	db, queue := storetest.NewPostgres(t), storetest.NewRedis(t)
	env := []string{"TAMIS_DATABASE=" + db.Database(t), "TAMIS_REDIS=" + queue.URL}
	s := start(t, t.TempDir(), env, "serve").ready()
	workers := []*process{start(t, t.TempDir(), env, "worker"), start(t, t.TempDir(), env, "worker")}
	c := s.as(s.firstKey())
	stop := make(chan struct{})
	done := make(chan ledger)
	go func() { done <- submitUntil(c, stop, "f") }()

	time.Sleep(500 * time.Millisecond)
	workers[0].kill()
	time.Sleep(300 * time.Millisecond)
	queue.Kill()
	time.Sleep(300 * time.Millisecond)
	again(t, queue)
	db.Kill()
	away := false
	for range 40 {
		a, err := c.try("POST", "/v1/comments", map[string]any{"text": "pendant la panne"})
		if err == nil && a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "" {
			away = true
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if !away {
		t.Error("while the database is away the service never answered 503 with Retry-After")
	}
	again(t, db)
	time.Sleep(500 * time.Millisecond)
	close(stop)
	l := <-done
	l.settled(t, c, 2*recovery)
	for _, p := range []*process{s, workers[1]} {
		if code := p.stop(); code != 0 {
			t.Errorf("SIGTERM: exit %d, want 0\n%s", code, p.output())
		}
	}
}

func TestAStoppedServerFinishesWhatItBegan(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil, "serve").ready()
	c := s.as(s.firstKey())
	got := make(chan answer, 1)
	go func() {
		a, _ := c.try("POST", "/v1/comments", map[string]any{"text": "Juste avant l'arrêt"}, "Prefer", "wait=5")
		got <- a
	}()
	time.Sleep(5 * time.Millisecond)
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if a := <-got; a.status != 0 && a.status != http.StatusOK && a.status != http.StatusAccepted {
		t.Errorf("cut off: %v", a)
	}
	<-s.done
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit %d, want 0", code)
	}
}

// again starts a killed server.
func again(t *testing.T, server interface{ Start() error }) {
	t.Helper()
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
}
