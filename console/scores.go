package console

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/tamis-moderation/tamis/models"
)

func (c *Console) scoresRoutes() []route {
	return []route{
		{"GET /scores", models.ActRead, c.scores},
		{"POST /scores/decide", models.ActBulk, c.decideRange},
	}
}

// The histogram's size, in its own units.
const (
	plotBars   = 40
	plotWide   = 800
	plotHigh   = 220
	samples    = 12
	leastShown = 2 // a bar of one comment among thousands is still seen
)

// scoreBar is one bar of the histogram, its parts from the bottom up.
type scoreBar struct {
	X, Wide                  int
	Approved, Held, Rejected part
	All                      int64
	From, To                 float64
	Path                     string // selects the bar's range
	In                       bool   // within what is selected
}

type part struct{ Y, High int }

type scoresData struct {
	Label    models.Label
	Labels   []models.Label
	Form     url.Values
	Bars     []scoreBar
	Most     int64
	Total    int64
	Wide     int
	High     int
	Selected bool
	Min, Max float64
	Count    int  // comments that a decision would reach
	More     bool // than one act decides
	Samples  []foundComment
	Kinds    []models.DecisionKind
	Wave     string
	Here     string
	There    string // the search for the same
	Faults   map[string]string
}

// scores shows how a label's scores are spread, and what lies in a range.
func (c *Console) scores(w http.ResponseWriter, r *http.Request) error {
	v, form := viewOf(r), r.URL.Query()
	data := scoresData{
		Label: models.Label(form.Get("score")), Labels: models.Labels(), Wide: plotWide, High: plotHigh, Wave: form.Get("wave"),
		Kinds: []models.DecisionKind{models.DecideApprove, models.DecideHold, models.DecideReject, models.DecideSpam},
	}
	if !data.Label.Valid() {
		data.Label = models.Toxic
	}
	form.Set("score", string(data.Label))
	data.Form, data.Selected = asked(form), form.Get("min") != "" || form.Get("max") != ""
	data.Here, data.There = "/scores?"+data.Form.Encode(), "/comments?"+data.Form.Encode()
	q, err := searchOf(v, form)
	if data.Faults = faults(err); err != nil {
		if data.Faults == nil {
			return err
		}
		return c.renderAs(w, r, http.StatusUnprocessableEntity, "scores", data)
	}
	data.Min, data.Max = q.Score.Min, q.Score.Max
	spread, err := c.deps.Library.Spread(r.Context(), models.ScoreQuery{
		Site: q.Site, Label: data.Label, Since: q.Since, Until: q.Until, Sections: q.Sections, Buckets: plotBars,
	})
	if err != nil {
		return err
	}
	data.plot(spread, form)
	if data.Selected {
		if err := c.sample(r, v, &data, q); err != nil {
			return err
		}
	}
	return c.render(w, r, "scores", data)
}

// sample shows some of what is selected, and counts what a decision would reach.
func (c *Console) sample(r *http.Request, v *view, data *scoresData, q models.CommentQuery) error {
	q.Limit, q.Cursor = samples, ""
	found, err := c.deps.Library.Search(r.Context(), q)
	if err != nil {
		return err
	}
	if data.Samples, err = c.foundAll(r.Context(), v, found.Items); err != nil {
		return err
	}
	q.Undecided = true
	ids, more, err := c.deps.Library.IDs(r.Context(), q)
	data.Count, data.More = len(ids), more
	return err
}

// plot makes the bars.
func (d *scoresData) plot(s models.Spread, form url.Values) {
	for i := range s.Approved {
		all := s.Approved[i] + s.Held[i] + s.Rejected[i]
		d.Most, d.Total = max(d.Most, all), d.Total+all
	}
	wide := plotWide / plotBars
	for i := range s.Approved {
		b := scoreBar{
			X: i * wide, Wide: wide - 2, All: s.Approved[i] + s.Held[i] + s.Rejected[i],
			From: float64(i) / plotBars, To: float64(i+1) / plotBars,
		}
		foot := plotHigh
		stack := func(n int64) part {
			if n == 0 || d.Most == 0 {
				return part{}
			}
			high := max(leastShown, int(n*int64(plotHigh-leastShown*3)/d.Most))
			foot -= high
			return part{foot, high}
		}
		b.Approved, b.Held, b.Rejected = stack(s.Approved[i]), stack(s.Held[i]), stack(s.Rejected[i])
		there := asked(form)
		there.Set("min", strconv.FormatFloat(b.From, 'g', 4, 64))
		there.Set("max", strconv.FormatFloat(b.To, 'g', 4, 64))
		b.Path = "/scores?" + there.Encode()
		b.In = d.Selected && b.To > d.Min && b.From < d.Max
		d.Bars = append(d.Bars, b)
	}
}

// decideRange decides what lies in a range and what nobody decided yet, once a
// person said yes to the number that they were shown.
func (c *Console) decideRange(w http.ResponseWriter, r *http.Request) error {
	v, back := viewOf(r), asked(r.PostForm)
	here := "/scores?" + back.Encode()
	if r.PostFormValue("sure") == "" {
		c.flash(w, r, "scores.not_sure")
		return c.back(w, r, here)
	}
	q, err := searchOf(v, r.PostForm)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(r.PostFormValue("count"))
	if err != nil {
		return badForm(err)
	}
	out, err := c.deps.Library.DecideFound(r.Context(), q, count, decisionOnMany(r, v))
	if models.KindOf(err) == models.Conflict {
		c.flash(w, r, "scores.changed")
		return c.back(w, r, here)
	}
	if err != nil {
		return err
	}
	c.flashDone(w, r, out)
	back.Set("wave", out.Wave)
	return c.back(w, r, "/scores?"+back.Encode())
}
