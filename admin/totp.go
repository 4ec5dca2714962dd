package admin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238's default, and what every authenticator app speaks
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Parameters of the second factor (RFC 6238): what every app understands.
const (
	totpPeriod = 30
	totpDigits = 6
	totpSkew   = 1 // periods that clocks may differ by

	recoveryCount  = 10
	recoveryLength = 10
)

// unmistakable has no characters that are taken for one another.
const unmistakable = "23456789abcdefghjkmnpqrstuvwxyz"

// NewTOTP makes a secret for an authenticator app; it counts once a code proved
// that the app has it (see SetTOTP).
func (s *SignIn) NewTOTP() string {
	raw := make([]byte, 20)
	_, _ = rand.Read(raw) // never fails
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
}

// TOTPAddress is what an authenticator app reads from a QR code.
func (s *SignIn) TOTPAddress(secret, email string) string {
	values := url.Values{"secret": {secret}, "issuer": {"Tamis"}}
	return (&url.URL{Scheme: "otpauth", Host: "totp", Path: "/Tamis:" + email, RawQuery: values.Encode()}).String()
}

// SetTOTP turns the second factor on, proved by a code, and gives the recovery
// codes, which are shown once.
func (s *SignIn) SetTOTP(ctx context.Context, user models.User, secret, code string) ([]string, error) {
	now := s.Now()
	step, ok := matchTOTP(secret, code, now, 0)
	if !ok {
		return nil, models.Fields(models.FieldError{Field: "code", Detail: "is not the code that the app shows"})
	}
	codes, hashed := make([]string, recoveryCount), make([]string, recoveryCount)
	for i := range codes {
		codes[i] = randomOf(unmistakable, recoveryLength)
		hashed[i] = hashSecret(codes[i])
	}
	if err := s.Store.SetRecoveryCodes(ctx, user.ID, hashed); err != nil {
		return nil, fmt.Errorf("second factor: %w", err)
	}
	change := models.UserChange{User: user.ID, Act: "user.totp_on", By: user.Actor(), At: now}
	_, err := s.Store.ChangeUser(ctx, change, func(u *models.User) error {
		u.TOTPSecret, u.TOTPStep = secret, step
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("second factor: %w", err)
	}
	return codes, nil
}

// EndTOTP turns a person's second factor off.
func (s *SignIn) EndTOTP(ctx context.Context, user, by string) error {
	return endTOTP(ctx, s.Store, user, by, s.Now())
}

func endTOTP(ctx context.Context, s accounts, user, by string, at time.Time) error {
	_, err := s.ChangeUser(ctx, models.UserChange{User: user, Act: "user.totp_off", By: by, At: at}, func(u *models.User) error {
		u.TOTPSecret, u.TOTPStep = "", 0
		return nil
	})
	if err != nil {
		return fmt.Errorf("second factor: %w", err)
	}
	return s.SetRecoveryCodes(ctx, user, nil)
}

// checkCode takes a code of the app, once, or a recovery code.
func (s *SignIn) checkCode(ctx context.Context, u models.User, code string) error {
	wrong := models.Fields(models.FieldError{Field: "code", Detail: "is not right"})
	code = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	if len(code) == recoveryLength {
		_, err := s.Store.UseRecoveryCode(ctx, u.ID, hashSecret(code), s.Now())
		if models.KindOf(err) == models.NotFound {
			return wrong
		}
		return err
	}
	_, err := s.Store.ChangeUser(ctx, models.UserChange{User: u.ID, At: s.Now()}, func(x *models.User) error {
		step, ok := matchTOTP(x.TOTPSecret, code, s.Now(), x.TOTPStep)
		if !ok {
			return wrong
		}
		x.TOTPStep = step
		return nil
	})
	return err
}

// matchTOTP finds the period after last that a code belongs to.
func matchTOTP(secret, code string, at time.Time, last int64) (int64, bool) {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil || len(key) < 16 {
		return 0, false
	}
	now := at.Unix() / totpPeriod
	for step := now - totpSkew; step <= now+totpSkew; step++ {
		if step > last && subtle.ConstantTimeCompare([]byte(totp(key, step, totpDigits)), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}

// totp is the code of one period.
func totp(key []byte, step int64, digits int) string {
	mac := hmac.New(sha1.New, key)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	n, limit := binary.BigEndian.Uint32(sum[offset:])&0x7fffffff, uint32(1)
	for range digits {
		limit *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%limit)
}
