package transformer

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/tamis-moderation/tamis/classifier/grams"
	"github.com/tamis-moderation/tamis/classifier/weights"
)

// openGrams gives the linear voice of a bundle, nil where it has none.
func openGrams(b *weights.Bundle) (*grams.Model, error) {
	if b.Manifest.Grams == nil {
		return nil, nil
	}
	m, err := grams.New(b.Grams, b.Manifest.Grams.Scales, b.Manifest.Grams.Biases)
	if err != nil {
		return nil, fmt.Errorf("the linear voice: %w", err)
	}
	return m, nil
}

// linear gives the linear voice's logits of a prepared text, zeros where there
// is no such voice.
func (s *Scorer) linear(text string) []float64 {
	if s.grams == nil {
		return make([]float64, len(s.manifest.Labels))
	}
	return s.grams.Logits(bare(text))
}

// bare gives a text in lower case, without accents and unseen characters.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, clean(text))
}

// testGrams compares the linear voice with the golden texts.
func (s *Scorer) testGrams(golden []weights.Golden) error {
	if s.grams == nil {
		return nil
	}
	got, want := make([][]float64, len(golden)), make([][]float64, len(golden))
	for i, g := range golden {
		got[i], want[i] = s.linear(prepare(g.Text)), g.Grams
	}
	if err := near(got, want, goldenTolerance); err != nil {
		return fmt.Errorf("the linear voice: %w", err)
	}
	return nil
}
