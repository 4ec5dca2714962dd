package transformer

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The ids below firstWord are special tokens: padding, unknown, classification,
// separator, mask. A text never yields one of them but the unknown token.
const (
	unknownID = 1
	firstWord = 5
	// A longer word is unknown, as in the reference.
	maxWordRunes = 100
)

// tokenizer cuts a text into WordPiece ids like BERT's uncased reference,
// without special tokens. It is safe for concurrent use, and takes time in
// proportion to the text: a word has a limit, and so has a piece.
type tokenizer struct {
	heads, tails map[string]uint32 // pieces that begin a word, and "##" ones
	maxPiece     int               // bytes of the longest piece
}

func newTokenizer(vocab []string) (*tokenizer, error) {
	if len(vocab) <= firstWord || vocab[unknownID] != "[UNK]" {
		return nil, fmt.Errorf("the vocabulary does not begin with the special tokens")
	}
	t := &tokenizer{heads: make(map[string]uint32, len(vocab)), tails: make(map[string]uint32, len(vocab)/2)}
	for i, token := range vocab[firstWord:] {
		into := t.heads
		if rest, ok := strings.CutPrefix(token, "##"); ok && rest != "" {
			into, token = t.tails, rest
		}
		into[token] = uint32(i + firstWord)
		t.maxPiece = max(t.maxPiece, len(token))
	}
	return t, nil
}

// ids gives the token ids of text.
func (t *tokenizer) ids(text string) []uint32 {
	ids := make([]uint32, 0, len(text)/4+4)
	word := make([]byte, 0, 64)
	flush := func() {
		if len(word) > 0 {
			ids = t.appendWord(ids, word)
			word = word[:0]
		}
	}
	for _, r := range clean(text) {
		switch {
		case unicode.IsSpace(r):
			flush()
		case unicode.Is(unicode.Mn, r): // an accent, split off its letter
		case isPunctuation(r) || isIdeograph(r):
			flush()
			word = utf8.AppendRune(word, r)
			flush()
		default:
			word = appendLower(word, r)
		}
	}
	flush()
	return ids
}

// appendWord cuts one word into the longest pieces from the left; a word with
// a part that is no piece is unknown as a whole.
func (t *tokenizer) appendWord(ids []uint32, word []byte) []uint32 {
	if utf8.RuneCount(word) > maxWordRunes {
		return append(ids, unknownID)
	}
	before, pieces := len(ids), t.heads
	for len(word) > 0 {
		id, size := longest(pieces, word, t.maxPiece)
		if size == 0 {
			return append(ids[:before], unknownID)
		}
		ids, word, pieces = append(ids, id), word[size:], t.tails
	}
	return ids
}

// longest finds the longest piece that word begins with; size 0 = none.
func longest(pieces map[string]uint32, word []byte, limit int) (id uint32, size int) {
	for size = min(len(word), limit); size > 0; size-- {
		if size < len(word) && !utf8.RuneStart(word[size]) {
			continue
		}
		if id, ok := pieces[string(word[:size])]; ok {
			return id, size
		}
	}
	return 0, 0
}

// clean drops what BERT's normaliser drops and takes accents off their letters.
func clean(text string) string {
	if isPlain(text) {
		return text
	}
	text = strings.Map(func(r rune) rune {
		if r == 0 || r == utf8.RuneError || isControl(r) {
			return -1
		}
		return r
	}, text)
	return norm.NFD.String(text)
}

// isPlain reports whether text is ASCII without control characters to drop.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f {
			return false
		}
	}
	return true
}

func isControl(r rune) bool {
	if r == '\t' || r == '\n' || r == '\r' {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co)
}

func isPunctuation(r rune) bool {
	if r < utf8.RuneSelf {
		return r > ' ' && r < 0x7f && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	return unicode.IsPunct(r)
}

// isIdeograph reports whether r is a Chinese character in BERT's sense, a word
// of its own.
func isIdeograph(r rune) bool {
	switch {
	case r < 0x3400:
		return false
	case r <= 0x4dbf, r >= 0x4e00 && r <= 0x9fff, r >= 0xf900 && r <= 0xfaff:
		return true
	case r < 0x20000:
		return false
	default:
		return r <= 0x2a6df || r >= 0x2a700 && r <= 0x2b81f || r >= 0x2b920 && r <= 0x2ceaf || r >= 0x2f800 && r <= 0x2fa1f
	}
}

func appendLower(word []byte, r rune) []byte {
	if 'A' <= r && r <= 'Z' {
		return append(word, byte(r|0x20))
	}
	return utf8.AppendRune(word, unicode.ToLower(r))
}
