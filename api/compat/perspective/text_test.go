package perspective

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
			for _, s := range sentences(tt.text) {
				got = append(got, tt.text[s.begin:s.end])
			}
			if diff := cmp.Diff(got, tt.want); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSentencesAreBounded(t *testing.T) {
	t.Parallel()
	if n := len(sentences(strings.Repeat("Aa. Bb. ", 3000))); n > maxSentences || n < maxSentences/2 {
		t.Errorf("got %d sentences", n)
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ sent, want string }{
		"tags":             {`<p class="x">a <b>b</b></p>`, "\na b\n"},
		"entities":         {"&lt;3 &amp; &eacute; &nope; & c", "<3 & é &nope; & c"},
		"no tag":           {"1 < 2 > 1 <3", "1 < 2 > 1 <3"},
		"comments":         {"a<!-- <b> -->b", "ab"},
		"a tag not closed": {"a <b", "a <b"},
		"line breaks":      {"a<br/>b<BR>c", "a\nb\nc"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := htmlText(tt.sent); got.words != tt.want || len(got.at) != len(got.words)+1 {
				t.Errorf("got %q (%d offsets), want %q", got.words, len(got.at), tt.want)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	f.Add("<p>Été 😀.</p> Oui &eacute; <br> non !")
	f.Add("\xff<\xc3&#x;")
	f.Fuzz(func(t *testing.T, sent string) {
		for _, made := range []text{plainText(sent), htmlText(sent)} {
			var at position
			last := 0
			for _, s := range sentences(made.words) {
				begin, end := made.units(s, &at)
				if begin < last || end < begin || s.begin >= s.end {
					t.Fatalf("%q: span %d to %d after %d", sent, begin, end, last)
				}
				last = end
			}
		}
	})
}
