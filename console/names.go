package console

import (
	"context"
	"slices"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// names tells actors of the audit log by the names that colleagues know.
type names map[string]string

// names gives those of everybody who works here.
func (c *Console) names(ctx context.Context) (names, error) {
	people, err := c.deps.Desk.People(ctx)
	if err != nil {
		return nil, err
	}
	out := names{}
	for _, u := range people {
		out[u.Actor()] = u.Shown()
	}
	return out, nil
}

// of words an actor for a person: a colleague's name, "you", the site's own
// tools, or the machine.
func (n names) of(v *view, actor string) string {
	switch {
	case actor == v.by():
		return v.T("actor.you")
	case n[actor] != "":
		return n[actor]
	case strings.HasPrefix(actor, "key:"):
		return v.T("actor.key")
	case actor == "tamis":
		return v.T("actor.machine")
	case actor == "cli":
		return v.T("actor.cli")
	}
	return strings.TrimPrefix(actor, "user:")
}

// colleagues are those to whom the person can pass something of the site on.
func (c *Console) colleagues(ctx context.Context, v *view) ([]models.User, error) {
	found, err := c.deps.Desk.Colleagues(ctx, v.Site.ID)
	return slices.DeleteFunc(found, func(u models.User) bool { return u.ID == v.User.ID }), err
}
