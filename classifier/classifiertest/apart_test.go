package classifiertest

import (
	"os"
	"path/filepath"
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
	compared := 0
	for _, file := range []string{tradeFile, contrastFile, criticismFile} {
		for _, field := range slices.Concat(lines(file)...) {
			text := strings.ToLower(strings.Trim(field, ".!? "))
			if len(strings.Fields(text)) < 3 { // a family's name, a list of actions
				continue
			}
			compared++
			if strings.Contains(trained.String(), text) {
				t.Errorf("%q is a row of training", field)
			}
		}
	}
	if compared < 400 {
		t.Errorf("only %d texts were compared", compared)
	}
}
