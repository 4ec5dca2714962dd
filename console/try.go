package console

import (
	"context"
	"net/http"

	"github.com/tamis-moderation/tamis/models"
)

// Checker judges a text and keeps nothing of it.
type Checker interface {
	Assess(ctx context.Context, c models.Comment) (models.Verdict, error)
	Explain(ctx context.Context, c models.Comment, v models.Verdict) (models.Verdict, error)
}

func (c *Console) tryRoutes() []route {
	return []route{
		{"GET /try", models.ActRead, c.tryPage},
		{"POST /try", models.ActRead, c.try},
	}
}

type tryData struct {
	Text    string
	Verdict *models.Verdict
	Faults  map[string]string
}

func (c *Console) tryPage(w http.ResponseWriter, r *http.Request) error {
	return c.render(w, r, "try", tryData{})
}

func (c *Console) try(w http.ResponseWriter, r *http.Request) error {
	comment := models.Comment{Site: viewOf(r).Site.ID, Text: r.PostFormValue("text")}
	comment.Clean()
	data := tryData{Text: comment.Text}
	err := comment.Validate()
	if err == nil {
		var verdict models.Verdict
		if verdict, err = c.deps.Checker.Assess(r.Context(), comment); err == nil {
			verdict, err = c.deps.Checker.Explain(r.Context(), comment, verdict)
		}
		data.Verdict = &verdict
	}
	if data.Faults = faults(err); data.Faults != nil {
		return c.renderAs(w, r, http.StatusUnprocessableEntity, "try", data)
	}
	if err != nil {
		return err
	}
	return c.render(w, r, "try", data)
}
