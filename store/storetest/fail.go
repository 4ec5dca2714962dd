package storetest

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// Fail gives a store like s whose named act fails with err and does nothing.
// The name is a method's ("RecordJudgements").
func Fail(s store.Store, act string, err error) store.Store {
	if _, ok := reflect.TypeFor[store.Store]().MethodByName(act); !ok {
		panic(fmt.Sprintf("store.Store has no act %q", act))
	}
	return &failing{Store: s, act: act, err: err}
}

type failing struct {
	store.Store
	act string
	err error
}

// fails gives the error when the act is the one that fails.
func (f *failing) fails(act string) error {
	if act == f.act {
		return f.err
	}
	return nil
}

// Close implements [store.Store].
func (f *failing) Close() error {
	if err := f.fails("Close"); err != nil {
		return err
	}
	return f.Store.Close()
}

// AddComments implements [store.Store].
func (f *failing) AddComments(ctx context.Context, comments []models.Comment) ([]store.AddResult, error) {
	if err := f.fails("AddComments"); err != nil {
		return nil, err
	}
	return f.Store.AddComments(ctx, comments)
}

// Comment implements [store.Store].
func (f *failing) Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error) {
	if err := f.fails("Comment"); err != nil {
		return models.Comment{}, err
	}
	return f.Store.Comment(ctx, site, id)
}

// Judged implements [store.Store].
func (f *failing) Judged(ctx context.Context, ids []models.CommentID) ([]models.CommentID, error) {
	if err := f.fails("Judged"); err != nil {
		return nil, err
	}
	return f.Store.Judged(ctx, ids)
}

// ListComments implements [store.Store].
func (f *failing) ListComments(ctx context.Context, q models.CommentQuery) (models.Page[models.Comment], error) {
	if err := f.fails("ListComments"); err != nil {
		return models.Page[models.Comment]{}, err
	}
	return f.Store.ListComments(ctx, q)
}

// EditComment implements [store.Store].
func (f *failing) EditComment(ctx context.Context, site models.SiteID, id models.CommentID, e models.CommentEdit, at time.Time) (models.Comment, error) {
	if err := f.fails("EditComment"); err != nil {
		return models.Comment{}, err
	}
	return f.Store.EditComment(ctx, site, id, e, at)
}

// EraseComment implements [store.Store].
func (f *failing) EraseComment(ctx context.Context, site models.SiteID, id models.CommentID, by string, at time.Time) error {
	if err := f.fails("EraseComment"); err != nil {
		return err
	}
	return f.Store.EraseComment(ctx, site, id, by, at)
}

// AddReport implements [store.Store].
func (f *failing) AddReport(ctx context.Context, r models.Report, holdAt int, urgency float64) (int, error) {
	if err := f.fails("AddReport"); err != nil {
		return 0, err
	}
	return f.Store.AddReport(ctx, r, holdAt, urgency)
}

// AuthorHistory implements [store.Store].
func (f *failing) AuthorHistory(ctx context.Context, site models.SiteID, authorKey string) (models.History, error) {
	if err := f.fails("AuthorHistory"); err != nil {
		return models.History{}, err
	}
	return f.Store.AuthorHistory(ctx, site, authorKey)
}

// SpamCounts implements [store.Store].
func (f *failing) SpamCounts(ctx context.Context, comments []models.Comment) ([]models.SpamCounts, error) {
	if err := f.fails("SpamCounts"); err != nil {
		return nil, err
	}
	return f.Store.SpamCounts(ctx, comments)
}

// Languages implements [store.Store].
func (f *failing) Languages(ctx context.Context, site models.SiteID) (map[string]int, error) {
	if err := f.fails("Languages"); err != nil {
		return nil, err
	}
	return f.Store.Languages(ctx, site)
}

// LeasePending implements [store.Store].
func (f *failing) LeasePending(ctx context.Context, limit int, ttl time.Duration, at time.Time) (models.Lease, error) {
	if err := f.fails("LeasePending"); err != nil {
		return models.Lease{}, err
	}
	return f.Store.LeasePending(ctx, limit, ttl, at)
}

