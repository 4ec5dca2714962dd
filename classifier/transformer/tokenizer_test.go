package transformer

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/classifier/weights"
)

// shipped opens the embedded weights.
func shipped(t testing.TB) *weights.Bundle {
	t.Helper()
	b, err := weights.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func shippedTokenizer(t testing.TB) *tokenizer {
	t.Helper()
	tok, err := newTokenizer(shipped(t).Vocab)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// TestTokenizerEqualsTheReference compares with ids of the Hugging Face
// tokenizers library for hand-made and random strings of many scripts.
func TestTokenizerEqualsTheReference(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/reference.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	tok, n := shippedTokenizer(t), 0
	for s := bufio.NewScanner(z); s.Scan(); n++ {
		var row struct {
			Text string
			IDs  []uint32
		}
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if got := tok.ids(row.Text); !slices.Equal(got, row.IDs) {
			t.Errorf("%q:\n got %v\nwant %v", row.Text, got, row.IDs)
		}
	}
	if n < 700 {
		t.Errorf("only %d strings were compared", n)
	}
}

func TestTokenizer(t *testing.T) {
	t.Parallel()
	tok, err := newTokenizer([]string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##believ", "##able", "[", "]", "sep", "a", "##a", "中", "é"})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		text string
		want []uint32
	}{
		"pieces of a word":                {"Unbelievable", []uint32{5, 6, 7}},
		"a part that is no piece":         {"unbelievably", []uint32{1}},
		"a special token is only letters": {"[SEP]", []uint32{8, 10, 9}},
		"an accent is taken off":          {"À", []uint32{11}},
		"a hundred characters":            {strings.Repeat("a", 100), append([]uint32{11}, slices.Repeat([]uint32{12}, 99)...)},
		"a hundred and one":               {strings.Repeat("a", 101), []uint32{1}},
		"a Chinese character is a word":   {"a中a", []uint32{11, 13, 11}},
		"hidden characters":               {"u\u200bn", []uint32{5}},
		"only hidden characters":          {"\u200b\ufeff\x00", nil},
		"only space":                      {" \t\n\u3000", nil},
		"nothing":                         {"", nil},
		"invalid UTF-8 is dropped":        {"\xffun\xfe", []uint32{5}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tok.ids(tt.text); !slices.Equal(got, tt.want) {
				t.Errorf("ids(%q) = %v, want %v", tt.text, got, tt.want)
			}
		})
	}
}

func TestTokenizerRefusesAnotherVocabulary(t *testing.T) {
	t.Parallel()
	for name, vocab := range map[string][]string{
		"empty": nil, "too short": {"[PAD]", "[UNK]"}, "other order": {"a", "b", "c", "d", "e", "[UNK]"},
	} {
		if _, err := newTokenizer(vocab); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// TestTokenizerIsLinear makes the text eight times as long and allows a
// generous factor: a quadratic tokenizer would take sixty-four times as long.
func TestTokenizerIsLinear(t *testing.T) {
	tok := shippedTokenizer(t)
	for name, unit := range map[string]string{
		"words": "les commentaires sont ouverts ", "one long word": "abcdefghij", "repeats": "aaaaaaaaaa", "accents": "éèêëàâäôöû ", "unknown": "xqzj🜁🜂 ",
	} {
		t.Run(name, func(t *testing.T) {
			took := func(n int) time.Duration {
				text := strings.Repeat(unit, n)
				best := time.Hour
				for range 5 {
					start := time.Now()
					tok.ids(prepare(text))
					best = min(best, time.Since(start))
				}
				return best
			}
			// Quadratic time would be 64 times as much, in every try; a busy
			// machine spoils some.
			var short, long time.Duration
			for range 40 {
				if short, long = took(500), took(4000); long <= 24*short {
					return
				}
			}
			t.Errorf("eight times the text took %v instead of %v", long, short)
		})
	}
}

func TestPrepare(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"plain text is left alone":  {"Bonjour, wow à tous", "Bonjour, wow à tous"},
		"a link":                    {"see HTTPS://a.example/x?y=1 now", "see  http  now"},
		"a bare host":               {"www.a.example", " http "},
		"a name":                    {"@Jean_é: salut", "@user: salut"},
		"an at sign alone":          {"a @ b", "a @ b"},
		"four of a kind are three":  {"nooooon!!!!!", "nooon!!!"},
		"three of a kind stay":      {"nooon", "nooon"},
		"two runs":                  {"aaaabbbbc", "aaabbbc"},
		"runs of wider characters":  {"éééééa😀😀😀😀", "éééa😀😀😀"},
		"invalid bytes are one run": {"\xff\xff\xff\xff\xffa", "\xff\xff\xffa"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := prepare(tt.text); got != tt.want {
				t.Errorf("prepare(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func FuzzTokenizer(f *testing.F) {
	for _, s := range []string{"[SEP] [MASK]", "[PAD][CLS]", "éÉ", "中文", "\xff", "##ing", "a\u0301", "İ", "http://x @y", strings.Repeat("a", 200)} {
		f.Add(s)
	}
	words := shipped(f).Vocab
	f.Add(words[len(words)-1])
	tok := shippedTokenizer(f)
	f.Fuzz(func(t *testing.T, text string) {
		ids := tok.ids(prepare(text))
		if len(ids) > 3*len(text)+2 {
			t.Fatalf("%d tokens of %d bytes", len(ids), len(text))
		}
		for _, id := range ids {
			if id != unknownID && id < firstWord || int(id) >= len(words) {
				t.Fatalf("id %d", id)
			}
		}
		if again := tok.ids(prepare(text)); !slices.Equal(ids, again) {
			t.Fatal("the same text gave other ids")
		}
		if upper := tok.ids(strings.ToUpper("hello ") + text); len(upper) == 0 || upper[0] != tok.ids("hello")[0] {
			t.Fatal("what follows changed the first word")
		}
	})
}
