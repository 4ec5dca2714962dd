package assistant

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/compat"
	"github.com/tamis-moderation/tamis/models"
)

// textIn is a comment or an article. Of an article, and of the comment that is
// answered, nothing is read: the scores are those of the text alone.
type textIn struct {
	PlainText string `json:"plainText,omitempty"`
	HTMLText  string `json:"htmlText,omitempty"`
}

type linksIn struct {
	Callback string `json:"callback,omitempty"` // where the scores are posted to
}

// scoreIn asks for a comment's scores.
type scoreIn struct {
	Sync                 bool    `json:"sync,omitempty"` // answer with the scores
	IncludeSummaryScores bool    `json:"includeSummaryScores,omitempty"`
	Comment              textIn  `json:"comment" validate:"required"`
	Article              textIn  `json:"article,omitzero"`
	InReplyToComment     textIn  `json:"inReplyToComment,omitzero"`
	Links                linksIn `json:"links,omitzero"`
}

// check looks at a request in the order in which the original does.
func (in *scoreIn) check() error {
	text := in.Comment.PlainText
	switch {
	case in.Links.Callback == "" && !in.Sync:
		return errNoCallback
	case text == "":
		return errNoText
	case utf8.RuneCountInString(text) > models.MaxTextRunes:
		return errTooLong
	case models.ValidateText("comment.plainText", text) != nil:
		return errBlank
	}
	return nil
}

// detail is what a scoring keeps besides its text.
type detail struct {
	Summary bool `json:"summary"`
}

func (in *scoreIn) scoring(site models.SiteID, at time.Time) models.Scoring {
	how, _ := json.Marshal(detail{in.IncludeSummaryScores})       // a flag can be written
	text := strings.ReplaceAll(in.Comment.PlainText, "\x00", " ") // no store takes it, and offsets must stay
	return models.Scoring{
		ID:   models.DerivedID(Wire, string(site), in.Links.Callback, models.TextHash(text), string(how)),
		Site: site, Wire: Wire, Callback: in.Links.Callback, Text: text, Detail: string(how), At: at,
	}
}

// spanOut is the score of a piece of the comment; offsets are UTF-16 code
// units, the end exclusive.
type spanOut struct {
	Score float64 `json:"score"`
	Begin int     `json:"begin"`
	End   int     `json:"end"`
}

// scoresOut is what is answered, or posted back.
type scoresOut struct {
	Scores        map[string][]spanOut `json:"scores"`
	SummaryScores map[string]float64   `json:"summaryScores,omitempty"` // where they were asked for
}

// attributes are the names under which our labels are told: those that the
// original's moderators know, from its own documents and from Perspective.
var attributes = map[models.Label]string{
	models.Toxic:          "TOXICITY",
	models.SevereToxic:    "SEVERE_TOXICITY",
	models.IdentityAttack: "IDENTITY_ATTACK",
	models.Insult:         "INSULT",
	models.Threat:         "THREAT",
	models.Obscene:        "OBSCENE",
	models.Sexual:         "SEXUALLY_EXPLICIT",
	models.Spam:           "SPAM",
}

// Answer scores a kept text and words what is posted back.
func (a *API) Answer(ctx context.Context, s models.Scoring) (contentType string, body []byte, err error) {
	var how detail
	if err := json.Unmarshal([]byte(s.Detail), &how); err != nil {
		return "", nil, fmt.Errorf("detail: %w", err)
	}
	out, err := a.scores(ctx, s.Site, s.Text, how.Summary)
	if err != nil {
		return "", nil, err
	}
	body, err = json.Marshal(out)
	return "application/json", body, err
}

// scores scores a text and its sentences in one batch.
func (a *API) scores(ctx context.Context, site models.SiteID, text string, summary bool) (scoresOut, error) {
	spans := compat.Sentences(text)
	var pieces []string
	if len(spans) < 2 {
		spans = []compat.Span{{End: len(text)}}
	} else {
		for _, s := range spans {
			pieces = append(pieces, text[s.Begin:s.End])
		}
	}
	found, err := a.Measure(ctx, models.Comment{Site: site, Text: text}, pieces)
	if err != nil {
		return scoresOut{}, err
	}
	if len(found.Pieces) != len(pieces) {
		return scoresOut{}, fmt.Errorf("%d pieces scored of %d", len(found.Pieces), len(pieces))
	}
	if found.Degraded != "" {
		return scoresOut{}, models.Errorf(models.Unavailable, "the weights are not loaded")
	}
	out := scoresOut{Scores: map[string][]spanOut{}}
	if summary {
		out.SummaryScores = map[string]float64{}
	}
	for label, name := range attributes {
		whole, ok := found.Scores[label]
		if !ok {
			continue
		}
		if summary {
			out.SummaryScores[name] = whole
		}
		out.Scores[name] = spanScores(text, spans, whole, func(i int) float64 { return found.Pieces[i][label] }, len(pieces) > 0)
	}
	return out, nil
}

// spanScores gives the score of each piece, or of the whole where it is one.
func spanScores(text string, spans []compat.Span, whole float64, piece func(i int) float64, cut bool) []spanOut {
	all := make([]spanOut, 0, len(spans))
	bytes, units := 0, 0
	move := func(to int) int {
		units += compat.UTF16(text[bytes:to])
		bytes = to
		return units
	}
	for i, s := range spans {
		p := whole
		if cut {
			p = piece(i)
		}
		begin := move(s.Begin)
		all = append(all, spanOut{p, begin, move(s.End)})
	}
	return all
}

func respond(g *gin.Context, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil { // strings and finite numbers alone: it can't be
		g.Status(http.StatusInternalServerError)
		return
	}
	g.Data(status, "application/json; charset=utf-8", b.Bytes())
}
