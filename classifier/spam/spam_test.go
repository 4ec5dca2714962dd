package spam

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/models"
)

func names(features []models.Feature) []string {
	var out []string
	for _, f := range features {
		out = append(out, f.Name)
	}
	return out
}

func TestFeatures(t *testing.T) {
	t.Parallel()
	text := func(s string) models.Comment { return models.Comment{Text: s} }
	tests := map[string]struct {
		comment models.Comment
		lang    string
		context Context
		want    []string
	}{
		"ordinary words":               {text("Merci, c'est un très bon article."), "fr", Context{SiteLang: "fr"}, nil},
		"a link with some words":       {text("J'ai fait un petit outil gratuit pour ça : https://outil.exemple.fr/tri si ça peut aider"), "fr", Context{SiteLang: "fr"}, []string{"modest_link"}},
		"a regular":                    {text("Bonjour à tous"), "fr", Context{Approved: 12}, []string{"regular"}},
		"a link alone":                 {text("https://exemple.fr/a"), "und", Context{}, []string{"link_text"}},
		"two links":                    {text("Voir la source https://a.exemple.fr/1 et la réponse, bien plus longue, https://a.exemple.fr/2 merci"), "", Context{}, []string{"links"}},
		"a link twice in its markup":   {text("Une page longue et fort utile [url=https://a.exemple.fr]https://a.exemple.fr[/url]"), "", Context{}, []string{"markup"}},
		"a shortener":                  {text("you should all have a look here https://bit.ly/3x"), "en", Context{}, []string{"shortener"}},
		"a shortener inside a name":    {text("have a look here, at the page of rabbit.ly https://rabbit.ly.example.org/3x"), "en", Context{}, []string{"modest_link"}},
		"a host of its trade":          {text("this is where I found it, go there http://best-cheap-pills.top/x"), "en", Context{}, []string{"host_words"}},
		"a host with words inside":     {text("lisez donc la page de cette belle association locale http://www.specialistes.exemple.fr"), "fr", Context{}, []string{"modest_link"}},
		"four sites":                   {text(strings.Repeat("some words ", 9) + "http://a.fr http://b.fr http://c.fr http://d.fr"), "", Context{}, []string{"links", "hosts"}},
		"a trackback":                  {models.Comment{Text: "[…] un excellent billet sur la modération chez un confrère […]", Type: "trackback"}, "fr", Context{}, []string{"trackback"}},
		"a trackback by its shape":     {text("[...] as this blog said yesterday [...]"), "en", Context{}, []string{"trackback"}},
		"an author of keywords":        {models.Comment{Text: "Nice post, thanks for sharing", Author: models.Author{Name: "cheap pills online"}}, "en", Context{}, []string{"author_keyword"}},
		"a long name in small letters": {models.Comment{Text: "Nice post", Author: models.Author{Name: "garden furniture paris", URL: "https://garden.example"}}, "en", Context{}, []string{"author_keyword"}},
		"a name of a person":           {models.Comment{Text: "Nice post", Author: models.Author{Name: "jean de la fontaine"}}, "en", Context{}, nil},
		"a person with a page":         {models.Comment{Text: "Nice post", Author: models.Author{Name: "Marie Curie", URL: "https://marie.exemple.fr"}}, "en", Context{}, nil},
		"an author's page":             {models.Comment{Text: "Nice post", Author: models.Author{Name: "Bob", URL: "http://online-casino.example"}}, "en", Context{}, []string{"author_host"}},
		"another language":             {text("Very nice article indeed"), "en-GB", Context{SiteLang: "fr"}, []string{"language"}},
		"a language nobody knows":      {text("ok"), "und", Context{SiteLang: "fr"}, nil},
		"a trap field":                 {models.Comment{Text: "Hi", Metadata: []byte(`{"honeypot":"http://x"}`)}, "", Context{}, []string{"honeypot"}},
		"an empty trap field":          {models.Comment{Text: "Hi", Metadata: []byte(`{"honeypot":"","x":1}`)}, "", Context{}, nil},
		"faulty metadata":              {models.Comment{Text: "Hi", Metadata: []byte(`{`)}, "", Context{}, nil},
		"fast":                         {text("Hello there"), "", Context{Recent: 6}, []string{"speed"}},
		"two in a minute":              {text("Hello there"), "", Context{Recent: 1}, nil},
		"copies":                       {text("I found this to be extremely useful"), "", Context{Copies: 2}, []string{"copies"}},
		"bait":                         {text("Earn $5000 weekly, contact me on WhatsApp"), "", Context{}, []string{"contact"}},
		"talk of an application":       {text("Vous utilisez WhatsApp ou Telegram pour le groupe ?"), "fr", Context{}, nil},
		"a pitch of two trades":        {text("Crédit sans justificatif, réponse immédiate, appelez sans attendre"), "fr", Context{}, []string{"pitch"}},
		"a pitch in English":           {text("Guest posts with dofollow, limited offer, order now"), "en", Context{}, []string{"pitch"}},
		"a trade and where to write":   {text("My husband came back thanks to this spell caster, text me"), "en", Context{}, []string{"contact"}},
		"talk of one trade":            {text("Mon banquier parle de rachat de crédit, qu'en pensez-vous ?"), "fr", Context{}, nil},
		"talk of a miracle":            {text("Un casino en ligne a été fermé hier par l'autorité des jeux"), "fr", Context{}, nil},
		"shouted sums":                 {text("50% OFF!! only 99$!! today"), "", Context{}, []string{"money"}},
		"sums":                         {text("Le budget passe de 3 % à 5 %, soit 1200 €."), "fr", Context{}, nil},
		"capitals without a link":      {text("JE SUIS TRÈS EN COLÈRE CONTRE CETTE DÉCISION STUPIDE"), "fr", Context{}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Features(&tt.comment, tt.lang, tt.context)
			if !slices.Equal(names(got), tt.want) {
				t.Errorf("got %+v, want %v", got, tt.want)
			}
			for _, f := range got {
				reason := models.Reason{Rule: models.RuleStructure, Params: map[string]string{"feature": f.Name, "weight": "+1.0", "value": f.Value}}
				for _, lang := range []string{"fr", "en"} {
					if words := reason.Text(lang); strings.Contains(words, "{") || strings.Contains(words, ": "+f.Name+" ") {
						t.Errorf("%s has no words: %q", f.Name, words)
					}
				}
			}
		})
	}
}

