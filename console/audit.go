package console

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Logbook is the log of who did what.
type Logbook interface {
	Entries(ctx context.Context, q models.AuditQuery) (models.Page[models.AuditEntry], error)
}

func (c *Console) auditRoutes() []route {
	return []route{{"GET /settings/audit", models.ActAudit, c.audit}}
}

// auditActs are the acts that have words of their own, under audit.act.
func auditActs() []string {
	return []string{
		"comment.judged", "comment.edited", "comment.erased", "comment.reported",
		"decision.recorded", "decision.undone", "feedback.recorded", "triage.set",
		"policy.changed", "book.changed", "site.created", "site.changed",
		"key.created", "key.revoked", "webhook.created", "webhook.updated", "webhook.disabled", "webhook.deleted",
		"user.created", "user.changed", "user.renamed", "user.enabled", "user.disabled", "user.link", "user.link_used", "user.password",
		"user.signed_in", "user.signed_out", "user.totp_on", "user.totp_off", "user.recovery_code_used",
	}
}

type auditData struct {
	Entries models.Page[models.AuditEntry]
	Actor   string
	Act     string
	Subject string
	Since   string
	Until   string
	House   bool // entries of the whole house: accounts
	Acts    []string
	Next    string // the address of the next page
	Faults  map[string]string
}

func (c *Console) audit(w http.ResponseWriter, r *http.Request) error {
	v, q := viewOf(r), r.URL.Query()
	data := auditData{
		Actor: strings.TrimSpace(q.Get("actor")), Act: q.Get("act"), Subject: strings.TrimSpace(q.Get("subject")),
		Since: q.Get("since"), Until: q.Get("until"), House: q.Get("house") != "" && len(v.User.Scope) == 0, Acts: auditActs(),
	}
	query := models.AuditQuery{Site: v.Site.ID, Actor: actor(data.Actor), Act: data.Act, Subject: data.Subject, Cursor: q.Get("cursor"), Limit: 50}
	if data.House {
		query.Site = ""
	}
	since, err := dayOf(r, "since")
	if err == nil {
		query.Until, err = dayOf(r, "until")
	}
	if !since.IsZero() {
		query.Since = since.Truncate(24 * time.Hour)
	}
	if err == nil {
		data.Entries, err = c.deps.Logbook.Entries(r.Context(), query)
	}
	if data.Faults = faults(err); data.Faults != nil {
		return c.renderAs(w, r, http.StatusUnprocessableEntity, "audit", data)
	}
	if err != nil {
		return err
	}
	if data.Entries.Next != "" {
		next := url.Values{}
		maps.Copy(next, q)
		next.Set("cursor", data.Entries.Next)
		data.Next = "/settings/audit?" + next.Encode()
	}
	return c.render(w, r, "audit", data)
}

// actor lets people type an address where the log says user:ADDRESS.
func actor(typed string) string {
	if strings.Contains(typed, "@") && !strings.Contains(typed, ":") {
		return "user:" + strings.ToLower(typed)
	}
	return typed
}

// act words what was done; what a newer version did is shown by its name.
func (c *Console) act(lang, name string) string {
	if slices.Contains(auditActs(), name) {
		return c.words.word(lang, "audit.act."+strings.ReplaceAll(name, ".", "_"))
	}
	return name
}

// who words an actor: a person by their address, a key, the machine.
func (c *Console) who(lang, name string) string {
	if email, ok := strings.CutPrefix(name, "user:"); ok {
		return email
	}
	if id, ok := strings.CutPrefix(name, "key:"); ok {
		return c.words.word(lang, "audit.key", "ID", id)
	}
	switch name {
	case "tamis":
		return c.words.word(lang, "audit.machine")
	case "cli":
		return c.words.word(lang, "audit.cli")
	}
	return name
}
