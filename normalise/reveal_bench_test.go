package normalise

import (
	"strings"
	"testing"
	"time"
)

const (
	plainEnglish = "I don't agree with the article at all, because the numbers it quotes were never published. Could you share the source, please? "
	plainFrench  = "Je ne suis pas d'accord avec cet article, les chiffres sont faux et personne ne les a jamais publiés. Vous avez une source ? "
	mixedScripts = "Le с0nnаrd 𝓭𝓮 𝓼𝓮𝓻𝓿𝓲𝓬𝓮, Москва s\u200ba\u200bl\u200bope ｆｕｌｌ f̶u̶c̶k̶ s.a.l.o.p.e saaaalut c koi b1 ki 👨‍👩‍👧 日本語 العربية. "
)

func BenchmarkReveal(b *testing.B) {
	for name, text := range map[string]string{"ASCII": plainEnglish, "French": plainFrench, "mixed": mixedScripts} {
		text := strings.Repeat(text, 100)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Reveal(text, "fr")
			}
		})
	}
}

// A text ten times as long takes ten times as long, with room for a noisy
// machine: what is quadratic takes a hundred times as long, however often.
func TestRevealTakesLinearTime(t *testing.T) {
	for name, piece := range map[string]string{
		"mixed": mixedScripts, "spelled": "s a l o p e ", "letters": "a ", "points": ".a.a.", "stars": "f*", "marks": "e\u0336", "digits": "a1", "one word": "ab", "drawn out": "aaabbb",
		"signs": "a!", "same sign": "!", "joiners": "\u200d",
	} {
		t.Run(name, func(t *testing.T) {
			short, long := strings.Repeat(piece, 20_000/len(piece)), strings.Repeat(piece, 200_000/len(piece))
			s, l := time.Hour, time.Hour
			for range 40 { // a busy machine needs a few tries for a fair one
				s, l = min(s, took(short)), min(l, took(long))
				if l <= 40*s {
					return
				}
			}
			t.Errorf("%v for ten times the text that takes %v", l, s)
		})
	}
}

func took(text string) time.Duration {
	begin := time.Now()
	Reveal(text, "fr")
	return time.Since(begin)
}