// Spam that every moderator has seen must be held even if the words alone say
// little, and one sign must not be enough where they say nothing.
func TestSignsAddUp(t *testing.T) {
	t.Parallel()
	const hold = 0.6
	tests := map[string]struct {
		comment models.Comment
		context Context
		words   float64
		held    bool
	}{
		"a trap field":                {models.Comment{Text: "Great post!", Metadata: []byte(`{"honeypot":"x"}`)}, Context{}, 0.05, true},
		"many copies":                 {models.Comment{Text: "I found this to be extremely useful"}, Context{Copies: 6}, 0.05, true},
		"a shortener alone":           {models.Comment{Text: "la vidéo dont je parlais hier est là : https://bit.ly/3x"}, Context{}, 0.05, false},
		"keywords and their page":     {models.Comment{Text: "Nice post <a href=\"http://cheap-pills-online.top\">cheap pills</a>", Author: models.Author{Name: "cheap pills", URL: "http://cheap-pills-online.top"}}, Context{}, 0.2, true},
		"a trackback that is real":    {models.Comment{Type: "trackback", Text: "[…] Un billet sur la modération […]", Author: models.Author{Name: "Le blog de Paul", URL: "https://paul.exemple.fr/billet"}}, Context{SiteLang: "fr"}, 0.3, false},
		"a trackback that is an ad":   {models.Comment{Type: "trackback", Text: "[…] online casino […]", Author: models.Author{Name: "best online casino", URL: "http://best-online-casino.top"}}, Context{}, 0.2, true},
		"bait":                        {models.Comment{Text: "I made $5000 per week with Mr Paul, WhatsApp +1 555 0100"}, Context{}, 0.3, true},
		"a newcomer's answer, copied": {models.Comment{Text: "Bonjour, même question que plus haut"}, Context{Copies: 1}, 0.1, false},
		"another language alone":      {models.Comment{Text: "Very interesting, thank you"}, Context{SiteLang: "fr"}, 0.3, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := models.Assessment{Lang: "en", Scores: models.Scores{models.Spam: tt.words}}
			Judge(&a, &tt.comment, tt.context)
			if got := a.Scores[models.Spam]; got >= hold != tt.held {
				t.Errorf("got %.2f by %+v, want held = %v", got, a.Features, tt.held)
			}
		})
	}
}

func TestScoreStaysAProbability(t *testing.T) {
	t.Parallel()
	for _, p := range []float64{0, 0.5, 1} {
		for _, w := range []float64{-50, 0.3, 50} {
			got := Score(p, []models.Feature{{Weight: w}})
			if math.IsNaN(got) || got < 0 || got > 1 {
				t.Errorf("%v with %v gives %v", p, w, got)
			}
		}
	}
	if got := Score(0.42, nil); got != 0.42 {
		t.Errorf("nothing found makes %v", got)
	}
}

func FuzzFeatures(f *testing.F) {
	f.Add("[…] http://bit.ly/x <a href=http://a> $5!!! […]", "cheap pills", "http://casino.top", `{"honeypot":1}`)
	f.Add("\xff www. ://", "www.", "//", "{")
	f.Fuzz(func(t *testing.T, text, name, url, metadata string) {
		c := models.Comment{Text: text, Author: models.Author{Name: name, URL: url}, Metadata: []byte(metadata)}
		for _, feature := range Features(&c, "fr", Context{SiteLang: "en", Copies: 3, Recent: 9}) {
			if feature.Name == "" || math.IsNaN(feature.Weight) || math.Abs(feature.Weight) > 5 {
				t.Fatalf("%+v", feature)
			}
		}
	})
}
