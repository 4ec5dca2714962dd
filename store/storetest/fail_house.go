package storetest

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// The acts on what lies around comments: events and webhooks, sites, keys, people, rules, upkeep.

// Events implements [store.Store].
func (f *failing) Events(ctx context.Context, site models.SiteID, cursor string, limit int) (models.Page[models.Event], error) {
	if err := f.fails("Events"); err != nil {
		return models.Page[models.Event]{}, err
	}
	return f.Store.Events(ctx, site, cursor, limit)
}

// LeaseDeliveries implements [store.Store].
func (f *failing) LeaseDeliveries(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.DueDelivery, error) {
	if err := f.fails("LeaseDeliveries"); err != nil {
		return nil, err
	}
	return f.Store.LeaseDeliveries(ctx, limit, ttl, at)
}

// RecordDelivery implements [store.Store].
func (f *failing) RecordDelivery(ctx context.Context, r models.DeliveryResult) error {
	if err := f.fails("RecordDelivery"); err != nil {
		return err
	}
	return f.Store.RecordDelivery(ctx, r)
}

// ListDeliveries implements [store.Store].
func (f *failing) ListDeliveries(ctx context.Context, site models.SiteID, webhook, cursor string, limit int) (models.Page[models.Delivery], error) {
	if err := f.fails("ListDeliveries"); err != nil {
		return models.Page[models.Delivery]{}, err
	}
	return f.Store.ListDeliveries(ctx, site, webhook, cursor, limit)
}

// Replay implements [store.Store].
func (f *failing) Replay(ctx context.Context, site models.SiteID, webhook, delivery string, since, at time.Time) (int, error) {
	if err := f.fails("Replay"); err != nil {
		return 0, err
	}
	return f.Store.Replay(ctx, site, webhook, delivery, since, at)
}

// SendTest implements [store.Store].
func (f *failing) SendTest(ctx context.Context, site models.SiteID, webhook string, e models.Event) error {
	if err := f.fails("SendTest"); err != nil {
		return err
	}
	return f.Store.SendTest(ctx, site, webhook, e)
}

// AddWebhook implements [store.Store].
func (f *failing) AddWebhook(ctx context.Context, w models.Webhook, by string) error {
	if err := f.fails("AddWebhook"); err != nil {
		return err
	}
	return f.Store.AddWebhook(ctx, w, by)
}

// Webhook implements [store.Store].
func (f *failing) Webhook(ctx context.Context, site models.SiteID, id string) (models.Webhook, error) {
	if err := f.fails("Webhook"); err != nil {
		return models.Webhook{}, err
	}
	return f.Store.Webhook(ctx, site, id)
}

// ListWebhooks implements [store.Store].
func (f *failing) ListWebhooks(ctx context.Context, site models.SiteID) ([]models.Webhook, error) {
	if err := f.fails("ListWebhooks"); err != nil {
		return nil, err
	}
	return f.Store.ListWebhooks(ctx, site)
}

// UpdateWebhook implements [store.Store].
func (f *failing) UpdateWebhook(ctx context.Context, w models.Webhook, by string, at time.Time) error {
	if err := f.fails("UpdateWebhook"); err != nil {
		return err
	}
	return f.Store.UpdateWebhook(ctx, w, by, at)
}

// DeleteWebhook implements [store.Store].
func (f *failing) DeleteWebhook(ctx context.Context, site models.SiteID, id, by string, at time.Time) error {
	if err := f.fails("DeleteWebhook"); err != nil {
		return err
	}
	return f.Store.DeleteWebhook(ctx, site, id, by, at)
}

// AddSite implements [store.Store].
func (f *failing) AddSite(ctx context.Context, s models.Site, by string) error {
	if err := f.fails("AddSite"); err != nil {
		return err
	}
	return f.Store.AddSite(ctx, s, by)
}

// Site implements [store.Store].
func (f *failing) Site(ctx context.Context, id models.SiteID) (models.Site, error) {
	if err := f.fails("Site"); err != nil {
		return models.Site{}, err
	}
	return f.Store.Site(ctx, id)
}

// ListSites implements [store.Store].
func (f *failing) ListSites(ctx context.Context) ([]models.Site, error) {
	if err := f.fails("ListSites"); err != nil {
		return nil, err
	}
	return f.Store.ListSites(ctx)
}

// UpdateSite implements [store.Store].
func (f *failing) UpdateSite(ctx context.Context, site models.Site, by string, at time.Time) error {
	if err := f.fails("UpdateSite"); err != nil {
		return err
	}
	return f.Store.UpdateSite(ctx, site, by, at)
}

// AddKey implements [store.Store].
func (f *failing) AddKey(ctx context.Context, k models.Key, by string) error {
	if err := f.fails("AddKey"); err != nil {
		return err
	}
	return f.Store.AddKey(ctx, k, by)
}

