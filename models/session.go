package models

import "time"

// SignInLink is a one-time sign-in link. The secret in it is not kept.
type SignInLink struct {
	Hash      string // hex SHA-256 of the secret
	User      string
	ExpiresAt time.Time
}

// Session is a browser that is signed in, or about to be. Its token is not kept.
type Session struct {
	ID        string // names it to its owner; no secret
	Hash      string // hex SHA-256 of the token
	User      string
	Stage     Stage
	Method    string // password, link, openid
	Agent     string // what the browser calls itself
	CreatedAt time.Time
	SeenAt    time.Time // to the minute or so
	ExpiresAt time.Time
}

// TryLimit is how often something may be tried: Burst times at once, and once
// more for each Every that passes.
type TryLimit struct {
	Key   string // what is counted; a hash, where it would tell whom
	Burst int    // at least 1
	Every time.Duration
}

// Stage is how far a sign-in has come.
type Stage string

// The stages.
const (
	StageFull Stage = ""     // signed in
	StageCode Stage = "code" // the second factor is still asked for
)

// UserChange says whose account is changed, and how the audit log tells it.
type UserChange struct {
	User string // the account's id
	Act  string // user.disabled, …; empty = not worth an entry
	By   string
	At   time.Time
	Kept bool // refuse what would leave nobody of [User.Keeps]
}

// Visitor is who stands at the door of the console.
type Visitor struct {
	Address string // counts failures; is not kept
	Agent   string // what the browser calls itself
}

// PasswordChange is what somebody asks who changes their own password.
type PasswordChange struct {
	User     User
	Password string
	AskOld   bool
	Old      string
}
