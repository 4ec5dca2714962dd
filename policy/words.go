package policy

import (
	"strings"
	"unicode"

	"github.com/tamis-moderation/tamis/models"
)

// maxHits bounds the entries of one list that a verdict names.
const maxHits = 10

// wordIndex is a word list made ready: its entries by their first folded word.
type wordIndex struct {
	list   models.WordList
	action models.Action
	byHead map[string][]phrase
}

// phrase is one entry of a list: its folded words, and what stands between them.
type phrase struct {
	entry string // as the list has it
	words []string
	gaps  []string // gaps[i] stands before words[i]
}

// wordActions maps the actions of a list to wishes; watching only says so.
var wordActions = map[string]models.Action{
	"reject": models.Reject,
	"hold":   models.Hold,
	"watch":  models.Allow,
}

func indexWords(l models.WordList) wordIndex {
	x := wordIndex{list: l, action: wordActions[l.Action], byHead: map[string][]phrase{}}
	if x.action == "" {
		x.action = models.Allow
	}
	for _, entry := range l.Words {
		if p, ok := newPhrase(entry); ok {
			x.byHead[p.words[0]] = append(x.byHead[p.words[0]], p)
		}
	}
	return x
}

// newPhrase folds an entry; it is not ok when nothing of it can be found.
func newPhrase(entry string) (phrase, bool) {
	p := phrase{entry: entry}
	last := 0
	for _, t := range tokenise(entry) {
		p.words = append(p.words, t.folded)
		p.gaps = append(p.gaps, strings.TrimSpace(entry[last:t.byteBegin]))
		last = t.byteEnd
	}
	return p, len(p.words) > 0 && p.words[0] != ""
}

// wordReasons speaks once for each entry that stands in the text.
func (r *Rules) wordReasons(m *matter) []models.Reason {
	if len(r.lists) == 0 {
		return nil
	}
	tokens := tokenise(m.comment.Text)
	var reasons []models.Reason
	for _, x := range r.lists {
		if !speaksOf(x.list.Lang, m.assessed.Lang, m.comment.Lang) {
			continue
		}
		reasons = append(reasons, x.find(m.comment.Text, tokens)...)
	}
	return reasons
}

// speaksOf reports whether a list for lang applies to a text. One whose
// language nobody knows is not let off: it may be too short to tell.
func speaksOf(lang, judged, told string) bool {
	if judged == "" {
		judged = told
	}
	primary := func(tag string) string {
		tag, _, _ = strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
		return strings.ToLower(tag)
	}
	return lang == "" || judged == "" || primary(lang) == primary(judged)
}

// find gives a reason for each entry found, with every place as evidence.
func (x *wordIndex) find(text string, tokens []token) []models.Reason {
	var reasons []models.Reason
	spoken := map[string]int{} // entry → index of its reason
	for i := range tokens {
		for _, p := range x.byHead[tokens[i].folded] {
			if !p.at(text, tokens[i:]) {
				continue
			}
			n, known := spoken[p.entry]
			if !known && len(reasons) == maxHits {
				continue
			}
			if !known {
				n = len(reasons)
				spoken[p.entry] = n
				reasons = append(reasons, x.reason(p.entry))
			}
			if len(reasons[n].Evidence) < maxEvidence {
				reasons[n].Evidence = append(reasons[n].Evidence, p.span(text, tokens[i:]))
			}
		}
	}
	return reasons
}

func (x *wordIndex) reason(entry string) models.Reason {
	return models.Reason{
		Rule: models.RuleWord, Action: x.action, Shadow: x.list.Shadow,
		Params: map[string]string{"list": x.list.Name, "word": entry},
	}
}

// at reports whether p stands at the beginning of tokens.
func (p phrase) at(text string, tokens []token) bool {
	if len(tokens) < len(p.words) {
		return false
	}
	for i, w := range p.words {
		if tokens[i].folded != w {
			return false
		}
		if i > 0 && !joins(text[tokens[i-1].byteEnd:tokens[i].byteBegin], p.gaps[i]) {
			return false
		}
	}
	return true
}

func (p phrase) span(text string, tokens []token) models.Span {
	first, last := tokens[0], tokens[len(p.words)-1]
	return models.Span{Begin: first.begin, End: last.end, Text: text[first.byteBegin:last.byteEnd]}
}

// joins reports whether what stands between two words keeps them one phrase:
// spaces, hyphens, apostrophes and underscores do, and so does what the entry
// itself has there. A full stop ends the phrase.
func joins(between, want string) bool {
	for _, r := range between {
		if !unicode.IsSpace(r) && !unicode.In(r, unicode.Pd, unicode.Pc, unicode.Cf) && !strings.ContainsRune("'’ʼ", r) {
			return strings.TrimSpace(between) == want
		}
	}
	return true
}
