package classifiertest

import (
	_ "embed" // the texts
	"fmt"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// The texts, one a line: see the files themselves.
var (
	//go:embed testdata/trade.tsv
	tradeFile string
	//go:embed testdata/contrast.tsv
	contrastFile string
	//go:embed testdata/groups.tsv
	groupsFile string
	//go:embed testdata/criticism.tsv
	criticismFile string
	//go:embed testdata/address.tsv
	addressFile string
)

// Case is one comment of the trade, with what a sensible moderator accepts.
type Case struct {
	Family  string
	Accept  []models.Action
	Comment models.Comment
}

// Trade gives the cases of the trade. A faulty line panics: the files are the tests' own.
func Trade() []Case {
	var out []Case
	for _, f := range lines(tradeFile) {
		c := Case{Family: f[0], Comment: models.Comment{Lang: f[1], Text: f[3]}}
		for a := range strings.SplitSeq(f[2], ",") {
			c.Accept = append(c.Accept, models.Action(a))
		}
		for _, known := range f[4:] {
			name, value, _ := strings.Cut(known, "=")
			switch name {
			case "type":
				c.Comment.Type = value
			case "name":
				c.Comment.Author.Name = value
			case "url":
				c.Comment.Author.URL = value
			default:
				panic(fmt.Sprintf("trade.tsv: %q", known))
			}
		}
		out = append(out, c)
	}
	return out
}

// Contrast is a hateful text or one that looks like it and harms nobody.
type Contrast struct {
	Text    string
	Lang    string
	Kind    string
	Hateful bool
}

// perTemplate is how many groups stand in for {g} in each template.
const perTemplate = 4

// Contrasts gives the pairs of hate and its harmless look-alikes.
func Contrasts() []Contrast {
	groups := map[string][]string{}
	for _, f := range lines(groupsFile) {
		groups[f[0]] = append(groups[f[0]], f[1])
	}
	var out []Contrast
	at := 0
	for _, f := range lines(contrastFile) {
		c := Contrast{Lang: f[0], Hateful: f[1] == "1", Kind: f[2], Text: f[3]}
		if !strings.Contains(c.Text, "{g}") {
			out = append(out, c)
			continue
		}
		of := groups[c.Lang]
		for range perTemplate {
			each := c
			each.Text = withGroup(c.Text, of[at%len(of)])
			out = append(out, each)
			at++
		}
	}
	return out
}

// withGroup puts a group into a template; French joins "de" and "à" to its article.
func withGroup(template, group string) string {
	bare := strings.TrimPrefix(group, "les ")
	text := strings.NewReplacer(" de {g}", " des "+bare, " à {g}", " aux "+bare, "{g}", group).Replace(template)
	return strings.ToUpper(text[:1]) + text[1:]
}

// Criticism gives courteous and blunt criticism without an insult, by language.
func Criticism() []models.Comment { return comments(criticismFile) }

// Address gives what people say to one another by name and in the second
// person, without an insult, by language.
func Address() []models.Comment { return comments(addressFile) }

// comments reads a file of languages and texts.
func comments(file string) []models.Comment {
	var out []models.Comment
	for _, f := range lines(file) {
		out = append(out, models.Comment{Lang: f[0], Text: f[1]})
	}
	return out
}

// lines cuts a file into its fields; lines that begin with # are remarks.
func lines(file string) [][]string {
	var out [][]string
	for line := range strings.Lines(file) {
		if line = strings.TrimRight(line, "\n"); line != "" && line[0] != '#' {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}
