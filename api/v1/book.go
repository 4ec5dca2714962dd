package v1

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// Books keeps charters, replies and queues.
type Books interface {
	Book(ctx context.Context, site models.SiteID) (models.SiteBook, error)
	// SetBook keeps a book as the version after base, or after whatever is
	// newest when base is -1.
	SetBook(ctx context.Context, site models.SiteID, book models.Book, base int64, by string) (models.SiteBook, error)
}

// siteBookOut is one version of a site's charter, replies and queues. Version 0 is
// the built-in one.
type siteBookOut struct {
	Version int64       `json:"version"`
	Book    models.Book `json:"book"`
	By      *string     `json:"by"`
	At      *time.Time  `json:"at"`
}

// bookIn is a book, alone or as it was shown.
type bookIn struct {
	models.Book
	Shown *models.Book `json:"book"`
}

func newSiteBookOut(b models.SiteBook) siteBookOut {
	out := siteBookOut{Version: b.Version, Book: b.Book, By: orNull(b.By), At: timeOrNull(b.At)}
	if out.Book.Charter == nil {
		out.Book.Charter = []models.Sentence{}
	}
	if out.Book.Replies == nil {
		out.Book.Replies = []models.Reply{}
	}
	if out.Book.Queues == nil {
		out.Book.Queues = []models.NamedQueue{}
	}
	return out
}

// book shows charter, replies and queues.
//
//	@ID		getBook
//	@Summary	Show charter, replies and queues
//	@Tags		administration
//	@Produce	json
//	@Success	200	{object}	siteBookOut
//	@Header		200	{string}	ETag	"The version, for If-Match"
//	@Failure	401,403,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/book [get]
func (a *API) book(g *gin.Context) {
	b, err := a.Books.Book(g.Request.Context(), access.Key(g).Site)
	if err != nil {
		problem.Write(g, err)
		return
	}
	g.Header("ETag", etag(b.Version))
	respond(g, http.StatusOK, newSiteBookOut(b))
}

// setBook replaces charter, replies and queues.
//
//	@ID			setBook
//	@Summary		Replace charter, replies and queues
//	@Description	The body is a book, or an answer of GET with its `book` changed. Entries without an `id` are given one; keep the ids of the others, decisions refer to them.
//	@Tags			administration
//	@Accept			json
//	@Produce		json
//	@Param			body		body		models.Book	true	"The book"
//	@Param			If-Match	header		string		false	"The ETag of the version that is changed"
//	@Success		200			{object}	siteBookOut
//	@Header			200			{string}	ETag	"The version made"
//	@Failure		400,401,403,409,412,413,415,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/book [put]
func (a *API) setBook(g *gin.Context) {
	book, base, err := bookOf(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	b, err := a.Books.SetBook(g.Request.Context(), access.Key(g).Site, book, base, access.By(g))
	if base != newestBase && models.KindOf(err) == models.Conflict {
		problem.WriteStatus(g, http.StatusPreconditionFailed, "precondition-failed", "the book was changed since that version")
		return
	}
	if err != nil {
		problem.Write(g, err)
		return
	}
	g.Header("ETag", etag(b.Version))
	respond(g, http.StatusOK, newSiteBookOut(b))
}

func bookOf(g *gin.Context) (models.Book, int64, error) {
	base, err := ifMatch(g.Request.Header)
	if err != nil {
		return models.Book{}, 0, err
	}
	raw, err := body.Read(g, body.Limit)
	if err != nil {
		return models.Book{}, 0, err
	}
	var in bookIn
	if err := body.Decode(raw, &in); err != nil {
		return models.Book{}, 0, err
	}
	if in.Shown != nil {
		return *in.Shown, base, nil
	}
	return in.Book, base, nil
}
