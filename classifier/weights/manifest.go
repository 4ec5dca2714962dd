package weights

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/tamis-moderation/tamis/models"
)

// Manifest says what a bundle is. It is a stored document, hence its tags.
type Manifest struct {
	Name     string `json:"name"`
	Revision string `json:"revision"`
	Licence  string `json:"licence"`
	About    string `json:"about,omitempty"`
	// TrainedOn is the hex SHA-256 of the training rows, file by file in the order
	// of their names; empty where nobody kept them.
	TrainedOn string   `json:"trained_on_sha256,omitempty"`
	Languages []string `json:"languages"`
	// Labels are ours, in the order of the graph's outputs; an empty one is an
	// output that is not used.
	Labels []models.Label `json:"labels"`
	// MaxTokens is the longest text judged in one piece; a longer one is judged
	// in windows that share Overlap tokens.
	MaxTokens  int                `json:"max_tokens"`
	Overlap    int                `json:"overlap"`
	Vocabulary FileDigest         `json:"vocabulary"`
	Data       FileDigest         `json:"weights_bin"`
	Curves     []Curve            `json:"calibration"` // none = the scores are used as they are
	Grams      *Grams             `json:"grams,omitempty"`
	Measured   map[string]float64 `json:"measured,omitempty"`
}

// Grams says how the bytes of the linear voice's table are read, one number a
// label in the order of Labels: see package grams.
type Grams struct {
	Scales []float64 `json:"scales"`
	Biases []float64 `json:"biases"`
}

// FileDigest is the size and hex SHA-256 of a file.
type FileDigest struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// check compares data with the digest, naming the file and both digests.
func (d FileDigest) check(file string, data []byte) error {
	found := digest(data)
	if int64(len(data)) == d.Bytes && found == d.SHA256 {
		return nil
	}
	return models.Errorf(models.Invalid, "weights: %s is not the file of the manifest: wanted sha256 %s (%d bytes), found %s (%d bytes)",
		file, d.SHA256, d.Bytes, found, len(data))
}

// validName is what a bundle may be called: it names a folder too.
var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

// ParseManifest reads and checks a manifest; every fault is reported.
func ParseManifest(raw []byte) (Manifest, error) {
	var m Manifest
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&m); err != nil {
		return m, models.Wrap(models.Malformed, err, "the manifest is not JSON")
	}
	return m, m.validate()
}

func (m *Manifest) validate() error {
	var faults []error
	bad := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if !validName.MatchString(m.Name) {
		bad("name: %q is not a name of lower-case letters, digits, dot, hyphen", m.Name)
	}
	if len(m.Labels) == 0 {
		bad("labels: must not be empty")
	}
	for i, l := range m.Labels {
		if l != "" && !l.Valid() {
			bad("labels[%d]: %q is not a label", i, l)
		}
	}
	if m.MaxTokens < 8 || m.MaxTokens > 4096 {
		bad("max_tokens: %d is not between 8 and 4096", m.MaxTokens)
	}
	if m.Overlap < 0 || m.Overlap >= m.MaxTokens/2 {
		bad("overlap: %d is not between 0 and half of max_tokens", m.Overlap)
	}
	if g := m.Grams; g != nil {
		if len(g.Scales) != len(m.Labels) || len(g.Biases) != len(m.Labels) {
			bad("grams: %d scales and %d biases for %d labels", len(g.Scales), len(g.Biases), len(m.Labels))
		}
		if !finite(g.Scales...) || !finite(g.Biases...) {
			bad("grams: the scales and biases must be finite")
		}
	}
	for i, c := range m.Curves {
		if err := c.validate(); err != nil {
			bad("calibration[%d]: %w", i, err)
		}
	}
	return errors.Join(faults...)
}
