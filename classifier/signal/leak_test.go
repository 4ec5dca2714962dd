package signal

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/models"
)

// found writes finds as "kind text".
func found(signals []models.Signal) []string {
	var out []string
	for _, s := range signals {
		out = append(out, s.Kind+" "+s.Span.Text)
	}
	return out
}

func TestLeaks(t *testing.T) {
	t.Parallel()
	token := strings.Repeat("a1B2", 9)
	tests := map[string]struct {
		text string
		want []string
	}{
		"IBAN":                          {"mon iban FR7630006000011234567890189 merci", []string{"iban FR7630006000011234567890189"}},
		"IBAN in groups":                {"RIB : FR76 3000 6000 0112 3456 7890 189, vite", []string{"iban FR76 3000 6000 0112 3456 7890 189"}},
		"IBAN, a word behind it":        {"GB82 WEST 1234 5698 7654 32 is mine", []string{"iban GB82 WEST 1234 5698 7654 32"}},
		"IBAN in small letters":         {"de89 3704 0044 0532 0130 00", []string{"iban de89 3704 0044 0532 0130 00"}},
		"IBAN with a wrong digit":       {"FR7630006000011234567890188", nil},
		"no country":                    {"XX82WEST12345698765432", nil},
		"NIR":                           {"mon numéro de sécu : 2 55 08 14 168 025 38", []string{"nir 2 55 08 14 168 025 38"}},
		"NIR in one piece":              {"255081416802538", []string{"nir 255081416802538"}},
		"NIR of South Corsica":          {"1 85 05 2A 004 012 " + corsica("185052A004012"), []string{"nir 1 85 05 2A 004 012 " + corsica("185052A004012")}},
		"NIR of Upper Corsica":          {"285052B004012" + corsica("285052B004012"), []string{"nir 285052B004012" + corsica("285052B004012")}},
		"NIR with a wrong key":          {"2 55 08 14 168 025 39", nil},
		"card":                          {"ma carte 4111 1111 1111 1111 exp 12/27", []string{"card 4111 1111 1111 1111"}},
		"card in one piece":             {"5555555555554444", []string{"card 5555555555554444"}},
		"card of another shape":         {"3782 822463 10005", []string{"card 3782 822463 10005"}},
		"card with hyphens":             {"4111-1111-1111-1111", []string{"card 4111-1111-1111-1111"}},
		"card that does not add up":     {"4111 1111 1111 1112", nil},
		"no issuer":                     {"9111 1111 1111 1111", nil},
		"an order that adds up":         {"commande n° 4111111111111111", nil},
		"a tracking number":             {"tracking number: 4111 1111 1111 1111", nil},
		"an ISBN":                       {"ISBN 978-2-07-036822-8", nil},
		"a French telephone":            {"appelle-moi au 06 12 34 56 78 !", []string{"phone 06 12 34 56 78"}},
		"a telephone with points":       {"01.23.45.67.89", []string{"phone 01.23.45.67.89"}},
		"an international telephone":    {"call +44 20 7946 0958 now", []string{"phone +44 20 7946 0958"}},
		"French from abroad":            {"+33 (0)6 12 34 56 78", []string{"phone +33 (0)6 12 34 56 78"}},
		"an American telephone":         {"(415) 555-0132", []string{"phone (415) 555-0132"}},
		"an order is no telephone":      {"ma commande 0612345678", nil},
		"a date and a price":            {"le 12/05/2024 à 10:30, 1 299,99 euros, 01-02-2024", nil},
		"a version":                     {"version 1.2.3.4.5.6.7.8.9.10", nil},
		"e-mail":                        {"écris à jean.dupont+x@mail.exemple.org.", []string{"email jean.dupont+x@mail.exemple.org"}},
		"a sample e-mail":               {"toi@example.com", nil},
		"a name after @":                {"@jean salut, rdv @ midi", nil},
		"AWS":                           {"key AKIAIOSFODNN7EXAMPLE", []string{"secret AKIAIOSFODNN7EXAMPLE"}},
		"GitHub":                        {"ghp_" + token, []string{"secret ghp_" + token}},
		"Slack":                         {"xoxb-123456789012-abcdefABCDEF", []string{"secret xoxb-123456789012-abcdefABCDEF"}},
		"Stripe":                        {"sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc", []string{"secret sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc"}},
		"JWT":                           {"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0", []string{"secret eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0"}},
		"a key of ours":                 {"tam_" + token, []string{"secret tam_" + token}},
		"a private key":                 {"-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIB\n-----END RSA", []string{"secret -----BEGIN RSA PRIVATE KEY-----\nMIIBOgIB\n-----END"}},
		"a password":                    {"password: hunter2!", []string{"secret hunter2"}},
		"a password of something":       {"le mot de passe du wifi de l'agence c'est : Nord75!Sud", []string{"secret Nord75!Sud"}},
		"a password that is no more":    {"le mot de passe de mon compte est perdu", nil},
		"a French password":             {"le mot de passe est : Soleil2024.", []string{"secret Soleil2024"}},
		"talk of passwords":             {"mot de passe : oublié. My password is wrong and the password: required", nil},
		"a telephone inside a card":     {"4111 1111 1111 1111 et 06 12 34 56 78", []string{"card 4111 1111 1111 1111", "phone 06 12 34 56 78"}},
		"a site's term":                 {"le Projet  Aurore, c'est projet aurore", []string{"term projet aurore"}},
		"a term without its accents":    {"le systeme zebre est prêt", []string{"term systeme zebre"}},
		"a term is not inside a word":   {"projet auroreux", nil},
		"ordinary words":                {"Bonjour, 12 ans déjà : merci !", nil},
		"digits of another long number": {"12345678901234567890123456", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Leaks(tt.text, []string{"projet aurore", "Système Zèbre", " "})
			if !slices.Equal(found(got), tt.want) {
				t.Errorf("got %q, want %q", found(got), tt.want)
			}
			checkSpans(t, tt.text, got)
		})
	}
}

