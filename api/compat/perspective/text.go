package perspective

import (
	"html"
	"strings"

	"github.com/tamis-moderation/tamis/api/compat"
)

// text is a comment's words and where they stand in what was sent.
type text struct {
	sent  string
	words string
	at    []int // for each byte of words, and their end, the byte in sent; nil = the same
}

func plainText(sent string) text { return text{sent: sent, words: sent} }

// htmlText takes the tags out and reads the entities. A tag that breaks a line
// leaves a line break, any other tag nothing.
func htmlText(sent string) text {
	t := text{sent: sent}
	var words strings.Builder
	put := func(s string, from int) {
		words.WriteString(s)
		for range len(s) {
			t.at = append(t.at, from)
		}
	}
	for i := 0; i < len(sent); {
		switch end := markup(sent, i); {
		case end > i && sent[i] == '<':
			if breaksLine(sent[i:end]) {
				put("\n", i)
			}
			i = end
		case end > i:
			put(html.UnescapeString(sent[i:end]), i)
			i = end
		default:
			put(sent[i:i+1], i)
			i++
		}
	}
	t.at = append(t.at, len(sent))
	t.words = words.String()
	return t
}

// markup gives the end of the tag, comment or entity that begins at i; i when
// none does.
func markup(s string, i int) int {
	rest := s[i:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		if end := strings.Index(rest, "-->"); end >= 0 {
			return i + end + 3
		}
	case strings.HasPrefix(rest, "<") && len(rest) > 1 && (rest[1] == '/' || rest[1] == '!' || letter(rest[1])):
		if end := strings.IndexByte(rest, '>'); end >= 0 {
			return i + end + 1
		}
	case strings.HasPrefix(rest, "&"):
		if end := strings.IndexByte(rest[:min(len(rest), 34)], ';'); end > 1 && html.UnescapeString(rest[:end+1]) != rest[:end+1] {
			return i + end + 1
		}
	}
	return i
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// breaksLine reports whether what a tag begins or ends stands on its own line.
func breaksLine(tag string) bool {
	name := strings.ToLower(strings.Trim(tag, "</>"))
	name, _, _ = strings.Cut(name, " ")
	switch strings.TrimRight(name, "/") {
	case "p", "br", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "hr":
		return true
	}
	return false
}

// units turns a span of the words into UTF-16 offsets in what was sent. Spans
// are asked for in their order; from is where the last one ended.
func (t text) units(s compat.Span, from *position) (begin, end int) {
	b, e := s.Begin, s.End
	if t.at != nil {
		b, e = t.at[s.Begin], t.at[s.End]
	}
	begin = from.move(t.sent, b)
	return begin, from.move(t.sent, e)
}

// position walks through a text once, counting UTF-16 code units.
type position struct{ bytes, units int }

func (p *position) move(sent string, to int) int {
	if to > p.bytes {
		p.units += compat.UTF16(sent[p.bytes:to])
		p.bytes = to
	}
	return p.units
}
