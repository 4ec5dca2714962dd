package coral_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/api"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/api/compat/coral"
	"github.com/tamis-moderation/tamis/api/v1"
	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/moderation"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// stub scores by a few words: idiots and shops are held, vile ones and casinos rejected.
type stub struct{}

func (stub) Rows(in []classifier.Input) int { return len(in) }

func (stub) Assess(_ context.Context, in []classifier.Input) ([]models.Assessment, error) {
	out := make([]models.Assessment, 0, len(in))
	for _, i := range in {
		s := models.Scores{models.Toxic: 0.01, models.Spam: 0.01}
		for word, p := range map[string]float64{"idiot": 0.92, "vile": 0.9999} {
			if strings.Contains(i.Text, word) {
				s[models.Toxic] = p
			}
		}
		for word, p := range map[string]float64{"shop": 0.85, "casino": 0.995} {
			if strings.Contains(i.Text, word) {
				s[models.Spam] = p
			}
		}
		if strings.Contains(i.Text, "tribe") {
			s[models.IdentityAttack] = 0.9999
		}
		out = append(out, models.Assessment{Lang: "en", Scores: s})
	}
	return out, nil
}

// inline judges what is queued, as the service does with no Redis; while asleep
// nobody judges.
type inline struct {
	judge func(ctx context.Context, ids []models.CommentID) error
	mu    sync.Mutex
	slept bool
	wg    sync.WaitGroup
}

func (q *inline) sleep(on bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.slept = on
}

func (q *inline) Enqueue(ids ...models.CommentID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.slept {
		q.wg.Go(func() { _ = q.judge(context.Background(), ids) }) // what fails stays pending
	}
}

// The secrets of the two sites; the blog's is being rolled.
const (
	secret      = "empsec_0123456789abcdef"
	oldSecret   = "empsec_fedcba9876543210"
	otherSecret = "empsec_00000000000000aa"
)

// house is the wire on a store of its own, with two sites.
type house struct {
	door  http.Handler
	db    store.Store
	judge *moderation.Service
	queue *inline
	tell  map[models.SiteID]string // as Coral's API is configured
	wire  compat.Wire
}

func setup(t testing.TB) *house {
	t.Helper()
	return setupOn(t, storetest.New(t), 5*time.Second)
}

func setupOn(t testing.TB, db store.Store, budget time.Duration) *house {
	t.Helper()
	h := &house{db: db, queue: &inline{}, tell: map[models.SiteID]string{}}
	h.judge = &moderation.Service{
		Store: db, Assessor: stub{}, Queue: h.queue, Log: quiet, Now: time.Now, Changed: func() {},
		Waiters:  moderation.NewWaiters(db.Judged, quiet),
		Policies: &moderation.Policies{Load: db.Policy, Now: time.Now},
		Spoken:   &moderation.Spoken{Load: db.Languages, Now: time.Now},
	}
	h.queue.judge = h.judge.JudgeComments
	t.Cleanup(h.queue.wg.Wait)
	waiting, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	h.queue.wg.Go(func() { _ = h.judge.Waiters.Run(waiting) }) // ends without error
	sites := &admin.Sites{Store: db, Now: time.Now}
	for _, id := range []string{"blog", "other"} {
		if _, err := sites.Add(t.Context(), id, "", "en", "test"); err != nil {
			t.Fatal(err)
		}
	}
	h.wire = &coral.API{
		Moderator: h.judge, Requests: &admin.Requests{Store: db, Now: time.Now}, Traces: db, Tell: h.tell, Budget: budget, Log: quiet,
		Secrets: map[models.SiteID][]string{"blog": {secret, oldSecret}, "other": {otherSecret}},
	}
	h.open(t, 0)
	return h
}

// open builds the door with a rate limit; 0 = none.
func (h *house) open(t testing.TB, rate float64) {
	t.Helper()
	var err error
	h.door, err = api.New(api.Deps{
		V1: v1.API{Keyring: admin.NewKeys(h.db, time.Now, quiet)}, Now: time.Now, Log: quiet, Rate: rate, Wires: []compat.Wire{h.wire},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sign is what Coral puts into X-Coral-Signature.
func sign(body string, secrets ...string) string {
	var all []string
	for _, s := range secrets {
		mac := hmac.New(sha256.New, []byte(s))
		mac.Write([]byte(body))
		all = append(all, "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(all, ",")
}

// call is one request; an empty signature is made with the blog's secret.
type call struct {
	method, path, body, signature string
}

func (h *house) do(t testing.TB, c call) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
	r.Header.Set("X-Request-Id", "test")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Coral Moderation/9.11.8")
	switch c.signature {
	case "":
		r.Header.Set("X-Coral-Signature", sign(c.body, secret))
	case "none":
	default:
		r.Header.Set("X-Coral-Signature", c.signature)
	}
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	return w
}

// asked is a request as Coral writes it: pretty-printed, and more fields given
// by path in pairs.
func asked(body string, more ...string) string {
	comment := map[string]any{"body": body, "parentID": nil}
	author := map[string]any{"id": models.DerivedID(body), "role": "COMMENTER"} // who writes a lot in no time looks like a machine
	in := map[string]any{
		"action": "NEW", "comment": comment, "author": author,
		"story":    map[string]any{"id": "a1b2", "url": "https://news.example/story"},
		"site":     map[string]any{"id": "5c5c"},
		"tenantID": "c3d4", "tenantDomain": "coral.news.example",
	}
	for i := 0; i+1 < len(more); i += 2 {
		switch name := more[i]; name {
		case "parentID":
			comment[name] = more[i+1]
		case "id", "role":
			author[name] = more[i+1]
		default:
			in[name] = more[i+1]
		}
	}
	raw, _ := json.MarshalIndent(in, "", "  ") // maps of strings
	return string(raw)
}

const phase = "/coral/blog/moderation"

// comments lists what a site keeps.
func (h *house) comments(t testing.TB, site models.SiteID) []models.Comment {
	t.Helper()
	page, err := h.db.ListComments(t.Context(), models.CommentQuery{Site: site, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}
