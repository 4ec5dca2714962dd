package v1

import (
	"fmt"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// The longest short and long texts besides a comment's, in bytes.
const (
	maxShort = 512
	maxLong  = 4096
)

// inputFaults gathers the faults of a body's fields; nil when there are none.
func inputFaults(faults ...*models.FieldError) error {
	var found []models.FieldError
	for _, f := range faults {
		if f != nil {
			found = append(found, *f)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return models.Fields(found...)
}

// short cleans an optional text and checks its length.
func short(field string, value *string, most int) *models.FieldError {
	*value = clean(*value)
	if n := len(*value); n > most {
		return &models.FieldError{Field: field, Detail: fmt.Sprintf("is %d bytes long, the limit is %d", n, most)}
	}
	return nil
}

// needed is short for a text that must say something.
func needed(field string, value *string, most int) *models.FieldError {
	fault := short(field, value, most)
	if strings.TrimSpace(*value) == "" {
		return &models.FieldError{Field: field, Detail: "must not be empty or blank"}
	}
	return fault
}

// fault is a fault when bad holds.
func fault(bad bool, field, detail string) *models.FieldError {
	if !bad {
		return nil
	}
	return &models.FieldError{Field: field, Detail: detail}
}
