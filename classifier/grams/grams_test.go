package grams

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// trained is the shift of a table of 2^19 places, the one that training fills.
const trained = 32 - 19

func TestFeaturesAreThoseOfTraining(t *testing.T) {
	t.Parallel()
	var f features
	f.read("l'ete a o 😀", trained)
	// As printed by grams.places of the training for the same words.
	chars := []uint32{
		12134, 14180, 24718, 73456, 90721, 92402, 119863, 132202, 138550, 157332, 166669, 188728, 198966, 199046, 248802, 282270,
		284572, 284651, 291380, 313055, 346363, 407844, 443684, 448408, 480048, 500730, 502733,
	}
	tokens := []uint32{38933, 57684, 124676, 170949, 171479, 203181, 207539, 351329, 479485, 487110, 506829}
	if !slices.Equal(f.chars, chars) {
		t.Errorf("character n-grams: got %v", f.chars)
	}
	if !slices.Equal(f.tokens, tokens) {
		t.Errorf("tokens: got %v", f.tokens)
	}
}

// marked makes a model of two labels in which one token weighs for the second.
func marked(t *testing.T, token string, weight int8) *Model {
	t.Helper()
	const places = 1 << 19
	table := make([]byte, places*2)
	var f features
	table[int(f.place(trained, tokenMark, token))*2+1] = byte(weight)
	m, err := New(table, []float64{1, 0.01}, []float64{-3, -2})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLogits(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text string
		want float64
	}{
		"nothing at all":                       {"", -2},
		"a word that says nothing":             {"calm", -2},
		"the word alone":                       {"storm", -2 + 0.01*20*20},
		"a word counts once, over its company": {"storm storm calm", -2 + 0.01*400/math.Sqrt(4)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := marked(t, "storm", 20).Logits(tt.text)
			if math.Abs(got[1]-tt.want) > 1e-9 || got[0] != -3 {
				t.Errorf("got %v, want the biases -3 and %v", got, tt.want)
			}
		})
	}
	if got := marked(t, "storm", -20).Logits("storm")[1]; math.Abs(got - -6) > 1e-9 {
		t.Errorf("a negative weight: got %v, want -6", got)
	}
}

func TestNewRefusesATableThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		bytes       int
		scale, bias []float64
	}{
		"no labels":              {0, nil, nil},
		"a bias too few":         {16, []float64{1, 1}, []float64{0}},
		"half a row":             {15, []float64{1, 1}, []float64{0, 0}},
		"places no power of two": {12, []float64{1, 1}, []float64{0, 0}},
		"no places":              {0, []float64{1, 1}, []float64{0, 0}},
		"a table of six rows":    {6, []float64{1}, []float64{0}},
	} {
		if _, err := New(make([]byte, tt.bytes), tt.scale, tt.bias); err == nil {
			t.Errorf("%s: wanted an error", name)
		}
	}
}

func BenchmarkLogits(b *testing.B) {
	m, err := New(make([]byte, 8<<19), make([]float64, 8), make([]float64, 8))
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("je trouve la conclusion fausse et votre service ne répond jamais ", 5)
	for b.Loop() {
		m.Logits(text)
	}
}
