package classifiertest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTextsAreNotTrainedOn holds the hand-written texts apart from the rows that
// training makes by rule.
func TestTextsAreNotTrainedOn(t *testing.T) {
	t.Parallel()
	recipes, err := filepath.Glob("../../training/tamis_training/*.py")
	if err != nil || len(recipes) == 0 {
		t.Fatalf("no recipes to compare with: %v", err)
	}
	var trained strings.Builder
	for _, file := range recipes {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		trained.WriteString(strings.ToLower(string(raw)))
	}
	frames := framesOf(trained.String())
	compared := 0
	for _, file := range []string{tradeFile, contrastFile, criticismFile, addressFile} {
		for _, field := range slices.Concat(lines(file)...) {
			text := strings.ToLower(strings.Trim(field, ".!? "))
			if len(strings.Fields(text)) < 3 { // a family's name, a list of actions
				continue
			}
			compared++
			if strings.Contains(trained.String(), text) {
				t.Errorf("%q is a row of training", field)
			}
			if near := frames.nearest(text); near != "" {
				t.Errorf("%q is too near to %q of training", field, near)
			}
		}
	}
	if compared < 400 {
		t.Errorf("only %d texts were compared", compared)
	}
}

// frameSet holds the words of each string of the recipes, slots left out.
type frameSet map[string]map[string]bool

var (
	literal = regexp.MustCompile(`"((?:[^"\\\n]|\\.)*)"`)
	slot    = regexp.MustCompile(`\{\w\}`)
	word    = regexp.MustCompile(`[\pL\pN]+`)
)

func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for _, w := range word.FindAllString(slot.ReplaceAllString(text, " "), -1) {
		words[w] = true
	}
	return words
}

func framesOf(recipes string) frameSet {
	frames := frameSet{}
	for _, m := range literal.FindAllStringSubmatch(recipes, -1) {
		if words := wordsOf(m[1]); len(words) >= 5 {
			frames[m[1]] = words
		}
	}
	return frames
}

// nearest gives a frame that shares more than half of its words with a text; empty = none.
func (f frameSet) nearest(text string) string {
	words := wordsOf(text)
	if len(words) < 4 {
		return ""
	}
	for frame, other := range f {
		shared := 0
		for w := range other {
			if words[w] {
				shared++
			}
		}
		if float64(shared) > 0.5*float64(len(words)+len(other)-shared) {
			return frame
		}
	}
	return ""
}
