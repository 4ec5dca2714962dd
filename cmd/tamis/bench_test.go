package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/policy"
	"github.com/tamis-moderation/tamis/store/postgres"
	"github.com/tamis-moderation/tamis/store/storetest"
	"github.com/tamis-moderation/tamis/worker"
)

// A benchmark's servers are this test binary started again in a role, so that
// their CPU can be told from that of the load.
const (
	roleEnv     = "TAMIS_BENCH_ROLE"
	databaseEnv = "TAMIS_BENCH_DATABASE"
	redisEnv    = "TAMIS_BENCH_REDIS"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(roleEnv); role != "" {
		if err := playRole(role); err != nil {
			fmt.Fprintln(os.Stderr, role, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// playRole serves the real API with one of these behind it:
//
//	echo   the same decoder and checks, nothing kept
//	plain  one INSERT a request, into the same table
//	naive  one INSERT and one Enqueue a request
//	tamis  what ships: durable and queued, commits and tasks shared
func playRole(role string) error {
	ctx := context.Background()
	log := slog.New(slog.DiscardHandler)
	// Every role carries the weights, as the service does: the heap's size
	// decides how often garbage is collected.
	voices, err := openVoices(ctx, voiceOptions{})
	if err != nil {
		return err
	}
	defer runtime.KeepAlive(voices)
	var m v1.Moderator
	switch role {
	case "echo":
		m = bare{}
	case "plain", "naive":
		pool, err := pgxpool.New(ctx, os.Getenv(databaseEnv)+"&pool_max_conns=16")
		if err != nil {
			return err
		}
		n := naive{pool: pool}
		if role == "naive" {
			r, err := worker.ParseRedis(os.Getenv(redisEnv))
			if err != nil {
				return err
			}
			n.queue = asynq.NewClient(r)
		}
		m = n
	case "tamis":
		db, err := postgres.Open(ctx, os.Getenv(databaseEnv), postgres.Options{})
		if err != nil {
			return err
		}
		r, err := worker.ParseRedis(os.Getenv(redisEnv))
		if err != nil {
			return err
		}
		client := &worker.Client{Redis: r, Log: log}
		go func() { _ = client.Run(ctx) }()
		m = &moderation.Service{
			Store: db, Queue: client, Log: log, Now: time.Now, Changed: func() {},
			Policies: &moderation.Policies{Load: db.Policy, Now: time.Now},
			Spoken:   &moderation.Spoken{Load: db.Languages, Now: time.Now},
		}
	}
	handler, err := api.New(api.Deps{V1: v1.API{Moderator: m, Keyring: anyKey{}, Schema: policy.Schema()}, Now: time.Now, Log: log, Observe: newMetrics().request})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); os.Exit(0) }() // ends with the benchmark
	return (&http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}).Serve(listener)
}

// anyKey knows every key: authentication costs each role the same.
type anyKey struct{ v1.Keyring }

func (anyKey) Authenticate(context.Context, string) (models.Key, error) {
	return models.Key{ID: "bench", Site: "bench", Scopes: models.Scopes()}, nil
}

// bare checks and keeps nothing.
type bare struct{ v1.Moderator }

func (bare) Submit(_ context.Context, c models.Comment) (models.Submitted, error) {
	c.Clean()
	if err := c.Validate(); err != nil {
		return models.Submitted{}, err
	}
	return models.Submitted{ID: models.CommentID(models.NewID(time.Now())), Status: models.Pending}, nil
}

// naive keeps each comment by itself.
type naive struct {
	v1.Moderator

	pool  *pgxpool.Pool
	queue *asynq.Client
}

func (n naive) Submit(ctx context.Context, c models.Comment) (models.Submitted, error) {
	kept, err := bare{}.Submit(ctx, c)
	if err != nil {
		return kept, err
	}
	_, err = n.pool.Exec(ctx, `INSERT INTO comments (id, site, text, lang, type, author, context, status, revision, received_at)
		VALUES ($1, $2, $3, '', '', $4, '{}', 'pending', 1, now())`,
		string(kept.ID), string(c.Site), c.Text, `{"name":"`+c.Author.Name+`"}`)
	if err == nil && n.queue != nil {
		_, err = n.queue.EnqueueContext(ctx, asynq.NewTask("judge", []byte(kept.ID)), asynq.Queue("naive"))
	}
	return kept, err
}

// role is a server under load.
type role struct {
	name string
	addr string
	cmd  *exec.Cmd
}

func startRole(b *testing.B, name, database, redis string) role {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"="+name, databaseEnv+"="+database, redisEnv+"="+redis)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { stdin.Close(); _ = cmd.Wait() })
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return role{name, strings.TrimSpace(addr), cmd}
}

// commentText is 1.9 KB of a comment.
var commentText = strings.Repeat("Merci pour cet article, je ne suis pas d'accord mais c'est clair. ", 29)

func request(path, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer tam_bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
}

func oneComment() []byte {
	return request("/v1/comments", fmt.Sprintf(`{"text":%q,"author":{"name":"Élodie"}}`, commentText))
}

func manyComments(n int) []byte {
	one := fmt.Sprintf(`{"text":%q,"author":{"name":"Élodie"}}`, commentText)
	return request("/v1/comments/batch", `{"comments":[`+strings.TrimSuffix(strings.Repeat(one+",", n), ",")+`]}`)
}

// load keeps connections busy for a while and gives the latencies.
func load(b *testing.B, addr string, connections int, req []byte, during time.Duration) []time.Duration {
	b.Helper()
	var mu sync.Mutex
	var all []time.Duration
	var wg sync.WaitGroup
	end := time.Now().Add(during)
	for range connections {
		wg.Go(func() {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			r := bufio.NewReader(conn)
			var took []time.Duration
			for time.Now().Before(end) {
				began := time.Now()
				if _, err := conn.Write(req); err != nil {
					b.Error(err)
					return
				}
				resp, err := http.ReadResponse(r, nil)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				if resp.StatusCode != http.StatusAccepted && resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusMultiStatus {
					b.Errorf("status %d", resp.StatusCode)
					return
				}
				took = append(took, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
		})
	}
	wg.Wait()
	slices.Sort(all)
	return all
}

func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]
}

// cpu is the CPU seconds that a process has used so far (Linux).
func cpu(b *testing.B, pid int) float64 {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0 // it ended between the listing and here
	}
	fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+2:]))
	ticks := 0
	for _, f := range fields[11:15] { // utime, stime, and those of children that ended
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return float64(ticks) / 100
}

// cpuOf sums over all processes of a name.
func cpuOf(b *testing.B, name string) float64 {
	b.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		b.Fatal(err)
	}
	sum := 0.0
	for _, s := range stats {
		comm, err := os.ReadFile(s)
		if err == nil && strings.TrimSpace(string(comm)) == name {
			pid, _ := strconv.Atoi(strings.Split(s, "/")[2])
			sum += cpu(b, pid)
		}
	}
	return sum
}

// servers gives a database with the schema in place, and a Redis.
func servers(b *testing.B) (database, redis string, pool *pgxpool.Pool) {
	b.Helper()
	database, redis = storetest.Postgres(b), storetest.Redis(b)
	db, err := postgres.Open(b.Context(), database, postgres.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := db.AddSite(b.Context(), models.Site{ID: "bench", Locale: "en", CreatedAt: time.Now()}, "bench"); err != nil {
		b.Fatal(err)
	}
	if pool, err = pgxpool.New(b.Context(), database); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return database, redis, pool
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
