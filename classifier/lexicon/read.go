package lexicon

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/normalise"
)

// covered are the labels that the lists speak of. Toxic has no list: what is
// an insult, a threat or the like is toxic.
var covered = []models.Label{
	models.Toxic, models.Insult, models.Threat, models.IdentityAttack, models.Obscene, models.Sexual, models.Spam,
}

// read adds a list. A line is a section, a comment, or a word or phrase:
//
//	[insult 0.9]          the label and weight of what follows
//	# a comment
//	connard(s)            a part in parentheses may be missing
//	{je vais|on va} te    one of several
//	!con(s)               only in texts known to be of the list's language
func (l *Lexicon) read(list, lang string) error {
	var section entry
	for i, line := range strings.Split(list, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			var err error
			if section, err = parseSection(line); err != nil {
				return fmt.Errorf("line %d: %w", i+1, err)
			}
		default:
			if err := l.add(line, section, lang); err != nil {
				return fmt.Errorf("line %d: %w", i+1, err)
			}
		}
	}
	return nil
}

func parseSection(line string) (entry, error) {
	name, weight, _ := strings.Cut(strings.Trim(line, "[]"), " ")
	w, err := strconv.ParseFloat(weight, 64)
	if err != nil || w <= 0 || w > 1 || !models.Label(name).Valid() {
		return entry{}, fmt.Errorf("%q is not a label with a weight from 0 to 1", line)
	}
	return entry{label: models.Label(name), weight: w}, nil
}

// add files every spelling of a line under one entry.
func (l *Lexicon) add(line string, e entry, lang string) error {
	if e.label == "" {
		return fmt.Errorf("%q stands before the first section", line)
	}
	if rest, ok := strings.CutPrefix(line, "!"); ok {
		line, e.only = rest, lang
	}
	for _, spelling := range spellings(line) {
		at := l.root
		for _, w := range split(normalise.Fold(spelling)) {
			if at.next == nil {
				at.next = map[string]*node{}
			}
			if at.next[w.text] == nil {
				at.next[w.text] = &node{}
			}
			at = at.next[w.text]
		}
		if at == l.root {
			return fmt.Errorf("%q has no word", line)
		}
		at.entries = append(at.entries, &e)
	}
	return nil
}

// spellings writes a line with each of its choices, and with and without each
// part in parentheses.
func spellings(line string) []string {
	if head, rest, ok := strings.Cut(line, "{"); ok {
		choices, tail, _ := strings.Cut(rest, "}")
		var out []string
		for c := range strings.SplitSeq(choices, "|") {
			out = append(out, spellings(head+c+tail)...)
		}
		return out
	}
	begin := strings.IndexByte(line, '(')
	if begin < 0 {
		return []string{line}
	}
	end := strings.IndexByte(line[begin:], ')')
	if end < 0 {
		return []string{line}
	}
	head, part, tail := line[:begin], line[begin+1:begin+end], line[begin+end+1:]
	return append(spellings(head+tail), spellings(head+part+tail)...)
}
