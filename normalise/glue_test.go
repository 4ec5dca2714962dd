package normalise

import (
	"slices"
	"testing"
)

func TestUnglue(t *testing.T) {
	t.Parallel()
	knows := func(word string) bool {
		return slices.Contains([]string{"government", "marti", "pole", "tech", "cocktail", "journaliste", "tail", "tails", "journalistes", "working", "class", "cannot", "trusted"}, word)
	}
	tests := map[string]struct{ text, want string }{
		"two words":              {"saleconnard dégage", "sale connard dégage"},
		"several":                {"ShutTheFuckUp now", "Shut The Fuck Up now"},
		"a French one":           {"vatefairefoutre!", "va te faire foutre!"},
		"accents":                {"espècedenculé, espècedabruti", "espècedenculé, espècedabruti"},
		"with its small words":   {"filsdepute", "fils de pute"},
		"hate":                   {"ihateyou all", "i hate you all"},
		"a word that has one in": {"une statue, des disputes, il consiste, du painkiller", "une statue, des disputes, il consiste, du painkiller"},
		"a word of small ones":   {"toutefois, longtemps, notebook", "toutefois, longtemps, notebook"},
		"abuse that is a word":   {"motherfucker", "motherfucker"},
		"too short to tell":      {"gascon skill", "gascon skill"},
		"beside a known word":    {"fuckinggovernment, journalisteconnard, salejournalistes", "fucking government, journaliste connard, salejournalistes"},
		"a known word":           {"cocktail, cocktails", "cocktail, cocktails"},
		"an end of many words":   {"martinique, poletechnique", "martinique, poletechnique"},
		"beside an unknown one":  {"fuckingxylograph", "fuckingxylograph"},
		"a glued text":           {"Theworking classcannot betrusted today", "The working class cannot be trusted today"},
		"one glued word":         {"The classcannot lie", "The classcannot lie"},
		"few glued words":        {"theworking men of our old town say that they betrusted", "theworking men of our old town say that they betrusted"},
		"nothing":                {"", ""},
		"not even letters":       {"\xff 123 -- !", "\xff 123 -- !"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Unglue(tt.text, knows); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if again := Unglue(tt.want, knows); again != tt.want {
				t.Errorf("again: got %q", again)
			}
		})
	}
}
