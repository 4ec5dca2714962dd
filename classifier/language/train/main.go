// Command train makes weights.tsv of package language from French and English
// texts. The same corpus gives the same weights. It owns how they are counted;
// it refuses to run with the service, which has them inside.
//
//	TAMIS_CORPUS=../shared/data go run ./classifier/language/train > classifier/language/weights.tsv
package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tamis-moderation/tamis/classifier/language"
)

const (
	textsEach = 60_000 // of each source
	features  = 6_000  // that are kept
	rounds    = 3
	minCount  = 20
)

type example struct {
	words  []string
	french bool
}

func main() {
	corpus := os.Getenv("TAMIS_CORPUS")
	if corpus == "" {
		corpus = "../shared/data"
	}
	examples, err := read(filepath.Join(corpus, "unlabelled"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
	write(train(examples))
}

// read takes comments and tweets for the register, debates for the spelling.
func read(dir string) ([]example, error) {
	var out []example
	rng := rand.New(rand.NewPCG(1, 2))
	add := func(text string, french bool) {
		words := language.Words(text)
		if len(words) == 0 {
			return
		}
		// A short piece of most texts: comments are short, and so is the evidence.
		if n := 1 + rng.IntN(12); n < len(words) {
			at := rng.IntN(len(words) - n + 1)
			words = words[at : at+n]
		}
		out = append(out, example{words, french})
	}
	err := lines(filepath.Join(dir, "tweets_fr.txt.gz"), func(l string) { add(l, true) })
	if err != nil {
		return nil, err
	}
	if err := lines(filepath.Join(dir, "comments_en.txt.gz"), func(l string) { add(l, false) }); err != nil {
		return nil, err
	}
	err = lines(filepath.Join(dir, "europarl_en_fr.tsv.gz"), func(l string) {
		en, fr, _ := strings.Cut(l, "\t")
		add(en, false)
		add(fr, true)
	})
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, err
}

// lines calls yield with lines spread over a compressed file.
func lines(file string, yield func(line string)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<20)
	for n := 0; n < 3*textsEach && s.Scan(); n++ {
		if n%3 == 0 {
			yield(s.Text())
		}
	}
	return s.Err()
}

// train fits a logistic model by stochastic gradient with AdaGrad, then again
// on the features that mattered most.
func train(examples []example) map[string]float64 {
	counts := map[string]int{}
	for _, e := range examples {
		each(e, func(f string) { counts[f]++ })
	}
	weights := map[string]float64{}
	for f, n := range counts {
		if n >= minCount {
			weights[f] = 0
		}
	}
	fit(weights, examples)
	names := make([]string, 0, len(weights))
	for f := range weights {
		names = append(names, f)
	}
	matter := func(f string) float64 { return math.Abs(weights[f]) * math.Sqrt(float64(counts[f])) }
	slices.SortFunc(names, func(a, b string) int {
		if x, y := matter(a), matter(b); x != y {
			return int(math.Copysign(1, y-x))
		}
		return strings.Compare(a, b)
	})
	kept := map[string]float64{}
	for _, f := range names[:min(features, len(names))] {
		kept[f] = 0
	}
	fit(kept, examples)
	return kept
}

func fit(weights map[string]float64, examples []example) {
	const rate, decay = 0.2, 1e-6
	squares := map[string]float64{}
	for range rounds {
		for _, e := range examples {
			var sum float64
			each(e, func(f string) { sum += weights[f] })
			gradient := 1 / (1 + math.Exp(-sum))
			if e.french {
				gradient--
			}
			each(e, func(f string) {
				w, ok := weights[f]
				if !ok {
					return
				}
				g := gradient + decay*w
				squares[f] += g * g
				weights[f] = w - rate*g/math.Sqrt(squares[f]+1e-3)
			})
		}
	}
}

func each(e example, yield func(feature string)) {
	for _, w := range e.words {
		language.Features(w, func(f []byte) { yield(string(f)) })
	}
}

func write(weights map[string]float64) {
	names := make([]string, 0, len(weights))
	for f := range weights {
		names = append(names, f)
	}
	slices.Sort(names)
	out := bufio.NewWriter(os.Stdout)
	for _, f := range names {
		fmt.Fprintf(out, "%s\t%.3f\n", f, weights[f])
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
