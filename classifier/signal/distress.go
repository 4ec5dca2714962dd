package signal

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/normalise"
)

// The kinds of distress.
const (
	Suicide  = "suicide"
	SelfHarm = "self_harm"
)

// phrase is one way of saying it, on folded text.
type phrase struct {
	kind  string
	score float64
	re    *regexp.Regexp
}

// The pieces of the phrases. Negations can't stand inside: "je ne veux pas
// mourir" has other words in a row.
const (
	frAct = `(?:me (?:tuer|suicider|pendre|flinguer|buter|foutre en l'air|ouvrir les veines|tailler les veines|donner la mort|tirer une balle|jeter sous (?:un|le) (?:train|metro))` +
		`|en finir(?: avec (?:la|ma) vie| avec tout)?|mettre fin a (?:mes jours|ma vie|tout)|sauter (?:du pont|par la fenetre))`
	frWish = `(?:mourir|crever|disparaitre pour (?:toujours|de bon)|etre mort(?:e)?|ne plus (?:exister|me reveiller|etre la|vivre))`
	some   = `(?:(?:vraiment|juste|seulement|bien|souvent|plus que|tellement|trop|serieusement|toujours|desormais|bientot|demain|ce soir|really|just|only|so|honestly|seriously|literally|actually|often|always|sometimes|constantly|still) )*`
	enAct  = `(?:kill myself|hang myself|shoot myself|drown myself|end my (?:own )?life|end it all|take my (?:own )?life|commit suicide|overdose|jump off (?:a|the) (?:bridge|roof))`
	enWish = `(?:die|be dead|not exist|stop existing|disappear forever|never wake up|not wake up)`
	je     = `\b(?:j(?:e |'| )?|moi )`
	i      = `\bi `
	im     = `\b(?:i'm|i am|im) `
)

