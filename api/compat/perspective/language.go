package perspective

import (
	"slices"
	"strings"
)

// languages is what a request says of its languages.
type languages struct {
	asked []string // as sent
	told  string   // the one that the text is judged in; empty = it is detected
	known []string // of asked, those that are judged
}

// maxLanguages bounds what is looked at and given back.
const maxLanguages = 8

// askedLanguages reads the languages of a request. Where several may be meant,
// or none that is known, the text itself tells.
func askedLanguages(asked []string) languages {
	l := languages{}
	for _, tag := range asked {
		if len(l.asked) == maxLanguages {
			break
		}
		if tag = shortened(strings.TrimSpace(tag)); tag == "" {
			continue
		}
		l.asked = append(l.asked, tag)
		if p := primary(tag); supported(p) && !slices.Contains(l.known, p) {
			l.known = append(l.known, p)
		}
	}
	if len(l.known) == 1 && len(l.asked) == 1 {
		l.told = l.known[0]
	}
	return l
}

// foreign reports whether any language asked for is not judged.
func (l languages) foreign() bool {
	return slices.ContainsFunc(l.asked, func(tag string) bool { return !supported(primary(tag)) })
}

func supported(lang string) bool { return lang == "fr" || lang == "en" }

func primary(tag string) string {
	tag, _, _ = strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	return tag
}
