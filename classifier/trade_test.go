package classifier_test

import (
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

// TestOrdinaryCommentsPass holds the detectors and the structure of spam
// against the comments that every community has and that must be allowed.
func TestOrdinaryCommentsPass(t *testing.T) {
	t.Parallel()
	person := models.Author{ID: "42", Name: "Marie Durand", URL: "https://marie.exemple.fr"}
	tests := map[string]models.Comment{
		"a long courteous disagreement": {Lang: "fr", Author: person, Text: "Je ne partage pas votre analyse. Vous écrivez que les délais ont augmenté de 12 % en 2023, or le rapport officiel parle de 3 % seulement, " +
			"et d'une baisse l'année suivante. Il me semble aussi que vous oubliez les effectifs, passés de 1 200 à 1 450 personnes. Je serais heureuse d'en discuter, sources à l'appui."},
		"a newcomer's question":    {Lang: "en", Text: "what exactly is this job? thanks"},
		"a modest link to a tool":  {Lang: "fr", Author: person, Text: "Pour ceux que ça intéresse, j'ai écrit un petit outil gratuit qui fait ce tri : https://outil.exemple.fr/tri — vos retours sont les bienvenus."},
		"a modest link in English": {Lang: "en", Author: models.Author{ID: "7", Name: "Bob"}, Text: "I made a small free tool for this, in case it helps anyone: https://github.com/bob/sorter"},
		"SMS French that mocks":    {Lang: "fr", Text: "c koi ce truc, b1 sur ki l parle"},
		"a rant about an idea":     {Lang: "fr", Text: "Cette idée est absurde, absurde, ABSURDE ! On nous la ressort tous les dix ans et elle échoue à chaque fois !!!"},
		"a quoted insult":          {Lang: "fr", Text: "Traiter un élu de « bouffon » n'apporte rien au débat, restons corrects."},
		"thanks":                   {Lang: "fr", Text: "j'ai toujours eu du mal à comprendre, merci"},
		"a real trackback":         {Lang: "fr", Type: "trackback", Author: models.Author{Name: "Le blog de Paul", URL: "https://paul.exemple.fr/billet"}, Text: "[…] un billet très utile sur la modération, à lire ici […]"},
		"an English term in anger": {Lang: "en", Text: "they are a pain with their English terms"},
		"an idiom of dying":        {Lang: "fr", Text: "je meurs de rire, quelle mauvaise foi"},
	}
	rules := policy.Compile(models.Policy{Ruleset: policy.Default()})
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := models.Assessment{Lang: c.Lang, Scores: models.Scores{models.Spam: 0.3}}
			if strings.Contains(c.Text, "://") {
				a.Scores[models.Spam] = 0.84 // what the shipped weights give a link
			}
			classifier.Examine(&a, &c, classifier.SpamContext{SiteLang: c.Lang})
			if v := rules.Decide(c, a, models.History{}); v.Action != models.Allow {
				t.Errorf("%s by %+v, features %+v", v.Action, v.Reasons, a.Features)
			}
		})
	}
}

func TestExamineNamesLeaksAndDistress(t *testing.T) {
	t.Parallel()
	c := models.Comment{Lang: "fr", Text: "Je vais me tuer. Ma carte : 4111 1111 1111 1111"}
	given := models.Scores{models.Spam: 0.1}
	a := models.Assessment{Lang: "fr", Scores: given}
	classifier.Examine(&a, &c, classifier.SpamContext{Copies: 4})
	v := policy.Decide(c, a, models.History{}, models.Policy{Ruleset: policy.Default()})
	if v.Action != models.Hold || v.Scores[models.Leak] == 0 || v.Scores[models.Distress] == 0 {
		t.Errorf("got %s with %v", v.Action, v.Scores)
	}
	if masked := models.MaskSpans(c.Text, v.Leaks()); masked != "Je vais me tuer. Ma carte : 41•• •••• •••• ••11" {
		t.Errorf("masked as %q", masked)
	}
	if given[models.Spam] != 0.1 {
		t.Error("the scores of another were changed")
	}
}
