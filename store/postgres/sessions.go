package postgres

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// sessionSelect reads sessions, see sessionFields.
const sessionSelect = `SELECT
	s.id,
	s.hash,
	s.user_id,
	s.stage,
	s.method,
	s.agent,
	s.created_at,
	s.seen_at,
	s.expires_at
	FROM sessions s `

func sessionFields(s *models.Session) []any {
	return []any{
		&s.ID, &s.Hash, &s.User, &s.Stage, &s.Method, &s.Agent,
		wire.When{T: &s.CreatedAt}, wire.When{T: &s.SeenAt}, wire.When{T: &s.ExpiresAt},
	}
}

func scanSession(r scanner) (models.Session, error) {
	var s models.Session
	err := r.Scan(sessionFields(&s)...)
	return s, err
}

// AddSession implements [store.Sessions].
func (s *Store) AddSession(ctx context.Context, n models.Session) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		u, err := scanUser(t.row(ctx, userSelect+`WHERE u.id = $1`, n.User))
		if err != nil {
			return missing(err, "no user %s", n.User)
		}
		_, err = t.exec(ctx, `INSERT INTO sessions (
				id, hash, user_id, stage, method, agent, created_at, seen_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			n.ID, n.Hash, n.User, n.Stage, n.Method, n.Agent,
			wire.Stamp(n.CreatedAt), wire.Stamp(n.SeenAt), wire.Stamp(n.ExpiresAt))
		if err != nil || n.Stage != models.StageFull {
			return err
		}
		return audit(ctx, t, models.AuditEntry{
			At: n.CreatedAt, Actor: u.Actor(), Act: "user.signed_in", Subject: u.ID,
			Detail: map[string]string{"email": u.Email, "by": n.Method},
		})
	})
}

// SessionByHash implements [store.Sessions].
func (s *Store) SessionByHash(ctx context.Context, hash string, at time.Time) (models.Session, models.User, error) {
	n, err := scanSession(s.row(ctx, sessionSelect+`WHERE s.hash = $1 AND s.expires_at > $2`, hash, wire.Stamp(at)))
	if err != nil {
		return models.Session{}, models.User{}, missing(err, "the session is over")
	}
	u, err := s.User(ctx, n.User)
	if err != nil {
		return models.Session{}, models.User{}, err
	}
	if !u.Live(at) {
		return models.Session{}, models.User{}, models.Errorf(models.NotFound, "the session is over")
	}
	return n, u, nil
}

// TouchSession implements [store.Sessions].
func (s *Store) TouchSession(ctx context.Context, hash string, at, until time.Time) error {
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE hash = $1 AND seen_at < $2`,
			hash, wire.Stamp(at), wire.Stamp(until))
		return err
	})
}

// ListSessions implements [store.Sessions].
func (s *Store) ListSessions(ctx context.Context, user string, at time.Time) ([]models.Session, error) {
	rows, err := s.query(ctx, sessionSelect+`WHERE s.user_id = $1 AND s.expires_at > $2 AND s.stage = ''
		ORDER BY s.seen_at DESC, s.id DESC LIMIT 200`, user, wire.Stamp(at))
	return collect(rows, err, scanSession)
}

// EndSession implements [store.Sessions].
func (s *Store) EndSession(ctx context.Context, user, id, by string, at time.Time) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := scanSession(t.row(ctx, sessionSelect+`WHERE s.user_id = $1 AND s.id = $2`, user, id))
		if err != nil {
			return missing(err, "no session %s", id)
		}
		if _, err := t.exec(ctx, `DELETE FROM sessions WHERE id = $1`, id); err != nil || n.Stage != models.StageFull {
			return err
		}
		return audit(ctx, t, models.AuditEntry{At: at, Actor: by, Act: "user.signed_out", Subject: user})
	})
}

// SetRecoveryCodes implements [store.Sessions].
func (s *Store) SetRecoveryCodes(ctx context.Context, user string, hashes []string) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := t.exec(ctx, `DELETE FROM recovery_codes WHERE user_id = $1`, user); err != nil {
			return err
		}
		for _, hash := range hashes {
			_, err := t.exec(ctx, `INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)`, user, hash)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// UseRecoveryCode implements [store.Sessions].
func (s *Store) UseRecoveryCode(ctx context.Context, user, hash string, at time.Time) (int, error) {
	var left int
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2`, user, hash)
		if err != nil {
			return err
		}
		if n == 0 {
			return models.Errorf(models.NotFound, "no such recovery code")
		}
		if err := t.row(ctx, `SELECT count(*) FROM recovery_codes WHERE user_id = $1`, user).Scan(&left); err != nil {
			return translate(err)
		}
		return audit(ctx, t, models.AuditEntry{At: at, Actor: "tamis", Act: "user.recovery_code_used", Subject: user})
	})
	return left, err
}