// KeyByHash implements [store.Store].
func (f *failing) KeyByHash(ctx context.Context, hash string) (models.Key, error) {
	if err := f.fails("KeyByHash"); err != nil {
		return models.Key{}, err
	}
	return f.Store.KeyByHash(ctx, hash)
}

// ListKeys implements [store.Store].
func (f *failing) ListKeys(ctx context.Context, site models.SiteID) ([]models.Key, error) {
	if err := f.fails("ListKeys"); err != nil {
		return nil, err
	}
	return f.Store.ListKeys(ctx, site)
}

// RevokeKey implements [store.Store].
func (f *failing) RevokeKey(ctx context.Context, site models.SiteID, id, by string, at time.Time) error {
	if err := f.fails("RevokeKey"); err != nil {
		return err
	}
	return f.Store.RevokeKey(ctx, site, id, by, at)
}

// TouchKeys implements [store.Store].
func (f *failing) TouchKeys(ctx context.Context, used map[string]time.Time) error {
	if err := f.fails("TouchKeys"); err != nil {
		return err
	}
	return f.Store.TouchKeys(ctx, used)
}

// AddUser implements [store.Store].
func (f *failing) AddUser(ctx context.Context, u models.User, by string) error {
	if err := f.fails("AddUser"); err != nil {
		return err
	}
	return f.Store.AddUser(ctx, u, by)
}

// UserByEmail implements [store.Store].
func (f *failing) UserByEmail(ctx context.Context, email string) (models.User, error) {
	if err := f.fails("UserByEmail"); err != nil {
		return models.User{}, err
	}
	return f.Store.UserByEmail(ctx, email)
}

// ListUsers implements [store.Store].
func (f *failing) ListUsers(ctx context.Context) ([]models.User, error) {
	if err := f.fails("ListUsers"); err != nil {
		return nil, err
	}
	return f.Store.ListUsers(ctx)
}

// User implements [store.Store].
func (f *failing) User(ctx context.Context, id string) (models.User, error) {
	if err := f.fails("User"); err != nil {
		return models.User{}, err
	}
	return f.Store.User(ctx, id)
}

// ChangeUser implements [store.Store].
func (f *failing) ChangeUser(ctx context.Context, c models.UserChange, change func(*models.User) error) (models.User, error) {
	if err := f.fails("ChangeUser"); err != nil {
		return models.User{}, err
	}
	return f.Store.ChangeUser(ctx, c, change)
}

// AddSignInLink implements [store.Store].
func (f *failing) AddSignInLink(ctx context.Context, l models.SignInLink, by string, at time.Time) error {
	if err := f.fails("AddSignInLink"); err != nil {
		return err
	}
	return f.Store.AddSignInLink(ctx, l, by, at)
}

// UseSignInLink implements [store.Store].
func (f *failing) UseSignInLink(ctx context.Context, hash string, at time.Time) (models.User, error) {
	if err := f.fails("UseSignInLink"); err != nil {
		return models.User{}, err
	}
	return f.Store.UseSignInLink(ctx, hash, at)
}

// AddSession implements [store.Store].
func (f *failing) AddSession(ctx context.Context, n models.Session) error {
	if err := f.fails("AddSession"); err != nil {
		return err
	}
	return f.Store.AddSession(ctx, n)
}

// SessionByHash implements [store.Store].
func (f *failing) SessionByHash(ctx context.Context, hash string, at time.Time) (models.Session, models.User, error) {
	if err := f.fails("SessionByHash"); err != nil {
		return models.Session{}, models.User{}, err
	}
	return f.Store.SessionByHash(ctx, hash, at)
}

// TouchSession implements [store.Store].
func (f *failing) TouchSession(ctx context.Context, hash string, at, until time.Time) error {
	if err := f.fails("TouchSession"); err != nil {
		return err
	}
	return f.Store.TouchSession(ctx, hash, at, until)
}

// ListSessions implements [store.Store].
func (f *failing) ListSessions(ctx context.Context, user string, at time.Time) ([]models.Session, error) {
	if err := f.fails("ListSessions"); err != nil {
		return nil, err
	}
	return f.Store.ListSessions(ctx, user, at)
}

// EndSession implements [store.Store].
func (f *failing) EndSession(ctx context.Context, user, id, by string, at time.Time) error {
	if err := f.fails("EndSession"); err != nil {
		return err
	}
	return f.Store.EndSession(ctx, user, id, by, at)
}

// SetRecoveryCodes implements [store.Store].
func (f *failing) SetRecoveryCodes(ctx context.Context, user string, hashes []string) error {
	if err := f.fails("SetRecoveryCodes"); err != nil {
		return err
	}
	return f.Store.SetRecoveryCodes(ctx, user, hashes)
}