// LeaseComments implements [store.Store].
func (f *failing) LeaseComments(ctx context.Context, ids []models.CommentID, ttl time.Duration, at time.Time) (models.Lease, error) {
	if err := f.fails("LeaseComments"); err != nil {
		return models.Lease{}, err
	}
	return f.Store.LeaseComments(ctx, ids, ttl, at)
}

// RenewLease implements [store.Store].
func (f *failing) RenewLease(ctx context.Context, token string, until time.Time) error {
	if err := f.fails("RenewLease"); err != nil {
		return err
	}
	return f.Store.RenewLease(ctx, token, until)
}

// ReleaseLease implements [store.Store].
func (f *failing) ReleaseLease(ctx context.Context, token string, failed []models.CommentID, retryAt time.Time) error {
	if err := f.fails("ReleaseLease"); err != nil {
		return err
	}
	return f.Store.ReleaseLease(ctx, token, failed, retryAt)
}

// RecordJudgements implements [store.Store].
func (f *failing) RecordJudgements(ctx context.Context, token string, js []models.Judgement) ([]bool, error) {
	if err := f.fails("RecordJudgements"); err != nil {
		return nil, err
	}
	return f.Store.RecordJudgements(ctx, token, js)
}

// WaitingComments implements [store.Store].
func (f *failing) WaitingComments(ctx context.Context, before time.Time, limit int) ([]models.CommentID, error) {
	if err := f.fails("WaitingComments"); err != nil {
		return nil, err
	}
	return f.Store.WaitingComments(ctx, before, limit)
}

// LeaseUnexplained implements [store.Store].
func (f *failing) LeaseUnexplained(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.Comment, error) {
	if err := f.fails("LeaseUnexplained"); err != nil {
		return nil, err
	}
	return f.Store.LeaseUnexplained(ctx, limit, ttl, at)
}

// RecordEvidence implements [store.Store].
func (f *failing) RecordEvidence(ctx context.Context, j models.Judgement) error {
	if err := f.fails("RecordEvidence"); err != nil {
		return err
	}
	return f.Store.RecordEvidence(ctx, j)
}

// PendingStats implements [store.Store].
func (f *failing) PendingStats(ctx context.Context) (int64, time.Time, error) {
	if err := f.fails("PendingStats"); err != nil {
		return 0, time.Time{}, err
	}
	return f.Store.PendingStats(ctx)
}

// ReviewItems implements [store.Store].
func (f *failing) ReviewItems(ctx context.Context, q models.ReviewQuery, at time.Time) (models.Page[models.ReviewItem], error) {
	if err := f.fails("ReviewItems"); err != nil {
		return models.Page[models.ReviewItem]{}, err
	}
	return f.Store.ReviewItems(ctx, q, at)
}

// ReviewItem implements [store.Store].
func (f *failing) ReviewItem(ctx context.Context, site models.SiteID, id models.CommentID, at time.Time) (models.ReviewItem, error) {
	if err := f.fails("ReviewItem"); err != nil {
		return models.ReviewItem{}, err
	}
	return f.Store.ReviewItem(ctx, site, id, at)
}

// ClaimReviews implements [store.Store].
func (f *failing) ClaimReviews(ctx context.Context, c models.ClaimRequest, at time.Time) (models.ClaimedItems, error) {
	if err := f.fails("ClaimReviews"); err != nil {
		return models.ClaimedItems{}, err
	}
	return f.Store.ClaimReviews(ctx, c, at)
}

// ReleaseClaim implements [store.Store].
func (f *failing) ReleaseClaim(ctx context.Context, site models.SiteID, token string, at time.Time) error {
	if err := f.fails("ReleaseClaim"); err != nil {
		return err
	}
	return f.Store.ReleaseClaim(ctx, site, token, at)
}

// RecordDecision implements [store.Store].
func (f *failing) RecordDecision(ctx context.Context, d models.Decision, claim string) (models.Decision, error) {
	if err := f.fails("RecordDecision"); err != nil {
		return models.Decision{}, err
	}
	return f.Store.RecordDecision(ctx, d, claim)
}

