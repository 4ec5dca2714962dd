//go:build wordpress

package wordpress

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stock is where the distribution keeps WordPress, with the genuine Akismet plugin.
const stock = "/usr/share/wordpress"

// database is a MariaDB server of this test alone.
type database struct {
	t    *testing.T
	host string
}

func startDatabase(t *testing.T) *database {
	t.Helper()
	dir := openDir(t)
	install := []string{"--no-defaults", "--datadir=" + dir, "--auth-root-authentication-method=normal", "--skip-test-db"}
	addr := freeAddr(t)
	_, port, _ := net.SplitHostPort(addr)
	serve := []string{"--no-defaults", "--datadir=" + dir, "--port=" + port, "--bind-address=127.0.0.1",
		"--socket=" + dir + "/s.sock", "--pid-file=" + dir + "/pid", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"}
	if os.Geteuid() == 0 { // the server refuses to be root
		mysql, err := user.Lookup("mysql")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(mysql.Uid)
		gid, _ := strconv.Atoi(mysql.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
		install, serve = append(install, "--user=mysql"), append(serve, "--user=mysql")
	}
	if out, err := exec.Command("mariadb-install-db", install...).CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	background(t, exec.Command(program(t, "mariadbd"), serve...), filepath.Join(dir, "out"))
	d := &database{t, addr}
	eventually(t, 60*time.Second, "MariaDB", func() error { return d.as("root", "", "SELECT 1") })
	d.exec("CREATE USER wordpress@localhost IDENTIFIED BY 'wordpress'")
	d.exec("CREATE USER wordpress@'127.0.0.1' IDENTIFIED BY 'wordpress'")
	return d
}

// create makes a database for a site.
func (d *database) create(name string) {
	d.exec("CREATE DATABASE " + name + " CHARACTER SET utf8mb4")
	for _, host := range []string{"localhost", "'127.0.0.1'"} {
		d.exec("GRANT ALL ON " + name + ".* TO wordpress@" + host)
	}
}

func (d *database) exec(sql string) {
	d.t.Helper()
	if err := d.as("root", "", sql); err != nil {
		d.t.Fatal(err)
	}
}

func (d *database) as(who, db, sql string) error {
	_, err := d.query(who, db, sql)
	return err
}

// query gives the rows as lines, columns parted by tabs.
func (d *database) query(who, db, sql string) (string, error) {
	host, port, _ := net.SplitHostPort(d.host)
	args := []string{"--no-defaults", "-h" + host, "-P" + port, "--protocol=tcp", "-u" + who, "-N", "-B", "--default-character-set=utf8mb4", "-e", sql}
	if db != "" {
		args = append(args, db)
	}
	out, err := exec.Command("mariadb", args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", sql, err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// site is one running WordPress.
type site struct {
	t    *testing.T
	db   *database
	name string
	root string
	home string
	env  []string
	// debug is where PHP's warnings and notices go.
	debug string
	next  int // the next visitor's address
}

// copyWordPress lays the files out that all sites share.
func copyWordPress(t *testing.T) string {
	t.Helper()
	root := openDir(t)
	copyTree(t, stock, root)
	copyTree(t, plugin, filepath.Join(root, "wp-content/plugins/tamis"))
	copyFile(t, "testdata/wp-config.php", filepath.Join(root, "wp-config.php"))
	return root
}

// startSite installs a WordPress with a plugin and must-use plugins, and serves it.
func startSite(t *testing.T, db *database, root, name, plugin string, must []string, env ...string) *site {
	t.Helper()
	db.create(name)
	addr := freeAddr(t)
	mu := openDir(t)
	for _, file := range append(must, "testdata/test-only.php") {
		copyFile(t, file, filepath.Join(mu, filepath.Base(file)))
	}
	s := &site{t: t, db: db, name: name, root: root, home: "http://" + addr, debug: filepath.Join(mu, "debug.log")}
	s.env = append([]string{"PATH=" + os.Getenv("PATH"), "TEST_DB=" + name, "TEST_DB_HOST=" + db.host, "TEST_HOME=" + s.home,
		"TEST_MU=" + mu, "TEST_ROOT=" + root, "TEST_PLUGIN=" + plugin, "PHP_CLI_SERVER_WORKERS=4"}, env...)
	s.php("install.php")
	server := exec.Command("php", "-S", addr, "-t", root)
	server.Env = s.env
	background(t, server, filepath.Join(mu, "out"))
	eventually(t, 30*time.Second, "WordPress", func() error {
		resp, err := http.Get(s.home + "/wp-login.php")
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("wp-login.php: %d", resp.StatusCode)
		}
		return nil
	})
	return s
}

// php runs a script of testdata inside the site.
func (s *site) php(script string, args ...string) {
	s.t.Helper()
	cmd := exec.Command("php", append([]string{filepath.Join("testdata", script)}, args...)...)
	cmd.Env = s.env
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", script, err, out)
	}
}

// cron lets WordPress do what it planned under the hooks.
func (s *site) cron(hooks ...string) {
	s.t.Helper()
	s.php("hurry.php", hooks...)
	resp, err := http.Get(s.home + "/wp-cron.php?doing_wp_cron")
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	// One that ran a moment ago keeps the next out for a minute.
	if _, err := s.db.query("root", s.name, "DELETE FROM wp_options WHERE option_name LIKE '%doing_cron'"); err != nil {
		s.t.Fatal(err)
	}
}

// post has a visitor send the comment form, and gives the comment's id.
func (s *site) post(author, text string) string {
	s.t.Helper()
	before := s.ask("SELECT COALESCE(MAX(comment_ID), 0) FROM wp_comments")
	s.next++
	form := url.Values{"author": {author}, "email": {strings.ToLower(author) + "@example.org"}, "url": {""},
		"comment": {text}, "comment_post_ID": {"1"}, "comment_parent": {"0"}, "submit": {"Post Comment"}}
	req, err := http.NewRequest(http.MethodPost, s.home+"/wp-comments-post.php", strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	req.Header.Set("Referer", s.home+"/?p=1")
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("192.0.2.%d", s.next))
	visitor := http.Client{Timeout: 60 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := visitor.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	page, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusFound {
		s.t.Fatalf("the visitor's comment got %d\n%.2000s", resp.StatusCode, page)
	}
	id := s.ask("SELECT MAX(comment_ID) FROM wp_comments")
	if id == before {
		s.t.Fatal("the visitor's comment is lost")
	}
	return id
}

// place tells where a comment stands.
func (s *site) place(id string) string {
	s.t.Helper()
	status := s.ask("SELECT comment_approved FROM wp_comments WHERE comment_ID = " + id)
	if word, ok := map[string]string{"1": "published", "0": "held", "": "gone"}[status]; ok {
		return word
	}
	return status
}

// complaints are PHP's warnings and notices about our files.
func (s *site) complaints() string {
	s.t.Helper()
	log, err := os.ReadFile(s.debug)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	var ours []string
	for line := range strings.Lines(string(log)) {
		if strings.Contains(line, "plugins/tamis/") || strings.Contains(line, "akismet-to-tamis") {
			ours = append(ours, line)
		}
	}
	return fmt.Sprintf("%d %s", len(ours), strings.Join(ours, ""))
}

func (s *site) meta(id, key string) string {
	s.t.Helper()
	return s.ask("SELECT meta_value FROM wp_commentmeta WHERE comment_id = " + id + " AND meta_key = '" + key + "'")
}

func (s *site) ask(sql string) string {
	s.t.Helper()
	out, err := s.db.query("root", s.name, sql)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// person is somebody who signed in.
type person struct {
	s *site
	http.Client
}

// signIn signs the administrator in as the form does.
func (s *site) signIn() *person {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	p := &person{s, http.Client{Jar: jar, Timeout: 60 * time.Second}}
	p.get("/wp-login.php") // sets the cookie that the form wants back
	p.send("/wp-login.php", url.Values{"log": {"admin"}, "pwd": {"admin-password"}, "testcookie": {"1"}})
	if page := p.get("/wp-admin/profile.php"); !strings.Contains(page, `id="your-profile"`) {
		s.t.Fatalf("not signed in:\n%.2000s", page)
	}
	return p
}

func (p *person) get(path string) string {
	p.s.t.Helper()
	resp, err := p.Get(p.s.home + path)
	return p.page(resp, err)
}

func (p *person) send(path string, form url.Values) string {
	p.s.t.Helper()
	resp, err := p.PostForm(p.s.home+path, form)
	return p.page(resp, err)
}

func (p *person) page(resp *http.Response, err error) string {
	p.s.t.Helper()
	if err != nil {
		p.s.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		p.s.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		p.s.t.Fatalf("%s: %d\n%.2000s", resp.Request.URL, resp.StatusCode, raw)
	}
	return string(raw)
}

// background runs a program until the test ends.
func background(t *testing.T, cmd *exec.Cmd, log string) {
	t.Helper()
	out, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	// A group of its own: PHP's server has workers.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		if t.Failed() {
			said, _ := os.ReadFile(log)
			t.Logf("%s said:\n%s", filepath.Base(cmd.Path), said[max(0, len(said)-3000):])
		}
	})
}

// program finds what may stand outside a user's PATH.
func program(t *testing.T, name string) string {
	t.Helper()
	for _, path := range []string{name, "/usr/sbin/" + name} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	t.Fatalf("%s is not installed: make test-wordpress does it", name)
	return ""
}

// openDir is a folder that other users may enter.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tamis-wordpress-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// copyTree copies what links lead to; those that lead nowhere are passed over.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		source := filepath.Join(from, e.Name())
		about, err := os.Stat(source)
		switch {
		case errors.Is(err, fs.ErrNotExist) || e.Name() == "wp-config.php":
		case err != nil:
			t.Fatal(err)
		case about.IsDir():
			copyTree(t, source, filepath.Join(to, e.Name()))
		default:
			copyFile(t, source, filepath.Join(to, e.Name()))
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, raw, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// eventually tries until try gives nil, and fails the test after the time given.
func eventually(t *testing.T, within time.Duration, what string, try func() error) {
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
		time.Sleep(100 * time.Millisecond)
	}
}
