package models

import "time"

// MailKind is what a mail is about.
type MailKind string

// The mails that Tamis sends.
const (
	MailDigest MailKind = "digest" // what waits, once a day
	MailAlert  MailKind = "alert"  // something grave was held
	MailSignIn MailKind = "signin" // a link to sign in, and to choose another password
)

// Mail is one message to one person, before it is worded: it names what it is
// about and holds no text.
type Mail struct {
	ID       string // the same for the same message, so that none is filed twice
	Kind     MailKind
	User     string
	Site     SiteID
	Comments []CommentID
	More     int // how many others there are beside Comments
	FiledAt  time.Time
	SentAt   time.Time // zero until sent
}

// DueMail is a leased mail.
type DueMail struct {
	Mail
	Token string // of the lease
	Tries int    // attempts before this one
}

// MailLink is a link in a mail by which its reader decides one comment. The
// secret in it is not kept.
type MailLink struct {
	Hash      string // hex SHA-256 of the secret
	User      string
	Site      SiteID
	Comment   CommentID
	ExpiresAt time.Time
	UsedAt    time.Time // zero while it can decide
	UsedFor   string    // the decision that it made
	UndoneAt  time.Time // zero while that can be taken back by it
}

// MailWish says which mails a person wants about a site.
type MailWish struct {
	User   string
	Site   SiteID
	Digest bool
	Alerts bool
}

// OpenedLink is what a link in a mail leads to.
type OpenedLink struct {
	Link    MailLink
	User    User
	Site    Site
	Comment Comment
}
