package perspective

import (
	"testing"

	"github.com/tamis-moderation/tamis/api/compat"
)

func TestHTML(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ sent, want string }{
		"tags":             {`<p class="x">a <b>b</b></p>`, "\na b\n"},
		"entities":         {"&lt;3 &amp; &eacute; &nope; & c", "<3 & é &nope; & c"},
		"no tag":           {"1 < 2 > 1 <3", "1 < 2 > 1 <3"},
		"comments":         {"a<!-- <b> -->b", "ab"},
		"a tag not closed": {"a <b", "a <b"},
		"line breaks":      {"a<br/>b<BR>c", "a\nb\nc"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := htmlText(tt.sent); got.words != tt.want || len(got.at) != len(got.words)+1 {
				t.Errorf("got %q (%d offsets), want %q", got.words, len(got.at), tt.want)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	f.Add("<p>Été 😀.</p> Oui &eacute; <br> non !")
	f.Add("\xff<\xc3&#x;")
	f.Fuzz(func(t *testing.T, sent string) {
		for _, made := range []text{plainText(sent), htmlText(sent)} {
			var at position
			last := 0
			for _, s := range compat.Sentences(made.words) {
				begin, end := made.units(s, &at)
				if begin < last || end < begin || s.Begin >= s.End {
					t.Fatalf("%q: span %d to %d after %d", sent, begin, end, last)
				}
				last = end
			}
		}
	})
}
