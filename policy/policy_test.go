package policy_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// kase is one file of testdata: what policy looks at. A ruleset left out is the
// default one.
type kase struct {
	Comment    models.Comment
	Assessment models.Assessment
	History    models.History
	Ruleset    json.RawMessage
}

func (k kase) policy(t *testing.T) models.Policy {
	t.Helper()
	if k.Ruleset == nil {
		return models.Policy{Ruleset: policy.Default()}
	}
	rs, err := policy.Parse(k.Ruleset)
	if err != nil {
		t.Fatal(err)
	}
	return models.Policy{Version: 7, Ruleset: rs}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			var k kase
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			d := json.NewDecoder(bytes.NewReader(raw))
			d.DisallowUnknownFields()
			if err := d.Decode(&k); err != nil {
				t.Fatal(err)
			}
			got := describe(policy.Decide(k.Comment, k.Assessment, k.History, k.policy(t)))
			golden := strings.TrimSuffix(file, ".json") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// describe writes a verdict as a reviewer of its diff wants to read it.
func describe(v models.Verdict) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s labels=%v lang=%s policy=%d\n", v.Action, v.Labels, v.Lang, v.PolicyVersion)
	for _, r := range v.Reasons {
		fmt.Fprintf(&b, "- %s %s", r.Action, r.Rule)
		if r.Shadow {
			b.WriteString(" (shadow)")
		}
		fmt.Fprintf(&b, ": %s\n", r.Text("en"))
		for _, s := range r.Evidence {
			fmt.Fprintf(&b, "    [%d,%d) %q\n", s.Begin, s.End, s.Text)
		}
	}
	return b.String()
}

// What the rest of the house relies on without asking.
func TestVerdictCarriesWhatJudgedIt(t *testing.T) {
	t.Parallel()
	weights := models.WeightsRef{Name: "seed", Digest: "abc"}
	v := policy.Decide(models.Comment{Text: "Bonjour", Lang: "fr"}, models.Assessment{Weights: weights}, models.History{},
		models.Policy{Version: 3, Ruleset: policy.Default()})
	if v.Weights != weights || v.PolicyVersion != 3 || v.Lang != "fr" || v.Action != models.Allow {
		t.Errorf("got %+v", v)
	}
}

func ExampleDecide() {
	comment := models.Comment{Text: "Achetez ici : https://casino.example/jouer"}
	ruleset := policy.Default()
	ruleset.Links.BlockedHosts = []string{"casino.example"}

	verdict := policy.Decide(comment, models.Assessment{Lang: "fr"}, models.History{}, models.Policy{Ruleset: ruleset})

	fmt.Println(verdict.Action)
	for _, reason := range verdict.Reasons {
		fmt.Println(reason.Text("en"))
	}
	// Output:
	// reject
	// a link leads to casino.example, which is on the list
}
