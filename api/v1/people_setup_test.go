package v1_test

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// peopleRole has one person, Anne; everybody else is of another site.
type peopleRole struct{}

func anne() models.User {
	return models.User{
		ID: "p1", Email: "anne@example.com", Name: "Anne", Role: models.RoleModerator, Scope: []models.SiteScope{{Site: site}},
		PasswordHash: "$argon2id$secret", TOTPSecret: "SECRET", CreatedAt: noon, ExpiresAt: noon.AddDate(1, 0, 0),
	}
}

func (peopleRole) Team(_ context.Context, by models.Steward) ([]models.User, error) {
	return []models.User{anne()}, nil
}

func (peopleRole) Colleague(_ context.Context, by models.Steward, id string) (models.User, error) {
	if id != "p1" {
		return models.User{}, models.Errorf(models.NotFound, "no user %s", id)
	}
	return anne(), nil
}

func (peopleRole) Invite(_ context.Context, by models.Steward, want models.User) (models.User, string, error) {
	want.ID, want.CreatedAt = "p2", noon
	return want, "s3cret+", nil
}

func (r peopleRole) ChangeColleague(ctx context.Context, by models.Steward, id string, _ models.User) error {
	_, err := r.Colleague(ctx, by, id)
	return err
}

func (r peopleRole) SetAccess(ctx context.Context, by models.Steward, id string, _ bool) error {
	_, err := r.Colleague(ctx, by, id)
	return err
}

func (r peopleRole) LinkFor(ctx context.Context, by models.Steward, id string) (string, error) {
	_, err := r.Colleague(ctx, by, id)
	return "s3cret", err
}

func (r peopleRole) ResetTOTP(ctx context.Context, by models.Steward, id string) error {
	_, err := r.Colleague(ctx, by, id)
	return err
}

func (r peopleRole) SessionsOf(ctx context.Context, by models.Steward, id string) ([]models.Session, error) {
	_, err := r.Colleague(ctx, by, id)
	return []models.Session{{
		ID: "s1", Hash: "hash", User: id, Method: "password", Agent: "Firefox", CreatedAt: noon, SeenAt: noon.Add(time.Hour), ExpiresAt: noon.Add(25 * time.Hour),
	}}, err
}

func (r peopleRole) EndSessionOf(ctx context.Context, by models.Steward, id, _ string) error {
	_, err := r.Colleague(ctx, by, id)
	return err
}

func (peopleRole) Colleagues(context.Context, models.SiteID) ([]models.User, error) {
	return []models.User{anne(), {ID: "p3", Email: "root@example.com", Role: models.RoleAdmin}}, nil
}

// findsRole finds two comments whatever is searched for.
type findsRole struct{}

func (findsRole) IDs(context.Context, models.CommentQuery) ([]models.CommentID, bool, error) {
	return []models.CommentID{commentID, otherID}, false, nil
}

func (findsRole) DecideFound(_ context.Context, q models.CommentQuery, count int, w models.WaveRequest) (models.WaveOutcome, error) {
	if count != 2 {
		return models.WaveOutcome{}, models.Errorf(models.Conflict, "the search finds 2 comments that nobody decided, not %d", count)
	}
	return outcome(q.Site, w.By), nil
}

func (findsRole) Overview(context.Context, models.SiteID, []string) (models.Overview, error) {
	return models.Overview{
		Waiting: 5, Minutes: 2, People: []models.Present{{User: anne(), SeenAt: noon}},
		Shape: models.Shape{Ages: [4]models.ShapeAge{{Grave: 1, Rest: 2}, {Rest: 1}, {}, {Rest: 1}}, Hard: 1, Oldest: noon.Add(-30 * time.Hour), Answered: 11.5},
		Days:  []models.Day{{At: noon.Truncate(24 * time.Hour), Received: 90, Allowed: 80, Held: 8, Rejected: 2, Decided: 7}},
	}, nil
}
