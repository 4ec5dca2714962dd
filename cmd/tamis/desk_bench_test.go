package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/migrations"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/store/postgres"
	"github.com/tamis-moderation/tamis/store/sqlite"
	"github.com/tamis-moderation/tamis/store/storetest"
	"github.com/tamis-moderation/tamis/webhook"
	"github.com/tamis-moderation/tamis/worker"
)

// heldVerdict is what a filled queue's comments were held for.
const heldVerdict = `{"action":"hold","scores":{"insult":0.91,"toxic":0.84},"labels":["insult"],"policy_version":0,"reasons":[` +
	`{"rule":"score","action":"hold","label":"insult","score":0.91,"threshold":0.6,"evidence":[{"begin":0,"end":12,"text":"Un sot texte"}]}]}`

// fillSQL are the statements that fill a queue, n standing for each comment's
// number: one author in fifty, a wave of three hundred, links to two hundred
// sites, threads of forty, and a decision on one comment in ten beside.
var fillSQL = []string{
	`INSERT INTO comments (id, site, text, author, author_key, context, received_at, judged_at, status, revision, verdict, labels, thread_key)
		SELECT {id}, 'default', 'Un sot texte, le numéro ' || n || ', qui attend que quelqu''un le lise et en décide avant ce soir.',
			'{"id":"a' || (n % 2000) || '","name":"Auteur ' || (n % 2000) || '","ip":"10.1.2.3"}', 'author ' || (n % 2000),
			'{"url":"https://blog.example/' || (n / 40) || '","title":"Page ' || (n / 40) || '"}', {at}, {at}, 'held', 2, '` + heldVerdict + `', ' insult ',
			'thread ' || (n / 40) FROM {n}`,
	`INSERT INTO review_items (comment_id, site, urgency, filed_at, hard)
		SELECT {id}, 'default', -(n % 9973) / 100.0, {at}, {hard} FROM {n}`,
	`INSERT INTO kin (comment_id, site, filed_at, open, family, host, network, author)
		SELECT {id}, 'default', {at}, {true}, CASE WHEN n % 333 = 0 THEN 'family' WHEN n % 1000 < 3 THEN 'f' || (n / 1000) END,
			CASE WHEN n % 3 = 0 THEN 'host' || (n % 200) || '.example' END, 'network ' || (n % 500), 'author ' || (n % 2000) FROM {n}`,
	`INSERT INTO comments (id, site, text, author, author_key, context, received_at, judged_at, status, revision, verdict, labels, decision_id)
		SELECT {decided}, 'default', 'Un sot texte décidé ' || n, '{}', 'author ' || (n % 2000), '{}', {at}, {at}, 'rejected', 3, '` + heldVerdict + `', ' insult ',
			'd' || n FROM {n} WHERE n % 10 = 0`,
	`INSERT INTO decisions (id, comment_id, site, decision, actor, decided_at, reason, note, status_before)
		SELECT 'd' || n, {decided}, 'default', 'reject', 'user:anne@example.org', {at}, '', '', 'held' FROM {n} WHERE n % 10 = 0`,
}

// shelveSQL is the statement by which the filled queue's comments are found, with
// toxic scores of all sizes; {words} and {document} are a keeper's own.
const shelveSQL = `INSERT INTO library (comment_id, site, received_at, section, {words}s_toxic, s_insult)
	SELECT c.id, c.site, c.received_at, '', {document}(row_number() OVER (ORDER BY c.id) * 7919 % 1000) / 1000.0, 0.91 FROM comments c`

// tallySQL is the statement by which a migration counts what is in the library.
func tallySQL(b *testing.B, files fs.FS, name string) string {
	b.Helper()
	text, err := fs.ReadFile(files, name)
	if err != nil {
		b.Fatal(err)
	}
	return string(text[bytes.Index(text, []byte("INSERT INTO tallies")):])
}

