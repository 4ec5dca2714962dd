package wire

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
)

func TestWholeDays(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		if text == "" {
			return time.Time{}
		}
		out, err := time.Parse("02T15:04:05.999999999", text)
		if err != nil {
			t.Fatal(err)
		}
		return out.AddDate(2026, 0, 0)
	}
	type period [2]string
	for name, c := range map[string]struct {
		asked      period
		days, ends []period
	}{
		"all of it":             {period{"", ""}, []period{{"", ""}}, nil},
		"from a midnight":       {period{"05T00:00:00", ""}, []period{{"05T00:00:00", ""}}, nil},
		"to a midnight":         {period{"", "05T00:00:00"}, []period{{"", "05T00:00:00"}}, nil},
		"from within a day":     {period{"05T23:59:59.999999", ""}, []period{{"06T00:00:00", ""}}, []period{{"05T23:59:59.999999", "06T00:00:00"}}},
		"to within a day":       {period{"", "05T00:00:01"}, []period{{"", "05T00:00:00"}}, []period{{"05T00:00:00", "05T00:00:01"}}},
		"a day":                 {period{"05T00:00:00", "06T00:00:00"}, []period{{"05T00:00:00", "06T00:00:00"}}, nil},
		"a day and both ends":   {period{"04T12:00:00", "06T12:00:00"}, []period{{"05T00:00:00", "06T00:00:00"}}, []period{{"04T12:00:00", "05T00:00:00"}, {"06T00:00:00", "06T12:00:00"}}},
		"within a day":          {period{"05T01:00:00", "05T02:00:00"}, nil, []period{{"05T01:00:00", "05T02:00:00"}}},
		"around a midnight":     {period{"05T23:00:00", "06T01:00:00"}, nil, []period{{"05T23:00:00", "06T01:00:00"}}},
		"nothing, as it is put": {period{"06T00:00:00", "06T00:00:00"}, nil, []period{{"06T00:00:00", "06T00:00:00"}}},
	} {
		queries := func(list []period) (out []models.ScoreQuery) {
			for _, p := range list {
				out = append(out, models.ScoreQuery{Site: "a", Since: at(p[0]), Until: at(p[1])})
			}
			return out
		}
		days, ends := WholeDays(queries([]period{c.asked})[0])
		if diff := cmp.Diff(days, queries(c.days)); diff != "" {
			t.Errorf("%s, days: got - want +:\n%s", name, diff)
		}
		if diff := cmp.Diff(ends, queries(c.ends)); diff != "" {
			t.Errorf("%s, ends: got - want +:\n%s", name, diff)
		}
	}
}

func TestTallyOfNoStanding(t *testing.T) {
	t.Parallel()
	p, out := 0.5, Tallies{}
	out.Add(models.Comment{Status: models.Erased}, []*float64{&p}, 1)
	if len(out) != 0 {
		t.Errorf("an erased comment is counted: %v", out)
	}
}
