package policy

import (
	"slices"
	"strings"
	"testing"
)

func TestFindLinks(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text  string
		hosts []string
		first string
	}{
		"nothing":                         {"Merci pour cet article : très bien argumenté.", nil, ""},
		"a plain link":                    {"voir https://Example.com/a?b=c#d.", []string{"example.com"}, "https://Example.com/a?b=c#d"},
		"a colon after the host":          {"https://example.com: super", []string{"example.com"}, "https://example.com"},
		"bare www":                        {"allez sur www.example.com, vite", []string{"www.example.com"}, "www.example.com"},
		"a word with www inside":          {"awww.that is cute", nil, ""},
		"user and port":                   {"http://good.example@evil.example:8080/x", []string{"evil.example"}, "http://good.example@evil.example:8080/x"},
		"hxxp":                            {"hxxp://evil.example/x", []string{"evil.example"}, "hxxp://evil.example/x"},
		"slashes the wrong way round":     {`http:\\evil.example\x`, []string{"evil.example"}, `http:\\evil.example\x`},
		"one slash":                       {"http:/evil.example/x", []string{"evil.example"}, "http:/evil.example/x"},
		"an IPv6 address":                 {"http://[2001:DB8::1]:80/x", []string{"[2001:db8::1]"}, ""},
		"an address without a dot":        {"http://localhost/x", []string{"localhost"}, ""},
		"an international host":           {"https://Élan.example/", []string{"xn--lan-9la.example"}, ""},
		"a hidden character in the host":  {"https://ev\u00adil.example/", []string{"evil.example"}, ""},
		"fullwidth dots":                  {"https://evil。example/", []string{"evil.example"}, ""},
		"Markdown":                        {"[click](https://evil.example/a) now", []string{"evil.example"}, "https://evil.example/a"},
		"Markdown without a scheme":       {"[click](//evil.example/a)", []string{"evil.example"}, "//evil.example/a"},
		"Markdown that repeats itself":    {"[https://a.example/x](https://a.example/x)", []string{"a.example"}, ""},
		"HTML that repeats itself":        {`<a href="http://a.example/">http://a.example/</a>`, []string{"a.example"}, "http://a.example/"},
		"HTML with more attributes":       {`<a href="http://a.example/" rel="nofollow">http://a.example/</a>`, []string{"a.example"}, ""},
		"HTML with another host inside":   {`<a href="http://evil.example/">http://good.example/</a>`, []string{"evil.example", "good.example"}, ""},
		"BBCode with a target":            {"[url=http://a.example]here[/url]", []string{"a.example"}, "http://a.example"},
		"BBCode around the target":        {"[url]a.example/x[/url]", []string{"a.example"}, "a.example/x"},
		"two links in a row are two":      {"http://a.example http://a.example", []string{"a.example", "a.example"}, ""},
		"an address inside a path":        {"https://a.example/?u=https://b.example/", []string{"a.example"}, "https://a.example/?u=https://b.example/"},
		"a relative target":               {"[top](#top) [home](/index)", nil, ""},
		"a mail address":                  {`<a href="mailto:me@example.com">me</a> me@example.com`, nil, ""},
		"a time, a ratio, a label":        {"à 10:30, 4:3, note: rien", nil, ""},
		"a scheme alone":                  {"the http:// part", nil, ""},
		"emphasis and quotes are no path": {"**https://a.example/x** «https://b.example»", []string{"a.example", "b.example"}, "https://a.example/x"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			links := findLinks(tt.text)
			var got []string
			for _, l := range links {
				got = append(got, l.host)
			}
			if !slices.Equal(got, tt.hosts) {
				t.Fatalf("hosts: got %q, want %q", got, tt.hosts)
			}
			if tt.first == "" {
				return
			}
			if got := tt.text[links[0].begin:links[0].end]; got != tt.first {
				t.Errorf("first link: got %q, want %q", got, tt.first)
			}
		})
	}
}

func TestListedHosts(t *testing.T) {
	t.Parallel()
	hosts := canonicalHosts([]string{"Evil.example", "*.wild.example", "élan.example"})
	tests := map[string]struct {
		host string
		want bool
	}{
		"the host itself":            {"evil.example", true},
		"a subdomain":                {"a.b.evil.example", true},
		"a name that only ends so":   {"notevil.example", false},
		"a name that only begins so": {"evil.example.org", false},
		"a wildcard":                 {"x.wild.example", true},
		"an international name":      {canonicalHost("www.ÉLAN.example"), true},
		"its unaccented twin":        {"elan.example", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, got := listed(tt.host, hosts); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestEvidenceOfLinksCountsCodePoints(t *testing.T) {
	t.Parallel()
	text := "é👍 https://a.example/ü puis www.b.example"
	spans := spansOf(text, findLinks(text))
	runes := []rune(text)
	if len(spans) != 2 {
		t.Fatalf("got %d spans, want 2", len(spans))
	}
	for _, s := range spans {
		if got := string(runes[s.Begin:s.End]); got != s.Text || !strings.Contains(s.Text, "example") {
			t.Errorf("span [%d,%d) cuts %q, says %q", s.Begin, s.End, got, s.Text)
		}
	}
}
