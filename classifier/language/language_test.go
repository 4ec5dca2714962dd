package language

import (
	"strings"
	"testing"
	"time"
)

func detector(t testing.TB) *Detector {
	t.Helper()
	d, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDetect(t *testing.T) {
	t.Parallel()
	d := detector(t)
	for want, texts := range map[string][]string{
		French: {
			"c koi ce truc", "c koi ce truc, b1 sur ki l parle", "quel imbécile", "espèce de con", "t'es nul",
			"ça va", "bonjour", "merci", "mdr", "ptdr t ki", "wsh frr", "va mourir", "connard",
			"j'ai toujours eu du mal à comprendre, merci", "Cool article, j'ai bien aimé", "Merci pour ce feedback",
			"le weekend", "ILS SONT TOUS NULS", "jsuis dac avec toi", "C’est n’importe quoi",
			"@john https://example.com/the-article tout à fait d'accord",
			"The Last of Us est le meilleur jeu auquel j'ai joué",
		},
		English: {
			"yo hamburger", "fuck you", "what a moron", "u suck", "thanks", "nice", "pros and cons", "you are an idiot",
			"I know where you live", "wtf is this", "gonna be gr8", "THIS IS GREAT", "don't",
			"what exactly is this job? thanks", "they are a pain with their English terms",
			"I love the word déjà vu in this sentence",
		},
		Undetermined: {"", "😀", "👍🏽👍🏽", "123 456", "!!!", "https://example.com/le/chemin", "@jean #bonjour", "你好", "ok", "\xff\xfe"},
	} {
		for _, text := range texts {
			if got := d.Detect(text); got != want {
				t.Errorf("Detect(%q) = %s (%.2f), want %s", text, got, d.Evidence(text), want)
			}
		}
	}
}

// A long text or a long word must not cost more than its beginning.
func TestDetectIsBounded(t *testing.T) {
	t.Parallel()
	d := detector(t)
	for name, text := range map[string]string{
		"many words":    strings.Repeat("bonjour à tous ", 5_000),
		"one long word": "bonjour à tous " + strings.Repeat("é", 200_000),
	} {
		start := time.Now()
		if got := d.Detect(text); got != French {
			t.Errorf("%s: %s", name, got)
		}
		if took := time.Since(start); took > 10*time.Second { // quadratic time would take minutes
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func FuzzDetect(f *testing.F) {
	for _, s := range []string{"bonjour", "hello", "\xff", "’", "@", "#", "'''", "a’b"} {
		f.Add(s)
	}
	d := detector(f)
	f.Fuzz(func(t *testing.T, text string) {
		switch got := d.Detect(text); got {
		case French, English, Undetermined:
		default:
			t.Fatalf("Detect = %q", got)
		}
	})
}

func BenchmarkDetect(b *testing.B) {
	d := detector(b)
	text := strings.Repeat("Je ne suis pas d'accord avec l'article. ", 4)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		d.Detect(text)
	}
}