// UseRecoveryCode implements [store.Store].
func (f *failing) UseRecoveryCode(ctx context.Context, user, hash string, at time.Time) (int, error) {
	if err := f.fails("UseRecoveryCode"); err != nil {
		return 0, err
	}
	return f.Store.UseRecoveryCode(ctx, user, hash, at)
}

// TakeTries implements [store.Store].
func (f *failing) TakeTries(ctx context.Context, limits []models.TryLimit, at time.Time) (time.Duration, error) {
	if err := f.fails("TakeTries"); err != nil {
		return 0, err
	}
	return f.Store.TakeTries(ctx, limits, at)
}

// ForgiveTries implements [store.Store].
func (f *failing) ForgiveTries(ctx context.Context, keys []string) error {
	if err := f.fails("ForgiveTries"); err != nil {
		return err
	}
	return f.Store.ForgiveTries(ctx, keys)
}

// Book implements [store.Store].
func (f *failing) Book(ctx context.Context, site models.SiteID) (models.SiteBook, error) {
	if err := f.fails("Book"); err != nil {
		return models.SiteBook{}, err
	}
	return f.Store.Book(ctx, site)
}

// AddBook implements [store.Store].
func (f *failing) AddBook(ctx context.Context, b models.SiteBook, base int64) (int64, error) {
	if err := f.fails("AddBook"); err != nil {
		return 0, err
	}
	return f.Store.AddBook(ctx, b, base)
}

// Policy implements [store.Store].
func (f *failing) Policy(ctx context.Context, site models.SiteID) (models.Policy, error) {
	if err := f.fails("Policy"); err != nil {
		return models.Policy{}, err
	}
	return f.Store.Policy(ctx, site)
}

// AddPolicy implements [store.Store].
func (f *failing) AddPolicy(ctx context.Context, p models.Policy, base int64) (int64, error) {
	if err := f.fails("AddPolicy"); err != nil {
		return 0, err
	}
	return f.Store.AddPolicy(ctx, p, base)
}

// PolicyVersions implements [store.Store].
func (f *failing) PolicyVersions(ctx context.Context, site models.SiteID, limit int) ([]models.Policy, error) {
	if err := f.fails("PolicyVersions"); err != nil {
		return nil, err
	}
	return f.Store.PolicyVersions(ctx, site, limit)
}

// PolicyVersion implements [store.Store].
func (f *failing) PolicyVersion(ctx context.Context, site models.SiteID, version int64) (models.Policy, error) {
	if err := f.fails("PolicyVersion"); err != nil {
		return models.Policy{}, err
	}
	return f.Store.PolicyVersion(ctx, site, version)
}

// AuditEntries implements [store.Store].
func (f *failing) AuditEntries(ctx context.Context, q models.AuditQuery) (models.Page[models.AuditEntry], error) {
	if err := f.fails("AuditEntries"); err != nil {
		return models.Page[models.AuditEntry]{}, err
	}
	return f.Store.AuditEntries(ctx, q)
}

// BeginRequest implements [store.Store].
func (f *failing) BeginRequest(ctx context.Context, r models.IdempotentRequest, takeover time.Duration, at time.Time) (*models.SavedResponse, error) {
	if err := f.fails("BeginRequest"); err != nil {
		return nil, err
	}
	return f.Store.BeginRequest(ctx, r, takeover, at)
}

// EndRequest implements [store.Store].
func (f *failing) EndRequest(ctx context.Context, r models.IdempotentRequest, answer *models.SavedResponse, at time.Time) error {
	if err := f.fails("EndRequest"); err != nil {
		return err
	}
	return f.Store.EndRequest(ctx, r, answer, at)
}

// Ping implements [store.Store].
func (f *failing) Ping(ctx context.Context) error {
	if err := f.fails("Ping"); err != nil {
		return err
	}
	return f.Store.Ping(ctx)
}

// Clock implements [store.Store].
func (f *failing) Clock(ctx context.Context) (time.Time, error) {
	if err := f.fails("Clock"); err != nil {
		return time.Time{}, err
	}
	return f.Store.Clock(ctx)
}

// Count implements [store.Store].
func (f *failing) Count(ctx context.Context, site models.SiteID, name string, n int64, at time.Time) error {
	if err := f.fails("Count"); err != nil {
		return err
	}
	return f.Store.Count(ctx, site, name, n, at)
}

// Counters implements [store.Store].
func (f *failing) Counters(ctx context.Context, site models.SiteID, day time.Time) (map[string]int64, error) {
	if err := f.fails("Counters"); err != nil {
		return nil, err
	}
	return f.Store.Counters(ctx, site, day)
}

// Purge implements [store.Store].
func (f *failing) Purge(ctx context.Context, p store.Purge, at time.Time) (int64, error) {
	if err := f.fails("Purge"); err != nil {
		return 0, err
	}
	return f.Store.Purge(ctx, p, at)
}
