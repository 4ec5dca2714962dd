package admin_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/postgres"
	"github.com/tamis-moderation/tamis/store/storetest"
)

func doors(t *testing.T) (*bundle, *admin.SignIn, *admin.Users) {
	t.Helper()
	b := setup(t)
	users := &admin.Users{Store: b.db, Now: b.now}
	if _, err := users.Add(t.Context(), "anne@example.org", "Anne", models.RoleModerator, "test"); err != nil {
		t.Fatal(err)
	}
	if err := users.SetPassword(t.Context(), "anne@example.org", "correct horse", "test"); err != nil {
		t.Fatal(err)
	}
	return b, admin.NewSignIn(b.db, b.now), users
}

func TestGuessingIsSlowFromOneNetworkAndFromMany(t *testing.T) {
	t.Parallel()
	_, in, _ := doors(t)
	try := func(address string) error {
		_, _, err := in.ByPassword(t.Context(), "anne@example.org", "wrong", models.Visitor{Address: address})
		return err
	}
	tries := 0
	for models.KindOf(try("192.0.2.1")) == models.Unauthorized {
		tries++
	}
	if tries > 10 {
		t.Errorf("one address may guess %d times", tries)
	}
	for ; models.KindOf(try("2001:db8::"+string(rune('a'+tries%6)))) == models.Unauthorized; tries++ {
		if tries > 40 {
			t.Fatal("one network may guess without an end")
		}
	}
	for i := 0; models.KindOf(try("198.51.100."+string(rune('1'+i%9)))) == models.Unauthorized; i++ {
		if i > 60 {
			t.Fatal("many networks may guess without an end")
		}
	}
	err := try("203.0.113.9")
	if e, ok := err.(*models.Error); !ok || e.RetryAfter <= 0 {
		t.Errorf("got %v, want a time to wait", err)
	}
}