// statements writes SQL in a database's own words.
func statements(texts []string, words ...string) []string {
	var out []string
	for _, text := range texts {
		out = append(out, strings.NewReplacer(words...).Replace(text))
	}
	return out
}

// benchRows is how long the queue is.
func benchRows(b *testing.B) int {
	b.Helper()
	rows := 100_000
	if told := os.Getenv("TAMIS_BENCH_ROWS"); told != "" {
		var err error
		if rows, err = strconv.Atoi(told); err != nil {
			b.Fatal(err)
		}
	}
	return rows
}

func fullSQLite(b *testing.B, rows int) database {
	b.Helper()
	path := filepath.Join(b.TempDir(), "tamis.db")
	s, err := sqlite.Open(b.Context(), path, sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	if err := s.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	base := time.Now().Add(-24 * time.Hour).UnixMicro()
	texts := append(slices.Clone(fillSQL), shelveSQL, `INSERT INTO library_words (rowid, text, author)
		SELECT l.doc, c.text, concat_ws(' ', json_extract(c.author, '$.name'), json_extract(c.author, '$.id'))
		FROM library l JOIN comments c ON c.id = l.comment_id`, tallySQL(b, migrations.SQLite, "sqlite/00014_tallies.sql"))
	for _, text := range append(statements(texts,
		"{id}", `printf('%08x-0000-7000-8000-%012x', n, n)`, "{decided}", `printf('%08x-0000-7000-8001-%012x', n, n)`,
		"{at}", fmt.Sprintf("%d + n * 500000", base), "{hard}", "n % 20 = 0", "{true}", "1",
		"{words}", "", "{document}", "",
		"{n}", fmt.Sprintf("(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s)", rows),
	), "ANALYZE") {
		if _, err := db.ExecContext(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func fullPostgres(b *testing.B, rows int) database {
	b.Helper()
	address := storetest.Postgres(b)
	s, err := postgres.Open(b.Context(), address, postgres.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	if err := s.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	conn, err := pgx.Connect(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(b.Context()))
	uuid := func(part string) string {
		return `(lpad(to_hex(n), 8, '0') || '-0000-7000-` + part + `-' || lpad(to_hex(n), 12, '0'))::uuid`
	}
	for _, text := range append(append([]string{"SET synchronous_commit = off; SET statement_timeout = 0"}, statements(append(slices.Clone(fillSQL), shelveSQL),
		"{words}", "words, ", "{document}", `setweight(to_tsvector('simple', translate(c.text, 'é', 'e')), 'A') ||
			setweight(to_tsvector('simple', concat_ws(' ', c.author::jsonb ->> 'name', c.author::jsonb ->> 'id')), 'B'), `,
		"{id}", uuid("8000"), "{decided}", uuid("8001"), "{at}", "now() - '1 day'::interval + n * '500 ms'::interval",
		"{hard}", "n % 20 = 0", "{true}", "true", "{n}", fmt.Sprintf("generate_series(1, %d) n", rows),
	)...), tallySQL(b, migrations.Postgres, "postgres/00014_tallies.sql"), "VACUUM ANALYZE comments, review_items, kin, decisions, library, tallies") {
		if _, err := conn.Exec(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// desk is the whole console before a full queue, and one moderator's cookie.
type desk struct {
	*testing.B
	pages  http.Handler
	cookie string
}

func openDesk(b *testing.B, db database) *desk {
	b.Helper()
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	h := &house{store: db, log: quiet, metrics: newMetrics(), deliver: worker.NewWake(1), guard: &webhook.Guard{}}
	h.ensemble = &classifier.Ensemble{}
	h.moderation = &moderation.Service{Store: db, Log: quiet, Now: time.Now}
	if err := db.AddSite(b.Context(), models.Site{ID: "default", Name: "Le blog", Locale: "fr", CreatedAt: time.Now()}, "cli"); err != nil {
		b.Fatal(err)
	}
	secret, err := (&admin.Users{Store: db, Now: time.Now}).FirstStart(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	token, _, err := admin.NewSignIn(db, time.Now).ByLink(b.Context(), secret, models.Visitor{Address: "192.0.2.1", Agent: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	pages, err := h.console(admin.NewKeys(db, time.Now, quiet), h.desk(), nil)
	if err != nil {
		b.Fatal(err)
	}
	return &desk{B: b, pages: pages, cookie: "tamis_session=" + token}
}

// ask sends one request and gives the page.
func (d *desk) ask(method, path string, form url.Values, header ...string) string {
	d.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Cookie", d.cookie)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.pages.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		d.Fatalf("%s %s: %d %.300s", method, path, w.Code, w.Body)
	}
	return w.Body.String()
}

var (
	itemPattern  = regexp.MustCompile(`class="hand [^>]*data-id="([^"]+)"`)
	claimPattern = regexp.MustCompile(`name="claim" value="([^"]+)"`)
)

// BenchmarkDesk measures what the service takes for each page of the desk before
// a queue of 100,000 (TAMIS_BENCH_ROWS), on both keepers: the slowest of twenty.
// "next" is a decision with the items that come after it.
func BenchmarkDesk(b *testing.B) {
	for name, fill := range map[string]func(*testing.B, int) database{"sqlite": fullSQLite, "postgres": fullPostgres} {
		rows := benchRows(b)
		db := fill(b, rows)
		d := openDesk(b, db)
		get := func(path string) func() { return func() { d.ask("GET", path, nil) } }
		yesterday := time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)
		for _, page := range []struct {
			name string
			ask  func()
		}{
			{"desk", get("/desk")},
			{"queue", func() { d.ask("GET", "/desk/queue", nil, "HX-Request", "true") }},
			{"next", d.decideOne()},
			{"waves", get("/waves")},
			{"wave", get("/waves/text?key=family")},
			{"triage", get("/triage")},
			{"search-common", get("/comments?q=texte")}, // which stands in every comment
			{"search-rare", get("/comments?q=texte+4242")},
			{"search-author", get("/comments?author=%22Auteur+1742%22")},
			{"search-all", get("/comments?q=texte&author=auteur&status=held&label=insult&score=toxic&min=0.5&max=0.6&since=" + yesterday)},
			{"search-none", get("/comments?q=texte&status=approved&score=toxic&min=0.5&max=0.6&since=" + yesterday)},
			{"scores", get("/scores")},
			{"scores-range", get("/scores?score=toxic&min=0.5&max=0.6")},
			{"overview", get("/overview")},
		} {
			b.Run(fmt.Sprintf("%s/%s/rows=%d", name, page.name, rows), func(b *testing.B) {
				ask := page.ask
				ask()
				var took []time.Duration
				before := cpu(b, os.Getpid())
				for b.Loop() {
					began := time.Now()
					ask()
					took = append(took, time.Since(began))
				}
				b.ReportMetric((cpu(b, os.Getpid())-before)*1000/float64(len(took)), "cpu-ms")
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			})
		}
	}
}

// decideOne gives what decides the item in hand again and again.
func (d *desk) decideOne() func() {
	page := ""
	return func() {
		if page == "" {
			page = d.ask("GET", "/desk", nil)
		}
		item, claim := itemPattern.FindStringSubmatch(page), claimPattern.FindStringSubmatch(page)
		if item == nil || claim == nil {
			d.Fatalf("no item on the page: %.300s", page)
		}
		hand := itemPattern.FindAllStringSubmatch(page, -1)
		var have []string
		for _, h := range hand[1:] {
			have = append(have, h[1])
		}
		more := d.ask("POST", "/desk/decide", url.Values{
			"comment": {item[1]}, "claim": {claim[1]}, "decision": {"reject"}, "site": {"default"}, "have": {strings.Join(have, " ")},
		}, "HX-Request", "true")
		_, rest, _ := strings.Cut(page, item[0])
		if at := itemPattern.FindStringIndex(rest); at != nil {
			page = rest[at[0]:] + more
			return
		}
		page = more
	}
}