// corsica computes a key the long way: the department as a number.
func corsica(number string) string {
	n := strings.NewReplacer("2A", "19", "2B", "18").Replace(number)
	rest := 0
	for _, c := range n {
		rest = (rest*10 + int(c-'0')) % 97
	}
	key := 97 - rest
	return string(rune('0'+key/10)) + string(rune('0'+key%10))
}

func checkSpans(t *testing.T, text string, signals []models.Signal) {
	t.Helper()
	runes := []rune(text)
	last := 0
	for _, s := range signals {
		if s.Span.Begin < last || s.Span.Begin >= s.Span.End || s.Span.End > len(runes) {
			t.Fatalf("%+v does not stand in %q", s, text)
		}
		last = s.Span.End
		if got := string(runes[s.Span.Begin:s.Span.End]); utf8.ValidString(text) && got != s.Span.Text {
			t.Errorf("[%d,%d) is %q, not %q", s.Span.Begin, s.Span.End, got, s.Span.Text)
		}
		if s.Score <= 0 || s.Score > 1 || !s.Label.Valid() {
			t.Errorf("%+v", s)
		}
	}
}

func TestANumberSaysMoreThanATelephone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"4111111111111111": Sure, "06 12 34 56 78": Mild, "a@b.fr": Mild, "projet aurore": Strong} {
		got := Leaks(text, []string{"projet aurore"})
		if len(got) != 1 || got[0].Score != want {
			t.Errorf("%q: got %+v, want %v", text, got, want)
		}
	}
}

func TestMaskLeaks(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"a card":    {"é carte 4111 1111 1111 1111 !", "é carte 41•• •••• •••• ••11 !"},
		"an e-mail": {"à jean@mail.fr,", "à j•••@••••.•r,"},
		"nothing":   {"bonjour", "bonjour"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := MaskLeaks(tt.text, Leaks(tt.text, nil))
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if utf8.RuneCountInString(got) != utf8.RuneCountInString(tt.text) {
				t.Error("another number of code points")
			}
		})
	}
}

func FuzzLeaks(f *testing.F) {
	for _, s := range []string{"FR7630006000011234567890189", "2 55 08 14 168 025 38", "285052B00401200", "4111 1111 1111 1111", "+33 6 12 34 56 78", "a@b.fr", "password: x1Y", "-----BEGIN PRIVATE KEY-----", "é\xff 0612345678", "projet\u200b aurore"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		hits := Leaks(text, []string{"projet aurore", "é"})
		checkSpans(t, text, hits)
		masked := MaskLeaks(text, hits)
		if utf8.RuneCountInString(masked) != utf8.RuneCountInString(text) {
			t.Fatalf("%q masked as %q", text, masked)
		}
	})
}
