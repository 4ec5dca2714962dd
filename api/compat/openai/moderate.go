package openai

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/models"
)

// atOnce is how many texts of one request are judged side by side: enough for
// the network's batches, too few to keep others waiting.
const atOnce = 16

// warning tells what was asked and not answered.
const warning = "X-Moderation-Warning"

// moderationOut is the answer to a moderation.
type moderationOut struct {
	ID      string      `json:"id"`
	Model   string      `json:"model"`
	Results []resultOut `json:"results"` // in the order of the inputs
}

// resultOut is what is thought of one input.
type resultOut struct {
	Flagged    bool                `json:"flagged"` // the site's policy holds or rejects it
	Categories map[string]bool     `json:"categories"`
	Scores     map[string]float64  `json:"category_scores"`
	Applied    map[string][]string `json:"category_applied_input_types,omitempty"` // empty where no scorer covers the category
	Site       string              `json:"site"`                                   // the key's
	Verdict    *verdictOut         `json:"verdict,omitempty"`                      // absent where there was nothing to read
}

// verdictOut is the verdict in our own words; clients pass over it.
type verdictOut struct {
	Action        models.Action            `json:"action" enums:"allow,hold,reject"`
	Labels        []models.Label           `json:"labels"`
	Scores        map[models.Label]float64 `json:"scores"`
	Lang          string                   `json:"lang,omitempty"`
	PolicyVersion int64                    `json:"policy_version"`
}

// moderate judges texts and keeps nothing.
//
//	@ID			openaiModerations
//	@Summary		Moderate texts (OpenAI)
//	@Description	The wire of `POST /v1/moderations`. `input` is a text, a list of at most 256 texts (one result each), or a list of parts (one result together). Pictures are not looked at, and categories that no scorer covers are 0 and false: `X-Moderation-Warning` names both.
//	@Tags			openai
//	@Accept			json
//	@Produce		json
//	@Param			body	body		moderationDoc	true	"The request"
//	@Success		200		{object}	moderationOut
//	@Failure		400,401,403,404,413,415,429,500,503	{object}	errorEnvelope
//	@Security		key
//	@Router			/v1/moderations [post]
func (a *API) moderate(g *gin.Context) {
	q, err := read(g)
	if err != nil {
		a.Refuse(g, err)
		return
	}
	ctx, cancel := context.WithTimeout(g.Request.Context(), timeout)
	defer cancel()
	site := access.Key(g).Site
	verdicts, err := a.judge(ctx, site, q.texts)
	if err != nil {
		a.Refuse(g, err)
		return
	}
	out := moderationOut{ID: "modr-" + strings.ReplaceAll(models.NewID(a.Now()), "-", ""), Model: q.model}
	for _, v := range verdicts {
		out.Results = append(out.Results, q.result(site, v))
	}
	g.Header(warning, q.warning(verdicts))
	respond(g, http.StatusOK, out)
}

// judge gives the verdicts on texts, in order; nil where there is nothing to read.
func (a *API) judge(ctx context.Context, site models.SiteID, texts []string) ([]*models.Verdict, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	verdicts := make([]*models.Verdict, len(texts))
	places := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i, text := range texts {
		if text == "" {
			continue
		}
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			if ctx.Err() != nil {
				return
			}
			v, err := a.Assess(ctx, models.Comment{Site: site, Text: text})
			if err != nil {
				cancel(err) // the first one counts
				return
			}
			verdicts[i] = &v
		})
	}
	wg.Wait()
	return verdicts, context.Cause(ctx)
}

// old reports whether the model asked for answers in the shape of before 2024.
func (q *question) old() bool { return strings.HasPrefix(q.model, "text-") }

// result words one verdict.
func (q *question) result(site models.SiteID, v *models.Verdict) resultOut {
	out := resultOut{
		Categories: map[string]bool{}, Scores: map[string]float64{}, Applied: map[string][]string{}, Site: string(site),
	}
	if v != nil {
		out.Flagged = v.Action != models.Allow
		out.Verdict = &verdictOut{
			Action: v.Action, Labels: append([]models.Label{}, v.Labels...), Scores: v.Scores, Lang: v.Lang, PolicyVersion: v.PolicyVersion,
		}
	}
	for _, c := range categories {
		if c.omni && q.old() {
			continue
		}
		out.Categories[c.name], out.Scores[c.name], out.Applied[c.name] = false, 0, []string{}
		if v != nil && c.covered(v.Scores) {
			out.Scores[c.name], out.Categories[c.name] = c.read(*v)
			out.Applied[c.name] = []string{"text"}
		}
	}
	if q.old() {
		out.Applied = nil
	}
	return out
}

// warning names what was not looked at or not scored, in any of the results.
func (q *question) warning(verdicts []*models.Verdict) string {
	var missing, says []string
	for _, c := range categories {
		if c.omni && q.old() {
			continue
		}
		for _, v := range verdicts {
			if v != nil && !c.covered(v.Scores) {
				missing = append(missing, c.name)
				break
			}
		}
	}
	if len(missing) > 0 {
		says = append(says, "not scored: "+strings.Join(missing, ", "))
	}
	if q.images > 0 {
		says = append(says, "images are not looked at: "+itoa(q.images))
	}
	return strings.Join(says, "; ")
}
