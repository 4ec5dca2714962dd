package compat_test

import (
	"testing"
	"unicode/utf16"

	"github.com/tamis-moderation/tamis/api/compat"
)

func TestUTF16CountsAsBrowsersDo(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "abc", "été", "😀", "a😀é\u200d👩‍👩‍👧", "\xff\xfe"} {
		if got, want := compat.UTF16(s), len(utf16.Encode([]rune(s))); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	}
}
