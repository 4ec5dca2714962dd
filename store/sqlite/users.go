package sqlite

import (
	"context"
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
	u.password_hash,
	u.created_at,
	u.disabled_at
	FROM users u `

func scanUser(r scanner) (models.User, error) {
	var u models.User
	err := r.Scan(&u.ID, &u.Email, &u.Name, &u.Role, &u.PasswordHash, wire.When{T: &u.CreatedAt},
		wire.When{T: &u.DisabledAt})
	return u, err
}

// AddUser implements [store.Users].
func (s *Store) AddUser(ctx context.Context, u models.User, by string) error {
	u.Email = strings.ToLower(u.Email)
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `INSERT INTO users (id, email, name, role, password_hash, created_at, disabled_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			u.ID, u.Email, u.Name, u.Role, u.PasswordHash, wire.Micros(u.CreatedAt), wire.Micros(u.DisabledAt))
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

// UpdateUser implements [store.Users]. Whoever is disabled loses the links that
// were sent.
func (s *Store) UpdateUser(ctx context.Context, u models.User, act, by string, at time.Time) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE users SET name = $2, role = $3, password_hash = $4, disabled_at = $5 WHERE id = $1`,
			u.ID, u.Name, u.Role, u.PasswordHash, wire.Micros(u.DisabledAt))
		if err != nil {
			return err
		}
		if n == 0 {
			return models.Errorf(models.NotFound, "no user %s", u.ID)
		}
		if !u.DisabledAt.IsZero() {
			if _, err := t.exec(ctx, `DELETE FROM sign_in_links WHERE user_id = $1`, u.ID); err != nil {
				return err
			}
		}
		return audit(ctx, t, models.AuditEntry{
			At: at, Actor: by, Act: act, Subject: u.ID,
			Detail: map[string]string{"email": u.Email, "role": string(u.Role)},
		})
	})
}

// AddSignInLink implements [store.Users].
func (s *Store) AddSignInLink(ctx context.Context, l models.SignInLink, by string, at time.Time) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		u, err := scanUser(t.row(ctx, userSelect+`WHERE u.id = $1`, l.User))
		if err != nil {
			return missing(err, "no user %s", l.User)
		}
		_, err = t.exec(ctx, `INSERT INTO sign_in_links (hash, user_id, expires_at) VALUES ($1, $2, $3)`,
			l.Hash, l.User, wire.Micros(l.ExpiresAt))
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
			WHERE l.hash = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND u.disabled_at IS NULL`,
			hash, wire.Micros(at)))
		if err != nil {
			return missing(err, "the sign-in link does not work (any more)")
		}
		n, err := t.exec(ctx, `UPDATE sign_in_links SET used_at = $2 WHERE hash = $1 AND used_at IS NULL`,
			hash, wire.Micros(at))
		if err == nil && n == 0 {
			return models.Errorf(models.NotFound, "the sign-in link does not work (any more)")
		}
		if err != nil {
			return err
		}
		return audit(ctx, t, models.AuditEntry{
			At: at, Actor: "user:" + u.Email, Act: "user.signed_in", Subject: u.ID,
			Detail: map[string]string{"by": "link"},
		})
	})
	if err != nil {
		return models.User{}, err
	}
	return u, nil
}
