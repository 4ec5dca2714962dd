package classifier

import (
	"github.com/tamis-moderation/tamis/classifier/signal"
	"github.com/tamis-moderation/tamis/classifier/spam"
	"github.com/tamis-moderation/tamis/models"
)

// SpamContext is what only the store and the site know of a comment.
type SpamContext = spam.Context

// Examine adds to an assessment what needs no weights: leaks, distress, and
// what the structure of the comment says for spam.
func Examine(a *models.Assessment, c *models.Comment, x SpamContext) {
	a.Signals = append(signal.Leaks(c.Text, nil), signal.Distress(c.Text)...)
	spam.Judge(a, c, x)
}
