package compat_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tamis-moderation/tamis/api/compat"
)

func TestSentences(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want []string
	}{
		"one":                         {"Bonjour", []string{"Bonjour"}},
		"after full stops":            {"Un. Deux! Trois? Quatre… Cinq", []string{"Un.", "Deux!", "Trois?", "Quatre…", "Cinq"}},
		"French spaces before signs":  {"Vraiment ! Tu crois ? Oui.", []string{"Vraiment !", "Tu crois ?", "Oui."}},
		"titles and initials":         {"M. Dupont et J. Martin. Bien.", []string{"M. Dupont et J. Martin.", "Bien."}},
		"numbers and hosts":           {"Il fait 3.5 sur blog.example ce soir.", []string{"Il fait 3.5 sur blog.example ce soir."}},
		"a lower case goes on":        {"Euh... oui, bon.", []string{"Euh... oui, bon."}},
		"lines":                       {"un\n\ndeux\r\n trois ", []string{"un", "deux", "trois"}},
		"closing quotes":              {"Il dit « non. » Elle rit.", []string{"Il dit « non. »", "Elle rit."}},
		"signs belong to what's past": {"Super!\n!!! ...", []string{"Super!\n!!! ..."}},
		"pictures speak":              {"Super.\n😀", []string{"Super.", "😀"}},
		"nothing but spaces":          {"  \n ", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, s := range compat.Sentences(tt.text) {
				got = append(got, tt.text[s.Begin:s.End])
			}
			if diff := cmp.Diff(got, tt.want); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSentencesAreBounded(t *testing.T) {
	t.Parallel()
	if n := len(compat.Sentences(strings.Repeat("Aa. Bb. ", 3000))); n > compat.MaxSentences || n < compat.MaxSentences/2 {
		t.Errorf("got %d sentences", n)
	}
}
