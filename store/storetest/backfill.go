package storetest

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// Backfill checks that comments from before the library are found once its
// migration has run: its statements are run again over empty shelves.
func Backfill(t *testing.T, s store.Store, files fs.FS, name string, run func(statement string)) {
	t.Helper()
	b := &bundle{TB: t, ctx: t.Context(), s: s}
	c := b.written("a", "L'été à Nîmes ; \"quoted\"", models.Author{ID: "u7", Name: "Élodie"}, models.Scores{models.Insult: 0.75}, "news")
	b.add(b.fresh("a", "été, not judged"))
	gone := b.written("a", "été", models.Author{}, nil, "")
	b.ok(s.EraseComment(b.ctx, "a", gone.ID, "cli", base))
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	run("DELETE FROM library")
	found := 0
	for rest := string(raw); ; {
		at := strings.Index(rest, "INSERT INTO library")
		if at < 0 {
			break
		}
		statement, after, _ := strings.Cut(rest[at:], ";\n")
		if found++; strings.HasPrefix(statement, "INSERT INTO library_words") {
			run("DELETE FROM library_words")
		}
		run(statement)
		rest = after
	}
	if found == 0 {
		t.Fatal("the migration fills nothing")
	}
	b.finds("words", models.CommentQuery{Site: "a", Words: "ETE nimes quoted"}, c.ID)
	b.finds("author", models.CommentQuery{Site: "a", Author: "elodie u7"}, c.ID)
	b.finds("no key of a document", models.CommentQuery{Site: "a", Author: "name"})
	b.finds("score and section", models.CommentQuery{
		Site: "a", Score: &models.ScoreRange{Label: models.Insult, Min: 0.7, Max: 0.8}, Sections: []string{"news"},
	}, c.ID)
	b.finds("all that was judged", models.CommentQuery{Site: "a", Words: "ete"}, c.ID)
}
