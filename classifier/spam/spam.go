// Package spam reads the structure around a comment's words: its links, its
// author's name and page, its shape, copies, speed. It owns the weight of each
// sign, and says them by name; it refuses to read the words themselves (the
// transformer does) and to decide.
//
// The score is additive on the logit: every sign has a fixed weight, their sum
// is bounded, and is added to what the words say. The weights are judgement,
// not learned: one sign alone never makes spam of a comment whose words are
// not, two or three together hold it, and what nobody does by accident (a trap
// field, many copies) is enough by itself.
package spam

import (
	"encoding/json"
	"maps"
	"math"
	"strconv"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// Context is what only the store and the site know.
type Context struct {
	Copies   int    // comments of the day with the same text, this one apart; 0 for a text too short to tell
	Recent   int    // comments of the same author or address within the minute before
	Approved int    // of the author's latest comments, those that stand approved
	SiteLang string // the language of the site or thread, BCP 47; empty = any
}

// The sum of all weights is kept within these.
const (
	lowest  = -2.5
	highest = 5.0
)

// unknownSpam is what the words say where no scorer speaks of spam.
const unknownSpam = 0.05

// Features lists what speaks for spam, and what speaks against it, in order.
func Features(c *models.Comment, lang string, x Context) []models.Feature {
	s := signs{}
	text := newText(c.Text)
	s.links(text)
	s.shape(c, text)
	s.pitch(text)
	s.author(c)
	s.habits(c, lang, x)
	s.shouting(text)
	s.goodFaith(text, x)
	return s.found
}

// Score adds the features to a probability of spam. Nothing found changes nothing.
func Score(p float64, features []models.Feature) float64 {
	if len(features) == 0 {
		return p
	}
	sum := 0.0
	for _, f := range features {
		sum += f.Weight
	}
	sum = min(max(sum, lowest), highest)
	p = min(max(p, 1e-6), 1-1e-6)
	return 1 / (1 + math.Exp(-math.Log(p/(1-p))-sum))
}

// Judge sets the spam score of an assessment and names its parts.
func Judge(a *models.Assessment, c *models.Comment, x Context) {
	a.Features = Features(c, a.Lang, x)
	if len(a.Features) == 0 {
		return
	}
	scores := models.Scores{}
	maps.Copy(scores, a.Scores)
	words, ok := scores[models.Spam]
	if !ok {
		words = unknownSpam
	}
	scores[models.Spam] = Score(words, a.Features)
	a.Scores = scores
}

// signs collects features.
type signs struct{ found []models.Feature }

func (s *signs) add(name string, weight float64, value string) {
	if weight != 0 {
		s.found = append(s.found, models.Feature{Name: name, Weight: weight, Value: value})
	}
}

// goodFaith reads what speaks against spam: an author whose comments stand,
// and one link with sentences around it where nothing else is odd. The words'
// own score knows that there is a link, and not to whom.
func (s *signs) goodFaith(t linked, x Context) {
	odd := len(s.found) > 0
	if x.Approved >= 3 {
		s.add("regular", -1, strconv.Itoa(x.Approved))
	}
	if !odd && len(t.hosts) == 1 && len(strings.Fields(t.rest)) >= 8 {
		s.add("modest_link", -1.5, t.hosts[0])
	}
}

// habits reads what is known of how the comment came.
func (s *signs) habits(c *models.Comment, lang string, x Context) {
	if trapped(c.Metadata) {
		s.add("honeypot", 4.5, "")
	}
	if n := x.Recent; n >= 3 {
		s.add("speed", min(0.5*float64(n-2), 4.5), strconv.Itoa(n+1)) // a dozen a minute is a robot
	}
	if n := x.Copies; n >= 1 {
		s.add("copies", min(1+0.7*float64(n-1), 4.5), strconv.Itoa(n))
	}
	if other(lang, x.SiteLang) {
		s.add("language", 0.5, primary(lang))
	}
}

// trapped reports whether the field that people don't see was filled in.
func trapped(metadata []byte) bool {
	if len(metadata) == 0 {
		return false
	}
	var fields map[string]any
	if json.Unmarshal(metadata, &fields) != nil {
		return false
	}
	for _, name := range []string{"honeypot", "honey_pot"} {
		switch v := fields[name].(type) {
		case string:
			if strings.TrimSpace(v) != "" && v != "false" && v != "0" {
				return true
			}
		case bool:
			if v {
				return true
			}
		case float64:
			if v != 0 {
				return true
			}
		}
	}
	return false
}

// other reports two languages that are known and not the same.
func other(a, b string) bool {
	a, b = primary(a), primary(b)
	return a != "" && b != "" && a != "und" && b != "und" && a != b
}

func primary(tag string) string {
	tag, _, _ = strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	return tag
}