// UndoDecision implements [store.Store].
func (f *failing) UndoDecision(ctx context.Context, u models.UndoRequest, at time.Time) (models.Decision, error) {
	if err := f.fails("UndoDecision"); err != nil {
		return models.Decision{}, err
	}
	return f.Store.UndoDecision(ctx, u, at)
}

// AddFeedback implements [store.Store].
func (f *failing) AddFeedback(ctx context.Context, fb models.Feedback, by string) error {
	if err := f.fails("AddFeedback"); err != nil {
		return err
	}
	return f.Store.AddFeedback(ctx, fb, by)
}

// AddTrace implements [store.Store].
func (f *failing) AddTrace(ctx context.Context, t models.Trace) error {
	if err := f.fails("AddTrace"); err != nil {
		return err
	}
	return f.Store.AddTrace(ctx, t)
}

// Traced implements [store.Store].
func (f *failing) Traced(ctx context.Context, site models.SiteID, fingerprint string, limit int) ([]models.Comment, error) {
	if err := f.fails("Traced"); err != nil {
		return nil, err
	}
	return f.Store.Traced(ctx, site, fingerprint, limit)
}

// CommentByExternalID implements [store.Store].
func (f *failing) CommentByExternalID(ctx context.Context, site models.SiteID, external string) (models.Comment, error) {
	if err := f.fails("CommentByExternalID"); err != nil {
		return models.Comment{}, err
	}
	return f.Store.CommentByExternalID(ctx, site, external)
}

// LeaseCallbacks implements [store.Store].
func (f *failing) LeaseCallbacks(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.DueCallback, error) {
	if err := f.fails("LeaseCallbacks"); err != nil {
		return nil, err
	}
	return f.Store.LeaseCallbacks(ctx, limit, ttl, at)
}

// EndCallback implements [store.Store].
func (f *failing) EndCallback(ctx context.Context, id models.CommentID, token string, retryAt time.Time) error {
	if err := f.fails("EndCallback"); err != nil {
		return err
	}
	return f.Store.EndCallback(ctx, id, token, retryAt)
}

// Feedback implements [store.Store].
func (f *failing) Feedback(ctx context.Context, site models.SiteID, cursor string, limit int) (models.Page[models.Feedback], error) {
	if err := f.fails("Feedback"); err != nil {
		return models.Page[models.Feedback]{}, err
	}
	return f.Store.Feedback(ctx, site, cursor, limit)
}

// AddScoring implements [store.Store].
func (f *failing) AddScoring(ctx context.Context, one models.Scoring) error {
	if err := f.fails("AddScoring"); err != nil {
		return err
	}
	return f.Store.AddScoring(ctx, one)
}

// LeaseScorings implements [store.Store].
func (f *failing) LeaseScorings(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.DueScoring, error) {
	if err := f.fails("LeaseScorings"); err != nil {
		return nil, err
	}
	return f.Store.LeaseScorings(ctx, limit, ttl, at)
}

// EndScoring implements [store.Store].
func (f *failing) EndScoring(ctx context.Context, id, token string, retryAt time.Time) error {
	if err := f.fails("EndScoring"); err != nil {
		return err
	}
	return f.Store.EndScoring(ctx, id, token, retryAt)
}

// Spread implements [store.Store].
func (f *failing) Spread(ctx context.Context, q models.ScoreQuery) (models.Spread, error) {
	if err := f.fails("Spread"); err != nil {
		return models.Spread{}, err
	}
	return f.Store.Spread(ctx, q)
}

// CommentStory implements [store.Store].
func (f *failing) CommentStory(ctx context.Context, site models.SiteID, id models.CommentID) (models.Story, error) {
	if err := f.fails("CommentStory"); err != nil {
		return models.Story{}, err
	}
	return f.Store.CommentStory(ctx, site, id)
}

// AddView implements [store.Store].
func (f *failing) AddView(ctx context.Context, v models.SavedView) error {
	if err := f.fails("AddView"); err != nil {
		return err
	}
	return f.Store.AddView(ctx, v)
}

