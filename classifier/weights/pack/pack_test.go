package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tamis-moderation/tamis/classifier/weights"
	"github.com/tamis-moderation/tamis/models"
)

// model makes an ONNX model with one float tensor, one of integers and a name
// that must survive.
func model(values ...float32) []byte {
	var raw []byte
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	tensor := func(typ uint64, data []byte) []byte {
		var t []byte
		t = protowire.AppendTag(t, tensorDims, protowire.VarintType)
		t = protowire.AppendVarint(t, uint64(len(data)/4))
		t = protowire.AppendTag(t, tensorType, protowire.VarintType)
		t = protowire.AppendVarint(t, typ)
		return appendBytes(t, tensorRaw, data)
	}
	graph := appendBytes(nil, 2, []byte("kept"))
	graph = appendBytes(graph, graphInitializer, tensor(typeFloat, raw))
	graph = appendBytes(graph, graphInitializer, tensor(7, []byte("integers")))
	return appendBytes(nil, modelGraph, graph)
}

// folder writes an ONNX folder that can be packed.
func folder(t *testing.T, onnx []byte) string {
	t.Helper()
	dir := t.TempDir()
	vocab := map[string]int{"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "hello": 5}
	tokenizer := map[string]any{
		"normalizer":     map[string]any{"type": "BertNormalizer", "lowercase": true, "strip_accents": true, "clean_text": true, "handle_chinese_chars": true},
		"pre_tokenizer":  map[string]any{"type": "BertPreTokenizer"},
		"post_processor": nil,
		"model":          map[string]any{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab},
	}
	golden := []map[string]any{
		{"text": "hello", "ids": []int{5}, "scores": map[string]float64{"toxic": 0.1, "odd": 0.2, "identity": 0.3}},
		{"text": "[SEP]", "ids": []int{3}, "scores": map[string]float64{"toxic": 0.1, "odd": 0.2, "identity": 0.3}},
	}
	files := map[string]any{
		"tokenizer.json": tokenizer, "golden.json": golden,
		"config.json": map[string]any{"id2label": map[string]string{"0": "toxic", "2": "identity", "1": "odd"}},
	}
	for name, v := range files {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, name, raw)
	}
	put(t, dir, "model.onnx", onnx)
	return dir
}

func put(t *testing.T, dir, name string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

func manifest() weights.Manifest {
	return weights.Manifest{Name: "tiny", Revision: "1", MaxTokens: 32, Overlap: 4, Curves: []weights.Curve{}}
}

func TestPackMakesABundleThatOpens(t *testing.T) {
	t.Parallel()
	in, out := folder(t, model(1, -0.5, 3)), t.TempDir()
	if err := pack(in, "", out, "", "", manifest()); err != nil {
		t.Fatal(err)
	}
	b, err := weights.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Manifest.Labels; len(got) != 3 || got[0] != models.Toxic || got[1] != "" || got[2] != models.IdentityAttack {
		t.Errorf("labels = %q", got)
	}
	if len(b.Golden) != 1 || b.Golden[0].Scores[2] != 0.3 {
		t.Errorf("golden = %+v: special tokens must be left out, scores ordered like the outputs", b.Golden)
	}
	values := make([]byte, 12)
	if err := b.ReadTensor(0, values); err != nil {
		t.Fatal(err)
	}
	if got := math.Float32frombits(binary.LittleEndian.Uint32(values[4:])); got != -0.5 {
		t.Errorf("the second weight is %g, want -0.5", got)
	}
	for _, kept := range []string{"kept", "integers", "tensors.f16"} {
		if !bytes.Contains(b.Graph, []byte(kept)) {
			t.Errorf("the graph lost %q", kept)
		}
	}
}

func TestPackIsReproducible(t *testing.T) {
	t.Parallel()
	in, one, two := folder(t, model(1, 2)), t.TempDir(), t.TempDir()
	for _, out := range []string{one, two} {
		if err := pack(in, "", out, "", "", manifest()); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{weights.ManifestFile, weights.DataFile} {
		a, err := os.ReadFile(filepath.Join(one, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(two, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestPackRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spoil func(t *testing.T, dir string)
		says  string
	}{
		"a weight that half precision can't hold": {func(t *testing.T, dir string) { put(t, dir, "model.onnx", model(70_000)) }, "does not fit half precision"},
		"a weight that is not a number":           {func(t *testing.T, dir string) { put(t, dir, "model.onnx", model(float32(math.NaN()))) }, "does not fit"},
		"a file that is no graph":                 {func(t *testing.T, dir string) { put(t, dir, "model.onnx", []byte{0xff}) }, "model.onnx"},
		"a tokenizer without a type": {func(t *testing.T, dir string) {
			raw, err := os.ReadFile(filepath.Join(dir, "tokenizer.json"))
			if err != nil {
				t.Fatal(err)
			}
			put(t, dir, "tokenizer.json", bytes.Replace(raw, []byte(`"type":"WordPiece"`), []byte(`"kind":"WordPiece"`), 1))
		}, "only lower-casing"},
		"a text without all scores": {func(t *testing.T, dir string) {
			put(t, dir, "golden.json", []byte(`[{"text":"a","ids":[5],"scores":{"toxic":1}}]`))
		}, `no score for "odd"`},
		"labels with a gap": {func(t *testing.T, dir string) { put(t, dir, "config.json", []byte(`{"id2label":{"1":"toxic"}}`)) }, "id2label"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := folder(t, model(1))
			tt.spoil(t, in)
			err := pack(in, "", t.TempDir(), "", "", manifest())
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}

func TestNarrow(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in   float32
		want uint16
	}{
		"zero": {0, 0}, "minus zero": {float32(math.Copysign(0, -1)), 0x8000}, "one": {1, 0x3c00}, "largest": {65504, 0x7bff},
		"tie to even, down": {1 + 0x1p-11, 0x3c00}, "tie to even, up": {1 + 3*0x1p-11, 0x3c02},
		"smallest": {0x1p-24, 1}, "half of it goes": {0x1p-25, 0}, "up to the next power": {2 - 0x1p-12, 0x4000},
		"up to normal": {0x1p-14 - 0x1p-26, 0x400},
	} {
		if got, ok := narrow(tt.in); !ok || got != tt.want {
			t.Errorf("%s: %#x, %v, want %#x", name, got, ok, tt.want)
		}
	}
	for _, f := range []float32{65520, float32(math.Inf(-1)), float32(math.NaN())} {
		if _, ok := narrow(f); ok {
			t.Errorf("%g was taken", f)
		}
	}
}
