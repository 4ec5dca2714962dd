package models

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxTextRunes is the longest text that is taken, in Unicode code points.
const MaxTextRunes = 32_768

// Limits of the other fields, in bytes.
const (
	maxShortField = 512
	maxLongField  = 4096
	maxMetadata   = 8192
)

// Comment is one text that a site asked about, and what became of it.
type Comment struct {
	ID         CommentID
	Site       SiteID
	ExternalID string // the site's own id; unique in the site when not empty
	Text       string
	TextKey    string // what copies of the text have in common, filled in at receipt; not read back; empty = too short to tell
	Lang       string // BCP 47; as sent, and as detected once judged when not sent
	Type       string // comment, reply, forum-post, trackback, pingback, …; empty = comment
	Author     Author
	Context    Context
	PostedAt   time.Time // zero = not told
	Metadata   []byte    // a JSON object that the site gets back unread; nil = none
	ReceivedAt time.Time
	JudgedAt   time.Time // zero until judged
	Status     Status
	Revision   int64 // grows by one with every change that is announced
	Edited     bool
	Verdict    *Verdict  // the last judgement's; nil until judged
	Decision   *Decision // the last that stands; nil if none
}

// Author is who wrote a comment, as far as the site tells.
type Author struct {
	ID        string
	Name      string
	Email     string
	URL       string
	IP        string
	UserAgent string
	Role      string
}

// Context is where a comment stands.
type Context struct {
	Section    string // a part of the site, as the site names it
	URL        string
	Title      string
	ThreadID   string
	ParentID   string
	ParentText string
}

// CommentEdit changes a comment's text and, where given, its language.
type CommentEdit struct {
	Text    string
	TextKey string // see [Comment]
	Lang    string
}

// CommentQuery selects comments of one site, newest first.
type CommentQuery struct {
	Site   SiteID
	Status Status    // empty = any
	Label  Label     // empty = any; else comments whose verdict carries it
	Since  time.Time // received at or after; zero = any
	Until  time.Time // received before; zero = any
	Cursor string    // opaque, from [Page].Next; empty = first page
	Limit  int       // 1..200

	// A comment is found by the following once it was judged.
	Words     string      // of its text, each whole or a beginning; "some words" = as they stand
	Author    string      // the same of the author's name, address or id
	Score     *ScoreRange // nil = any
	Sections  []string    // nil = all
	Undecided bool        // without what a person decided
}

// Page is one keyset page of a list. Next is empty on the last one.
type Page[T any] struct {
	Items []T
	Next  string
}

// Submitted tells what became of one submission.
type Submitted struct {
	ID     CommentID
	Status Status
	Err    error // why this one was not taken; the other fields are then empty
}

// Report is a reader's flag on a comment.
type Report struct {
	Comment  CommentID
	Site     SiteID
	Reason   string
	Reporter string // the site's id of the reader; empty = anonymous
	At       time.Time
	Kin      Kin // of the comment, used when the report takes it back to the queue
}

// TextHash is the hex SHA-256 of a text: what feedback keeps when the text may not be kept.
func TextHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// AuthorKey identifies the author inside the site without telling who it is:
// a hash of the id or, failing that, the e-mail address. Empty when neither is known.
func (c *Comment) AuthorKey() string {
	switch {
	case c.Author.ID != "":
		return DerivedID("author id", string(c.Site), c.Author.ID)
	case c.Author.Email != "":
		return DerivedID("author email", string(c.Site), strings.ToLower(c.Author.Email))
	default:
		return ""
	}
}

// AddressKey identifies the address that a comment came from inside the site
// without telling it; a network of IPv6 (/64) counts as one. Empty when there is none.
func (c *Comment) AddressKey() string {
	ip, err := netip.ParseAddr(strings.TrimSpace(c.Author.IP))
	if err != nil {
		return ""
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		network, _ := ip.Prefix(64) // an address has 64 bits to give
		ip = network.Addr()
	}
	return DerivedID("author address", string(c.Site), ip.String())
}

