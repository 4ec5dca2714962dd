//go:build proof

package moderation_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
)

// campaigns are what somebody posts fifty times, each time a little otherwise.
var campaigns = map[string]string{
	"a loan in French":     "Bonjour, je suis un particulier sérieux et honnête qui propose des crédits rapides entre personnes, sans justificatif ni garantie, remboursables sur dix ans. Dossier et réponse ici : https://pret-express.example/offre?ref=1000",
	"a casino in English":  "Honestly this is the best online casino I have tried this year, the welcome bonus was paid within minutes and support answered politely. Have a look at https://lucky-casino.example/join?id=1000 before the offer ends.",
	"a political copy":     "La rédaction ment aux lecteurs depuis des mois sur la fermeture du dépôt : aucun chiffre, aucune source, seulement la version de la direction. Demandez des comptes, exigez la publication complète du rapport caché.",
	"an insult in English": "These moderators are spineless cowards who delete every honest comment while the paid trolls keep posting garbage under each article, shame on this pathetic newspaper and everyone working there.",
}

// swaps are words that may stand for one another.
var swaps = map[string][]string{
	"sérieux": {"fiable", "solvable"}, "honnête": {"correct", "loyal"}, "rapides": {"immédiats", "express"}, "propose": {"offre", "accorde"},
	"justificatif": {"document", "paperasse"}, "personnes": {"individus", "particuliers"}, "réponse": {"contact", "détails"},
	"honestly": {"frankly", "really"}, "tried": {"used", "found"}, "year": {"month", "summer"}, "paid": {"credited", "sent"},
	"minutes": {"seconds", "moments"}, "politely": {"quickly", "nicely"}, "support": {"staff", "service"}, "offer": {"deal", "bonus"},
	"rédaction": {"direction", "presse"}, "lecteurs": {"abonnés", "citoyens"}, "mois": {"semaines", "années"}, "source": {"preuve", "donnée"},
	"exigez": {"réclamez", "demandez"}, "publication": {"diffusion", "communication"}, "complète": {"intégrale", "entière"},
	"spineless": {"gutless", "worthless"}, "honest": {"decent", "critical"}, "garbage": {"rubbish", "nonsense"}, "article": {"story", "piece"},
	"pathetic": {"miserable", "ridiculous"}, "newspaper": {"website", "journal"}, "working": {"writing", "employed"},
}

var lookalikes = strings.NewReplacer("a", "а", "e", "е", "o", "о", "p", "р", "c", "с", "i", "і")

// variant writes a text otherwise: words swapped for others and with their
// neighbours, another link parameter, look-alike letters, signs and case.
func variant(text string, n int, draw *rand.Rand) string {
	words := strings.Fields(text)
	for i, w := range words {
		core := strings.ToLower(strings.Trim(w, ".,:;"))
		if to := swaps[core]; to != nil && draw.IntN(2) == 0 {
			words[i] = strings.Replace(w, strings.Trim(w, ".,:;"), to[draw.IntN(len(to))], 1)
		}
		switch {
		case strings.Contains(w, "://"):
			words[i] = fmt.Sprintf("%s%d&utm=%x", strings.TrimRight(w, "0123456789"), n, draw.Uint32())
		case draw.IntN(12) == 0 && i+1 < len(words):
			words[i], words[i+1] = words[i+1], words[i]
		case draw.IntN(8) == 0:
			words[i] = lookalikes.Replace(words[i])
		case draw.IntN(20) == 0:
			words[i] = strings.ToUpper(words[i])
		}
	}
	return strings.Join(words, " ") + []string{"", " !", " :)", " ...", " merci"}[draw.IntN(5)]
}

// everythingHeld finds every text to be an insult, so that all of them wait.
type everythingHeld struct{}

func (everythingHeld) Assess(_ context.Context, in []classifier.Input) ([]models.Assessment, error) {
	out := make([]models.Assessment, len(in))
	for i := range out {
		out[i] = models.Assessment{Scores: models.Scores{models.Insult: 0.9}, Lang: "en"}
	}
	return out, nil
}

func (everythingHeld) Rows(in []classifier.Input) int { return len(in) }

// TestProofWaves hides fifty variants of a text among 5,000 real comments that
// wait: nine in ten must be in one card, with a stranger in a hundred at most.
func TestProofWaves(t *testing.T) {
	rows := corpus(t, 5000)
	b := setup(t)
	b.Assessor = everythingHeld{}
	for name, text := range campaigns {
		t.Run(name, func(t *testing.T) {
			site := models.SiteID(strings.ReplaceAll(strings.ToLower(name), " ", "-"))
			if err := b.db.AddSite(t.Context(), models.Site{ID: site, Locale: "en", CreatedAt: b.clock.Now()}, "test"); err != nil {
				t.Fatal(err)
			}
			draw := rand.New(rand.NewPCG(1, 2))
			texts := slices.Clone(rows)
			for n := range 50 {
				texts = append(texts, variant(text, n, draw))
			}
			ours := map[string]bool{}
			for _, v := range texts[len(rows):] {
				ours[v] = true
			}
			draw.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
			var all []models.Comment
			for _, v := range texts {
				all = append(all, models.Comment{Site: site, Text: v})
			}
			for from := 0; from < len(all); from += 250 {
				if _, err := b.SubmitBatch(t.Context(), all[from:min(from+250, len(all))]); err != nil {
					t.Fatal(err)
				}
			}
			for more := 1; more > 0; {
				var err error
				if more, err = b.JudgePending(t.Context(), 64); err != nil {
					t.Fatal(err)
				}
			}
			waves, err := b.db.Waves(t.Context(), site, 50)
			if err != nil {
				t.Fatal(err)
			}
			best, strangers, cards, grouped := 0, 0, 0, 0
			for _, w := range waves {
				if w.Kind != models.WaveText {
					continue
				}
				items, err := b.db.WaveItems(t.Context(), site, w.Kind, w.Key, models.MaxWave, b.clock.Now())
				if err != nil {
					t.Fatal(err)
				}
				in := 0
				for _, i := range items {
					if ours[i.Comment.Text] {
						in++
					}
				}
				cards++
				grouped += len(items)
				if in > best {
					best, strangers = in, len(items)-in
				}
			}
			t.Logf("%d of 50 in one card, %d strangers in it; %d cards in all, of %d comments", best, strangers, cards, grouped)
			if best < 45 {
				t.Errorf("%d of 50 in one card, want 45", best)
			}
			if share := float64(strangers) / float64(best+strangers); share > 0.01 {
				t.Errorf("%.3f of the card are strangers, want 0.01", share)
			}
		})
	}
}

func corpus(t *testing.T, n int) []string {
	t.Helper()
	folder := os.Getenv("TAMIS_CORPUS")
	if folder == "" {
		folder = filepath.Join("..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(folder, "dev", "labelled.jsonl.gz"))
	if err != nil {
		t.Fatalf("TAMIS_CORPUS must name the folder of the corpus: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for d := json.NewDecoder(z); d.More() && len(out) < n; {
		var row struct{ Text string }
		if err := d.Decode(&row); err != nil {
			t.Fatal(err)
		}
		if models.ValidateText("text", row.Text) == nil {
			out = append(out, row.Text)
		}
	}
	return out
}
