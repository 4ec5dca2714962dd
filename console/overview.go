package console

import (
	"net/http"
	"slices"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

func (c *Console) overviewRoutes() []route {
	return []route{{"GET /overview", models.ActRead, c.overview}}
}

// ageBar is one age of the queue, drawn across.
type ageBar struct {
	Key         string
	Grave, Rest int64
	GraveWide   int
	RestWide    int
	All         int64
}

// dayBar is one day of a plot.
type dayBar struct {
	X, Y, Wide, High int
	N                int64
	At               time.Time
	Label            bool // the day is written under it
}

// plot is a small picture of the last days.
type plot struct {
	Key   string
	Tone  string
	Bars  []dayBar
	Today int64
	Most  int64
}

type overviewData struct {
	models.Overview
	Ages   []ageBar
	Plots  []plot
	Health []string
	Down   bool
	Empty  bool // nothing ever came
}

// The sizes of the plots, in their own units.
const (
	ageWide  = 400
	daysWide = 280
	daysHigh = 72
)

// overview tells how the site stands.
func (c *Console) overview(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	found, err := c.deps.Library.Overview(r.Context(), v.Site.ID, v.User.Sections(v.Site.ID))
	if err != nil {
		return err
	}
	data := overviewData{Overview: found}
	if c.deps.Health != nil {
		data.Health, data.Down = c.deps.Health(r.Context())
	}
	var most int64 = 1
	for _, a := range found.Shape.Ages {
		most = max(most, a.Grave+a.Rest)
	}
	for i, key := range []string{"hour", "six", "day", "older"} {
		a := found.Shape.Ages[i]
		data.Ages = append(data.Ages, ageBar{
			Key: key, Grave: a.Grave, Rest: a.Rest, All: a.Grave + a.Rest,
			GraveWide: scaled(a.Grave, most, ageWide), RestWide: scaled(a.Rest, most, ageWide),
		})
	}
	for _, p := range []struct {
		key, tone string
		of        func(models.Day) int64
	}{
		{"received", "", func(d models.Day) int64 { return d.Received }},
		{"held", "held", func(d models.Day) int64 { return d.Held }},
		{"rejected", "rejected", func(d models.Day) int64 { return d.Rejected }},
		{"decided", "kept", func(d models.Day) int64 { return d.Decided }},
	} {
		data.Plots = append(data.Plots, plotOf(p.key, p.tone, found.Days, p.of))
	}
	data.Empty = !slices.ContainsFunc(found.Days, func(d models.Day) bool { return d.Received > 0 }) && found.Waiting == 0
	return c.render(w, r, "overview", data)
}

func plotOf(key, tone string, days []models.Day, of func(models.Day) int64) plot {
	out := plot{Key: key, Tone: tone}
	for _, d := range days {
		out.Most = max(out.Most, of(d))
	}
	wide := daysWide / max(1, len(days))
	for i, d := range days {
		n := of(d)
		high := scaled(n, max(out.Most, 1), daysHigh)
		out.Bars = append(out.Bars, dayBar{X: i * wide, Y: daysHigh - high, Wide: wide - 3, High: high, N: n, At: d.At, Label: i == 0 || i == len(days)-1})
		out.Today = n
	}
	return out
}

// scaled is how long a bar of n is; one that is not nothing is seen.
func scaled(n, most int64, size int) int {
	if n == 0 {
		return 0
	}
	return max(2, int(n*int64(size)/most))
}