// SpamCounts is what the store knows of the company that a comment keeps in its
// site. No count goes beyond a hundred.
type SpamCounts struct {
	Copies   int // others with the same text key, received within the day before or since
	Recent   int // others of the same author or address, received within the minute before
	Approved int // of the author's latest hundred, those that stand approved
}

// Clean removes what no store and no reader needs: NUL characters. Offsets in
// evidence count in the cleaned text.
func (c *Comment) Clean() {
	for _, s := range c.strings() {
		*s.value = strings.ReplaceAll(*s.value, "\x00", "")
	}
}

// Validate reports every faulty field at once; an overlong text is TooLarge.
func (c *Comment) Validate() error {
	if err := ValidateText("text", c.Text); err != nil {
		return err
	}
	var faults []FieldError
	for _, s := range c.strings() {
		if n := len(*s.value); n > s.limit {
			faults = append(faults, FieldError{s.field, fmt.Sprintf("is %d bytes long, the limit is %d", n, s.limit)})
		}
		if !utf8.ValidString(*s.value) {
			faults = append(faults, FieldError{s.field, "is not valid UTF-8"})
		}
	}
	if len(c.Metadata) > maxMetadata {
		faults = append(faults, FieldError{"metadata", fmt.Sprintf("is %d bytes long, the limit is %d", len(c.Metadata), maxMetadata)})
	}
	if len(faults) > 0 {
		return Fields(faults...)
	}
	return nil
}

// ValidateText checks one text to be judged: not blank (only spaces, controls
// or invisible characters), valid UTF-8, not over [MaxTextRunes].
func ValidateText(field, text string) error {
	if !utf8.ValidString(text) {
		return Fields(FieldError{field, "is not valid UTF-8"})
	}
	if len(text) > MaxTextRunes { // else there can't be too many characters
		if n := utf8.RuneCountInString(text); n > MaxTextRunes {
			return &Error{
				Kind: TooLarge, Msg: fmt.Sprintf("%s is %d characters long, the limit is %d", field, n, MaxTextRunes),
				Fields: []FieldError{{field, fmt.Sprintf("is %d characters long, the limit is %d", n, MaxTextRunes)}},
			}
		}
	}
	if strings.IndexFunc(text, visible) < 0 {
		return Fields(FieldError{field, "must not be empty or blank"})
	}
	return nil
}

// visible reports whether r shows anything: format characters (zero width,
// bidi marks), fillers and spaces do not.
func visible(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\u034f', '\u17b4', '\u17b5':
		return false
	}
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Variation_Selector, r)
}

type stringField struct {
	field string
	value *string
	limit int
}

// strings lists the free-text fields with their limits in bytes; the text's
// own limit is counted in characters.
func (c *Comment) strings() []stringField {
	return []stringField{
		{"text", &c.Text, 4 * MaxTextRunes},
		{"external_id", &c.ExternalID, maxShortField},
		{"lang", &c.Lang, 35},
		{"type", &c.Type, 64},
		{"author.id", &c.Author.ID, maxShortField},
		{"author.name", &c.Author.Name, maxShortField},
		{"author.email", &c.Author.Email, maxShortField},
		{"author.url", &c.Author.URL, maxLongField},
		{"author.ip", &c.Author.IP, 64},
		{"author.user_agent", &c.Author.UserAgent, maxLongField},
		{"author.role", &c.Author.Role, 64},
		{"context.section", &c.Context.Section, maxShortField},
		{"context.url", &c.Context.URL, maxLongField},
		{"context.title", &c.Context.Title, maxLongField},
		{"context.thread_id", &c.Context.ThreadID, maxShortField},
		{"context.parent_id", &c.Context.ParentID, maxShortField},
		{"context.parent_text", &c.Context.ParentText, 4 * MaxTextRunes},
	}
}
