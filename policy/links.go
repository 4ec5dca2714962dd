package policy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/models"
	"golang.org/x/net/idna"
)

// link is one link of a text: its host in canonical form, and its bytes.
type link struct {
	host       string
	begin, end int
}

// The pieces of linkPattern. A scheme may be spelled hxxp and have its slashes
// the wrong way round: readers, and browsers, mend those.
const (
	authority = "(?:[^\\s/?#\\\\\"'<>()\\[\\]{}|^`,;!]+|\\[[0-9a-f:.]+\\])"
	scheme    = `(?:[a-z][a-z0-9+.-]*:[/\\]{2,}|\bhttps?:[/\\]?)`
	markup    = `(?:\bhref\s*=\s*["']?|\]\(\s*<?|\[(?:url|link|img)=["']?|\[(?:url|img)\]\s*)`
)

// linkPattern finds links however they are written: as the target of an HTML,
// Markdown or BBCode link, with a scheme, or with a bare www.
var linkPattern = regexp.MustCompile(`(?i)` +
	markup + `((?:` + scheme + `|[/\\]{2,})?(` + authority + `))` +
	`|(` + scheme + `(` + authority + `))` +
	`|\b(()www\d?\.` + authority + `)`)

// repeated is what stands between the two halves of one marked-up link.
var repeated = regexp.MustCompile(`^(?:["'][^<>\n]{0,200}>|>|\]\(?<?|\])\s*$`)

// barePattern finds what reads like a host name with nothing before it.
var barePattern = regexp.MustCompile(`[\pL\pN\pM\p{Cf}-]+(?:[.。．｡][\pL\pN\pM\p{Cf}-]+)+`)

// findLinks lists the links of a text in order; the two halves of one marked-up
// link (`<a href="U">U</a>`) count once.
func findLinks(text string) []link {
	if !mayLink(text) {
		return nil
	}
	var links []link
	for _, m := range linkPattern.FindAllStringSubmatchIndex(text, -1) {
		l, ok := newLink(text, m)
		if !ok {
			continue
		}
		if n := len(links); n > 0 && follows(text, links[n-1], l) {
			continue
		}
		links = append(links, l)
	}
	return links
}

// follows reports whether b is only a part of a: an address inside its path, or
// its other half in markup.
func follows(text string, a, b link) bool {
	return b.begin < a.end || b.host == a.host && repeated.MatchString(text[a.end:b.begin])
}

// newLink reads one match of linkPattern; it is not ok for what only looks
// like a link: a relative target, a mail address, a word after a colon.
func newLink(text string, m []int) (link, bool) {
	for g := 2; g < len(m); g += 4 {
		whole, host := text[max(0, m[g]):max(0, m[g+1])], text[max(0, m[g+2]):max(0, m[g+3])]
		if whole == "" {
			continue
		}
		if host == "" {
			host = whole
		}
		l := link{host: canonicalHost(host), begin: m[g], end: m[g+1]}
		l.end += pathLength(text[l.end:])
		l.end = l.begin + len(strings.TrimRight(text[l.begin:l.end], ".,;:!?*_~…»’”"))
		bare := !strings.ContainsAny(whole, `/\`)
		relative := bare && !strings.Contains(l.host, ".")
		mail := bare && strings.Contains(host, "@")
		return l, l.host != "" && !relative && !mail
	}
	return link{}, false
}

// mayLink spares most texts the pattern.
func mayLink(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case ':', '[', ']', '=':
			return true
		case 'w', 'W':
			if i+3 < len(text) && strings.EqualFold(text[i:i+3], "www") {
				return true
			}
		}
	}
	return false
}

// pathLength measures what follows a host up to the end of the link.
func pathLength(rest string) int {
	if end := strings.IndexAny(rest, " \t\r\n\"'<>()[]{}|^`"); end >= 0 {
		return end
	}
	return len(rest)
}

// canonicalHost turns an authority into a host that compares: no user, no port,
// lower case, Punycode. It is empty when nothing is left.
func canonicalHost(authority string) string {
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		authority = authority[at+1:]
	}
	if strings.HasPrefix(authority, "[") {
		return strings.ToLower(authority)
	}
	host, _, _ := strings.Cut(authority, ":")
	host = strings.NewReplacer("。", ".", "．", ".", "｡", ".").Replace(host)
	host = strings.Trim(host, ".*…»’”")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	return strings.Trim(strings.ToLower(host), ".")
}

func canonicalHosts(hosts []string) []string {
	canonical := make([]string, 0, len(hosts))
	for _, h := range hosts {
		if h = canonicalHost(strings.TrimPrefix(h, "*.")); h != "" {
			canonical = append(canonical, h)
		}
	}
	return canonical
}

