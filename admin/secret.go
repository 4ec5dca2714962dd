package admin

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash/crc32"
	"math/big"
	"strings"
)

const (
	keyPrefix   = "tam_"
	keyRandom   = 30                                     // base62 characters: 178 bits
	keyChecksum = 6                                      // base62 characters of a CRC-32
	wireLength  = 12                                     // what Akismet's clients take for a key
	lower       = "0123456789abcdefghijklmnopqrstuvwxyz" // a key that travels as a DNS label has one case
	alphabet    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// newKey makes a key: tam_, 30 random base62 characters, and 6 of their
// CRC-32, so that a mistyped key is told from a wrong one without a look-up.
func newKey() string {
	body := randomText(keyRandom)
	return keyPrefix + body + checksum(body)
}

// wellFormed reports whether s can be a key at all.
func wellFormed(s string) bool {
	if len(s) == wireLength {
		return strings.Trim(s, alphabet) == ""
	}
	body, ok := strings.CutPrefix(s, keyPrefix)
	return ok && len(body) == keyRandom+keyChecksum && checksum(body[:keyRandom]) == body[keyRandom:]
}

// hashSecret is how keys and links are kept. They carry enough randomness that
// a fast hash is right.
func hashSecret(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func checksum(s string) string {
	n := crc32.ChecksumIEEE([]byte(s))
	out := make([]byte, keyChecksum)
	for i := keyChecksum - 1; i >= 0; i-- {
		out[i] = alphabet[n%62]
		n /= 62
	}
	return string(out)
}

func randomText(n int) string { return randomOf(alphabet, n) }

func randomOf(alphabet string, n int) string {
	out := make([]byte, n)
	for i := range out {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		out[i] = alphabet[k.Int64()]
	}
	return string(out)
}
