package policy

import (
	"slices"
	"testing"

	"github.com/tamis-moderation/tamis/models"
)

func TestWordLists(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		entry string
		text  string
		want  []string // the evidence
	}{
		"the word itself":                        {"cialis", "buy cialis today", []string{"cialis"}},
		"not inside a word":                      {"cialis", "une spécialiste", nil},
		"not inside a compound name":             {"press", "WordPress", nil},
		"case":                                   {"Viagra", "vIAGRA!", []string{"vIAGRA"}},
		"accents in the list":                    {"enculé", "ENCULE", []string{"ENCULE"}},
		"accents in the text":                    {"encule", "enculé", []string{"enculé"}},
		"accents as combining marks":             {"enculé", "encule\u0301 !", []string{"encule\u0301"}},
		"a ligature":                             {"soeur", "ma sœur", []string{"sœur"}},
		"sharp s":                                {"STRASSE", "Straße", []string{"Straße"}},
		"final sigma":                            {"ΛΟΓΟΣ", "λόγος", []string{"λόγος"}},
		"fullwidth letters":                      {"spam", "ｓｐａｍ", []string{"ｓｐａｍ"}},
		"hidden characters":                      {"connard", "con\u200bna\u00adrd", []string{"con\u200bna\u00adrd"}},
		"after an apostrophe":                    {"imbécile", "l'imbécile", []string{"imbécile"}},
		"a phrase":                               {"ferme ta gueule", "Ferme  ta\ngueule !", []string{"Ferme  ta\ngueule"}},
		"a phrase with hyphens":                  {"va te faire", "va-te-faire voir", []string{"va-te-faire"}},
		"a phrase cut by a full stop":            {"buy now", "I will buy. Now go.", nil},
		"an entry with its own full stops":       {"c.i.a", "la c.i.a ment", []string{"c.i.a"}},
		"an emoji":                               {"💩", "quelle 💩💩", []string{"💩", "💩"}},
		"a script without spaces":                {"白痴", "你是白痴吗", []string{"白痴"}},
		"another Japanese letter by its marks":   {"か", "が", nil},
		"Arabic vowel points":                    {"كلب", "كَلْب", []string{"كَلْب"}},
		"twice":                                  {"idiot", "Idiot! idiot?", []string{"Idiot", "idiot"}},
		"an entry that nothing matches is quiet": {"...", "quoi...", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := indexWords(models.WordList{Name: "l", Action: "hold", Words: []string{tt.entry}})
			var got []string
			runes := []rune(tt.text)
			for _, r := range x.find(tt.text, tokenise(tt.text)) {
				for _, s := range r.Evidence {
					got = append(got, s.Text)
					if cut := string(runes[s.Begin:s.End]); cut != s.Text {
						t.Errorf("span [%d,%d) cuts %q, says %q", s.Begin, s.End, cut, s.Text)
					}
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestListsOfALanguage(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		list, judged, told string
		want               bool
	}{
		"a list for all":             {"", "fr", "", true},
		"its language":               {"fr", "fr", "", true},
		"a region of its language":   {"fr", "fr-CA", "", true},
		"another language":           {"fr", "en", "fr", false},
		"as told when nothing found": {"fr", "", "en", false},
		"nobody knows":               {"fr", "", "", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := speaksOf(tt.list, tt.judged, tt.told); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
