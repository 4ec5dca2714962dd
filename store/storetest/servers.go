package storetest

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Postgres gives the URL of a fresh, empty database on a real server, which the
// test process starts once and which ends with it. A machine without the
// server's binaries fails the test.
func Postgres(t testing.TB) string {
	t.Helper()
	s, err := sharedPostgres()
	if err != nil {
		t.Fatal(err)
	}
	return s.Database(t)
}

// Redis gives the URL of a real, empty Redis server that the test has for itself.
func Redis(t testing.TB) string {
	t.Helper()
	return NewRedis(t).URL
}

var sharedPostgres = sync.OnceValues(func() (*PostgresServer, error) { return startPostgres() })

// PostgresServer is a real server of its own, for tests that kill it.
type PostgresServer struct {
	URL  string // of database postgres
	dir  string
	hold io.Closer // keeps dir
	port int
	bin  string
	pid  int
	n    int
	mu   sync.Mutex
	exit chan struct{}
}

// NewPostgres starts a server that ends with the test.
func NewPostgres(t testing.TB) *PostgresServer {
	t.Helper()
	s, err := startPostgres()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

// Database makes an empty database and gives its URL.
func (s *PostgresServer) Database(t testing.TB) string {
	t.Helper()
	s.mu.Lock()
	s.n++
	name := fmt.Sprintf("tamis_%d", s.n)
	s.mu.Unlock()
	s.psql(t, "CREATE DATABASE "+name)
	t.Cleanup(func() {
		if s.Running() {
			s.psql(t, "DROP DATABASE "+name+" WITH (FORCE)")
		}
	})
	return strings.Replace(s.URL, "/postgres?", "/"+name+"?", 1)
}

func (s *PostgresServer) psql(t testing.TB, command string) {
	t.Helper()
	out, err := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(s.bin, "psql"),
		"-X", "-q", "-d", s.URL, "-c", command).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", command, err, out)
	}
}

// Running reports whether the server was started and not killed since.
func (s *PostgresServer) Running() bool {
	select {
	case <-s.exit:
		return false
	default:
		return true
	}
}

// Kill ends the server and all its processes at once, as a power cut does.
func (s *PostgresServer) Kill() {
	_ = syscall.Kill(s.pid, syscall.SIGSTOP) // it must not have another child meanwhile
	for _, pid := range append([]int{s.pid}, children(s.pid)...) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	<-s.exit
}

// Pause stops the server's processes without ending them; Resume lets them go on.
func (s *PostgresServer) Pause() { s.signal(syscall.SIGSTOP) }

// Resume undoes Pause.
func (s *PostgresServer) Resume() { s.signal(syscall.SIGCONT) }

func (s *PostgresServer) signal(sig syscall.Signal) {
	for _, pid := range append(children(s.pid), s.pid) {
		_ = syscall.Kill(pid, sig)
	}
}

// Start starts a killed server again, on the same port and data. Processes of
// the one before may take a moment to be gone, and the server refuses until then.
func (s *PostgresServer) Start() error {
	err := s.start()
	for deadline := time.Now().Add(10 * time.Second); err != nil && time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond)
		err = s.start()
	}
	return err
}

