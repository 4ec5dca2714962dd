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
	RuleScore:        {"{label} : {sure} ({score} ; seuil {threshold})", "{label}: {sure} ({score}, from {threshold})"},
	RuleWord:         {"le mot « {word} » est dans la liste « {list} »", "the word \"{word}\" is on the list \"{list}\""},
	RuleLinks:        {"{count} liens, la limite est {limit}", "{count} links, the limit is {limit}"},
	RuleHost:         {"un lien mène à {host}, un site de la liste", "a link leads to {host}, which is on the list"},
	RuleFirstComment: {"premier commentaire de cet auteur", "this author's first comment"},
	RuleDegraded:     {"le modèle n'a pas pu se prononcer : une personne décide", "the model could not speak: a person decides"},
	RuleFailed:       {"l'analyse a échoué {tries} fois : une personne décide", "judging failed {tries} times: a person decides"},
	RuleLeak:         {"donnée confidentielle : {kind_name} (masquez-la avant de publier)", "confidential data: {kind_name} (mask it before publishing)"},
	RuleDistress: {
		"la personne parle peut-être d'elle-même en danger ({kind_name}) : ce n'est pas une faute, répondez-lui ; en France le 3114, gratuit, jour et nuit, ailleurs le numéro d'urgence local",
		"the author may be in danger ({kind_name}): this is no misconduct, answer them; 988 in the US, 3114 in France, elsewhere your local emergency line",
	},
	RuleStructure: {"indice d'indésirable : {feature_name} ({weight})", "speaks for spam: {feature_name} ({weight})"},
	RuleReports:   {"signalé par {count} lecteurs, la limite est {limit}", "reported by {count} readers, the limit is {limit}"},
}

// kindNames word what a signal found.
var kindNames = map[string][2]string{
	"iban":      {"numéro de compte (IBAN)", "bank account number (IBAN)"},
	"nir":       {"numéro de sécurité sociale", "French social security number"},
	"card":      {"numéro de carte bancaire", "payment card number"},
	"phone":     {"numéro de téléphone", "telephone number"},
	"email":     {"adresse e-mail", "e-mail address"},
	"secret":    {"mot de passe, clé ou jeton", "password, key or token"},
	"term":      {"terme confidentiel du site", "confidential term of the site"},
	"suicide":   {"suicide", "suicide"},
	"self_harm": {"automutilation", "self-harm"},
}

// featureNames word what a text's structure says; {value} is what was found.
var featureNames = map[string][2]string{
	"links":          {"plusieurs liens : {value}", "several links: {value}"},
	"hosts":          {"liens vers plusieurs sites : {value}", "links to several sites: {value}"},
	"shortener":      {"lien raccourci ({value})", "shortened link ({value})"},
	"host_words":     {"nom de site suspect ({value})", "suspicious site name ({value})"},
	"link_text":      {"presque rien d'autre que des liens", "hardly anything but links"},
	"markup":         {"liens en HTML ou BBCode : {value}", "links in HTML or BBCode: {value}"},
	"trackback":      {"forme de rétrolien", "the shape of a trackback"},
	"author_keyword": {"nom d'auteur publicitaire ({value})", "author name as advertising ({value})"},
	"author_host":    {"site de l'auteur suspect ({value})", "suspicious author site ({value})"},
	"language":       {"langue inattendue ici ({value})", "unexpected language here ({value})"},
	"honeypot":       {"champ piège rempli", "trap field filled in"},
	"speed":          {"{value} commentaires à la minute", "{value} comments within a minute"},
	"copies":         {"même texte dans d'autres commentaires : {value}", "same text in other comments: {value}"},
	"contact":        {"invitation à écrire ailleurs pour de l'argent", "bait to write elsewhere about money"},
	"pitch":          {"formules publicitaires : {value}", "sales phrases: {value}"},
	"money":          {"sommes et pourcentages criés", "shouted sums and percentages"},
	"regular":        {"auteur habituel ({value} commentaires approuvés)", "known author ({value} comments approved)"},
	"modest_link":    {"un seul lien, avec des phrases autour", "one link with sentences around it"},
	"capitals":       {"beaucoup de capitales", "many capitals"},
}

// worded gives the words for a parameter that stands in a table.
func worded(table map[string][2]string, key, lang string) string {
	if words, ok := table[key]; ok {
		return words[wordingIndex(lang)]
	}
	return key
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
		"{score}", Decimal(r.Score, lang),
		"{threshold}", Decimal(r.Threshold, lang),
	}
	feature := worded(featureNames, r.Params["feature"], lang)
	pairs = append(pairs,
		"{kind_name}", worded(kindNames, r.Params["kind"], lang),
		"{feature_name}", strings.ReplaceAll(feature, "{value}", r.Params["value"]),
	)
	for k, v := range r.Params {
		if k == "weight" {
			v = pointed(v, lang)
		}
		pairs = append(pairs, "{"+k+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(words[wordingIndex(lang)])
}

// Decimal writes a score with two decimals, as lang does: 0,97 in French.
func Decimal(score float64, lang string) string { return pointed(fmt.Sprintf("%.2f", score), lang) }

// pointed gives a number the decimal mark of lang.
func pointed(number, lang string) string {
	if wordingIndex(lang) == 0 {
		return strings.Replace(number, ".", ",", 1)
	}
	return number
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
