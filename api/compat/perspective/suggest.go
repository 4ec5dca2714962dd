package perspective

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/models"
)

// suggestOut thanks for a suggestion.
type suggestOut struct {
	ClientToken        string   `json:"clientToken,omitempty"`
	DetectedLanguages  []string `json:"detectedLanguages,omitempty"`
	RequestedLanguages []string `json:"requestedLanguages,omitempty"`
}

// suggest learns what a comment should have scored.
//
//	@ID			perspectiveSuggest
//	@Summary		Say what a comment should have scored (Perspective API)
//	@Description	The wire of `comments.suggestscore`. The suggestion becomes a label; a comment that is kept, named by `clientToken` `comment:ID` with its external id, is decided as by a moderator.
//	@Tags			perspective
//	@Accept			json
//	@Produce		json
//	@Param			body	body		suggestIn	true	"The request"
//	@Success		200		{object}	suggestOut
//	@Failure		400,403,404,429,500,503	{object}	errorEnvelope
//	@Router			/v1alpha1/comments:suggestscore [post]
func (a *API) suggest(g *gin.Context) {
	var in suggestIn
	if err := decode(g, &in); err != nil {
		a.Refuse(g, err)
		return
	}
	lesson, err := in.lesson(access.Key(g))
	if err != nil {
		a.Refuse(g, err)
		return
	}
	lesson.By = access.By(g)
	out := suggestOut{ClientToken: in.ClientToken, RequestedLanguages: askedLanguages(in.Languages).asked}
	if len(lesson.Suggested) > 0 {
		ctx, cancel := context.WithTimeout(g.Request.Context(), timeout)
		defer cancel()
		lang, err := a.Learn(ctx, lesson)
		if err != nil {
			a.Refuse(g, err)
			return
		}
		if len(out.RequestedLanguages) == 0 && supported(primary(lang)) {
			out.DetectedLanguages = []string{primary(lang)}
		}
	}
	respond(g, http.StatusOK, out)
}

// lesson makes what is meant of a suggestion.
func (in suggestIn) lesson(key models.Key) (models.Lesson, error) {
	words, err := in.Comment.words(key.Options.Strict)
	if err != nil {
		return models.Lesson{}, err
	}
	if len(in.AttributeScores) == 0 {
		return models.Lesson{}, errNoScores
	}
	if err := in.Context.check(); err != nil {
		return models.Lesson{}, err
	}
	l := models.Lesson{
		Comment: models.Comment{
			Site: key.Site, Text: words.words, Lang: askedLanguages(in.Languages).told, ExternalID: in.named(),
			Context: models.Context{Section: section(in.CommunityID)},
		},
		Suggested: models.Scores{},
		Token:     in.CommunityID + "\x00" + in.ClientToken,
	}
	for _, name := range slices.Sorted(maps.Keys(in.AttributeScores)) {
		a, ok := attributeOf(name)
		if !ok {
			return l, unknownAttribute(name)
		}
		p, err := in.AttributeScores[name].suggested(name)
		if err != nil {
			return l, err
		}
		if a.label != "" {
			l.Suggested[a.label] = max(l.Suggested[a.label], p)
		}
	}
	l.Decision = decision(l.Suggested)
	return l, nil
}

// suggested is the score that is meant for the text as a whole.
func (s attributeScores) suggested(name string) (float64, error) {
	all := make([]score, 0, len(s.SpanScores)+1)
	if s.SummaryScore != nil {
		all = append(all, *s.SummaryScore)
	} else {
		for _, piece := range s.SpanScores {
			all = append(all, piece.Score)
		}
	}
	if len(all) == 0 {
		return 0, refusal(invalidRequest, "Missing score for attribute %s", name)
	}
	most := float32(0)
	for _, p := range all {
		if p.Type != "" && p.Type != probability {
			return 0, unknownScoreType(p.Type, name)
		}
		if p.Value < 0 || p.Value > 1 {
			return 0, refusal(invalidRequest, "Score of attribute %s must be between 0 and 1", name)
		}
		most = max(most, p.Value)
	}
	return float64(most), nil
}

// decision is what a moderator would have decided who scores so.
func decision(suggested models.Scores) models.DecisionKind {
	kind := models.DecideApprove
	for label, p := range suggested {
		switch {
		case p < 0.5:
		case label != models.Spam:
			return models.DecideReject
		default:
			kind = models.DecideSpam
		}
	}
	return kind
}

// named is the site's own id of the comment, where the caller tells it the way
// that Coral does; else empty.
func (in suggestIn) named() string {
	if id, ok := strings.CutPrefix(in.ClientToken, "comment:"); ok && len(id) <= 512 {
		return id
	}
	if in.Context == nil || len(in.Context.Entries) == 0 {
		return ""
	}
	var about struct {
		ID string `json:"Coral_comment_id"`
	}
	if json.Unmarshal([]byte(in.Context.Entries[0].Text), &about) != nil || len(about.ID) > 512 {
		return ""
	}
	return about.ID
}
