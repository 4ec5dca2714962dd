package normalise

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestReveal(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ lang, text, want string }{
		"words of nothing but look-alikes":      {"en", "I һоре ѕоmеоnе іѕ аѕ сооl", "I hope someone is as cool"},
		"a word of another script beside":       {"fr", "Привет tout le monde, je débute en русский", "Привет tout le monde, je débute en русский"},
		"mixed beside another script":           {"fr", "Жизнь со mеrdе", "Жизнь со merde"},
		"boxes around signs":                    {"fr", "#⃣s⃣e⃞x⃣ t⃣’⃣e⃣s⃞", "#sex t’es"},
		"zero width and soft hyphen":            {"fr", "sa\u200bl\u00adop\u2060e", "salope"},
		"direction marks":                       {"en", "\u202efuck\u202c you", "fuck you"},
		"tag characters":                        {"en", "id\U000e0069\U000e006fiot", "idiot"},
		"full width":                            {"fr", "ｃｏｎｎａｒｄ", "connard"},
		"mathematical letters":                  {"en", "𝓯𝓾𝓬𝓴 𝖞𝖔𝖚", "fuck you"},
		"squared and circled":                   {"en", "🅵🆄🅲🅺 ⓨⓞⓤ", "FUCK you"},
		"small capitals":                        {"en", "ꜰᴜᴄᴋ", "fuck"},
		"superscripts":                          {"en", "ᶠᵘᶜᵏ", "fuck"},
		"Cyrillic inside a Latin word":          {"fr", "соnnаrd", "connard"},
		"Greek inside a Latin word":             {"en", "fυck", "fuck"},
		"piled-up marks":                        {"en", "f\u0334\u0321u\u0309\u0335c\u0337\u0353k\u0336", "fuck"},
		"abuse that looks like a code":          {"fr", "54l0pe 4ssh0l3", "salope asshole"},
		"abuse in Cyrillic alone":               {"en", "you аѕѕ", "you ass"},
		"digits for letters":                    {"fr", "s4l0pe, enf01ré, c0nn4rd", "salope, enfoiré, connard"},
		"signs for letters":                     {"en", "b!tch a$$hole f@ggot sh!t", "bitch asshole faggot shit"},
		"at the beginning":                      {"en", "@sshole $lut 1diot", "asshole slut idiot"},
		"at the end":                            {"fr", "salop3 put3", "salope pute"},
		"capitals stay":                         {"fr", "C0NN4RD", "CONNARD"},
		"spelled with spaces":                   {"fr", "espèce de s a l o p e va", "espèce de salope va"},
		"spelled with points":                   {"fr", "c.o.n et c-o-n-n-a-r-d", "con et connard"},
		"spelled with digits":                   {"fr", "s 4 l 0 p e", "salope"},
		"drawn out":                             {"fr", "saaaalooope connnnaaaard nuuuuul", "salope connard nul"},
		"every letter twice":                    {"fr", "ssaallooppee", "salope"},
		"stars":                                 {"en", "f**k you b*tch, sh*t", "fuck you bitch, shit"},
		"SMS French":                            {"fr", "c koi ce truc, b1 sur ki l parle", "c'est quoi ce truc, bien sur qui elle parle"},
		"SMS French, capital":                   {"fr", "C koi", "C'est quoi"},
		"verlan":                                {"fr", "les keufs sont relous", "les flic sont lourd"},
		"abuse by its initials":                 {"en", "kys loser", "kill yourself loser"},
		"leet and SMS":                          {"fr", "pt1 k0nard", "pt1 connard"},
		"SMS French only in French":             {"en", "c koi ki", "c koi ki"},
		"a word of Russian stays":               {"fr", "Москва слово con", "Москва слово con"},
		"joiners in emoji and Persian stay":     {"fr", "👨‍👩‍👧 می‌خواهم ❤️", "👨‍👩‍👧 می‌خواهم ❤️"},
		"a joiner in Hindi stays":               {"en", "क्‍ष क्षत्रिय", "क्‍ष क्षत्रिय"},
		"flags stay":                            {"fr", "🇫🇷 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 1️⃣", "🇫🇷 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 1️⃣"},
		"names with digits stay":                {"en", "b2b mp3 h1n1 covid19 4x4 mp4 windows10 ps5 utf8 R2D2 C3PO B2B i18n", "b2b mp3 h1n1 covid19 4x4 mp4 windows10 ps5 utf8 R2D2 C3PO B2B i18n"},
		"numbers stay":                          {"fr", "1000 euros, 3,5 %, 12h30, le 14/07/2024, 1er 2ème 20km 5€ 10$ US$", "1000 euros, 3,5 %, 12h30, le 14/07/2024, 1er 2ème 20km 5€ 10$ US$"},
		"addresses stay":                        {"fr", "https://a.example/c0n?x=s4l0pe jean.d4@exemple.fr www.s1te.example @us3r", "https://a.example/c0n?x=s4l0pe jean.d4@exemple.fr www.s1te.example @us3r"},
		"code stays":                            {"en", "x1=arr[i0]; a_b3c /usr/l1b/x aB3xY9Kq deadb33f01 sha256 $AAPL", "x1=arr[i0]; a_b3c /usr/l1b/x aB3xY9Kq deadb33f01 sha256 $AAPL"},
		"initials stay":                         {"fr", "la S.N.C.F. et les U.S.A., Y. A. T.", "la S.N.C.F. et les U.S.A., Y. A. T."},
		"a list stays":                          {"en", "plan a b c d e", "plan a b c d e"},
		"www and Roman numerals stay":           {"fr", "www XXX Louis III, hum...!!! 1000000", "www XXX Louis III, hum...!!! 1000000"},
		"double letters stay":                   {"fr", "une année, création, a book, coopérer, accueillir", "une année, création, a book, coopérer, accueillir"},
		"names of one letter stay":              {"fr", "le langage c est vieux, vitamine c et d, le plan c marche", "le langage c est vieux, vitamine c et d, le plan c marche"},
		"acronyms stay":                         {"fr", "la PR du CC est un PB", "la PR du CC est un PB"},
		"superscripts of French are only plain": {"fr", "Mᵐᵉ", "Mme"},
		"an emoji alone":                        {"fr", "💩", "💩"},
		"nothing":                               {"fr", "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Reveal(tt.text, tt.lang)
			if got.Text != tt.want {
				t.Errorf("Reveal(%q)\n got %q\nwant %q", tt.text, got.Text, tt.want)
			}
			if got.Changed() != (tt.text != tt.want) {
				t.Errorf("Changed() = %v", got.Changed())
			}
		})
	}
}

