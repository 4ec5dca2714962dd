package admin

import (
	"context"
	"fmt"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// linkTTL is how long a one-time sign-in link works.
const linkTTL = 24 * time.Hour

// Users administers the people of the console.
type Users struct {
	Store accounts
	Now   func() time.Time
}

// Add makes an account without a password: the first sign-in is by link.
func (u *Users) Add(ctx context.Context, email, name string, role models.Role, by string) (models.User, error) {
	return u.AddWith(ctx, models.User{Email: email, Name: name, Role: role}, by)
}

// AddWith is Add with scope and end of access. Who asks stands outside the
// team: the operator.
func (u *Users) AddWith(ctx context.Context, want models.User, by string) (models.User, error) {
	email, err := parseEmail(want.Email)
	if err != nil {
		return models.User{}, err
	}
	now := u.Now()
	if err := checkColleague(models.Steward{User: models.User{Role: models.RoleAdmin}}, want, now); err != nil {
		return models.User{}, err
	}
	made := models.User{
		ID: models.NewID(now), Email: email, Name: want.Name, Role: want.Role, Scope: want.Scope, ExpiresAt: want.ExpiresAt, CreatedAt: now,
	}
	if err := u.Store.AddUser(ctx, made, by); err != nil {
		return models.User{}, fmt.Errorf("add user: %w", err)
	}
	return made, nil
}

// List gives every account.
func (u *Users) List(ctx context.Context) ([]models.User, error) { return u.Store.ListUsers(ctx) }

// SetPassword sets the password of an account.
func (u *Users) SetPassword(ctx context.Context, email, password, by string) error {
	if err := checkLength(password); err != nil {
		return err
	}
	hash := hashPassword(password)
	return u.change(ctx, email, "user.password", by, func(x *models.User) error {
		x.PasswordHash = hash
		return nil
	})
}

// SetLocale keeps the language in which a person reads the console.
func (u *Users) SetLocale(ctx context.Context, user, locale string) error {
	if locale != "fr" && locale != "en" {
		return models.Fields(models.FieldError{Field: "locale", Detail: "must be fr or en"})
	}
	_, err := u.Store.ChangeUser(ctx, models.UserChange{User: user, At: u.Now()}, func(x *models.User) error {
		x.Locale = locale
		return nil
	})
	return err
}

// FirstStart makes the account FirstAdmin where there is nobody yet, and gives
// the secret of its sign-in link; empty when somebody is there.
func (u *Users) FirstStart(ctx context.Context) (string, error) {
	all, err := u.Store.ListUsers(ctx)
	if err != nil || len(all) > 0 {
		return "", err
	}
	_, err = u.Add(ctx, FirstAdmin, "", models.RoleAdmin, "tamis")
	if models.KindOf(err) == models.Conflict {
		return "", nil // another process was faster, and shows the link
	}
	if err != nil {
		return "", err
	}
	return u.Link(ctx, FirstAdmin, "tamis")
}

// FirstAdmin is who a fresh service belongs to.
const FirstAdmin = "admin@localhost"

// Disable ends an account's access; its decisions stay.
func (u *Users) Disable(ctx context.Context, email, by string) error {
	return u.change(ctx, email, "user.disabled", by, func(x *models.User) error {
		x.DisabledAt = u.Now()
		return nil
	})
}

// Enable gives an account its access back.
func (u *Users) Enable(ctx context.Context, email, by string) error {
	return u.change(ctx, email, "user.enabled", by, func(x *models.User) error {
		x.DisabledAt = time.Time{}
		return nil
	})
}

// EndTOTP removes the second step of somebody who lost it. The recovery codes
// that are left open nothing without it.
func (u *Users) EndTOTP(ctx context.Context, email, by string) error {
	return u.change(ctx, email, "user.totp_off", by, func(x *models.User) error {
		x.TOTPSecret, x.TOTPStep = "", 0
		return nil
	})
}

// SetName keeps the name that colleagues see of a person.
func (u *Users) SetName(ctx context.Context, who models.User, name string) error {
	if len(name) > 200 {
		return models.Fields(models.FieldError{Field: "name", Detail: "is longer than 200 bytes"})
	}
	change := models.UserChange{User: who.ID, Act: "user.renamed", By: who.Actor(), At: u.Now()}
	_, err := u.Store.ChangeUser(ctx, change, func(x *models.User) error {
		x.Name = name
		return nil
	})
	return err
}

// Link makes a one-time sign-in link's secret, good for a day.
func (u *Users) Link(ctx context.Context, email, by string) (string, error) {
	found, err := u.find(ctx, email)
	if err != nil {
		return "", err
	}
	if !found.DisabledAt.IsZero() {
		return "", models.Errorf(models.Conflict, "the account %s is disabled", found.Email)
	}
	now, secret := u.Now(), randomText(40)
	link := models.SignInLink{Hash: hashSecret(secret), User: found.ID, ExpiresAt: now.Add(linkTTL)}
	if err := u.Store.AddSignInLink(ctx, link, by, now); err != nil {
		return "", fmt.Errorf("link: %w", err)
	}
	return secret, nil
}

// change alters one account in one transaction.
func (u *Users) change(ctx context.Context, email, act, by string, change func(*models.User) error) error {
	found, err := u.find(ctx, email)
	if err != nil {
		return err
	}
	_, err = u.Store.ChangeUser(ctx, models.UserChange{User: found.ID, Act: act, By: by, At: u.Now()}, change)
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

func (u *Users) find(ctx context.Context, email string) (models.User, error) {
	email, err := parseEmail(email)
	if err != nil {
		return models.User{}, err
	}
	return u.Store.UserByEmail(ctx, email)
}
