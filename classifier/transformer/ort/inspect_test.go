package ort

import "testing"

func TestOlder(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		version string
		want    bool
	}{
		"the least itself": {"1.23.0", false}, "a later one": {"1.32.0", false}, "a later major one": {"2.0.0", false},
		"an earlier one": {"1.22.2", true}, "not compared as text": {"1.9.1", true}, "a preview": {"1.24.0-dev", false},
		"two numbers": {"1.23", false}, "none": {"", true}, "words": {"unknown", true}, "more numbers": {"1.23.1.2", false},
	} {
		if got := older(tt.version, "1.23"); got != tt.want {
			t.Errorf("%s: older(%q) = %v", name, tt.version, got)
		}
	}
}
