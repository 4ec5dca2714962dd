package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/transformer"
	"github.com/tamis-moderation/tamis/models"
)

func TestVoices(t *testing.T) {
	t.Parallel()
	e, err := openVoices(t.Context(), voiceOptions{data: t.TempDir(), scoring: transformer.Options{Callers: 1}})
	if err != nil {
		t.Fatal(err)
	}
	out, err := e.Assess(t.Context(), []classifier.Input{
		{Text: "Espèce de connard, ferme ta gueule et crève."},
		{Text: "Merci pour cet article, je ne suis pas d'accord sur le fond mais c'est bien argumenté."},
		{Text: "I know where you live. Watch your back tonight"},
		{Text: "un spécialiste de WordPress"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if a := out[0]; a.Scores[models.Toxic] < 0.9 || a.Lang != "fr" || len(a.Words) < 2 || a.Weights.Name != "tamis-small" || a.Degraded != "" {
		t.Errorf("an insult: %+v", a)
	}
	if a := out[1]; a.Scores[models.Toxic] > 0.2 || len(a.Words) > 0 {
		t.Errorf("courteous disagreement: %+v", a)
	}
	if a := out[2]; a.Scores[models.Threat] < 0.5 || a.Lang != "en" {
		t.Errorf("a threat without swear words: %+v", a)
	}
	if a := out[3]; a.Scores[models.Spam] > 0.5 || len(a.Words) > 0 {
		t.Errorf("words inside words: %+v", a)
	}
}

func TestVoicesWithoutWeightsAreDegraded(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.MkdirAll(broken, 0o755); err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile("../../classifier/weights/embedded/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"manifest.json": manifest, "weights.bin": []byte("cut")} {
		if err := os.WriteFile(filepath.Join(broken, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for setting, says := range map[string]string{"oak": "oak/manifest.json is missing", broken: "wanted sha256"} {
		e, err := openVoices(t.Context(), voiceOptions{weights: setting, data: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		out, err := e.Assess(t.Context(), []classifier.Input{{Text: "Espèce de connard"}})
		if err != nil {
			t.Fatal(err)
		}
		if a := out[0]; !strings.Contains(a.Degraded, says) || a.Scores[models.Insult] < 0.5 || a.Weights.Name != "lexicon" {
			t.Errorf("%s: %+v", setting, a)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := openVoices(ctx, voiceOptions{data: t.TempDir()}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
