package models

import (
	"fmt"
	"strings"
)

// labelNames words labels in French and English.
var labelNames = map[Label][2]string{
	Toxic:          {"propos toxiques", "toxic language"},
	SevereToxic:    {"propos très toxiques", "severely toxic language"},
	Insult:         {"insulte", "insult"},
	Threat:         {"menace", "threat"},
	IdentityAttack: {"attaque contre un groupe", "attack on a group"},
	Obscene:        {"grossièreté", "obscenity"},
	Sexual:         {"contenu sexuel", "sexual content"},
	Spam:           {"indésirable", "spam"},
	Distress:       {"détresse", "distress"},
	Leak:           {"donnée confidentielle", "confidential data"},
}

// ruleWords are the sentences of the rules; {name} is replaced by a parameter.
var ruleWords = map[string][2]string{
	RuleScore:        {"{label} : {sure} ({score}, seuil {threshold})", "{label}: {sure} ({score}, from {threshold})"},
	RuleWord:         {"le mot « {word} » est dans la liste « {list} »", "the word \"{word}\" is on the list \"{list}\""},
	RuleLinks:        {"{count} liens, la limite est {limit}", "{count} links, the limit is {limit}"},
	RuleHost:         {"un lien mène à {host}, un site de la liste", "a link leads to {host}, which is on the list"},
	RuleFirstComment: {"premier commentaire de cet auteur", "this author's first comment"},
	RuleDegraded:     {"le modèle n'a pas pu se prononcer : une personne décide", "the model could not speak: a person decides"},
	RuleFailed:       {"l'analyse a échoué {tries} fois : une personne décide", "judging failed {tries} times: a person decides"},
	RuleReports:      {"signalé par {count} lecteurs, la limite est {limit}", "reported by {count} readers, the limit is {limit}"},
}

// Name words the label in lang: French when it starts with "fr", else English.
func (l Label) Name(lang string) string {
	if names, ok := labelNames[l]; ok {
		return names[wordingIndex(lang)]
	}
	return string(l)
}

// Text words the reason in lang: French when it starts with "fr", else English.
// An unknown rule is shown by its name, so that an older face can show what a
// newer policy said.
func (r Reason) Text(lang string) string {
	words, ok := ruleWords[r.Rule]
	if !ok {
		return r.Rule
	}
	pairs := []string{
		"{label}", r.Label.Name(lang),
		"{sure}", sureness(r.Score, lang),
		"{score}", fmt.Sprintf("%.2f", r.Score),
		"{threshold}", fmt.Sprintf("%.2f", r.Threshold),
	}
	for k, v := range r.Params {
		pairs = append(pairs, "{"+k+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(words[wordingIndex(lang)])
}

// sureness words a probability.
func sureness(p float64, lang string) string {
	fr := wordingIndex(lang) == 0
	switch {
	case p >= 0.95 && fr:
		return "presque certain"
	case p >= 0.95:
		return "almost certain"
	case p >= 0.8 && fr:
		return "probable"
	case p >= 0.8:
		return "likely"
	case fr:
		return "possible"
	default:
		return "possible"
	}
}

func wordingIndex(lang string) int {
	if strings.HasPrefix(strings.ToLower(lang), "fr") {
		return 0
	}
	return 1
}
