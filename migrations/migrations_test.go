package migrations

import (
	"embed"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The two folders pair up, so that a schema change is never made in one only.
func TestFoldersPairUp(t *testing.T) {
	t.Parallel()
	pg, lite := names(t, Postgres, "postgres"), names(t, SQLite, "sqlite")
	if diff := cmp.Diff(pg, lite); diff != "" {
		t.Errorf("postgres and sqlite differ in files (-postgres +sqlite):\n%s", diff)
	}
	if len(pg) == 0 {
		t.Error("no migration is embedded")
	}
}

func TestFilesGoForwardOnly(t *testing.T) {
	t.Parallel()
	for dir, files := range map[string]embed.FS{"postgres": Postgres, "sqlite": SQLite} {
		for _, name := range names(t, files, dir) {
			body, err := fs.ReadFile(files, path.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(body), "-- +goose Up\n") {
				t.Errorf("%s/%s does not start with -- +goose Up", dir, name)
			}
			if strings.Contains(string(body), "+goose Down") {
				t.Errorf("%s/%s has a way back", dir, name)
			}
		}
	}
}

func names(t *testing.T, files embed.FS, dir string) []string {
	t.Helper()
	entries, err := files.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
