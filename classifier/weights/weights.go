// Package weights owns the learned parameters as data: the bundle format, the
// manifest that names and checks it, and the default bundle inside the binary.
// It refuses to compute a score: that is what the transformer does with it.
//
// A bundle is a folder of two files. manifest.json says what the weights are;
// weights.bin is an uncompressed tar of
//
//	graph.onnx    the ONNX graph, its float tensors left out
//	tensors.f16   those tensors in half precision, little-endian
//	vocab.txt     one token a line, the line number is the id
//	golden.json   texts with the ids and scores that they must give
//	grams.i8      the table of the linear voice, where the manifest has one
//
// For transport both files travel in one tar, see [Unpack].
package weights

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// The names inside a bundle.
const (
	ManifestFile = "manifest.json"
	DataFile     = "weights.bin"
	graphMember  = "graph.onnx"
	tensorMember = "tensors.f16"
	vocabMember  = "vocab.txt"
	goldenMember = "golden.json"
	gramsMember  = "grams.i8"
)

//go:embed embedded/manifest.json embedded/weights.bin
var embedded embed.FS

// Bundle is a set of weights whose digests were checked.
type Bundle struct {
	Manifest Manifest
	Ref      models.WeightsRef
	Graph    []byte // ONNX; its float tensors are external data, see ReadTensor
	Vocab    []string
	Golden   []Golden
	Grams    []byte // the linear voice's table; nil = none
	tensors  []byte
}

// Golden is a text with the token ids and the probabilities, before any
// calibration, that the weights must give for it, in the order of the labels;
// Grams are the linear voice's logits.
type Golden struct {
	Text   string    `json:"text"`
	IDs    []uint32  `json:"ids"`
	Scores []float64 `json:"scores"`
	Grams  []float64 `json:"grams,omitempty"`
}

// Embedded opens the default weights inside the binary.
func Embedded() (*Bundle, error) {
	sub, err := fs.Sub(embedded, "embedded")
	if err != nil {
		return nil, models.Wrap(models.Internal, err, "the embedded weights are missing")
	}
	return open(sub, "embedded")
}

// Open opens the weights in a folder.
func Open(dir string) (*Bundle, error) {
	return open(os.DirFS(dir), dir)
}

// open reads, checks and unpacks a bundle; where names it in errors.
func open(files fs.FS, where string) (*Bundle, error) {
	raw, err := readFile(files, where, ManifestFile)
	if err != nil {
		return nil, err
	}
	m, err := ParseManifest(raw)
	if err != nil {
		return nil, models.Wrap(models.Invalid, err, "weights: "+path.Join(where, ManifestFile)+" can't be read")
	}
	data, err := readFile(files, where, DataFile)
	if err != nil {
		return nil, err
	}
	if err := m.Data.check(path.Join(where, DataFile), data); err != nil {
		return nil, err
	}
	b := &Bundle{Manifest: m, Ref: models.WeightsRef{Name: m.Name, Digest: digest(raw)}}
	if err := b.unpack(data); err != nil {
		return nil, models.Wrap(models.Invalid, err, "weights: "+path.Join(where, DataFile)+" can't be read")
	}
	return b, nil
}

func readFile(files fs.FS, where, name string) ([]byte, error) {
	raw, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, models.Wrap(models.NotFound, err, "weights: "+path.Join(where, name)+" is missing")
	}
	if err != nil {
		return nil, models.Wrap(models.Unavailable, err, "weights: "+path.Join(where, name)+" can't be read")
	}
	return raw, nil
}

// unpack finds the members of data. They stay where they are: the tensors of
// the embedded weights are never copied as a whole.
func (b *Bundle) unpack(data []byte) error {
	members, err := tarMembers(data)
	if err != nil {
		return err
	}
	for _, name := range []string{graphMember, tensorMember, vocabMember, goldenMember} {
		if members[name] == nil {
			return fmt.Errorf("%s is missing", name)
		}
	}
	b.Graph, b.tensors, b.Grams = members[graphMember], members[tensorMember], members[gramsMember]
	if (b.Grams == nil) != (b.Manifest.Grams == nil) {
		return fmt.Errorf("%s and the manifest's grams come together or not at all", gramsMember)
	}
	if err := b.Manifest.Vocabulary.check(vocabMember, members[vocabMember]); err != nil {
		return err
	}
	b.Vocab = strings.Split(strings.TrimSuffix(string(members[vocabMember]), "\n"), "\n")
	if err := json.Unmarshal(members[goldenMember], &b.Golden); err != nil {
		return fmt.Errorf("%s: %w", goldenMember, err)
	}
	if len(b.Golden) == 0 {
		return fmt.Errorf("%s holds no texts", goldenMember)
	}
	return nil
}

// tarMembers lists the files of a tar as pieces of data itself.
func tarMembers(data []byte) (map[string][]byte, error) {
	r := bytes.NewReader(data)
	members := map[string][]byte{}
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return members, nil
		}
		if err != nil {
			return nil, err
		}
		begin := len(data) - r.Len()
		if h.Typeflag != tar.TypeReg || h.Size > int64(r.Len()) {
			return nil, fmt.Errorf("member %q is cut short or not a plain file", h.Name)
		}
		members[h.Name] = data[begin : begin+int(h.Size) : begin+int(h.Size)]
	}
}

// digest is the hex SHA-256 of raw.
func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
