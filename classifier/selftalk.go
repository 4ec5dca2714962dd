package classifier

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// SelfTalk reads a text in which somebody calls himself an idiot a second time,
// with a harmless word in that place: what one says of oneself insults nobody.
// Of the labels that blame, the milder reading counts; what else the text says
// is in both.
type SelfTalk struct {
	Scorer
}

// blaming are the labels that an insult of oneself raises for nothing.
var blaming = []models.Label{models.Toxic, models.SevereToxic, models.Insult, models.Obscene, models.IdentityAttack}

// Score gives one answer an input, in order.
func (s SelfTalk) Score(ctx context.Context, inputs []Input) ([]models.Scores, error) {
	all, of := s.readings(inputs)
	scores, err := s.Scorer.Score(ctx, all)
	if err != nil || of == nil {
		return scores, err
	}
	if len(scores) != len(all) {
		return nil, models.Errorf(models.Internal, "the scorer gave %d answers for %d texts", len(scores), len(all))
	}
	for i, owner := range of {
		scores[owner] = milder(scores[owner], scores[len(inputs)+i])
	}
	return scores[:len(inputs)], nil
}

// Rows tells how many rows of the network scoring the inputs takes; see [Ensemble.Rows].
func (s SelfTalk) Rows(inputs []Input) int {
	all, _ := s.readings(inputs)
	if m, ok := s.Scorer.(interface{ Rows(inputs []Input) int }); ok {
		return m.Rows(all)
	}
	return len(all)
}

// readings gives the inputs, followed by the second readings, and whose these are.
func (s SelfTalk) readings(inputs []Input) (all []Input, of []int) {
	all = slices.Clip(inputs)
	for i, in := range inputs {
		if text := spareSelf(in.Text); text != in.Text {
			all, of = append(all, Input{Text: text, Lang: in.Lang}), append(of, i)
		}
	}
	return all, of
}

func milder(a, b models.Scores) models.Scores {
	out := maps.Clone(a)
	for _, l := range blaming {
		if q, ok := b[l]; ok && q < out[l] {
			out[l] = q
		}
	}
	return out
}

// spareSelf puts a harmless word where a text insults the one who writes it.
func spareSelf(text string) string {
	if lower := strings.ToLower(text); !slices.ContainsFunc(selfStems, func(stem string) bool { return strings.Contains(lower, stem) }) {
		return text
	}
	for _, r := range selfInsults {
		text = r.pattern.ReplaceAllString(text, "${1}"+r.harmless+"${2}")
	}
	return text
}

// What stands between "I am" and the word, and the words. They are those that
// people say of themselves; slurs are not among them.
const (
	degreeEN = `(?:(?:such|so|just|only|really|truly|totally|completely|too|kinda|probably|clearly|obviously|apparently|also|the|an?|that|this|one|total|complete|` +
		`real|right|big|huge|utter|absolute|massive|damn|bloody|fucking|freaking|old|like|biggest|same|little|bit|of|being|here)\s+){0,5}`
	wordEN = `(?:idiot(?:ic)?|moron(?:ic)?|fool(?:ish)?|dumb(?:ass)?|stupid|clown|loser|imbecile|dimwit|dummy|twit|muppet|klutz|jerk|jackass|failure|dork|dunce|numpty|ass|dope|useless|pathetic|garbage|trash|worthless)`

	degreeFR = `(?:(?:trop|vraiment|tellement|si|bien|juste|assez|plutôt|aussi|un|une|le|la|l['’]|ce|cette|qu['’]une?|pas mal|complètement|franchement|carrément|` +
		`gros|grosse|sacrée?|vrai|vraie|pauvre|vieux|vieille|beau|belle|parfaite?|sombre|super|hyper|grave|comme|roi des|reine des)(?:\s+|\b)){0,5}`
	wordFR = `(?:idiote?s?|cr[ée]tine?s?|imb[ée]ciles?|b[êe]tes?|conn?e?s?|connards?|connasses?|d[ée]biles?|abrutie?s?|nulle?s?|stupides?|bouffonn?e?s?|clowns?|boulets?|andouilles?|` +
		`quiches?|neuneus?|bourriques?|nazes?|cloches?|gourdes?|ânes?|patates?|tocarde?s?|minables?|cruches?)`
)

// selfStems begin the words above: most texts hold none and are not looked at further.
var selfStems = []string{
	"idiot", "moron", "fool", "dumb", "stupid", "clown", "loser", "imb", "dimwit", "dummy", "twit", "muppet", "klutz", "jerk", "jackass", "failure", "dork",
	"dunce", "numpty", " ass", "dope", "useless", "pathetic", "garbage", "trash", "worthless", "crétin", "cretin", "bête", "bete", "con", "débil", "debil",
	"abruti", "nul", "bouffon", "boulet", "andouille", "quiche", "neuneu", "bourrique", "naze", "cloche", "gourde", "âne", "patate", "tocard", "minable", "cruche",
}

// selfInsults are the ways of insulting oneself. Each pattern keeps what stands
// before the word and after it.
var selfInsults = []struct {
	pattern  *regexp.Regexp
	harmless string
}{
	{selfPattern(`(?:\bi\s*(?:['’]m|am|was|feel|felt|look(?:ed)?|must be|can be|have been|['’]ve been)|\bim|\bme being|\bcall me|\bmakes? me|\bmade me|\bmade)\s+`+degreeEN, wordEN, ``), "beginner"},
	{selfPattern(`\b(?:what\s+|the\s+)?`+degreeEN, wordEN, `\s+(?:that\s+)?i(?:\s+am|\s+was|['’]m)`), "beginner"},
	{selfPattern(`\b(?:what\s+an?|the)\s+`, wordEN, `\s+(?:here\s+)?(?:is|was)\s+me`), "beginner"},
	{selfPattern(`(?:\bj['’]?\s?(?:suis|ai été|étais|avais l['’]air(?: d['’]une?)?)|\b(?:je|g)\s+(?:suis|me sens|me suis sentie?|me sentais|fus)|\bch?uis|\bsuis-je|\bje fais|\btraitez-moi de|\bmoi,? en bone?|\bmoi ce)\s*`+degreeFR, wordFR, ``), "débutant"},
	{selfPattern(`\bquel(?:le)?\s+(?:gros\s+|grosse\s+|sacrée?\s+|vraie?\s+)?`, wordFR, `\s+(?:que\s+)?(?:je\s+(?:suis|fais|peux être)|j['’]ai\s+été|j['’]étais)`), "débutant"},
	{selfPattern(`\b(?:l['’]|le\s+|la\s+|ce\s+|gros\s+|pauvre\s+|en\s+)`, wordFR, `\s+que\s+(?:je\s+suis|j['’]étais|j['’]ai\s+été)`), "débutant"},
	{selfPattern(`\b(?:c['’]est\s+moi|c['’]était\s+moi)[,\s]+(?:le|la|l['’])\s*(?:gros\s+|grosse\s+)?`, wordFR, ``), "débutant"},
}

func selfPattern(before, word, after string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(` + before + `)` + word + `(` + after + `(?:$|[^\pL\pN]))`)
}
