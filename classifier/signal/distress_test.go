package signal

import (
	"slices"
	"testing"
)

func TestDistress(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want float64 // the highest; 0 = none
	}{
		"a plan":                      {"Je vais me tuer ce soir, adieu.", Strong},
		"a decision":                  {"J'ai décidé d'en finir.", Strong},
		"a plan in English":           {"I'm going to kill myself tonight.", Strong},
		"a wish to act":               {"honestly I want to end my life", Strong},
		"a note":                      {"I wrote my suicide note yesterday", Strong},
		"a wish":                      {"Je veux mourir, je n'en peux plus", Likely},
		"a strong wish":               {"J'ai plus qu'une envie de mourir", Likely},
		"no wish to live":             {"je n'ai plus envie de vivre", Likely},
		"thoughts":                    {"j'ai des idées suicidaires depuis des mois", Likely},
		"better without me":           {"tout le monde serait mieux sans moi", Likely},
		"self-harm":                   {"je me scarifie tous les soirs", Likely},
		"a wish in English":           {"I just want to die.", Likely},
		"never born":                  {"i wish i was never born", Likely},
		"no more":                     {"I don't want to live anymore", Likely},
		"suicidal":                    {"I'm feeling low, I feel suicidal", Likely},
		"self-harm in English":        {"I cut myself again last night", Likely},
		"typed in a hurry":            {"jveux mourir j'en peu plu", Likely},
		"a plan typed in a hurry":     {"jvai me tuer ce soir", Strong},
		"nobody would notice":         {"nobody would notice if I killed myself", Strong},
		"hidden characters":           {"je vais me t\u200buer", Strong},
		"laughter":                    {"je meurs de rire", 0},
		"laughter with a wish":        {"j'ai cru que j'allais mourir de rire", 0},
		"an idiom":                    {"je veux mourir de honte", 0},
		"of laughter":                 {"I want to die laughing", 0},
		"at work":                     {"je me tue à vous le répéter", 0},
		"a bug":                       {"this bug makes me want to die", Mild},
		"a film":                      {"ce film m'a donné envie de dormir", 0},
		"a bug in French":             {"ce bug me donne envie de mourir", Mild},
		"a laugh":                     {"mdr je vais me pendre 😂", Mild},
		"lol":                         {"lol i want to die", Mild},
		"a song":                      {"dans la chanson il dit « je veux mourir », c'est beau", Mild},
		"a quotation":                 {`the lyrics go "I want to die" over and over`, Mild},
		"a third person":              {"mon frère veut se suicider, que faire ?", Mild},
		"a third person in English":   {"my friend wants to kill himself", Mild},
		"news":                        {"Le chanteur s'est suicidé hier", Mild},
		"a denial":                    {"je ne veux pas mourir", 0},
		"a denial in English":         {"I don't want to die", 0},
		"not going to":                {"I'm not going to kill myself over this", 0},
		"to another":                  {"tu vas mourir", 0},
		"a threat":                    {"je vais te tuer", 0},
		"a game":                      {"il faut tuer le boss final sans mourir", 0},
		"to have done with a subject": {"je veux en finir avec ce débat", 0},
		"the subject of a law":        {"une loi sur la fin de vie et le suicide assisté", 0},
		"prevention":                  {"le 3114 est le numéro de prévention du suicide", 0},
		"a suicide rate":              {"the suicide rate went down, we should live better", 0},
		"past":                        {"j'ai voulu mourir il y a dix ans, aujourd'hui ça va", Mild},
		"a wish for something else":   {"je veux vivre à la campagne", 0},
		"nothing":                     {"", 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Distress(tt.text)
			checkSpans(t, tt.text, got)
			highest := 0.0
			for _, s := range got {
				highest = max(highest, s.Score)
			}
			if highest != tt.want {
				t.Errorf("got %v %q, want %v", highest, found(got), tt.want)
			}
		})
	}
}

func TestDistressShowsThePlace(t *testing.T) {
	t.Parallel()
	got := found(Distress("É… Je vais me tuer, voilà. I want to die."))
	if want := []string{"suicide Je vais me tuer", "suicide I want to die"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzDistress(f *testing.F) {
	for _, s := range []string{"je veux mourir", "« I want to die »", "œ je vais me tuer\u200b", "i'm going to kill myself 😂", "\xffje me scarifie"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkSpans(t, text, Distress(text)) })
}
