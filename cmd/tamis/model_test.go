package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shippedArchive makes an archive of the weights in the source tree under
// another name.
func shippedArchive(t *testing.T, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, member := range []string{"manifest.json", "weights.bin"} {
		raw, err := os.ReadFile(filepath.Join("../../classifier/weights/embedded", member))
		if err != nil {
			t.Fatal(err)
		}
		raw = bytes.Replace(raw, []byte(`"name": "tamis-small"`), []byte(`"name": "`+name+`"`), 1)
		if err := w.WriteHeader(&tar.Header{Name: member, Mode: 0o644, Size: int64(len(raw))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(raw); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sha(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

func model(t *testing.T, data string, args ...string) outcome {
	t.Helper()
	return run(t, newModelCommand(func() (string, error) { return data, nil }), "", args...)
}

func TestModelPullListShowVerify(t *testing.T) {
	t.Parallel()
	data, archive := t.TempDir(), shippedArchive(t, "sapling")
	got := model(t, data, "pull", file(t, "w.tar", string(archive)), "--sha256", sha(archive))
	if got.failure != nil || !strings.Contains(got.out, "sapling revision ") {
		t.Fatalf("pull: %+v", got)
	}
	got = model(t, data, "list")
	for _, want := range []string{"tamis-small", "binary", "sapling", filepath.Join(data, "weights", "sapling")} {
		if !strings.Contains(got.out, want) {
			t.Errorf("list does not show %q:\n%s", want, got.out)
		}
	}
	var rows []weightsRow
	if err := json.Unmarshal([]byte(model(t, data, "list", "--json").out), &rows); err != nil || len(rows) != 2 || rows[1].Name != "sapling" || len(rows[1].Digest) != 64 {
		t.Errorf("list --json: %+v, %v", rows, err)
	}
	if got = model(t, data, "show", "sapling"); !strings.Contains(got.out, `"name": "sapling"`) || !strings.Contains(got.out, rows[1].Digest) {
		t.Errorf("show: %+v", got)
	}
	if got = model(t, data, "show"); !strings.Contains(got.out, `"name": "tamis-small"`) {
		t.Errorf("show without a name: %+v", got)
	}
	if got = model(t, data, "verify", "sapling"); got.failure != nil || !strings.Contains(got.out, "golden texts score as they must") {
		t.Errorf("verify: %+v", got)
	}
	damaged := filepath.Join(data, "weights", "sapling", "weights.bin")
	if err := os.Truncate(damaged, 1000); err != nil {
		t.Fatal(err)
	}
	if got = model(t, data, "verify", "sapling"); got.failure == nil || !strings.Contains(got.failure.Error(), damaged) || !strings.Contains(got.failure.Error(), "wanted sha256") {
		t.Errorf("verify of a damaged file: %v", got.failure)
	}
	if got = model(t, data, "list"); got.failure != nil || !strings.Contains(got.out, "error: weights: ") {
		t.Errorf("list with a damaged file: %+v", got)
	}
}

func TestModelOfAnotherName(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	if b, err := openWeights("tamis-small", data); err != nil || b.Ref.Name != "tamis-small" {
		t.Errorf("the embedded weights by name: %v", err)
	}
	if b, err := openWeights("../../classifier/weights/embedded", data); err != nil || b.Ref.Name != "tamis-small" {
		t.Errorf("a folder: %v", err)
	}
	if _, err := openWeights("oak", data); err == nil || !strings.Contains(err.Error(), "oak/manifest.json is missing") {
		t.Errorf("unknown weights: %v", err)
	}
	for _, act := range []string{"show", "verify"} {
		if got := model(t, data, act, "oak"); got.failure == nil {
			t.Errorf("%s of unknown weights: %+v", act, got)
		}
	}
}

func TestModelPullOverHTTPS(t *testing.T) {
	t.Parallel()
	archive := shippedArchive(t, "sapling")
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the plain server was asked") }))
	defer plain.Close()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/w.tar":
			_, _ = w.Write(archive) // the client notices what is missing
		case "/away":
			http.Redirect(w, r, plain.URL, http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	pull := func(data, address, sum string) outcome {
		shelf := &weightsShelf{dir: func() (string, error) { return data, nil }}
		return run(t, shelf.pullCommand(server.Client().Transport), "", address, "--sha256", sum)
	}
	data := t.TempDir()
	if got := pull(data, server.URL+"/w.tar", sha(archive)); got.failure != nil {
		t.Errorf("pull: %v", got.failure)
	}
	for name, tt := range map[string]struct{ address, sum, says string }{
		"another digest":         {server.URL + "/w.tar", strings.Repeat("a", 64), "wanted sha256 aaa"},
		"not there":              {server.URL + "/none", sha(archive), "404"},
		"redirected to weaker":   {server.URL + "/away", sha(archive), "not followed"},
		"plain http":             {plain.URL, sha(archive), "neither a file nor an https address"},
		"a file that is missing": {filepath.Join(data, "none.tar"), sha(archive), "open the archive"},
	} {
		empty := t.TempDir()
		got := pull(empty, tt.address, tt.sum)
		if got.failure == nil || !strings.Contains(got.failure.Error(), tt.says) {
			t.Errorf("%s: ended with %v, want %q", name, got.failure, tt.says)
		}
		if left, _ := filepath.Glob(filepath.Join(empty, "weights", "*")); len(left) > 0 {
			t.Errorf("%s: left behind: %v", name, left)
		}
	}
}

func TestModelUsage(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"pull without a digest": {"pull", "x"}, "pull with half a digest": {"pull", "x", "--sha256", "ab"}, "pull of nothing": {"pull"},
		"show of two": {"show", "a", "b"}, "an unknown flag": {"list", "--loud"}, "an unknown act": {"push"},
	} {
		if _, ok := errors.AsType[usageError](model(t, t.TempDir(), args...).failure); !ok {
			t.Errorf("%s: not a mistake in the command line: %v", name, model(t, t.TempDir(), args...).failure)
		}
	}
}

func TestModelHelp(t *testing.T) {
	t.Parallel()
	cmd := newModelCommand(func() (string, error) { return "", nil })
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if got := strings.Join(names, " "); got != "list pull show verify" {
		t.Errorf("subcommands: %s", got)
	}
}
