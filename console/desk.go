package console

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Desk is what the pages of the desk are handed.
type Desk struct {
	Hands     Hands
	Decisions Decisions
	Waves     Waves
	Triage    Triage
	Texts     Texts
	Book      func(ctx context.Context, site models.SiteID) (models.SiteBook, error)
	People    func(ctx context.Context) ([]models.User, error)
	// Colleagues are those to whom something of a site can be passed on.
	Colleagues func(ctx context.Context, site models.SiteID) ([]models.User, error)
	// Pulse gives a number that changes with every change of a site, whichever
	// process made it.
	Pulse func(ctx context.Context, site models.SiteID) (int64, error)
}

// Hands are the items that a person has before them.
type Hands interface {
	Queue(ctx context.Context, q models.QueueQuery) (models.QueueHead, error)
	Item(ctx context.Context, site models.SiteID, id models.CommentID) (models.ReviewItem, error)
	Claim(ctx context.Context, c models.ClaimRequest) (models.ClaimedItems, error)
	Skip(ctx context.Context, r models.SkipRequest) error
}

// Decisions decides, one by one.
type Decisions interface {
	Decide(ctx context.Context, r models.DecisionRequest) (models.Decision, error)
	UndoLast(ctx context.Context, site models.SiteID, by string) (models.WaveOutcome, error)
}

// Texts reads comments.
type Texts interface {
	Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
}

const (
	// ahead is how many items are in a person's hands: the one that is read, and
	// those that are on the page already when a key is pressed.
	ahead = 5
	// atOnce is how many of them come with the page; its script asks for the others.
	atOnce = 2
	// handTTL is how long they stay there when nothing is heard any more.
	handTTL = 5 * time.Minute
	// leaveTTL is how long they stay after somebody left: a page that is loaded
	// anew finds them again.
	leaveTTL = 10 * time.Second
	// shownQueue is how many items the queue at the side is made of.
	shownQueue = 120
)

func (c *Console) deskRoutes() []route {
	return []route{
		{"GET /desk", models.ActRead, c.desk},
		{"GET /desk/queue", models.ActRead, c.deskQueue},
		{"GET /desk/hand", models.ActReview, c.deskHand},
		{"GET /desk/live", models.ActRead, c.live},
		{"POST /desk/decide", models.ActReview, c.deskDecide},
		{"POST /desk/skip", models.ActReview, c.deskSkip},
		{"POST /desk/undo", models.ActReview, c.deskUndo},
		{"POST /desk/keep", models.ActReview, c.deskKeep},
		{"POST /desk/calm", models.ActRead, c.deskCalm},
		{"POST /desk/triage", models.ActTriage, c.deskTriage},
	}
}

// deskData is the desk as it is shown.
type deskData struct {
	Hands []hand
	Side  side
	Calm  bool
	Claim string
}

// place of the desk that a request is about.
type seat struct {
	queue string
	calm  bool
	token string
}

// seatOf tells which queue a person sits at, and in whose hands what they claim is.
func (c *Console) seatOf(r *http.Request) seat {
	v := viewOf(r)
	queue := strings.TrimSpace(r.FormValue("queue"))
	return seat{
		queue: queue, calm: c.cookie(r, cookieCalm) != "",
		token: models.DerivedID("desk", v.Session.ID, string(v.Site.ID), queue),
	}
}

// claim asks for items in the person's name.
func (c *Console) claim(r *http.Request, s seat, want models.ClaimRequest) (models.ClaimedItems, error) {
	v := viewOf(r)
	want.Site, want.By, want.Token, want.Queue, want.Calm = v.Site.ID, v.by(), s.token, s.queue, s.calm
	want.Mixed, want.Sections = true, v.User.Sections(v.Site.ID)
	if want.TTL == 0 {
		want.TTL = handTTL
	}
	return c.deps.Desk.Hands.Claim(r.Context(), want)
}

// desk shows the most urgent item, held for the person, and what is around it.
func (c *Console) desk(w http.ResponseWriter, r *http.Request) error {
	s, data := c.seatOf(r), deskData{}
	items, err := c.inHand(r, s)
	if err != nil {
		return err
	}
	if data.Hands, err = c.hands(r, s, items[:min(len(items), atOnce)]); err != nil {
		return err
	}
	var current models.CommentID
	if len(items) > 0 {
		current = items[0].Comment.ID
	}
	if data.Side, err = c.side(r, s, current); err != nil {
		return err
	}
	data.Calm, data.Claim = s.calm, s.token
	return c.render(w, r, "desk", data)
}

