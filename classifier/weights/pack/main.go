// Command pack makes a weights bundle of an ONNX folder (model.onnx,
// tokenizer.json, config.json, golden.json). The same folder and flags give the
// same bytes. It owns the form of a bundle on its way in; it refuses to train and
// to calibrate, which `training` does.
//
//	go run ./classifier/weights/pack -in DIR -out classifier/weights/embedded \
//	    -name tamis-small -revision 1 -licence Apache-2.0
package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tamis-moderation/tamis/classifier/weights"
	"github.com/tamis-moderation/tamis/models"
)

func main() {
	in := flag.String("in", "", "folder with model.onnx, tokenizer.json, config.json, golden.json")
	out := flag.String("out", "", "folder that gets manifest.json and weights.bin")
	m := weights.Manifest{Curves: []weights.Curve{}, Languages: []string{"en", "fr"}}
	flag.StringVar(&m.Name, "name", "", "name of the weights")
	flag.StringVar(&m.Revision, "revision", "1", "revision of the weights")
	flag.StringVar(&m.Licence, "licence", "", "licence of the weights")
	flag.StringVar(&m.About, "about", "", "one sentence about the weights")
	flag.IntVar(&m.MaxTokens, "max-tokens", 96, "longest text judged in one piece")
	flag.IntVar(&m.Overlap, "overlap", 16, "tokens that two windows share")
	linear := flag.String("grams", "", "folder with grams.i8 and grams.json, the linear voice")
	corpus := flag.String("corpus", "", "folder of the training rows, whose digest the manifest keeps")
	curves := flag.String("calibration", "", "JSON file with a list of calibration curves")
	measured := flag.String("measured", "", "JSON file with the measured figures")
	flag.Parse()
	if err := noteCorpus(*corpus, &m); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
	if err := pack(*in, *linear, *out, *curves, *measured, m); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// pack reads the folder in and writes the bundle out.
func pack(in, linear, out, curves, measured string, m weights.Manifest) error {
	if err := optionalJSON(curves, &m.Curves); err != nil {
		return err
	}
	if err := optionalJSON(measured, &m.Measured); err != nil {
		return err
	}
	outputs, err := readLabels(filepath.Join(in, "config.json"))
	if err != nil {
		return err
	}
	m.Labels = ourLabels(outputs)
	vocab, err := readVocab(filepath.Join(in, "tokenizer.json"))
	if err != nil {
		return err
	}
	golden, err := readGolden(filepath.Join(in, "golden.json"), outputs)
	if err != nil {
		return err
	}
	onnx, err := os.ReadFile(filepath.Join(in, "model.onnx"))
	if err != nil {
		return err
	}
	var t tensors
	graph, err := t.strip(onnx)
	if err != nil {
		return fmt.Errorf("model.onnx: %w", err)
	}
	members := []member{{"graph.onnx", graph}, {"vocab.txt", vocab}, {"golden.json", golden}, {"tensors.f16", t.half}}
	if linear != "" {
		table, err := readGrams(linear, outputs, &m)
		if err != nil {
			return err
		}
		members = append(members, member{"grams.i8", table})
	}
	data, err := archive(members)
	if err != nil {
		return err
	}
	m.Vocabulary, m.Data = fileDigest(vocab), fileDigest(data)
	return write(out, data, m)
}

func write(out string, data []byte, m weights.Manifest) error {
	manifest, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if _, err := weights.ParseManifest(manifest); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, weights.DataFile), data, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, weights.ManifestFile), append(manifest, '\n'), 0o644)
}

func optionalJSON(file string, into any) error {
	if file == "" {
		return nil
	}
	return readJSON(file, into)
}

func readJSON(file string, into any) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// readLabels gives the names of the graph's outputs in order.
func readLabels(file string) ([]string, error) {
	var config struct {
		ID2Label map[string]string `json:"id2label"`
	}
	if err := readJSON(file, &config); err != nil {
		return nil, err
	}
	labels := make([]string, len(config.ID2Label))
	for id, name := range config.ID2Label {
		i, err := strconv.Atoi(id)
		if err != nil || i < 0 || i >= len(labels) {
			return nil, fmt.Errorf("%s: id2label: %q is not an output", file, id)
		}
		labels[i] = name
	}
	return labels, nil
}

// ourLabels words outputs as labels of ours; an unknown one is left empty.
func ourLabels(outputs []string) []models.Label {
	labels := make([]models.Label, len(outputs))
	for i, name := range outputs {
		if name == "identity" {
			name = string(models.IdentityAttack)
		}
		if l := models.Label(name); l.Valid() {
			labels[i] = l
		}
	}
	return labels
}

