package perspective

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/models"
)

// analyzeOut is an analysis.
type analyzeOut struct {
	AttributeScores   map[string]attributeScores `json:"attributeScores"`
	Languages         []string                   `json:"languages"`                   // in which the text was judged
	DetectedLanguages []string                   `json:"detectedLanguages,omitempty"` // where the request left it to us
	ClientToken       string                     `json:"clientToken,omitempty"`
}

// question is an analysis that can be made.
type question struct {
	in         analyzeIn
	text       text
	spans      []compat.Span
	pieces     []string // the texts scored beside the whole; none where it is one sentence
	attributes map[string]attribute
	languages  languages
	strict     bool
	comment    models.Comment
}

// analyze scores a comment as Perspective did.
//
//	@ID			perspectiveAnalyze
//	@Summary		Score a comment (Perspective API)
//	@Description	The wire of `comments.analyze`, commentanalyzer v1alpha1. The key goes into `?key=`, `X-Goog-Api-Key` or `Authorization: Bearer`.
//	@Tags			perspective
//	@Accept			json
//	@Produce		json
//	@Param			body	body		analyzeIn	true	"The request"
//	@Success		200		{object}	analyzeOut
//	@Failure		400,403,404,429,500,503	{object}	errorEnvelope
//	@Router			/v1alpha1/comments:analyze [post]
func (a *API) analyze(g *gin.Context) {
	var in analyzeIn
	if err := decode(g, &in); err != nil {
		a.Refuse(g, err)
		return
	}
	q, err := in.question(access.Key(g))
	if err != nil {
		a.Refuse(g, err)
		return
	}
	ctx, cancel := context.WithTimeout(g.Request.Context(), timeout)
	defer cancel()
	found, err := a.Measure(ctx, q.comment, q.pieces)
	if err != nil {
		a.Refuse(g, err)
		return
	}
	out, err := q.answer(found, func() string { return a.Locale(ctx, q.comment.Site) })
	if err != nil {
		a.Refuse(g, err)
		return
	}
	respond(g, http.StatusOK, out)
	if a.Answered != nil {
		a.Answered(q.analysis(found))
	}
}

// analysis gives what was asked with our scores, those under a threshold too.
func (q *question) analysis(found Measured) Analysis {
	scores := map[string]float64{}
	for name, a := range q.attributes {
		if p, ok := found.Scores[a.label]; ok {
			scores[name] = p
		}
	}
	return Analysis{Site: q.comment.Site, Text: q.comment.Text, Languages: q.in.Languages, Scores: scores}
}

// question checks a request in the order in which the original does.
func (in analyzeIn) question(key models.Key) (question, error) {
	q := question{in: in, strict: key.Options.Strict, languages: askedLanguages(in.Languages), attributes: map[string]attribute{}}
	var err error
	if q.text, err = in.Comment.words(q.strict); err != nil {
		return q, err
	}
	if len(in.RequestedAttributes) == 0 {
		return q, errNoAttributes
	}
	if err := in.Context.check(); err != nil {
		return q, err
	}
	for _, name := range slices.Sorted(maps.Keys(in.RequestedAttributes)) {
		if err := q.add(name, in.RequestedAttributes[name]); err != nil {
			return q, err
		}
	}
	if in.SpanAnnotations {
		q.spans = compat.Sentences(q.text.words)
	}
	if len(q.spans) < 2 {
		q.spans = []compat.Span{{End: len(q.text.words)}}
	} else {
		for _, s := range q.spans {
			q.pieces = append(q.pieces, q.text.words[s.Begin:s.End])
		}
	}
	q.comment = models.Comment{
		Site: key.Site, Text: q.text.words, Lang: q.languages.told,
		Context: models.Context{Section: section(in.CommunityID)},
	}
	return q, nil
}

// add asks for one attribute.
func (q *question) add(name string, p attributeParams) error {
	a, ok := attributeOf(name)
	if !ok {
		return unknownAttribute(name)
	}
	if p.ScoreType != "" && p.ScoreType != probability {
		return unknownScoreType(p.ScoreType, name)
	}
	if len(q.languages.asked) > 0 && (a.label == "" || q.strict && q.languages.foreign()) {
		return q.unsupported(name, nil)
	}
	q.attributes[name] = a
	return nil
}

const probability = "PROBABILITY"

// unsupported is the refusal of an attribute; nil where the caller wants it dropped.
func (q *question) unsupported(name string, detected []string) error {
	if q.in.DropUnsupportedAttributes {
		return nil
	}
	return languageNotSupported(name, q.languages.asked, detected)
}

// answer words what was found. Locale is asked for where nothing else tells
// the language.
func (q *question) answer(found Measured, locale func() string) (analyzeOut, error) {
	if len(found.Pieces) != len(q.pieces) {
		return analyzeOut{}, fmt.Errorf("%d pieces scored of %d", len(found.Pieces), len(q.pieces))
	}
	out := analyzeOut{AttributeScores: map[string]attributeScores{}, ClientToken: q.in.ClientToken}
	lang := primary(found.Lang)
	switch {
	case q.languages.told != "" || len(q.languages.known) > 1:
		out.Languages = q.languages.known
	case supported(lang):
		out.Languages, out.DetectedLanguages = []string{lang}, []string{lang}
	case q.strict:
		return out, errNoLanguage
	default:
		out.Languages = []string{cmp.Or(locale(), "en")}
	}
	for _, name := range slices.Sorted(maps.Keys(q.attributes)) {
		if err := q.score(&out, name, found); err != nil {
			return out, err
		}
	}
	return out, nil
}

// score adds one attribute's scores to the answer.
func (q *question) score(out *analyzeOut, name string, found Measured) error {
	a := q.attributes[name]
	if a.label == "" || q.strict && a.english && !slices.Equal(out.Languages, []string{"en"}) {
		return q.unsupported(name, out.Languages)
	}
	whole, ok := found.Scores[a.label]
	if !ok {
		if found.Degraded != "" {
			return models.Errorf(models.Unavailable, "the weights that score %s are not loaded", a.label)
		}
		return q.unsupported(name, out.Languages)
	}
	var scores attributeScores
	least := q.in.RequestedAttributes[name].ScoreThreshold
	enough := func(p float64) bool { return least == nil || p >= *least }
	if enough(whole) {
		scores.SummaryScore = &score{float32(whole), probability}
	}
	var at position
	for i, s := range q.spans {
		p := whole
		if len(found.Pieces) > 0 {
			p = found.Pieces[i][a.label]
		}
		begin, end := q.text.units(s, &at)
		if enough(p) {
			scores.SpanScores = append(scores.SpanScores, spanScore{begin, end, score{float32(p), probability}})
		}
	}
	if scores.SummaryScore != nil || len(scores.SpanScores) > 0 {
		out.AttributeScores[name] = scores
	}
	return nil
}
