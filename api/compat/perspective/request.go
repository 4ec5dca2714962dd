package perspective

import (
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/models"
)

// The original's limits, in bytes.
const (
	bodyLimit    = 3 << 20
	textLimit    = 20 << 10
	contextLimit = 1 << 20
)

// textEntry is one text.
type textEntry struct {
	Text string `json:"text,omitempty"`
	Type string `json:"type,omitempty" enums:"PLAIN_TEXT,HTML,TEXT_TYPE_UNSPECIFIED"`
}

// contextEntry is what a comment answers: one of the two, never both.
type contextEntry struct {
	Entries                 []textEntry       `json:"entries,omitempty"`
	ArticleAndParentComment *articleAndParent `json:"articleAndParentComment,omitempty"`
}

type articleAndParent struct {
	Article       textEntry `json:"article"`
	ParentComment textEntry `json:"parentComment"`
}

// attributeParams says how one attribute is asked for.
type attributeParams struct {
	ScoreType      string   `json:"scoreType,omitempty" enums:"PROBABILITY"`
	ScoreThreshold *float64 `json:"scoreThreshold,omitempty"` // scores below it are left out
}

// analyzeIn asks for an analysis.
type analyzeIn struct {
	Comment                   textEntry                  `json:"comment" validate:"required"`
	RequestedAttributes       map[string]attributeParams `json:"requestedAttributes" validate:"required"`
	Languages                 []string                   `json:"languages,omitempty"`
	Context                   *contextEntry              `json:"context,omitempty"`
	SpanAnnotations           bool                       `json:"spanAnnotations,omitempty"` // a score for each sentence
	DoNotStore                bool                       `json:"doNotStore,omitempty"`      // nothing is stored in any case
	DropUnsupportedAttributes bool                       `json:"dropUnsupportedAttributes,omitempty"`
	ClientToken               string                     `json:"clientToken,omitempty"` // given back
	SessionID                 string                     `json:"sessionId,omitempty"`
	CommunityID               string                     `json:"communityId,omitempty"` // a section of the key's site
}

// suggestIn says what a comment should have scored.
type suggestIn struct {
	Comment         textEntry                  `json:"comment" validate:"required"`
	AttributeScores map[string]attributeScores `json:"attributeScores" validate:"required"`
	Languages       []string                   `json:"languages,omitempty"`
	Context         *contextEntry              `json:"context,omitempty"`
	ClientToken     string                     `json:"clientToken,omitempty"`
	SessionID       string                     `json:"sessionId,omitempty"`
	CommunityID     string                     `json:"communityId,omitempty"`
}

// attributeScores is the score of a text and of its pieces.
type attributeScores struct {
	SpanScores   []spanScore `json:"spanScores,omitempty"`
	SummaryScore *score      `json:"summaryScore,omitempty"`
}

// spanScore is the score of a piece; offsets are UTF-16 code units, end exclusive.
type spanScore struct {
	Begin int   `json:"begin"`
	End   int   `json:"end"`
	Score score `json:"score"`
}

type score struct {
	Value float32 `json:"value"`
	Type  string  `json:"type,omitempty" enums:"PROBABILITY"`
}

// decode reads the request's body, whatever it says it is: many clients send
// JSON as plain text.
func decode(g *gin.Context, v any) error {
	raw, err := body.Read(g, bodyLimit)
	if err != nil {
		return err
	}
	return body.Decode(raw, v)
}

// words checks a comment and gives its words.
func (e textEntry) words(strict bool) (text, error) {
	switch {
	case e.Text == "" || models.ValidateText("comment", e.Text) != nil && len(e.Text) <= textLimit:
		return text{}, errEmptyComment
	case len(e.Text) > textLimit:
		return text{}, errTooLong
	}
	switch e.Type {
	case "", "TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT":
		return plainText(e.Text), nil
	case "HTML":
		if strict {
			return text{}, errPlainOnly
		}
		t := htmlText(e.Text)
		if models.ValidateText("comment", t.words) != nil {
			return text{}, errEmptyComment
		}
		return t, nil
	default:
		return text{}, errUnknownType
	}
}

// check refuses a context that can't be meant.
func (c *contextEntry) check() error {
	if c == nil {
		return nil
	}
	if len(c.Entries) > 0 && c.ArticleAndParentComment != nil {
		return errBothContexts
	}
	all := c.Entries
	if pair := c.ArticleAndParentComment; pair != nil {
		all = []textEntry{pair.Article, pair.ParentComment}
	}
	for _, e := range all {
		if len(e.Text) > contextLimit {
			return errLongContext
		}
	}
	return nil
}

// section is the part of the site that a community id names. One that is
// longer than a section's name may be is passed over: it steers nothing else.
func section(communityID string) string {
	if len(communityID) > 512 || !utf8.ValidString(communityID) {
		return ""
	}
	return communityID
}