// inHand gives what the person has before them: the item that was asked for
// first. Those who may not decide read, and hold nothing.
func (c *Console) inHand(r *http.Request, s seat) ([]models.ReviewItem, error) {
	v, asked := viewOf(r), models.CommentID(r.FormValue("item"))
	if !v.May(models.ActReview) {
		return c.toRead(r, s, asked)
	}
	if asked != "" {
		if err := c.mayOpen(r, asked); err != nil {
			return nil, err
		}
		if _, err := c.claim(r, s, models.ClaimRequest{Comment: asked}); err != nil {
			return nil, err
		}
	}
	got, err := c.claim(r, s, models.ClaimRequest{Limit: ahead})
	if err != nil {
		return nil, err
	}
	return foremost(got.Items, asked), nil
}

// toRead gives one item to somebody who holds none.
func (c *Console) toRead(r *http.Request, s seat, asked models.CommentID) ([]models.ReviewItem, error) {
	v := viewOf(r)
	if asked == "" {
		head, err := c.deps.Desk.Hands.Queue(r.Context(), c.queueQuery(v, s, 1))
		if err != nil || len(head.Entries) == 0 {
			return nil, err
		}
		asked = head.Entries[0].Comment
	}
	item, err := c.deps.Desk.Hands.Item(r.Context(), v.Site.ID, asked)
	if err != nil {
		return nil, err
	}
	if !v.User.SeesSection(v.Site.ID, item.Comment.Context.Section) {
		return nil, models.Errorf(models.NotFound, "no open review item %s", asked)
	}
	return []models.ReviewItem{item}, nil
}

// mayOpen refuses items of sections that are not the person's.
func (c *Console) mayOpen(r *http.Request, id models.CommentID) error {
	v := viewOf(r)
	item, err := c.deps.Desk.Hands.Item(r.Context(), v.Site.ID, id)
	if err != nil {
		return err
	}
	if !v.User.SeesSection(v.Site.ID, item.Comment.Context.Section) {
		return models.Errorf(models.NotFound, "no open review item %s", id)
	}
	return nil
}

// foremost puts the item that was asked for before the others.
func foremost(items []models.ReviewItem, asked models.CommentID) []models.ReviewItem {
	for i, item := range items {
		if item.Comment.ID == asked {
			copy(items[1:i+1], items[:i])
			items[0] = item
		}
	}
	return items
}

// deskHand gives more of what the person has before them, which the page does
// not have yet.
func (c *Console) deskHand(w http.ResponseWriter, r *http.Request) error {
	s := c.seatOf(r)
	items, err := c.inHand(r, s)
	if err != nil {
		return c.lost(w, r, models.CommentID(r.FormValue("item")), err)
	}
	return c.moreHands(w, r, s, items)
}

// moreHands answers with those of items that the page does not have.
func (c *Console) moreHands(w http.ResponseWriter, r *http.Request, s seat, items []models.ReviewItem) error {
	have := map[models.CommentID]bool{}
	for id := range strings.FieldsSeq(r.FormValue("have")) {
		have[models.CommentID(id)] = true
	}
	var missing []models.ReviewItem
	for _, i := range items {
		if !have[i.Comment.ID] {
			missing = append(missing, i)
		}
	}
	found, err := c.hands(r, s, missing)
	if err != nil {
		return err
	}
	return c.renderPart(w, r, http.StatusOK, "desk", "hands", deskData{Hands: found, Claim: s.token, Calm: s.calm})
}

// deskKeep holds what is in hand longer, or, to somebody who leaves, a moment
// only.
func (c *Console) deskKeep(w http.ResponseWriter, r *http.Request) error {
	ttl := handTTL
	if r.FormValue("leave") != "" {
		ttl = leaveTTL
	}
	if _, err := c.claim(r, c.seatOf(r), models.ClaimRequest{Keep: true, TTL: ttl}); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// cookieCalm says in this browser alone that its person wants no hard items
// for the rest of the day.
const cookieCalm = "tamis_calm"

// deskCalm leaves the hard items to others for the day, or takes them again.
func (c *Console) deskCalm(w http.ResponseWriter, r *http.Request) error {
	life := 10 * time.Hour
	if r.FormValue("calm") == "" {
		life = 0
	}
	c.setCookie(w, cookieCalm, "1", life)
	v, s := viewOf(r), c.seatOf(r)
	if v.May(models.ActReview) {
		// What is in hand goes back, so that the next page is as it was asked.
		if _, err := c.claim(r, s, models.ClaimRequest{Keep: true, TTL: time.Millisecond}); err != nil {
			return err
		}
	}
	return c.back(w, r, "/desk")
}