// ListViews implements [store.Store].
func (f *failing) ListViews(ctx context.Context, site models.SiteID, owner string) ([]models.SavedView, error) {
	if err := f.fails("ListViews"); err != nil {
		return nil, err
	}
	return f.Store.ListViews(ctx, site, owner)
}

// DeleteView implements [store.Store].
func (f *failing) DeleteView(ctx context.Context, site models.SiteID, id, owner string) error {
	if err := f.fails("DeleteView"); err != nil {
		return err
	}
	return f.Store.DeleteView(ctx, site, id, owner)
}

// QueueShape implements [store.Store].
func (f *failing) QueueShape(ctx context.Context, site models.SiteID, sections []string, at time.Time) (models.Shape, error) {
	if err := f.fails("QueueShape"); err != nil {
		return models.Shape{}, err
	}
	return f.Store.QueueShape(ctx, site, sections, at)
}

// Present implements [store.Store].
func (f *failing) Present(ctx context.Context, since time.Time) ([]models.Present, error) {
	if err := f.fails("Present"); err != nil {
		return nil, err
	}
	return f.Store.Present(ctx, since)
}

// AddMail implements [store.Store].
func (f *failing) AddMail(ctx context.Context, m models.Mail) (bool, error) {
	if err := f.fails("AddMail"); err != nil {
		return false, err
	}
	return f.Store.AddMail(ctx, m)
}

// RecentMails implements [store.Store].
func (f *failing) RecentMails(ctx context.Context, user string, kind models.MailKind, since time.Time) ([]models.Mail, error) {
	if err := f.fails("RecentMails"); err != nil {
		return nil, err
	}
	return f.Store.RecentMails(ctx, user, kind, since)
}

// LeaseMails implements [store.Store].
func (f *failing) LeaseMails(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.DueMail, error) {
	if err := f.fails("LeaseMails"); err != nil {
		return nil, err
	}
	return f.Store.LeaseMails(ctx, limit, ttl, at)
}

// EndMail implements [store.Store].
func (f *failing) EndMail(ctx context.Context, id, token string, sentAt, retryAt time.Time) error {
	if err := f.fails("EndMail"); err != nil {
		return err
	}
	return f.Store.EndMail(ctx, id, token, sentAt, retryAt)
}

// AddMailLink implements [store.Store].
func (f *failing) AddMailLink(ctx context.Context, l models.MailLink) error {
	if err := f.fails("AddMailLink"); err != nil {
		return err
	}
	return f.Store.AddMailLink(ctx, l)
}

// MailLink implements [store.Store].
func (f *failing) MailLink(ctx context.Context, hash string, at time.Time) (models.MailLink, error) {
	if err := f.fails("MailLink"); err != nil {
		return models.MailLink{}, err
	}
	return f.Store.MailLink(ctx, hash, at)
}

// UseMailLink implements [store.Store].
func (f *failing) UseMailLink(ctx context.Context, hash string, d models.Decision) (models.Decision, error) {
	if err := f.fails("UseMailLink"); err != nil {
		return models.Decision{}, err
	}
	return f.Store.UseMailLink(ctx, hash, d)
}

// EndMailLink implements [store.Store].
func (f *failing) EndMailLink(ctx context.Context, hash string, at time.Time) error {
	if err := f.fails("EndMailLink"); err != nil {
		return err
	}
	return f.Store.EndMailLink(ctx, hash, at)
}

// SetMailWish implements [store.Store].
func (f *failing) SetMailWish(ctx context.Context, w models.MailWish) error {
	if err := f.fails("SetMailWish"); err != nil {
		return err
	}
	return f.Store.SetMailWish(ctx, w)
}

// MailWishes implements [store.Store].
func (f *failing) MailWishes(ctx context.Context, user string) ([]models.MailWish, error) {
	if err := f.fails("MailWishes"); err != nil {
		return nil, err
	}
	return f.Store.MailWishes(ctx, user)
}
