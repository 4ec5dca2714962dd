package openai

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/models"
)

// maxInputs bounds the texts of one request.
const maxInputs = 256

// moderationIn asks for moderations.
type moderationIn struct {
	Input jsontext.Value `json:"input"`
	Model string         `json:"model,omitempty"`
}

// moderationDoc is the body of a moderation as it is documented.
type moderationDoc struct { //nolint:unused // the OpenAPI document is made from it
	Input any    `json:"input" validate:"required"` // a text, a list of texts, or a list of parts
	Model string `json:"model,omitempty"`
}

// part is one part of an input of several kinds.
type part struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Image *struct {
		URL string `json:"url"`
	} `json:"image_url"`
}

// question is what is asked: texts, each with a result of its own.
type question struct {
	model  string
	texts  []string // an empty one has nothing to read: a picture without words
	images int
}

// read reads a request.
func read(g *gin.Context) (question, error) {
	raw, err := body.Read(g, body.BatchLimit)
	if err != nil {
		return question{}, err
	}
	var in moderationIn
	if err := body.Decode(raw, &in); err != nil {
		return question{}, err
	}
	q := question{model: in.Model}
	if q.model == "" {
		q.model = defaultModel
	}
	if _, err := modelOf(q.model); err != nil {
		return q, err
	}
	return q, q.inputs(in.Input)
}

// inputs tells the three shapes of an input apart by how they begin.
func (q *question) inputs(raw jsontext.Value) error {
	switch raw.Kind() {
	case '"':
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return errBadInput
		}
		return q.add("input", text)
	case '[':
	case 0, 'n':
		return errNoInput
	default:
		return errBadInput
	}
	var list []jsontext.Value
	if json.Unmarshal(raw, &list) != nil {
		return errBadInput
	}
	switch {
	case len(list) == 0:
		return errNoInput
	case len(list) > maxInputs:
		return tooMany(len(list))
	case list[0].Kind() == '{':
		return q.parts(list)
	}
	for i, one := range list {
		var text string
		if one.Kind() != '"' || json.Unmarshal(one, &text) != nil {
			return badElement(i)
		}
		if err := q.add(fmt.Sprintf("input[%d]", i), text); err != nil {
			return err
		}
	}
	return nil
}

// parts joins the texts of a list of parts: together they have one result.
func (q *question) parts(list []jsontext.Value) error {
	var texts []string
	for i, one := range list {
		var p part
		if one.Kind() != '{' || json.Unmarshal(one, &p) != nil {
			return badElement(i)
		}
		switch {
		case p.Type == "text":
			texts = append(texts, p.Text)
		case p.Type == "image_url" && p.Image != nil && p.Image.URL != "":
			q.images++
		case p.Type == "image_url":
			return invalid(fmt.Sprintf("input[%d].image_url", i), "Missing required parameter: 'input[%d].image_url.url'.", i)
		default:
			return invalid(fmt.Sprintf("input[%d].type", i), "Invalid value for 'input[%d].type': supported values are 'text' and 'image_url'.", i)
		}
	}
	if len(texts) == 0 {
		q.texts = []string{""}
		return nil
	}
	return q.add("input", strings.Join(texts, "\n"))
}

// add takes one text in.
func (q *question) add(param, text string) error {
	switch err := models.ValidateText(param, text); {
	case models.KindOf(err) == models.TooLarge:
		return tooLong(param)
	case err != nil:
		return invalid(param, "Invalid '%s': it must hold some text to moderate.", param)
	}
	q.texts = append(q.texts, text)
	return nil
}
