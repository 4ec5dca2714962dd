package sqlite

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/wire"
)

// AddMail implements [store.Mails].
func (s *Store) AddMail(ctx context.Context, m models.Mail) (bool, error) {
	var added bool
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `INSERT INTO mails (id, kind, user_id, site, comments, more, filed_at, due_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
			ON CONFLICT (id) DO NOTHING`,
			m.ID, m.Kind, m.User, m.Site, wire.List(m.Comments), m.More, wire.Micros(m.FiledAt))
		added = n > 0
		return err
	})
	return added, err
}

const mailSelect = `SELECT id, kind, user_id, site, comments, more, filed_at, sent_at, tries FROM mails `

func scanMail(r scanner) (models.DueMail, error) {
	var m models.DueMail
	var comments []byte
	err := r.Scan(&m.ID, &m.Kind, &m.User, &m.Site, &comments, &m.More, wire.When{T: &m.FiledAt},
		wire.When{T: &m.SentAt}, &m.Tries)
	if err != nil {
		return m, err
	}
	m.Comments, err = wire.ParseList[models.CommentID](comments)
	return m, err
}

// RecentMails implements [store.Mails].
func (s *Store) RecentMails(ctx context.Context, user string, kind models.MailKind, since time.Time) ([]models.Mail, error) {
	rows, err := s.query(ctx, mailSelect+`WHERE user_id = $1 AND kind = $2 AND filed_at >= $3
		ORDER BY filed_at DESC, id LIMIT 200`, user, kind, wire.Micros(since))
	return collect(rows, err, func(r scanner) (models.Mail, error) {
		m, err := scanMail(r)
		return m.Mail, err
	})
}

// LeaseMails implements [store.Mails].
func (s *Store) LeaseMails(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.DueMail, error) {
	// A look first, so that what is asked each second does not write each second.
	var due bool
	err := s.row(ctx, `SELECT EXISTS (SELECT 1 FROM mails WHERE due_at <= $1)`, wire.Micros(at)).Scan(&due)
	if err != nil || !due {
		return nil, translate(err)
	}
	token, until := models.NewID(at), later(at, ttl)
	err = s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE mails SET lease_token = $1, due_at = $2, tries = tries + 1 WHERE id IN (
			SELECT id FROM mails WHERE due_at <= $3 ORDER BY due_at, id LIMIT $4)`,
			token, wire.Micros(until), wire.Micros(at), limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, err := s.query(ctx, mailSelect+`WHERE due_at = $2 AND lease_token = $1 ORDER BY id`, token, wire.Micros(until))
	return collect(rows, err, func(r scanner) (models.DueMail, error) {
		m, err := scanMail(r)
		m.Token, m.Tries = token, m.Tries-1
		return m, err
	})
}

// EndMail implements [store.Mails].
func (s *Store) EndMail(ctx context.Context, id, token string, sentAt, retryAt time.Time) error {
	return s.writeSoft(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE mails SET
				due_at = $3,
				sent_at = $4,
				lease_token = NULL
			WHERE id = $1 AND lease_token = $2`,
			id, token, wire.Micros(retryAt), wire.Micros(sentAt))
		if err == nil && n == 0 {
			return models.Errorf(models.Conflict, "the lease is lost")
		}
		return err
	})
}

