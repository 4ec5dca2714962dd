package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/tamis-moderation/tamis/models"
)

// longestWord bounds what is indexed as a word, in bytes: a database refuses
// longer ones, and nobody types them.
const longestWord = 128

// Folded gives the words of a text as they are indexed: letters and digits, in
// lower case and without accents.
func Folded(text string) []string {
	var out []string
	for word := range strings.FieldsFuncSeq(norm.NFKD.String(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
	}) {
		word = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return unicode.ToLower(r)
		}, word)
		for len(word) > longestWord {
			n := longestWord
			for !utf8.RuneStart(word[n]) {
				n--
			}
			word = word[:n]
		}
		if word != "" {
			out = append(out, word)
		}
	}
	return out
}

// Document is what of a comment is indexed.
type Document struct {
	Section string
	Text    string
	Author  string
}

// DocumentOf makes the document of a comment.
func DocumentOf(text string, author models.Author, context models.Context) Document {
	return Document{
		Section: context.Section, Text: strings.Join(Folded(text), " "),
		Author: strings.Join(Folded(author.Name+" "+author.Email+" "+author.ID), " "),
	}
}

// ScoreColumns are the columns of the scores, in the order of [models.Labels].
func ScoreColumns() []string {
	var out []string
	for _, l := range models.Labels() {
		out = append(out, ScoreColumn(l))
	}
	return out
}

// ScoreColumn is the column of a label's score. Only a label that is one may be asked for.
func ScoreColumn(l models.Label) string { return "s_" + string(l) }

// term is what a search asks for: words as they stand, the last of which may be
// a beginning.
type term struct {
	words  []string
	prefix bool
}

// terms reads what somebody typed: words, and words in quotes.
func terms(typed string) []term {
	var out []term
	for i, part := range strings.Split(typed, `"`) {
		words := Folded(part)
		if i%2 == 1 { // in quotes
			if len(words) > 0 {
				out = append(out, term{words: words})
			}
			continue
		}
		for _, w := range words {
			out = append(out, term{words: []string{w}, prefix: true})
		}
	}
	return out
}

// FTS5 writes a search for SQLite; empty when it asks for nothing.
func FTS5(text, author string) string {
	var parts []string
	for _, c := range [][2]string{{"text", text}, {"author", author}} {
		for _, t := range terms(c[1]) {
			phrase := c[0] + ` : "` + strings.Join(t.words, " ") + `"`
			if t.prefix {
				phrase += " *"
			}
			parts = append(parts, phrase)
		}
	}
	return strings.Join(parts, " AND ")
}

// TSQuery writes a search for PostgreSQL; empty when it asks for nothing.
func TSQuery(text, author string) string {
	var parts []string
	for _, c := range [][2]string{{"A", text}, {"B", author}} {
		for _, t := range terms(c[1]) {
			words := make([]string, len(t.words))
			for i, w := range t.words {
				words[i] = "'" + w + "':" + c[0]
			}
			if t.prefix {
				words[0] = "'" + t.words[0] + "':*" + c[0]
			}
			parts = append(parts, "("+strings.Join(words, " <-> ")+")")
			if len(words) > 1 {
				parts = append(parts, words...) // the planner guesses the same of every phrase, and knows words
			}
		}
	}
	return strings.Join(parts, " & ")
}