func (s *PostgresServer) start() error {
	cmd := exec.Command(filepath.Join(s.bin, "postgres"), "-D", filepath.Join(s.dir, "data"),
		"-p", strconv.Itoa(s.port), "-k", s.dir, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200",
		"-c", "fsync=on", "-c", "logging_collector=off")
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	asPostgres(cmd)
	s.exit = make(chan struct{})
	if s.pid, err = launch(cmd, s.exit); err != nil {
		return err
	}
	ready := filepath.Join(s.bin, "pg_isready")
	if err := await(s.exit, func() bool {
		return exec.Command(ready, "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(s.port)).Run() == nil
	}); err != nil {
		said, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return fmt.Errorf("postgres: %w\n%s", err, said)
	}
	return nil
}

func startPostgres() (*PostgresServer, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	dir, hold, err := scratch("tamis-postgres-")
	if err != nil {
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "tamis", "-A", "trust",
		"-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.Dir = dir
	asPostgres(initdb)
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	s := &PostgresServer{dir: dir, hold: hold, bin: bin}
	for range 3 { // somebody else may take the port in between
		if s.port, err = freePort(); err != nil {
			return nil, err
		}
		if err = s.start(); err == nil {
			break
		}
	}
	s.URL = fmt.Sprintf("postgres://tamis@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	return s, err
}

// postgresBin finds the folder of the server's binaries.
func postgresBin() (string, error) {
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		return "", fmt.Errorf("PostgreSQL is not installed: the tests need its server (apt install postgresql, brew install postgresql)")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// asPostgres runs a command as user postgres when we are root, which the server
// refuses to be.
func asPostgres(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if uid, gid, ok := postgresUser(); ok {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: gid}
	}
}

func postgresUser() (uid, gid uint32, ok bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, false
	}
	n, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return 0, 0, false
	}
	m, err := strconv.ParseUint(u.Gid, 10, 32)
	return uint32(n), uint32(m), err == nil
}

// RedisServer is a real Redis server, without persistence.
type RedisServer struct {
	URL  string
	port int
	dir  string
	hold io.Closer // keeps dir
	bin  string
	pid  int
	exit chan struct{}
}

// NewRedis starts a Redis server that ends with the test. A machine without its
// binary fails the test.
func NewRedis(t testing.TB) *RedisServer {
	t.Helper()
	bin, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("Redis is not installed: the tests need redis-server (apt install redis-server, brew install redis)")
	}
	s := &RedisServer{bin: bin}
	if s.dir, s.hold, err = scratch("tamis-redis-"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if s.port, err = freePort(); err != nil {
			t.Fatal(err)
		}
		if err = s.Start(); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	s.URL = fmt.Sprintf("redis://127.0.0.1:%d/0", s.port)
	t.Cleanup(s.Kill)
	return s
}

// Kill ends the server at once; what it held is gone.
func (s *RedisServer) Kill() {
	_ = syscall.Kill(s.pid, syscall.SIGKILL)
	<-s.exit
}

// Start starts a killed server again, empty, on the same port.
func (s *RedisServer) Start() error {
	cmd := exec.Command(s.bin, "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
		"--dir", s.dir, "--daemonize", "no")
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	s.exit = make(chan struct{})
	var err error
	if s.pid, err = launch(cmd, s.exit); err != nil {
		return err
	}
	if err := await(s.exit, func() bool { return answersPing(s.port) }); err != nil {
		return fmt.Errorf("redis-server: %w", err)
	}
	return nil
}

func answersPing(port int) bool {
	conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	var answer [5]byte
	_, err = conn.Read(answer[:])
	return err == nil && string(answer[:]) == "+PONG"
}

// launch starts a server and closes exit when it ended. The server dies with
// the thread that started it, hence that thread stays until then.
func launch(cmd *exec.Cmd, exit chan struct{}) (int, error) {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		dieWithParent(cmd.SysProcAttr)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
		close(exit)
	}()
	if err := <-started; err != nil {
		return 0, err
	}
	return cmd.Process.Pid, nil
}

// await waits until a server is ready, has ended, or half a minute is over.
func await(exit chan struct{}, ready func() bool) error {
	for range 1500 {
		if ready() {
			return nil
		}
		select {
		case <-exit:
			return fmt.Errorf("the server ended at once")
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("the server is not ready after 30 s")
}

// scratch makes a folder that the server may use. A shell removes it when this
// process ends, in whatever way: it waits for the end of its input.
func scratch(prefix string) (string, io.Closer, error) {
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		return "", nil, err
	}
	if uid, gid, ok := postgresUser(); ok {
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return "", nil, err
		}
	}
	janitor := exec.Command("sh", "-c", `cat >/dev/null; sleep 1; rm -rf "$1"`, "sh", dir)
	janitor.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	hold, err := janitor.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	return dir, hold, janitor.Start()
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// children lists the processes that pid started.
func children(pid int) []int {
	var out []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		// pid (name) state ppid …; the name may hold anything.
		_, rest, _ := strings.Cut(string(stat), ") ")
		fields := strings.Fields(rest)
		if len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			if child, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
				out = append(out, child)
			}
		}
	}
	return out
}
