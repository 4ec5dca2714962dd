package admin

import (
	"testing"
	"time"
)

// The vectors of RFC 6238, appendix B, for SHA-1.
func TestCodesOfTheStandard(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471",
		1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := totp([]byte("12345678901234567890"), at/totpPeriod, 8); got != want {
			t.Errorf("at %d: got %s, want %s", at, got, want)
		}
	}
}

func TestACodeIsGoodForAPeriodEitherSideAndOnce(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // the standard's
	at := time.Unix(1111111111, 0)
	code := totp([]byte("12345678901234567890"), at.Unix()/totpPeriod, totpDigits)
	for name, tt := range map[string]struct {
		late time.Duration
		last int64
		want bool
	}{
		"on time":            {0, 0, true},
		"a period late":      {totpPeriod * time.Second, 0, true},
		"a period early":     {-totpPeriod * time.Second, 0, true},
		"two periods late":   {2 * totpPeriod * time.Second, 0, false},
		"used before":        {0, at.Unix() / totpPeriod, false},
		"used the one after": {0, at.Unix()/totpPeriod + 1, false},
	} {
		if _, ok := matchTOTP(secret, code, at.Add(tt.late), tt.last); ok != tt.want {
			t.Errorf("%s: got %v", name, ok)
		}
	}
	for name, secret := range map[string]string{"no secret": "", "no base32": "1!", "too short": "GEZDGNBV"} {
		if _, ok := matchTOTP(secret, code, at, 0); ok {
			t.Errorf("%s: taken", name)
		}
	}
}
