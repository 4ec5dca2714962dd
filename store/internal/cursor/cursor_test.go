package cursor

import (
	"math"
	"testing"

	"github.com/tamis-moderation/tamis/models"
)

func TestTokenComesBack(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Position{
		"zero":     {},
		"time, id": {N: 1_772_362_800_123_456, ID: "0195-é"},
		"negative": {N: math.MinInt64, M: -1, F: -0.5},
		"largest":  {N: math.MaxInt64, M: math.MaxInt64, F: math.MaxFloat64},
	} {
		got, ok, err := Decode(Encode(want, "list", "a"), "list", "a")
		if err != nil || !ok || got != want {
			t.Errorf("%s: got %+v, %v, %v", name, got, ok, err)
		}
	}
	if _, ok, err := Decode("", "list"); ok || err != nil {
		t.Errorf("the start: got %v, %v", ok, err)
	}
}

func TestTokenIsBoundToItsQuery(t *testing.T) {
	t.Parallel()
	token := Encode(Position{N: 1, ID: "x"}, "list", "ab", "c")
	for name, query := range map[string][]string{
		"another list":   {"lists", "ab", "c"},
		"another filter": {"list", "ab", "d"},
		"parts moved":    {"list", "a", "bc"},
		"fewer":          {"list", "ab"},
	} {
		if _, _, err := Decode(token, query...); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	for in, want := range map[int]int{-1: 50, 0: 50, 1: 1, 200: 200, 201: 200, math.MaxInt: 200} {
		if got := Limit(in); got != want {
			t.Errorf("Limit(%d): got %d, want %d", in, got, want)
		}
	}
}

// A token from a stranger is refused or gives a position; it never panics, and
// what is accepted is a token that Encode makes.
func FuzzDecode(f *testing.F) {
	f.Add(Encode(Position{N: 1, M: 2, F: 3, ID: "x"}, "list"))
	f.Add("")
	f.Add("AAAA")
	f.Add("%")
	f.Fuzz(func(t *testing.T, token string) {
		p, ok, err := Decode(token, "list")
		if err != nil {
			if models.KindOf(err) != models.Invalid {
				t.Errorf("got %v, want invalid", err)
			}
			return
		}
		if ok && Encode(p, "list") != token {
			t.Errorf("%q was accepted, though no list made it", token)
		}
	})
}
