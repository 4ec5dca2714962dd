package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

func TestParseTellsEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		raw  string
		want []string // fields
	}{
		"no labels":              {`{}`, []string{"labels"}},
		"not an object":          {`[1]`, []string{"(document)"}},
		"an unknown label":       {`{"labels":{"toxik":{}}}`, []string{"labels.toxik"}},
		"an unknown field":       {`{"labels":{"toxic":{"holdd":1}},"wordz":[]}`, []string{"labels.toxic.holdd", "wordz"}},
		"a score over one":       {`{"labels":{"toxic":{"hold":1.2}}}`, []string{"labels.toxic.hold"}},
		"a wrong type":           {`{"labels":{"toxic":{"hold":"high"}}}`, []string{"labels.toxic.hold"}},
		"hold above reject":      {`{"labels":{"spam":{"hold":0.9,"reject":0.5}}}`, []string{"labels.spam.hold"}},
		"crossed in a language":  {`{"labels":{"spam":{"langs":{"fr":{"hold":0.9,"reject":0.5}}}}}`, []string{"labels.spam.langs.fr.hold"}},
		"a language of its own":  {`{"labels":{"spam":{"langs":{"french":{"hold":0.9},"fr":{"shadow":true}}}}}`, []string{"labels.spam.langs.fr.shadow", "labels.spam.langs.french"}},
		"an unknown action":      {`{"labels":{},"words":[{"name":"a","action":"hold","words":[]},{"name":"b","action":"ban","words":[]}]}`, []string{"words[1].action"}},
		"a list without a name":  {`{"labels":{},"words":[{"action":"hold","words":["x"]}]}`, []string{"words[0].name"}},
		"two lists of one name":  {`{"labels":{},"words":[{"name":"a","action":"hold","words":[]},{"name":"a","action":"watch","words":[]}]}`, []string{"words[1].name"}},
		"an entry of dots":       {`{"labels":{},"words":[{"name":"a","action":"hold","words":["ok","..."]}]}`, []string{"words[0].words[1]"}},
		"an address for a host":  {`{"labels":{},"links":{"blocked_hosts":["http://x.example/y"]}}`, []string{"links.blocked_hosts[0]"}},
		"allowed and blocked":    {`{"labels":{},"links":{"allowed_hosts":["A.example"],"blocked_hosts":["a.example"]}}`, []string{"links.blocked_hosts[0]"}},
		"link limits crossed":    {`{"labels":{},"links":{"hold_above":9,"reject_above":3}}`, []string{"links.hold_above"}},
		"a negative count":       {`{"labels":{},"reports":{"hold_at":-1}}`, []string{"reports.hold_at"}},
		"half a comment":         {`{"labels":{},"links":{"hold_above":1.5}}`, []string{"links.hold_above"}},
		"a term of dots":         {`{"labels":{},"leaks":{"terms":["ok","..."]}}`, []string{"leaks.terms[1]"}},
		"leaks held by a word":   {`{"labels":{},"leaks":{"hold":"yes"},"distress":{"reject":true}}`, []string{"distress.reject", "leaks.hold"}},
		"an unknown mode":        {`{"labels":{},"first_comment":{"mode":"maybe"}}`, []string{"first_comment.mode"}},
		"faults of several kind": {`{"labels":{"toxic":{"hold":2}},"reports":{"hold_at":"x"},"links":7}`, []string{"labels.toxic.hold", "links", "reports.hold_at"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.Parse([]byte(tt.raw))
			var e *models.Error
			if !errors.As(err, &e) || e.Kind != models.Invalid {
				t.Fatalf("got %v, want an invalid input", err)
			}
			var got []string
			for _, f := range e.Fields {
				got = append(got, f.Field)
				if f.Detail == "" {
					t.Errorf("%s has no detail", f.Field)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s\n%v", diff, e.Fields)
			}
		})
	}
}

func TestParseRefusesWhatItCantRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		raw  string
		want models.Kind
	}{
		"nothing":       {"", models.Malformed},
		"not JSON":      {"labels: {}", models.Malformed},
		"trailing data": {`{"labels":{}} x`, models.Malformed},
		"too much":      {`{"labels":{},"$schema":"` + strings.Repeat("x", 1<<20) + `"}`, models.TooLarge},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := policy.Parse([]byte(tt.raw)); models.KindOf(err) != tt.want {
				t.Errorf("got %v, want kind %s", err, tt.want)
			}
		})
	}
}

func TestParseBoundsTheEntriesOfAllLists(t *testing.T) {
	t.Parallel()
	words := strings.TrimSuffix(strings.Repeat(`"a",`, 9000), ",")
	list := func(name string) string { return `{"name":"` + name + `","action":"hold","words":[` + words + `]}` }
	_, err := policy.Parse([]byte(`{"labels":{},"words":[` + list("a") + "," + list("b") + "," + list("c") + `]}`))
	if models.KindOf(err) != models.Invalid {
		t.Errorf("got %v, want an invalid input", err)
	}
}

// A site that reads its policy and sends it back has changed nothing.
func TestDefaultSurvivesARoundTrip(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(policy.Default())
	if err != nil {
		t.Fatal(err)
	}
	got, err := policy.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(policy.Default(), got); diff != "" {
		t.Error(diff)
	}
	for _, l := range models.Labels() {
		if _, ok := got.Labels[l]; !ok {
			t.Errorf("the default says nothing of %s", l)
		}
	}
}

func FuzzParse(f *testing.F) {
	def, err := json.Marshal(policy.Default())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(def, "connard http://casino.example")
	f.Add([]byte(`{"labels":{"toxic":{"hold":2}},"words":[{"name":"a","action":"ban","words":["..."]}]}`), "é")
	f.Add([]byte(`{"labels":{},"words":[{"name":"a","action":"hold","words":["💩","c.i.a"]}],"links":{"blocked_hosts":["*.x.example"]}}`), "c.i.a 💩 [a](//x.example)")
	f.Fuzz(func(t *testing.T, raw []byte, text string) {
		rs, err := policy.Parse(raw)
		if err != nil {
			if kind := models.KindOf(err); kind != models.Invalid && kind != models.Malformed && kind != models.TooLarge {
				t.Fatalf("an input's fault is told as %s: %v", kind, err)
			}
			return
		}
		again, err := json.Marshal(rs)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := policy.Parse(again); err != nil {
			t.Fatalf("what was read is refused when written: %v", err)
		}
		runes := []rune(text)
		for _, r := range policy.Decide(models.Comment{Text: text}, models.Assessment{}, models.History{}, models.Policy{Ruleset: rs}).Reasons {
			for _, s := range r.Evidence {
				if s.Begin < 0 || s.Begin >= s.End || s.End > len(runes) {
					t.Fatalf("evidence %+v outside of %q", s, text)
				}
			}
		}
	})
}
