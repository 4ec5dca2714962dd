package console

import (
	"net/http"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// side is the queue beside the item.
type side struct {
	Entries []entry
	Waiting int
	Many    bool // counting stopped
	Minutes int  // about how long it takes
	Oldest  time.Time
	Queue   string
	Queues  []models.NamedQueue
	Named   map[string]int // how many wait in each
	Calm    bool
}

// entry is a line of the queue: an item, or a wave of items.
type entry struct {
	ID       models.CommentID
	Label    models.Label
	Severity models.Severity
	Since    time.Time
	Author   string
	Here     bool   // it is the one that is read
	Taken    string // by whom, when that is somebody else
	Sent     bool   // somebody passed it on
	Family   string
	Size     int // of the wave; 0 = it is alone
}

// secondsEach is about how long one item takes.
const secondsEach = int(models.UsualPace / time.Second)

func (c *Console) queueQuery(v *view, s seat, limit int) models.QueueQuery {
	return models.QueueQuery{
		Site: v.Site.ID, By: v.by(), Queue: s.queue, Calm: s.calm, Sections: v.User.Sections(v.Site.ID), Limit: limit,
	}
}

// deskQueue is the queue beside the item, asked for at every change.
func (c *Console) deskQueue(w http.ResponseWriter, r *http.Request) error {
	found, err := c.side(r, c.seatOf(r), models.CommentID(r.FormValue("current")))
	if err != nil {
		return err
	}
	return c.renderPart(w, r, http.StatusOK, "desk", "side", deskData{Side: found})
}

// side makes the queue beside the item: waves are one line.
func (c *Console) side(r *http.Request, s seat, current models.CommentID) (side, error) {
	v := viewOf(r)
	head, err := c.deps.Desk.Hands.Queue(r.Context(), c.queueQuery(v, s, shownQueue))
	if err != nil {
		return side{}, err
	}
	book, err := c.deps.Desk.Book(r.Context(), v.Site.ID)
	if err != nil {
		return side{}, err
	}
	names, err := c.names(r.Context())
	if err != nil {
		return side{}, err
	}
	out := side{
		Waiting: head.Waiting, Many: head.Waiting >= models.MaxWaiting, Oldest: head.Oldest,
		Minutes: (head.Waiting*secondsEach + 59) / 60, Queue: s.queue, Queues: book.Book.Queues, Named: head.Named, Calm: s.calm,
	}
	waves := map[string]int{} // where the line of a family is
	for _, e := range head.Entries {
		if at, ok := waves[e.Family]; ok && e.Family != "" {
			out.Entries[at].Size++
			out.Entries[at].Here = out.Entries[at].Here || e.Comment == current
			continue
		}
		line := entry{
			ID: e.Comment, Severity: models.SeverityOf(e.Labels), Since: e.FiledAt, Author: tame(e.Author), Here: e.Comment == current,
			Sent: e.Escalated, Family: e.Family, Size: 1,
		}
		line.Label = gravest(e.Labels)
		if e.ClaimedBy != "" && e.ClaimedBy != v.by() {
			line.Taken = names.of(v, e.ClaimedBy)
		}
		waves[e.Family] = len(out.Entries)
		out.Entries = append(out.Entries, line)
	}
	return out, nil
}

// gravest is the label that says most of an item.
func gravest(labels []models.Label) models.Label {
	var out models.Label
	for _, l := range labels {
		if out == "" || models.SeverityOf([]models.Label{l}) > models.SeverityOf([]models.Label{out}) {
			out = l
		}
	}
	return out
}
