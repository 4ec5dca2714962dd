package spam

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// linkPattern finds addresses; the host is the second part.
var linkPattern = regexp.MustCompile(`(?i)(?:https?|hxxps?|ftp)://([^\s/?#"'<>()\[\]]+)[^\s"'<>\[\]]*|\bwww\.([^\s/?#"'<>()\[\]]+)[^\s"'<>\[\]]*`)

// markupPattern finds links in the markup of pages and boards.
var markupPattern = regexp.MustCompile(`(?i)<a\s[^>]{0,300}href|\[(?:url|link)[=\]]`)

var tagPattern = regexp.MustCompile(`(?i)</?a\b[^>]{0,400}>|\[/?(?:url|link)(?:=[^\]]{0,400})?\]`)

// linked is a text with its links told apart.
type linked struct {
	whole  string
	rest   string   // without links and their markup
	hosts  []string // of each link, in order
	markup int
}

func newText(text string) linked {
	l := linked{whole: text, rest: text}
	if !strings.Contains(text, "://") && !strings.Contains(strings.ToLower(text), "www.") {
		return l
	}
	l.markup = len(markupPattern.FindAllStringIndex(text, 200))
	seen := map[string]bool{}
	for _, m := range linkPattern.FindAllStringSubmatch(text, 500) {
		host := m[1] + m[2]
		address := strings.TrimRight(strings.ToLower(m[0]), ".,;:!?)/")
		if !seen[address] { // [url=X]X[/url] is one link
			seen[address] = true
			l.hosts = append(l.hosts, canonical(host))
		}
	}
	l.rest = linkPattern.ReplaceAllString(tagPattern.ReplaceAllString(text, " "), " ")
	return l
}

// canonical is a host without user, port and www.
func canonical(host string) string {
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	return strings.TrimPrefix(strings.Trim(host, "."), "www.")
}

// shorteners hide where a link leads. Those of one platform for itself are not here.
var shorteners = []string{
	"bit.ly", "tinyurl.com", "goo.gl", "ow.ly", "is.gd", "buff.ly", "cutt.ly", "rb.gy", "shorturl.at", "t.ly", "tiny.cc", "adf.ly",
	"bc.vc", "shorte.st", "rebrand.ly", "s.id", "v.gd", "clck.ru", "soo.gd", "bl.ink", "lnkd.in", "urlz.fr", "u.to", "vk.cc", "linktr.ee",
}

// hostWords are what spam calls its sites, by the pieces between signs.
var hostWords = strings.Fields(`casino casinos viagra cialis pills pharmacy pharma poker betting bets slots loan loans payday credit
	crypto bitcoin btc forex porn xxx sex escort escorts dating cam cams seo backlink backlinks replica replicas watches rolex
	cheap discount coupon promo buy essay essays pariez paris-sportifs pret prets credits rachat voyance voyant marabout`)

// strongWords are those that hardly any other site has inside its name; cialis
// is not one, for all the specialists, nor are replica and steroid.
var strongWords = []string{"casino", "viagra", "pharmacy", "payday", "backlink", "escort", "cheap", "poker", "porn", "forex", "levitra", "gambling", "betting", "marabout"}

// oddEndings are top-level domains that are given away and used once.
var oddEndings = []string{"top", "xyz", "click", "loan", "win", "bid", "download", "stream", "gq", "cf", "tk", "ml", "ga", "icu", "cyou", "rest", "buzz", "monster", "sbs", "cam", "casino", "bet", "poker", "xxx", "date", "racing", "review"}

// suspicious weighs a host by its name.
func suspicious(host string) float64 {
	weight := 0.0
	for _, w := range strongWords {
		if strings.Contains(host, w) {
			weight = 1.6
			break
		}
	}
	pieces := strings.FieldsFunc(host, func(r rune) bool { return r == '.' || r == '-' || r >= '0' && r <= '9' })
	if weight == 0 && slices.ContainsFunc(pieces, func(p string) bool { return slices.Contains(hostWords, p) }) {
		weight = 1
	}
	if n := len(pieces); n > 1 && slices.Contains(oddEndings, pieces[n-1]) {
		weight += 0.5
	}
	// le-blog-de-marie.fr is how people name their pages, too.
	if n := strings.Count(host, "-"); n >= 3 || n == 2 && weight > 0 {
		weight += 0.4
	}
	return weight
}

// links reads how many links there are, where they lead and what is around them.
func (s *signs) links(t linked) {
	n := len(t.hosts)
	if n == 0 {
		return
	}
	if n > 1 { // one link is how people show their source
		s.add("links", min(0.4*float64(n-1), 2), strconv.Itoa(n))
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(t.hosts)))
	if len(distinct) >= 4 {
		s.add("hosts", 0.5, strconv.Itoa(len(distinct)))
	}
	for _, h := range distinct {
		if slices.Contains(shorteners, h) {
			s.add("shortener", 1.2, h)
			break
		}
	}
	worst, worstHost := 0.0, ""
	for _, h := range distinct {
		if w := suspicious(h); w > worst {
			worst, worstHost = w, h
		}
	}
	s.add("host_words", worst, worstHost)
	if words := utf8.RuneCountInString(strings.Join(strings.Fields(t.rest), " ")); words < 15*n {
		s.add("link_text", 0.6, "")
	}
	if t.markup > 0 {
		s.add("markup", min(0.5+0.4*float64(t.markup), 1.7), strconv.Itoa(t.markup))
	}
}
