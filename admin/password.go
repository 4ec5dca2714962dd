package admin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/tamis-moderation/tamis/models"
)

// Parameters of argon2id: OWASP's least, 19 MiB and two passes.
const (
	argonTime, argonMemory, argonThreads = 2, 19 * 1024, 1
	argonSalt, argonKey                  = 16, 32
)

// hashPassword gives the password in PHC form, $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func hashPassword(password string) string {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails
	hash := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64(salt), b64(hash))
}

// checkPassword reports whether password is the one behind a hash in PHC form.
// Each hash carries its own parameters, so that stronger ones can come later.
func checkPassword(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var version int
	var memory, passes uint32
	var threads uint8
	if n, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &threads); n != 4 || err != nil {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	want, werr := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || werr != nil || version != argon2.Version || len(want) == 0 || memory > 1<<20 || passes == 0 || threads == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// hashes bounds how many passwords are hashed at once: each takes 19 MiB and a
// core for a while, and strangers may ask for it.
type hashes chan struct{}

// run does one hashing, when its turn comes.
func (h hashes) run(ctx context.Context, hashing func()) error {
	select {
	case h <- struct{}{}:
		defer func() { <-h }()
		hashing()
		return nil
	case <-ctx.Done():
		return models.Wrap(models.Unavailable, ctx.Err(), "too many sign-ins at once")
	}
}

func checkLength(password string) error {
	if n := len(password); n < 8 || n > 256 {
		return models.Fields(models.FieldError{Field: "password", Detail: "must be 8 to 256 bytes long"})
	}
	return nil
}