var phrases = []phrase{
	{Suicide, Strong, regexp.MustCompile(je + some + `(?:vais|vai|veux|veu|compte|pense|voudrais|prevois de|songe a|pense a) ` + some + frAct)},
	{Suicide, Strong, regexp.MustCompile(je + some + `(?:ai (?:decide|prevu|l'intention|envie|tres envie|besoin)|viens de decider) (?:de |d')` + some + frAct)},
	{Suicide, Strong, regexp.MustCompile(`\b(?:ce soir|demain|cette nuit|c'est decide,?) (?:je me (?:tue|suicide|pends)|j'en finis)\b`)},
	{Suicide, Strong, regexp.MustCompile(`\bma lettre d'adieu\b|\bj'ai (?:deja )?(?:pris|avale) (?:tous )?(?:mes|les|des) (?:cachets|medicaments) pour (?:mourir|en finir)`)},
	{Suicide, Strong, regexp.MustCompile(`(?:` + im + some + `(?:going to|gonna|about to|planning to|ready to)|` + i + some + `(?:will|plan to|want to|wanna|need to|have decided to|decided to)|\bi've decided to|\bi'll) ` + some + enAct)},
	{Suicide, Strong, regexp.MustCompile(`\bmy (?:suicide|goodbye) (?:note|letter)\b|\bif i (?:killed|hanged|shot|drowned) myself\b|\b(?:tonight|tomorrow) i (?:end it|die)\b`)},

	{Suicide, Likely, regexp.MustCompile(je + some + `(?:veux|veu|voudrais|aimerais|souhaite) ` + some + frWish)},
	{Suicide, Likely, regexp.MustCompile(`\bj'ai ` + some + `(?:plus )?(?:qu'une )?(?:seule )?envie (?:de |d')` + some + frWish)},
	{Suicide, Likely, regexp.MustCompile(`\bj'(?:ai|avais)(?: plus)? (?:aucune |plus )?(?:envie|raison) de vivre\b|\bje (?:ne |n')?(?:veux|ai|en ai) plus (?:envie de |la force de |le courage de |de raison de )?(?:vivre|continuer a vivre|etre en vie)\b|\bje n'ai (?:plus|aucune) (?:envie|raison|force) de vivre\b`)},
	{Suicide, Likely, regexp.MustCompile(`\bje (?:pense|songe) ` + some + `(?:au suicide|a mourir|a en finir|a la mort tous les jours)\b|\bj'ai (?:des |mes )?(?:idees|pensees|envies) (?:suicidaires|de mort|de suicide)\b|\bje suis suicidaire\b`)},
	{Suicide, Likely, regexp.MustCompile(`\b(?:serai(?:t|ent)|sera|serez|seriez|irai(?:t|ent)|seront) (?:tous )?mieux sans moi\b|\bje ferais mieux (?:d'etre mort(?:e)?|de mourir|de crever)\b|\bma vie (?:n'a|a) plus (?:aucun |de )?sens\b`)},
	{Suicide, Likely, regexp.MustCompile(`\bje n'en peux plus de (?:vivre|la vie|cette vie|ma vie)\b|\b(?:me|m') ?reveiller demain matin, a quoi bon\b`)},
	{SelfHarm, Likely, regexp.MustCompile(`\bje me (?:suis (?:encore )?)?(?:scarifie|mutile|taillade|fais du mal expres)\b|\bje recommence a me (?:scarifier|mutiler|couper)\b`)},

	{Suicide, Likely, regexp.MustCompile(i + some + `(?:want to|wanna|would like to|need to) ` + some + enWish)},
	{Suicide, Likely, regexp.MustCompile(`\bi ` + some + `wish (?:that )?i (?:was|were|could be) (?:dead|never born)\b|\bi ` + some + `wish i (?:could just die|had never been born|didn't exist)\b`)},
	{Suicide, Likely, regexp.MustCompile(`\bi (?:do not|don't|dont|no longer) (?:really )?(?:want|wanna)(?: to)? (?:live|be alive|exist|be here)(?: any ?more)?\b|\bi have (?:no reason|nothing left) to live\b|\bi can't (?:go on living|live like this any ?more)\b`)},
	{Suicide, Likely, regexp.MustCompile(`(?:` + im + `|\bi (?:feel|have been feeling|have been) )` + some + `suicidal\b|\bi ` + some + `(?:think|thought|keep thinking) (?:about|of) (?:suicide|killing myself|ending (?:it|my life))\b|` + im + some + `thinking (?:about|of) (?:suicide|killing myself|ending (?:it|my life))\b|\bi have suicidal thoughts\b`)},
	{Suicide, Likely, regexp.MustCompile(`\bbetter off (?:without me|if i (?:was|were) dead|with me dead)\b|\bmy life (?:isn't|is not) worth living\b`)},
	{SelfHarm, Likely, regexp.MustCompile(`\bi ` + some + `(?:cut|harm|burn|have been cutting) myself (?:again|on purpose|every|to feel|when|last night|at night|because)\b|\bi self[- ]harm\b|\bi started cutting again\b`)},

	{Suicide, Mild, regexp.MustCompile(`\b(?:il|elle|mon \pL+|ma \pL+|un \pL+|une \pL+) (?:veut|va|voulait|a voulu|menace de|parle de|pense a) (?:se (?:tuer|suicider|pendre)|mourir|en finir)\b|\bs'est (?:suicide|tue|pendu|donne la mort)(?:e)?\b`)},
	{Suicide, Mild, regexp.MustCompile(`\b(?:he|she|they|my \pL+|a friend) (?:wants? to|wanted to|is going to|threatens to|talks about|tried to) (?:kill(?:ing)? (?:himself|herself|themselves)|die|end it all|commit(?:ting)? suicide)\b|\bkilled (?:himself|herself)\b`)},
	{Suicide, Mild, regexp.MustCompile(`\b(?:donne|donnent|donner) envie (?:de mourir|de me (?:tuer|pendre|flinguer)|d'en finir)\b|\bmakes? me (?:want to|wanna) (?:die|kill myself|end it all)\b|\bj'ai (?:deja )?voulu (?:mourir|me suicider|me tuer|en finir)\b|\bi (?:once |used to )?(?:tried to kill myself|wanted to (?:die|kill myself))\b`)},
}

// stems spare most texts the phrases: each of these has one of them.
var stems = []string{
	"mourir", "crever", "tuer", "tue", "suicid", "vivre", "en vie", "finir", "finis", "fin a", "mort", "scarifi", "mutil", "taillad", "flinguer", "buter", "pend",
	"balle", "veines", "train", "metro", "pont", "fenetre", "en l'air", "disparaitre", "exister", "reveiller", "sans moi", "vie ", "adieu", "etre la", "fais du mal", "couper",
	"die", "dead", "kill", "myself", "my life", "my own life", "end it", "live", "living", "alive", "without me", "self-harm", "self harm", "cutting", "wake up", "exist", "never born", "been born", "be here", "goodbye", "overdose", "jump off", "disappear",
}

// Distress finds a person who speaks of ending their life or of harming
// themselves. It leans towards a person's look: what may be an idiom, a
// quotation or about somebody else is [Mild]. It says nothing against the author.
func Distress(text string) []models.Signal {
	folded := normalise.Fold(text)
	flat := string(folded.Runes)
	if !anyStem(flat) {
		return nil
	}
	var hits []hit
	for _, p := range phrases {
		for _, m := range p.re.FindAllStringIndex(flat, maxHits) {
			score := min(p.score, ceiling(flat, m[0], m[1]))
			if score > 0 {
				hits = append(hits, hit{p.kind, m[0], m[1], score})
			}
		}
	}
	if len(hits) == 0 {
		return nil
	}
	offsets := runeOffsets(text)
	for n := range hits {
		h := &hits[n]
		first := utf8.RuneCountInString(flat[:h.begin])
		last := first + utf8.RuneCountInString(flat[h.begin:h.end]) - 1
		h.begin, h.end = offsets[folded.At[first]], offsets[folded.At[last]+1]
	}
	return signals(text, models.Distress, hits)
}

