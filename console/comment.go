package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// moment is one line of a comment's story.
type moment struct {
	At    time.Time
	Icon  string
	Words string // what happened
	Who   string
	Note  string
	Tone  string // kept, held, rejected, spam or empty
}

type commentData struct {
	Comment models.Comment
	Said    said
	By      string
	Reasons []why
	Scores  []scored
	Moments []moment
	Waits   bool // for a person
}

// scored is a label with its score.
type scored struct {
	Label models.Label
	Score float64
}

// commentPage is the whole story of a comment.
func (c *Console) commentPage(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r)
	one, story, entries, err := c.deps.Library.Story(r.Context(), v.Site.ID, models.CommentID(r.PathValue("id")))
	if err != nil {
		return err
	}
	if !v.User.SeesSection(v.Site.ID, one.Context.Section) {
		return models.Errorf(models.NotFound, "no comment")
	}
	who, err := c.names(r.Context())
	if err != nil {
		return err
	}
	data := commentData{
		Comment: one, Said: say(one.Text, one.Verdict), By: tame(one.Author.Name), Waits: one.Status == models.Held,
		Moments: c.moments(v, who, one, story, entries),
	}
	if one.Verdict != nil {
		for _, reason := range one.Verdict.Reasons {
			data.Reasons = append(data.Reasons, why{Reason: reason})
		}
		for _, l := range models.Labels() {
			if p, ok := one.Verdict.Scores[l]; ok {
				data.Scores = append(data.Scores, scored{l, p})
			}
		}
		slices.SortStableFunc(data.Scores, func(a, b scored) int { return cmp.Compare(b.Score, a.Score) })
	}
	return c.render(w, r, "comment", data)
}

// moments puts a comment's story into one line of time, the oldest first.
func (c *Console) moments(v *view, who names, one models.Comment, story models.Story, entries []models.AuditEntry) []moment {
	out := []moment{{At: one.ReceivedAt, Icon: "inbox", Words: v.T("comment.received")}}
	for _, e := range entries {
		switch e.Act {
		case "decision.recorded", "decision.undone": // told with the decision itself
			continue
		}
		m := moment{At: e.At, Icon: "history", Words: c.act(v.Lang, e.Act), Who: who.of(v, e.Actor)}
		switch e.Act {
		case "comment.judged":
			m.Icon, m.Words = "scroll-text", v.T("comment.judged_"+e.Detail["action"])
			m.Tone = map[string]string{"allow": "kept", "hold": "held", "reject": "rejected"}[e.Detail["action"]]
		case "comment.reported":
			m.Icon = "flag"
		case "comment.erased":
			m.Icon = "trash-2"
		}
		out = append(out, m)
	}
	for _, d := range story.Decisions {
		out = append(out, moment{
			At: d.At, Icon: "check", Words: v.T("decided." + string(d.Decision)), Who: who.of(v, d.By), Note: noteOf(d), Tone: toneOf(d.Decision),
		})
		if !d.UndoneAt.IsZero() {
			out = append(out, moment{At: d.UndoneAt, Icon: "undo-2", Words: v.T("comment.undone"), Who: who.of(v, d.UndoneBy)})
		}
	}
	for _, f := range story.Reports {
		out = append(out, moment{At: f.At, Icon: "flag", Words: v.T("comment.flagged"), Note: tame(f.Reason)})
	}
	for _, d := range story.Deliveries {
		m := moment{At: cmp.Or(d.DoneAt, d.NextAt), Icon: "webhook", Words: v.T("comment.delivery_"+string(d.State), "Event", string(d.Event.Type))}
		if d.LastStatus > 0 {
			m.Note = strconv.Itoa(d.LastStatus)
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b moment) int { return a.At.Compare(b.At) })
	return out
}

func noteOf(d models.Decision) string {
	switch {
	case d.Note != "" && d.Reason != "":
		return tame(d.Reason + " · " + d.Note)
	case d.Note != "":
		return tame(d.Note)
	}
	return tame(cmp.Or(d.Reason, d.Charter, d.Message))
}

func toneOf(k models.DecisionKind) string {
	switch k {
	case models.DecideApprove, models.DecideEdit:
		return "kept"
	case models.DecideReject:
		return "rejected"
	case models.DecideSpam:
		return "spam"
	default:
		return "held"
	}
}
