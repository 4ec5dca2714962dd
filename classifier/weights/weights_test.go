package weights

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tamis-moderation/tamis/models"
)

func TestEmbedded(t *testing.T) {
	t.Parallel()
	b, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if b.Ref.Name != "tamis-small" || len(b.Ref.Digest) != 64 {
		t.Errorf("ref = %+v", b.Ref)
	}
	if got, want := len(b.Vocab), 24_500; got != want {
		t.Errorf("%d tokens, want %d", got, want)
	}
	if len(b.Golden) < 8 {
		t.Errorf("%d golden texts", len(b.Golden))
	}
	if limit := int64(24 << 20); b.Manifest.Data.Bytes > limit {
		t.Errorf("weights.bin is %d bytes, over %d", b.Manifest.Data.Bytes, limit)
	}
}

// small makes a tiny bundle: its graph is no graph, which nobody here runs.
func small(t *testing.T) fstest.MapFS {
	t.Helper()
	vocab := []byte("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\n")
	tensors := binary.LittleEndian.AppendUint16(nil, 0x3c00)
	tensors = binary.LittleEndian.AppendUint16(tensors, 0xc000)
	data := makeTar(t, map[string][]byte{
		graphMember: []byte("graph"), tensorMember: tensors, vocabMember: vocab,
		goldenMember: []byte(`[{"text":"hello","ids":[5],"scores":[0.5]}]`),
	})
	return bundle(t, data, Manifest{
		Name: "small", Labels: []models.Label{models.Toxic}, MaxTokens: 16,
		Vocabulary: FileDigest{int64(len(vocab)), digest(vocab)},
	})
}

func bundle(t *testing.T, data []byte, m Manifest) fstest.MapFS {
	t.Helper()
	m.Data = FileDigest{int64(len(data)), digest(data)}
	manifest, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{ManifestFile: {Data: manifest}, DataFile: {Data: data}}
}

func makeTar(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, data := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadTensor(t *testing.T) {
	t.Parallel()
	b, err := open(small(t), "small")
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, 8)
	if err := b.ReadTensor(0, out); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float32{1, -2} {
		if got := math.Float32frombits(binary.LittleEndian.Uint32(out[4*i:])); got != want {
			t.Errorf("value %d = %g, want %g", i, got, want)
		}
	}
	for name, tt := range map[string]struct {
		offset int64
		size   int
	}{
		"beyond the end": {2, 8}, "before the beginning": {-2, 4}, "between values": {1, 4}, "half a value": {0, 6},
	} {
		if err := b.ReadTensor(tt.offset, make([]byte, tt.size)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestFaultyBundlesAreNamed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(t *testing.T, files fstest.MapFS)
		kind  models.Kind
		says  []string
	}{
		"no manifest": {func(_ *testing.T, f fstest.MapFS) { delete(f, ManifestFile) }, models.NotFound, []string{"small/manifest.json is missing"}},
		"no data":     {func(_ *testing.T, f fstest.MapFS) { delete(f, DataFile) }, models.NotFound, []string{"small/weights.bin is missing"}},
		"cut short": {
			func(_ *testing.T, f fstest.MapFS) { f[DataFile].Data = f[DataFile].Data[:100] },
			models.Invalid, []string{"small/weights.bin", "wanted sha256", "found", "(100 bytes)"},
		},
		"one bit turned": {
			func(_ *testing.T, f fstest.MapFS) { f[DataFile].Data[700] ^= 1 },
			models.Invalid, []string{"small/weights.bin", "wanted sha256", "found"},
		},
		"manifest is not JSON": {func(_ *testing.T, f fstest.MapFS) { f[ManifestFile].Data = []byte("{") }, models.Invalid, []string{"small/manifest.json can't be read"}},
		"data is no tar": {
			func(t *testing.T, f fstest.MapFS) { remake(t, f, bytes.Repeat([]byte("x"), 1024)) },
			models.Invalid, []string{"small/weights.bin can't be read"},
		},
		"a member is missing": {
			func(t *testing.T, f fstest.MapFS) { remake(t, f, makeTar(t, map[string][]byte{graphMember: {}})) },
			models.Invalid, []string{"tensors.f16 is missing"},
		},
		"another vocabulary": {
			func(t *testing.T, f fstest.MapFS) {
				remake(t, f, makeTar(t, map[string][]byte{graphMember: {1}, tensorMember: {1}, vocabMember: {'x'}, goldenMember: []byte("[]")}))
			},
			models.Invalid, []string{"vocab.txt", "wanted sha256"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := small(t)
			tt.spoil(t, files)
			_, err := open(files, "small")
			if models.KindOf(err) != tt.kind || err == nil {
				t.Fatalf("got %v, want an error of kind %s", err, tt.kind)
			}
			for _, want := range tt.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

// remake puts other data under a manifest that fits it.
func remake(t *testing.T, files fstest.MapFS, data []byte) {
	t.Helper()
	var m Manifest
	if err := json.Unmarshal(files[ManifestFile].Data, &m); err != nil {
		t.Fatal(err)
	}
	*files[ManifestFile], *files[DataFile] = *bundle(t, data, m)[ManifestFile], fstest.MapFile{Data: data}
}

func TestManifestFaultsAreAllReported(t *testing.T) {
	t.Parallel()
	_, err := ParseManifest([]byte(`{"name":"../up","labels":["nice"],"max_tokens":4,"overlap":-1,"calibration":[{"label":"toxic"}]}`))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"name:", "labels[0]:", "max_tokens:", "overlap:", "calibration[0]:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %q", err, want)
		}
	}
}

func TestWidenIsExact(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		half uint16
		want float64
	}{
		"zero": {0, 0}, "one": {0x3c00, 1}, "minus two": {0xc000, -2}, "largest": {0x7bff, 65504},
		"smallest": {1, 0x1p-24}, "largest subnormal": {0x3ff, 1023 * 0x1p-24}, "smallest normal": {0x400, 0x1p-14},
		"infinity": {0x7c00, math.Inf(1)},
	} {
		if got := float64(math.Float32frombits(widen(tt.half))); got != tt.want {
			t.Errorf("%s: %g, want %g", name, got, tt.want)
		}
	}
	if !math.IsNaN(float64(math.Float32frombits(widen(0x7e00)))) {
		t.Error("not a number became one")
	}
}

func TestCalibrate(t *testing.T) {
	t.Parallel()
	m := Manifest{Curves: []Curve{
		{Label: models.Toxic, Points: [][2]float64{{0.2, 0}, {0.6, 0.5}, {0.8, 1}}},
		{Label: models.Toxic, Lang: "fr", Platt: &Platt{Slope: 2, Intercept: 0}},
	}}
	tests := map[string]struct {
		label models.Label
		lang  string
		raw   float64
		want  float64
	}{
		"no curve: as it is":      {models.Spam, "en", 0.37, 0.37},
		"below the first point":   {models.Toxic, "en", 0.1, 0},
		"on the way":              {models.Toxic, "en", 0.4, 0.25},
		"at a point":              {models.Toxic, "", 0.6, 0.5},
		"above the last point":    {models.Toxic, "und", 0.9, 1},
		"the language's own":      {models.Toxic, "fr", 0.75, 0.9},
		"a region of a language":  {models.Toxic, "fr-CA", 0.75, 0.9},
		"Platt keeps the middle":  {models.Toxic, "fr", 0.5, 0.5},
		"Platt survives the edge": {models.Toxic, "fr", 1, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := m.Calibrate(tt.label, tt.lang, tt.raw, 0); math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("got %g, want %g", got, tt.want)
			}
		})
	}
}

func TestCurvesThatTurnOrderAroundAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]Curve{
		"neither form":    {Label: models.Toxic},
		"both forms":      {Label: models.Toxic, Platt: &Platt{Slope: 1}, Points: [][2]float64{{0, 0}}},
		"falling slope":   {Label: models.Toxic, Platt: &Platt{Slope: -1}},
		"infinite slope":  {Label: models.Toxic, Platt: &Platt{Slope: math.Inf(1)}},
		"falling points":  {Label: models.Toxic, Points: [][2]float64{{0, 0.5}, {1, 0.4}}},
		"twice the same":  {Label: models.Toxic, Points: [][2]float64{{0.5, 0}, {0.5, 1}}},
		"not a number":    {Label: models.Toxic, Points: [][2]float64{{math.NaN(), 0}}},
		"over certainty":  {Label: models.Toxic, Points: [][2]float64{{0, 0}, {1, 1.1}}},
		"an unknown name": {Label: "nice", Platt: &Platt{Slope: 1}},
	} {
		if c.validate() == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain := archiveOf(t, small(t), nil)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, archive := range [][]byte{plain, zipped.Bytes(), plain} {
		m, err := Unpack(bytes.NewReader(archive), strings.ToUpper(digest(archive)), dir)
		if err != nil || m.Name != "small" {
			t.Fatalf("got %+v, %v", m, err)
		}
	}
	if _, err := Open(filepath.Join(dir, "small")); err != nil {
		t.Error(err)
	}
	names, err := Installed(dir)
	if err != nil || len(names) != 1 || names[0] != "small" {
		t.Errorf("installed: %v, %v", names, err)
	}
}

func TestUnpackKeepsNothingOfAFaultyArchive(t *testing.T) {
	t.Parallel()
	good := archiveOf(t, small(t), nil)
	outside := archiveOf(t, small(t), map[string][]byte{"../../evil": []byte("x")})
	broken := small(t)
	broken[DataFile].Data[700] ^= 1
	tests := map[string]struct {
		archive []byte
		sum     string
		says    string
	}{
		"another digest":   {good, strings.Repeat("0", 64), "wanted sha256 000"},
		"not a tar":        {[]byte("hello"), digest([]byte("hello")), "not a weights bundle"},
		"empty":            {nil, digest(nil), "manifest.json is missing"},
		"data was damaged": {archiveOf(t, broken, nil), digest(archiveOf(t, broken, nil)), "weights.bin"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			_, err := Unpack(bytes.NewReader(tt.archive), tt.sum, dir)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
			if left, _ := os.ReadDir(dir); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	t.Run("a member outside is not written", func(t *testing.T) {
		t.Parallel()
		parent := t.TempDir()
		dir := filepath.Join(parent, "a", "b")
		if _, err := Unpack(bytes.NewReader(outside), digest(outside), dir); err != nil {
			t.Fatal(err)
		}
		err := filepath.WalkDir(parent, func(path string, _ fs.DirEntry, err error) error {
			if strings.Contains(path, "evil") {
				t.Errorf("%s was written", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// archiveOf makes the archive of a bundle, in a fixed order, with extra members.
func archiveOf(t *testing.T, files fstest.MapFS, extra map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	add := func(name string, data []byte) {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range extra {
		add(name, data)
	}
	for _, name := range []string{ManifestFile, DataFile} {
		add(name, files[name].Data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
