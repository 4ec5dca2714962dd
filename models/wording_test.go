package models

import "testing"

func TestReasonsSpeakTheirLanguage(t *testing.T) {
	t.Parallel()
	score := Reason{Rule: RuleScore, Label: Insult, Score: 0.914, Threshold: 0.6}
	part := Reason{Rule: RuleStructure, Params: map[string]string{"feature": "hosts", "value": "3.5", "weight": "+1.0"}}
	for _, tt := range []struct {
		reason Reason
		lang   string
		want   string
	}{
		{score, "fr", "insulte : probable (0,91 ; seuil 0,60)"},
		{score, "en-GB", "insult: likely (0.91, from 0.60)"},
		{part, "fr-CA", "indice d'indésirable : liens vers plusieurs sites : 3.5 (+1,0)"},
		{part, "en", "speaks for spam: links to several sites: 3.5 (+1.0)"},
		{Reason{Rule: "newer"}, "fr", "newer"},
	} {
		if got := tt.reason.Text(tt.lang); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.lang, got, tt.want)
		}
	}
}
