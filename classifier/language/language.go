// Package language tells French from English in comments: short, misspelt,
// mixed. It owns the question "which of the two, or can't one tell"; it refuses
// to name any other language.
package language

import (
	_ "embed" // the weights
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// What Detect answers.
const (
	French       = "fr"
	English      = "en"
	Undetermined = "und"
)

//go:embed weights.tsv
var weights string

const (
	// maxWords bounds the work: the rest of a longer text says nothing new.
	maxWords = 200
	// undecided is the evidence, in log odds, below which one can't tell.
	undecided = 0.7
)

// Detector is a logistic model over the words of a text and their pieces. It
// is safe for concurrent use.
type Detector struct{ weights map[string]float64 }

// New reads the weights in the binary. Above 0 speaks for French.
func New() (*Detector, error) {
	d := &Detector{weights: map[string]float64{}}
	for i, line := range strings.Split(strings.TrimSpace(weights), "\n") {
		feature, value, _ := strings.Cut(line, "\t")
		w, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, fmt.Errorf("language: weights.tsv: line %d: %w", i+1, err)
		}
		d.weights[feature] = w
	}
	return d, nil
}

// Detect answers [French], [English] or, without enough evidence, [Undetermined].
func (d *Detector) Detect(text string) string {
	switch e := d.Evidence(text); {
	case e > undecided:
		return French
	case e < -undecided:
		return English
	default:
		return Undetermined
	}
}

// Evidence sums what speaks for French (above 0) or English, in log odds.
func (d *Detector) Evidence(text string) float64 {
	var sum float64
	for _, w := range Words(text) {
		Features(w, func(feature []byte) { sum += d.weights[string(feature)] })
	}
	return sum
}

// Words cuts a text into lower-case words without links, names and digits.
func Words(text string) []string {
	var words []string
	for field := range strings.FieldsSeq(text) {
		if strings.ContainsAny(field[:1], "@#") || strings.Contains(field, "://") || strings.HasPrefix(field, "www.") {
			continue
		}
		for _, w := range strings.FieldsFunc(strings.ToLower(field), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' }) {
			words = append(words, strings.ReplaceAll(strings.Trim(w, "'’"), "’", "'"))
			if len(words) == maxWords {
				return words
			}
		}
	}
	return words
}

// maxWordBytes bounds what is looked at of one word.
const maxWordBytes = 40

// Features calls yield with each feature of a word: the word itself and its
// pieces of 1 to 4 letters with its edges marked. The slice is reused.
func Features(word string, yield func(feature []byte)) {
	if word == "" {
		return
	}
	if len(word) > maxWordBytes {
		word = strings.ToValidUTF8(word[:maxWordBytes], "")
	}
	buf := []byte("=" + word)
	yield(buf)
	marked := []rune("^" + word + "$")
	for n := 1; n <= 4; n++ {
		for i := 0; i+n <= len(marked); i++ {
			if piece := string(marked[i : i+n]); piece != "^" && piece != "$" {
				yield(append(buf[:0], piece...))
			}
		}
	}
}
