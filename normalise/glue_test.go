package normalise

import "testing"

func TestUnglue(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"two words":              {"saleconnard dégage", "sale connard dégage"},
		"several":                {"ShutTheFuckUp now", "Shut The Fuck Up now"},
		"a French one":           {"vatefairefoutre!", "va te faire foutre!"},
		"accents":                {"espècedenculé, espècedabruti", "espècedenculé, espècedabruti"},
		"with its small words":   {"filsdepute", "fils de pute"},
		"hate":                   {"ihateyou all", "i hate you all"},
		"a word that has one in": {"une statue, des disputes, il consiste, du painkiller", "une statue, des disputes, il consiste, du painkiller"},
		"a word of small ones":   {"toutefois, longtemps, notebook", "toutefois, longtemps, notebook"},
		"abuse that is a word":   {"motherfucker", "motherfucker"},
		"too short to tell":      {"gascon skill", "gascon skill"},
		"nothing":                {"", ""},
		"not even letters":       {"\xff 123 -- !", "\xff 123 -- !"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Unglue(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if again := Unglue(tt.want); again != tt.want {
				t.Errorf("again: got %q", again)
			}
		})
	}
}