func TestRegisterIsNotHiding(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"c koi ce truc, ma meuf est relou": true,
		"c koi ce c0nnard":                 false,
		"c koi fdp":                        false,
		"c k\u200boi":                      false,
		"bonjour":                          false,
	} {
		if got := Reveal(text, "fr").Register; got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestRevealKnowsTheWayBack(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, word, want string }{
		"hidden characters": {"dis sa\u200blope va", "salope", "sa\u200blope"},
		"spelled":           {"é s.a.l.o.p.e !", "salope", "s.a.l.o.p.e"},
		"drawn out":         {"oh nuuuuul !", "nul", "nuuuuul"},
		"a short form":      {"dis fdp va", "fils de pute", "fdp"},
		"part of one":       {"dis fdp va", "pute", "p"},
		"digits":            {"dis c0nn4rd !", "connard", "c0nn4rd"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Reveal(tt.text, "fr")
			at := strings.Index(r.Text, tt.word)
			if at < 0 {
				t.Fatalf("%q is not in %q", tt.word, r.Text)
			}
			first := utf8.RuneCountInString(r.Text[:at])
			begin, end := r.Origin(first, first+utf8.RuneCountInString(tt.word))
			if got := string([]rune(tt.text)[begin:end]); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// plainWords are written plainly in both languages and stand for nothing else.
var plainWords = strings.Fields(`the quick brown fox jumps over lazy dog Bonjour merci beaucoup pour cet article book coffee
	Mississippi committee WordPress GitHub 2024 1000 3.14 12:30 14/07/1789 $5 10% b2b mp3 H1N1 COVID-19 U.S.A. e.g. don't l'ami
	c'est aujourd'hui a.b@example.com https://example.org/p4th?q=1 www.example.com :-) ... !!! (ok) "quoted" semi; co-op 1er 20h 5kg
	I am a y`)

func TestPlainASCIIComesBackAsItIs(t *testing.T) {
	t.Parallel()
	gaps := []string{" ", "  ", "\n", ", ", ". "}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		single := 0
		for range rapid.IntRange(0, 40).Draw(t, "words") {
			w := rapid.SampledFrom(plainWords).Draw(t, "word")
			if len(w) > 1 {
				single = 0
			} else if single++; single > 2 {
				continue // a word spelled out
			}
			b.WriteString(w + rapid.SampledFrom(gaps).Draw(t, "gap"))
		}
		for _, lang := range []string{"fr", "en", ""} {
			if got := Reveal(b.String(), lang); got.Text != b.String() || got.Changed() {
				t.Fatalf("%s: %q became %q", lang, b.String(), got.Text)
			}
		}
	})
}

func FuzzReveal(f *testing.F) {
	for _, s := range []string{"s4l0pe", "s a l o p e", "соn", "c koi b1", "f\u0336u\u0336", "👨‍👩‍👧", "\xff\xfe", "f**k", "ssaallooppee", "🇫🇷🇫", "ﬁ ﷺ", "a\u0301\u0301\u0301"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, french bool) {
		lang := "en"
		if french {
			lang = "fr"
		}
		r := Reveal(text, lang)
		if !r.Changed() && r.Text != text {
			t.Fatalf("%q became %q without a word", text, r.Text)
		}
		if !r.Changed() {
			return
		}
		if !utf8.ValidString(r.Text) {
			t.Fatalf("%q is not valid", r.Text)
		}
		n, last := utf8.RuneCountInString(text), 0
		for i := range utf8.RuneCountInString(r.Text) {
			begin, end := r.Origin(i, i+1)
			if begin < last || begin >= end || end > n {
				t.Fatalf("code point %d of %q comes from [%d,%d) of %q", i, r.Text, begin, end, text)
			}
			last = begin
		}
	})
}
