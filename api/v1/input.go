package v1

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// commentIn is a comment as it is submitted.
type commentIn struct {
	ExternalID string          `json:"external_id,omitempty"` // the site's own id, unique in it
	Text       string          `json:"text" validate:"required"`
	Lang       string          `json:"lang,omitempty"` // BCP 47; detected when left out
	Type       string          `json:"type,omitempty"`
	Author     authorWire      `json:"author"`
	Context    contextWire     `json:"context"`
	PostedAt   string          `json:"posted_at,omitempty" format:"date-time"`
	DoNotStore bool            `json:"do_not_store,omitempty"` // only with Prefer: wait
	Metadata   json.RawMessage `json:"metadata,omitempty" swaggertype:"object"`
}

// comment makes the comment that is meant, cleaned, or tells every fault.
func (in *commentIn) comment(site models.SiteID) (models.Comment, error) {
	c := models.Comment{
		Site: site, ExternalID: in.ExternalID, Text: in.Text, Lang: in.Lang, Type: in.Type,
		Author: models.Author(in.Author), Context: models.Context(in.Context),
	}
	c.Clean()
	var faults []models.FieldError
	if in.PostedAt != "" {
		at, ok := instant(in.PostedAt)
		if !ok {
			faults = append(faults, models.FieldError{Field: "posted_at", Detail: "must be a time as in 2026-01-31T15:04:05Z"})
		}
		c.PostedAt = at
	}
	metadata, ok := cleanObject(in.Metadata)
	if !ok {
		faults = append(faults, models.FieldError{Field: "metadata", Detail: "must be an object"})
	}
	c.Metadata = metadata
	return c, also(c.Validate(), faults)
}

// also adds faults to those of err; an error of another kind goes alone.
func also(err error, faults []models.FieldError) error {
	if len(faults) == 0 {
		return err
	}
	if err == nil {
		return models.Fields(faults...)
	}
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Kind != models.Invalid {
		return err
	}
	return models.Fields(append(e.Fields, faults...)...)
}

// cleanObject gives a JSON object without what no keeper can keep: NUL
// characters and lone surrogates, which hide in escapes. Nothing and null are
// no object and no fault.
func cleanObject(raw json.RawMessage) ([]byte, bool) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, true
	}
	if raw[0] != '{' {
		return nil, false
	}
	if !bytes.Contains(raw, []byte(`\u`)) {
		return raw, true
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, false
	}
	clean, err := encode(withoutNUL(object))
	return bytes.TrimSpace(clean), err == nil
}

func withoutNUL(v any) any {
	switch v := v.(type) {
	case string:
		return clean(v)
	case []any:
		for i := range v {
			v[i] = withoutNUL(v[i])
		}
		return v
	case map[string]any:
		cleaned := make(map[string]any, len(v))
		for name, value := range v {
			cleaned[clean(name)] = withoutNUL(value)
		}
		return cleaned
	default:
		return v
	}
}

// clean removes NUL characters, which Postgres can't keep and nobody can read.
func clean(s string) string { return strings.ReplaceAll(s, "\x00", "") }
