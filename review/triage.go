package review

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/normalise"
)

// answerWithin is by when a comment of a kind needs an answer, unless somebody
// says otherwise; a kind that is not here needs none.
var answerWithin = map[models.TriageKind]time.Duration{
	models.TriageQuestion:  24 * time.Hour,
	models.TriageComplaint: 24 * time.Hour,
	models.TriageBug:       48 * time.Hour,
	models.TriagePress:     4 * time.Hour,
}

// SetTriage says what a comment is. The queue and the time by which it needs an
// answer follow from the kind where nobody names them; what was said before
// stays where it still fits.
func (d *Desk) SetTriage(ctx context.Context, r models.TriageRequest) (*models.Triage, error) {
	if err := checkTriage(r); err != nil {
		return nil, err
	}
	before, err := d.Store.TriageOf(ctx, r.Site, r.Comment)
	if err != nil {
		return nil, fmt.Errorf("triage: %w", err)
	}
	now := d.Now()
	t := models.Triage{
		Comment: r.Comment, Site: r.Site, Kind: r.Kind, Queue: r.Queue, Owner: r.Owner, DueAt: r.DueAt, Note: r.Note, By: r.By, At: now,
	}
	if t.Queue == "" && d.QueueOf != nil && r.Kind != "" {
		if t.Queue, err = d.QueueOf(ctx, r.Site, r.Kind); err != nil {
			return nil, fmt.Errorf("triage: %w", err)
		}
	}
	switch within := answerWithin[r.Kind]; {
	case r.NoAnswer:
		t.DueAt = time.Time{}
	case !t.DueAt.IsZero() || within == 0:
	case before != nil && before.Kind == r.Kind && !before.DueAt.IsZero():
		t.DueAt = before.DueAt
	default:
		t.DueAt = now.Add(within)
	}
	if r.Answered {
		t.AnsweredAt, t.AnsweredBy = now, r.By
		if before != nil && !before.AnsweredAt.IsZero() {
			t.AnsweredAt, t.AnsweredBy = before.AnsweredAt, before.AnsweredBy
		}
	}
	if err := d.Store.SetTriage(ctx, t); err != nil {
		return nil, fmt.Errorf("triage: %w", err)
	}
	if t.Kind == "" {
		return nil, nil
	}
	return &t, nil
}

// TriageOf gives what a comment is; nil when nobody said.
func (d *Desk) TriageOf(ctx context.Context, site models.SiteID, id models.CommentID) (*models.Triage, error) {
	return d.Store.TriageOf(ctx, site, id)
}

// Triaged lists comments by what they are.
func (d *Desk) Triaged(ctx context.Context, q models.TriageQuery) (models.Page[models.TriagedComment], error) {
	return d.Store.ListTriage(ctx, q)
}

func checkTriage(r models.TriageRequest) error {
	var faults []models.FieldError
	if r.Kind != "" && !r.Kind.Valid() {
		faults = append(faults, models.FieldError{Field: "kind", Detail: "must be question, complaint, bug, press, thanks or troll"})
	}
	for field, value := range map[string]string{"queue": r.Queue, "owner": r.Owner, "note": r.Note} {
		if len(value) > maxNote {
			faults = append(faults, models.FieldError{Field: field, Detail: fmt.Sprintf("is %d bytes long, the limit is %d", len(value), maxNote)})
		}
	}
	if len(faults) > 0 {
		return models.Fields(faults...)
	}
	return nil
}

// hints are what a text looks like, by its words: a proposal, which a person
// takes or leaves. The first that fits is given.
var hints = []struct {
	kind models.TriageKind
	says *regexp.Regexp
}{
	{models.TriagePress, regexp.MustCompile(`\b(journaliste|journalist|redaction de|presse|press (?:office|contact|enquiry|inquiry)|interview(?:er)?|reporter for|attache[e]? de presse)\b`)},
	{models.TriageBug, regexp.MustCompile(`\b(bug|bugs|plante|plantage|ne (?:marche|fonctionne) (?:plus|pas)|ca marche pas|erreur \d{3}|error \d{3}|crash(?:es|ed)?|broken link|lien mort|page blanche|does(?:n't| not) (?:work|load)|404)\b`)},
	{models.TriageComplaint, regexp.MustCompile(`\b(personne ne repond|reclamation|remboursement|rembourse[rz]?|toujours (?:pas )?rien recu|service client|sav\b|refund|complaint|nobody answers|no one (?:answers|replies)|still (?:haven't|have not|waiting)|scandaleux|inadmissible)`)},
	{models.TriageQuestion, regexp.MustCompile(`\?|^(?:est-ce que|comment|quand|pourquoi|combien|how|when|why|what|where|who)\b`)},
	{models.TriageThanks, regexp.MustCompile(`\b(merci|thanks|thank you|thx|bravo|bon article|great article|good job)\b`)},
}

// Suggest says what a text looks like; empty when it is nothing in particular.
func Suggest(text string) models.TriageKind {
	folded := strings.TrimSpace(normalise.String(text))
	for _, h := range hints {
		if h.says.MatchString(folded) {
			return h.kind
		}
	}
	return ""
}
