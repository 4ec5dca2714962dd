package akismet

import (
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tamis-moderation/tamis/models"
)

// checkBlog refuses a form that doesn't say whose comment it is.
func (f form) checkBlog() error {
	blog := strings.TrimSpace(f.get("blog"))
	if blog == "" {
		return errNoBlog
	}
	u, err := url.Parse(blog)
	if err != nil || u.Host == "" && !strings.Contains(u.Path, ".") {
		return errBadBlog
	}
	return nil
}

// comment makes the comment that a form is about; over tells that its text is
// longer than what is taken, and was cut.
func (f form) comment(site models.SiteID) (c models.Comment, over bool) {
	content := f.get("comment_content")
	c = models.Comment{
		Site: site, Type: cut(f.get("comment_type"), 64),
		Author: models.Author{
			ID:   known(cut(first(f.get("user_ID"), f.get("user_id")), 512)),
			Name: cut(f.get("comment_author"), 512), Email: cut(f.get("comment_author_email"), 512),
			URL: cut(f.get("comment_author_url"), 4096), IP: cut(f.get("user_ip"), 64),
			UserAgent: cut(first(f.get("user_agent"), f.get("comment_agent")), 4096), Role: cut(f.get("user_role"), 64),
		},
		Context: models.Context{
			URL: cut(f.get("permalink"), 4096), ThreadID: known(cut(f.get("comment_post_ID"), 512)),
			ParentID: known(cut(f.get("comment_parent"), 512)),
		},
		PostedAt: instant(f.get("comment_date_gmt")),
	}
	if strings.TrimSpace(content) == "" { // a sign-up has no more to be judged by
		content = strings.TrimSpace(c.Author.Name + "\n" + c.Author.URL)
	}
	c.Text = cutRunes(content, models.MaxTextRunes)
	over = len(c.Text) < len(content)
	if f.trapped != "" {
		c.Metadata, _ = json.Marshal(map[string]string{"honeypot": cut(f.trapped, 256)}) // a map of strings
	}
	if id := first(f.get("guid"), f.get("akismet_guid"), f.get("comment_guid")); models.ValidID(id) {
		c.ID = models.CommentID(id)
	}
	c.Clean()
	return c, over
}

// printOf is the same for the same text of the same author, however a blog has
// dressed the text since: tags, entities, spaces and signs don't count.
func printOf(c models.Comment) string {
	var words strings.Builder
	inTag := false
	for _, r := range html.UnescapeString(c.Text) {
		switch {
		case r == '<':
			inTag = true
		case r == '>':
			inTag = false
		case !inTag && (unicode.IsLetter(r) || unicode.IsDigit(r) || r > 0x2000):
			words.WriteRune(unicode.ToLower(r))
		}
	}
	return models.DerivedID(Wire, strings.ToLower(c.Author.Email), strings.ToLower(c.Author.Name), words.String())
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// known passes an id over that stands for none.
func known(id string) string {
	if id == "0" {
		return ""
	}
	return id
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

// instant reads the two forms that blogs write times in; what can't be read is
// not told.
func instant(s string) time.Time {
	for _, layout := range []string{time.RFC3339, time.DateTime, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil && t.Year() > 1970 && t.Year() < 10000 {
			return t.UTC()
		}
	}
	return time.Time{}
}
