package models

import (
	"encoding/binary"
	"hash/fnv"
	"net/netip"
	"strings"
	"time"
)

// Kin is what relates a comment that waits for a person to others: told at
// filing, so that nothing is compared when somebody looks.
type Kin struct {
	Same      string    // of the same author and text: a repeat; empty = the author is not known
	Host      string    // the first site that it links to, its own page's apart
	Network   string    // where it was sent from, see [Comment.NetworkKey]
	Author    string    // see [Comment.AuthorKey]
	Signature Signature // of its words; nil = too few to tell
}

// SignatureSize is how many numbers a signature has: [SignatureBands] bands of
// three.
const (
	SignatureSize  = 36
	SignatureBands = 12
)

// Signature is a sketch of a text's words: the share of places in which two
// signatures agree is about the share of words that their texts have in common.
type Signature []uint32

// Alike is the share of places in which two signatures agree.
func (s Signature) Alike(other Signature) float64 {
	if len(s) != SignatureSize || len(other) != SignatureSize {
		return 0
	}
	same := 0
	for i := range s {
		if s[i] == other[i] {
			same++
		}
	}
	return float64(same) / SignatureSize
}

// Bands are the keys under which texts alike are found: two texts that share
// six words of ten share one of their bands nearly always, two that share one
// of ten nearly never.
func (s Signature) Bands() []int64 {
	if len(s) != SignatureSize {
		return nil
	}
	out := make([]int64, 0, SignatureBands)
	for b := range SignatureBands {
		h := fnv.New64a()
		_, _ = h.Write([]byte{byte(b)})
		for _, n := range s[3*b : 3*b+3] {
			_, _ = h.Write(binary.BigEndian.AppendUint32(nil, n))
		}
		out = append(out, int64(h.Sum64())) //nolint:gosec // a key may be negative
	}
	return out
}

// Bytes is the signature as it is kept.
func (s Signature) Bytes() []byte {
	var out []byte
	for _, n := range s {
		out = binary.BigEndian.AppendUint32(out, n)
	}
	return out
}

// ParseSignature reads what [Signature.Bytes] wrote.
func ParseSignature(b []byte) Signature {
	if len(b) != 4*SignatureSize {
		return nil
	}
	out := make(Signature, SignatureSize)
	for i := range out {
		out[i] = binary.BigEndian.Uint32(b[4*i:])
	}
	return out
}

// NetworkKey identifies the network from which a comment was sent inside the
// site, without telling which it is. Empty when the address is not known.
func (c *Comment) NetworkKey() string {
	network := NetworkOf(c.Author.IP)
	if network == "" {
		return ""
	}
	return DerivedID("author network", string(c.Site), network)
}

// NetworkOf is the network of an address as people write it: 192.0.2.0/24,
// 2001:db8:7::/48. Empty when it is no address.
func NetworkOf(address string) string {
	ip, err := netip.ParseAddr(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	bits := 24
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		bits = 48
	}
	network, err := ip.Prefix(bits)
	if err != nil {
		return ""
	}
	return network.String()
}

// ThreadKey identifies the conversation that a comment is in: the site's own
// name for it or, failing that, the page. Empty when neither is known.
func (c *Comment) ThreadKey() string {
	switch {
	case c.Context.ThreadID != "":
		return DerivedID("thread id", string(c.Site), c.Context.ThreadID)
	case c.Context.URL != "":
		return DerivedID("thread url", string(c.Site), c.Context.URL)
	default:
		return ""
	}
}

// WaveKind is what the comments of a wave have in common.
type WaveKind string

// The kinds of waves.
const (
	WaveText    WaveKind = "text" // nearly the same words
	WaveHost    WaveKind = "host" // links to one site
	WaveNetwork WaveKind = "network"
	WaveAuthor  WaveKind = "author"
)

// WaveKinds lists every kind of wave, the closest kinship first.
func WaveKinds() []WaveKind { return []WaveKind{WaveText, WaveHost, WaveNetwork, WaveAuthor} }

// Least is how many open items make a wave of the kind.
func (k WaveKind) Least() int {
	if k == WaveText {
		return 2
	}
	return 3
}

// Wave is a group of open items that may be decided together.
type Wave struct {
	Kind   WaveKind
	Key    string
	Size   int       // open items; counting stops at [MaxWave]
	Oldest time.Time // when the first of them was filed
	Newest time.Time
	Sample Comment // one of them
}

// MaxWave is how many items one act decides.
const MaxWave = 500

// WaveRequest asks to decide several items in one act.
type WaveRequest struct {
	ID    string // of the wave, by which it can be undone
	Items []CommentID
	// Settled decides what does not wait any more too, as a decision without a
	// claim does.
	Settled bool
	DecisionRequest
}

// WaveOutcome is what became of the items of a wave.
type WaveOutcome struct {
	Wave      string
	Decisions []Decision
	Skipped   map[CommentID]string // why the others were left as they were
}
