package mail

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

const (
	shown = 5 // comments in a digest, and in an alert
	// graveLook is how far down the queue is looked for what is grave.
	graveLook = 50
	graveAge  = 24 * time.Hour
	// alertEvery is the least time between two alerts to one person.
	alertEvery = 15 * time.Minute
	// signInMost is how many sign-in mails one person gets in an hour.
	signInMost = 3
)

// FileDue files the digests and the alerts that are due. It may run twice or
// side by side: the same mail is filed once.
func (s *Service) FileDue(ctx context.Context) (bool, error) {
	wishes, err := s.Store.MailWishes(ctx, "")
	if err != nil {
		return false, fmt.Errorf("file mail: %w", err)
	}
	for _, w := range wishes {
		u, err := s.Store.User(ctx, w.User)
		if err != nil && models.KindOf(err) != models.NotFound {
			return false, fmt.Errorf("file mail: %w", err)
		}
		if err != nil || u.Allow(models.ActReview, w.Site, s.Now()) != nil {
			continue
		}
		if err := s.fileFor(ctx, u, w); err != nil {
			return false, fmt.Errorf("file mail: %w", err)
		}
	}
	return false, nil
}

func (s *Service) fileFor(ctx context.Context, u models.User, w models.MailWish) error {
	if w.Digest {
		if err := s.fileDigest(ctx, u, w.Site); err != nil {
			return err
		}
	}
	if w.Alerts {
		return s.fileAlert(ctx, u, w.Site)
	}
	return nil
}

// fileDigest files the day's digest once its hour has come, unless nothing waits.
func (s *Service) fileDigest(ctx context.Context, u models.User, site models.SiteID) error {
	now := s.Now().UTC()
	if now.Hour() < s.Hour {
		return nil
	}
	id := models.DerivedID("digest", u.ID, string(site), now.Format(time.DateOnly))
	recent, err := s.Store.RecentMails(ctx, u.ID, models.MailDigest, now.Add(-24*time.Hour))
	if err != nil || slices.ContainsFunc(recent, func(m models.Mail) bool { return m.ID == id }) {
		return err
	}
	items, err := s.items(ctx, u, site, shown)
	if err != nil || len(items) == 0 {
		return err
	}
	var ids []models.CommentID
	for _, i := range items {
		ids = append(ids, i.Comment.ID)
	}
	_, err = s.Store.AddMail(ctx, models.Mail{ID: id, Kind: models.MailDigest, User: u.ID, Site: site, Comments: ids, FiledAt: now})
	return err
}

// items are the most urgent of a queue that are the person's to see.
func (s *Service) items(ctx context.Context, u models.User, site models.SiteID, most int) ([]models.ReviewItem, error) {
	found, err := s.Store.ReviewItems(ctx, models.ReviewQuery{Site: site, Limit: graveLook}, s.Now())
	if err != nil {
		return nil, err
	}
	var out []models.ReviewItem
	for _, i := range found.Items {
		if len(out) < most && u.SeesSection(site, i.Comment.Context.Section) {
			out = append(out, i)
		}
	}
	return out, nil
}

// fileAlert files an alert about what is grave, was held within the day, and
// was not told yet.
func (s *Service) fileAlert(ctx context.Context, u models.User, site models.SiteID) error {
	now := s.Now().UTC()
	told, err := s.Store.RecentMails(ctx, u.ID, models.MailAlert, now.Add(-graveAge))
	if err != nil {
		return err
	}
	known := map[models.CommentID]bool{}
	for _, m := range told {
		if m.Site == site && now.Sub(m.FiledAt) < alertEvery {
			return nil
		}
		for _, id := range m.Comments {
			known[id] = true
		}
	}
	items, err := s.items(ctx, u, site, graveLook)
	if err != nil {
		return err
	}
	mail := models.Mail{Kind: models.MailAlert, User: u.ID, Site: site, FiledAt: now}
	for _, i := range items {
		if known[i.Comment.ID] || !grave(i.Comment) || now.Sub(i.FiledAt) > graveAge {
			continue
		}
		mail.Comments = append(mail.Comments, i.Comment.ID)
	}
	if len(mail.Comments) == 0 {
		return nil
	}
	var names []string
	for _, id := range mail.Comments {
		names = append(names, string(id))
	}
	mail.ID = models.DerivedID("alert", u.ID, string(site), strings.Join(names, " "))
	_, err = s.Store.AddMail(ctx, mail)
	return err
}

// grave are comments about which somebody must know at once: a threat, and a
// person in danger.
func grave(c models.Comment) bool {
	return c.Verdict != nil && slices.ContainsFunc(c.Verdict.Labels, func(l models.Label) bool {
		return l == models.Threat || l == models.Distress
	})
}

// SignIn files a mail with a one-time sign-in link for an address. It tells
// nobody whether there is such an account, or whether it had too many mails.
func (s *Service) SignIn(ctx context.Context, email string) error {
	now := s.Now()
	u, err := s.Store.UserByEmail(ctx, strings.ToLower(strings.TrimSpace(email)))
	if err != nil && models.KindOf(err) == models.NotFound || err == nil && !u.Live(now) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sign-in mail: %w", err)
	}
	recent, err := s.Store.RecentMails(ctx, u.ID, models.MailSignIn, now.Add(-time.Hour))
	if err != nil {
		return fmt.Errorf("sign-in mail: %w", err)
	}
	if len(recent) >= signInMost {
		return nil
	}
	_, err = s.Store.AddMail(ctx, models.Mail{ID: models.NewID(now), Kind: models.MailSignIn, User: u.ID, FiledAt: now})
	return err
}

// Wishes gives what a person wants, for each site that they may review.
func (s *Service) Wishes(ctx context.Context, u models.User) ([]models.MailWish, error) {
	sites, err := s.Store.ListSites(ctx)
	if err != nil {
		return nil, fmt.Errorf("wishes: %w", err)
	}
	kept, err := s.Store.MailWishes(ctx, u.ID)
	if err != nil {
		return nil, fmt.Errorf("wishes: %w", err)
	}
	var out []models.MailWish
	for _, site := range sites {
		if u.Allow(models.ActReview, site.ID, s.Now()) != nil {
			continue
		}
		w := models.MailWish{User: u.ID, Site: site.ID}
		for _, k := range kept {
			if k.Site == site.ID {
				w = k
			}
		}
		out = append(out, w)
	}
	return out, nil
}

// SetWish keeps what a person wants about a site that they may review.
func (s *Service) SetWish(ctx context.Context, u models.User, w models.MailWish) error {
	if err := u.Allow(models.ActReview, w.Site, s.Now()); err != nil {
		return err
	}
	w.User = u.ID
	return s.Store.SetMailWish(ctx, w)
}