// listed gives the entry of hosts that host is, or is a subdomain of.
func listed(host string, hosts []string) (string, bool) {
	i := slices.IndexFunc(hosts, func(h string) bool {
		return host == h || strings.HasSuffix(host, "."+h)
	})
	if i < 0 {
		return "", false
	}
	return hosts[i], true
}

// counted gives the links that count: all but those to allowed hosts.
func (r *Rules) counted(links []link) []link {
	var counted []link
	for _, l := range links {
		if _, ok := listed(l.host, r.allowed); !ok {
			counted = append(counted, l)
		}
	}
	return counted
}

// linkReasons speaks when there are too many links.
func (r *Rules) linkReasons(m *matter) []models.Reason {
	rule := r.ruleset.Links
	counted := r.counted(m.links)
	var action models.Action
	var limit int
	switch n := len(counted); {
	case rule.RejectAbove > 0 && n > rule.RejectAbove:
		action, limit = models.Reject, rule.RejectAbove
	case rule.HoldAbove > 0 && n > rule.HoldAbove:
		action, limit = models.Hold, rule.HoldAbove
	default:
		return nil
	}
	return []models.Reason{{
		Rule: models.RuleLinks, Action: action, Shadow: rule.Shadow,
		Params:   map[string]string{"count": strconv.Itoa(len(counted)), "limit": strconv.Itoa(limit)},
		Evidence: spansOf(m.comment.Text, counted),
	}}
}

// hostReasons speaks once for each blocked host that the text or the author's
// page leads to. A blocked name counts without any link around it, since many
// forums make one of it.
func (r *Rules) hostReasons(m *matter) []models.Reason {
	if len(r.blocked) == 0 {
		return nil
	}
	found := map[string][]link{}
	var order []string
	note := func(host string, l ...link) {
		blocked, ok := listed(host, r.blocked)
		if !ok {
			return
		}
		if _, known := found[blocked]; !known {
			order = append(order, blocked)
		}
		found[blocked] = append(found[blocked], l...)
	}
	for _, l := range m.links {
		note(l.host, l)
	}
	for _, l := range bareHosts(m.comment.Text, m.links) {
		note(l.host, l)
	}
	note(hostOfURL(m.comment.Author.URL))
	var reasons []models.Reason
	for _, host := range order {
		reasons = append(reasons, models.Reason{
			Rule: models.RuleHost, Action: models.Reject, Shadow: r.ruleset.Links.Shadow,
			Params:   map[string]string{"host": host},
			Evidence: spansOf(m.comment.Text, found[host]),
		})
	}
	return reasons
}

// bareHosts lists what reads like a host outside of links. The name after an @
// is an address, not a link.
func bareHosts(text string, links []link) []link {
	var bare []link
	for _, m := range barePattern.FindAllStringIndex(text, -1) {
		for len(links) > 0 && links[0].end <= m[0] {
			links = links[1:]
		}
		inside := len(links) > 0 && m[0] >= links[0].begin
		if inside || m[0] > 0 && text[m[0]-1] == '@' {
			continue
		}
		bare = append(bare, link{host: canonicalHost(text[m[0]:m[1]]), begin: m[0], end: m[1]})
	}
	return bare
}

// hostOfURL gives the host of an author's page, written with or without scheme.
func hostOfURL(url string) string {
	if links := findLinks(url); len(links) > 0 {
		return links[0].host
	}
	host, _, _ := strings.Cut(strings.TrimLeft(url, "/\\"), "/")
	return canonicalHost(strings.TrimSpace(host))
}

// spansOf turns links into evidence, counting code points once over the text.
func spansOf(text string, links []link) []models.Span {
	var spans []models.Span
	at, runes := 0, 0
	for _, l := range slices.SortedFunc(slices.Values(links), func(a, b link) int { return a.begin - b.begin }) {
		if len(spans) == maxEvidence {
			break
		}
		if l.begin < at {
			continue
		}
		begin := runes + utf8.RuneCountInString(text[at:l.begin])
		end := begin + utf8.RuneCountInString(text[l.begin:l.end])
		spans = append(spans, models.Span{Begin: begin, End: end, Text: text[l.begin:l.end]})
		at, runes = l.end, end
	}
	return spans
}

// Hosts lists the hosts that a text links to, in canonical form and order.
func Hosts(text string) []string {
	var hosts []string
	for _, l := range findLinks(text) {
		if !slices.Contains(hosts, l.host) {
			hosts = append(hosts, l.host)
		}
	}
	return hosts
}
