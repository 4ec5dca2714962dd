package wire

import (
	"github.com/tamis-moderation/tamis/models"
)

// Row is a comment made ready to be kept, outside any transaction: its documents
// written and its faults found.
type Row struct {
	models.Comment
	AuthorDoc  string
	ContextDoc string
	Key        string // the author's
	AddressKey string
	Thread     string // the conversation's key
	Err        error  // why it can't be kept
}

// Rows makes comments ready to be kept.
func Rows(comments []models.Comment) []Row {
	rows := make([]Row, len(comments))
	for i := range comments {
		rows[i].fill(&comments[i])
	}
	return rows
}

// NewRow makes one comment ready to be kept.
func NewRow(c models.Comment) Row {
	var row Row
	row.fill(&c)
	return row
}

func (row *Row) fill(c *models.Comment) {
	row.Comment = *c
	row.ReceivedAt, row.PostedAt = Trim(c.ReceivedAt), Trim(c.PostedAt)
	row.AuthorDoc, row.ContextDoc, row.Key, row.AddressKey = Author(c.Author), Context(c.Context), c.AuthorKey(), c.AddressKey()
	row.Thread = c.ThreadKey()
	var faults []models.FieldError
	if !models.ValidID(string(c.ID)) {
		faults = append(faults, models.FieldError{Field: "id", Detail: "is not a UUID in lower case"})
	}
	if c.Site == "" {
		faults = append(faults, models.FieldError{Field: "site", Detail: "is missing"})
	}
	if row.ReceivedAt.IsZero() {
		faults = append(faults, models.FieldError{Field: "received_at", Detail: "is missing"})
	}
	if len(faults) > 0 {
		row.Err = models.Fields(faults...)
	}
}

// Null is s as a column that is NULL when empty.
func Null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Blob is b as a column that is NULL when empty.
func Blob(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}
