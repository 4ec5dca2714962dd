package spam

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/tamis-moderation/tamis/models"
)

// trackbackShape is how blogs write the extract of a page that links to them.
var trackbackShape = regexp.MustCompile(`^\s*\[?(?:\[?(?:…|\.\.\.|&#8230;|&hellip;)\]?)[\s\S]+\[?(?:…|\.\.\.|&#8230;|&hellip;)\]?\s*$`)

// bait invites to write somewhere else; lure says what for.
var (
	bait = regexp.MustCompile(`(?i)\b(?:whats?\s?app|telegram|t\.me/|wa\.me/|signal app|contact(?:ez)?[- ](?:me|moi|him|her|le|la)|écrivez[- ](?:moi|lui)|dm me|inbox me|text me|email (?:me|him|her)|gmail\.com)`)
	lure = regexp.MustCompile(`(?i)(?:\b(?:earn|earning|profit|invest|investment|investor|loan|prêt|prêteur|crédit|gagn(?:er|ez|é)|rendement|bénéfices?|bitcoin|crypto|forex|trading|trader|recover(?:y|ed)? (?:my |your |the )?(?:funds?|money)|hacker|spell caster|retour affectif|marabout|voyant|lottery|loterie|héritage|weekly|per week|par semaine|par jour)\b|[$€£]\s?\d{3,}|\d{3,}\s?(?:[$€£]|euros?|dollars|usd|eur)\b)`)
)

// sums are amounts and percentages.
var sums = regexp.MustCompile(`[$€£]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£%])`)

// shape reads what kind of comment it is. Half of the trackbacks are real:
// what else speaks decides.
func (s *signs) shape(c *models.Comment, t linked) {
	kind := strings.ToLower(c.Type)
	if kind == "trackback" || kind == "pingback" || trackbackShape.MatchString(c.Text) {
		s.add("trackback", 0.4, "")
	}
}

// nameWords are what an author is called who is none.
var nameWords = strings.Fields(`cheap buy best online free casino viagra cialis pills loan loans payday credit seo marketing agency
	service services escort escorts poker slots betting replica watches essay writing pharmacy hosting insurance lawyer plumber
	locksmith download coupon discount crypto bitcoin forex pas cher acheter achat vente prêt crédit voyance marabout serrurier plombier
	rencontre dépannage devis rachat assurance mutuelle`)

// author reads the name and the page of the author as advertising.
func (s *signs) author(c *models.Comment) {
	name := strings.TrimSpace(c.Author.Name)
	host := ""
	if m := linkPattern.FindStringSubmatch(c.Author.URL); m != nil {
		host = canonical(m[1] + m[2])
	}
	pieces := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	known := 0
	for _, p := range pieces {
		if slices.Contains(nameWords, p) {
			known++
		}
	}
	small := name == strings.ToLower(name)
	switch {
	case known >= 2, known == 1 && len(pieces) >= 2 && small, strings.Contains(name, "://"), strings.Contains(strings.ToLower(name), "www."):
		s.add("author_keyword", 1.8, clip(name))
	case len(pieces) >= 3 && small && host != "" && len(name) >= 15:
		s.add("author_keyword", 0.9, clip(name))
	}
	if w := suspicious(host); w > 0.5 {
		s.add("author_host", w, host)
	}
}

// clip keeps a name from filling a reason.
func clip(name string) string {
	if runes := []rune(name); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return name
}

// shouting reads sums, percentages and capitals.
func (s *signs) shouting(t linked) {
	n, loud := len(sums.FindAllStringIndex(t.rest, 20)), strings.Count(t.rest, "!")
	if n >= 2 && loud >= 2 || n >= 1 && strings.Contains(t.rest, "!!!") {
		s.add("money", 0.9, "")
	}
	upper, letters := 0, 0
	for _, r := range t.rest {
		if unicode.IsLetter(r) {
			letters++
			if unicode.IsUpper(r) {
				upper++
			}
		}
	}
	// Capitals are how some people write: they count beside a link alone.
	if letters >= 30 && upper*2 > letters && len(t.hosts) > 0 {
		s.add("capitals", 0.4, "")
	}
}
