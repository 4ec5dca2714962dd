package lexicon

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
)

func lists(t testing.TB) *Lexicon {
	t.Helper()
	l, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestFind(t *testing.T) {
	t.Parallel()
	l := lists(t)
	tests := map[string]struct {
		text, lang string
		want       []string // the spans' texts
	}{
		"a French insult":               {"Quel connard !", "fr", []string{"connard"}},
		"capitals and accents":          {"ENCULÉ, encule", "fr", []string{"ENCULÉ", "encule"}},
		"one of several choices":        {"Jvais te briser les genoux.", "fr", []string{"Jvais te briser les genoux"}},
		"choices in English":            {"I'll burn your house", "en", []string{"I'll burn your house"}},
		"a plural":                      {"des salauds", "fr", []string{"salauds"}},
		"a phrase":                      {"va te faire foutre", "fr", []string{"va te faire foutre"}},
		"a phrase over hyphens":         {"quel trou-du-cul", "fr", []string{"trou-du-cul"}},
		"a phrase not over a full stop": {"un gros. Con", "und", nil},
		"the longest phrase counts":     {"espèce de con", "fr", []string{"espèce de con"}},
		"an elision":                    {"l'enculé", "fr", []string{"enculé"}},
		"a typographic apostrophe":      {"l’enculé", "fr", []string{"enculé"}},
		"letters drawn out":             {"connaaaard", "fr", []string{"connaaaard"}},
		"a double letter drawn out":     {"asssshole", "en", []string{"asssshole"}},
		"hidden characters inside":      {"conn\u200bard", "fr", []string{"conn\u200bard"}},
		"full-width letters":            {"ｆｕｃｋ you", "en", []string{"ｆｕｃｋ you"}},
		"an English insult":             {"You asshole!", "en", []string{"asshole"}},
		"French words in English":       {"you are a salope", "en", []string{"salope"}},
		"English words in French":       {"t'es un fucking idiot", "fr", []string{"fucking", "idiot"}},
		"a threat without swear words":  {"I know where you live. Watch your back", "en", []string{"I know where you live", "Watch your back"}},
		"cialis is not in spécialiste":  {"un spécialiste des spécialistes", "fr", nil},
		"press is not in WordPress":     {"WordPress, wordpress", "en", nil},
		"cul is not in culture":         {"la culture, une particule", "fr", nil},
		"salope is not in salopette":    {"une salopette bleue", "fr", nil},
		"con is a French word":          {"c'est un con", "fr", []string{"con"}},
		"con is innocent in English":    {"pros and cons, a con artist", "en", nil},
		"con needs a known language":    {"pros and cons", "und", nil},
		"retard is innocent in French":  {"un retard de deux heures", "fr", nil},
		"retard in English":             {"you retard", "en", []string{"retard"}},
		"a region of a language":        {"c'est un con", "fr-CA", []string{"con"}},
		"Dick is a name in French":      {"Philip K. Dick", "fr", nil},
		"bite is innocent in English":   {"one bite at a time", "en", nil},
		"s'attarder is not attardé":     {"je ne m'attarde pas, il demeure ici", "fr", nil},
		"Scunthorpe":                    {"Scunthorpe, Essex, assassin, classic, cockpit, Dickens", "en", nil},
		"courteous disagreement":        {"Je ne suis pas d'accord avec cet article, merci quand même.", "fr", nil},
		"criticism of the company":      {"Leur service est nul, je suis très déçu, remboursez-moi.", "fr", nil},
		"newcomer":                      {"C'est quoi exactement ce métier ? merci", "fr", nil},
		"SMS French":                    {"c koi ce truc, b1 sur ki l parle", "fr", nil},
		"nothing":                       {"", "fr", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, h := range l.Find(tt.text, tt.lang) {
				got = append(got, h.Span.Text)
				if cut := string([]rune(tt.text)[h.Span.Begin:h.Span.End]); cut != h.Span.Text {
					t.Errorf("offsets %d to %d hold %q, not %q", h.Span.Begin, h.Span.End, cut, h.Span.Text)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOffsetsCountCodePoints(t *testing.T) {
	t.Parallel()
	hits := lists(t).Find("😀é\u200b 𝐜𝐨𝐧𝐧𝐚𝐫𝐝 !", "fr")
	if len(hits) != 1 || hits[0].Span.Begin != 4 || hits[0].Span.End != 11 || hits[0].Label != models.Insult {
		t.Errorf("got %+v, want one insult from 4 to 11", hits)
	}
}

func TestScore(t *testing.T) {
	t.Parallel()
	l := lists(t)
	tests := map[string]struct {
		text  string
		label models.Label
		low   float64
		high  float64
	}{
		"an insult is an insult":        {"connard", models.Insult, 0.8, 0.9},
		"and toxic":                     {"connard", models.Toxic, 0.8, 0.9},
		"a mild word less so":           {"merde alors", models.Toxic, 0.5, 0.7},
		"two words more so":             {"connard, enculé", models.Toxic, 0.95, 0.97},
		"the same word twice does not":  {"connard connard connard", models.Toxic, 0.8, 0.9},
		"never certain":                 {"connard enculé salope pute salaud enfoiré", models.Toxic, 0.95, 0.97},
		"spam words are not toxic":      {"cheap viagra", models.Toxic, 0, 0},
		"spam words are spam":           {"cheap viagra", models.Spam, 0.6, 0.9},
		"sexual words are not toxic":    {"porn", models.Toxic, 0, 0},
		"a text without words is clean": {"merci", models.Toxic, 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := l.Score(t.Context(), []classifier.Input{{Text: tt.text, Lang: "und"}})
			if err != nil {
				t.Fatal(err)
			}
			got, ok := s[0][tt.label]
			if !ok || got < tt.low || got > tt.high {
				t.Errorf("%s = %g (%v), want %g to %g", tt.label, got, ok, tt.low, tt.high)
			}
			if len(s[0]) != len(covered) {
				t.Errorf("%d labels, want %d: what is covered always has a score", len(s[0]), len(covered))
			}
		})
	}
}

func TestListsAreReadInFull(t *testing.T) {
	t.Parallel()
	l := &Lexicon{root: &node{}}
	if err := l.read("[insult 0.5]\n# no word\n\nsal(e)(s) type\n!seul", "fr"); err != nil {
		t.Fatal(err)
	}
	for text, lang := range map[string]string{"sal type": "", "sale type": "en", "sals type": "fr", "sales type": "und", "seul": "fr"} {
		if hits := l.Find(text, lang); len(hits) != 1 || hits[0].Label != models.Insult {
			t.Errorf("%q in %q: %+v", text, lang, hits)
		}
	}
	if hits := l.Find("seul", "en"); hits != nil {
		t.Errorf("a word of one language was found in the other: %+v", hits)
	}
}

func TestTheSameWordInBothLists(t *testing.T) {
	t.Parallel()
	l := &Lexicon{root: &node{}}
	for lang, list := range map[string]string{"fr": "[insult 0.5]\n!mot", "en": "[spam 0.5]\n!mot"} {
		if err := l.read(list, lang); err != nil {
			t.Fatal(err)
		}
	}
	for lang, want := range map[string]models.Label{"fr": models.Insult, "en": models.Spam} {
		if hits := l.Find("mot", lang); len(hits) != 1 || hits[0].Label != want {
			t.Errorf("in %s: %+v, want %s", lang, hits, want)
		}
	}
}

func TestFaultyListsNameTheLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ list, says string }{
		"a word before any section": {"\nmot", "line 2"},
		"an unknown label":          {"[nice 0.5]", "line 1"},
		"no weight":                 {"[insult]", "line 1"},
		"a weight over certainty":   {"[insult 1.5]", "line 1"},
		"a word without letters":    {"[insult 0.5]\n---", "line 2"},
	} {
		err := (&Lexicon{root: &node{}}).read(tt.list, "fr")
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v, want %q", name, err, tt.says)
		}
	}
}

// TestFindIsLinear makes the text eight times as long, with words that keep
// the matcher busy.
func TestFindIsLinear(t *testing.T) {
	l := lists(t)
	for name, unit := range map[string]string{
		"phrases that break off": "va te faire va te faire je vais te ", "one long word": "aaaaabbbbb", "hits": "connard ", "drawn out": "connaaaaaard ",
	} {
		t.Run(name, func(t *testing.T) {
			took := func(n int) time.Duration {
				text := strings.Repeat(unit, n)
				best := time.Hour
				for range 5 {
					start := time.Now()
					l.Find(text, "fr")
					best = min(best, time.Since(start))
				}
				return best
			}
			// Quadratic time would be 64 times as much, in every try; a busy
			// machine spoils some.
			var short, long time.Duration
			for range 40 {
				if short, long = took(400), took(3200); long <= 24*short {
					return
				}
			}
			t.Errorf("eight times the text took %v instead of %v", long, short)
		})
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"connard", "va te faire foutre", "l’enculé", "ﬀuck", "\xffcon\xfe", "a\u0301ss", "connaaaard", "x\u200b"} {
		f.Add(s, "fr")
		f.Add(s, "en")
	}
	l := lists(f)
	f.Fuzz(func(t *testing.T, text, lang string) {
		if !utf8.ValidString(text) {
			return
		}
		runes, last := []rune(text), 0
		for _, h := range l.Find(text, lang) {
			if h.Span.Begin < last || h.Span.End <= h.Span.Begin || h.Span.End > len(runes) {
				t.Fatalf("span %d to %d after %d in %d code points", h.Span.Begin, h.Span.End, last, len(runes))
			}
			if string(runes[h.Span.Begin:h.Span.End]) != h.Span.Text {
				t.Fatal("the span's text is not what stands there")
			}
			last = h.Span.End
		}
		scores, err := l.Score(t.Context(), []classifier.Input{{Text: text, Lang: lang}})
		if err != nil {
			t.Fatal(err)
		}
		for label, p := range scores[0] {
			if math.IsNaN(p) || p < 0 || p > 0.97 {
				t.Fatalf("%s = %g", label, p)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	l := lists(b)
	text := strings.Repeat("Je ne suis pas d'accord avec cet article, mais quel connard ce type. ", 4)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		l.Find(text, "fr")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comments/s")
}
