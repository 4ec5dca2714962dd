package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/tamis-moderation/tamis/models"
)

// Waves are items that are decided together.
type Waves interface {
	Waves(ctx context.Context, site models.SiteID, limit int) ([]models.Wave, error)
	WaveItems(ctx context.Context, site models.SiteID, kind models.WaveKind, key string) ([]models.ReviewItem, error)
	DecideWave(ctx context.Context, w models.WaveRequest) (models.WaveOutcome, error)
	UndoWave(ctx context.Context, u models.UndoRequest) (models.WaveOutcome, error)
}

// shownWaves is how many waves of each kind are listed.
const shownWaves = 10

func (c *Console) waveRoutes() []route {
	return []route{
		{"GET /waves", models.ActRead, c.waves},
		{"GET /waves/{kind}", models.ActRead, c.wave},
		{"POST /waves/decide", models.ActBulk, c.decideWave},
		{"POST /waves/undo", models.ActBulk, c.undoWave},
	}
}

// waveCard is a wave as it is shown.
type waveCard struct {
	models.Wave
	Name  string // what its items have in common, where that can be told
	Words []piece
	Path  string
}

func newWaveCard(w models.Wave) waveCard {
	card := waveCard{Wave: w, Words: excerpt(w.Sample.Text, w.Sample.Verdict, lineLength)}
	switch w.Kind {
	case models.WaveHost:
		card.Name = tame(w.Key)
	case models.WaveNetwork:
		card.Name = models.NetworkOf(w.Sample.Author.IP)
	case models.WaveAuthor:
		card.Name = tame(w.Sample.Author.Name)
	default:
	}
	card.Path = wavePath(w.Kind, w.Key)
	return card
}

func wavePath(kind models.WaveKind, key string) string {
	return "/waves/" + string(kind) + "?key=" + url.QueryEscape(key)
}

type wavesData struct {
	Waves []waveCard
	Undo  string // the wave that was just decided
}

// waves lists what may be decided together.
func (c *Console) waves(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	found, err := c.deps.Desk.Waves.Waves(r.Context(), v.Site.ID, shownWaves)
	if err != nil {
		return err
	}
	data, shown := wavesData{Undo: r.FormValue("undo")}, map[models.CommentID]int{}
	for _, wave := range found {
		if !v.User.SeesSection(v.Site.ID, wave.Sample.Context.Section) || shown[wave.Sample.ID] >= wave.Size {
			continue // the same comments, seen from another side
		}
		shown[wave.Sample.ID] = max(shown[wave.Sample.ID], wave.Size)
		data.Waves = append(data.Waves, newWaveCard(wave))
	}
	return c.render(w, r, "waves", data)
}

// waveData is one wave with all its items.
type waveData struct {
	Card     waveCard
	Items    []waveItem
	More     bool // the wave is longer than what one act decides
	Sentence string
}

// waveItem is one of a wave.
type waveItem struct {
	models.ReviewItem
	Words  []piece
	Author string
	Taken  string // by whom it is held, when that is somebody else
}

// wave shows a wave: all of it is ticked, exceptions are unticked.
func (c *Console) wave(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	kind, key := models.WaveKind(r.PathValue("kind")), r.FormValue("key")
	if !slices.Contains(models.WaveKinds(), kind) {
		return errNoPage
	}
	items, err := c.deps.Desk.Waves.WaveItems(r.Context(), v.Site.ID, kind, key)
	if err != nil {
		return err
	}
	names, err := c.names(r.Context())
	if err != nil {
		return err
	}
	data := waveData{Card: waveCard{Wave: models.Wave{Kind: kind, Key: key}, Path: wavePath(kind, key)}}
	for _, i := range items {
		if !v.User.SeesSection(v.Site.ID, i.Comment.Context.Section) {
			continue
		}
		item := waveItem{ReviewItem: i, Words: excerpt(i.Comment.Text, i.Comment.Verdict, 2*lineLength), Author: tame(i.Comment.Author.Name)}
		if i.Claim != nil && i.Claim.By != v.by() {
			item.Taken = names.of(v, i.Claim.By)
		}
		data.Items = append(data.Items, item)
	}
	if len(data.Items) > 0 {
		last := data.Items[len(data.Items)-1]
		data.Card = newWaveCard(models.Wave{
			Kind: kind, Key: key, Size: len(data.Items), Oldest: data.Items[0].FiledAt, Newest: last.FiledAt, Sample: last.Comment,
		})
		if data.Sentence, err = c.sentenceFor(r, last.Comment); err != nil {
			return err
		}
	}
	data.More = len(items) >= models.MaxWave
	return c.render(w, r, "wave", data)
}

// sentenceFor is the sentence of the charter that is about a comment's labels.
func (c *Console) sentenceFor(r *http.Request, comment models.Comment) (string, error) {
	v := viewOf(r)
	book, err := c.deps.Desk.Book(r.Context(), v.Site.ID)
	if err != nil || comment.Verdict == nil {
		return "", err
	}
	if n := book.Book.About(comment.Verdict.Labels...); n > 0 {
		return book.Book.Charter[n-1].Text.In(v.Lang), nil
	}
	return "", nil
}

// decideWave decides what is ticked, in one act.
func (c *Console) decideWave(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	var items []models.CommentID
	for _, id := range r.PostForm["item"] {
		items = append(items, models.CommentID(id))
	}
	again := wavePath(models.WaveKind(r.PostFormValue("kind")), r.PostFormValue("key"))
	if len(items) == 0 {
		c.flash(w, r, "waves.none_ticked")
		return c.back(w, r, again)
	}
	if v.User.Sections(v.Site.ID) != nil {
		for _, id := range items {
			if err := c.mayOpen(r, id); err != nil {
				return err
			}
		}
	}
	out, err := c.deps.Desk.Waves.DecideWave(r.Context(), models.WaveRequest{Items: items, DecisionRequest: models.DecisionRequest{
		Site: v.Site.ID, By: v.by(), Decision: models.DecisionKind(r.PostFormValue("decision")),
	}})
	if err != nil {
		return err
	}
	words := c.words.count(v.Lang, "waves.done", len(out.Decisions))
	if n := len(out.Skipped); n > 0 {
		words += " " + c.words.count(v.Lang, "waves.skipped", n)
	}
	c.flashWords(w, words)
	if len(r.PostForm["all"]) > len(items)+len(out.Skipped) {
		return c.back(w, r, again) // the exceptions still wait
	}
	return c.back(w, r, "/waves?undo="+url.QueryEscape(out.Wave))
}

// undoWave takes a wave back as one.
func (c *Console) undoWave(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	out, err := c.deps.Desk.Waves.UndoWave(r.Context(), models.UndoRequest{
		Decision: r.PostFormValue("wave"), Site: v.Site.ID, By: v.by(),
	})
	if err != nil {
		return err
	}
	c.flashWords(w, c.words.count(v.Lang, "desk.undo.wave", len(out.Decisions)))
	return c.back(w, r, "/waves")
}