func anyStem(flat string) bool {
	for _, s := range stems {
		if strings.Contains(flat, s) {
			return true
		}
	}
	return false
}

// The guards, read after and before a phrase.
var (
	// What one dies of in a manner of speaking, or does for a comparison.
	idiom = regexp.MustCompile(`^ ?(?:de (?:rire|honte|faim|soif|chaud|chaleur|froid|fatigue|jalousie|curiosite|peur|trouille|gene|rage)|d'(?:ennui|amour|envie|impatience|embarras|en savoir plus)|a (?:la tache|l'ouvrage|t(?:e|')? ?l'expliquer|vous l'expliquer)|au (?:travail|boulot)|avec (?:ce|cette|cet|ces|le|la|les) (?:bug|code|projet|dossier|debat|sujet|histoire|article|jeu|film|serie|travaux|chantier)|laughing|of (?:laughter|embarrassment|boredom|cringe|shame|hunger|thirst|cuteness)|to know|for (?:a|an|some|that|this) (?:pizza|coffee|beer|burger|nap|slice|steak|drink)|on that hill)`)
	// Somebody else's words, or a joke.
	borrowed = regexp.MustCompile(`(?:chanson|paroles|refrain|couplet|film|roman|livre|serie|poeme|titre|citation|lyrics?|song|chorus|verse|movie|novel|poem|quote|character|personnage|podcast)[^.!?]{0,60}$`)
	joking   = regexp.MustCompile(`\b(?:mdr+|ptdr+|lol+|lmao|xd+|haha+|hihi|jpp|rofl)\b|😂|🤣|😆|😹|♪|🎵|🎶`)
	denied   = regexp.MustCompile(`(?:\bi'm not saying |\bnot that |\bje (?:ne )?dis pas que |\bsans dire que |\bne (?:crois|croyez|pensez|pense) pas que |\bno,? i don't think (?:that )?)$`)
	foreign  = regexp.MustCompile(`(?:\b(?:il|elle|on|he|she|they|qui|who|someone|quelqu'un|\pL{3,}) (?:m'a |a |me |te |nous |has |just |always )?(?:dit|disait|ecrit|ecrivait|repete|says?|said|wrote|writes|told me|posts?|posted|tweets?|tweeted)(?: que| that)? ?:? ?["«“]? ?)$`)
	trivial  = regexp.MustCompile(`\b(?:this|that|the|ce|cette|cet|le|la|un|une|my|mon|ma) (?:(?:stupid|damn|new|nouvelle|nouveau|foutu|putain de) )?(?:bug|code|meeting|update|lag|server|api|exam|homework|monday|film|movie|game|wifi|build|compiler|reunion|mise a jour|lundi|match|jeu|serveur|devoir|episode|traffic|queue|embouteillages?)\b`)
)

// ceiling is how sure one may be of a phrase for what stands around it.
func ceiling(flat string, begin, end int) float64 {
	before, after := flat[sentenceBegin(flat, begin):begin], flat[end:]
	switch {
	case idiom.MatchString(after), denied.MatchString(before):
		return 0
	case joking.MatchString(flat[max(0, begin-200):min(len(flat), end+200)]):
		return Mild
	case quoted(flat, begin, end), borrowed.MatchString(before), foreign.MatchString(before):
		return Mild
	case trivial.MatchString(before) && len(before) < 120, trivial.MatchString(after[:sentenceLength(after)]):
		return Mild
	default:
		return 1
	}
}

// sentenceBegin gives where the sentence around a place begins, not far back.
func sentenceBegin(s string, at int) int {
	from := max(0, at-160)
	for from < at && !utf8.RuneStart(s[from]) {
		from++
	}
	if i := strings.LastIndexAny(s[from:at], ".!?\n"); i >= 0 {
		return from + i + 1
	}
	return from
}

func sentenceLength(s string) int {
	s = s[:min(len(s), 100)]
	if i := strings.IndexAny(s, ".!?\n"); i >= 0 {
		return i
	}
	return len(s)
}

// quoted reports whether [begin, end) stands between quotation marks.
func quoted(s string, begin, end int) bool {
	before := s[max(0, begin-200):begin]
	after := s[end:min(len(s), end+300)]
	for _, q := range [][2]string{{"«", "»"}, {"“", "”"}} {
		if strings.LastIndex(before, q[0]) > strings.LastIndex(before, q[1]) && strings.Contains(after, q[1]) {
			return true
		}
	}
	return strings.Count(before, `"`)%2 == 1 && strings.Contains(after, `"`)
}
