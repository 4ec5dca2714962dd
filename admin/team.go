package admin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Team lists the accounts that a person may change, and their own.
func (u *Users) Team(ctx context.Context, by models.Steward) ([]models.User, error) {
	all, err := u.Store.ListUsers(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(x models.User) bool { return x.ID != by.ID && !by.MayManage(x) }), nil
}

// Colleague gives an account that a person may change; any other is NotFound,
// one's own too: nobody widens their own powers.
func (u *Users) Colleague(ctx context.Context, by models.Steward, id string) (models.User, error) {
	found, err := u.Store.User(ctx, id)
	if err != nil {
		return models.User{}, err
	}
	if found.ID == by.ID || !by.MayManage(found) {
		return models.User{}, models.Errorf(models.NotFound, "no user %s", id)
	}
	return found, nil
}

// Invite makes an account, within the powers of who invites, and the secret of
// its first sign-in link.
func (u *Users) Invite(ctx context.Context, by models.Steward, want models.User) (models.User, string, error) {
	if err := checkColleague(by, want, u.Now()); err != nil {
		return models.User{}, "", err
	}
	made, err := u.AddWith(ctx, want, by.Actor())
	if err != nil {
		return models.User{}, "", err
	}
	secret, err := u.Link(ctx, made.Email, by.Actor())
	return made, secret, err
}

// ChangeColleague replaces name, role, scope and the end of access.
func (u *Users) ChangeColleague(ctx context.Context, by models.Steward, id string, want models.User) error {
	if _, err := u.Colleague(ctx, by, id); err != nil {
		return err
	}
	if err := checkColleague(by, want, u.Now()); err != nil {
		return err
	}
	return u.changeColleague(ctx, by, id, "user.changed", func(x *models.User) {
		x.Name, x.Role, x.Scope, x.ExpiresAt = want.Name, want.Role, want.Scope, want.ExpiresAt
	})
}

// SetAccess ends a colleague's access or gives it back; decisions stay.
func (u *Users) SetAccess(ctx context.Context, by models.Steward, id string, works bool) error {
	if _, err := u.Colleague(ctx, by, id); err != nil {
		return err
	}
	act, at := "user.enabled", time.Time{}
	if !works {
		act, at = "user.disabled", u.Now()
	}
	return u.changeColleague(ctx, by, id, act, func(x *models.User) { x.DisabledAt = at })
}

// LinkFor makes a one-time sign-in link for a colleague.
func (u *Users) LinkFor(ctx context.Context, by models.Steward, id string) (string, error) {
	found, err := u.Colleague(ctx, by, id)
	if err != nil {
		return "", err
	}
	return u.Link(ctx, found.Email, by.Actor())
}

// ResetTOTP is for a colleague who lost telephone and recovery codes.
func (u *Users) ResetTOTP(ctx context.Context, by models.Steward, id string) error {
	if _, err := u.Colleague(ctx, by, id); err != nil {
		return err
	}
	return endTOTP(ctx, u.Store, id, by.Actor(), u.Now())
}

// SessionsOf lists where a colleague is signed in, the session seen last first.
func (u *Users) SessionsOf(ctx context.Context, by models.Steward, id string) ([]models.Session, error) {
	if _, err := u.Colleague(ctx, by, id); err != nil {
		return nil, err
	}
	return u.Store.ListSessions(ctx, id, u.Now())
}

// EndSessionOf signs a colleague out of one session.
func (u *Users) EndSessionOf(ctx context.Context, by models.Steward, id, session string) error {
	if _, err := u.Colleague(ctx, by, id); err != nil {
		return err
	}
	return u.Store.EndSession(ctx, id, session, by.Actor(), u.Now())
}

// Colleagues lists those to whom something of a site can be passed on.
func (u *Users) Colleagues(ctx context.Context, site models.SiteID) ([]models.User, error) {
	all, err := u.Store.ListUsers(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(x models.User) bool { return x.Allow(models.ActReview, site, u.Now()) != nil }), nil
}

// changeColleague keeps a change unless it would leave nobody who may do
// everything.
func (u *Users) changeColleague(ctx context.Context, by models.Steward, id, act string, change func(*models.User)) error {
	c := models.UserChange{User: id, Act: act, By: by.Actor(), At: u.Now(), Kept: true}
	_, err := u.Store.ChangeUser(ctx, c, func(x *models.User) error {
		if !by.MayManage(*x) {
			return models.Errorf(models.NotFound, "no user %s", id) // they rose meanwhile
		}
		change(x)
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// checkColleague reports every fault of an account as by would have it.
func checkColleague(by models.Steward, want models.User, now time.Time) error {
	var faults []models.FieldError
	fault := func(field, detail string) { faults = append(faults, models.FieldError{Field: field, Detail: detail}) }
	switch {
	case !slices.Contains(models.Roles(), want.Role):
		fault("role", "must be admin, manager, moderator, helper or auditor")
	case by.Role != models.RoleAdmin && !by.Role.Outranks(want.Role):
		fault("role", "is above what you may give")
	}
	if !by.Covers(want.Scope) {
		fault("scope", "is wider than your own")
	}
	if len(want.Name) > 200 {
		fault("name", "is longer than 200 bytes")
	}
	if !want.ExpiresAt.IsZero() && !want.ExpiresAt.After(now) {
		fault("expires_at", "is in the past")
	}
	for _, s := range want.Scope {
		if !models.ValidSiteID(string(s.Site)) || len(s.Sections) > 100 {
			fault("scope", "names something that is no site, or too many sections")
			break
		}
	}
	if len(faults) > 0 {
		return models.Fields(faults...)
	}
	return nil
}
