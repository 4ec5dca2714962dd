package coral

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/models"
)

// phaseIn is what Coral asks of a comment.
type phaseIn struct {
	Action  string `json:"action" enums:"NEW,EDIT"`
	Comment struct {
		Body     string  `json:"body"` // HTML, or plain text where the phase says so
		ParentID *string `json:"parentID"`
	} `json:"comment" validate:"required"`
	Author struct {
		ID   string `json:"id"`
		Role string `json:"role" enums:"COMMENTER,MEMBER,STAFF,MODERATOR,ADMIN"`
	} `json:"author"`
	Story struct {
		ID  string `json:"id"`
		URL string `json:"url"`
	} `json:"story"`
	Site struct {
		ID string `json:"id"`
	} `json:"site"`
	TenantID     string `json:"tenantID"`
	TenantDomain string `json:"tenantDomain"`
}

// comment makes the comment of a request; over tells that its text is longer
// than what is taken, and was cut. A text that shows nothing is empty.
func comment(r request) (c models.Comment, over bool, err error) {
	var in phaseIn
	if err := body.Decode(r.raw, &in); err != nil {
		return c, false, err
	}
	c = models.Comment{
		ID: models.CommentID(models.DerivedID(Wire, string(r.site), r.print())), Site: r.site,
		Author: models.Author{ID: cut(in.Author.ID, 512), Role: cut(strings.ToLower(in.Author.Role), 64)},
		Context: models.Context{
			Section: cut(in.Site.ID, 512), URL: cut(in.Story.URL, 4096), ThreadID: cut(in.Story.ID, 512),
		},
	}
	if in.Comment.ParentID != nil {
		c.Type, c.Context.ParentID = "reply", cut(*in.Comment.ParentID, 512)
	}
	// The keys are few and their values short: it always fits.
	c.Metadata, _ = json.Marshal(map[string]string{"action": cut(in.Action, 16), "tenant": cut(in.TenantDomain, 256)})
	text := plain(in.Comment.Body)
	if strings.TrimSpace(text) == "" || models.KindOf(models.ValidateText("body", text)) == models.Invalid {
		return c, false, nil
	}
	c.Text = cutRunes(text, models.MaxTextRunes)
	c.Clean()
	return c, len(c.Text) < len(text) && utf8.RuneCountInString(text) > models.MaxTextRunes, nil
}

// tags are those that Coral's editor writes. Others, such as a "<3", are text.
var tags = regexp.MustCompile(`(?i)</?(?:a|b|i|u|s|em|strong|span|p|br|div|ul|ol|li|blockquote|strike|del|code|pre|img)(?:\s[^<>]*)?/?>`)

// plain gives the words of a body: a tag that breaks a line leaves a line
// break, any other nothing.
func plain(sent string) string {
	if !strings.ContainsAny(sent, "<&") {
		return sent
	}
	words := tags.ReplaceAllStringFunc(sent, func(tag string) string {
		name, _, _ := strings.Cut(strings.ToLower(strings.Trim(tag, "</>")), " ")
		switch name {
		case "p", "br", "div", "ul", "ol", "li", "blockquote", "pre":
			return "\n"
		}
		return ""
	})
	return strings.TrimSpace(html.UnescapeString(words))
}

// cut shortens s to at most n bytes, at a character's edge.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// cutRunes shortens s to at most n characters.
func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
