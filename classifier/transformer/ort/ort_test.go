//go:build (linux || darwin) && (amd64 || arm64) && !static

package ort_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/classifier/transformer/ort"
	"github.com/tamis-moderation/tamis/classifier/transformer/ort/orttest"
)

func library(t *testing.T) *ort.Library {
	t.Helper()
	file, err := orttest.Library()
	if err != nil {
		t.Fatal(err)
	}
	l, err := ort.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

func TestGraphsThatAreNone(t *testing.T) {
	t.Parallel()
	l := library(t)
	for name, raw := range map[string][]byte{"nothing": nil, "text": []byte("this is no graph"), "zeros": make([]byte, 4096)} {
		if s, err := l.Session(raw); err == nil {
			s.Close()
			t.Errorf("%s: taken", name)
		}
	}
	if l.Version == "" || !filepath.IsAbs(l.Path) {
		t.Errorf("version %q of %q", l.Version, l.Path)
	}
}

// touch makes empty files in a folder of its own.
func touch(t *testing.T, names ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "odd [name]*")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFind(t *testing.T) {
	t.Parallel()
	named := func(version string) string {
		if ort.Name() == "libonnxruntime.dylib" {
			return "libonnxruntime" + version + ".dylib"
		}
		return "libonnxruntime.so" + version
	}
	empty := touch(t)
	several := touch(t, named(".1.9.3"), named(".1.32.0"), named(".1.4.10"), "libother.so")
	plain := touch(t, named(""), named(".1.32.0"))
	tests := map[string]struct {
		named  string
		places []string
		want   string
		says   []string
	}{
		"the highest version":            {places: []string{empty, several}, want: filepath.Join(several, named(".1.32.0"))},
		"the plain name before versions": {places: []string{plain}, want: filepath.Join(plain, named(""))},
		"the first place that has one":   {places: []string{plain, several}, want: filepath.Join(plain, named(""))},
		"a named folder alone":           {named: several, places: []string{plain}, want: filepath.Join(several, named(".1.32.0"))},
		"a named file, whatever it is":   {named: filepath.Join(several, "libother.so"), want: filepath.Join(several, "libother.so")},
		"nowhere says where":             {places: []string{empty, "/nowhere"}, says: []string{empty, "/nowhere"}},
		"a name of nothing":              {named: "/nowhere/x", says: []string{"/nowhere/x"}},
		"no place at all":                {says: []string{"no place"}},
	}
	for name, tt := range tests {
		got, err := ort.Find(tt.named, tt.places)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, tt.want)
		}
		for _, s := range tt.says {
			if err == nil || !strings.Contains(err.Error(), s) {
				t.Errorf("%s: got %v, want %q in it", name, err, s)
			}
		}
	}
}

func TestPlacesAreAbsolute(t *testing.T) {
	t.Setenv("LD_LIBRARY_PATH", "/somewhere/lib:relative::/elsewhere")
	places := strings.Join(ort.Places(), " ")
	for _, want := range []string{"/somewhere/lib", "/elsewhere", "/usr/lib"} {
		if !strings.Contains(places, want) {
			t.Errorf("%s is not looked at: %s", want, places)
		}
	}
	for _, p := range ort.Places() {
		if !filepath.IsAbs(p) {
			t.Errorf("%q depends on the working folder", p)
		}
	}
}
