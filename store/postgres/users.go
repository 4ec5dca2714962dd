package postgres

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// userSelect reads users, see scanUser.
const userSelect = `SELECT
	u.id,
	u.email,
	u.name,
	u.role,
	u.scope,
	u.locale,
	u.password_hash,
	u.totp_secret,
	u.totp_step,
	u.created_at,
	u.expires_at,
	u.disabled_at
	FROM users u `

func scanUser(r scanner) (models.User, error) {
	var u models.User
	var scope []byte
	err := r.Scan(&u.ID, &u.Email, &u.Name, &u.Role, &scope, &u.Locale, &u.PasswordHash, &u.TOTPSecret, &u.TOTPStep,
		wire.When{T: &u.CreatedAt}, wire.When{T: &u.ExpiresAt}, wire.When{T: &u.DisabledAt})
	if err != nil {
		return models.User{}, err
	}
	u.Scope, err = wire.ParseScope(scope)
	return u, err
}

// AddUser implements [store.Users].
func (s *Store) AddUser(ctx context.Context, u models.User, by string) error {
	u.Email = strings.ToLower(u.Email)
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `INSERT INTO users (
				id, email, name, role, scope, locale, password_hash, totp_secret, totp_step, created_at, expires_at, disabled_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			u.ID, u.Email, u.Name, u.Role, wire.Scope(u.Scope), u.Locale, u.PasswordHash, u.TOTPSecret, u.TOTPStep,
			wire.Stamp(u.CreatedAt), wire.Stamp(u.ExpiresAt), wire.Stamp(u.DisabledAt))
		if err != nil {
			return taken(err, "user %s exists already", u.Email)
		}
		return audit(ctx, t, models.AuditEntry{
			At: u.CreatedAt, Actor: by, Act: "user.created", Subject: u.ID,
			Detail: map[string]string{"email": u.Email, "role": string(u.Role)},
		})
	})
}

// UserByEmail implements [store.Users].
func (s *Store) UserByEmail(ctx context.Context, email string) (models.User, error) {
	u, err := scanUser(s.row(ctx, userSelect+`WHERE u.email = $1`, strings.ToLower(email)))
	if err != nil {
		return models.User{}, missing(err, "no user %s", email)
	}
	return u, nil
}

// ListUsers implements [store.Users].
func (s *Store) ListUsers(ctx context.Context) ([]models.User, error) {
	rows, err := s.query(ctx, userSelect+`ORDER BY u.email`)
	return collect(rows, err, scanUser)
}

// User implements [store.Users].
func (s *Store) User(ctx context.Context, id string) (models.User, error) {
	u, err := scanUser(s.row(ctx, userSelect+`WHERE u.id = $1`, id))
	if err != nil {
		return models.User{}, missing(err, "no user %s", id)
	}
	return u, nil
}

// ChangeUser implements [store.Users].
func (s *Store) ChangeUser(ctx context.Context, c models.UserChange, change func(*models.User) error) (models.User, error) {
	var u models.User
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		keepers, err := keepers(ctx, t, c)
		if err != nil {
			return err
		}
		was, err := scanUser(t.row(ctx, userSelect+`WHERE u.id = $1 FOR UPDATE OF u`, c.User))
		if err != nil {
			return missing(err, "no user %s", c.User)
		}
		u = was
		if err := change(&u); err != nil {
			return err
		}
		if c.Kept && !u.Keeps() && !slices.ContainsFunc(keepers, func(x models.User) bool { return x.ID != u.ID && x.Keeps() }) {
			return models.Errorf(models.Conflict, "somebody must be left who administers every site without an end")
		}
		_, err = t.exec(ctx, `UPDATE users SET name = $2, role = $3, scope = $4, locale = $5, password_hash = $6,
				totp_secret = $7, totp_step = $8, expires_at = $9, disabled_at = $10 WHERE id = $1`,
			u.ID, u.Name, u.Role, wire.Scope(u.Scope), u.Locale, u.PasswordHash,
			u.TOTPSecret, u.TOTPStep, wire.Stamp(u.ExpiresAt), wire.Stamp(u.DisabledAt))
		if err != nil {
			return err
		}
		if !u.DisabledAt.IsZero() || u.PasswordHash != was.PasswordHash {
			if err := signOut(ctx, t, u.ID); err != nil {
				return err
			}
		}
		if c.Act == "" {
			return nil
		}
		return audit(ctx, t, models.AuditEntry{
			At: c.At, Actor: c.By, Act: c.Act, Subject: u.ID,
			Detail: map[string]string{"email": u.Email, "role": string(u.Role)},
		})
	})
	if err != nil {
		return models.User{}, err
	}
	return u, nil
}

// keepers gives the admins where a change must leave one, and lets nobody else change them meanwhile.
func keepers(ctx context.Context, t *tx, c models.UserChange) ([]models.User, error) {
	if !c.Kept {
		return nil, nil
	}
	rows, err := t.query(ctx, userSelect+`WHERE u.role = $1 ORDER BY u.id FOR UPDATE OF u`, models.RoleAdmin)
	return collect(rows, err, scanUser)
}

// signOut ends what lets somebody in: sessions, and links that were sent.
func signOut(ctx context.Context, t *tx, user string) error {
	for _, text := range []string{
		`DELETE FROM sign_in_links WHERE user_id = $1`,
		`DELETE FROM sessions WHERE user_id = $1`,
	} {
		if _, err := t.exec(ctx, text, user); err != nil {
			return err
		}
	}
	return nil
}

// AddSignInLink implements [store.Users].
func (s *Store) AddSignInLink(ctx context.Context, l models.SignInLink, by string, at time.Time) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		u, err := scanUser(t.row(ctx, userSelect+`WHERE u.id = $1`, l.User))
		if err != nil {
			return missing(err, "no user %s", l.User)
		}
		_, err = t.exec(ctx, `INSERT INTO sign_in_links (hash, user_id, expires_at) VALUES ($1, $2, $3)`,
			l.Hash, l.User, wire.Stamp(l.ExpiresAt))
		if err != nil {
			return err
		}
		return audit(ctx, t, models.AuditEntry{
			At: at, Actor: by, Act: "user.link", Subject: u.ID, Detail: map[string]string{"email": u.Email},
		})
	})
}

// UseSignInLink implements [store.Users].
func (s *Store) UseSignInLink(ctx context.Context, hash string, at time.Time) (models.User, error) {
	var u models.User
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		var err error
		u, err = scanUser(t.row(ctx, userSelect+`JOIN sign_in_links l ON l.user_id = u.id
			WHERE l.hash = $1 AND l.used_at IS NULL AND l.expires_at > $2
				AND u.disabled_at IS NULL AND (u.expires_at IS NULL OR u.expires_at > $2)`,
			hash, wire.Stamp(at)))
		if err != nil {
			return missing(err, "the sign-in link does not work (any more)")
		}
		n, err := t.exec(ctx, `UPDATE sign_in_links SET used_at = $2 WHERE hash = $1 AND used_at IS NULL`,
			hash, wire.Stamp(at))
		if err == nil && n == 0 {
			return models.Errorf(models.NotFound, "the sign-in link does not work (any more)")
		}
		if err != nil {
			return err
		}
		return audit(ctx, t, models.AuditEntry{
			At: at, Actor: "user:" + u.Email, Act: "user.link_used", Subject: u.ID,
			Detail: map[string]string{"email": u.Email},
		})
	})
	if err != nil {
		return models.User{}, err
	}
	return u, nil
}