func TestProcessesCountTriesTogether(t *testing.T) {
	t.Parallel()
	url, now := storetest.Postgres(t), time.Now
	var processes []*admin.SignIn
	for range 2 {
		db, err := postgres.Open(t.Context(), url, postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		processes = append(processes, admin.NewSignIn(db, now))
	}
	try := func(process int, address string) error {
		_, _, err := processes[process].ByPassword(t.Context(), "anne@example.org", "wrong", models.Visitor{Address: address})
		return err
	}
	for i := range 10 {
		if err := try(i%2, "192.0.2.1"); models.KindOf(err) != models.Unauthorized {
			t.Fatalf("try %d: got %v", i+1, err)
		}
	}
	for process := range processes {
		if err := try(process, "192.0.2.1"); models.KindOf(err) != models.TooMany {
			t.Errorf("process %d: got %v, want too many", process, err)
		}
		if err := try(process, "192.0.2.2"); models.KindOf(err) != models.Unauthorized {
			t.Errorf("process %d from elsewhere: got %v", process, err)
		}
	}
}

func TestASuccessForgivesTheTriesBefore(t *testing.T) {
	t.Parallel()
	_, in, _ := doors(t)
	v := models.Visitor{Address: "192.0.2.1"}
	for range 4 {
		for range 5 {
			if _, _, err := in.ByPassword(t.Context(), "anne@example.org", "wrong", v); models.KindOf(err) != models.Unauthorized {
				t.Fatal(err)
			}
		}
		if _, _, err := in.ByPassword(t.Context(), " Anne@Example.org ", "correct horse", v); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhoMayNotSignIn(t *testing.T) {
	t.Parallel()
	b, in, users := doors(t)
	if _, err := users.Add(t.Context(), "new@example.org", "", models.RoleHelper, "test"); err != nil {
		t.Fatal(err)
	}
	v := models.Visitor{Address: "192.0.2.1"}
	for name, email := range map[string]string{"nobody": "x@example.org", "no password yet": "new@example.org"} {
		for _, password := range []string{"", "correct horse"} {
			if _, _, err := in.ByPassword(t.Context(), email, password, v); models.KindOf(err) != models.Unauthorized {
				t.Errorf("%s with %q: %v", name, password, err)
			}
		}
	}
	if err := users.Disable(t.Context(), "anne@example.org", "test"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := in.ByPassword(t.Context(), "anne@example.org", "correct horse", v); models.KindOf(err) != models.Unauthorized {
		t.Errorf("disabled: %v", err)
	}
	away := models.Errorf(models.Unavailable, "away")
	broken := admin.NewSignIn(storetest.Fail(b.db, "UserByEmail", away), b.now)
	if _, _, err := broken.ByPassword(t.Context(), "anne@example.org", "correct horse", v); models.KindOf(err) != models.Unavailable {
		t.Errorf("a database that is away: %v", err)
	}
}

func TestHashingWaitsItsTurn(t *testing.T) {
	t.Parallel()
	_, in, _ := doors(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := in.ByPassword(ctx, "anne@example.org", "correct horse", models.Visitor{})
	if models.KindOf(err) != models.Unavailable && err != nil {
		t.Errorf("got %v", err)
	}
}

func TestTheTokenIsKeptNowhere(t *testing.T) {
	t.Parallel()
	b, in, _ := doors(t)
	token, s, err := in.ByPassword(t.Context(), "anne@example.org", "correct horse", models.Visitor{Agent: "Firefox\x00\u202e" + strings.Repeat("x", 400)})
	if err != nil || len(token) < 40 {
		t.Fatal(token, err)
	}
	if s.Hash == token || strings.Contains(s.ID, token) || len(s.Agent) > 200 || strings.ContainsAny(s.Agent, "\x00\u202e") {
		t.Errorf("got %+v", s)
	}
	if _, who, err := in.Session(t.Context(), token); err != nil || who.Name != "Anne" {
		t.Errorf("got %+v, %v", who, err)
	}
	if _, _, err := in.Session(t.Context(), token[:len(token)-1]); models.KindOf(err) != models.NotFound {
		t.Errorf("a token cut short: %v", err)
	}
	b.pass(25 * time.Hour)
	if _, _, err := in.Session(t.Context(), token); models.KindOf(err) != models.NotFound {
		t.Errorf("a day later: %v", err)
	}
}

func TestTheDefaultBookIsSound(t *testing.T) {
	t.Parallel()
	book := admin.DefaultBook()
	if err := book.Validate(); err != nil {
		t.Error(err)
	}
	for _, s := range book.Charter {
		if s.Text.FR == "" || s.Text.EN == "" {
			t.Errorf("the sentence %s is in one language only", s.ID)
		}
	}
	for _, l := range models.Labels() {
		if l != models.Distress && book.About(l) == 0 { // no misconduct: no sentence is about it
			t.Errorf("no sentence is about %s", l)
		}
	}
}

func TestBooksAreGivenIDs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	books := &admin.Books{Store: b.db, Now: b.now}
	want := models.Book{
		Charter: []models.Sentence{{Text: models.Words{EN: "One."}}, {ID: "e1", Text: models.Words{EN: "Two."}}},
		Replies: []models.Reply{{Name: models.Words{FR: "Merci"}, Text: models.Words{FR: "Merci."}}},
	}
	made, err := books.SetBook(t.Context(), "blog", want, 0, "user:z")
	if err != nil {
		t.Fatal(err)
	}
	got := []string{made.Book.Charter[0].ID, made.Book.Charter[1].ID, made.Book.Replies[0].ID}
	if strings.Join(got, " ") != "e2 e1 e3" {
		t.Errorf("got %v", got)
	}
	for name, book := range map[string]models.Book{
		"an empty sentence":   {Charter: []models.Sentence{{ID: "a"}}},
		"an id twice":         {Charter: []models.Sentence{{ID: "a", Text: models.Words{EN: "x"}}, {ID: "a", Text: models.Words{EN: "y"}}}},
		"no such label":       {Charter: []models.Sentence{{ID: "a", Text: models.Words{EN: "x"}, Labels: []models.Label{"rude"}}}},
		"no such sentence":    {Replies: []models.Reply{{Name: models.Words{EN: "x"}, Text: models.Words{EN: "x"}, Sentence: "z"}}},
		"a very long text":    {Charter: []models.Sentence{{Text: models.Words{EN: strings.Repeat("x", 2001)}}}},
		"a queue of no name":  {Queues: []models.NamedQueue{{}}},
		"far too many queues": {Queues: make([]models.NamedQueue, 101)},
	} {
		if _, err := books.SetBook(t.Context(), "blog", book, -1, "user:z"); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := books.SetBook(t.Context(), "blog", want, 0, "user:z"); models.KindOf(err) != models.Conflict {
		t.Errorf("from an older version: %v", err)
	}
	if got, err := books.Book(t.Context(), "nowhere"); err != nil || got.Version != 0 || len(got.Book.Charter) == 0 {
		t.Errorf("a site without one: %+v, %v", got, err)
	}
}
