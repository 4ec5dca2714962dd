package admin

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

const (
	// A session holds for a day after it was last seen, and two weeks in all.
	sessionIdle = 24 * time.Hour
	sessionLong = 14 * 24 * time.Hour
	// codeTTL is how long the second factor may be on its way.
	codeTTL = 10 * time.Minute
	// touchEvery spares the database a write a request.
	touchEvery = time.Minute

	hashesAtOnce = 4
)

// accounts keeps people and where they are signed in.
type accounts interface {
	store.Users
	store.Sessions
}

// counted are accounts at a door that is tried only so often.
type counted interface {
	accounts
	store.Tries
}

// SignIn lets people into the console and shows them out.
type SignIn struct {
	Store counted
	Now   func() time.Time

	hashing hashes
	nobody  string // a hash of no password, so that unknown addresses take as long
}

// NewSignIn makes the acts of signing in.
func NewSignIn(s counted, now func() time.Time) *SignIn {
	return &SignIn{
		Store: s, Now: now, hashing: make(hashes, hashesAtOnce), nobody: hashPassword(randomText(20)),
	}
}

var errSignIn = models.Errorf(models.Unauthorized, "the address or the password is not right")

// ByPassword signs in with address and password. The token is given here and
// never again. A session whose Stage is StageCode is not in yet: see ByCode.
func (s *SignIn) ByPassword(ctx context.Context, email, password string, v models.Visitor) (string, models.Session, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if err := s.take(ctx, v.Address, email); err != nil {
		return "", models.Session{}, err
	}
	found, err := s.Store.UserByEmail(ctx, email)
	if err != nil && models.KindOf(err) != models.NotFound {
		return "", models.Session{}, fmt.Errorf("sign in: %w", err)
	}
	known := err == nil && found.PasswordHash != ""
	hash := s.nobody
	if known {
		hash = found.PasswordHash
	}
	right := false
	if err := s.hashing.run(ctx, func() { right = checkPassword(hash, password) }); err != nil {
		return "", models.Session{}, err
	}
	if !right || !known || !found.Live(s.Now()) {
		return "", models.Session{}, errSignIn
	}
	s.forgive(ctx, v.Address, email)
	return s.begin(ctx, found, "password", v)
}

// ByLink spends a one-time link. Where there is a second factor, that is asked
// for all the same: a mailbox alone does not open the door.
func (s *SignIn) ByLink(ctx context.Context, secret string, v models.Visitor) (string, models.Session, error) {
	if err := s.take(ctx, v.Address, ""); err != nil {
		return "", models.Session{}, err
	}
	found, err := s.Store.UseSignInLink(ctx, hashSecret(secret), s.Now())
	if models.KindOf(err) == models.NotFound {
		return "", models.Session{}, models.Wrap(models.Unauthorized, err, "the sign-in link does not work (any more)")
	}
	if err != nil {
		return "", models.Session{}, fmt.Errorf("sign in: %w", err)
	}
	s.forgive(ctx, v.Address, "")
	return s.begin(ctx, found, "link", v)
}

// ByOpenID signs in whom the identity provider vouches for. The account must
// exist: who may come in is decided here, not there.
func (s *SignIn) ByOpenID(ctx context.Context, email string, v models.Visitor) (string, models.Session, error) {
	found, err := s.Store.UserByEmail(ctx, strings.ToLower(strings.TrimSpace(email)))
	if models.KindOf(err) == models.NotFound || (err == nil && !found.Live(s.Now())) {
		return "", models.Session{}, models.Errorf(models.Unauthorized, "there is no account for this address")
	}
	if err != nil {
		return "", models.Session{}, fmt.Errorf("sign in: %w", err)
	}
	return s.open(ctx, found, "openid", models.StageFull, v)
}

