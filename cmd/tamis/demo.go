package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/tamis-moderation/tamis/models"
)

//go:embed demo.json
var demoThread []byte

// fillDemo submits a bilingual thread to the first site, as a forum would. Done
// twice it changes nothing.
func (h *house) fillDemo(ctx context.Context) error {
	var lines []struct{ Author, Lang, Text string }
	if err := json.Unmarshal(demoThread, &lines); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	comments := make([]models.Comment, len(lines))
	for i, l := range lines {
		comments[i] = models.Comment{
			Site: "default", ExternalID: fmt.Sprintf("demo-%d", i+1), Text: l.Text, Lang: l.Lang,
			Author:  models.Author{ID: "demo-" + l.Author, Name: l.Author},
			Context: models.Context{URL: "https://blog.example/lyon", Title: "Fermeture du site de Lyon", ThreadID: "lyon"},
		}
	}
	if _, err := h.moderation.SubmitBatch(ctx, comments); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}
