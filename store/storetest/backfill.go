package storetest

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// Backfill checks that comments from before the library are found and counted once
// its migrations have run: their statements are run again over empty tables.
func Backfill(t *testing.T, s store.Store, files fs.FS, folder string, run func(statement string)) {
	t.Helper()
	b := &bundle{TB: t, ctx: t.Context(), s: s}
	c := b.written("a", "L'été à Nîmes ; \"quoted\"", models.Author{ID: "u7", Name: "Élodie"}, models.Scores{models.Insult: 0.75}, "news")
	b.add(b.fresh("a", "été, not judged"))
	gone := b.written("a", "été", models.Author{}, models.Scores{models.Insult: 1}, "")
	b.ok(s.EraseComment(b.ctx, "a", gone.ID, "cli", base))
	run("DELETE FROM library")
	for _, statement := range inserts(t, files, folder+"/00011_library.sql") {
		if strings.HasPrefix(statement, "INSERT INTO library_words") {
			run("DELETE FROM library_words")
		}
		run(statement)
	}
	b.finds("words", models.CommentQuery{Site: "a", Words: "ETE nimes quoted"}, c.ID)
	b.finds("author", models.CommentQuery{Site: "a", Author: "elodie u7"}, c.ID)
	b.finds("no key of a document", models.CommentQuery{Site: "a", Author: "name"})
	b.finds("score and section", models.CommentQuery{
		Site: "a", Score: &models.ScoreRange{Label: models.Insult, Min: 0.7, Max: 0.8}, Sections: []string{"news"},
	}, c.ID)
	b.finds("all that was judged", models.CommentQuery{Site: "a", Words: "ete"}, c.ID)
	b.written("a", "x", models.Author{}, models.Scores{models.Insult: 1, models.Leak: 0.1}, "")
	_, err := s.EditComment(b.ctx, "a", c.ID, models.CommentEdit{Text: "z"}, base)
	b.ok(err)
	run("DELETE FROM tallies")
	for _, statement := range inserts(t, files, folder+"/00014_tallies.sql") {
		run(statement)
	}
	for label, want := range map[models.Label]models.Spread{
		models.Insult: {Approved: []int64{0, 0, 0, 1}, Held: []int64{0, 0, 0, 1}, Rejected: []int64{0, 0, 0, 0}},
		models.Leak:   {Approved: []int64{1, 0, 0, 0}, Held: []int64{0, 0, 0, 0}, Rejected: []int64{0, 0, 0, 0}},
		models.Toxic:  {Approved: []int64{0, 0, 0, 0}, Held: []int64{0, 0, 0, 0}, Rejected: []int64{0, 0, 0, 0}},
	} {
		spread, err := s.Spread(b.ctx, models.ScoreQuery{Site: "a", Label: label, Buckets: 4})
		b.ok(err)
		b.same(string(label), spread, want)
	}
}

// inserts gives the statements of a migration that fill a table.
func inserts(t *testing.T, files fs.FS, name string) (out []string) {
	t.Helper()
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	for rest := string(raw); ; {
		at := strings.Index(rest, "INSERT INTO ")
		if at < 0 {
			break
		}
		statement, after, _ := strings.Cut(rest[at:], ";\n")
		out, rest = append(out, statement), after
	}
	if out == nil {
		t.Fatalf("%s fills nothing", name)
	}
	return out
}
