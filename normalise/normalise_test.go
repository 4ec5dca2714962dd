package normalise

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"ASCII changes only its case":      {"Hello, WORLD! [x] @ ~", "hello, world! [x] @ ~"},
		"accents go":                       {"Éternel À L'ÊTRE ñ ç", "eternel a l'etre n c"},
		"combining accents go":             {"e\u0301te\u0301", "ete"},
		"ligatures open":                   {"Œuf ﬁn ßtraße Ægir", "oeuf fin sstrasse aegir"},
		"typographic apostrophe is plain":  {"l’été", "l'ete"},
		"zero width and soft hyphen go":    {"co\u200bnn\u00adard\ufeff", "connard"},
		"direction marks go":               {"\u202eabc\u202c", "abc"},
		"full-width letters become plain":  {"ＣＯＮ！", "con!"},
		"mathematical letters are plain":   {"𝐟𝓾𝖈𝗸", "fuck"},
		"circled letters are plain":        {"ⓕⓤⓒⓚ", "fuck"},
		"Greek and Cyrillic stay themself": {"Мама σοφία", "мама σοφια"},
		"emoji stay, selectors go":         {"❤\ufe0f😀", "❤😀"},
		"nothing":                          {"", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := String(tt.text); got != tt.want {
				t.Errorf("String(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestFoldKeepsTheWayBack(t *testing.T) {
	t.Parallel()
	f := Fold("a\u200bœÉ")
	if got, want := string(f.Runes), "aoee"; got != want {
		t.Fatalf("folded to %q, want %q", got, want)
	}
	for i, want := range []int{0, 2, 2, 3} {
		if f.At[i] != want {
			t.Errorf("rune %d comes from code point %d, want %d", i, f.At[i], want)
		}
	}
}

func TestVisible(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"ASCII is left alone":            {"Hello, [SEP] WORLD\t\x01", "Hello, [SEP] WORLD\t\x01"},
		"accents and case stay":          {"Été À l’aise", "Été À l’aise"},
		"hidden characters go":           {"fu\u200bc\u00adk \u2060you", "fuck you"},
		"full-width letters are plain":   {"ＦＵＣＫ", "FUCK"},
		"fractions and ligatures stay":   {"½ ﬁ ①", "½ ﬁ ①"},
		"mathematical letters are plain": {"𝐅𝐮", "Fu"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Visible(tt.text); got != tt.want {
				t.Errorf("Visible(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Été", "ＣＯＮ", "a\u200bb", "\xff", "ﷺ", "e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		folded := Fold(text)
		if len(folded.Runes) != len(folded.At) {
			t.Fatalf("%d runes with %d origins", len(folded.Runes), len(folded.At))
		}
		last, count := 0, utf8.RuneCountInString(text)
		for _, at := range folded.At {
			if at < last || at >= count {
				t.Fatalf("origin %d after %d in a text of %d", at, last, count)
			}
			last = at
		}
		if isASCII(text) && string(folded.Runes) != strings.ToLower(text) {
			t.Fatalf("ASCII changed in more than its case: %q", string(folded.Runes))
		}
		if isASCII(text) && Visible(text) != text {
			t.Fatal("ASCII is not left alone")
		}
		if again := Visible(Visible(text)); again != Visible(text) {
			t.Fatalf("a second time changes %q again to %q", Visible(text), again)
		}
	})
}
