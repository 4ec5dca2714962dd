package perspective

import (
	"bytes"
	_ "embed" // the document
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/models"
)

//go:embed discovery.json
var document []byte

// placeholder stands in the document for the service's address.
const placeholder = "https://commentanalyzer.invalid/"

// discovery describes the wire, so that Google's own clients build themselves
// from it, with our address in place of the original's.
//
//	@ID			perspectiveDiscovery
//	@Summary		Describe the Perspective wire to Google's clients
//	@Tags			perspective
//	@Produce		json
//	@Param			version	query		string	false	"v1alpha1"
//	@Success		200		{object}	object
//	@Failure		404		{object}	errorEnvelope
//	@Router			/$discovery/rest [get]
func (a *API) discovery(g *gin.Context) {
	if v := g.Query("version"); v != "" && v != "v1alpha1" {
		a.Refuse(g, models.Errorf(models.NotFound, "there is no such version"))
		return
	}
	g.Data(http.StatusOK, mediaType, bytes.ReplaceAll(document, []byte(placeholder), []byte(a.root(g.Request))))
}

// root is the service's address with a slash at its end. A host that is no
// plain one is not given back.
func (a *API) root(r *http.Request) string {
	if a.PublicURL != "" {
		return strings.TrimRight(a.PublicURL, "/") + "/"
	}
	scheme, host := "http://", r.Host
	if r.TLS != nil {
		scheme = "https://"
	}
	if strings.ContainsFunc(host, func(c rune) bool { return !strings.ContainsRune(".:-_[]", c) && !plain(c) }) {
		host = "localhost"
	}
	return scheme + host + "/"
}

func plain(c rune) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