// ByCode ends a sign-in with the second factor: a code of the app, or one of
// the recovery codes. The session before it is over then.
func (s *SignIn) ByCode(ctx context.Context, half models.Session, code string, v models.Visitor) (string, models.Session, error) {
	if err := s.take(ctx, v.Address, half.User); err != nil {
		return "", models.Session{}, err
	}
	found, err := s.Store.User(ctx, half.User)
	if err != nil {
		return "", models.Session{}, fmt.Errorf("sign in: %w", err)
	}
	if err := s.checkCode(ctx, found, code); err != nil {
		return "", models.Session{}, err
	}
	s.forgive(ctx, v.Address, half.User)
	token, full, err := s.open(ctx, found, half.Method, models.StageFull, v)
	if err != nil {
		return "", models.Session{}, err
	}
	err = s.Store.EndSession(ctx, half.User, half.ID, found.Actor(), s.Now())
	if err != nil && models.KindOf(err) != models.NotFound {
		return "", models.Session{}, fmt.Errorf("sign in: %w", err)
	}
	return token, full, nil
}

// Session tells whose a token is, NotFound when it is nobody's (any more).
func (s *SignIn) Session(ctx context.Context, token string) (models.Session, models.User, error) {
	now, hash := s.Now(), hashSecret(token)
	found, who, err := s.Store.SessionByHash(ctx, hash, now)
	if err != nil {
		return models.Session{}, models.User{}, err
	}
	if found.Stage == models.StageFull && now.Sub(found.SeenAt) >= touchEvery {
		until := now.Add(sessionIdle)
		if last := found.CreatedAt.Add(sessionLong); until.After(last) {
			until = last
		}
		// A session that is not noted as seen ends a little earlier, no more.
		_ = s.Store.TouchSession(ctx, hash, now, until)
	}
	return found, who, nil
}

// Sessions lists where a person is signed in.
func (s *SignIn) Sessions(ctx context.Context, user string) ([]models.Session, error) {
	return s.Store.ListSessions(ctx, user, s.Now())
}

// End signs a person out of one session.
func (s *SignIn) End(ctx context.Context, user models.User, id string) error {
	return s.Store.EndSession(ctx, user.ID, id, user.Actor(), s.Now())
}

// ChangePassword sets one's own password. Who did not come in by a link must
// know the one before. It ends every session of the person.
func (s *SignIn) ChangePassword(ctx context.Context, c models.PasswordChange) error {
	if err := checkLength(c.Password); err != nil {
		return err
	}
	if c.AskOld {
		if err := s.CheckPassword(ctx, c.User, c.Old); err != nil {
			return err
		}
	}
	hash := ""
	if err := s.hashing.run(ctx, func() { hash = hashPassword(c.Password) }); err != nil {
		return err
	}
	change := models.UserChange{User: c.User.ID, Act: "user.password", By: c.User.Actor(), At: s.Now()}
	_, err := s.Store.ChangeUser(ctx, change, func(u *models.User) error {
		u.PasswordHash = hash
		return nil
	})
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	return nil
}

// CheckPassword asks whoever is signed in for their password once more.
func (s *SignIn) CheckPassword(ctx context.Context, u models.User, password string) error {
	if err := s.take(ctx, "", "password of "+u.Email); err != nil {
		return err
	}
	right := false
	if err := s.hashing.run(ctx, func() { right = checkPassword(u.PasswordHash, password) }); err != nil {
		return err
	}
	if !right {
		return models.Fields(models.FieldError{Field: "old", Detail: "is not the present password"})
	}
	s.forgive(ctx, "", "password of "+u.Email)
	return nil
}

// begin opens a session, a half one where a second factor is still to come.
func (s *SignIn) begin(ctx context.Context, u models.User, method string, v models.Visitor) (string, models.Session, error) {
	if u.TOTPSecret != "" {
		return s.open(ctx, u, method, models.StageCode, v)
	}
	return s.open(ctx, u, method, models.StageFull, v)
}

func (s *SignIn) open(ctx context.Context, u models.User, method string, stage models.Stage, v models.Visitor) (string, models.Session, error) {
	now, token, ttl := s.Now(), randomText(43), sessionIdle
	if stage == models.StageCode {
		ttl = codeTTL
	}
	made := models.Session{
		ID: models.NewID(now), Hash: hashSecret(token), User: u.ID, Stage: stage, Method: method, Agent: plain(v.Agent, 200),
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(ttl),
	}
	if err := s.Store.AddSession(ctx, made); err != nil {
		return "", models.Session{}, fmt.Errorf("sign in: %w", err)
	}
	return token, made, nil
}

// plain cuts what a stranger sent to what a list can show.
func plain(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "")
	}
	return s
}
