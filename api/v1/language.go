package v1

import (
	"github.com/gin-gonic/gin"
	"golang.org/x/text/language"

	"github.com/tamis-moderation/tamis/api/access"
)

// wordings are the languages that reasons are worded in.
var wordings = []language.Tag{language.French, language.English}

var matcher = language.NewMatcher(wordings)

// maxAcceptLanguage bounds what is parsed, in bytes.
const maxAcceptLanguage = 256

// reader tells the language to word reasons in: the one that the request
// accepts, or the site's.
func (a *API) reader(g *gin.Context) string {
	g.Writer.Header().Add("Vary", "Accept-Language")
	accept := g.GetHeader("Accept-Language")
	if accept != "" && len(accept) <= maxAcceptLanguage {
		tags, _, err := language.ParseAcceptLanguage(accept)
		if err == nil && len(tags) > 0 {
			if _, i, sure := matcher.Match(tags...); sure > language.No {
				return wordings[i].String()
			}
		}
	}
	// Words in the wrong language are better than no answer.
	site, err := a.Sites.Site(g.Request.Context(), access.Key(g).Site)
	if err != nil || site.Locale == "" {
		return language.English.String()
	}
	return site.Locale
}
