package moderation

import (
	"hash/fnv"
	"net/url"
	"strings"
	"unicode"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/normalise"
	"github.com/tamis-moderation/tamis/policy"
)

const (
	// minWord is how many letters a word needs to say what a text is about, and
	// minWords how many of them a text needs to be told from others.
	minWord  = 4
	minWords = 5
)

// kin is what relates a comment that goes to people to others that wait.
func kin(c *models.Comment) models.Kin {
	hosts := policy.Hosts(c.Text)
	k := models.Kin{
		Host: firstForeign(append(hosts, policy.Hosts(c.Author.URL)...), c.Context.URL), Network: c.NetworkKey(), Author: c.AuthorKey(),
		Signature: sketch(c.Text, c.Lang, hosts),
	}
	if k.Author != "" {
		k.Same = models.DerivedID("same", k.Author, sameKey(c.Text))
	}
	return k
}

// sameKey is what a text that is sent again has in common with itself.
func sameKey(text string) string {
	if key := textKey(text); key != "" {
		return key
	}
	return models.TextHash(strings.Join(strings.Fields(text), " "))
}

// firstForeign is the first of hosts that is not the page's own.
func firstForeign(hosts []string, page string) string {
	own := ""
	if u, err := url.Parse(page); err == nil {
		own = strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	}
	for _, h := range hosts {
		h = strings.TrimPrefix(h, "www.")
		if h != own && (own == "" || !strings.HasSuffix(h, "."+own)) {
			return h
		}
	}
	return ""
}

// sketch is the signature of a text's words, each as it is read: look-alike
// letters, digits for letters, accents and case do not count, nor does their
// order, nor what stands behind the host of a link.
func sketch(text, lang string, hosts []string) models.Signature {
	words := map[string]struct{}{}
	for _, h := range hosts {
		words["host "+strings.TrimPrefix(h, "www.")] = struct{}{}
	}
	for field := range strings.FieldsSeq(normalise.String(normalise.Reveal(text, lang).Text)) {
		if linked(field) {
			continue
		}
		for word := range strings.FieldsFuncSeq(field, notInWord) {
			if len([]rune(word)) >= minWord {
				words[word] = struct{}{}
			}
		}
	}
	if len(words) < minWords {
		return nil
	}
	out := make(models.Signature, models.SignatureSize)
	for i := range out {
		out[i] = ^uint32(0)
	}
	for word := range words {
		h := fnv.New64a()
		_, _ = h.Write([]byte(word))
		x := h.Sum64()
		for i := range out {
			out[i] = min(out[i], uint32(mix(x+uint64(i)*0x9e3779b97f4a7c15)>>32)) //nolint:gosec // the upper half of 64 bits
		}
	}
	return out
}

// linked reports a word that is an address.
func linked(field string) bool {
	return strings.Contains(field, "://") || strings.Contains(field, "www.") || strings.Contains(field, "href=")
}

func notInWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// mix spreads x over all its bits: the finaliser of SplitMix64, one and the
// same on every machine.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
