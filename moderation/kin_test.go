package moderation

import (
	"testing"

	"github.com/tamis-moderation/tamis/models"
)

func TestKinSeesThroughDisguises(t *testing.T) {
	t.Parallel()
	about := func(text string) models.Kin {
		return kin(&models.Comment{
			Site: "blog", Text: text, Lang: "fr", Author: models.Author{ID: "u7", IP: "192.0.2.7"},
			Context: models.Context{URL: "https://www.blog.example/lyon"},
		})
	}
	one := about("Crédit rapide entre particuliers sérieux, sans justificatif : https://www.pret.example/a?id=1")
	for name, text := range map[string]string{
		"words in another order": "Entre particuliers sérieux, sans justificatif, crédit rapide : https://pret.example/b?id=2",
		"look-alike letters":     "Crédit rаpide entre pаrticuliers sériеux, sans justificаtif : https://pret.example/c",
		"case and accents":       "CREDIT RAPIDE ENTRE PARTICULIERS SERIEUX, SANS JUSTIFICATIF : http://pret.example",
	} {
		other := about(text)
		if alike := one.Signature.Alike(other.Signature); alike < 0.95 {
			t.Errorf("%s: alike %.2f", name, alike)
		}
		if other.Host != "pret.example" || other.Network != one.Network || other.Author != one.Author {
			t.Errorf("%s: got %+v", name, other)
		}
		if other.Same == one.Same {
			t.Errorf("%s: is taken for a repeat", name)
		}
	}
	if other := about("Je ne suis pas d'accord avec cet article, mais les chiffres sont justes."); one.Signature.Alike(other.Signature) > 0.2 {
		t.Error("a stranger is alike")
	}
}

func TestKinOfLittle(t *testing.T) {
	t.Parallel()
	k := kin(&models.Comment{Site: "blog", Text: "voir https://blog.example/autre", Context: models.Context{URL: "https://blog.example/lyon"}})
	if k.Host != "" || k.Signature != nil || k.Same != "" || k.Author != "" || k.Network != "" {
		t.Errorf("got %+v", k)
	}
	again := func(text string) string {
		return kin(&models.Comment{Site: "blog", Text: text, Author: models.Author{ID: "u7"}}).Same
	}
	if again("Bonjour  ?") != again("Bonjour ?\n") || again("Bonjour ?") == again("Bonsoir ?") {
		t.Error("repeats of short texts are not told from others")
	}
}
