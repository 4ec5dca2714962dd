package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWeightsThatCanNotBeTrusted(t *testing.T) {
	t.Parallel()
	shipped := filepath.Join("..", "classifier", "weights", "embedded")
	tests := map[string]struct {
		spoil func(t *testing.T, dir string)
		want  string // in the cause
	}{
		"missing": {func(t *testing.T, dir string) {
			t.Helper()
			if err := os.Remove(filepath.Join(dir, "weights.bin")); err != nil {
				t.Fatal(err)
			}
		}, "weights.bin"},
		"truncated": {func(t *testing.T, dir string) {
			t.Helper()
			if err := os.Truncate(filepath.Join(dir, "weights.bin"), 1<<20); err != nil {
				t.Fatal(err)
			}
		}, "sha256"},
		"of another digest": {func(t *testing.T, dir string) {
			t.Helper()
			f, err := os.OpenFile(filepath.Join(dir, "weights.bin"), os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if _, err := f.WriteAt([]byte("x"), 5<<20); err != nil {
				t.Fatal(err)
			}
		}, "sha256"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "weights")
			if err := os.CopyFS(dir, os.DirFS(shipped)); err != nil {
				t.Fatal(err)
			}
			tt.spoil(t, dir)
			s := start(t, t.TempDir(), []string{"TAMIS_WEIGHTS=" + dir}, "serve").ready()
			c := s.as(s.firstKey())
			state := c.call("GET", "/readyz", nil)
			if state.body["status"] != "degraded" || !strings.Contains(string(state.raw), tt.want) {
				t.Errorf("readyz %v, want degraded with %q", state, tt.want)
			}
			if !strings.Contains(string(c.call("GET", "/metrics", nil).raw), "tamis_degraded 1") {
				t.Error("/metrics does not say so")
			}
			got := c.judged("Merci pour cet article, très clair.")
			if got.at("verdict", "action") != "hold" || !strings.Contains(string(got.raw), `"degraded"`) {
				t.Errorf("what it can't judge: %v, want hold for the rule degraded", got)
			}
		})
	}
}
