package spam

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// pitches are the phrases by which spam sells, a trade each. One of them is
// talk about the trade; several of them together are the trade itself.
var pitches = []trade{
	// Money.
	plying("prêt,crédit,fich,loan,no credit", `prêts? (?:entre particuliers|rapides?|d'argent|personnels? de|de \d[\d .]* ?(?:€|euros?|à))`, `rachats? de crédits?`, `(?:crédits?|prêts?) sans justificatifs?`,
		`prêteu(?:r|se) (?:particuli(?:er|ère)|sérieu(?:x|se))`, `fichée?s? (?:à la )?banque`, `loan offers?`, `payday loans?`, `no credit check`, `(?:instant|quick|urgent) loans?`),
	plying("taux,interest", `taux (?:de |d'intérêt )?\d[\d,. ]*%`, `\d[\d,.]* ?% de taux`, `interest rate of \d`, `low interest`),
	plying("devenez riche,gagnez,revenu,indépendance fin,passive inc,make money,earn ,get rich,financial free", `devenez riche`, `gagnez (?:de l'argent|jusqu'à|\d)`, `revenus? passifs?`, `indépendance financière`, `passive income`, `make money (?:online|fast|from)`, `earn (?:money|up to|\$)`, `get rich`, `financial freedom`),
	plying(" par ,per ,each ,€ a,$ a,£ a,dollars a,usd a,euros a, in one, in just, every ,à domicile,work at,work from", `\d[\d .]* ?(?:€|euros?|\$|dollars|usd) (?:par|per|a|each) (?:jour|semaine|mois|day|week|month)`, `[$€£] ?\d[\d,.]* (?:a|per|each|par|in|every) (?:(?:one|just one|a) )?(?:day|week|month|jour|semaine|mois)`, `travail à domicile`, `work (?:at|from) home and`),
	plying("trading,forex,crypto,bitcoin,investi,invested,guaranteed", `trading (?:automatique|robot|bots?|platform)`, `(?:forex|crypto|bitcoin) (?:trading|signals?|trader|investments?|expert)`, `signaux (?:crypto|de trading)`, `j'ai investi`, `i invested`, `retour sur investissement garanti`, `guaranteed (?:returns?|profits?)`),
	plying("récupér,recover", `récupér\pL+ (?:mes|vos|ses|tous mes) (?:fonds|cryptos?|bitcoins?|crypto-?monnaies)`, `recover(?:ed|y)?(?: of)? (?:my|your|lost|stolen)(?: (?:lost|stolen))? (?:funds?|money|bitcoins?|crypto|usdt)`),
	plying("hack", `(?:certified|ethical|professional|genuine|legit) hackers?`, `(?:un|vrai|grand) hacke(?:r|ur) (?:honnête|professionnel|éthique|certifié)?`, `hack (?:any|your|his|her) (?:phone|facebook|whatsapp)`),
	// Fortune and love.
	plying("marabout,grand ,médium,voyant,voyance,spell,psychic", `marabouts?`, `grand (?:médium|voyant|maître|guérisseur)`, `(?:grand )?(?:médium|voyant),? (?:africain|sérieux|international)`, `voyance (?:gratuite|par téléphone|en ligne|sérieuse)`, `spell ?casters?`, `love spells?`, `psychic readings?`),
	plying("retour ,envo,chance aux,bring,ramen", `retour (?:affectif|de l'être aimé|d'affection)`, `désenvo[uû]tements?`, `envo[uû]tements?`, `chance aux jeux`, `bring(?:ing)? back (?:your|my) (?:ex|lover|husband)`, `ramen\pL+ (?:mon|votre|son) (?:mari|ex|femme|amour)`),
	plying("cherche,rencontre,singles,girls,inscription", `(?:femmes?|hommes?) (?:seule?s?|célibataires?|mûres?) cherche`, `rencontres? (?:coquines?|chaudes?|sans lendemain|sérieuses? près)`, `hot (?:singles|girls)`, `singles in your area`, `près de chez vous, inscription`),
	// Bodies.
	plying("perd,sans régime,minceur,lose ,drop ,weight loss,graisse,fat burn", `perd(?:ez|re) \d+ ?(?:kg|kilos)`, `sans régime`, `minceur`, `(?:lose|drop) \d+ ?(?:pounds|lbs|kg)`, `weight loss (?:pills?|supplements?|drops)`, `brûle-graisses?`, `fat burner`),
	plying("viagra,cialis,levitra,sildenafil,cbd ,pill,meds,pharmacy,prescription,ordonnance", `viagra`, `cialis`, `levitra`, `sildenafil`, `cbd premium`, `(?:pills?|meds|pharmacy) online`, `without (?:a )?prescription`, `sans ordonnance`),
	plying("miracle,détestent,doctor,herbal", `(?:huile|remède|produit|méthode|crème) miracles?`, `miracle (?:cure|oil|pill)`, `(?:médecins?|doctors?) (?:la|le|les|hate) (?:détestent|this|it|him)`, `herbal (?:cure|doctor|remedy|medicine)`),
	// Games.
	plying("casino,online ,bonus,à sous,slot mach,paris sportifs", `casinos? (?:en ligne|online|bonus)`, `online (?:casinos?|slots?|betting|poker)`, `bonus (?:casino|sans dépôt|de bienvenue)`, `machines? à sous`, `slot machines?`, `paris sportifs garantis`),
	plying("gratuit,free spin,sans dépôt,no deposit", `(?:tours?|spins?) gratuits?`, `free spins?`, `sans dépôt`, `no deposit`),
	plying("gagné, won ,réclamez,claim", `(?:vous avez|you(?:'ve| have)|you) (?:gagné|won) (?:un|une|a|an|the) `, `(?:réclamez|claim) (?:votre|your) (?:lot|prix|gain|prize|reward|gift)`),
	// Reach.
	plying("followers,abonnés,buy ,avis,google rev", `followers`, `abonnés (?:gratuits?|réels)`, `buy (?:likes|views|followers|reviews)`, `(?:achetez|acheter) (?:des|vos) (?:avis|likes|vues|abonnés)`, `avis google`, `google reviews`),
	plying("backlink,dofollow,do-follow,invité,sponsor,guest post,link build,da ,da1,da2,da3,da4,da5,da6,da7,da8,da9", `backlinks?`, `do-?follow`, `articles? (?:invités?|sponsorisés?)`, `liens? sponsorisés?`, `guest posts?`, `sponsored (?:posts?|links?|articles?)`, `link building`, `\bda ?\d{2}\+?`),
	plying("agence,référencement,seo ,of google,de google", `agence (?:de référencement|seo|web)`, `référencement (?:naturel|google|web|pas cher)`, `seo (?:services?|expert|agency|company|packages?)`, `first page of google`, `première page de google`),
	plying("blogroll, my ,venez voir,visitez,découvrez,mon site de", `blogroll`, `(?:visit|check out|stop by|take a look at) my (?:web ?)?(?:site|page|blog|homepage|weblog)`, `(?:venez voir|visitez|découvrez(?: aussi)?) (?:mon|notre) (?:site|blog|boutique|agence)`, `mon site de`),
	plying("lien ,link in,click,cliquez", `lien (?:dans|en) (?:mon|ma|notre) (?:profil|bio|description)`, `link in (?:my )?(?:bio|profile)`, `lien ci-dessous`, `click (?:here|below|the link|now)`, `cliquez (?:ici|vite|sur le lien)`),
	// Wares.
	plying("pas cher,cheap,best price,prix", `pas cher(?:s|e|es)?\b`, `cheap(?:est)? (?:price|online|essays?|watches|flights|viagra|pills)`, `best prices?`, `(?:meilleurs?|petits?) prix`, `prix (?:cassés|imbattables)`),
	plying("limité,limited,offre,commandez,achetez,inscrivez,profitez,order ,buy ,apply ,sign up,register", `(?:stock|offre|places?|quantité)s? limitées?`, `limited (?:time|offer|stock|edition)`, `offre (?:sérieuse|exceptionnelle|spéciale|valable)`, `(?:commandez|achetez|inscrivez-vous|profitez)(?:-en)? (?:vite|maintenant|ici|en ligne|dès|au lien)`, `(?:order|buy|apply|sign up|register) (?:now|today|here)`),
	plying("livraison,shipping,worldwide", `livraison (?:gratuite|discrète|rapide|express|en 24)`, `free shipping`, `discreet (?:shipping|delivery)`, `worldwide (?:shipping|delivery)`),
	plying("promo,coupon,%", `code promo`, `promo code`, `coupon codes?`, `-? ?\d{2} ?% (?:off|de réduction|de remise)`, `(?:jusqu'à )?-\d{2} ?%`),
	plying("réponse,24,7/7,7j/7,7 j,devis,free quote,intervention,dépannage", `réponse (?:immédiate|rapide garantie|en 24)`, `24 ?h? ?/ ?24`, `7 ?j? ?/ ?7`, `24/7 (?:service|support|available)`, `devis gratuits?`, `free quote`, `intervention rapide`, `dépannages? (?:urgent|rapide|express|serrurerie|plomberie)`),
	plying("résultat,satisf,travail,garanti,money back,100,guaranteed", `(?:résultats?|satisfaction|travail) (?:garantie?s?|assurée?s?|100)`, `garantie? (?:à vie|à 100|remboursé)`, `satisfait ou remboursé`, `money back`, `100 ?% (?:free|guaranteed|garanti|gratuit|safe|legit)`, `guaranteed results?`),
	plying("montre,réplique,replica,de luxe", `montres? (?:répliques?|de luxe)`, `répliques? de (?:montres?|sacs?|luxe)`, `replica (?:watches|bags|rolex)`, `sacs (?:et montres )?de luxe`),
	plying("diplôme,permis,passeport,cartes d,sans examen,fake,clone card,counterfeit,passport,driver", `(?:diplômes?|permis de conduire|passeports?|cartes d'identité) (?:enregistrés?|authentiques?|sans examen|à vendre)`, `sans examen`, `fake (?:passports?|diplomas?|id|documents?)`, `clone cards?`, `counterfeit`, `(?:buy|real) (?:passport|driver'?s licen[cs]e)s?`),
	plying("sans cb,gratuit,offert,free ,sans engagement", `sans cb\b`, `inscription gratuite`, `(?:formation|essai|accès|ebook) (?:offerte?|gratuite?)`, `free (?:trial|training|ebook|signup|sign up|registration)`, `sans engagement`),
	plying("essay,paper,dissertation,thesis,homework", `(?:essay|paper|dissertation|thesis) (?:writing|help)(?: service)?`, `write my (?:essay|paper)`, `homework help`),
	plying("frais,colis,customs,parcel,package", `frais de (?:douane|dossier|port) (?:de )?\d`, `(?:réglez|payez) les frais`, `colis (?:est )?(?:bloqué|en attente)`, `customs fee`, `your (?:parcel|package) is (?:on hold|waiting)`),
	plying("stream,gratuit,watch", `stream(?:ing)? (?:hd |gratuit|free|live)`, `(?:match|film)s? en (?:direct|streaming) gratuit`, `watch (?:free|online|live) (?:online|free|hd|here|stream)`),
}

// trade is what one trade says. It is looked for only where one of its stems is.
type trade struct {
	stems []string
	re    *regexp.Regexp
}

// plying makes a trade of stems and phrases in small letters; each phrase
// starts at the beginning of a word.
func plying(stems string, phrases ...string) trade {
	return trade{strings.Split(stems, ","), regexp.MustCompile(`(?:^|[^\pL\pN])(?:` + strings.Join(phrases, "|") + `)`)}
}

func (t trade) plied(lower string) bool {
	return slices.ContainsFunc(t.stems, func(s string) bool { return strings.Contains(lower, s) }) && t.re.MatchString(lower)
}

// pitch reads how many trades a text plies at once, and whether it sends its
// reader elsewhere for it.
func (s *signs) pitch(t linked) {
	lower := strings.ToLower(strings.ReplaceAll(t.whole, "’", "'"))
	n := 0
	for _, p := range pitches {
		if p.plied(lower) {
			n++
		}
	}
	if n >= 2 {
		s.add("pitch", min(float64(n)+0.6, 4.5), strconv.Itoa(n))
	}
	if bait.MatchString(t.whole) && (n > 0 || lure.MatchString(t.whole)) {
		s.add("contact", 2.5, "")
	}
}
