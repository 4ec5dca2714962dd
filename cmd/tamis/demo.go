package main

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/tamis-moderation/tamis/models"
)

//go:embed demo.json
var demoThread []byte

// demoLine is one comment of the demonstration.
type demoLine struct {
	Author, Lang, Text string
	IP                 string
	Thread, Title      string // empty = the main thread
	Parent             string // what it answers
	Triage             models.TriageKind
}

// fillDemo submits bilingual threads to the first site, as a forum would: a
// quarrel, questions, two waves, a text that is sent again. Done twice it
// changes nothing.
func (h *house) fillDemo(ctx context.Context) error {
	var lines []demoLine
	if err := json.Unmarshal(demoThread, &lines); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	comments := make([]models.Comment, len(lines))
	for i, l := range lines {
		thread := cmp.Or(l.Thread, "lyon")
		comments[i] = models.Comment{
			Site: "default", ExternalID: fmt.Sprintf("demo-%d", i+1), Text: l.Text, Lang: l.Lang,
			Author: models.Author{ID: "demo-" + l.Author, Name: l.Author, IP: l.IP},
			Context: models.Context{
				URL: "https://blog.example/" + thread, Title: cmp.Or(l.Title, "Fermeture du site de Lyon"), ThreadID: thread, ParentID: l.Parent,
			},
		}
	}
	kept, err := h.moderation.SubmitBatch(ctx, comments)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	desk := h.desk()
	for i, l := range lines {
		if l.Triage == "" || kept[i].Err != nil {
			continue
		}
		known, err := desk.TriageOf(ctx, "default", kept[i].ID)
		if err == nil && known == nil {
			_, err = desk.SetTriage(ctx, models.TriageRequest{Comment: kept[i].ID, Site: "default", Kind: l.Triage, By: "cli"})
		}
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}