// readVocab checks that the tokenizer is the one that Tamis has, and gives its
// vocabulary, one token a line.
func readVocab(file string) ([]byte, error) {
	var t struct {
		Normalizer struct {
			Type      string `json:"type"`
			Lowercase bool   `json:"lowercase"`
			Accents   *bool  `json:"strip_accents"`
			Clean     bool   `json:"clean_text"`
			Chinese   bool   `json:"handle_chinese_chars"`
		} `json:"normalizer"`
		PreTokenizer struct {
			Type string `json:"type"`
		} `json:"pre_tokenizer"`
		PostProcessor json.RawMessage `json:"post_processor"`
		Model         struct {
			Type     string         `json:"type"`
			Unknown  string         `json:"unk_token"`
			Prefix   string         `json:"continuing_subword_prefix"`
			MaxChars int            `json:"max_input_chars_per_word"`
			Vocab    map[string]int `json:"vocab"`
		} `json:"model"`
	}
	if err := readJSON(file, &t); err != nil {
		return nil, err
	}
	n := t.Normalizer
	if n.Type != "BertNormalizer" || !n.Lowercase || !n.Clean || !n.Chinese || n.Accents == nil || !*n.Accents ||
		t.PreTokenizer.Type != "BertPreTokenizer" || t.Model.Type != "WordPiece" || t.Model.Unknown != "[UNK]" ||
		t.Model.Prefix != "##" || t.Model.MaxChars != 100 {
		return nil, fmt.Errorf("%s: only lower-casing, accent-stripping BERT WordPiece is supported", file)
	}
	if len(t.PostProcessor) > 0 && string(t.PostProcessor) != "null" {
		return nil, fmt.Errorf("%s: a post processor is not supported: no [CLS] or [SEP] is added", file)
	}
	lines := make([]string, len(t.Model.Vocab))
	for token, id := range t.Model.Vocab {
		if id < 0 || id >= len(lines) || lines[id] != "" || strings.ContainsAny(token, "\r\n") {
			return nil, fmt.Errorf("%s: the ids of the vocabulary are not 0 to %d", file, len(lines)-1)
		}
		lines[id] = token
	}
	return []byte(strings.Join(lines, "\n") + "\n"), nil
}

// readGolden orders the golden scores like the outputs. Texts whose reference
// ids hold a special token are left out: the reference takes a user's "[SEP]"
// for the real one, and Tamis must not.
func readGolden(file string, outputs []string) ([]byte, error) {
	var rows []struct {
		Text   string             `json:"text"`
		IDs    []uint32           `json:"ids"`
		Scores map[string]float64 `json:"scores"`
		Grams  []float64          `json:"grams"`
	}
	if err := readJSON(file, &rows); err != nil {
		return nil, err
	}
	var golden []weights.Golden
	for _, r := range rows {
		special := func(id uint32) bool { return id < 5 && id != 1 }
		if slices.ContainsFunc(r.IDs, special) {
			continue
		}
		g := weights.Golden{Text: r.Text, IDs: r.IDs, Grams: r.Grams}
		for _, name := range outputs {
			s, ok := r.Scores[name]
			if !ok {
				return nil, fmt.Errorf("%s: a text has no score for %q", file, name)
			}
			g.Scores = append(g.Scores, s)
		}
		golden = append(golden, g)
	}
	return json.Marshal(golden)
}

// noteCorpus keeps the digest of the training rows: the *.gz of a folder, in the
// order of their names.
func noteCorpus(folder string, m *weights.Manifest) error {
	if folder == "" {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.gz"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("%s holds no training rows (*.gz)", folder)
	}
	sum := sha256.New()
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		sum.Write(raw)
	}
	m.TrainedOn = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// readGrams gives the table of the linear voice, whose labels must be the
// graph's, and notes in the manifest how it is read.
func readGrams(folder string, outputs []string, m *weights.Manifest) ([]byte, error) {
	var said struct {
		Labels []string `json:"labels"`
		weights.Grams
	}
	if err := readJSON(filepath.Join(folder, "grams.json"), &said); err != nil {
		return nil, err
	}
	if !slices.Equal(said.Labels, outputs) {
		return nil, fmt.Errorf("%s: the linear voice has the labels %v, the graph %v", folder, said.Labels, outputs)
	}
	m.Grams = &said.Grams
	return os.ReadFile(filepath.Join(folder, "grams.i8"))
}

type member struct {
	name string
	data []byte
}

// archive makes a tar without times and owners, so that it is reproducible.
func archive(members []member) ([]byte, error) {
	var b bytes.Buffer
	t := tar.NewWriter(&b)
	for _, m := range members {
		if err := t.WriteHeader(&tar.Header{Name: m.name, Mode: 0o644, Size: int64(len(m.data)), Format: tar.FormatUSTAR}); err != nil {
			return nil, err
		}
		if _, err := t.Write(m.data); err != nil {
			return nil, err
		}
	}
	err := t.Close()
	return b.Bytes(), err
}

func fileDigest(data []byte) weights.FileDigest {
	sum := sha256.Sum256(data)
	return weights.FileDigest{Bytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
}
