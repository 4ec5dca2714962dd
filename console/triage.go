package console

import (
	"context"
	"net/http"
	"net/url"

	"github.com/tamis-moderation/tamis/models"
)

// Triage says what comments are, and what is around them.
type Triage interface {
	Around(ctx context.Context, c models.Comment) (models.Around, error)
	SetTriage(ctx context.Context, r models.TriageRequest) (*models.Triage, error)
	Triaged(ctx context.Context, q models.TriageQuery) (models.Page[models.TriagedComment], error)
}

func (c *Console) triageRoutes() []route {
	return []route{
		{"GET /triage", models.ActRead, c.triage},
	}
}

type triageData struct {
	Lines  []triaged
	Next   string
	Query  models.TriageQuery
	Mine   bool
	Kinds  []models.TriageKind
	Queues []models.NamedQueue
	People []models.User
}

// triaged is one comment that is something.
type triaged struct {
	models.TriagedComment
	Words  []piece
	Author string
	Owner  string
	Queue  string // by its name
	By     string
	Late   bool
}

// triage lists what waits for an answer, or all that is something.
func (c *Console) triage(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	q := models.TriageQuery{
		Site: v.Site.ID, Kind: models.TriageKind(r.FormValue("kind")), Queue: r.FormValue("queue"),
		Waiting: r.FormValue("all") == "", Cursor: r.FormValue("cursor"), Limit: 50,
	}
	if q.Kind != "" && !q.Kind.Valid() {
		q.Kind = ""
	}
	data := triageData{Query: q, Mine: r.FormValue("mine") != "", Kinds: models.TriageKinds()}
	if data.Mine {
		q.Owner = v.by()
	}
	found, err := c.deps.Desk.Triage.Triaged(r.Context(), q)
	if err != nil {
		return err
	}
	book, err := c.deps.Desk.Book(r.Context(), v.Site.ID)
	if err != nil {
		return err
	}
	if data.People, err = c.colleagues(r.Context(), v); err != nil {
		return err
	}
	names, err := c.names(r.Context())
	if err != nil {
		return err
	}
	data.Queues = book.Book.Queues
	for _, t := range found.Items {
		if !v.User.SeesSection(v.Site.ID, t.Comment.Context.Section) {
			continue
		}
		line := triaged{
			TriagedComment: t, Words: excerpt(t.Comment.Published(), t.Comment.Verdict, 2*lineLength), Author: tame(t.Comment.Author.Name),
			By: names.of(v, t.By), Late: t.AnsweredAt.IsZero() && !t.DueAt.IsZero() && v.Now.After(t.DueAt), Queue: t.Queue,
		}
		if t.Owner != "" {
			line.Owner = names.of(v, t.Owner)
		}
		for _, known := range book.Book.Queues {
			if known.ID == t.Queue {
				line.Queue = known.Name.In(v.Lang)
			}
		}
		data.Lines = append(data.Lines, line)
	}
	data.Next = nextPath(r, found.Next)
	return c.render(w, r, "triage", data)
}

// nextPath is the address of the next page of a list; empty on the last one.
func nextPath(r *http.Request, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := url.Values{}
	for _, name := range []string{"kind", "queue", "all", "mine"} {
		if value := r.FormValue(name); value != "" {
			q.Set(name, value)
		}
	}
	q.Set("cursor", cursor)
	return r.URL.Path + "?" + q.Encode()
}
