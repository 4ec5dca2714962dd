package tamis_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tamis-moderation/tamis/"

// plan is the whole rule of who may import whom, by room (the first element of
// a package's path). A room may always import its own sub-packages.
// docs/architecture.md tells the reasons.
var plan = map[string][]string{
	"models":     {},
	"migrations": {},
	"openapi":    {},
	"config":     {},
	"evaluation": {},
	"normalise":  {},
	"policy":     {"models", "normalise"},
	"classifier": {"models", "normalise"},
	"console":    {"models"},
	"worker":     {"models"},
	"api":        {"models", "openapi"},
	"store":      {"models", "migrations"},
	"moderation": {"models", "normalise", "policy", "classifier", "store"},
	"review":     {"models", "normalise", "store"},
	"webhook":    {"models", "store"},
	"admin":      {"models", "store", "policy"},
	"mail":       {"models", "store"},
	"quality":    {"models", "policy", "evaluation", "store"},
	"cmd": {
		"models", "migrations", "openapi", "config", "evaluation", "normalise", "policy", "classifier", "console",
		"worker", "api", "store", "moderation", "review", "webhook", "admin", "mail", "quality",
	},
	"e2e": {},
}

// fences say which third parties live in which rooms alone.
var fences = map[string][]string{
	"github.com/gin-gonic/gin":                 {"api"},
	"github.com/knights-analytics/hugot":       {"classifier/transformer"},
	"github.com/shota3506/onnxruntime-purego":  {"classifier/transformer"},
	"github.com/ebitengine/purego":             {"classifier/transformer"},
	"github.com/hibiken/asynq":                 {"worker", "cmd/tamis"},
	"github.com/jackc/pgx":                     {"store/postgres"},
	"modernc.org/sqlite":                       {"store/sqlite"},
	"html/template":                            {"console", "mail"},
	"testing":                                  {"store/storetest"},
	"github.com/tamis-moderation/tamis/config": {"cmd/tamis"},
}

// rootsOnly are rooms of which another may import the root package alone.
var rootsOnly = map[string]string{"moderation": "classifier", "classifier": ""}

func TestHousePlan(t *testing.T) {
	t.Parallel()
	rooms := 0
	for file, imports := range shippedFiles(t) {
		dir := filepath.ToSlash(filepath.Dir(file))
		room, _, _ := strings.Cut(dir, "/")
		allowed, ok := plan[room]
		if !ok {
			t.Errorf("%s: the room %q is not in the plan", file, room)
			continue
		}
		rooms++
		for _, path := range imports {
			if ours, ok := strings.CutPrefix(path, module); ok {
				other, _, _ := strings.Cut(ours, "/")
				if other != room && !slices.Contains(allowed, other) {
					t.Errorf("%s imports %s: %s may import %v alone", file, path, room, allowed)
				}
				if rootsOnly[room] == other && ours != other {
					t.Errorf("%s imports %s: of %s only the root package", file, path, other)
				}
				if room == "classifier" && dir == "classifier" && strings.HasPrefix(ours, "classifier/transformer") {
					t.Errorf("%s imports %s: only cmd carries the transformer", file, path)
				}
			}
			for fenced, homes := range fences {
				if inside(path, fenced) && !slices.ContainsFunc(homes, func(h string) bool { return inside(dir, h) }) {
					t.Errorf("%s imports %s, which lives in %v alone", file, path, homes)
				}
			}
		}
	}
	if rooms == 0 {
		t.Fatal("no file was read: the plan checks nothing")
	}
}

// TestModelsUseTheStandardLibraryAlone keeps the words free of anything that
// could drag a database or a wire into every room.
func TestModelsUseTheStandardLibraryAlone(t *testing.T) {
	t.Parallel()
	for file, imports := range shippedFiles(t) {
		if !strings.HasPrefix(filepath.ToSlash(file), "models/") {
			continue
		}
		for _, path := range imports {
			if strings.Contains(strings.Split(path, "/")[0], ".") {
				t.Errorf("%s imports %s", file, path)
			}
		}
	}
}

// shippedFiles gives every Go file that is not a test, with its imports.
func shippedFiles(t *testing.T) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			// A folder with its own go.mod is another module.
			if path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || path == "tools" || path == "training" || path == filepath.Join("e2e", "clients") || path == "bin" || path == "data") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		paths := []string{}
		for _, i := range parsed.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			paths = append(paths, p)
		}
		files[path] = paths
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// inside reports whether path is root or below it.
func inside(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}