// AddMailLink implements [store.Mails].
func (s *Store) AddMailLink(ctx context.Context, l models.MailLink) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := comment(ctx, t, l.Site, l.Comment); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO mail_links (hash, user_id, site, comment_id, expires_at) VALUES ($1, $2, $3, $4, $5)`,
			l.Hash, l.User, l.Site, l.Comment, wire.Micros(l.ExpiresAt))
		return err
	})
}

const linkSelect = `SELECT hash, user_id, site, comment_id, expires_at, used_at, used_for, undone_at FROM mail_links `

func scanLink(r scanner) (models.MailLink, error) {
	var l models.MailLink
	err := r.Scan(&l.Hash, &l.User, &l.Site, &l.Comment, wire.When{T: &l.ExpiresAt}, wire.When{T: &l.UsedAt}, &l.UsedFor,
		wire.When{T: &l.UndoneAt})
	return l, err
}

// MailLink implements [store.Mails].
func (s *Store) MailLink(ctx context.Context, hash string, at time.Time) (models.MailLink, error) {
	l, err := scanLink(s.row(ctx, linkSelect+`WHERE hash = $1 AND expires_at > $2`, hash, wire.Micros(at)))
	if err != nil {
		return models.MailLink{}, missing(err, "no such link")
	}
	return l, nil
}

// UseMailLink implements [store.Mails].
func (s *Store) UseMailLink(ctx context.Context, hash string, d models.Decision) (models.Decision, error) {
	d.At = wire.Trim(d.At)
	var out models.Decision
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		l, err := scanLink(t.row(ctx, linkSelect+`WHERE hash = $1 AND expires_at > $2`, hash, wire.Micros(d.At)))
		if err != nil {
			return missing(err, "no such link")
		}
		if !l.UsedAt.IsZero() {
			return models.Errorf(models.Conflict, "the link was used already")
		}
		d.Site, d.Comment = l.Site, l.Comment
		c, err := comment(ctx, t, l.Site, l.Comment)
		if err != nil {
			return err
		}
		item, err := itemEntry(ctx, t, c.ID)
		if err != nil {
			return err
		}
		if item == nil && c.Decision != nil {
			return models.Errorf(models.Conflict, "%s decided %q already", c.Decision.By, c.Decision.Decision)
		}
		if err := mayDecide(&c, item, d, ""); err != nil {
			return err
		}
		if out, err = decideAll(ctx, t, &c, item, d); err != nil {
			return err
		}
		_, err = t.exec(ctx, `UPDATE mail_links SET used_at = $2, used_for = $3 WHERE hash = $1`, hash, wire.Micros(d.At), out.ID)
		return err
	})
	return out, err
}

// EndMailLink implements [store.Mails].
func (s *Store) EndMailLink(ctx context.Context, hash string, at time.Time) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE mail_links SET undone_at = $2 WHERE hash = $1 AND used_at IS NOT NULL AND undone_at IS NULL`,
			hash, wire.Micros(at))
		if err == nil && n == 0 {
			return models.Errorf(models.Conflict, "it was taken back already")
		}
		return err
	})
}

// SetMailWish implements [store.Mails].
func (s *Store) SetMailWish(ctx context.Context, w models.MailWish) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := siteExists(ctx, t, w.Site); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO mail_wishes (user_id, site, digest, alerts) VALUES ($1, $2, $3, $4)
			ON CONFLICT (user_id, site) DO UPDATE SET digest = excluded.digest, alerts = excluded.alerts`,
			w.User, w.Site, w.Digest, w.Alerts)
		return err
	})
}

// MailWishes implements [store.Mails].
func (s *Store) MailWishes(ctx context.Context, user string) ([]models.MailWish, error) {
	rows, err := s.query(ctx, `SELECT user_id, site, digest, alerts FROM mail_wishes
		WHERE ($1 = '' OR user_id = $1) AND ($1 <> '' OR digest OR alerts) ORDER BY user_id, site`, user)
	return collect(rows, err, func(r scanner) (models.MailWish, error) {
		var w models.MailWish
		err := r.Scan(&w.User, &w.Site, &w.Digest, &w.Alerts)
		return w, err
	})
}

// purgeMails deletes mails a month after they were filed, and links a week after
// they ended.
func purgeMails(ctx context.Context, t *tx, at time.Time, _ int) (int64, error) {
	if _, err := t.exec(ctx, `DELETE FROM mail_links WHERE expires_at < $1`, wire.Micros(at.AddDate(0, 0, -7))); err != nil {
		return 0, err
	}
	return t.exec(ctx, `DELETE FROM mails WHERE filed_at < $1`, wire.Micros(at.AddDate(0, -1, 0)))
}
